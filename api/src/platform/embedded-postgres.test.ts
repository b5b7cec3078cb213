import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, test } from 'vitest';
import { absenceOf } from './absence.ts';
import { newClient } from './connections.ts';
import { EmbeddedPostgresError, notAnswering, startEmbeddedPostgres } from './embedded-postgres.ts';

const root = mkdtempSync(join(tmpdir(), 'nes-embedded-'));
chmodSync(root, 0o755);
const folder = join(root, 'first');
const data = join(folder, 'postgres', 'data');
afterAll(() => rmSync(root, { recursive: true, force: true }));

const start = (where: string) => startEmbeddedPostgres({ folder: where, volatile: true });

async function query(url: string, text: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(text)).rows;
  } finally {
    await client.end();
  }
}

const isAlive = (pid: number) => {
  try {
    process.kill(pid, 0);
    return !readFileSync(`/proc/${pid}/stat`, 'utf8').includes(') Z ');
  } catch {
    return false;
  }
};

async function refusal(where: string): Promise<string> {
  try {
    const server = await start(where);
    await server.close();
  } catch (error) {
    assert.ok(error instanceof EmbeddedPostgresError, String((error as Error).stack));
    assert.ok(!error.message.includes('\n'), error.message);
    return error.message;
  }
  throw new Error('it started');
}

const copyOfFirst = (name: string): string => {
  const copy = join(root, name);
  cpSync(folder, copy, { recursive: true, preserveTimestamps: true, verbatimSymlinks: true });
  return copy;
};

beforeAll(async () => {
  const server = await start(folder);
  await query(server.url, 'CREATE TABLE kept (n int)');
  await query(server.url, 'INSERT INTO kept VALUES (42)');
  await server.close();
});

test('data are kept from one start to the next, and the server is gone after closing', async () => {
  const server = await start(folder);
  const pid = Number(readFileSync(join(data, 'postmaster.pid'), 'utf8').split('\n')[0]);
  assert.deepEqual(await query(server.url, 'SELECT n FROM kept'), [{ n: 42 }]);
  assert.match(String((await query(server.url, 'SELECT version()'))[0]?.version), /^PostgreSQL 18/);
  await server.close();
  assert.equal(isAlive(pid), false);
  assert.equal(existsSync(join(data, 'postmaster.pid')), false);
});

test('without the password nobody on this machine gets in', async () => {
  const server = await start(folder);
  try {
    const open = server.url.replace(/:[^:@]+@/, '@');
    await assert.rejects(query(open, 'SELECT 1'), /password/i);
    await assert.rejects(
      query(server.url.replace(/:[^:@/]+@/, ':wrong@'), 'SELECT 1'),
      /password authentication failed/,
    );
  } finally {
    await server.close();
  }
});

test('text is ordered and folded by Unicode, not by the machine', async () => {
  const server = await start(folder);
  try {
    assert.deepEqual(await query(server.url, `SELECT lower('ÄÉ') AS low`), [{ low: 'äé' }]);
  } finally {
    await server.close();
  }
});

test('a folder in use by a living process is refused with that process', async () => {
  const holder = spawn(
    process.execPath,
    [
      '--input-type=module',
      '-e',
      `const { startEmbeddedPostgres } = await import(${JSON.stringify(new URL('./embedded-postgres.ts', import.meta.url).href)});
       const server = await startEmbeddedPostgres({ folder: ${JSON.stringify(folder)}, volatile: true });
       console.log(server.url); setInterval(() => {}, 1000);`,
    ],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const url = String((await once(holder.stdout, 'data'))[0]).trim();
  const postgres = Number(readFileSync(join(data, 'postmaster.pid'), 'utf8').split('\n')[0]);
  assert.equal(
    await refusal(folder),
    `The embedded database in ${data} is in use by process ${holder.pid}: stop that one first, or set NES_DATA_DIR to another folder.`,
  );
  assert.deepEqual(await query(url, 'SELECT n FROM kept'), [{ n: 42 }]);

  // Killed without a chance to clean up: the server ends by itself, and the next start finds everything.
  holder.kill('SIGKILL');
  await once(holder, 'exit');
  const server = await start(folder);
  assert.equal(isAlive(postgres), false);
  assert.deepEqual(await query(server.url, 'SELECT n FROM kept'), [{ n: 42 }]);
  await server.close();
});

test('a left-over postmaster.pid that names another living process does not stop the start', async () => {
  writeFileSync(join(data, 'postmaster.pid'), `${process.ppid}\n${data}\n1\n5432\n\n127.0.0.1\n0 0\nready\n`);
  const server = await start(folder);
  assert.deepEqual(await query(server.url, 'SELECT n FROM kept'), [{ n: 42 }]);
  await server.close();
});

test('a damaged folder is named in one sentence, and nothing in it is deleted', async () => {
  const cases: [string, (data: string, home: string) => void, RegExp][] = [
    [
      'control',
      (copy) => writeFileSync(join(copy, 'global', 'pg_control'), 'x'),
      /is damaged \(could not read file "global\/pg_control": read 1 of \d+\)/,
    ],
    ['version', (copy) => rmSync(join(copy, 'PG_VERSION')), /is damaged \(ENOENT.*PG_VERSION/],
    [
      'older',
      (copy) => writeFileSync(join(copy, 'PG_VERSION'), '15\n'),
      /was made by PostgreSQL 15, and this is PostgreSQL 18/,
    ],
    [
      'password',
      (_, home) => writeFileSync(join(home, 'connection.json'), '{"pass'),
      /its password file .* cannot be read/,
    ],
    ['forgotten', (_, home) => rmSync(join(home, 'connection.json')), /its password file .* is missing/],
    [
      'emptied',
      (copy) => {
        for (const name of readdirSync(copy)) rmSync(join(copy, name), { recursive: true });
      },
      /is damaged/,
    ],
  ];
  for (const [name, damage, expected] of cases) {
    const copy = copyOfFirst(name);
    const home = join(copy, 'postgres');
    damage(join(home, 'data'), home);
    const before = readdirSync(join(home, 'data'), { recursive: true }).map(String);
    const message = await refusal(copy);
    assert.match(message, expected, name);
    assert.ok(message.includes(home), message);
    for (const path of before) assert.ok(existsSync(join(home, 'data', path)), `${name}: ${path}`);
  }
});

test('an interrupted first start leaves nothing that hinders the second', async () => {
  const half = join(root, 'half');
  mkdirSync(join(half, 'postgres', 'making-x', 'data'), { recursive: true });
  writeFileSync(join(half, 'postgres', 'making-x', 'data', 'PG_VERSION'), '18\n');
  const server = await start(half);
  assert.deepEqual(await query(server.url, 'SELECT 1 AS one'), [{ one: 1 }]);
  await server.close();
  assert.deepEqual(readdirSync(join(half, 'postgres')).sort(), ['connection.json', 'data']);
});

test('a folder that cannot be made is named with what to do', async () => {
  assert.match(
    await refusal('/dev/null/data'),
    /^The folder \/dev\/null\/data.* cannot be used for the database .*NES_DATA_DIR/,
  );
});

test('a server that does not answer in time is no damaged folder', async () => {
  // Takes connections and says nothing, as a server does that gets no processor.
  const silent = createServer(() => {}).listen(0, '127.0.0.1');
  await once(silent, 'listening');
  const { port } = silent.address() as AddressInfo;
  const client = newClient({ url: `postgresql://postgres@127.0.0.1:${port}/nes`, name: 'nes', waitMs: 200 });
  const error = await client.connect().then(
    () => assert.fail('nobody answers'),
    (error: Error) => error,
  );
  silent.close();
  assert.equal(absenceOf(error), 'away');
  const told = notAnswering('/somewhere', error);
  assert.ok(told instanceof EmbeddedPostgresError);
  assert.match(told.message, /\/somewhere has started but did not answer within 60 s/);
  assert.doesNotMatch(told.message, /damaged|backup/);
  assert.match(notAnswering('/somewhere', new Error('FATAL: no pg_filenode.map')).message, /damaged/);
});
