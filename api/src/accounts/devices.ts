import { newId } from '../platform/ids.ts';
import type { Prisma, User } from '../platform/prisma/client.ts';
import type { Context } from '../schema/context.ts';
import { userError } from '../schema/errors.ts';
import type { Viewer } from '../schema/viewer.ts';
import { proofThumbprint, REFRESH_DAYS, secretHash } from './tokens.ts';

/** What a device gets when somebody signs in on it. */
export interface Tokens {
  accessToken: string;
  accessExpiresAt: Date;
  refreshToken: string;
  refreshExpiresAt: Date;
}

export interface DeviceInput {
  deviceId?: string | null;
  deviceName?: string | null;
}

/** Devices that one person may have signed in; the one unused for longest is signed out for the next. */
const MAX_DEVICES = 50;

export function refreshExpiry(now: Date): Date {
  return new Date(now.getTime() + REFRESH_DAYS * 86_400_000);
}

/** Thumbprint of the browser's key from the request's DPoP proof; null without one. A proof that does not hold is a user error. */
export async function provenKey(context: Context): Promise<string | null> {
  try {
    return await proofThumbprint(context.proof, context.bus, context.clock);
  } catch (error) {
    throw userError('WRONG_CREDENTIALS', null, `The DPoP proof does not hold: ${reason(error)}`);
  }
}

function reason(error: unknown): string {
  return error instanceof Error && error.message.length < 100 ? error.message : 'it cannot be read.';
}

/** Ids of the devices on which the person is signed in. */
export async function openDevices(tx: Prisma.TransactionClient, userId: string): Promise<string[]> {
  const open = await tx.refreshSession.findMany({ where: { userId, endedAt: null }, select: { id: true } });
  return open.map(({ id }) => id);
}

/** Signs a person in on a device: a new refresh session and the first pair of tokens. `replaced` are devices signed out for it, to be announced. */
export async function openDevice(
  context: Context,
  tx: Prisma.TransactionClient,
  user: Pick<User, 'id' | 'role' | 'emailKey'>,
  device: DeviceInput,
  keyThumbprint: string | null,
): Promise<{ tokens: Tokens; sessionId: string; replaced: string[] }> {
  const now = context.clock.now();
  const sessionId = newId(now.getTime());
  const refreshToken = context.accounts.newRefreshToken(sessionId);
  const expiresAt = refreshExpiry(now);
  const open = await tx.refreshSession.findMany({
    where: { userId: user.id, endedAt: null },
    orderBy: { lastUsedAt: 'desc' },
    skip: MAX_DEVICES - 1,
    select: { id: true },
  });
  const replaced =
    open.length > 0 ? await closeDevices(tx, { userId: user.id, id: { in: open.map(({ id }) => id) } }, now) : [];
  await tx.refreshSession.create({
    data: {
      id: sessionId,
      userId: user.id,
      tokenHash: secretHash(refreshToken),
      keyThumbprint,
      deviceId: device.deviceId ?? null,
      deviceName: device.deviceName ?? '',
      createdAt: now,
      lastUsedAt: now,
      expiresAt,
    },
  });
  const viewer: Viewer = { userId: user.id, sessionId, role: user.role, isGuest: user.emailKey === null };
  const access = await context.accounts.issue(viewer);
  return {
    sessionId,
    replaced,
    tokens: {
      accessToken: access.token,
      accessExpiresAt: access.expiresAt,
      refreshToken,
      refreshExpiresAt: expiresAt,
    },
  };
}

/** Ends sessions in the database and answers with the ids that were open. Announce them after the transaction. */
export async function closeDevices(
  tx: Prisma.TransactionClient,
  where: Prisma.RefreshSessionWhereInput,
  now: Date,
): Promise<string[]> {
  const open = await tx.refreshSession.updateManyAndReturn({
    where: { ...where, endedAt: null },
    data: { endedAt: now },
    select: { id: true },
  });
  return open.map(({ id }) => id);
}
