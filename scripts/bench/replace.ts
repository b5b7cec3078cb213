/**
 * `npm run bench -- replace [times]`: two instances in production behind Caddy, with docker/Caddyfile as it is but for the addresses.
 * They are replaced in turns (SIGTERM, start again when it has ended), ten times by default, while ten people change their sessions without a
 * pause and fifty sockets follow them. Every answer must be a good one, every change that was answered in the database and, in the end, with
 * every follower. Needs `caddy` and `redis-server` on the PATH.
 */
import { execFile, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { createClient } from 'graphql-ws';
import WebSocket from 'ws';
import { repositoryRoot } from '../../api/src/config.ts';
import { newId } from '../../api/src/platform/ids.ts';
import { useBackend } from '../../api/src/testing/backend.ts';
import { freePorts } from '../../api/src/testing/ports.ts';
import { type ApiProcess, startApi } from '../../api/src/testing/process.ts';
import { noRedisServer, startRedis } from '../../api/src/testing/redis.ts';
import type { Figure } from '../bench.ts';

const PEOPLE = 10;
const SOCKETS = 50;
const MUTATIONS = 1_000;
const pause = (ms: number) => new Promise<void>((next) => setTimeout(next, ms));
const nodeId = (type: string, id: string) => Buffer.from(`${type}:${id}`).toString('base64');

const noCaddy = () =>
  promisify(execFile)('caddy', ['version']).then(
    () => undefined,
    () => 'there is no caddy on the PATH',
  );

/** Caddy with the repository's settings in front of these ports, without TLS. */
async function startCaddy(
  ports: number[],
): Promise<{ url: string; up(port: number): Promise<void>; close(): Promise<void> }> {
  const folder = mkdtempSync(join(tmpdir(), 'nes-caddy-'));
  const [port] = await freePorts(1);
  const given = readFileSync(join(repositoryRoot, 'docker', 'Caddyfile'), 'utf8');
  const file = given
    .replace('{$SITE_ADDRESS:localhost}', `http://127.0.0.1:${port}`)
    // Of when Caddy's own settings are changed, and unknown to the 2.6 that Debian has.
    .replace(/^\s*stream_close_delay .*\n/m, '')
    .replace('api-1:4000 api-2:4000', ports.map((one) => `127.0.0.1:${one}`).join(' '));
  writeFileSync(join(folder, 'Caddyfile'), `{\n\tadmin off\n\tauto_https off\n}\n${file}`);
  const child = spawn('caddy', ['run', '--config', join(folder, 'Caddyfile'), '--adapter', 'caddyfile'], {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...process.env, HOME: folder, XDG_DATA_HOME: folder, XDG_CONFIG_HOME: folder },
  });
  let output = '';
  child.stderr.on('data', (data) => (output += data));
  child.on('error', (error) => (output += error.message));
  const ended = new Promise<void>((done) => child.once('close', () => done()));
  const url = `http://127.0.0.1:${port}`;
  for (let turn = 0; !(await fetch(`${url}/health/live`).catch(() => null))?.ok; turn++) {
    if (turn > 200 || child.exitCode !== null) throw new Error(`Caddy did not start: ${output}`);
    await pause(100);
  }
  return {
    url,
    /** When it has found the instance well again, as it says itself. */
    async up(port) {
      const before = output.length;
      for (let turn = 0; turn < 1_200; turn++) {
        const said = output.slice(before).split('\n');
        if (said.some((line) => line.includes('host is up') && line.includes(`127.0.0.1:${port}`))) return;
        await pause(100);
      }
      throw new Error(`Caddy has not found the instance at port ${port}.`);
    },
    async close() {
      child.kill('SIGKILL');
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

export default async function benchReplace(args: string[]): Promise<Figure[]> {
  const times = Number(args[0] ?? 10);
  const missing = (await noRedisServer()) ?? (await noCaddy());
  if (missing) {
    process.stderr.write(`Nothing is replaced: ${missing}.\n`);
    return [];
  }
  const backend = await useBackend();
  const redis = await startRedis();
  const environment = {
    ...{ NODE_ENV: 'production', TRUST_PROXY: '1', RATE_LIMIT_FACTOR: '10000', MAX_SOCKETS_PER_ADDRESS: '10000' },
    LOG_LEVEL: 'warn',
  };
  const instances: ApiProcess[] = [];
  let caddy: Awaited<ReturnType<typeof startCaddy>> | undefined;
  const stops: (() => unknown)[] = [];
  try {
    for (let i = 0; i < 2; i++) instances.push(await startApi({ ...backend, redisUrl: redis.url }, { environment }));
    caddy = await startCaddy(instances.map(({ port }) => port));
    const { url } = caddy;
    const wrong = new Map<string, number>();
    const count = (what: string) => wrong.set(what, (wrong.get(what) ?? 0) + 1);
    let answered = 0;
    let slowest = 0;
    const ask = async (query: string, variables: object, token?: string) => {
      const began = performance.now();
      const response = await fetch(`${url}/graphql`, {
        method: 'POST',
        headers: {
          ...{ 'content-type': 'application/json', accept: 'application/graphql-response+json' },
          ...(token ? { authorization: `Bearer ${token}` } : {}),
        },
        body: JSON.stringify({ query, variables }),
      }).catch((error: Error) => error);
      slowest = Math.max(slowest, performance.now() - began);
      if (response instanceof Error) return void count(`no answer: ${response.message}`);
      if (response.status !== 200) return void count(`answer ${response.status}`);
      const { data, errors } = (await response.json()) as {
        // biome-ignore lint/suspicious/noExplicitAny: answers of three mutations.
        data: any;
        errors?: { extensions?: { code?: string } }[];
      };
      if (errors) return void count(`error ${errors[0]?.extensions?.code}`);
      answered++;
      return data;
    };

    const { id: revision } = await backend.database.prisma.revision.findFirstOrThrow({
      where: { currentOf: { slug: 'theta-calm' } },
    });
    const people = await Promise.all(
      Array.from({ length: PEOPLE }, async () => {
        const device = newId();
        const { startGuest } = (await ask(
          'mutation ($input: StartGuestInput!) { startGuest(input: $input) { tokens { accessToken } } }',
          { input: { deviceId: device, deviceName: 'bench', timeZone: 'UTC' } },
        )) ?? { startGuest: null };
        if (!startGuest) throw new Error(`Nobody could be made: ${[...wrong].join(' ')}`);
        return {
          device,
          token: startGuest.tokens.accessToken as string,
          id: newId(),
          events: [] as string[],
          version: 0,
        };
      }),
    );
    type Person = (typeof people)[number];
    const act = async (person: Person, name: string, more: object) => {
      const eventId = newId();
      const input = { eventId, occurredAt: new Date().toISOString(), deviceId: person.device, ...more };
      const type = `${name[0]?.toUpperCase()}${name.slice(1)}Input`;
      const data = await ask(
        `mutation ($input: ${type}!) { ${name}(input: $input) { session { version } userErrors { code } } }`,
        { input },
        person.token,
      );
      const told = data?.[name];
      if (!told) return;
      if (told.userErrors.length > 0) return void count(`refused: ${told.userErrors[0].code}`);
      person.events.push(eventId);
      person.version = told.session.version;
    };
    for (const person of people) {
      await act(person, 'startSession', {
        ...{ id: person.id, revision: nodeId('Revision', revision), timeZone: 'UTC', volume: 0.5, scene: '' },
        ...{ positionSeconds: 0, deviceName: 'bench' },
      });
    }

    let closes = 0;
    let handshakes = 0;
    class CountedSocket extends WebSocket {
      constructor(address: string, protocols?: string | string[]) {
        super(address, protocols);
        this.on('unexpected-response', (_request, response) => {
          count(`socket refused with ${response.statusCode}`);
          this.emit('error', new Error('refused'));
          this.close();
        });
        this.on('open', () => handshakes++);
        this.on('close', () => closes++);
      }
    }
    const seen = Array.from({ length: SOCKETS }, () => 0);
    for (let i = 0; i < SOCKETS; i++) {
      const person = people[i % PEOPLE] as Person;
      const client = createClient({
        url: `${url.replace('http', 'ws')}/graphql`,
        webSocketImpl: CountedSocket,
        connectionParams: { accessToken: person.token },
        lazy: false,
        retryAttempts: Number.POSITIVE_INFINITY,
        shouldRetry: () => true,
        retryWait: () => pause(200 + Math.random() * 300),
      });
      stops.push(() => client.dispose());
      client.subscribe<{ sessionChanged: { version: number } }>(
        {
          query: 'subscription ($id: ID!) { sessionChanged(id: $id) { version } }',
          variables: { id: nodeId('Session', person.id) },
        },
        {
          next: ({ data }) => {
            seen[i] = Math.max(seen[i] as number, data?.sessionChanged.version ?? 0);
          },
          error: (error) => count(`subscription: ${JSON.stringify(error).slice(0, 80)}`),
          complete: () => {},
        },
      );
    }

    let replaced = 0;
    const replacing = (async () => {
      for (; replaced < times; replaced++) {
        const instance = instances[replaced % 2] as ApiProcess;
        await instance.end('SIGTERM');
        const up = caddy?.up(instance.port);
        await instance.start();
        // The next one goes when the balancer has found this one.
        await up;
        process.stderr.write(`replaced ${replaced + 1} of ${times}, ${answered} answers, ${[...wrong].join(' ')}\n`);
      }
    })();
    const began = performance.now();
    await Promise.all(
      people.map(async (person) => {
        while (replaced < times || answered < MUTATIONS) {
          await act(person, 'changeSessionVolume', {
            ...{ session: nodeId('Session', person.id), expectedVersion: person.version, volume: Math.random() },
          });
          await pause(100);
        }
      }),
    );
    await replacing;
    const seconds = (performance.now() - began) / 1000;
    const last = (i: number) => (people[i % PEOPLE] as Person).version;
    for (let turn = 0; turn < 300 && seen.some((version, i) => version < last(i)); turn++) await pause(100);
    const kept = await backend.database.prisma.sessionEvent.findMany({ select: { id: true } });
    const ids = new Set(kept.map(({ id }) => id));
    const sum = [...wrong.values()].reduce((all, one) => all + one, 0);
    return [
      {
        name: 'instances replaced',
        value: replaced,
        unit: 'times',
        limit: times,
        must: 'at least',
        note: `in ${Math.round(seconds)} s`,
      },
      {
        name: 'answers',
        value: answered,
        unit: 'answers',
        limit: MUTATIONS,
        must: 'at least',
        note: `the slowest after ${Math.round(slowest)} ms`,
      },
      {
        name: 'answers that were not good ones',
        value: sum,
        unit: 'answers',
        limit: 0,
        note: [...wrong].map(([what, n]) => `${n} × ${what}`).join(', '),
      },
      {
        name: 'answered changes that the database does not have',
        value: people.flatMap(({ events }) => events).filter((id) => !ids.has(id)).length,
        unit: 'changes',
        limit: 0,
      },
      {
        name: 'followers without the last state',
        value: seen.filter((version, i) => version < last(i)).length,
        unit: 'sockets',
        limit: 0,
        note: `${SOCKETS} sockets, opened ${handshakes} times, closed ${closes} times`,
      },
    ];
  } finally {
    for (const stop of stops) stop();
    await caddy?.close();
    await Promise.all(instances.map((one) => one.end('SIGKILL')));
    await redis.close();
    await backend.close();
  }
}
