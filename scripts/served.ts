/** What the benches of the server share: a database with data, servers as processes of their own, load from another process. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type pg from 'pg';
import { issueAccess } from '../api/src/accounts/tokens.ts';
import { systemClock } from '../api/src/platform/clock.ts';
import { type Backend, startTestServer, useBackend, VARIABLE } from '../api/src/testing/backend.ts';
import { bundleApi } from './bundle-api.ts';

export const root = resolve(import.meta.dirname, '..');
export const SECRET = 'the benches sign their tokens with this';

/** A migrated database with the library: on the server at `DATABASE_URL` if that is set, else on an embedded one. */
export async function makeDatabase(): Promise<Backend> {
  const adminUrl = process.env.DATABASE_URL;
  const { server, close } = await startTestServer(adminUrl ? { adminUrl, redisUrl: null } : undefined);
  process.env[VARIABLE] = JSON.stringify(server);
  const backend = await useBackend();
  return {
    ...backend,
    async close() {
      await backend.close();
      await close();
      delete process.env[VARIABLE];
    },
  };
}

/** Runs `sql` without foreign keys and triggers: what is made up is right, and checking it takes minutes. */
export async function fill(pool: pg.Pool, statements: string[]): Promise<void> {
  const client = await pool.connect();
  try {
    await client.query("SET session_replication_role = 'replica'");
    for (const statement of statements) await client.query(statement);
    await client.query("SET session_replication_role = 'origin'");
  } finally {
    client.release(true);
  }
  await pool.query('VACUUM ANALYZE');
}

/** Signs in the person with this `email_key`; gives the access token that our server takes. */
export async function signIn(pool: pg.Pool, emailKey: string): Promise<string> {
  const { rows } = await pool.query<{ id: string; userId: string }>(
    `INSERT INTO refresh_sessions (id, user_id, token_hash, expires_at)
     SELECT $1::uuid, id, sha256($2::bytea), now() + interval '1 day' FROM users WHERE email_key = $3 RETURNING id, user_id AS "userId"`,
    [randomUUID(), randomUUID(), emailKey],
  );
  const { id: sessionId, userId } = rows[0] as { id: string; userId: string };
  const viewer = { userId, sessionId, role: 'USER', isGuest: false } as const;
  return (await issueAccess(new TextEncoder().encode(SECRET), viewer, systemClock)).token;
}

export async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((done) => probe.listen(0, '127.0.0.1', done));
  const { port } = probe.address() as { port: number };
  await new Promise((done) => probe.close(done));
  return port;
}

export interface Served {
  url: string;
  process: ChildProcess;
  /** Resident memory, MB (10^6 bytes). */
  memory(): number;
  /** Processor time used up to now, ms; NaN where the system does not tell (Linux does). */
  processorMs(): number;
  /** Throws where it has ended by itself: with its exit code or signal and its last words. */
  check(): void;
  stop(): Promise<void>;
}

/** Characters kept of what a server said last. */
const SAID = 4_000;

/** Whether a server says that it is ready. */
export async function isReady(url: string): Promise<boolean> {
  const response = await fetch(`${url}/health/ready`);
  await response.arrayBuffer();
  return response.ok;
}

/** Whether it answers the public list, all 20 of it. */
export async function answersList(url: string): Promise<boolean> {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query: '{ protocols(first: 20) { nodes { slug title } } }' }),
  });
  const { data } = (await response.json()) as { data?: { protocols: { nodes: { slug: string }[] } } };
  return data?.protocols.nodes.length === 20 && data.protocols.nodes.every(({ slug }) => slug.length > 0);
}

/** Starts a program that serves on PORT, and waits until it answers, for at most `waitMs`: it is ended then. */
export async function serve(
  args: string[],
  environment: Record<string, string>,
  answers: (url: string) => Promise<boolean> = isReady,
  waitMs = 60_000,
): Promise<Served & { startedMs: number }> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const begin = performance.now();
  const child = spawn(process.execPath, args, {
    cwd: root,
    env: {
      PATH: process.env.PATH ?? '',
      HOST: '127.0.0.1',
      PORT: String(port),
      NES_SECRET: SECRET,
      NODE_ENV: 'production',
      ...environment,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  // The log is on standard output; what ends Node itself, such as a full heap, is on standard error.
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text) => {
      said = (said + text).slice(-SAID);
    });
  let stopping = false;
  let end: string | undefined;
  const ended = new Promise<void>((done) =>
    // Not before all that it said has come.
    child.once('close', (code, signal) => {
      if (!stopping)
        end = `${args.join(' ')} ended ${signal ? `by ${signal}` : `with code ${code}`}; its last words:\n${said}`;
      done();
    }),
  );
  const check = () => {
    if (end !== undefined) throw new Error(end);
  };
  for (;;) {
    if (await answers(url).catch(() => false)) break;
    check();
    if (performance.now() - begin > waitMs) {
      stopping = true;
      child.kill('SIGKILL');
      await ended;
      throw new Error(`${args.join(' ')} does not answer; its last words:\n${said}`);
    }
    await new Promise((done) => setTimeout(done, 2));
  }
  return {
    url,
    process: child,
    startedMs: performance.now() - begin,
    memory: () => residentMemory(child.pid as number),
    processorMs: () => processorTime(child.pid as number),
    check,
    async stop() {
      stopping = true;
      child.kill('SIGTERM');
      await ended;
    },
  };
}

/** ms, to ten. */
function processorTime(pid: number): number {
  if (process.platform !== 'linux') return Number.NaN;
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /s, '')
    .split(' ');
  return (Number(fields[11]) + Number(fields[12])) * 10;
}

/** MB (10^6 bytes) of a process that is in memory; NaN where it has ended. */
export function residentMemory(pid: number): number {
  if (process.platform === 'linux') {
    const place = `/proc/${pid}/status`;
    const status = existsSync(place) ? readFileSync(place, 'utf8') : '';
    return (Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1]) * 1024) / 1e6;
  }
  return (Number(execFileSync('ps', ['-o', 'rss=', '-p', String(pid)], { encoding: 'utf8' })) * 1024) / 1e6;
}

export interface Tree {
  args: string[];
  /** The arguments without the flags of the image. */
  program: string[];
  environment: Record<string, string>;
  remove(): void;
}

/**
 * The API as it is shipped, with the flags and variables of the image (docker/Dockerfile). Another program, which starts something else, is put into
 * one file and runs with the same.
 */
export async function bundleTree(other?: string): Promise<Tree> {
  const folder = mkdtempSync(join(tmpdir(), 'nes-bench-'));
  for (const name of ['prisma', 'web', 'node_modules']) symlinkSync(join(root, name), join(folder, name), 'junction');
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }\n');
  await bundleApi(join(folder, 'api/dist'), undefined, other);
  const text = readFileSync(join(root, 'docker/Dockerfile'), 'utf8').replaceAll('\\\n', ' ');
  const variables = /^ENV (.+)$/m.exec(text)?.[1] ?? '';
  const image = Object.fromEntries(
    [...variables.matchAll(/(\w+)=(?:"([^"]*)"|(\S+))/g)].map(([, name, quoted, plain]) => [name, quoted ?? plain]),
  ) as Record<string, string>;
  const entry = JSON.parse(/^ENTRYPOINT (\[.*\])$/m.exec(text)?.[1] ?? '[""]') as string[];
  const { HOST: _host, PORT: _port, ...environment } = image;
  const program = [join(folder, entry.pop() ?? '')];
  return {
    args: [...entry.slice(1), ...program],
    program,
    environment: { ...environment, PUBLIC_URL: 'http://localhost' },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

const peers = join(root, 'scripts', 'bench', 'peers');

/** The other ways to serve the same, and the load generator: packages of their own, installed when they are missing. */
export function installPeers(): void {
  const wanted = readFileSync(join(peers, 'package-lock.json'), 'utf8');
  const stamp = join(peers, 'node_modules', '.installed-lock.json');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return;
  process.stderr.write('installing what is measured beside ours (scripts/bench/peers) …\n');
  const npm = process.env.npm_execpath;
  const args = ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
  const [program, first] = npm && /\.c?js$/.test(npm) ? [process.execPath, [npm]] : ['npm', []];
  execFileSync(program, [...first, ...args], { cwd: peers, stdio: ['ignore', 'ignore', 'inherit'] });
  writeFileSync(stamp, wanted);
}

export const peer = (name: string) => join(peers, `${name}.mjs`);

/** What is asked again and again. In `body` and `path`, `{uuid}` is a new uuid each time, `{n}` a counting number, `{now}` the time. */
export interface Job {
  url: string;
  method?: 'GET' | 'POST';
  headers?: Record<string, string>;
  body?: string;
  /** Asked in turn, each as `body`. */
  bodies?: string[];
  connections: number;
  seconds: number;
  /** Requests a second, all connections together; without it as many as are answered. */
  rate?: number;
  /** A text that every answer must have. */
  expect: string;
}

export interface Load {
  perSecond: number;
  p50: number;
  p99: number;
  answers: number;
}

/** Room for what the load generator throws away, and nothing beside its one thread, so that what it does for itself takes no time from the server. */
const GENERATOR = ['--single-threaded-gc', '--min-semi-space-size=64', '--max-semi-space-size=64'];

/** Asks from a process of its own. Fails when an answer is not what it should be. */
export async function load(job: Job): Promise<Load> {
  const child = spawn(process.execPath, [...GENERATOR, peer('load')], { stdio: ['pipe', 'pipe', 'inherit'] });
  child.stdin.end(JSON.stringify(job));
  let text = '';
  for await (const chunk of child.stdout.setEncoding('utf8')) text += chunk;
  const result = JSON.parse(text || '{}') as Load & { wrong?: string };
  if (result.answers === undefined || result.wrong !== undefined) {
    throw new Error(`${job.url} did not answer as it should: ${result.wrong ?? 'the load generator failed'}`);
  }
  return result;
}

export function median(values: number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2
    ? (sorted[middle] as number)
    : ((sorted[middle - 1] as number) + (sorted[middle] as number)) / 2;
}
