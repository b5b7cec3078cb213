/** What Redis keeps for a while: at hand before the database has answered, never right against it, and nothing is lost with it. */
import assert from 'node:assert/strict';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, test } from 'vitest';
import { createAccounts } from '../accounts/accounts.ts';
import { type Bus, createLocalBus } from '../platform/bus.ts';
import { systemClock } from '../platform/clock.ts';
import { newId } from '../platform/ids.ts';
import { noRedisServer, type OwnRedis, startRedis } from '../testing/redis.ts';
import { type TestPerson, type TestServer, useServer } from '../testing/server.ts';
import { openSocket, type TestSocket } from '../testing/socket.ts';

const skip = Boolean(await noRedisServer());
const nodeId = (type: string, id: string) => Buffer.from(`${type}:${id}`).toString('base64');

let redis: OwnRedis;
let client: Redis;
let api: TestServer;
beforeAll(async () => {
  if (skip) return;
  redis = await startRedis();
  client = new Redis(redis.url, { retryStrategy: () => null });
  client.on('error', () => {});
  api = await useServer({ redisUrl: redis.url });
});
afterAll(async () => {
  await api?.close();
  client?.disconnect();
  await redis?.close();
});

/** An instance that has seen nobody yet. */
const beside = () => useServer({ beside: api, redisUrl: redis.url });
const key = (name: string) => `${api.backend.redisPrefix}${name}`;
const WHO = '{ viewer { id } }';
const signInOf = ({ accessToken }: TestPerson): string =>
  JSON.parse(Buffer.from(accessToken.split('.')[1] as string, 'base64url').toString()).sid;

async function until(what: string, holds: () => Promise<boolean>): Promise<void> {
  for (const end = Date.now() + 30_000; !(await holds()); await new Promise((next) => setTimeout(next, 10)))
    assert.ok(Date.now() < end, what);
}

async function play(person: TestPerson) {
  const id = newId();
  const revision = await api.backend.database.prisma.revision.findFirstOrThrow({
    where: { currentOf: { slug: 'theta-calm' } },
  });
  let version = 0;
  const tell = async (name: string, more: object) => {
    const common = { eventId: newId(), occurredAt: new Date().toISOString(), deviceId: person.deviceId };
    const input = { ...common, positionSeconds: version, ...more };
    const type = `${name[0]?.toUpperCase()}${name.slice(1)}Input`;
    const { data, text } = await api.ask(
      `mutation ($input: ${type}!) { ${name}(input: $input) { session { version } userErrors { code message } } }`,
      { input },
      person.accessToken,
    );
    assert.deepEqual(data?.[name].userErrors, [], text);
    version++;
    assert.equal(data[name].session.version, version);
  };
  await tell('startSession', {
    ...{ id, revision: nodeId('Revision', revision.id), timeZone: 'UTC', volume: 0.5, scene: '', deviceName: 'Test' },
  });
  return {
    id,
    act: (name: string, more: object = {}) =>
      tell(name, { session: nodeId('Session', id), expectedVersion: version, ...more }),
  };
}

async function follow(server: TestServer, person: TestPerson, id: string) {
  const socket: TestSocket = await openSocket(server.url, { token: person.accessToken });
  socket.send({
    ...{ type: 'subscribe', id: 's' },
    payload: {
      query: 'subscription ($id: ID!) { sessionChanged(id: $id) { version volume } }',
      variables: { id: nodeId('Session', id) },
    },
  });
  const next = async () => {
    const { payload } = (await socket.next('s', 30_000)) as {
      payload: { data: { sessionChanged: { version: number; volume: number } } };
    };
    return payload.data.sessionChanged;
  };
  return { socket, next };
}

/** Puts a state of the session into Redis that the database does not have. */
async function keep(person: TestPerson, id: string, version: number, volume: number): Promise<void> {
  const row = await api.backend.database.prisma.session.findUniqueOrThrow({ where: { id } });
  const message = JSON.stringify({ session: { ...row, version, volume } });
  await client.set(key(`user:${person.userId}`), `${id} ${version} ${message}`);
}

test('the first state comes from Redis, where every change leaves it for a while', { skip }, async () => {
  const person = await api.guest();
  const session = await play(person);
  await session.act('changeSessionVolume', { volume: 0.25 });
  assert.match(String(await client.get(key(`user:${person.userId}`))), new RegExp(`^${session.id} 2 {`));
  assert.ok((await client.ttl(key(`user:${person.userId}`))) > 60);
  const leaver = await api.guest();
  await play(leaver);
  const gone = await api.ask(
    'mutation { deleteAccount(input: {}) { userErrors { message } } }',
    undefined,
    leaver.accessToken,
  );
  assert.deepEqual(gone.data?.deleteAccount.userErrors, [], gone.text);
  assert.equal(await client.exists(key(`user:${leaver.userId}`)), 0, 'it goes with the account');
  // Of the version that the database has, so that nothing newer follows.
  await keep(person, session.id, 2, 0.75);
  const other = await beside();
  try {
    const { next, socket } = await follow(other, person, session.id);
    assert.deepEqual(await next(), { version: 2, volume: 0.75 });
    socket.close();
  } finally {
    await other.close();
  }
});

test('an old state in Redis never wins: the present one follows it, and a later version is not overwritten', {
  skip,
}, async () => {
  const person = await api.guest();
  const session = await play(person);
  await session.act('changeSessionVolume', { volume: 0.25 });
  await session.act('changeSessionVolume', { volume: 0.3 });
  await keep(person, session.id, 1, 0.9);
  const other = await beside();
  try {
    const { next, socket } = await follow(other, person, session.id);
    assert.deepEqual(await next(), { version: 1, volume: 0.9 });
    assert.deepEqual(await next(), { version: 3, volume: 0.3 });
    // Whoever was slow comes with what has been overtaken.
    const channel = `user:${person.userId}`;
    await session.act('changeSessionVolume', { volume: 0.4 });
    await api.bus.publish(channel, '{"days":[]}', { id: session.id, version: 2, ttlSeconds: 60 });
    assert.match(String(await client.get(key(channel))), new RegExp(`^${session.id} 4 {.*"volume":0.4`));
    assert.deepEqual(await next(), { version: 4, volume: 0.4 });
    // A session that is over is asked of the database alone: a late log may take it up again.
    await session.act('stopSession');
    assert.deepEqual(await next(), { version: 5, volume: 0.4 });
    socket.close();
  } finally {
    await other.close();
  }
});

test('a sign-in is read once for all instances; one that has ended is written down by nobody again', {
  skip,
}, async () => {
  const person = await api.guest();
  const name = key(`sign-in:${signInOf(person)}`);
  assert.ok((await api.ask(WHO, {}, person.accessToken)).data.viewer);
  await until('it was written down', async () => (await client.get(name)) !== null);
  const ttl = await client.ttl(name);
  assert.ok(ttl > 60 && ttl <= 900, `${ttl}`);
  const [other, late] = await Promise.all([beside(), beside()]);
  try {
    assert.ok((await other.ask(WHO, {}, person.accessToken)).data.viewer);
    const out = await api.ask(
      'mutation { signOut(input: {}) { userErrors { message } } }',
      undefined,
      person.accessToken,
    );
    assert.deepEqual(out.data?.signOut.userErrors, [], out.text);
    assert.equal(await client.get(name), '');
    // What somebody had read of the database before that.
    await other.bus.cache(`sign-in:${signInOf(person)}`, '{"userId":"x"}', 900, true);
    assert.equal(await client.get(name), '');
    for (const server of [api, late]) assert.equal((await server.ask(WHO, {}, person.accessToken)).status, 401);
    await until('the other one has heard it', async () => {
      return (await other.ask(WHO, {}, person.accessToken)).status === 401;
    });
  } finally {
    await other.close();
    await late.close();
  }
});

test('a sign-in that Redis still has and the database has ended is refused as soon as the database was asked', {
  skip,
}, async () => {
  const person = await api.guest();
  assert.ok((await api.ask(WHO, {}, person.accessToken)).data.viewer);
  const name = key(`sign-in:${signInOf(person)}`);
  await until('it was written down', async () => (await client.get(name)) !== null);
  // As if the instance that ended it had lost Redis and its life right then.
  await api.backend.database.prisma.refreshSession.update({
    where: { id: signInOf(person) },
    data: { endedAt: new Date() },
  });
  const other = await beside();
  try {
    await other.ask(WHO, {}, person.accessToken);
    await until('it is refused', async () => (await other.ask(WHO, {}, person.accessToken)).status === 401);
    assert.equal(await client.get(name), '');
    // On every instance, though this one had it in memory.
    await until('here too', async () => (await api.ask(WHO, {}, person.accessToken)).status === 401);
  } finally {
    await other.close();
  }
});

test('an end that Redis did not take is written down when it is back, and what it has of before is not believed', {
  skip,
}, async () => {
  const { config, database, accounts: own } = api.server.services;
  const person = await api.guest();
  const id = signInOf(person);
  const viewer = { userId: person.userId, sessionId: id, role: 'USER', isGuest: true };
  const kept = JSON.stringify({ viewer, until: new Date(Date.now() + 900_000) });
  let isAway = true;
  let back = () => {};
  const written: string[][] = [];
  const bus: Bus = {
    ...createLocalBus(),
    cached: async () => kept,
    async cache(name, value) {
      if (!isAway) written.push([name, value]);
      return !isAway;
    },
    onReconnect(listener) {
      back = listener;
      return () => {};
    },
  };
  const accounts = await createAccounts({ config, database, bus, clock: systemClock, mail: own.mail });
  try {
    await api.backend.database.prisma.refreshSession.update({ where: { id }, data: { endedAt: new Date() } });
    await accounts.announceEnded([id]);
    assert.deepEqual(written, []);
    isAway = false;
    back();
    await until('it is written down', async () => written.length > 0);
    assert.deepEqual(written, [[`sign-in:${id}`, '']]);
    assert.deepEqual(await accounts.authenticate(person.accessToken), { problem: 'invalid' });
  } finally {
    await accounts.close();
  }
});

test('all of Redis lost in mid-session: nothing is lost', { skip }, async () => {
  const person = await api.guest();
  const session = await play(person);
  await session.act('changeSessionVolume', { volume: 0.2 });
  await client.flushall();
  const other = await beside();
  try {
    assert.ok((await other.ask(WHO, {}, person.accessToken)).data.viewer);
    const { next, socket } = await follow(other, person, session.id);
    assert.deepEqual(await next(), { version: 2, volume: 0.2 });
    await client.flushall();
    await session.act('changeSessionVolume', { volume: 0.6 });
    assert.deepEqual(await next(), { version: 3, volume: 0.6 });
    socket.close();
    assert.equal(await api.backend.database.prisma.sessionEvent.count({ where: { sessionId: session.id } }), 3);
  } finally {
    await other.close();
  }
});

test('a whole solo session on two instances, its follower and its sign-in: at most 20 commands', {
  skip,
}, async (t) => {
  const other = await beside();
  const monitor = await client.monitor();
  monitor.on('error', () => {});
  try {
    const commands: string[] = [];
    // What a script does within Redis is no command of ours.
    monitor.on('monitor', (_time: string, args: string[], source: string) => {
      if (source !== 'lua' && args.some((part) => part.startsWith(api.backend.redisPrefix)))
        commands.push(args[0] as string);
    });
    const person = await api.guest();
    const session = await play(person);
    const { next, socket } = await follow(other, person, session.id);
    await next();
    await session.act('changeSessionVolume', { volume: 0.3 });
    await session.act('pauseSession');
    await session.act('resumeSession');
    await session.act('seekSession', { positionSeconds: 100 });
    await session.act('stopSession', { positionSeconds: 100 });
    while ((await next()).version < 6);
    const told = (name: string) => commands.some((command) => command.toLowerCase() === name);
    await until('the follower is no more', async () => told('unsubscribe'));
    const solo = [...commands];
    t.annotate(`${solo.length} commands: ${solo.join(' ')}`);
    assert.ok(solo.length <= 20, solo.join('\n'));
    assert.ok(solo.filter((command) => command.toLowerCase() === 'eval').length >= 6, solo.join('\n'));
    // Instances that know the person ask Redis nothing for a request.
    for (let i = 0; i < 10; i++) await Promise.all([api, other].map((one) => one.ask(WHO, {}, person.accessToken)));
    await client.get(key('seen'));
    await until('the monitor has told all', async () => commands.at(-1)?.toLowerCase() === 'get');
    assert.deepEqual(commands.slice(solo.length, -1), []);
    socket.close();
  } finally {
    monitor.disconnect();
    await other.close();
  }
});
