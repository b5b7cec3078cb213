import assert from 'node:assert/strict';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { afterAll, beforeAll, test } from 'vitest';
import type { Config } from '../config.ts';
import { createLocalBus } from '../platform/bus.ts';
import { newId } from '../platform/ids.ts';
import type { Context } from '../schema/context.ts';
import { UserErrors } from '../schema/errors.ts';
import { type Backend, useBackend } from '../testing/backend.ts';
import { type Accounts, createAccounts } from './accounts.ts';
import { provenKey } from './devices.ts';
import { refreshTokens } from './refresh-tokens.ts';
import { secretHash } from './tokens.ts';

const URL_OF_API = 'https://api.example.org/graphql';
let backend: Backend;
let accounts: Accounts;
const bus = createLocalBus();
const NOW = new Date('2026-03-01T12:00:00.000Z');
const clock = { now: () => NOW };
const refused: string[] = [];
const ended: string[] = [];

beforeAll(async () => {
  backend = await useBackend();
  const config = { secret: 'a secret of tests that is long enough to be one' } as Config;
  const { prisma: database } = backend.database;
  accounts = await createAccounts({ config, database, bus, clock, mail: {} as never });
  accounts.onEnded((ids) => ended.push(...ids));
});
afterAll(async () => {
  accounts.close();
  await bus.close();
  await backend.close();
});

/** What the mutation reads of a request, with or without a proof of a key. */
const contextOf = (header: string | null = null, address = newId()): Context =>
  ({
    ...{ database: backend.database.prisma, accounts, bus, clock, address },
    config: { limits: { rateFactor: 1 } },
    refused: (rule: string) => refused.push(rule),
    proof: { header, method: 'POST', url: URL_OF_API },
  }) as unknown as Context;

const makeKey = async () => {
  const { privateKey, publicKey } = await generateKeyPair('ES256');
  const jwk = await exportJWK(publicKey);
  return () =>
    new SignJWT({ htm: 'POST', htu: URL_OF_API, jti: newId(), iat: NOW.getTime() / 1000 })
      .setProtectedHeader({ alg: 'ES256', typ: 'dpop+jwt', jwk })
      .sign(privateKey);
};

const DAY = 86_400_000;

/** A sign-in with its first refresh token. */
async function signIn(
  row: { key?: () => Promise<string>; ended?: boolean; daysLeft?: number; suspended?: boolean } = {},
) {
  const { prisma } = backend.database;
  const [userId, id] = [newId(), newId()];
  const token = accounts.newRefreshToken(id);
  const keyThumbprint = row.key ? await provenKey(contextOf(await row.key())) : null;
  await prisma.user.create({ data: { id: userId, suspendedAt: row.suspended ? NOW : null } });
  await prisma.refreshSession.create({
    data: {
      ...{ id, userId, tokenHash: secretHash(token), keyThumbprint },
      endedAt: row.ended ? NOW : null,
      expiresAt: new Date(NOW.getTime() + (row.daysLeft ?? 30) * DAY),
    },
  });
  const read = () => prisma.refreshSession.findUniqueOrThrow({ where: { id } });
  return { userId, id, token, read };
}

/** The new token, or the code of what was wrong. */
async function refresh(token: string, header: string | null = null): Promise<string> {
  try {
    const { tokens } = await refreshTokens(contextOf(header), token);
    return tokens?.refreshToken ?? 'no tokens';
  } catch (error) {
    assert.ok(error instanceof UserErrors, String(error));
    return `${error.errors[0]?.code} ${error.errors[0]?.field ?? ''}`.trim();
  }
}
const GONE = 'TOKEN_EXPIRED refreshToken';

test('a token is good once, and what it brings is good for another thirty days', async () => {
  const { token, read, userId, id } = await signIn({ daysLeft: 2 });
  const { tokens, viewer, sessionId } = await refreshTokens(contextOf(), token);
  assert.deepEqual([viewer.id, sessionId], [userId, id]);
  assert.equal(tokens?.refreshExpiresAt.getTime(), NOW.getTime() + 30 * DAY);
  assert.equal(tokens?.accessExpiresAt.getTime(), NOW.getTime() + 900_000);
  const verified = await accounts.authenticate(tokens?.accessToken ?? '');
  assert.ok('viewer' in verified);
  assert.deepEqual(verified.viewer, { userId, sessionId: id, role: 'USER', isGuest: true });
  const row = await read();
  assert.deepEqual(Buffer.from(row.tokenHash), Buffer.from(secretHash(tokens?.refreshToken ?? '')));
  assert.deepEqual(Buffer.from(row.previousHash ?? []), Buffer.from(secretHash(token)));
  assert.deepEqual([row.lastUsedAt, row.expiresAt.getTime()], [NOW, NOW.getTime() + 30 * DAY]);
  assert.equal(row.endedAt, null);
});

test('with an account the new token says so', async () => {
  const { token, userId } = await signIn();
  const email = `${userId}@example.org`;
  await backend.database.prisma.user.update({ where: { id: userId }, data: { email, emailKey: email, role: 'ADMIN' } });
  const { tokens } = await refreshTokens(contextOf(), token);
  const verified = await accounts.authenticate(tokens?.accessToken ?? '');
  assert.ok('viewer' in verified);
  assert.deepEqual([verified.viewer.isGuest, verified.viewer.role], [false, 'ADMIN']);
});

test('a token that was used before ends the sign-in, whether it is the one before or a much older one', async () => {
  for (const uses of [1, 3]) {
    const { token, read, id } = await signIn();
    let present = token;
    for (let n = 0; n < uses; n++) present = await refresh(present);
    refused.length = 0;
    ended.length = 0;
    assert.equal(await refresh(token), GONE);
    assert.notEqual((await read()).endedAt, null);
    assert.deepEqual([refused, ended], [['refresh_reuse'], [id]]);
    assert.equal(await refresh(present), GONE, 'the present one is dead as well');
  }
});

test('what is nobody’s, ended, too old, or of somebody suspended is refused, and ends nothing', async () => {
  refused.length = 0;
  const { id, read } = await signIn();
  const unknown = accounts.newRefreshToken(newId());
  const [, random, seal] = unknown.split('.');
  for (const token of ['', 'nonsense', unknown, `${id}.${random}.${seal}`]) assert.equal(await refresh(token), GONE);
  assert.equal((await read()).endedAt, null);
  for (const row of [{ ended: true }, { daysLeft: 0 }, { daysLeft: -1 }, { suspended: true }])
    assert.equal(await refresh((await signIn(row)).token), GONE, JSON.stringify(row));
  assert.deepEqual(refused, []);
});

test('a sign-in that is bound to a key asks for its proof', async () => {
  const key = await makeKey();
  const { token, read } = await signIn({ key });
  assert.equal(await refresh(token), 'WRONG_CREDENTIALS');
  assert.equal(await refresh(token, await (await makeKey())()), 'WRONG_CREDENTIALS');
  assert.equal(await refresh(token, 'no proof at all'), 'WRONG_CREDENTIALS');
  assert.equal((await read()).endedAt, null);
  assert.match(await refresh(token, await key()), /^[0-9a-f-]{36}\./);
});

test('whoever holds the key may come again with the token before, because an answer can get lost; nobody else may', async () => {
  const key = await makeKey();
  const { token, read } = await signIn({ key });
  const lost = await refresh(token, await key());
  const again = await refresh(token, await key());
  assert.notEqual(again, lost);
  assert.deepEqual(Buffer.from((await read()).tokenHash), Buffer.from(secretHash(again)));
  assert.match(await refresh(again, await key()), /^[0-9a-f-]{36}\./);
  assert.equal(await refresh(token, await key()), GONE, 'it is older than the one before by now');
  assert.notEqual((await read()).endedAt, null);
  const other = await signIn({ key });
  await refresh(other.token, await key());
  assert.equal(await refresh(other.token), GONE);
  assert.notEqual((await other.read()).endedAt, null, 'a copy without the key ends it');
});

test('of two requests with one token at the same time one gets new ones', async () => {
  const { token } = await signIn();
  const answers = await Promise.all([refresh(token), refresh(token)]);
  assert.equal(answers.filter((answer) => answer === GONE).length, 1, String(answers));
});

test('an address that refreshes without end is held up', async () => {
  let tries = 0;
  await assert.rejects(async () => {
    for (; tries < 1_000; tries++)
      await refreshTokens(contextOf(null, 'one place'), 'nonsense').catch((error) => {
        if (!(error instanceof UserErrors)) throw error;
      });
  }, /Too many tries/);
  assert.ok(tries >= 120, String(tries));
});
