import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect as connectTcp } from 'node:net';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { readConfig } from './config.ts';
import { startServer } from './http/server.ts';
import { createLocalBus, createRedisBus } from './platform/bus.ts';
import { userChannel } from './platform/bus-keys.ts';
import { systemClock } from './platform/clock.ts';
import { connect } from './platform/database.ts';
import { newId } from './platform/ids.ts';
import { createLog } from './platform/telemetry.ts';
import { type Backend, useBackend } from './testing/backend.ts';
import { noRedisServer, startRedis } from './testing/redis.ts';
import { openSocket } from './testing/socket.ts';
import { fatal, saysReady, wireTo } from './testing/wire.ts';

async function within(ms: number, check: () => Promise<boolean>): Promise<boolean> {
  for (const end = Date.now() + ms; Date.now() < end; ) {
    if (await check().catch(() => false)) return true;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return false;
}

let backend: Backend;
beforeAll(async () => {
  backend = await useBackend();
});
afterAll(() => backend.close());

const environment = (url: string) => ({
  NODE_ENV: 'test',
  PORT: '0',
  HOST: '127.0.0.1',
  DATABASE_URL: url,
  NES_SECRET: 'a secret of tests that is long enough to be one',
  RATE_LIMIT_FACTOR: '1000',
});

const ask = async (url: string, query: string) => {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query }),
  });
  return { status: response.status, text: await response.text() };
};

const LIST = '{ protocols(first: 1) { edges { node { slug } } } }';
const GUEST =
  'mutation { startGuest(input: {deviceId: "6f1c2f0e-3d5a-4b7c-9e8f-0123456789ab", deviceName: "x", timeZone: "UTC"}) { tokens { accessToken } userErrors { code } } }';

/** A guest on a device of its own: one transaction of several statements. */
const guest = () => GUEST.replace(/deviceId: "[^"]+"/, `deviceId: "${newId()}"`);

/** `data`, or the code of the first error and the seconds after which to come again. */
const outcomeOf = (text: string): string => {
  const [error] = JSON.parse(text).errors ?? [];
  return error ? `${error.extensions.code} ${error.extensions.retryAfter}` : 'data';
};

/** The test's database by another way to it. */
const databaseAt = (url: string, connections = 5) => ({
  ...connect(url, connections),
  kind: 'postgres' as const,
  url,
  place: 'test',
  migrations: 'applied' as const,
});

describe('faults', () => {
  it('PostgreSQL goes away: UNAVAILABLE without a word about it, and all is well when it is back', async () => {
    const wire = await wireTo(backend.database.url);
    const lines: string[] = [];
    const database = databaseAt(wire.url);
    const server = await startServer({
      config: readConfig(environment(wire.url)),
      database,
      bus: createLocalBus(),
      clock: systemClock,
      log: createLog({ logLevel: 'debug', logFormat: 'text' }, (line) => lines.push(line)),
    });
    try {
      assert.match((await ask(server.url, LIST)).text, /"slug"/);
      wire.cut();
      // Another list than the one that was read just now, which is kept for a moment.
      for (const operation of [LIST.replace('first: 1', 'first: 2'), GUEST]) {
        const { text } = await ask(server.url, operation);
        assert.match(text, /"code":"UNAVAILABLE","retryAfter":2/);
        assert.doesNotMatch(text, /ECONN|postgres|127\.0\.0\.1|prisma|Prisma/);
      }
      assert.match(
        (await ask(server.url, '{ serverTime }')).text,
        /"data":\{"serverTime":\d/,
        'what needs no database is served',
      );
      assert.equal((await fetch(`${server.url}/health/ready`)).status, 503);
      assert.equal((await fetch(`${server.url}/health/live`)).status, 200);
      wire.mend();
      assert.equal(await within(10_000, async () => /"slug"/.test((await ask(server.url, LIST)).text)), true);
      assert.match((await ask(server.url, GUEST)).text, /accessToken/);
    } finally {
      await server.close();
      await database.close();
      wire.close();
    }
  });

  it('subscriptions: told UNAVAILABLE when begun while PostgreSQL is away, and those that go on hear the present state when it is back', async () => {
    const wire = await wireTo(backend.database.url);
    const bus = createLocalBus();
    const database = databaseAt(wire.url);
    const server = await startServer({
      config: readConfig(environment(wire.url)),
      database,
      bus,
      clock: systemClock,
      log: createLog({ logLevel: 'silent', logFormat: 'text' }),
    });
    // A rejection that nobody waits for ends the process; the runner of these tests tells it as a failure.
    try {
      const { text } = await ask(server.url, guest().replace('userErrors', 'viewer { id } userErrors'));
      const { tokens, viewer } = JSON.parse(text).data.startGuest;
      const socket = await openSocket(server.url, { token: tokens.accessToken });
      const query = 'subscription { myLiveSession { id } }';
      socket.send({ type: 'subscribe', id: 'before', payload: { query } });
      assert.deepEqual((await socket.next('before', 20_000)).payload, { data: { myLiveSession: null } });
      wire.cut();
      const userId = Buffer.from(viewer.id, 'base64').toString().split(':')[1] ?? '';
      // An ended session makes the source ask for the one that still goes on.
      await bus.publish(userChannel(userId), JSON.stringify({ session: { id: newId(), state: 'STOPPED' } }));
      socket.send({ type: 'subscribe', id: 'after', payload: { query: 'subscription { myLiveSession { state } }' } });
      const told = (await socket.next('after', 20_000)) as {
        type: string;
        payload: { extensions: { code: string } }[];
      };
      assert.equal(told.type, 'error');
      assert.equal(told.payload[0]?.extensions.code, 'UNAVAILABLE');
      assert.doesNotMatch(JSON.stringify(told), /ECONN|postgres|127\.0\.0\.1|prisma|Prisma|terminated/);
      wire.mend();
      assert.deepEqual((await socket.next('before', 20_000)).payload, { data: { myLiveSession: null } });
      socket.close();
    } finally {
      await server.close();
      await database.close();
      wire.close();
    }
  });

  const fatals = [
    ['57P01', 'terminating connection due to administrator command'],
    ['57P03', 'the database system is shutting down'],
    ['25P03', 'terminating connection due to idle-in-transaction timeout'],
  ] as const;
  for (const [code, message] of fatals)
    it(`a server that says it is ready and FATAL ${code} in one packet ends an operation and nothing else`, async () => {
      const wire = await wireTo(backend.database.url);
      const database = databaseAt(wire.url);
      const server = await startServer({
        config: readConfig(environment(wire.url)),
        database,
        bus: createLocalBus(),
        clock: systemClock,
        log: createLog({ logLevel: 'silent', logFormat: 'text' }),
      });
      try {
        // Behind the end of the start, of a statement, of a BEGIN, of a COMMIT: whichever comes next in 100 operations.
        let said = 0;
        wire.behind = (chunk) => (saysReady(chunk) && said++ % 5 === 0 ? fatal(code, message) : null);
        const told = new Set<string>();
        for (let round = 0; round < 5; round++) {
          const answers = await Promise.all(
            Array.from({ length: 20 }, (_, n) => ask(server.url, n % 2 ? guest() : LIST.replace('1', String(n + 2)))),
          );
          for (const { text } of answers) told.add(outcomeOf(text));
        }
        assert.deepEqual([...told].sort(), ['UNAVAILABLE 2', 'data']);
        wire.behind = () => null;
        assert.equal(await within(5_000, async () => /accessToken/.test((await ask(server.url, guest())).text)), true);
      } finally {
        await server.close();
        await database.close();
        wire.close();
      }
    });

  it('every connection ended by an administrator, over and over while 24 clients write: nothing but UNAVAILABLE', async () => {
    const database = databaseAt(backend.database.url, 8);
    const server = await startServer({
      config: readConfig(environment(backend.database.url)),
      database,
      bus: createLocalBus(),
      clock: systemClock,
      log: createLog({ logLevel: 'silent', logFormat: 'text' }),
    });
    const admin = connect(backend.database.url, 1);
    try {
      const told = new Map<string, number>();
      let going = true;
      const clients = Array.from({ length: 24 }, async (_, n) => {
        while (going) {
          const { text } = await ask(server.url, n % 2 ? guest() : LIST.replace('1', String(2 + (n % 90))));
          told.set(outcomeOf(text), (told.get(outcomeOf(text)) ?? 0) + 1);
        }
      });
      for (let cut = 0; cut < 40; cut++) {
        await admin.pool.query(
          'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()',
        );
        await new Promise((next) => setTimeout(next, 10 + (cut % 7) * 10));
      }
      going = false;
      await Promise.all(clients);
      assert.deepEqual([...told.keys()].sort(), ['UNAVAILABLE 2', 'data']);
      assert.equal((await (await fetch(`${server.url}/health/ready`)).json()).writes, 'ok');
    } finally {
      await server.close();
      await database.close();
      await admin.close();
    }
  });

  it('a database that takes no writes: reads are answered, writes are UNAVAILABLE, and health says so', async () => {
    const url = new URL(backend.directUrl);
    url.searchParams.set('options', '-c default_transaction_read_only=on');
    const database = databaseAt(url.href);
    const server = await startServer({
      config: readConfig(environment(backend.database.url)),
      database,
      bus: createLocalBus(),
      clock: systemClock,
      log: createLog({ logLevel: 'silent', logFormat: 'text' }),
    });
    try {
      assert.equal(outcomeOf((await ask(server.url, GUEST)).text), 'UNAVAILABLE 2');
      assert.match((await ask(server.url, LIST)).text, /"slug"/);
      const health = await fetch(`${server.url}/health/ready`);
      assert.equal(health.status, 200);
      const told = (await health.json()) as Record<string, string>;
      assert.deepEqual([told.status, told.database, told.writes, told.bus], ['ready', 'ok', 'read only', 'ok']);
    } finally {
      await server.close();
      await database.close();
    }
  });

  it('Redis goes away: limits and deliveries go on in each instance, and messages flow again when it is back', async (t) => {
    if (backend.redisUrl === null) return t.skip('no Redis in this run');
    const wire = await wireTo(backend.redisUrl);
    const errors: Error[] = [];
    const far = await createRedisBus(backend.redisUrl, { prefix: backend.redisPrefix });
    const near = await createRedisBus(wire.url, {
      prefix: backend.redisPrefix,
      onError: (error) => errors.push(error),
    });
    try {
      const heard: string[] = [];
      let reconnects = 0;
      near.onReconnect(() => reconnects++);
      await near.subscribe('c', (message) => heard.push(message));
      await far.publish('c', 'one');
      assert.equal(await within(2_000, async () => heard.includes('one')), true);
      wire.cut();
      assert.equal(await within(2_000, async () => !near.healthy()), true);
      await near.publish('c', 'own');
      assert.ok(heard.includes('own'), 'its own followers hear it');
      const bucket = { capacity: 2, perSecond: 0.001 };
      const taken = [];
      for (let i = 0; i < 3; i++) taken.push((await near.take('k', bucket)).allowed);
      assert.deepEqual(taken, [true, true, false], 'limits hold without it');
      assert.ok(errors.length > 0);
      wire.mend();
      assert.equal(await within(10_000, async () => near.healthy() && reconnects > 0), true);
      await far.publish('c', 'two');
      assert.equal(await within(2_000, async () => heard.includes('two')), true);
    } finally {
      await near.close();
      await far.close();
      wire.close();
    }
  });

  const start = async (more: Record<string, string> = {}) => {
    const child = spawn(process.execPath, ['api/src/main.ts'], {
      env: { PATH: process.env.PATH, ...environment(backend.database.url), ...more },
      cwd: new URL('../..', import.meta.url),
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let output = '';
    const url = await new Promise<string>((resolve, reject) => {
      child.stdout.on('data', (chunk) => {
        output += chunk;
        const ready = /ready: (http:\S+)/.exec(output);
        if (ready) resolve(ready[1] as string);
      });
      child.once('exit', (code) => reject(new Error(`It ended with ${code}: ${output}`)));
    });
    return { child, url, output: () => output };
  };

  it('a database that is away while the library is compared in development: asked again, and the process lives', async () => {
    const wire = await wireTo(backend.database.url);
    const { child, output } = await start({ NODE_ENV: 'development', DATABASE_URL: wire.url });
    try {
      wire.cut();
      assert.equal(
        await within(20_000, async () => /could not be compared/.test(output()) || child.exitCode !== null),
        true,
      );
      wire.mend();
      assert.equal(child.exitCode, null, output());
      await new Promise((next) => setTimeout(next, 4_000));
      assert.equal(child.exitCode, null, output());
    } finally {
      child.kill('SIGTERM');
      if (child.exitCode === null) await once(child, 'exit');
      wire.close();
    }
  });

  it('SIGTERM: sockets are told to come back, what runs is finished, the process ends well within 10 s', async () => {
    const { child, url } = await start();
    const socket = await openSocket(url);
    const closed = socket.closed(9_000);
    // A request of which half has come when the signal does.
    const body = JSON.stringify({ query: LIST });
    const half = connectTcp(Number(new URL(url).port), '127.0.0.1');
    let answer = '';
    half.on('data', (chunk) => {
      answer += chunk;
    });
    half.write(
      `POST /graphql HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body.slice(0, 10)}`,
    );
    await ask(url, '{ serverTime }');
    const started = performance.now();
    child.kill('SIGTERM');
    assert.equal(await closed, 1012);
    half.write(body.slice(10));
    await once(half, 'close');
    assert.match(answer, /^HTTP\/1\.1 200[\s\S]*"slug"/);
    const [code] = await once(child, 'exit');
    assert.equal(code, 0);
    assert.ok(performance.now() - started < 10_000);
  });

  it('SIGKILL: what was answered is kept', async () => {
    const first = await start();
    const { text } = await ask(first.url, GUEST);
    const token = JSON.parse(text).data.startGuest.tokens.accessToken as string;
    first.child.kill('SIGKILL');
    await once(first.child, 'exit');
    const second = await start();
    try {
      const response = await fetch(`${second.url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
        body: JSON.stringify({ query: '{ viewer { isGuest devices { name } } }' }),
      });
      assert.deepEqual(await response.json(), { data: { viewer: { isGuest: true, devices: [{ name: 'x' }] } } });
    } finally {
      second.child.kill('SIGTERM');
      await once(second.child, 'exit');
    }
  });
});

it('a Redis that is not there at the start is gone without, told without its password, and taken when it comes', {
  skip: Boolean(await noRedisServer()),
}, async () => {
  const redis = await startRedis();
  await redis.kill();
  const told: string[] = [];
  const bus = await createRedisBus(redis.url.replace('redis://', 'redis://:hunter2@'), {
    prefix: 'x:',
    onError: ({ message }) => told.push(message),
  });
  try {
    assert.equal(bus.healthy(), false);
    assert.equal(await bus.check(), false);
    assert.ok(told.length > 0);
    assert.doesNotMatch(told.join(), /hunter2/);
    const heard: string[] = [];
    await bus.subscribe('channel', (message) => heard.push(message));
    await bus.publish('channel', 'alone');
    assert.deepEqual(heard, ['alone'], 'this instance hears itself');
    assert.equal((await bus.take('bucket', { capacity: 1, perSecond: 1 })).allowed, true);
  } finally {
    await bus.close();
  }
  const later = await createRedisBus(redis.url, { prefix: 'x:', connectTimeoutMs: 500 });
  try {
    let returns = 0;
    later.onReconnect(() => returns++);
    const heard: string[] = [];
    await later.subscribe('channel', (message) => heard.push(message));
    await redis.start();
    for (const end = Date.now() + 10_000; !(later.healthy() && returns > 0) && Date.now() < end; )
      await new Promise((next) => setTimeout(next, 20));
    assert.equal(later.healthy(), true);
    assert.ok(returns > 0);
    await later.publish('channel', 'together');
    for (const end = Date.now() + 5_000; heard.length === 0 && Date.now() < end; )
      await new Promise((next) => setTimeout(next, 20));
    assert.deepEqual(heard, ['together']);
  } finally {
    await later.close();
    await redis.close();
  }
});
