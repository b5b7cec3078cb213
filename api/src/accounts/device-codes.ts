import { createHmac } from 'node:crypto';
import { randomCode, typedCode } from '../platform/codes.ts';
import { newId } from '../platform/ids.ts';
import type { AccessToken, DeviceCode } from '../platform/prisma/client.ts';
import type { TokenScope } from '../platform/prisma/enums.ts';
import type { Context } from '../schema/context.ts';
import { userError } from '../schema/errors.ts';
import type { Viewer } from '../schema/viewer.ts';
import { checkRoom, openToken, TOKEN_DAYS } from './access-tokens.ts';
import { confirmPassword } from './change-password.ts';
import { countTry, tryLater } from './limits.ts';
import { lockSignedIn, lockUser } from './secrets.ts';
import { newSecret, secretHash } from './tokens.ts';

/*
 * The device authorization grant of OAuth (RFC 8628) as mutations: a device without a keyboard asks for two codes, keeps one and shows the other; its
 * person types that one where they are signed in, and agrees; the device changes what it kept for a personal access token.
 */

/** Seconds that the codes are good for, and between two questions of the device. */
export const CODE_SECONDS = 600;
export const POLL_SECONDS = 5;

/** Letters that the device shows: 110 thousand million codes, of which a person may try eight and then two a minute. */
const LETTERS = 8;

/** Where the person types the code; what stands behind `#` reaches no server's log. */
const pageOf = ({ config }: Context): string => `${config.publicUrl}/device`;

const sealed = ({ config }: Context, kind: string, text: string): Uint8Array<ArrayBuffer> =>
  new Uint8Array(createHmac('sha256', config.secret).update(`device code ${kind} ${text}`).digest());

export interface NewCodes {
  deviceCode: string;
  userCode: string;
  page: string;
  expiresAt: Date;
}

/** Two new codes for a device, told once, here. Anybody may ask. */
export async function requestCodes(
  context: Context,
  { name, scopes }: { name: string; scopes: readonly TokenScope[] },
): Promise<NewCodes> {
  await countTry(context, 'deviceCodeAddress', context.address);
  const now = context.clock.now();
  const deviceCode = newSecret();
  const code = randomCode(LETTERS);
  const expiresAt = new Date(now.getTime() + CODE_SECONDS * 1000);
  await context.database.deviceCode.create({
    data: {
      id: newId(now.getTime()),
      deviceHash: secretHash(deviceCode),
      userHash: sealed(context, 'user', code),
      name,
      scopes: [...new Set(scopes)],
      networkHash: sealed(context, 'network', context.address),
      createdAt: now,
      expiresAt,
    },
  });
  return { deviceCode, userCode: `${code.slice(0, 4)}-${code.slice(4)}`, page: pageOf(context), expiresAt };
}

/** What is asked for under a code that a signed-in person typed; null for a wrong, answered or old one. Each try counts, right or wrong. */
export async function findRequest(context: Context, viewer: Viewer, typed: string): Promise<DeviceCode | null> {
  await countTry(context, 'deviceCodePerson', viewer.userId);
  await countTry(context, 'deviceCodeGuess', context.address);
  const code = typedCode(typed, LETTERS);
  if (code === null) return null;
  // The device may have asked a moment ago: a replica may not know yet.
  return context.primary.database.deviceCode.findFirst({
    where: { userHash: sealed(context, 'user', code), ...open(context.clock.now()) },
  });
}

/** Neither answered nor too old. */
const open = (now: Date) => ({ userId: null, refusedAt: null, expiresAt: { gt: now } });

/** Whether the request came from where the person is now: a stranger's, sent with a link, seldom does. */
export function fromHere(context: Context, { networkHash }: DeviceCode): boolean {
  return Buffer.from(networkHash).equals(sealed(context, 'network', context.address));
}

const unknown = () => userError('NOT_FOUND', 'userCode', 'No device shows this code, or it is too old.');

/** The person lets the device fetch a token with these scopes, of those that it asked for. */
export async function agree(
  context: Context,
  viewer: Viewer,
  { userCode, scopes, password }: { userCode: string; scopes: readonly TokenScope[]; password: string },
): Promise<void> {
  const request = await findRequest(context, viewer, userCode);
  if (!request) throw unknown();
  if (!scopes.every((scope) => request.scopes.includes(scope)))
    throw userError('NOT_ALLOWED', 'scopes', 'The device did not ask for this.');
  await confirmPassword(context, viewer, password, 'password');
  const now = context.clock.now();
  await context.database.$transaction(async (tx) => {
    await lockSignedIn(tx, viewer);
    await checkRoom(tx, viewer.userId, now);
    const { count } = await tx.deviceCode.updateMany({
      where: { id: request.id, ...open(now) },
      data: { userId: viewer.userId, scopes: [...new Set(scopes)] },
    });
    if (count === 0) throw unknown();
  });
}

/** The person refuses: the device is told, and nobody else can agree. */
export async function refuse(context: Context, viewer: Viewer, userCode: string): Promise<void> {
  const request = await findRequest(context, viewer, userCode);
  if (!request) throw unknown();
  const now = context.clock.now();
  const { count } = await context.database.deviceCode.updateMany({
    where: { id: request.id, ...open(now) },
    data: { refusedAt: now },
  });
  if (count === 0) throw unknown();
}

/** The token for what the device kept, once. @throws UserErrors AUTHORIZATION_PENDING, SLOW_DOWN, ACCESS_DENIED, TOKEN_EXPIRED, FULL */
export async function redeem(
  context: Context,
  deviceCode: string,
): Promise<{ token: string; accessToken: AccessToken }> {
  const expired = () => userError('TOKEN_EXPIRED', 'deviceCode', 'The code is used, too old, or was never given out.');
  const request = await context.database.deviceCode.findUnique({ where: { deviceHash: secretHash(deviceCode) } });
  const now = context.clock.now();
  if (!request || request.expiresAt <= now) throw expired();
  if ((await tryLater(context, 'deviceCodePoll', request.id)) !== null)
    throw userError('SLOW_DOWN', null, 'Asked too soon: add five seconds to the interval.');
  if (request.refusedAt) throw userError('ACCESS_DENIED', null, 'The person refused.');
  const { id, userId, name } = request;
  if (userId === null)
    throw userError('AUTHORIZATION_PENDING', null, 'Nobody has answered yet; ask again after the interval.');
  return context.database.$transaction(async (tx) => {
    await lockUser(tx, userId);
    // Whatever ends tokens has deleted it, and so has another question with the same code.
    const [taken] = await tx.$queryRaw<{ scopes: TokenScope[] }[]>`
      DELETE FROM device_codes WHERE id = ${id}::uuid RETURNING scopes::text[] AS scopes`;
    if (!taken) throw expired();
    return openToken(context, tx, userId, { name, scopes: taken.scopes, expiresInDays: TOKEN_DAYS.default });
  });
}
