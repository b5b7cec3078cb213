/**
 * `npm run restore -- FILE`: puts a file of `npm run backup` into an empty database (DIRECT_URL, DATABASE_URL, or the embedded one).
 * All of it or nothing: tables, rows and newer migrations are one transaction, and every table is compared with its number of rows and
 * SHA-256. A backup of an older version is put into the tables of its time, which the newer migrations then bring up to date.
 */
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { cpSync, createReadStream, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createGunzip } from 'node:zlib';
import { from as copyFrom } from 'pg-copy-streams';
import { repositoryRoot } from '../api/src/config.ts';
import { newClient } from '../api/src/platform/connections.ts';
import { placeOf } from '../api/src/platform/database-address.ts';
import { applyMigrationsWithin } from '../api/src/platform/migrations.ts';
import {
  BackupError,
  FORMAT,
  type Header,
  quoted,
  SETTINGS,
  sayAndEnd,
  type TableBegin,
  type TableEnd,
  tablesOf,
  VERSION,
  withDatabase,
  withFile,
} from './backup.ts';

/** The lines of a compressed file, without their ends, as bytes. */
async function* linesOf(file: string): AsyncGenerator<Buffer> {
  let rest: Buffer[] = [];
  const source = createReadStream(file);
  const plain = createGunzip();
  source.on('error', (error) => plain.destroy(error));
  source.pipe(plain);
  try {
    for await (const chunk of plain as AsyncIterable<Buffer>) {
      let from = 0;
      for (let end = chunk.indexOf(10); end >= 0; end = chunk.indexOf(10, from)) {
        const line = chunk.subarray(from, end);
        yield rest.length > 0 ? Buffer.concat([...rest, line]) : line;
        rest = [];
        from = end + 1;
      }
      if (from < chunk.length) rest.push(Buffer.from(chunk.subarray(from)));
    }
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') throw new BackupError(`There is no file ${file}.`);
    if (code === 'Z_BUF_ERROR') throw new BackupError(`${file} ends too early: it is not whole.`);
    if (code?.startsWith('Z_'))
      throw new BackupError(`${file} is not a backup: it is not compressed as one, or it is damaged.`);
    throw error;
  }
  if (rest.length > 0) throw new BackupError(`${file} ends too early: it is not whole.`);
}

function parsed<T>(line: Buffer | undefined, file: string): T {
  try {
    return JSON.parse(String(line)) as T;
  } catch {
    throw new BackupError(`${file} is not a backup, or it is damaged: a line of JSON was expected.`);
  }
}

/** A folder with just the migrations that the backup had. They must be those of this checkout, unchanged. */
function migrationsOf(header: Header, file: string, migrations: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'nes-restore-'));
  const there = readdirSync(migrations);
  for (const { name, checksum } of header.migrations) {
    if (!there.includes(name)) {
      rmSync(folder, { recursive: true });
      throw new BackupError(
        `${file} is newer than this program: it was made with migration ${name}, which is not in ${migrations}.`,
      );
    }
    const sql = readFileSync(join(migrations, name, 'migration.sql'));
    if (createHash('sha256').update(sql).digest('hex') !== checksum) {
      rmSync(folder, { recursive: true });
      throw new BackupError(
        `Migration ${name} is not the one that ${file} was made with: put its file back as it was.`,
      );
    }
    cpSync(join(migrations, name), join(folder, name), { recursive: true });
  }
  return folder;
}

/**
 * Fills the empty database at `url` from `file`. Returns the rows of each table.
 * @throws {BackupError} when the database is not empty, or the file is damaged, cut short, or newer than this program.
 */
export async function restore(
  url: string,
  file: string,
  migrations: string = join(repositoryRoot, 'prisma', 'migrations'),
): Promise<Map<string, number>> {
  const lines = linesOf(file);
  const next = async () => (await lines.next()).value as Buffer | undefined;
  const header = parsed<Header>(await next(), file);
  if (header?.format !== FORMAT) throw new BackupError(`${file} is not a backup of this application.`);
  if (header.version !== VERSION) {
    throw new BackupError(
      `${file} has version ${header.version} of the format, and this program reads version ${VERSION}.`,
    );
  }
  const client = newClient({ url, name: 'nes restore', waitMs: 15_000 });
  const counts = new Map<string, number>();
  try {
    await client.connect();
    await client.query(SETTINGS);
    // Tables, rows and newer migrations: one transaction, so that a file that cannot be used leaves the database as it was.
    await client.query('BEGIN');
    const { rows: relations } = await client.query<{ name: string }>(
      `SELECT relname AS name FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') ORDER BY relname`,
    );
    if (relations.length > 0) {
      throw new BackupError(
        `The database at ${placeOf(url)} is not empty (it has ${relations.length} tables, the first is ${relations[0]?.name}): restore into an empty one.`,
      );
    }
    const folder = migrationsOf(header, file, migrations);
    try {
      await applyMigrationsWithin(client, folder);
    } finally {
      rmSync(folder, { recursive: true });
    }
    const tables = await tablesOf(client);
    const names = tables.map(({ table }) => table);
    if (names.join() !== header.tables.join()) {
      throw new BackupError(
        `${file} holds the tables ${header.tables.join(', ')}, but its migrations make ${names.join(', ')}.`,
      );
    }
    // Rows refer to each other in circles, and triggers would count a second time: both come back, checked, at the end.
    const { rows: references } = await client.query<{ table: string; name: string; definition: string }>(
      `SELECT conrelid::regclass::text AS "table", conname AS name, pg_get_constraintdef(oid) AS definition
         FROM pg_constraint WHERE contype = 'f' AND connamespace = 'public'::regnamespace`,
    );
    for (const { table, name } of references)
      await client.query(`ALTER TABLE ${table} DROP CONSTRAINT ${quoted(name)}`);
    for (const name of names) await client.query(`ALTER TABLE ${quoted(name)} DISABLE TRIGGER USER`);
    // What a migration put there is in the backup as well.
    await client.query(`TRUNCATE ${names.map(quoted).join(', ')}`);
    for (const expected of header.tables) {
      const begin = parsed<TableBegin>(await next(), file);
      if (begin.table !== expected) throw new BackupError(`${file} is damaged: table ${expected} was expected.`);
      const hash = createHash('sha256');
      let rows = 0;
      const target = client.query(
        copyFrom(`COPY ${quoted(begin.table)} (${begin.columns.map(quoted).join(', ')}) FROM STDIN`),
      );
      const done = new Promise<void>((resolve, refuse) => target.once('finish', resolve).once('error', refuse));
      done.catch(() => {});
      try {
        for (;;) {
          const line = await next();
          if (line === undefined) {
            throw new BackupError(`${file} ends too early, in table ${begin.table}: it is not whole.`);
          }
          if (line.length === 2 && line.toString('latin1') === '\\.') break;
          const row = Buffer.concat([line, NEW_LINE]);
          hash.update(row);
          rows++;
          if (!target.write(row)) await Promise.race([once(target, 'drain'), done]);
        }
      } catch (error) {
        // Tells the server that no more will come; until then it takes no other statement.
        target.destroy(error as Error);
        throw error;
      }
      target.end();
      await done;
      const end = parsed<TableEnd>(await next(), file);
      if (end.rows !== rows || end.sha256 !== hash.digest('hex')) {
        throw new BackupError(`${file} is damaged: the rows of table ${begin.table} are not those that were written.`);
      }
      counts.set(begin.table, rows);
    }
    for (const { table, name, definition } of references) {
      await client.query(`ALTER TABLE ${table} ADD CONSTRAINT ${quoted(name)} ${definition}`);
    }
    for (const name of names) await client.query(`ALTER TABLE ${quoted(name)} ENABLE TRIGGER USER`);
    await countOn(client);
    if ((await next()) !== undefined) throw new BackupError(`${file} is damaged: something follows its end.`);
    await applyMigrationsWithin(client, migrations);
    await client.query('COMMIT');
  } catch (error) {
    await client.query('ROLLBACK').catch(() => {});
    throw error;
  } finally {
    await lines.return(undefined);
    await client.end().catch(() => {});
  }
  return counts;
}

/** Columns that count go on behind what came back. */
async function countOn(client: ReturnType<typeof newClient>): Promise<void> {
  const { rows } = await client.query<{ table: string; column: string; counter: string }>(
    `SELECT * FROM (
       SELECT relname AS "table", attname AS "column", pg_get_serial_sequence(quote_ident(relname), attname) AS counter
         FROM pg_class JOIN pg_attribute ON attrelid = pg_class.oid
        WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND attnum > 0 AND NOT attisdropped
     ) AS columns WHERE counter IS NOT NULL`,
  );
  for (const { table, column, counter } of rows)
    await client.query(
      `SELECT setval($1, COALESCE((SELECT max(${quoted(column)}) FROM ${quoted(table)}), 0) + 1, false)`,
      [counter],
    );
}

const NEW_LINE = Buffer.from('\n');

/** From the bucket, into the configured database. Returns what to tell. */
async function restoreFromStore(name?: string): Promise<string> {
  const { backupStorage } = await import('./backup-storage.ts');
  const storage = backupStorage();
  return await withFile(async (file) => {
    const taken = await storage.get(file, name);
    return `${await restoreFrom(file)} from ${storage.place}/${taken}`;
  });
}

async function restoreFrom(file: string): Promise<string> {
  return await withDatabase(async (url) => {
    const counts = await restore(url, file);
    const rows = [...counts.values()].reduce((sum, count) => sum + count, 0);
    return `${rows} rows of ${counts.size} tables are in ${placeOf(url)}`;
  });
}

if (import.meta.main) {
  const [file, name, ...rest] = process.argv.slice(2);
  const store = file === '--store';
  if (!file || rest.length > 0 || (!store && (file.startsWith('-') || name))) {
    console.error('Usage: npm run restore -- FILE | --store [NAME]');
    process.exit(64);
  }
  console.error(await (store ? restoreFromStore(name) : restoreFrom(resolve(file))).catch(sayAndEnd));
}
