/**
 * Every channel and key on the bus, with what it carries and how long it lives.
 * The bus puts its prefix (`NES_REDIS_PREFIX`, by default `nes:`) before each; nothing else in the code makes up a name.
 * On Redis Cluster every command touches one key, so no hash tags are needed.
 */

/**
 * Channel of one person: what changed for all of that person's devices, as JSON `UserMessage`.
 * One channel for sessions and metrics, so that a change costs one PUBLISH.
 */
export function userChannel(userId: string): string {
  return `user:${userId}`;
}

/** Channel of one group session, as JSON. `code` is the group's six letters. */
export function groupChannel(code: string): string {
  return `group:${code}`;
}

/** Channel: sign-outs that every instance must know within a second, as JSON `{ sessions: string[] }` (refresh session ids). */
export const signOutChannel = 'sign-outs';

/** Channel: what everybody sees may have changed; the message is empty. */
export const publicReadsChannel = 'public';

/** Channel: whose write was just done, where replicas are read from, as JSON `string[]`: ids of people, addresses of those without one. */
export const writesChannel = 'writes';

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
export function groupTickKey(code: string): string {
  return `group-tick:${code}`;
}
