/**
 * `npm run backup -- FILE`: everything in the database at one moment, as one compressed file. The database is DIRECT_URL, DATABASE_URL,
 * or the embedded one in NES_DATA_DIR (`npm start` must not hold it then). A server may go on working meanwhile.
 * `npm run backup -- --store` puts it into the bucket that BACKUP_S3_URL names (scripts/backup-storage.ts).
 *
 * The file is gzip over lines: a header (JSON), and for each table a line of JSON, its rows in PostgreSQL's own text format of COPY,
 * `\.`, and a line of JSON with their number and SHA-256.
 */
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createWriteStream, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import type pg from 'pg';
import { to as copyTo } from 'pg-copy-streams';
import { ConfigError, readConfig } from '../api/src/config.ts';
import { newClient } from '../api/src/platform/connections.ts';
import { placeOf } from '../api/src/platform/database-address.ts';
import { EmbeddedPostgresError, startEmbeddedPostgres } from '../api/src/platform/embedded-postgres.ts';

/** Tells a backup of ours from other files. */
export const FORMAT = 'nes-backup';
export const VERSION = 1;

export interface Header {
  format: typeof FORMAT;
  version: typeof VERSION;
  createdAt: string;
  /** Version of the server, as it calls itself. */
  postgres: string;
  /** What made the tables, in order. */
  migrations: { name: string; checksum: string }[];
  tables: string[];
}

export interface TableBegin {
  table: string;
  columns: string[];
}

export interface TableEnd {
  rows: number;
  /** Of the rows' bytes, their line ends included. */
  sha256: string;
}

/** One sentence for the person who typed the command. */
export class BackupError extends Error {
  override name = 'BackupError';
}

export const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;

/** Values as text must mean the same on every server, whatever its own settings are. */
export const SETTINGS = `SET timezone = 'UTC'; SET datestyle = 'ISO, YMD'; SET intervalstyle = 'iso_8601'; SET extra_float_digits = 3; SET client_encoding = 'UTF8'`;

/** The tables of the application, without Prisma's ledger, in the order of their names. */
export async function tablesOf(client: pg.Client): Promise<TableBegin[]> {
  const { rows } = await client.query<{ table: string; columns: string[] }>(
    `SELECT c.relname AS "table", array_agg(a.attname::text ORDER BY a.attnum) AS columns
       FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
      WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition
        AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = '' AND c.relname <> '_prisma_migrations'
      GROUP BY c.relname ORDER BY c.relname`,
  );
  return rows;
}

/** Writes what the database at `url` (direct, not through a pooler) holds at this moment to `file`. Returns the rows of each table. */
export async function backup(url: string, file: string): Promise<Map<string, number>> {
  if (existsSync(file)) throw new BackupError(`${file} is there already: give another name, or remove it first.`);
  const client = newClient({ url, name: 'nes backup', waitMs: 15_000 });
  const counts = new Map<string, number>();
  try {
    await client.connect();
    await client.query(SETTINGS);
    // One snapshot for all tables.
    await client.query('BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY');
    const { rows: ledger } = await client.query<{ there: boolean }>(
      `SELECT to_regclass('public._prisma_migrations') IS NOT NULL AS there`,
    );
    if (!ledger[0]?.there) throw new BackupError(`The database at ${placeOf(url)} has no tables of this application.`);
    const { rows: migrations } = await client.query<{ name: string; checksum: string }>(
      'SELECT migration_name AS name, checksum FROM "_prisma_migrations" WHERE finished_at IS NOT NULL AND rolled_back_at IS NULL ORDER BY migration_name',
    );
    const { rows: server } = await client.query<{ server_version: string }>('SHOW server_version');
    const tables = await tablesOf(client);
    const zip = createGzip({ level: 6 });
    const written = pipeline(zip, createWriteStream(file, { flags: 'wx', mode: 0o600 }));
    // Told by the await below; until then a failed disk must not end the process.
    written.catch(() => {});
    const put = async (bytes: string | Buffer) => {
      if (!zip.write(bytes)) await Promise.race([once(zip, 'drain'), written]);
    };
    const header: Header = {
      format: FORMAT,
      version: VERSION,
      createdAt: new Date().toISOString(),
      postgres: server[0]?.server_version ?? '',
      migrations,
      tables: tables.map(({ table }) => table),
    };
    await put(`${JSON.stringify(header)}\n`);
    for (const { table, columns } of tables) {
      await put(`${JSON.stringify({ table, columns } satisfies TableBegin)}\n`);
      const hash = createHash('sha256');
      let rows = 0;
      const source = client.query(copyTo(`COPY ${quoted(table)} (${columns.map(quoted).join(', ')}) TO STDOUT`));
      for await (const chunk of source as AsyncIterable<Buffer>) {
        hash.update(chunk);
        // A line end inside a value is written as \n, so each of these ends a row.
        for (const byte of chunk) if (byte === 10) rows++;
        await put(chunk);
      }
      counts.set(table, rows);
      await put(`\\.\n${JSON.stringify({ rows, sha256: hash.digest('hex') } satisfies TableEnd)}\n`);
    }
    await client.query('COMMIT');
    zip.end();
    await written;
    return counts;
  } catch (error) {
    if (!(error instanceof BackupError)) rmSync(file, { force: true });
    throw error;
  } finally {
    await client.end().catch(() => {});
  }
}

/** Calls `act` with the address of the configured database, starting the embedded one where none is named. */
export async function withDatabase<T>(act: (url: string) => Promise<T>): Promise<T> {
  const config = readConfig({
    ...process.env,
    NODE_ENV: process.env.NES_SECRET ? process.env.NODE_ENV : 'development',
  });
  const given = config.directUrl ?? config.databaseUrl;
  if (given) return await act(given);
  const embedded = await startEmbeddedPostgres({ folder: config.dataFolder });
  try {
    return await act(embedded.url);
  } finally {
    await embedded.close();
  }
}

/** Ends the process with one sentence for what a person can mend. */
export function sayAndEnd(error: Error): never {
  const forPeople = [BackupError, ConfigError, EmbeddedPostgresError].some((kind) => error instanceof kind);
  console.error(forPeople || error.name === 'MigrationError' ? error.message : (error.stack ?? error.message));
  process.exit(error instanceof ConfigError ? ConfigError.exitCode : 1);
}

/** Calls `act` with a name for a file in a folder of its own, which is removed afterwards. */
export async function withFile<T>(act: (file: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'nes-backup-'));
  try {
    return await act(join(folder, 'nes.gz'));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** A backup of the configured database in `file`. Returns what to tell. */
export async function backupTo(file: string): Promise<string> {
  return await withDatabase(async (url) => {
    const counts = await backup(url, file);
    const rows = [...counts.values()].reduce((sum, count) => sum + count, 0);
    return `${rows} rows of ${counts.size} tables of ${placeOf(url)} are in`;
  });
}

async function store(): Promise<string> {
  const { backupStorage } = await import('./backup-storage.ts');
  const storage = backupStorage();
  return await withFile(async (file) => {
    const told = await backupTo(file);
    const { name, removed } = await storage.put(file);
    return [`${told} ${storage.place}/${name}`, ...removed.map((old) => `${old} was removed from there`)].join('\n');
  });
}

if (import.meta.main) {
  const [file, ...rest] = process.argv.slice(2);
  if (!file || rest.length > 0 || (file.startsWith('-') && file !== '--store')) {
    console.error('Usage: npm run backup -- FILE | --store');
    process.exit(64);
  }
  const path = resolve(file);
  const told = file === '--store' ? store() : backupTo(path).then((line) => `${line} ${path}`);
  console.error(await told.catch(sayAndEnd));
}
