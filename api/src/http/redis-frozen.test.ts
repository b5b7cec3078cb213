/** Redis may stand still without a closed connection: what ends somewhere must end everywhere once it answers again, and health must say so. */
import assert from 'node:assert/strict';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { noRedisServer, type OwnRedis, startRedis } from '../testing/redis.ts';
import { type TestPerson, type TestServer, useServer } from '../testing/server.ts';
import { openSocket } from '../testing/socket.ts';

const skip = Boolean(await noRedisServer());
/** What everybody is promised, and a little for a machine that does other things as well. */
const PROMISED_MS = 2_000;

describe('a frozen Redis', { skip }, () => {
  let redis: OwnRedis;
  let one: TestServer;
  let two: TestServer;
  beforeAll(async () => {
    redis = await startRedis();
    one = await useServer({ redisUrl: redis.url });
    two = await useServer({ beside: one, redisUrl: redis.url });
  });
  afterAll(async () => {
    redis?.thaw();
    await two?.close();
    await one?.close();
    await redis?.close();
  });

  const ask = async (api: TestServer, person: TestPerson, query: string, input?: object) => {
    const answer = await api.ask(query, input && { input }, person.accessToken);
    assert.ok(answer.data, answer.text);
    return answer.data;
  };
  const busSays = async (api: TestServer) =>
    ((await (await fetch(`${api.url}/health/ready`)).json()) as { bus: string }).bus;
  const within = async (ms: number, what: string, holds: () => Promise<boolean>) => {
    const started = performance.now();
    while (!(await holds())) {
      assert.ok(performance.now() - started < ms, `${what} within ${ms} ms`);
      await new Promise((next) => setTimeout(next, 20));
    }
  };

  it('health says so, and a sign-out holds at the other instance although it could not be told', async () => {
    const person = await one.guest();
    const socket = await openSocket(two.url, { token: person.accessToken });
    await ask(two, person, '{ viewer { id } }');
    assert.deepEqual([await busSays(one), await busSays(two)], ['ok', 'ok']);
    redis.freeze();
    try {
      await Promise.all(
        [one, two].map((api) => within(PROMISED_MS, 'health says so', async () => (await busSays(api)) === 'away')),
      );
      await ask(one, person, 'mutation ($input: SignOutInput!) { signOut(input: $input) { userErrors { code } } }', {});
      await within(
        PROMISED_MS,
        'the token ends',
        async () => (await two.ask('{ viewer { id } }', {}, person.accessToken)).status === 401,
      );
    } finally {
      redis.thaw();
    }
    assert.equal(await socket.closed(PROMISED_MS), 4403);
    await within(PROMISED_MS, 'health is well again', async () => (await busSays(two)) === 'ok');
  });

  it('who was signed out while Redis was gone is signed out when it is back, also where nothing was ever told', async () => {
    const person = await one.guest();
    const socket = await openSocket(two.url, { token: person.accessToken });
    redis.freeze();
    await within(PROMISED_MS, 'health says so', async () => (await busSays(two)) === 'away');
    // As by an instance that ended before it could tell anybody.
    await one.backend.database.prisma.refreshSession.updateMany({
      where: { userId: person.userId },
      data: { endedAt: new Date() },
    });
    redis.thaw();
    assert.equal(await socket.closed(PROMISED_MS), 4403);
  });

  it('a member who was removed meanwhile hears nothing any more once it is back', async () => {
    const [host, member] = [await one.guest(), await two.guest()];
    const revision = await one.backend.database.prisma.revision.findFirstOrThrow({
      where: { currentOf: { slug: 'theta-calm' } },
    });
    const created = await ask(
      one,
      host,
      'mutation ($input: CreateGroupInput!) { createGroup(input: $input) { group { code } userErrors { code } } }',
      { name: 'Host', revision: Buffer.from(`Revision:${revision.id}`).toString('base64') },
    );
    const { code } = created.createGroup.group;
    const joined = await ask(
      two,
      member,
      'mutation ($input: JoinGroupInput!) { joinGroup(input: $input) { member { id } userErrors { code } } }',
      { code, name: 'Member' },
    );
    const socket = await openSocket(two.url, { token: member.accessToken });
    const query = 'subscription ($code: String!) { groupChanged(code: $code) { version } }';
    socket.send({ type: 'subscribe', id: 'g', payload: { query, variables: { code } } });
    assert.equal((await socket.next('g', 10_000)).type, 'next');
    redis.freeze();
    try {
      await within(PROMISED_MS, 'health says so', async () => (await busSays(two)) === 'away');
      await one.backend.database.prisma.groupMember.updateMany({
        where: { userId: member.userId },
        data: { kickedAt: new Date(), leftAt: new Date() },
      });
    } finally {
      redis.thaw();
    }
    await within(PROMISED_MS, 'it is over', async () => {
      const { type } = await socket.next('g', PROMISED_MS);
      return type === 'complete';
    });
    assert.ok(joined.joinGroup.member.id);
    socket.close();
  });
});
