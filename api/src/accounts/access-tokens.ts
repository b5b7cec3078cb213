import { newId } from '../platform/ids.ts';
import type { AccessToken, Prisma } from '../platform/prisma/client.ts';
import type { TokenScope } from '../platform/prisma/enums.ts';
import type { Context } from '../schema/context.ts';
import { userError } from '../schema/errors.ts';
import { newSecret, secretHash } from './tokens.ts';

/** Begins every personal access token, so that it is known for one where it lies about. */
export const TOKEN_PREFIX = 'nes_';

/** Tokens of one person. */
const MAX_TOKENS = 20;
export const TOKEN_DAYS = { default: 90, most: 366 } as const;

export interface TokenInput {
  name: string;
  scopes: readonly TokenScope[];
  expiresInDays: number;
}

/** Makes a token, in a transaction that holds the person's row. The token itself is told once, here. */
export async function openToken(
  context: Context,
  tx: Prisma.TransactionClient,
  userId: string,
  { name, scopes, expiresInDays }: TokenInput,
): Promise<{ token: string; accessToken: AccessToken }> {
  const now = context.clock.now();
  await checkRoom(tx, userId, now);
  const token = `${TOKEN_PREFIX}${newSecret()}`;
  const accessToken = await tx.accessToken.create({
    data: {
      id: newId(now.getTime()),
      userId,
      name,
      tokenHash: secretHash(token),
      scopes: [...new Set(scopes)],
      createdAt: now,
      expiresAt: new Date(now.getTime() + expiresInDays * 86_400_000),
    },
  });
  return { token, accessToken };
}

/** Whether the person may have one more token, beside those that devices may fetch. @throws UserErrors FULL */
export async function checkRoom(tx: Prisma.TransactionClient, userId: string, now: Date): Promise<void> {
  await tx.accessToken.deleteMany({ where: { userId, expiresAt: { lte: now } } });
  const waiting = await tx.deviceCode.count({ where: { userId, expiresAt: { gt: now } } });
  if ((await tx.accessToken.count({ where: { userId } })) + waiting >= MAX_TOKENS)
    throw userError('FULL', null, `There are ${MAX_TOKENS} tokens; revoke one first.`);
}

/** Deletes tokens and answers with their ids. Announce them after the transaction. */
export async function revokeTokens(
  tx: Prisma.TransactionClient,
  where: Prisma.AccessTokenWhereInput,
): Promise<string[]> {
  const open = await tx.accessToken.findMany({ where, select: { id: true } });
  if (open.length > 0) await tx.accessToken.deleteMany({ where });
  return open.map(({ id }) => id);
}
