import type { Viewer } from './viewer.ts';

/** What the rules look at. Each is a part of a row: select at least these columns. */
export interface ProtocolRights {
  ownerId: string | null;
  visibility: 'DRAFT' | 'UNLISTED' | 'PUBLIC';
  hiddenAt: Date | null;
}
export interface RevisionRights {
  protocol: ProtocolRights;
  /** Whether others could ever read it: saved while the protocol was published, or current when it was. */
  isPublic: boolean;
}
export interface OwnedRights {
  userId: string;
}
export interface ConfirmedRights {
  emailVerifiedAt: Date | null;
  /** Whether mails can be sent: where they cannot, nobody could confirm an address. */
  mailsReach: boolean;
}
export interface GroupRights {
  hostId: string;
  /** True when the viewer is in the group now: joined, not left, not removed. */
  isMember: boolean;
  locked: boolean;
  ended: boolean;
  /** True when the viewer was removed by the host. */
  wasKicked: boolean;
}

type Who = Viewer | null;
const isAdmin = (viewer: Who) => viewer?.role === 'ADMIN';
const owns = (viewer: Who, userId: string | null) => viewer !== null && userId !== null && viewer.userId === userId;
const isAccount = (viewer: Who) => viewer !== null && !viewer.isGuest;
const readsProtocol = (viewer: Who, protocol: ProtocolRights) =>
  (protocol.visibility !== 'DRAFT' && protocol.hiddenAt === null) || owns(viewer, protocol.ownerId) || isAdmin(viewer);

/**
 * Every right in the system, one rule each. Fields, `node`, mutations and subscriptions ask here and nowhere else.
 * What a rule refuses to show is answered exactly as what does not exist.
 */
const rules = {
  /** Public ones for all; unlisted ones for all who know the link; drafts and hidden ones for the owner and administrators. */
  'protocol.read': readsProtocol,
  /** Of a protocol that others may read, what was saved before it was published stays its author's. */
  'revision.read': (viewer: Who, { protocol, isPublic }: RevisionRights) =>
    readsProtocol(viewer, protocol) && (isPublic || owns(viewer, protocol.ownerId) || isAdmin(viewer)),
  /** Built-ins (no owner) are changed by nobody. */
  'protocol.edit': (viewer: Who, protocol: ProtocolRights) => owns(viewer, protocol.ownerId),
  /** Publishing needs an account, and a protocol that no administrator has hidden. */
  'protocol.publish': (viewer: Who, protocol: ProtocolRights) =>
    isAccount(viewer) && owns(viewer, protocol.ownerId) && protocol.hiddenAt === null,
  /** Beside that: whoever shows something to everybody can be reached, where that can be proven at all. */
  'person.publish': (viewer: Who, { emailVerifiedAt, mailsReach }: ConfirmedRights) =>
    isAccount(viewer) && (emailVerifiedAt !== null || !mailsReach),
  'protocol.delete': (viewer: Who, protocol: ProtocolRights) => owns(viewer, protocol.ownerId),
  'protocol.fork': (viewer: Who, protocol: ProtocolRights) => viewer !== null && readsProtocol(viewer, protocol),
  /** Nobody reports what is built in or what is their own. */
  'protocol.report': (viewer: Who, protocol: ProtocolRights) =>
    viewer !== null && protocol.ownerId !== null && !owns(viewer, protocol.ownerId) && readsProtocol(viewer, protocol),
  'protocol.hide': (viewer: Who, protocol: ProtocolRights) => isAdmin(viewer) && protocol.ownerId !== null,
  /** Sessions are the person's own; administrators do not see them either. */
  'session.read': (viewer: Who, session: OwnedRights) => owns(viewer, session.userId),
  /** Trials too; they are read and written by nobody else. */
  'trial.own': (viewer: Who, trial: OwnedRights) => owns(viewer, trial.userId),
  /** E-mail, devices, preferences, answers: the person only. */
  'user.readPrivate': (viewer: Who, user: { id: string }) => owns(viewer, user.id),
  /** Nobody suspends themselves. */
  'user.suspend': (viewer: Who, user: { id: string }) => isAdmin(viewer) && !owns(viewer, user.id),
  /** No token sees or ends a sign-in. */
  'device.end': (viewer: Who, device: OwnedRights) => owns(viewer, device.userId) && !viewer?.scopes,
  'accessToken.revoke': (viewer: Who, token: OwnedRights) => owns(viewer, token.userId) && !viewer?.scopes,
  'webhook.own': (viewer: Who, webhook: OwnedRights) => owns(viewer, webhook.userId) && !viewer?.scopes,
  'report.read': (viewer: Who, _: null) => isAdmin(viewer),
  /** The lists and figures of administration: the scope `admin` of the builder. */
  'service.administer': (viewer: Who, _: null) => isAdmin(viewer),
  'group.read': (viewer: Who, group: GroupRights) =>
    viewer !== null && !group.wasKicked && (group.isMember || owns(viewer, group.hostId)),
  'group.join': (viewer: Who, group: GroupRights) =>
    viewer !== null &&
    !group.ended &&
    !group.wasKicked &&
    (!group.locked || group.isMember || owns(viewer, group.hostId)),
  'group.control': (viewer: Who, group: GroupRights) => owns(viewer, group.hostId) && !group.ended,
};

type Rules = typeof rules;
export type Action = keyof Rules;

/** May `viewer` (null: nobody signed in) do `action` to `resource`? */
export function can<A extends Action>(viewer: Viewer | null, action: A, resource: Parameters<Rules[A]>[1]): boolean {
  const rule = rules[action] as (viewer: Viewer | null, resource: unknown) => boolean;
  return rule(viewer, resource);
}

/** Every action there is, for the test that visits each. */
export const actions = Object.keys(rules) as Action[];
