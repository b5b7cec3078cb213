import type { Prisma } from '../platform/prisma/client.ts';
import type { MailTokenKind } from '../platform/prisma/enums.ts';
import { unauthenticated } from '../schema/errors.ts';
import type { Viewer } from '../schema/viewer.ts';
import { revokeTokens } from './access-tokens.ts';
import { closeDevices } from './devices.ts';

/**
 * What opens an account without its password: a signed-in device (refresh and access tokens), personal access tokens, the codes with which devices may fetch
 * one, and each kind of mailed link; and webhooks and the link to a home, which go on telling somebody what happens in it.
 */
export type SecretKind = 'DEVICE' | 'ACCESS_TOKEN' | 'DEVICE_CODE' | 'WEBHOOK' | 'HOME' | MailTokenKind;

/** What happens to an account and ends some of its secrets. */
export type EndingEvent =
  | 'PASSWORD_CHANGED'
  | 'PASSWORD_RESET'
  | 'EMAIL_CHANGED'
  | 'CHANGE_STOPPED'
  | 'SIGNED_UP'
  | 'SIGNED_OUT'
  | 'DEVICE_ENDED'
  | 'REFRESH_REUSED'
  | 'SIGNED_OUT_EVERYWHERE'
  | 'SUSPENDED'
  | 'DELETED';

/** `others`: all devices but the one that acts; `this`: the one device that it is about. A link ends or it does not. */
type Reach = 'all' | 'others' | 'this' | 'stays';

/**
 * What ends what; the one place. A link that proves an address ends with the address; one that opens the account or moves it ends with everything
 * that people do when they suspect somebody. So do a personal access token, a code that was agreed to, a webhook and the link to a home; they outlive what is about one device, since none
 * can make one: that takes the password. The link that finishes a guest's sign-up ends with everything that ends the guest's device but a plain signing out.
 */
export const endings = {
  PASSWORD_CHANGED: row('others', 'all', 'all', 'all', 'all', 'stays', 'all', 'all', 'all', 'all', 'all'),
  PASSWORD_RESET: row('all', 'all', 'all', 'all', 'all', 'stays', 'all', 'all', 'all', 'all', 'all'),
  EMAIL_CHANGED: row('stays', 'stays', 'stays', 'stays', 'stays', 'all', 'all', 'all', 'all', 'all', 'all'),
  CHANGE_STOPPED: row('all', 'all', 'all', 'all', 'all', 'stays', 'all', 'all', 'all', 'all', 'all'),
  SIGNED_UP: row('all', 'all', 'all', 'all', 'all', 'all', 'all', 'all', 'all', 'all', 'all'),
  SIGNED_OUT: row('this', 'stays', 'stays', 'stays', 'stays', 'stays', 'stays', 'stays', 'stays', 'stays', 'stays'),
  DEVICE_ENDED: row('this', 'stays', 'stays', 'stays', 'stays', 'stays', 'stays', 'all', 'stays', 'stays', 'all'),
  REFRESH_REUSED: row('this', 'stays', 'stays', 'stays', 'stays', 'stays', 'stays', 'all', 'stays', 'stays', 'all'),
  SIGNED_OUT_EVERYWHERE: row('others', 'all', 'all', 'all', 'all', 'stays', 'all', 'all', 'stays', 'all', 'all'),
  SUSPENDED: row('all', 'all', 'all', 'all', 'all', 'all', 'all', 'all', 'all', 'all', 'all'),
  DELETED: row('all', 'all', 'all', 'all', 'all', 'all', 'all', 'all', 'all', 'all', 'all'),
} satisfies Record<EndingEvent, Record<SecretKind, Reach>>;

function row(
  DEVICE: Reach,
  ACCESS_TOKEN: 'all' | 'stays',
  DEVICE_CODE: 'all' | 'stays',
  WEBHOOK: 'all' | 'stays',
  HOME: 'all' | 'stays',
  VERIFY_EMAIL: 'all' | 'stays',
  RESET_PASSWORD: 'all' | 'stays',
  CHANGE_EMAIL: 'all' | 'stays',
  STOP_CHANGE: 'all' | 'stays',
  SIGN_IN: 'all' | 'stays',
  SIGN_UP: 'all' | 'stays',
): Record<SecretKind, Reach> {
  return {
    DEVICE,
    ACCESS_TOKEN,
    DEVICE_CODE,
    WEBHOOK,
    HOME,
    VERIFY_EMAIL,
    RESET_PASSWORD,
    CHANGE_EMAIL,
    STOP_CHANGE,
    SIGN_IN,
    SIGN_UP,
  };
}

/**
 * Ends what the event ends, in the caller's transaction. `device` is the one that acts or that it is about; null for `others` is none to spare.
 * Returns the devices, tokens and links to homes that have ended, to be announced after the transaction.
 */
export async function endSecrets(
  tx: Prisma.TransactionClient,
  event: EndingEvent,
  { userId, device, now }: { userId: string; device: string | null; now: Date },
): Promise<string[]> {
  await lockUser(tx, userId);
  const { DEVICE, ACCESS_TOKEN, DEVICE_CODE, WEBHOOK, HOME, ...links } = endings[event];
  const kinds = (Object.keys(links) as MailTokenKind[]).filter((kind) => links[kind] === 'all');
  if (kinds.length > 0) await tx.mailToken.deleteMany({ where: { userId, kind: { in: kinds } } });
  if (DEVICE_CODE === 'all') await tx.deviceCode.deleteMany({ where: { userId } });
  if (WEBHOOK === 'all') await tx.webhook.deleteMany({ where: { userId } });
  const tokens = ACCESS_TOKEN === 'all' ? await revokeTokens(tx, { userId }) : [];
  if (HOME === 'all') tokens.push(...(await unlinkHome(tx, userId)));
  if (DEVICE === 'stays') return tokens;
  const which = DEVICE === 'this' ? { id: device ?? '' } : DEVICE === 'others' && device ? { id: { not: device } } : {};
  return [...tokens, ...(await closeDevices(tx, { userId, ...which }, now))];
}

/** Ends the link to a person's home. Announce what is returned after the transaction: the bridge takes back what it told. */
export async function unlinkHome(tx: Prisma.TransactionClient, userId: string): Promise<string[]> {
  const link = await tx.homeLink.findUnique({ where: { userId }, select: { id: true } });
  if (!link) return [];
  await tx.homeLink.deleteMany({ where: { userId } });
  return [link.id];
}

/**
 * Holds the person's row until the transaction ends. Everything that gives a secret out takes it as well and looks at the row afterwards: a secret is
 * given out before an event, and ended by it, or after it, in its light.
 */
export async function lockUser(tx: Prisma.TransactionClient, userId: string): Promise<void> {
  await tx.$queryRaw`SELECT 1 FROM users WHERE id = ${userId}::uuid FOR NO KEY UPDATE`;
}

/**
 * The same for what a signed-in person makes with their password: what ended the device meanwhile ends this as well.
 * @throws {GraphQLError} UNAUTHENTICATED where the device has ended
 */
export async function lockSignedIn(tx: Prisma.TransactionClient, { userId, sessionId }: Viewer): Promise<void> {
  await lockUser(tx, userId);
  const open = await tx.refreshSession.count({ where: { id: sessionId, endedAt: null } });
  if (open === 0) throw unauthenticated();
}
