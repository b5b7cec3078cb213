/**
 * Applies `prisma/migrations` without Prisma's command line, and keeps Prisma's ledger exactly as it does: `prisma migrate status`
 * and `deploy` on another machine see the same. Each migration runs in one transaction together with its ledger row.
 */
import { createHash, randomUUID } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { repositoryRoot } from '../config.ts';
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
 * Brings the database at `url` (direct, not through a pooler) up to date. Returns the names of the migrations applied now.
 * @throws {MigrationError} when a migration fails, was changed after it was applied, or stopped half-way earlier.
 */
export async function applyMigrations(url: string, options: MigrationOptions = {}): Promise<string[]> {
  const folder = options.folder ?? defaultFolder;
  const log = options.log ?? (() => {});
  const migrations = readMigrations(folder);
  const client = new pg.Client({
    connectionString: url,
    connectionTimeoutMillis: 15_000,
    application_name: 'nes migrations',
  });
  // A connection lost between two queries is reported by the next query.
  client.on('error', () => {});
  try {
    await client.connect();
  } catch (error) {
    throw new MigrationError(`The database at ${placeOf(url)} cannot be reached: ${(error as Error).message}.`);
  }
  try {
    await takeLock(client, options.lockTimeoutMs ?? 120_000);
    await client.query('SET client_min_messages = warning');
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
          `Migration ${file} was changed after it was applied to ${placeOf(url)}: put the file back as it was, and write a new migration for the change.`,
        );
      }
    }
    const unknown = [...applied.keys()].filter((name) => !migrations.some((migration) => migration.name === name));
    if (unknown.length > 0) {
      log(`the database is newer than this program: it has ${unknown.join(', ')}`);
    }
    const done: string[] = [];
    for (const migration of migrations) {
      if (applied.has(migration.name)) continue;
      await apply(client, migration);
      done.push(migration.name);
    }
    return done;
  } catch (error) {
    if (error instanceof MigrationError) throw error;
    throw new MigrationError(`The migrations could not be applied to ${placeOf(url)}: ${(error as Error).message}.`);
  } finally {
    await client.end().catch(() => {});
  }
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

async function takeLock(client: pg.Client, timeoutMs: number): Promise<void> {
  await client.query(`SET lock_timeout = ${Math.round(timeoutMs)}`);
  try {
    await client.query('SELECT pg_advisory_lock($1)', [LOCK]);
  } catch (error) {
    if ((error as { code?: string }).code !== '55P03') throw error;
    throw new MigrationError(
      `Another process has been migrating the database for more than ${Math.round(timeoutMs / 1000)} seconds: see that it ends, and start again.`,
    );
  }
  await client.query('SET lock_timeout = 0');
}

async function apply(client: pg.Client, migration: Migration): Promise<void> {
  const started = new Date();
  try {
    await client.query('BEGIN');
    await client.query(migration.sql);
    await client.query(
      'INSERT INTO "_prisma_migrations" (id, checksum, migration_name, started_at, finished_at, applied_steps_count) VALUES ($1, $2, $3, $4, $5, 1)',
      [randomUUID(), migration.checksum, migration.name, started, new Date()],
    );
    await client.query('COMMIT');
  } catch (error) {
    await client.query('ROLLBACK').catch(() => {});
    const { message, position } = error as Error & { position?: string };
    const line = position ? `, line ${migration.sql.slice(0, Number(position)).split('\n').length}` : '';
    throw new MigrationError(`Migration ${migration.file} failed${line}: ${message}. Nothing of it was applied.`);
  }
}
