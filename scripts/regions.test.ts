/**
 * Two regions on one machine: two API processes, a primary PostgreSQL and a streaming replica of it, Redis, and wires between the
 * regions that are as slow as an ocean. What Fly.io's proxy does with `fly-replay` is done by `edge` below.
 */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { appendFileSync, cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer as createHttpServer, request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { repositoryRoot } from '../api/src/config.ts';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../api/src/platform/embedded-postgres.ts';
import { type TestServer, VARIABLE } from '../api/src/testing/backend.ts';
import { openSocket } from '../api/src/testing/socket.ts';

/** One way between the regions, ms. Frankfurt to Virginia is about that. */
const ONE_WAY_MS = 40;

/** A TCP wire that delays what it carries, can be held and cut, and keeps the SQL that went out through it. */
async function wire(port: number, delayMs: number) {
  const open = new Set<Socket>();
  const statements: string[] = [];
  let held: (() => void)[] | null = null;
  let whole = true;
  const carry = (from: Socket, to: Socket, tap: boolean) => {
    from.on('data', (data) => {
      if (tap)
        for (const [text] of data.toString('latin1').matchAll(/\b(?:SELECT|INSERT|UPDATE|DELETE|BEGIN)\b[^\0]*/g))
          statements.push(text);
      setTimeout(() => {
        const deliver = () => to.writable && to.write(data);
        if (held) held.push(deliver);
        else deliver();
      }, delayMs);
    });
    from.on('error', () => {});
    from.on('close', () => {
      open.delete(from);
      setTimeout(() => to.destroy(), delayMs);
    });
    open.add(from);
  };
  const server = createServer((near) => {
    if (!whole) return near.destroy();
    const far = connect(port, '127.0.0.1');
    carry(near, far, true);
    carry(far, near, false);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    /** SQL since the last call. */
    taken: () => statements.splice(0),
    hold() {
      held ??= [];
    },
    release() {
      const waiting = held ?? [];
      held = null;
      for (const deliver of waiting) deliver();
    },
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
type Wire = Awaited<ReturnType<typeof wire>>;

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

const wait = (ms: number) => new Promise((done) => setTimeout(done, ms));

async function until(what: string, check: () => Promise<boolean> | boolean, ms = 30_000): Promise<void> {
  for (const end = Date.now() + ms; Date.now() < end; await wait(50)) if (await check()) return;
  throw new Error(`Not within ${ms} ms: ${what}`);
}

const withPort = (address: string, port: number) => {
  const url = new URL(address);
  url.hostname = '127.0.0.1';
  url.port = String(port);
  return url.href;
};

interface Instance {
  port: number;
  process: ChildProcess;
  output: () => string;
}

async function startInstance(environment: NodeJS.ProcessEnv): Promise<Instance> {
  const port = await freePort();
  const child = spawn(process.execPath, [join(repositoryRoot, 'api/src/main.ts')], {
    cwd: repositoryRoot,
    env: {
      PATH: process.env.PATH,
      NODE_ENV: 'production',
      HOST: '127.0.0.1',
      PORT: String(port),
      NES_SECRET: 'a secret of tests that is long enough to be one',
      RATE_LIMIT_FACTOR: '1000',
      NES_LIBRARY: 'off',
      TRUST_PROXY: '1',
      ...environment,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  }
  const instance = { port, process: child, output: () => output };
  await until(
    `an instance is ready:\n${output}`,
    async () => {
      if (child.exitCode !== null) throw new Error(`The instance ended:\n${output}`);
      return (await fetch(`http://127.0.0.1:${port}/health/ready`).catch(() => null))?.status === 200;
    },
    60_000,
  );
  return instance;
}

interface Reply {
  status: number;
  headers: IncomingHttpHeaders;
  text: string;
}

function send(port: number, headers: Record<string, string>, body: string): Promise<Reply> {
  return new Promise((done, failed) => {
    const asked = httpRequest({ host: '127.0.0.1', port, path: '/graphql', method: 'POST', headers }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (part: string) => {
        text += part;
      });
      response.once('end', () => done({ status: response.statusCode ?? 0, headers: response.headers, text }));
      response.once('error', failed);
    });
    asked.once('error', failed);
    asked.end(body);
  });
}

/** Fly.io's proxy in the far region: asks the instance there, and where that says `fly-replay`, one in the named region. */
async function edge(near: number, regions: Record<string, Wire>) {
  let replays = 0;
  const server = createHttpServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
    const body = Buffer.concat(chunks).toString();
    const headers = {
      'content-type': 'application/json',
      'content-length': String(Buffer.byteLength(body)),
      'x-forwarded-for': '203.0.113.9',
      ...(request.headers.authorization ? { authorization: request.headers.authorization } : {}),
    };
    const first = await send(near, headers, body);
    const replay = first.headers['fly-replay'];
    let reply = first;
    if (typeof replay === 'string') {
      replays++;
      const region = /region=(\w+)/.exec(replay)?.[1] ?? '';
      const far = regions[region] as Wire;
      reply = await send(
        far.port,
        { ...headers, 'fly-replay-src': `instance=near;region=iad;t=${Date.now()}000` },
        body,
      ).catch(() =>
        // fallback=prefer_self
        send(near, { ...headers, 'fly-replay-failed': 'reason=unreachable' }, body),
      );
    }
    response.writeHead(reply.status, { 'content-type': 'application/json', 'x-replayed': replay ? 'yes' : 'no' });
    response.end(reply.text);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    replays: () => replays,
    close: () => server.close(),
  };
}

const GUEST =
  'mutation ($input: StartGuestInput!) { startGuest(input: $input) { tokens { accessToken } viewer { id } userErrors { message } } }';
const LIBRARY = '{ protocols(first: 20) { nodes { slug title revision { id } author { displayName } } } }';
const GOAL = '{ viewer { id preferences { dailyGoalMinutes version } } }';
const SAVE =
  'mutation ($input: SavePreferencesInput!) { savePreferences(input: $input) { preferences { dailyGoalMinutes } userErrors { message } } }';
const START =
  'mutation ($input: StartSessionInput!) { startSession(input: $input) { session { id state } userErrors { message } } }';

describe('two regions', { timeout: 240_000 }, () => {
  const folders: string[] = [];
  const closing: (() => unknown)[] = [];
  let primary: EmbeddedPostgres;
  let replica: EmbeddedPostgres;
  let replication: Wire;
  let toPrimary: Wire;
  let toHome: Wire;
  let home: Instance;
  let far: Instance;
  let world: Awaited<ReturnType<typeof edge>>;
  let farEnvironment: NodeJS.ProcessEnv;
  let redisUrl: string | null;

  const temporary = (name: string) => {
    const folder = mkdtempSync(join(tmpdir(), `nes-${name}-`));
    spawnSync('chmod', ['755', folder]);
    folders.push(folder);
    return folder;
  };

  /** Asks a port as a client there does. */
  async function ask(port: number, query: string, variables: object = {}, token?: string) {
    const body = JSON.stringify({ query, variables });
    const began = performance.now();
    const { status, headers, text } = await send(
      port,
      {
        'content-type': 'application/json',
        'content-length': String(Buffer.byteLength(body)),
        ...(token ? { authorization: `Bearer ${token}` } : {}),
      },
      body,
    );
    // biome-ignore lint/suspicious/noExplicitAny: answers have as many shapes as there are operations.
    const answer = JSON.parse(text || '{}') as { data: any; errors?: { extensions: { code: string } }[] };
    return { status, ...answer, replayed: headers['x-replayed'] === 'yes', ms: performance.now() - began };
  }

  async function guest(port: number): Promise<string> {
    const { data } = await ask(port, GUEST, {
      input: { deviceId: randomUUID(), deviceName: 'Far', timeZone: 'UTC' },
    });
    return data.startGuest.tokens.accessToken;
  }

  /** Until queries of this person are answered beside them again. */
  const near = (token: string | undefined, port = world.port) =>
    until('reads are local', async () => {
      toPrimary.taken();
      const { replayed } = await ask(port, GOAL, {}, token);
      return !replayed && !toPrimary.taken().some((sql) => /preferences|users/.test(sql));
    });

  beforeAll(async () => {
    const there = process.env[VARIABLE] ? (JSON.parse(process.env[VARIABLE]) as TestServer) : null;
    redisUrl = there?.redisUrl ?? null;
    if (!redisUrl && spawnSync('redis-server', ['--version']).status === 0) {
      const port = await freePort();
      const redis = spawn(
        'redis-server',
        ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'],
        {
          stdio: 'ignore',
        },
      );
      closing.push(() => redis.kill('SIGTERM'));
      await until(
        'Redis answers',
        () =>
          new Promise<boolean>((done) => {
            const probe = connect(port, '127.0.0.1', () => {
              probe.destroy();
              done(true);
            }).once('error', () => done(false));
          }),
      );
      redisUrl = `redis://127.0.0.1:${port}`;
    }

    primary = await startEmbeddedPostgres({ folder: temporary('primary') });
    replication = await wire(primary.port, ONE_WAY_MS);
    toPrimary = await wire(primary.port, ONE_WAY_MS);
    home = await startInstance({
      NES_LIBRARY: 'on',
      DATABASE_URL: primary.url,
      ...(redisUrl ? { REDIS_URL: redisUrl, NES_REDIS_PREFIX: `regions-${process.pid}:` } : {}),
      DATABASE_REPLICA_URL: 'iad=postgresql://nowhere.invalid/nes',
      FLY_REGION: 'fra',
      PRIMARY_REGION: 'fra',
    });

    // A base backup of the running primary, as pg_basebackup makes one.
    const folder = temporary('replica');
    const admin = new pg.Client({ connectionString: primary.url });
    await admin.connect();
    await admin.query("SELECT pg_backup_start('replica', true)");
    cpSync(join(primary.folder, 'postgres'), join(folder, 'postgres'), {
      recursive: true,
      filter: (path) => !/postmaster\.(pid|opts)$/.test(path),
    });
    const { rows } = await admin.query('SELECT labelfile FROM pg_backup_stop()');
    await admin.end();
    const data = join(folder, 'postgres', 'data');
    const { password, username } = new URL(primary.url);
    writeFileSync(join(data, 'backup_label'), rows[0].labelfile);
    writeFileSync(join(data, 'standby.signal'), '');
    appendFileSync(
      join(data, 'postgresql.auto.conf'),
      `\nprimary_conninfo = 'host=127.0.0.1 port=${replication.port} user=${username} password=${password}'\n`,
    );
    if (process.getuid?.() === 0) {
      const owner = spawnSync('stat', ['-c', '%u:%g', join(primary.folder, 'postgres', 'data')], {
        encoding: 'utf8',
      }).stdout.trim();
      spawnSync('chown', ['-R', owner, join(folder, 'postgres')]);
    }
    replica = await startEmbeddedPostgres({ folder });

    toHome = await wire(home.port, ONE_WAY_MS);
    farEnvironment = {
      DATABASE_URL: withPort(primary.url, toPrimary.port),
      DATABASE_REPLICA_URL: `iad=${replica.url},syd=postgresql://nowhere.invalid/nes`,
      FLY_REGION: 'iad',
      PRIMARY_REGION: 'fra',
    };
    if (redisUrl) {
      const toRedis = await wire(Number(new URL(redisUrl).port || 6379), ONE_WAY_MS);
      closing.push(toRedis.close);
      Object.assign(farEnvironment, {
        REDIS_URL: withPort(redisUrl, toRedis.port),
        NES_REDIS_PREFIX: `regions-${process.pid}:`,
      });
    }
    far = await startInstance(farEnvironment);
    world = await edge(far.port, { fra: toHome });
  });

  afterAll(async () => {
    for (const instance of [far, home]) {
      if (instance && instance.process.exitCode === null) {
        instance.process.kill('SIGKILL');
        await once(instance.process, 'exit');
      }
    }
    world?.close();
    for (const one of [replication, toPrimary, toHome]) one?.close();
    await replica?.close();
    await primary?.close();
    for (const close of closing) await close();
    for (const folder of folders) rmSync(folder, { recursive: true, force: true });
  });

  it('reads beside the listener, and writes in the region of the primary with one way there and back', async (t) => {
    const token = await guest(world.port);
    await near(token);
    toPrimary.taken();
    const before = world.replays();
    const times: number[] = [];
    for (let i = 0; i < 20; i++) {
      const { data, ms } = await ask(world.port, LIBRARY, {}, token);
      assert.equal(data.protocols.nodes.length, 20);
      times.push(ms);
    }
    assert.equal(world.replays(), before);
    // The house is kept from every instance, and the two databases are compared.
    const asked = toPrimary.taken().filter((sql) => /"?protocols|revisions"?/.test(sql));
    assert.deepEqual(asked, [], 'no statement of a read went to the primary');

    const writes: number[] = [];
    for (let i = 0; i < 5; i++) {
      const saved = await ask(world.port, SAVE, { input: { dailyGoalMinutes: 20 + i } }, token);
      assert.ok(saved.replayed);
      assert.equal(saved.data.savePreferences.preferences.dailyGoalMinutes, 20 + i);
      writes.push(saved.ms);
    }
    const written = toPrimary.taken().filter((sql) => /preferences/.test(sql));
    assert.deepEqual(written, [], 'no write was carried out over the ocean');
    const middle = (list: number[]) => list.toSorted((a, b) => a - b)[Math.floor(list.length / 2)]?.toFixed(0);
    t.annotate(
      `a read ${middle(times)} ms, a write ${middle(writes)} ms (${2 * ONE_WAY_MS} ms between the regions and back)`,
    );
  });

  it('shows people what they wrote, however far behind the replica is', async () => {
    const token = await guest(world.port);
    const other = await guest(world.port);
    await near(token);
    await near(other);
    replication.hold();
    try {
      for (let goal = 31; goal < 41; goal++) {
        const saved = await ask(world.port, SAVE, { input: { dailyGoalMinutes: goal } }, token);
        assert.deepEqual(saved.data.savePreferences.userErrors, []);
        const read = await ask(world.port, GOAL, {}, token);
        assert.equal(read.data.viewer.preferences.dailyGoalMinutes, goal);
      }
      // The replica does not have it, and who has written nothing goes on reading there.
      const behind = new pg.Client({ connectionString: replica.url });
      await behind.connect();
      const { rows } = await behind.query('SELECT 1 FROM preferences WHERE daily_goal_minutes = 40');
      await behind.end();
      assert.equal(rows.length, 0);
      toPrimary.taken();
      const library = await ask(world.port, LIBRARY, {}, other);
      assert.ok(!library.replayed);

      // An account made a moment ago is there, too: its first question comes with a token that nobody has seen.
      const fresh = await guest(world.port);
      const self = await ask(world.port, GOAL, {}, fresh);
      assert.ok(self.data.viewer?.id);
    } finally {
      replication.release();
    }
    await near(token);
    const read = await ask(world.port, GOAL, {}, token);
    assert.equal(read.data.viewer.preferences.dailyGoalMinutes, 40);
  });

  it('shows a write that was made in the other region, once the instance has heard of it', async (t) => {
    if (!redisUrl) return t.skip('no Redis');
    const token = await guest(world.port);
    await near(token);
    replication.hold();
    try {
      // At home, as the same person's other device.
      const saved = await ask(home.port, SAVE, { input: { dailyGoalMinutes: 55 } }, token);
      assert.equal(saved.data.savePreferences.preferences.dailyGoalMinutes, 55);
      await until(
        'the other device shows it',
        async () => {
          const { data } = await ask(world.port, GOAL, {}, token);
          return data.viewer.preferences.dailyGoalMinutes === 55;
        },
        5_000,
      );
    } finally {
      replication.release();
    }
  });

  it('follows beside the listener what is done elsewhere, with Redis between', async (t) => {
    if (!redisUrl) return t.skip('no Redis');
    const token = await guest(world.port);
    await near(token);
    const { data } = await ask(world.port, LIBRARY, {}, token);
    const socket = await openSocket(`http://127.0.0.1:${far.port}`, { token });
    socket.send({
      id: 'live',
      type: 'subscribe',
      payload: { query: 'subscription { myLiveSession { id state protocol { slug } } }' },
    });
    const present = (await socket.next('live', 10_000)) as { payload: { data: { myLiveSession: unknown } } };
    assert.equal(present.payload.data.myLiveSession, null);
    replication.hold();
    try {
      const began = await ask(
        home.port,
        START,
        {
          input: {
            id: randomUUID(),
            eventId: randomUUID(),
            revision: data.protocols.nodes[0].revision.id,
            occurredAt: new Date().toISOString(),
            timeZone: 'UTC',
            deviceId: randomUUID(),
            deviceName: 'Home',
          },
        },
        token,
      );
      assert.deepEqual(began.data.startSession.userErrors, []);
      const heard = (await socket.next('live', 10_000)) as {
        payload: { data: { myLiveSession: { id: string; state: string; protocol: { slug: string } } } };
      };
      assert.equal(heard.payload.data.myLiveSession.id, began.data.startSession.session.id);
      assert.equal(heard.payload.data.myLiveSession.protocol.slug, data.protocols.nodes[0].slug);

      // What is written through a socket is written from here, and read again at once.
      socket.send({
        id: 'save',
        type: 'subscribe',
        payload: { query: SAVE, variables: { input: { dailyGoalMinutes: 77 } } },
      });
      await socket.next('save', 10_000);
      socket.send({ id: 'read', type: 'subscribe', payload: { query: GOAL } });
      let read = await socket.next('read', 10_000);
      if (read.type === 'complete') read = await socket.next('read', 10_000);
      assert.match(JSON.stringify(read), /"dailyGoalMinutes":77/);
    } finally {
      replication.release();
      socket.close();
    }
  });

  it('every operation of the application that only reads is answered by a replica', async () => {
    const documents = Object.values(
      JSON.parse(
        readFileSync(join(repositoryRoot, 'web/src/data/generated/persisted-documents.json'), 'utf8'),
      ) as Record<string, string>,
    ).filter((text) => /(^|[}\s])query\s+\w+/.test(text));
    assert.ok(documents.length > 5);
    const token = await guest(world.port);
    await near(token);
    for (const text of documents) {
      const variables = Object.fromEntries(
        [...text.matchAll(/\$(\w+): (Int|String|ID|Date)!/g)].map(([, name, type]) => [
          name,
          type === 'Int' ? 5 : type === 'Date' ? '2026-01-01' : 'nothing',
        ]),
      );
      const { errors, replayed } = await ask(world.port, text, variables, token);
      const faults = errors?.filter(({ extensions }) => ['INTERNAL', 'UNAVAILABLE'].includes(extensions?.code)) ?? [];
      assert.deepEqual([faults, replayed], [[], false], text);
    }
    assert.doesNotMatch(far.output(), /read-only transaction|"level":"error"/);
  });

  it('goes on while the primary is away: reads are answered, writes are told to try again', async () => {
    const token = await guest(world.port);
    await near(token);
    toPrimary.cut();
    toHome.cut();
    try {
      const read = await ask(world.port, LIBRARY, {}, token);
      assert.equal(read.data.protocols.nodes.length, 20);
      const saved = await ask(world.port, SAVE, { input: { dailyGoalMinutes: 12 } }, token);
      assert.equal(saved.errors?.[0]?.extensions.code, 'UNAVAILABLE');
      const health = await fetch(`http://127.0.0.1:${far.port}/health/ready`);
      assert.deepEqual(
        [health.status, ((await health.json()) as { database: string; replica: string }).replica],
        [200, 'ok'],
      );
    } finally {
      toPrimary.mend();
      toHome.mend();
    }
    await until('writes are taken again', async () => {
      const { data } = await ask(world.port, SAVE, { input: { dailyGoalMinutes: 13 } }, token);
      return data?.savePreferences?.preferences?.dailyGoalMinutes === 13;
    });
  });

  it('on a host that hands no requests on, writes go to the primary from here and are read again at once', async () => {
    const { FLY_REGION: _, PRIMARY_REGION: __, ...plain } = farEnvironment;
    const instance = await startInstance({ ...plain, DATABASE_REPLICA_URL: replica.url });
    try {
      const token = await guest(instance.port);
      await near(token, instance.port);
      replication.hold();
      try {
        const saved = await ask(instance.port, SAVE, { input: { dailyGoalMinutes: 61 } }, token);
        assert.equal(saved.data.savePreferences.preferences.dailyGoalMinutes, 61);
        const read = await ask(instance.port, GOAL, {}, token);
        assert.equal(read.data.viewer.preferences.dailyGoalMinutes, 61);
      } finally {
        replication.release();
      }
    } finally {
      instance.process.kill('SIGTERM');
      await once(instance.process, 'exit');
      assert.equal(instance.process.exitCode, 0, instance.output());
    }
  });

  it('goes on without its replica, and takes it again', async () => {
    const token = await guest(world.port);
    await near(token);
    await replica.close();
    const folder = replica.folder;
    const read = await ask(world.port, LIBRARY, {}, token);
    assert.equal(read.data.protocols.nodes.length, 20);
    await until('the log tells', () => /is away .*; reads go to the primary/.test(far.output()));
    const handed = await ask(world.port, LIBRARY, {}, token);
    assert.ok(handed.replayed);
    // It comes back under another port, so only the database is looked at here.
    replica = await startEmbeddedPostgres({ folder });
    const client = new pg.Client({ connectionString: replica.url });
    await client.connect();
    const { rows } = await client.query('SELECT pg_is_in_recovery() AS replica');
    await client.end();
    assert.equal(rows[0].replica, true);
  });
});
