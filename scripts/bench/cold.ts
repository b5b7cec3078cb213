/**
 * From the start of a process to its first correct answer: the public list, asked again and again until it is there. PostgreSQL runs already, the
 * database is migrated and has the library, and compiled code is kept where it is kept, as at every start but the first.
 */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import type { Figure } from '../bench.ts';
import { answersList, bundleTree, freePort, makeDatabase, median, root, SECRET, serve } from '../served.ts';

const RUNS = 9;

/** Milliseconds until `npm start` has the first answer; it must have run before. */
async function npmStart(databaseUrl: string): Promise<number> {
  const port = await freePort();
  const begin = performance.now();
  const child = spawn(process.execPath, [join(root, 'scripts', 'start', 'start.mjs')], {
    cwd: root,
    env: { ...process.env, DATABASE_URL: databaseUrl, PORT: String(port), NES_SECRET: SECRET, NODE_ENV: 'development' },
    stdio: 'ignore',
  });
  const ended = new Promise<void>((done) => child.once('exit', () => done()));
  try {
    for (;;) {
      if (await answersList(`http://127.0.0.1:${port}`).catch(() => false)) return performance.now() - begin;
      if (child.exitCode !== null) throw new Error(`npm start ended with ${child.exitCode}.`);
      await new Promise((done) => setTimeout(done, 2));
    }
  } finally {
    child.kill('SIGTERM');
    await ended;
  }
}

export default async function bench(): Promise<Figure[]> {
  const backend = await makeDatabase();
  const tree = await bundleTree();
  const environment = { DATABASE_URL: backend.database.url, LOG_LEVEL: 'error' };
  const ways = new Map<string, () => Promise<number>>([
    ['as in the image', () => started(tree.args, { ...tree.environment, ...environment })],
    [
      'from source: node api/src/main.ts',
      () => started(['api/src/main.ts'], { ...environment, NODE_ENV: 'development' }),
    ],
    ['npm start, not the first time', () => npmStart(backend.database.url)],
    [
      'Node alone: an empty program',
      async () => {
        const begin = performance.now();
        await new Promise((done) => spawn(process.execPath, ['-e', '0'], { stdio: 'ignore' }).once('exit', done));
        return performance.now() - begin;
      },
    ],
  ]);
  const times = new Map<string, number[]>([...ways.keys()].map((name) => [name, []]));
  try {
    for (let run = -1; run < RUNS; run++) {
      for (const [name, way] of ways) {
        const time = await way();
        if (run >= 0) times.get(name)?.push(time);
      }
    }
  } finally {
    await backend.close();
    tree.remove();
  }
  const limits = [300, 500, 1_000, undefined];
  return [...times].flatMap(([name, list], index) => [
    { name, value: median(list), unit: 'ms', limit: limits[index] },
    { name: `${name}, the quickest of ${RUNS}`, value: Math.min(...list), unit: 'ms' },
  ]);
}

async function started(args: string[], environment: Record<string, string>): Promise<number> {
  const server = await serve(args, environment, answersList);
  await server.stop();
  return server.startedMs;
}
