import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import pg from 'pg';
import { afterEach, beforeEach, test } from 'vitest';
import { applyMigrations } from '../api/src/platform/migrations.ts';
import { type Backend, useBackend } from '../api/src/testing/backend.ts';
import { backup, quoted, tablesOf } from './backup.ts';
import { restore } from './restore.ts';

let full: Backend;
let empty: Backend;
let folder: string;
beforeEach(async () => {
  full = await useBackend();
  empty = await useBackend({ empty: true });
  folder = mkdtempSync(join(tmpdir(), 'nes-backup-'));
});
afterEach(async () => {
  await full.close();
  await empty.close();
  rmSync(folder, { recursive: true });
});

/** People, a session with its events and days, a rating; with texts that a careless format would break. */
async function fill(): Promise<void> {
  const { prisma, pool } = full.database;
  for (let i = 0; i < 40; i++) {
    await prisma.user.create({
      data: {
        id: `00000000-0000-4000-8000-${String(i).padStart(12, '0')}`,
        email: `p${i}@example.org`,
        emailKey: `p${i}@example.org`,
        displayName: ['tab\there', 'line\nend', '\\.', 'back\\slash', 'emoji 🎧', '', '\\N'][i % 7] as string,
        ...(i % 2 ? { preferences: { create: { timeZone: 'Europe/Berlin' } } } : {}),
      },
    });
  }
  await pool.query(
    `INSERT INTO sessions (id, user_id, protocol_id, revision_id, time_zone, started_at, ended_at, state, position_seconds, position_at,
       played_seconds, player_device_id, version)
     SELECT '10000000-0000-4000-8000-000000000001', u.id, p.id, p.current_revision_id, 'UTC', now() - interval '1 hour', now(), 'STOPPED', 1.0/3.0, now(),
       60.25, u.id, 1
     FROM users u, protocols p WHERE u.email = 'p1@example.org' LIMIT 1`,
  );
  await pool.query(
    `INSERT INTO webhooks (id, user_id, url, topics, created_at, due_at)
     SELECT '20000000-0000-4000-8000-000000000001', id, 'https://example.org', '{SESSION}', now(), now()
     FROM users WHERE email = 'p1@example.org'`,
  );
  await pool.query(
    `INSERT INTO session_events (id, session_id, sequence, kind, occurred_at, position_seconds, device_id)
     SELECT gen_random_uuid(), id, 1, 'STARTED', now(), 0, id FROM sessions`,
  );
}

/** SHA-256 of each table's rows in an order of their own, by PostgreSQL's text of a whole row. */
async function hashes(url: string): Promise<Record<string, string>> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query('SET extra_float_digits = 3');
    const told: Record<string, string> = {};
    for (const { table } of await tablesOf(client)) {
      const { rows } = await client.query<{ row: string }>(
        `SELECT t::text AS row FROM ${quoted(table)} t ORDER BY t::text COLLATE "C"`,
      );
      told[table] = `${rows.length} ${createHash('sha256').update(JSON.stringify(rows)).digest('hex')}`;
    }
    return told;
  } finally {
    await client.end();
  }
}

/** Names and definitions of constraints, triggers (and whether they work) and indexes. */
async function shape(url: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const { rows } = await client.query(
      `SELECT conname AS name, pg_get_constraintdef(oid) AS is FROM pg_constraint WHERE connamespace = 'public'::regnamespace
       UNION ALL SELECT tgname, tgenabled::text || pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal
       UNION ALL SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public' ORDER BY 1, 2`,
    );
    return rows;
  } finally {
    await client.end();
  }
}

const file = () => join(folder, 'all.gz');

test('what was backed up is, row for row, in the database that it is restored into', async () => {
  await fill();
  const counts = await backup(full.database.url, file());
  assert.equal(counts.get('users'), 40);
  assert.ok((counts.get('protocols') ?? 0) > 30);
  assert.equal(counts.get('sessions'), 1);
  assert.deepEqual(await restore(empty.database.url, file()), counts);
  assert.deepEqual(await hashes(empty.database.url), await hashes(full.database.url));
  assert.deepEqual(await shape(empty.database.url), await shape(full.database.url));
  // What counts goes on behind what came back.
  const { rows } = await empty.database.pool.query(
    `INSERT INTO webhook_deliveries (webhook_id, payload, created_at) SELECT webhook_id, payload, now() FROM webhook_deliveries
     RETURNING sequence`,
  );
  assert.equal(Number(rows[0].sequence), 2);
});

test('the settings of either server do not matter', async () => {
  await fill();
  await full.database.pool.query(
    `DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET timezone = ''America/St_Johns''', current_database());
       EXECUTE format('ALTER DATABASE %I SET datestyle = ''SQL, DMY''', current_database()); END $$`,
  );
  await backup(full.database.url, file());
  await restore(empty.database.url, file());
  const again = join(folder, 'again.gz');
  await backup(empty.database.url, again);
  const rows = (path: string) => gunzipSync(readFileSync(path)).toString('utf8').split('\n').slice(1);
  assert.deepEqual(rows(again), rows(file()));
});

test('a database that is not empty is left alone', async () => {
  await backup(full.database.url, file());
  const before = await hashes(full.database.url);
  await assert.rejects(restore(full.database.url, file()), /^BackupError: The database at .* is not empty/);
  assert.deepEqual(await hashes(full.database.url), before);
});

test('a file that is there is not written over', async () => {
  writeFileSync(file(), 'mine');
  await assert.rejects(backup(full.database.url, file()), /is there already/);
  assert.equal(readFileSync(file(), 'utf8'), 'mine');
});

test('a backup that cannot be finished leaves no file', async () => {
  const url = new URL(full.database.url);
  url.port = '1';
  await assert.rejects(backup(url.href, file()), /ECONNREFUSED/);
  assert.equal(existsSync(file()), false);
});

/** Everything that a database without a table may still hold. */
const left = async (): Promise<unknown[]> => {
  const { rows } = await empty.database.pool.query(
    `SELECT 'relation' AS is, relname::text AS name FROM pg_class WHERE relnamespace = 'public'::regnamespace
     UNION ALL SELECT 'type', typname FROM pg_type WHERE typnamespace = 'public'::regnamespace
     UNION ALL SELECT 'function', proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace AND probin IS NULL`,
  );
  return rows;
};

for (const [what, damage, expected] of [
  ['cut short', (bytes: Buffer) => bytes.subarray(0, bytes.length - 2000), /ends too early/],
  [
    'with a changed row',
    (bytes: Buffer) => gzipSync(gunzipSync(bytes).toString('utf8').replace('p7@example.org', 'q7@example.org')),
    /the rows of table users are not those that were written/,
  ],
  [
    'with a row less',
    (bytes: Buffer) =>
      gzipSync(
        gunzipSync(bytes)
          .toString('utf8')
          .replace(/^.*p7@example.org.*\n/m, ''),
      ),
    /the rows of table users are not those that were written/,
  ],
  [
    'with something behind its end',
    (bytes: Buffer) => gzipSync(Buffer.concat([gunzipSync(bytes), Buffer.from('more\n')])),
    /something follows its end/,
  ],
  ['that is something else', () => Buffer.from('PGDMP'), /is not a backup/],
] as const) {
  test(`a file ${what} is refused, leaves the database as it was, and the whole one is taken then`, async () => {
    await fill();
    const counts = await backup(full.database.url, file());
    const before = await left();
    const damaged = join(folder, 'damaged.gz');
    writeFileSync(damaged, damage(readFileSync(file())));
    await assert.rejects(restore(empty.database.url, damaged), expected);
    assert.deepEqual(await left(), before);
    assert.deepEqual(await restore(empty.database.url, file()), counts);
  });
}

test('a backup that was made with other migrations names the one that is not here', async () => {
  await backup(full.database.url, file());
  const text = gunzipSync(readFileSync(file())).toString('utf8');
  writeFileSync(
    file(),
    gzipSync(text.replace('"migrations":[', '"migrations":[{"name":"3000_later","checksum":"x"},')),
  );
  await assert.rejects(
    restore(empty.database.url, file()),
    /newer than this program: it was made with migration 3000_later/,
  );
});

test('a backup of an older version is brought up to date by the newer migrations', async () => {
  const migrations = join(folder, 'migrations');
  const write = (name: string, sql: string) => {
    mkdirSync(join(migrations, name), { recursive: true });
    writeFileSync(join(migrations, name, 'migration.sql'), sql);
  };
  write('1_first', 'CREATE TABLE a (n int PRIMARY KEY, next int REFERENCES a (n))');
  await applyMigrations(empty.database.url, { folder: migrations });
  // Each refers to the other: no order of inserting would do.
  await empty.database.pool.query('INSERT INTO a VALUES (1, 2), (2, 1)');
  await backup(empty.database.url, file());
  write('2_second', `ALTER TABLE a ADD COLUMN word text NOT NULL DEFAULT 'new'`);
  const target = await useBackend({ empty: true });
  try {
    await restore(target.database.url, file(), migrations);
    const { rows } = await target.database.pool.query('SELECT * FROM a ORDER BY n');
    assert.deepEqual(rows, [
      { n: 1, next: 2, word: 'new' },
      { n: 2, next: 1, word: 'new' },
    ]);
    await assert.rejects(target.database.pool.query('UPDATE a SET next = 3'), /a_next_fkey/);
  } finally {
    await target.close();
  }
});
