/**
 * Every test, in this order: what runs in Node; once more what uses a database, on a real PostgreSQL and Redis where there are any;
 * elements, worklet and pixels in a real Chromium; whole flows in a browser against a real API process.
 *
 * A file that failed is run once more by itself; what passes only then is named in the closing lines.
 *
 * Arguments choose files by a part of their path. NES_TEST_REQUIRE="postgresql redis" makes the run fail where one of them was not used.
 * The last line is `N passed, N failed`, with `, N skipped` where some were.
 */
import { spawn } from 'node:child_process';
import { globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative, resolve } from 'node:path';
import { run } from 'node:test';
import { Redis } from 'ioredis';
import pg from 'pg';
import { startTestServer, type TestServer, VARIABLE } from '../api/src/testing/backend.ts';
import { BrowserMissing, findBrowser } from './browser.ts';

const root = resolve(import.meta.dirname, '..');
const chosen = process.argv.slice(2);
const totals = { passed: 0, failed: 0, skipped: 0 };
const exercised: string[] = [];
const failures: string[] = [];
/** What failed at first and passed when its file ran once more. */
const unsteady: string[] = [];

const heading = (text: string) => console.log(`\n== ${text}`);
const fail = (text: string) => {
  totals.failed++;
  failures.push(text);
  console.log(`  FAIL ${text}`);
};

function filesOf(...patterns: string[]): string[] {
  const found = patterns.flatMap((pattern) => globSync(pattern, { cwd: root, exclude: ['**/node_modules/**'] }));
  return found
    .map((file) => file.replaceAll('\\', '/'))
    .filter((file) => chosen.length === 0 || chosen.some((part) => file.includes(part)))
    .sort();
}

/** What became of one file. */
interface Outcome {
  file: string;
  passed: number;
  failed: number;
  skipped: number;
  /** The names of what failed. */
  names: string[];
}

/**
 * Counts what `run` made of the files. Files that failed are run once more, by themselves: on a busy machine a sound clock or a
 * browser can starve. What passes only then counts as passed and is named in the closing lines; where much failed, once is enough.
 */
async function count(files: string[], run: (files: string[], alone: boolean) => Promise<Outcome[]>): Promise<void> {
  if (files.length === 0) return;
  let outcomes = await run(files, false);
  const broken = outcomes.filter(({ failed }) => failed > 0);
  if (broken.length > 0 && broken.length <= 3) {
    console.log(`  Once more, alone: ${broken.map(({ file }) => file).join(', ')}`);
    const again = await run(
      broken.map(({ file }) => file),
      true,
    );
    for (const { file, names } of broken)
      if (again.some((outcome) => outcome.file === file && outcome.failed === 0))
        unsteady.push(...names.map((name) => `${file}: ${name}`));
    outcomes = [...outcomes.filter(({ failed }) => failed === 0), ...again];
  }
  for (const { file, passed, failed, skipped, names } of outcomes) {
    totals.passed += passed;
    totals.failed += failed;
    totals.skipped += skipped;
    failures.push(...names.map((name) => `${file}: ${name}`));
  }
}

/** Runs files under node:test; one line a file, and every failure in full. */
async function nodeTests(files: string[], server: TestServer, concurrency: number): Promise<Outcome[]> {
  process.env[VARIABLE] = JSON.stringify(server);
  const outcomes = new Map<string, Outcome>(
    files.map((file) => [join(root, file), { file, passed: 0, failed: 0, skipped: 0, names: [] }]),
  );
  const stream = run({ files: [...outcomes.keys()], concurrency, timeout: 180_000 });
  stream.on('test:fail', ({ name, file, details, skip, todo }) => {
    if (skip || todo) return;
    const { error, type } = details as { error: Error & { cause?: unknown; failureType?: string }; type?: string };
    // A suite or file fails because of what is in it, which was told already.
    if (type === 'suite' || error.failureType === 'subtestsFailed') return;
    const cause = (error.cause ?? error) as Error;
    const outcome = outcomes.get(file ?? '');
    outcome?.names.push(name);
    console.log(`  FAIL ${outcome?.file ?? file}: ${name}\n${String(cause.stack ?? cause).replace(/^/gm, '       ')}`);
  });
  stream.on('test:stderr', ({ message }) => process.stdout.write(message.replace(/^(?=.)/gm, '       ')));
  const seen = new Set<Outcome>();
  stream.on('test:summary', ({ file, counts, duration_ms, success }) => {
    const outcome = outcomes.get(file ?? '');
    if (!outcome) return;
    seen.add(outcome);
    outcome.passed = counts.passed;
    outcome.failed = counts.tests - counts.passed - counts.skipped - counts.todo;
    outcome.skipped = counts.skipped + counts.todo;
    if (!success && outcome.failed === 0) {
      outcome.failed = 1;
      outcome.names.push('failed outside its tests');
    }
    const skipped = outcome.skipped > 0 ? `, ${outcome.skipped} skipped` : '';
    console.log(
      `${success ? '  ok  ' : '  FAIL'} ${outcome.file}  ${counts.passed}/${counts.tests}${skipped}  ${Math.round(duration_ms)} ms`,
    );
  });
  await new Promise((done) => stream.on('end', done).resume());
  for (const outcome of outcomes.values()) {
    // A file that dies before its first test has no summary of its own.
    if (seen.has(outcome)) continue;
    outcome.failed = 1;
    if (outcome.names.length === 0) outcome.names.push('ended without a result');
    console.log(`  FAIL ${outcome.file}: ended without a result`);
  }
  return [...outcomes.values()];
}

const runNode = (files: string[], server: TestServer, concurrency: number) =>
  count(files, (some, alone) => nodeTests(some, server, alone ? 1 : concurrency));

/** What is read of Vitest's JSON report. */
interface VitestReport {
  testResults: {
    name: string;
    status: string;
    assertionResults: { status: string; fullName: string }[];
  }[];
}

async function browserTests(files: string[]): Promise<Outcome[]> {
  const folder = mkdtempSync(join(tmpdir(), 'nes-vitest-'));
  const report = join(folder, 'report.json');
  const vitest = join(root, 'node_modules', 'vitest', 'vitest.mjs');
  const args = [
    vitest,
    'run',
    '--config',
    'vitest.config.ts',
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${report}`,
  ];
  const code = await new Promise<number>((done) => {
    const child = spawn(process.execPath, [...args, ...files.map((file) => relative('web', file))], {
      cwd: join(root, 'web'),
      env: { ...process.env, NO_COLOR: '1' },
      stdio: ['ignore', 'inherit', 'inherit'],
    });
    child.once('error', () => done(1));
    child.once('exit', (status) => done(status ?? 1));
  });
  try {
    const { testResults } = JSON.parse(readFileSync(report, 'utf8')) as VitestReport;
    const outcomes = files.map((file): Outcome => {
      const result = testResults.find(({ name }) => resolve(name) === join(root, file));
      const tests = result?.assertionResults ?? [];
      const bad = tests.filter(({ status }) => status === 'failed');
      const names = bad.map(({ fullName }) => fullName);
      const passed = tests.filter(({ status }) => status === 'passed').length;
      if (!result || (result.status === 'failed' && bad.length === 0)) names.push('ended without a result');
      return { file, passed, failed: names.length, skipped: tests.length - passed - bad.length, names };
    });
    if (code !== 0 && outcomes.every(({ failed }) => failed === 0)) throw new Error(`exit code ${code}`);
    return outcomes;
  } catch (error) {
    const names = [`Vitest ended with exit code ${code} (${(error as Error).message})`];
    return files.map((file) => ({ file, passed: 0, failed: 1, skipped: 0, names }));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The server that DATABASE_URL names, else one on the default port of this machine; undefined where none answers. */
async function realPostgres(): Promise<{ adminUrl: string; name: string } | undefined> {
  const given = process.env.DATABASE_URL;
  const adminUrl = given || 'postgresql://postgres@127.0.0.1:5432/postgres';
  const client = new pg.Client({ connectionString: adminUrl, connectionTimeoutMillis: 3_000 });
  client.on('error', () => {});
  try {
    await client.connect();
    const { rows } = await client.query<{ version: string; may: boolean }>(
      `SELECT current_setting('server_version') AS version, rolcreatedb OR rolsuper AS may FROM pg_roles WHERE rolname = current_user`,
    );
    if (rows[0]?.may !== true) throw new Error('the account may not create databases');
    const { host } = new URL(adminUrl);
    return { adminUrl, name: `PostgreSQL ${rows[0].version} at ${host}` };
  } catch (error) {
    if (given) fail(`DATABASE_URL is set, but the tests cannot use it: ${(error as Error).message}`);
    return undefined;
  } finally {
    await client.end().catch(() => {});
  }
}

async function realRedis(): Promise<{ url: string; name: string } | undefined> {
  const given = process.env.REDIS_URL;
  const url = given || 'redis://127.0.0.1:6379';
  const client = new Redis(url, {
    lazyConnect: true,
    connectTimeout: 3_000,
    maxRetriesPerRequest: 0,
    retryStrategy: () => null,
  });
  client.on('error', () => {});
  try {
    await client.connect();
    const version = /redis_version:(\S+)/.exec(await client.info('server'))?.[1] ?? '';
    return { url, name: `Redis ${version} at ${new URL(url).host}` };
  } catch (error) {
    if (given) fail(`REDIS_URL is set, but the tests cannot use it: ${(error as Error).message}`);
    return undefined;
  } finally {
    client.disconnect();
  }
}

async function forgetInRedis(url: string): Promise<void> {
  const client = new Redis(url, { maxRetriesPerRequest: 1 });
  try {
    for await (const keys of client.scanStream({ match: 'nes_test_*', count: 500 })) {
      if (keys.length > 0) await client.del(...(keys as string[]));
    }
  } finally {
    client.disconnect();
  }
}

/** By itself or through what makes a schema or a server on it. */
const usesBackend = (file: string) =>
  /testing\/(ask|backend|server)\.ts|from '\.\/(ask|backend|server|world)\.ts'/.test(
    readFileSync(join(root, file), 'utf8'),
  );
const started = Date.now();
const postgres = await realPostgres();
const redis = await realRedis();
// The tests choose their servers by what they are handed, never by what happens to be set.
for (const name of ['DATABASE_URL', 'DIRECT_URL', 'REDIS_URL', 'PORT', 'HOST', 'NES_DATA_DIR'])
  delete process.env[name];

const embedded = await startTestServer();
const real = postgres || redis;
const second = postgres
  ? await startTestServer({ adminUrl: postgres.adminUrl, redisUrl: redis?.url ?? null })
  : undefined;
const realServer: TestServer | undefined =
  real && (second?.server ?? { ...embedded.server, redisUrl: redis?.url ?? null });
const tidy = async () => {
  await second?.close();
  await embedded.close();
  if (redis) await forgetInRedis(redis.url);
};
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    tidy().finally(() => process.exit(130));
  });
}
try {
  const node = filesOf(
    'api/src/**/*.test.ts',
    'prisma/**/*.test.ts',
    'scripts/**/*.test.ts',
    'web/src/**/*.test.ts',
  ).filter((file) => !file.endsWith('.browser.test.ts'));
  heading('Node, with the embedded PostgreSQL and the in-process bus');
  await runNode(node, embedded.server, 2);
  exercised.push('embedded PostgreSQL with the in-process bus');

  const again = node.filter(usesBackend);
  if (realServer && again.length > 0) {
    const names = [postgres?.name ?? 'the embedded PostgreSQL', redis?.name ?? 'the in-process bus'];
    heading(`Once more, with ${names.join(' and ')}`);
    await runNode(again, realServer, 2);
    exercised.push(...[postgres?.name, redis?.name].filter((name) => name !== undefined));
  }

  const inBrowser = filesOf('web/src/**/*.browser.test.ts');
  const flows = filesOf('web/flows/*.flow.test.ts');
  if (inBrowser.length + flows.length > 0) {
    try {
      await findBrowser();
      if (inBrowser.length > 0) {
        heading('Elements, sound and pixels in Chromium');
        await count(inBrowser, browserTests);
      }
      if (flows.length > 0) {
        heading('Whole flows, with the embedded PostgreSQL and the in-process bus');
        await runNode(flows, embedded.server, 1);
        if (realServer) {
          heading(`Whole flows, with ${[postgres?.name, redis?.name].filter(Boolean).join(' and ')}`);
          await runNode(flows.filter(usesBackend), realServer, 1);
        }
      }
    } catch (error) {
      if (!(error instanceof BrowserMissing)) throw error;
      fail(error.message);
    }
  }
} finally {
  await tidy();
}

for (const name of (process.env.NES_TEST_REQUIRE ?? '')
  .toLowerCase()
  .split(/[\s,]+/)
  .filter(Boolean)) {
  if (!exercised.some((line) => line.toLowerCase().startsWith(name))) fail(`${name} was required, but not exercised`);
}
if (unsteady.length > 0)
  console.log(`\n${unsteady.map((line) => `Failed at first, passed when run once more: ${line}`).join('\n')}`);
if (failures.length > 0) console.log(`\n${failures.map((line) => `Failed: ${line}`).join('\n')}`);
console.log(`\nTook ${Math.round((Date.now() - started) / 1000)} s. Exercised: ${exercised.join('; ')}.`);
const skipped = totals.skipped > 0 ? `, ${totals.skipped} skipped` : '';
console.log(`${totals.passed} passed, ${totals.failed} failed${skipped}`);
process.exitCode = totals.failed > 0 || totals.passed === 0 ? 1 : 0;
