/** An API process of a test's or bench's own: the real program on a port, to be killed and started again. */
import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { repositoryRoot } from '../config.ts';
import type { Backend } from './backend.ts';
import { freePorts } from './ports.ts';

export interface ApiProcess {
  port: number;
  /** `http://127.0.0.1:port`. */
  url: string;
  /** What it wrote since it was first started. */
  output(): string;
  /** Its process id; undefined while it is not running. */
  pid(): number | undefined;
  /** Ends it: SIGKILL as a power cut would. */
  end(signal?: NodeJS.Signals): Promise<void>;
  /** Starts it again on the same port, database and Redis. Resolves when it is ready. */
  start(): Promise<void>;
}

/** Starts the API on a database and Redis. `environment` adds variables, `flags` are Node's own. */
export async function startApi(
  backend: Backend,
  options: { environment?: Record<string, string>; flags?: string[] } = {},
): Promise<ApiProcess> {
  const [port = 0] = await freePorts(1);
  const url = `http://127.0.0.1:${port}`;
  let running: ChildProcess | undefined;
  let output = '';

  const start = async () => {
    const child = spawn(process.execPath, [...(options.flags ?? []), join(repositoryRoot, 'api/src/main.ts')], {
      cwd: repositoryRoot,
      env: {
        ...process.env,
        NODE_ENV: 'development',
        PORT: String(port),
        HOST: '127.0.0.1',
        DATABASE_URL: backend.database.url,
        DATABASE_POOL: '5',
        REDIS_URL: backend.redisUrl ?? '',
        NES_REDIS_PREFIX: backend.redisPrefix,
        NES_LIBRARY: 'off',
        NES_SECRET: 'a secret of the tests, long enough for it',
        ...options.environment,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    running = child;
    child.once('exit', (code, signal) => {
      if (running === child) console.error(`The API ended by itself (${signal ?? code}):\n${output}`);
    });
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (data) => (output += data));
    for (const deadline = Date.now() + 60_000; ; ) {
      if (child.exitCode !== null) throw new Error(`The API ended: ${output}`);
      const response = await fetch(`${url}/health/ready`).catch(() => null);
      if (response?.ok) return;
      if (Date.now() > deadline) throw new Error(`The API was not ready after 60 s: ${output}`);
      await new Promise((next) => setTimeout(next, 50));
    }
  };
  const end = async (signal: NodeJS.Signals = 'SIGTERM') => {
    const child = running;
    running = undefined;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise((done) => child.once('exit', done));
    child.kill(signal);
    await ended;
  };

  try {
    await start();
  } catch (error) {
    await end('SIGKILL');
    throw error;
  }
  return { port, url, output: () => output, pid: () => running?.pid, end, start };
}
