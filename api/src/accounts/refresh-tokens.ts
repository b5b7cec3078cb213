import type { RefreshSession, User } from '../platform/prisma/client.ts';
import type { Context } from '../schema/context.ts';
import { userError } from '../schema/errors.ts';
import { provenKey, refreshExpiry } from './devices.ts';
import { countTry } from './limits.ts';
import { endSecrets } from './secrets.ts';
import type { Identity } from './start-guest.ts';
import { secretHash } from './tokens.ts';

/**
 * New tokens for a refresh token, which is used up by it.
 *
 * A token that was used before, however long ago, ends the sign-in: somebody else has a copy. One exception: the browser that holds the sign-in's key may come
 * again with the token before the present one, since an answer can get lost on its way; no thief can make its proof.
 */
export async function refreshTokens(context: Context, refreshToken: string): Promise<Identity> {
  await countTry(context, 'refreshAddress', context.address);
  const key = await provenKey(context);
  const hash = secretHash(refreshToken);
  const now = context.clock.now();
  const { database } = context;

  const session =
    (await database.refreshSession.findUnique({ where: { tokenHash: hash }, include: { user: true } })) ??
    (await database.refreshSession.findUnique({ where: { previousHash: hash }, include: { user: true } })) ??
    (await ofOldToken(context, refreshToken));
  // The person may have been deleted between the two queries that Prisma makes of this.
  if (!session?.user || session.endedAt || session.expiresAt <= now || session.user.suspendedAt) throw refused();
  const proven = session.keyThumbprint !== null && session.keyThumbprint === key;
  const isPresent = equal(session.tokenHash, hash);
  const isPrevious = session.previousHash !== null && equal(session.previousHash, hash);
  if (!isPresent && !(isPrevious && proven)) {
    await endFamily(context, session, now);
    throw refused();
  }
  if (session.keyThumbprint !== null && !proven) {
    throw userError(
      'WRONG_CREDENTIALS',
      null,
      'This refresh token is bound to a key; the request must prove it (DPoP).',
    );
  }
  return rotate(context, session, hash, isPresent, now);
}

async function rotate(
  context: Context,
  session: RefreshSession & { user: User },
  hash: Uint8Array<ArrayBuffer>,
  isPresent: boolean,
  now: Date,
): Promise<Identity> {
  const fresh = context.accounts.newRefreshToken(session.id);
  const expiresAt = refreshExpiry(now);
  const { count } = await context.database.refreshSession.updateMany({
    where: { id: session.id, endedAt: null, ...(isPresent ? { tokenHash: hash } : { previousHash: hash }) },
    data: { tokenHash: secretHash(fresh), previousHash: hash, lastUsedAt: now, expiresAt },
  });
  // Two requests with the same token at the same time: one of them was too late.
  if (count === 0) throw refused();
  const { user } = session;
  const access = await context.accounts.issue({
    userId: user.id,
    sessionId: session.id,
    role: user.role,
    isGuest: user.emailKey === null,
  });
  return {
    viewer: user,
    sessionId: session.id,
    tokens: {
      accessToken: access.token,
      accessExpiresAt: access.expiresAt,
      refreshToken: fresh,
      refreshExpiresAt: expiresAt,
    },
  };
}

async function endFamily(context: Context, session: RefreshSession, now: Date): Promise<void> {
  const { userId, id } = session;
  const ended = await context.database.$transaction((tx) =>
    endSecrets(tx, 'REFRESH_REUSED', { userId, device: id, now }),
  );
  await context.accounts.announceEnded(ended);
  context.refused('refresh_reuse');
}

/** The sign-in of a token older than the one before the present. */
async function ofOldToken(context: Context, refreshToken: string) {
  const id = context.accounts.sessionOfRefreshToken(refreshToken);
  return id === null ? null : context.database.refreshSession.findUnique({ where: { id }, include: { user: true } });
}

function refused() {
  return userError('TOKEN_EXPIRED', 'refreshToken', 'This sign-in has ended. Sign in again.');
}

function equal(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.compare(a, b) === 0;
}
