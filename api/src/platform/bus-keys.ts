/**
 * Every channel and key on the bus, with what it carries and how long it lives.
 * The bus puts its prefix (`NES_REDIS_PREFIX`, by default `nes:`) before each; nothing else in the code makes up a name.
 * On Redis Cluster every command touches one key, so no hash tags are needed.
 */

/**
 * Channel of one person: what changed for all of that person's devices, as JSON: a session, days, or that the safety answers changed.
 * One channel for all of it, so that a change costs one PUBLISH. The key of the same name keeps the last one that carries a
 * session, behind its id and version. Lives 2 h.
 */
export function userChannel(userId: string): string {
  return `user:${userId}`;
}

/** Channel of one group session, as JSON: by the group's id, since its code may change. */
export function groupChannel(groupId: string): string {
  return `group:${groupId}`;
}

/** Channel: sign-outs that every instance must know within a second, as JSON `{ sessions: string[] }` (refresh session ids). */
export const signOutChannel = 'sign-outs';

/** Channel: what everybody sees may have changed; the message is empty. */
export const publicReadsChannel = 'public';

/** Channel: whose write was just done, where replicas are read from, as JSON `string[]`: ids of people, addresses of those without one. */
export const writesChannel = 'writes';

/** Channel: a person linked their home, as JSON `string`: the id of the link. Its end is among the sign-outs. */
export const homeChannel = 'homes';

/** Channel: an instance could not publish something, without content. Whoever follows anything looks at its present state. */
export const lossChannel = 'loss';

/** Channel: people who lost the right to a shared subscription, as JSON `{ audience: string, userId: string }`. */
export const removalChannel = 'removals';

/** Token bucket of a rate limit. Lives until the bucket would be full again. */
export function rateKey(rule: string, subject: string): string {
  return `rate:${rule}:${subject}`;
}

/** A DPoP proof's `jti` that was seen. Lives for twice the proof's allowed age. */
export function proofKey(jti: string): string {
  return `proof:${jti}`;
}

/** Set when a group was last told of arrivals, absences and spread, so that it is told at most that often. Lives 5 s. */
export function groupTickKey(groupId: string): string {
  return `group-tick:${groupId}`;
}

/**
 * A sign-in (refresh session id) as the database had it, as JSON `Viewer`, for instances that have not seen it yet; empty for one that has
 * ended or whose person's rights have changed, so that nobody who read the database before that writes it down again. Lives as long as an access token.
 */
export function signInKey(sessionId: string): string {
  return `sign-in:${sessionId}`;
}
