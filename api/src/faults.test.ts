import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { type AddressInfo, connect as connectTcp, createServer, type Socket } from 'node:net';
import { after, before, describe, it } from 'node:test';
import { readConfig } from './config.ts';
import { createLocalBus, createRedisBus } from './platform/bus.ts';
import { systemClock } from './platform/clock.ts';
import { connect } from './platform/database.ts';
import { createLog } from './platform/telemetry.ts';
import { startServer } from './server.ts';
import { type Backend, useBackend } from './testing/backend.ts';
import { openSocket } from './testing/socket.ts';

/** A wire to a server that can be cut and mended. */
async function wireTo(address: string) {
  const target = new URL(address);
  const open = new Set<Socket>();
  let whole = true;
  const server = createServer((near) => {
    if (!whole) return near.destroy();
    const far = connectTcp(Number(target.port || 5432), target.hostname);
    for (const [a, b] of [
      [near, far],
      [far, near],
    ] as const) {
      open.add(a);
      a.on('error', () => {});
      a.on('close', () => {
        open.delete(a);
        b.destroy();
      });
      a.pipe(b);
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = new URL(address);
  url.hostname = '127.0.0.1';
  url.port = String((server.address() as AddressInfo).port);
  return {
    url: url.href,
    cut() {
      whole = false;
      for (const socket of open) socket.destroy();
    },
    mend() {
      whole = true;
    },
    close() {
      for (const socket of open) socket.destroy();
      server.close();
    },
  };
}

async function within(ms: number, check: () => Promise<boolean>): Promise<boolean> {
  for (const end = Date.now() + ms; Date.now() < end; ) {
    if (await check().catch(() => false)) return true;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return false;
}

let backend: Backend;
before(async () => {
  backend = await useBackend();
});
after(() => backend.close());

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

describe('faults', () => {
  it('PostgreSQL goes away: UNAVAILABLE without a word about it, and all is well when it is back', async () => {
    const wire = await wireTo(backend.database.url);
    const lines: string[] = [];
    const database = { ...connect(wire.url, 5), kind: 'postgres' as const, url: wire.url, place: 'test' };
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
        assert.match(text, /"code":"UNAVAILABLE"/);
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

  const start = async () => {
    const child = spawn(process.execPath, ['api/src/main.ts'], {
      env: { PATH: process.env.PATH, ...environment(backend.database.url) },
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
    return { child, url };
  };

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

it('a Redis that is not there at the start is named in one sentence, without its password', async () => {
  const closed = createServer().listen(0, '127.0.0.1');
  await once(closed, 'listening');
  const { port } = closed.address() as AddressInfo;
  closed.close();
  await once(closed, 'close');
  await assert.rejects(createRedisBus(`redis://me:hunter2@127.0.0.1:${port}`, { prefix: 'x:' }), {
    name: 'RedisError',
    message: `Redis at 127.0.0.1:${port} cannot be reached: connect ECONNREFUSED 127.0.0.1:${port}.`,
  });
});
