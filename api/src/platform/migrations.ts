/**
 * Applies `prisma/migrations` without Prisma's command line, and keeps Prisma's ledger exactly as it does: `prisma migrate status`
 * and `deploy` on another machine see the same. Each migration runs in one transaction together with its ledger row.
 */
import { createHash, randomUUID } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type pg from 'pg';
import { repositoryRoot } from '../config.ts';
import { newClient } from './connections.ts';
import { placeOf } from './database-address.ts';

/** One sentence: which migration, what happened, what to do. */
export class MigrationError extends Error {
  override name = 'MigrationError';
}

/** Prisma takes the same advisory lock, so that our start and its command line never migrate at the same time. */
const LOCK = 72_707_369;

/** As Prisma 7 creates it. */
const LEDGER = `CREATE TABLE IF NOT EXISTS "_prisma_migrations" (
  "id" VARCHAR(36) PRIMARY KEY NOT NULL,
  "checksum" VARCHAR(64) NOT NULL,
  "finished_at" TIMESTAMPTZ,
  "migration_name" VARCHAR(255) NOT NULL,
  "logs" TEXT,
  "rolled_back_at" TIMESTAMPTZ,
  "started_at" TIMESTAMPTZ NOT NULL DEFAULT now(),
  "applied_steps_count" INTEGER NOT NULL DEFAULT 0
)`;

const READ_LEDGER =
  'SELECT migration_name, checksum, finished_at, rolled_back_at FROM "_prisma_migrations" ORDER BY started_at';

const defaultFolder = join(repositoryRoot, 'prisma', 'migrations');

export interface MigrationOptions {
  /** Told of migrations in the database that this program does not have: it is newer. */
  onNewer?: (names: readonly string[]) => void;
  /** Folder with one folder for each migration. */
  folder?: string;
  log?: (line: string) => void;
  /** How long to wait for another instance that migrates now. */
  lockTimeoutMs?: number;
}

interface Row {
  migration_name: string;
  checksum: string;
  finished_at: Date | null;
  rolled_back_at: Date | null;
}

/**
 * Whether every migration is applied as its file has it and none is half done: then `applyMigrations` has nothing to do. One statement without
 * the lock, for the usual start; false as well when the ledger cannot be read.
 */
export async function isMigrated(pool: pg.Pool, folder = defaultFolder): Promise<boolean> {
  const migrations = readMigrations(folder);
  const ledger = await pool
    .query<Row>(READ_LEDGER)
    .then(({ rows }) => rows.filter((row) => row.rolled_back_at === null))
    .catch(() => null);
  return (
    ledger !== null &&
    ledger.length === migrations.length &&
    migrations.every(({ name, checksum }) =>
      ledger.some((row) => row.migration_name === name && row.checksum === checksum && row.finished_at !== null),
    )
  );
}

/**
 * Brings the database at `url` up to date. Returns the names of the migrations applied now. Each is a transaction with the lock of its
 * own, and nothing is kept in the session: a pooler may stand in between.
 * @throws {MigrationError} when a migration fails, was changed after it was applied, or stopped half-way earlier.
 */
export async function applyMigrations(url: string, options: MigrationOptions = {}): Promise<string[]> {
  const client = newClient({ url, name: 'nes migrations', waitMs: 15_000 });
  try {
    await client.connect();
  } catch (error) {
    throw new MigrationError(`The database at ${placeOf(url)} cannot be reached: ${(error as Error).message}.`);
  }
  const migrations = readMigrations(options.folder ?? defaultFolder);
  const done: string[] = [];
  try {
    for (;;) {
      await client.query('BEGIN');
      await takeLock(client, options.lockTimeoutMs ?? 120_000);
      // Another instance may have been here since the last one.
      const next = (await missing(client, migrations, placeOf(url), done.length === 0 ? options : {}))[0];
      if (next) await apply(client, next);
      await client.query('COMMIT');
      if (!next) return done;
      done.push(next.name);
    }
  } catch (error) {
    await client.query('ROLLBACK').catch(() => {});
    if (error instanceof MigrationError) throw error;
    throw new MigrationError(`The migrations could not be applied to ${placeOf(url)}: ${(error as Error).message}.`);
  } finally {
    await client.end().catch(() => {});
  }
}

/**
 * The same inside the transaction that `client` is in: what follows them belongs to them, all or nothing. The lock is held until its end.
 * @throws {MigrationError} after which the transaction can only be rolled back.
 */
export async function applyMigrationsWithin(client: pg.Client, folder: string): Promise<void> {
  await takeLock(client, 120_000);
  for (const migration of await missing(client, readMigrations(folder), 'the database', {}))
    await apply(client, migration);
}

/** Makes the ledger where there is none, and reads which migrations it does not have yet. */
async function missing(
  client: pg.Client,
  migrations: readonly Migration[],
  place: string,
  { log = () => {}, onNewer = () => {} }: MigrationOptions,
): Promise<Migration[]> {
  await client.query('SET LOCAL client_min_messages = warning');
  await client.query(LEDGER);
  const { rows } = await client.query<Row>(READ_LEDGER);
  const standing = rows.filter((row) => row.rolled_back_at === null);
  const halfDone = standing.find((row) => row.finished_at === null);
  if (halfDone) {
    throw new MigrationError(
      `Migration ${halfDone.migration_name} failed in an earlier run and is marked so in the database: mend the database, then run npx prisma migrate resolve.`,
    );
  }
  const applied = new Map(standing.map((row) => [row.migration_name, row.checksum]));
  for (const { name, file, checksum } of migrations) {
    const before = applied.get(name);
    if (before !== undefined && before !== checksum) {
      throw new MigrationError(
        `Migration ${file} was changed after it was applied to ${place}: put the file back as it was, and write a new migration for the change.`,
      );
    }
  }
  const unknown = [...applied.keys()].filter((name) => !migrations.some((migration) => migration.name === name));
  if (unknown.length > 0) {
    log(`the database is newer than this program: it has ${unknown.join(', ')}`);
    onNewer(unknown);
  }
  return migrations.filter(({ name }) => !applied.has(name));
}

interface Migration {
  name: string;
  file: string;
  sql: string;
  checksum: string;
}

function readMigrations(folder: string): Migration[] {
  let names: string[];
  try {
    names = readdirSync(folder, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map((entry) => entry.name)
      .sort();
  } catch (error) {
    throw new MigrationError(`The migrations cannot be read: ${(error as Error).message}.`);
  }
  return names.map((name) => {
    const file = join(folder, name, 'migration.sql');
    if (!existsSync(file)) {
      throw new MigrationError(`Migration ${file} is missing: its folder is there, but the file is not.`);
    }
    const bytes = readFileSync(file);
    return { name, file, sql: bytes.toString('utf8'), checksum: createHash('sha256').update(bytes).digest('hex') };
  });
}

/** Until the transaction ends. */
async function takeLock(client: pg.Client, timeoutMs: number): Promise<void> {
  await client.query(`SET LOCAL lock_timeout = ${Math.round(timeoutMs)}`);
  try {
    await client.query('SELECT pg_advisory_xact_lock($1)', [LOCK]);
  } catch (error) {
    if ((error as { code?: string }).code !== '55P03') throw error;
    throw new MigrationError(
      `Another process has been migrating the database for more than ${Math.round(timeoutMs / 1000)} seconds: see that it ends, and start again.`,
    );
  }
  await client.query('SET LOCAL lock_timeout = 0');
}

/** In the transaction that is open. */
async function apply(client: pg.Client, migration: Migration): Promise<void> {
  const started = new Date();
  try {
    await client.query(migration.sql);
    await client.query(
      'INSERT INTO "_prisma_migrations" (id, checksum, migration_name, started_at, finished_at, applied_steps_count) VALUES ($1, $2, $3, $4, $5, 1)',
      [randomUUID(), migration.checksum, migration.name, started, new Date()],
    );
  } catch (error) {
    const { message, position } = error as Error & { position?: string };
    const line = position ? `, line ${migration.sql.slice(0, Number(position)).split('\n').length}` : '';
    throw new MigrationError(`Migration ${migration.file} failed${line}: ${message}. Nothing of it was applied.`);
  }
}
