import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';
import { afterEach, beforeEach, test } from 'vitest';
import { repositoryRoot } from '../config.ts';
import { type Backend, useBackend } from '../testing/backend.ts';
import { applyMigrations, MigrationError } from './migrations.ts';

let backend: Backend;
let folder: string;
beforeEach(async () => {
  backend = await useBackend({ empty: true });
  folder = mkdtempSync(join(tmpdir(), 'nes-migrations-'));
});
afterEach(async () => {
  await backend.close();
  rmSync(folder, { recursive: true });
});

const migration = (name: string, sql: string): string => {
  const file = join(folder, name, 'migration.sql');
  mkdirSync(join(folder, name), { recursive: true });
  writeFileSync(file, sql);
  return file;
};
const apply = () => applyMigrations(backend.database.url, { folder });
const rows = async (text: string) => (await backend.database.pool.query(text)).rows;
const refusal = async (): Promise<string> => {
  try {
    await apply();
  } catch (error) {
    assert.ok(error instanceof MigrationError, String(error));
    return error.message;
  }
  throw new Error('it was applied');
};

test('each migration is applied once, in the order of the names', async () => {
  migration('2_second', 'ALTER TABLE a ADD COLUMN m int');
  migration('1_first', 'CREATE TABLE a (n int); INSERT INTO a VALUES (1)');
  assert.deepEqual(await apply(), ['1_first', '2_second']);
  assert.deepEqual(await apply(), []);
  assert.deepEqual(await rows('SELECT * FROM a'), [{ n: 1, m: null }]);
});

test('a migration that fails is named with its line, and leaves nothing behind; mended, it is applied', async () => {
  migration('1_first', 'CREATE TABLE a (n int)');
  const file = migration('2_broken', 'CREATE TABLE b (n int);\n\nCREATE TABLE c (n inte);\n');
  assert.equal(
    await refusal(),
    `Migration ${file} failed, line 3: type "inte" does not exist. Nothing of it was applied.`,
  );
  assert.deepEqual(await rows(`SELECT to_regclass('b') AS b, to_regclass('a')::text AS a`), [{ b: null, a: 'a' }]);
  migration('2_broken', 'CREATE TABLE c (n int)');
  assert.deepEqual(await apply(), ['2_broken']);
});

test('a migration that was changed after it was applied is refused by name, before anything else is applied', async () => {
  migration('1_first', 'CREATE TABLE a (n int)');
  await apply();
  const file = migration('1_first', 'CREATE TABLE a (n bigint)');
  migration('2_second', 'CREATE TABLE b (n int)');
  const message = await refusal();
  assert.ok(message.startsWith(`Migration ${file} was changed after it was applied to `), message);
  assert.ok(!message.includes(new URL(backend.database.url).password || 'no password'), message);
  assert.deepEqual(await rows(`SELECT to_regclass('b') AS b`), [{ b: null }]);
});

test('one that Prisma left failed is refused by name, one that it rolled back is applied', async () => {
  migration('1_first', 'CREATE TABLE a (n int)');
  await apply();
  migration('2_second', 'CREATE TABLE b (n int)');
  await backend.database.pool.query(
    `INSERT INTO "_prisma_migrations" (id, checksum, migration_name, logs) VALUES ('x', 'y', '2_second', 'it failed')`,
  );
  assert.match(await refusal(), /^Migration 2_second failed in an earlier run/);
  await backend.database.pool.query(`UPDATE "_prisma_migrations" SET rolled_back_at = now() WHERE id = 'x'`);
  assert.deepEqual(await apply(), ['2_second']);
});

test('a folder without its file is named', async () => {
  mkdirSync(join(folder, '1_empty'));
  assert.match(await refusal(), /1_empty\/migration\.sql is missing/);
});

test('three instances that start at once apply each migration once', async () => {
  migration('1_first', 'CREATE TABLE a (n int); SELECT pg_sleep(0.2)');
  const all = await Promise.all([apply(), apply(), apply()]);
  assert.deepEqual(all.flat(), ['1_first']);
});

test('waiting for another instance that migrates has an end', async () => {
  migration('1_first', 'CREATE TABLE a (n int)');
  const holder = new pg.Client({ connectionString: backend.directUrl });
  await holder.connect();
  await holder.query('SELECT pg_advisory_lock(72707369)');
  try {
    await assert.rejects(
      applyMigrations(backend.directUrl, { folder, lockTimeoutMs: 100 }),
      /^MigrationError: Another process has been migrating/,
    );
  } finally {
    await holder.end();
  }
});

test('a database that cannot be reached is named without its password', async () => {
  await assert.rejects(applyMigrations('postgresql://me:secret@127.0.0.1:1/gone', { folder }), (error: Error) => {
    assert.match(error.message, /^The database at 127\.0\.0\.1:1\/gone cannot be reached: .*ECONNREFUSED/);
    assert.ok(!error.message.includes('secret'));
    return true;
  });
});

test("Prisma's own command line agrees with what was applied here, and we with what it applied", async () => {
  const prisma = async (...args: string[]) => {
    const { stdout } = await promisify(execFile)(
      process.execPath,
      [join(repositoryRoot, 'node_modules', 'prisma-cli', 'build', 'index.js'), ...args],
      {
        cwd: repositoryRoot,
        env: {
          ...process.env,
          DATABASE_URL: backend.database.url,
          DIRECT_URL: '',
          PRISMA_SCHEMA_ENGINE_BINARY: join(repositoryRoot, 'scripts', 'schema-engine.mjs'),
          CHECKPOINT_DISABLE: '1',
        },
      },
    );
    return stdout;
  };
  cpSync(join(repositoryRoot, 'prisma', 'migrations'), folder, { recursive: true });
  const applied = await apply();
  assert.ok(applied.length > 0);
  assert.match(await prisma('migrate', 'status'), /Database schema is up to date!/);
  assert.match(await prisma('migrate', 'deploy'), /No pending migrations to apply/);

  await backend.close();
  backend = await useBackend({ empty: true });
  assert.match(await prisma('migrate', 'deploy'), /successfully applied/);
  assert.deepEqual(await apply(), []);
});
