/** The servers that faults happen to: a PostgreSQL, a Redis and API processes of this run's own, each behind a wire. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmodSync, closeSync, mkdtempSync, openSync, readdirSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { repositoryRoot } from '../../api/src/config.ts';
import { newClient } from '../../api/src/platform/connections.ts';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../../api/src/platform/embedded-postgres.ts';
import { applyMigrations } from '../../api/src/platform/migrations.ts';
import { type OwnRedis, startRedis } from '../../api/src/testing/redis.ts';
import { type Wire, wireTo } from '../../api/src/testing/wire.ts';

export interface PostgresService {
  wire: Wire;
  /** Runs a statement past the wire. */
  sql<Row extends object>(text: string, values?: unknown[]): Promise<Row[]>;
  terminateAll(): Promise<void>;
  restart(signal: 'SIGINT' | 'SIGQUIT'): Promise<void>;
  freeze(frozen: boolean): void;
  fillDisk(): Promise<void>;
  emptyDisk(): Promise<void>;
  migrateTwice(): Promise<void>;
  /** Whether its disk can be filled. */
  hasOwnDisk: boolean;
  close(): Promise<void>;
}

export interface ApiService {
  wire: Wire;
  /** Its process id; undefined while it is not running. */
  pid(): number | undefined;
  /** How often it ended without `end`. */
  endedByItself(): number;
  isReady(): Promise<boolean>;
  end(signal: NodeJS.Signals): Promise<void>;
  start(): Promise<void>;
  output(): string;
}

export interface Services {
  postgres: PostgresService;
  redis: { wire: Wire; server: OwnRedis; flush(): Promise<void>; close(): Promise<void> };
  apis: ApiService[];
  close(): Promise<void>;
}

/** Of the tmpfs: the cluster takes about 60 MB, and a run's rows a few more. */
const DISK_MB = 200;

const pause = (ms: number) => new Promise((next) => setTimeout(next, ms));

async function openPostgres(log: (line: string) => void): Promise<PostgresService> {
  const folder = mkdtempSync(join(tmpdir(), 'nes-faults-'));
  chmodSync(folder, 0o755);
  let hasOwnDisk = true;
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${DISK_MB}m,mode=755`, 'tmpfs', folder], { stdio: 'ignore' });
  } catch {
    hasOwnDisk = false;
    log('disk-full is left out: no tmpfs can be mounted here');
  }
  let server = await startEmbeddedPostgres({ folder });
  await applyMigrations(server.url);
  const wire = await wireTo(server.url);
  const filler = join(folder, 'filler');

  /** The server and its children. */
  const pids = (): number[] => {
    const main = Number(readFileSync(join(server.folder, 'postgres', 'data', 'postmaster.pid'), 'utf8').split('\n')[0]);
    const children = readdirSync('/proc').filter((name) => {
      if (!/^\d+$/.test(name)) return false;
      try {
        return Number(/^PPid:\s+(\d+)/m.exec(readFileSync(`/proc/${name}/status`, 'utf8'))?.[1]) === main;
      } catch {
        return false;
      }
    });
    return [main, ...children.map(Number)];
  };
  const again = async (old: EmbeddedPostgres) => {
    await old.close();
    server = await startEmbeddedPostgres({ folder });
    wire.lead(server.url);
  };
  const sql: PostgresService['sql'] = async (text, values = []) => {
    const client = newClient({ url: server.url, name: 'nes faults', waitMs: 10_000 });
    await client.connect();
    try {
      return (await client.query(text, values)).rows as never[];
    } finally {
      await client.end();
    }
  };
  const emptyDisk = async () => {
    rmSync(filler, { force: true });
    // A server that could not write its log has ended.
    const alive = await sql('SELECT 1').then(
      () => true,
      () => false,
    );
    if (!alive) {
      await pause(1_000);
      await sql('SELECT 1').catch(() => again(server));
    }
  };
  return {
    wire,
    sql,
    hasOwnDisk,
    async terminateAll() {
      await sql(
        'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()',
      );
    },
    async restart(signal) {
      const old = server;
      if (signal === 'SIGQUIT') process.kill(pids()[0] as number, 'SIGQUIT');
      await again(old);
    },
    freeze(frozen) {
      for (const pid of pids()) {
        try {
          process.kill(pid, frozen ? 'SIGSTOP' : 'SIGCONT');
        } catch {
          // It ended meanwhile.
        }
      }
    },
    async fillDisk() {
      const file = openSync(filler, 'w');
      const block = Buffer.alloc(64 * 1024);
      try {
        for (;;) writeSync(file, block);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
      } finally {
        closeSync(file);
      }
    },
    emptyDisk,
    async migrateTwice() {
      const name = `twice_${randomBytes(4).toString('hex')}`;
      await sql(`CREATE DATABASE ${name}`);
      const url = new URL(server.url);
      url.pathname = `/${name}`;
      const done = await Promise.all([applyMigrations(url.href), applyMigrations(url.href)]);
      // They take turns, one migration at a time: each is applied once, by either, and nothing is left.
      const applied = done.flat();
      const left = await applyMigrations(url.href);
      if (applied.length === 0 || new Set(applied).size < applied.length || left.length > 0)
        throw new Error(
          `Two migrations at once applied ${done.map((names) => names.join(', ')).join(' and ')}; ${left.length} were left.`,
        );
      await sql(`DROP DATABASE ${name}`);
    },
    async close() {
      wire.close();
      await server.close();
      if (hasOwnDisk) execFileSync('umount', ['-l', folder]);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function openApi(environment: Record<string, string>): Promise<ApiService> {
  let child: ChildProcess | undefined;
  let output = '';
  let ended = 0;
  const portWire = await wireTo('http://127.0.0.1:1');
  const launch = () =>
    new Promise<void>((resolve, reject) => {
      const started = spawn(process.execPath, [join(repositoryRoot, 'api/src/main.ts')], {
        cwd: repositoryRoot,
        env: { ...process.env, ...environment, PORT: '0' },
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      child = started;
      let said = '';
      const hear = (data: Buffer) => {
        output = (output + data).slice(-20_000);
        said += data;
        const ready = /ready: (http:\/\/\S+?)["\s]/.exec(`${said} `);
        if (!ready?.[1]) return;
        portWire.lead(ready[1]);
        resolve();
      };
      started.on('error', reject);
      for (const stream of [started.stdout, started.stderr]) stream?.on('data', hear);
      started.once('exit', (code, signal) => {
        if (child === started) {
          ended++;
          child = undefined;
          output += `\nended by itself: ${signal ?? code}\n`;
        }
        reject(new Error(`The API ended while it started (${signal ?? code}): ${said.slice(-2_000)}`));
      });
    });
  /** It starts when its database and bus answer; before that it says so and ends, and its host starts it again. */
  const start = async () => {
    for (const deadline = Date.now() + 60_000; ; ) {
      const before = ended;
      try {
        return await launch();
      } catch (error) {
        ended = before;
        if (Date.now() > deadline) throw error;
        await pause(300);
      }
    }
  };
  await start();
  return {
    wire: portWire,
    pid: () => child?.pid,
    endedByItself: () => ended,
    output: () => output,
    start,
    async isReady() {
      const response = await fetch(`${portWire.url}health/ready`, { signal: AbortSignal.timeout(3_000) }).catch(
        () => null,
      );
      return response?.status === 200;
    },
    async end(signal) {
      const ending = child;
      child = undefined;
      if (!ending || ending.exitCode !== null) return;
      const gone = new Promise((done) => ending.once('exit', done));
      ending.kill(signal);
      await gone;
    },
  };
}

/** Starts all of it. */
export async function openServices(log: (line: string) => void): Promise<Services> {
  const postgres = await openPostgres(log);
  const server = await startRedis();
  const wire = await wireTo(server.url);
  const environment = {
    NODE_ENV: 'development',
    HOST: '127.0.0.1',
    DATABASE_URL: postgres.wire.url,
    DATABASE_POOL: '5',
    REDIS_URL: wire.url,
    NES_LIBRARY: 'on',
    NES_SECRET: 'a secret of the fault harness, long enough for it',
    RATE_LIMIT_FACTOR: '10000',
    MAX_SOCKETS_PER_ADDRESS: '10000',
    LOG_FORMAT: 'text',
  };
  const apis = [await openApi(environment), await openApi(environment)];
  return {
    postgres,
    redis: {
      wire,
      server,
      async flush() {
        const client = new Redis(server.url, { lazyConnect: true, retryStrategy: () => null });
        client.on('error', () => {});
        await client.connect();
        await client.flushall();
        client.disconnect();
      },
      async close() {
        wire.close();
        await server.close();
      },
    },
    apis,
    async close() {
      await Promise.all(apis.map((api) => api.end('SIGKILL')));
      for (const api of apis) api.wire.close();
      wire.close();
      await server.close();
      await postgres.close();
    },
  };
}
