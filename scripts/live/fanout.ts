/** Fan-out, latency and memory with a thousand subscribers of one topic, for `npm run bench -- live`. */
import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { Redis } from 'ioredis';
import type { Backend } from '../../api/src/testing/backend.ts';
import { presentRevisionId } from '../../prisma/library/library.ts';
import type { Figure } from '../bench.ts';
import type { Tree } from '../served.ts';
import { type Follower, openFollower } from './clients.ts';
import type { PublishRequest } from './server.ts';

const SUBSCRIBERS = 1_000;
/** States published for the throughput, and how many may be on their way at once. */
const STATES = 600;
const BATCH = 20;
const UNDER_WAY = 60;
/** Changes a second, and seconds of them, for the latency. */
const CHANGES_PER_SECOND = 20;
const LATENCY_SECONDS = 15;

/** What is measured: the server that a bench controls, in one file, with the flags of the image. */
export const PROGRAM = 'scripts/live/server.ts';

export const global = (type: string, id: string) => Buffer.from(`${type}:${id}`).toString('base64');

/** Sends one operation; throws with what the server said where it refused. */
// biome-ignore lint/suspicious/noExplicitAny: answers have as many shapes as there are operations
export async function ask(url: string, token: string | null, query: string, variables: object): Promise<any> {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(token ? { authorization: `Bearer ${token}` } : {}) },
    body: JSON.stringify({ query, variables }),
  });
  const text = await response.text();
  const { data, errors } = JSON.parse(text);
  if (errors || !data) throw new Error(`${response.status} ${text}`);
  const problem = Object.values(data as Record<string, { userErrors?: { message: string }[] } | null>)[0]
    ?.userErrors?.[0];
  if (problem) throw new Error(problem.message);
  return data;
}

export interface Person {
  token: string;
  deviceId: string;
}

export async function guest(url: string): Promise<Person> {
  const deviceId = randomUUID();
  const { startGuest } = await ask(
    url,
    null,
    'mutation ($input: StartGuestInput!) { startGuest(input: $input) { tokens { accessToken } userErrors { message } } }',
    { input: { deviceId, deviceName: 'Bench', timeZone: 'UTC' } },
  );
  return { token: startGuest.tokens.accessToken, deviceId };
}

/** Begins a session; returns its id. */
export async function startSession(url: string, person: Person, slug = 'theta-calm'): Promise<string> {
  const id = randomUUID();
  await ask(
    url,
    person.token,
    'mutation ($input: StartSessionInput!) { startSession(input: $input) { userErrors { message } } }',
    {
      input: {
        ...{ id, eventId: randomUUID(), revision: global('Revision', presentRevisionId(slug)), timeZone: 'UTC' },
        ...{ occurredAt: new Date().toISOString(), positionSeconds: 0, volume: 0.5, scene: '' },
        ...{ deviceId: person.deviceId, deviceName: 'Bench' },
      },
    },
  );
  return id;
}

interface Server {
  url: string;
  process: ChildProcess;
  /** Resident memory, bytes. */
  memory(): number;
  /** Processor time used, seconds. */
  processorSeconds(): number;
  publish(request: PublishRequest): void;
  close(): Promise<void>;
}

async function startServer(tree: Tree, backend: Backend, redisUrl: string | null): Promise<Server> {
  const child = spawn(process.execPath, tree.args, {
    env: {
      ...process.env,
      ...tree.environment,
      ...{ NODE_ENV: 'production', PORT: '0', HOST: '127.0.0.1', LOG_LEVEL: 'warn', NES_LIBRARY: 'off' },
      ...{
        DATABASE_URL: backend.database.url,
        DATABASE_POOL: '5',
        NES_SECRET: 'a secret of the benches, long enough for it',
      },
      ...{ MAX_SOCKETS_PER_ACCOUNT: '1000', MAX_SOCKETS_PER_ADDRESS: '100000', RATE_LIMIT_FACTOR: '1000' },
      ...{ REDIS_URL: redisUrl ?? '', NES_REDIS_PREFIX: 'nes_bench:', PUBLIC_URL: 'http://127.0.0.1' },
    },
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const url = await new Promise<string>((ready, failed) => {
    child.once('message', (message: { url: string }) => ready(message.url));
    child.once('exit', (code) => failed(new Error(`The server ended with ${code}.`)));
  });
  return {
    url,
    process: child,
    memory: () => Number(/^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))?.[1]) * 1024,
    processorSeconds() {
      const fields = readFileSync(`/proc/${child.pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
      return (Number(fields[11]) + Number(fields[12])) / 100;
    },
    publish: (request) => child.send(request),
    async close() {
      const ended = new Promise((done) => child.once('exit', done));
      child.disconnect();
      await ended;
    },
  };
}

const QUERY = 'subscription ($id: ID!) { sessionChanged(id: $id) { version state positionSeconds positionAt volume } }';

async function follow(url: string, person: Person, sessionId: string, count: number): Promise<Follower[]> {
  const followers: Follower[] = [];
  // A few at a time, as people come.
  while (followers.length < count) {
    const some = Array.from({ length: Math.min(25, count - followers.length) }, () =>
      openFollower(url, person.token, QUERY, { id: global('Session', sessionId) }),
    );
    followers.push(...(await Promise.all(some)));
  }
  return followers;
}

const sum = (followers: Follower[]) => followers.reduce((total, { received }) => total + received, 0);

/** Waits until something holds, at most a minute. */
async function until(what: string, holds: () => boolean): Promise<void> {
  for (const end = performance.now() + 60_000; !holds(); ) {
    if (performance.now() > end) throw new Error(`Waited a minute in vain until ${what}.`);
    await new Promise((next) => setTimeout(next, 1));
  }
}

export function percentile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
}

/** Measures with all subscribers on one process, or on two that hear each other over Redis; changes are made at the first. */
export async function fanOut(tree: Tree, backend: Backend, redisUrl: string | null): Promise<Figure[]> {
  const servers = [await startServer(tree, backend, redisUrl)];
  if (redisUrl) servers.push(await startServer(tree, backend, redisUrl));
  const where = redisUrl ? 'two processes over Redis' : 'one process';
  const first = servers[0] as Server;
  try {
    const person = await guest(first.url);
    const sessionId = await startSession(first.url, person);
    // What is made once for all, code and caches, is there before memory is counted.
    for (const server of servers) {
      for (const follower of await follow(server.url, person, sessionId, 50)) follower.close();
    }
    await new Promise((next) => setTimeout(next, 2_000));
    const before = servers.map((server) => server.memory());
    const each = SUBSCRIBERS / servers.length;
    const followers = (await Promise.all(servers.map((server) => follow(server.url, person, sessionId, each)))).flat();
    await new Promise((next) => setTimeout(next, 2_000));
    const perSubscriber = servers.map((server, index) => (server.memory() - (before[index] as number)) / each / 1024);

    // Latency: from sending a mutation to its arrival at each subscriber.
    const sent = new Map<number, number>();
    const late: number[] = [];
    for (const follower of followers) {
      follower.onResult = (text) => {
        const now = performance.now();
        late.push(now - (sent.get(Number(/"version":(\d+)/.exec(text)?.[1])) ?? Number.NaN));
      };
    }
    const begun = performance.now();
    for (let turn = 0; turn < CHANGES_PER_SECOND * LATENCY_SECONDS; turn++) {
      const due = begun + (turn * 1000) / CHANGES_PER_SECOND;
      await new Promise((next) => setTimeout(next, Math.max(0, due - performance.now())));
      sent.set(turn + 2, performance.now());
      await ask(
        first.url,
        person.token,
        'mutation ($input: ChangeSessionVolumeInput!) { changeSessionVolume(input: $input) { userErrors { message } } }',
        {
          input: {
            ...{ session: global('Session', sessionId), eventId: randomUUID(), expectedVersion: turn + 1 },
            ...{ occurredAt: new Date().toISOString(), positionSeconds: (performance.now() - begun) / 1000 },
            ...{ deviceId: person.deviceId, volume: (turn % 100) / 100 },
          },
        },
      );
    }
    const rate = (CHANGES_PER_SECOND * LATENCY_SECONDS * 1000) / (performance.now() - begun);
    await until('every change has come', () => late.length >= SUBSCRIBERS * CHANGES_PER_SECOND * LATENCY_SECONDS);
    late.sort((a, b) => a - b);
    for (const follower of followers) follower.onResult = undefined;

    // Throughput: as many states as go through.
    const already = sum(followers);
    const usedBefore = servers.reduce((total, server) => total + server.processorSeconds(), 0);
    const started = performance.now();
    for (let published = 0; published < STATES; published += BATCH) {
      first.publish({ sessionId, count: BATCH });
      await until('the states come', () => sum(followers) - already >= (published + BATCH - UNDER_WAY) * SUBSCRIBERS);
    }
    await until('every state has come', () => sum(followers) - already >= STATES * SUBSCRIBERS);
    const seconds = (performance.now() - started) / 1000;
    const used = servers.reduce((total, server) => total + server.processorSeconds(), 0) - usedBefore;
    const uneven = followers.filter(({ received }) => received !== (followers[0] as Follower).received).length;
    if (uneven > 0 || followers.some(({ closed }) => closed))
      throw new Error(`${uneven} subscribers heard another number.`);
    const memory = Math.max(...servers.map((server) => server.memory())) / 1024 / 1024;
    for (const follower of followers) follower.close();
    return [
      {
        name: `fan-out, 1,000 subscribers, ${where}`,
        value: (STATES * SUBSCRIBERS) / seconds,
        unit: 'deliveries/s',
        ...(redisUrl ? {} : { limit: 100_000, must: 'at least' as const }),
      },
      {
        name: `deliveries for a second of the server's processor time, ${where}`,
        value: (STATES * SUBSCRIBERS) / used,
        unit: 'deliveries',
      },
      { name: `change to subscriber, p50, ${where}`, value: percentile(late, 0.5), unit: 'ms' },
      {
        name: `change to subscriber, p99, ${where}`,
        value: percentile(late, 0.99),
        unit: 'ms',
        limit: redisUrl ? 100 : 50,
        note: `${rate.toFixed(1)} mutations a second, counted from sending each`,
      },
      { name: `memory of a subscriber, ${where}`, value: Math.max(...perSubscriber), unit: 'KB', limit: 40 },
      { name: `memory of the process with 96 MB of heap, ${where}`, value: memory, unit: 'MB', limit: 180 },
    ];
  } finally {
    await Promise.all(servers.map((server) => server.close()));
  }
}

/** Redis commands for a whole solo session over HTTP, with one other device that follows it, from its start to its rating. */
export async function redisCommands(tree: Tree, backend: Backend, redisUrl: string): Promise<Figure> {
  const server = await startServer(tree, backend, redisUrl);
  const redis = new Redis(redisUrl);
  const monitor = await redis.monitor();
  try {
    const person = await guest(server.url);
    const commands: string[] = [];
    monitor.on('monitor', (_time: string, words: string[]) => commands.push(words.slice(0, 2).join(' ')));
    const id = await startSession(server.url, person);
    const [follower] = await follow(server.url, person, id, 1);
    const begun = Date.now() - 1_000;
    const acts = [
      'changeSessionVolume',
      'pauseSession',
      'resumeSession',
      'changeSessionScene',
      'seekSession',
      'stopSession',
    ];
    for (const [index, name] of acts.entries()) {
      const type = `${name[0]?.toUpperCase()}${name.slice(1)}Input`;
      await ask(
        server.url,
        person.token,
        `mutation ($input: ${type}!) { ${name}(input: $input) { userErrors { message } } }`,
        {
          input: {
            ...{ session: global('Session', id), eventId: randomUUID(), expectedVersion: index + 1 },
            ...{ occurredAt: new Date().toISOString(), deviceId: person.deviceId },
            ...(name === 'changeSessionVolume' ? { volume: 0.4 } : {}),
            ...(name === 'changeSessionScene' ? { scene: 'tunnel' } : {}),
            ...(name === 'seekSession' ? { positionSeconds: (Date.now() - begun) / 1000 } : {}),
          },
        },
      );
    }
    await ask(
      server.url,
      person.token,
      'mutation ($input: RateSessionInput!) { rateSession(input: $input) { userErrors { message } } }',
      { input: { session: global('Session', id), stars: 4 } },
    );
    await until('the follower has heard the end', () => (follower?.received ?? 0) >= acts.length + 1);
    follower?.close();
    await new Promise((next) => setTimeout(next, 500));
    return {
      name: 'Redis commands for a whole solo session',
      value: commands.length,
      unit: 'commands',
      limit: 12,
      note: `start, volume, pause, resume, scene, seek, stop, rating, one follower: ${commands.map((command) => command.split(' ')[0]).join(' ')}`,
    };
  } finally {
    monitor.disconnect();
    redis.disconnect();
    await server.close();
  }
}
