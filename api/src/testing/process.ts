/** The API as people run it: a process of its own (`api/src/main.ts`), for whole flows and for tests that kill it. */
import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { repositoryRoot } from '../config.ts';
import type { Backend } from './backend.ts';

export interface ApiProcess {
  /** `http://localhost:<port>`: the application; `/graphql` below it is the API. */
  url: string;
  /** What it printed up to now. */
  output(): string;
  /** Ends it with a signal (SIGTERM unless told otherwise) and waits until it is gone. */
  stop(signal?: NodeJS.Signals): Promise<void>;
  /** Starts it again on the same port with the same data. */
  start(): Promise<void>;
  /** Stops it and removes what it kept on disk. The backend stays. */
  close(): Promise<void>;
}

/** Starts the API on the backend's database and a free port; resolves when it answers. `env` is added to its environment. */
export async function startApiProcess(backend: Backend, env: Record<string, string> = {}): Promise<ApiProcess> {
  const folder = mkdtempSync(join(tmpdir(), 'nes-api-'));
  const port = await freePort();
  const url = `http://localhost:${port}`;
  const secret = randomBytes(32).toString('hex');
  let output = '';
  let child: ChildProcess | undefined;

  const start = async () => {
    if (child && child.exitCode === null && child.signalCode === null) return;
    const started = spawn(process.execPath, ['api/src/main.ts'], {
      cwd: repositoryRoot,
      env: {
        ...process.env,
        NODE_ENV: 'development',
        PORT: String(port),
        HOST: 'localhost',
        PUBLIC_URL: url,
        DATABASE_URL: backend.database.url,
        DIRECT_URL: '',
        DATABASE_POOL: '5',
        REDIS_URL: backend.redisUrl ?? '',
        NES_REDIS_PREFIX: backend.redisPrefix,
        NES_SECRET: secret,
        NES_DATA_DIR: folder,
        ...env,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    child = started;
    for (const stream of [started.stdout, started.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        output += text;
      });
    }
    const until = Date.now() + 60_000;
    for (;;) {
      if (started.exitCode !== null || started.signalCode !== null)
        throw new Error(`The API ended at its start:\n${output}`);
      const answered = await fetch(`${url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: '{"query":"{ __typename }"}',
      }).then(
        (response) => response.ok,
        () => false,
      );
      if (answered) return;
      if (Date.now() > until) throw new Error(`The API does not answer at ${url}:\n${output}`);
      await new Promise((done) => setTimeout(done, 50));
    }
  };
  const stop = async (signal: NodeJS.Signals = 'SIGTERM') => {
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, 'exit');
    child.kill(signal);
    await gone;
  };
  const close = async () => {
    await stop();
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    await start();
  } catch (error) {
    await close();
    throw error;
  }
  return { url, output: () => output, stop, start, close };
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as { port: number };
  probe.close();
  await once(probe, 'close');
  return port;
}
