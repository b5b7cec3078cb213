import { PrismaPg } from '@prisma/adapter-pg';
import type pg from 'pg';
import type { Config } from '../config.ts';
import { openPool, type Sql } from './connections.ts';
import { placeOf } from './database-address.ts';
import { startEmbeddedPostgres } from './embedded-postgres.ts';
import { applyMigrations, isMigrated } from './migrations.ts';
import { PrismaClient } from './prisma/client.ts';
import { openReplica, type Replica } from './replica.ts';

const CONNECTION_WAIT_MS = 10_000;

export interface Database {
  prisma: PrismaClient;
  /** The same connections, for the few statements that are written by hand because they are asked most. */
  sql: Sql;
  pool: pg.Pool;
  /** One near this instance, to read from. */
  replica?: Replica;
  kind: 'embedded' | 'postgres';
  /** Contains the password. */
  url: string;
  /** Where it is, for people: a folder or host, port and name. */
  place: string;
  /** `newer`: it has migrations that this program does not know. */
  migrations: 'applied' | 'newer';
  close(): Promise<void>;
}

export interface DatabaseOptions {
  log?: (line: string) => void;
  /** Called when the embedded server ends without being asked to. */
  onUnexpectedExit?: (reason: string) => void;
  /** Called for each failure of an idle connection. */
  onError?: (error: Error) => void;
}

/**
 * Opens the database that the configuration names, or the embedded one, and brings it up to date.
 * @throws EmbeddedPostgresError or MigrationError, each with one sentence for the person who started us.
 */
export async function openDatabase(
  config: Pick<Config, 'databaseUrl' | 'directUrl' | 'databasePool' | 'replicaUrl' | 'dataFolder'>,
  options: DatabaseOptions = {},
): Promise<Database> {
  const { log, onUnexpectedExit } = options;
  const embedded =
    config.databaseUrl === undefined
      ? await startEmbeddedPostgres({ folder: config.dataFolder, log, onUnexpectedExit })
      : undefined;
  const url = embedded?.url ?? (config.databaseUrl as string);
  const { pool, prepared } = openOwnPool(url, config.databasePool, options.onError);
  // PostgreSQL makes its process for the first connection while Prisma's client is made here.
  const migrated = isMigrated(pool);
  const connected = clientOf(pool, prepared);
  let migrations: Database['migrations'] = 'applied';
  try {
    if (!(await migrated)) {
      const onNewer = () => {
        migrations = 'newer';
      };
      const applied = await applyMigrations(embedded ? url : (config.directUrl ?? url), { log, onNewer });
      if (applied.length > 0) log?.(`migrations applied: ${applied.join(', ')}`);
    }
  } catch (error) {
    await connected.close();
    await embedded?.close();
    throw error;
  }
  const replica =
    config.replicaUrl === undefined
      ? undefined
      : openReplica({
          url: config.replicaUrl,
          primary: connected.pool,
          connections: config.databasePool,
          onError: options.onError,
          log: log ?? (() => {}),
        });
  return {
    ...connected,
    replica,
    kind: embedded ? 'embedded' : 'postgres',
    url,
    place: embedded ? embedded.folder : placeOf(url),
    migrations,
    async close() {
      await replica?.close();
      await connected.close();
      await embedded?.close();
    },
  };
}

/** Statements that are prepared on each connection; the rest is parsed anew each time, so that lists of any length cannot fill the server. */
const MOST_PREPARED = 300;
const LONGEST_PREPARED = 8_000;

/** A name for each text, under which connections keep it prepared: PostgreSQL then parses and plans it once. */
function statementNames(): (text: string) => string | undefined {
  const names = new Map<string, string>();
  return (text) => {
    let name = names.get(text);
    if (name === undefined && names.size < MOST_PREPARED && text.length <= LONGEST_PREPARED) {
      name = `nes${names.size}`;
      names.set(text, name);
    }
    return name;
  };
}

interface Connected {
  prisma: PrismaClient;
  sql: Sql;
  pool: pg.Pool;
  close(): Promise<void>;
}

/** A client on a migrated database. */
export function connect(url: string, connections: number, onError?: (error: Error) => void): Connected {
  const { pool, prepared } = openOwnPool(url, connections, onError);
  return clientOf(pool, prepared);
}

/**
 * The application's pool, and whether statements may stay prepared on its connections. Behind a pooler that hands each transaction
 * another connection (PgBouncer, Supavisor) they may not: the next one has not heard of them, or has one of the same name. The
 * address says so by `?pgbouncer=true`, or that it does not by `?pgbouncer=false`; without either the first connection asks. PostgreSQL names the process of a
 * connection when it begins; a pooler names a number of its own there, as it cannot know which process will answer.
 */
function openOwnPool(url: string, connections: number, onError?: (error: Error) => void) {
  const said = new URL(url).searchParams.get('pgbouncer');
  let prepared = said === null ? undefined : said !== 'true';
  const ask = async (client: pg.ClientBase) => {
    if (prepared !== undefined) return;
    const { rows } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
    prepared = rows[0]?.pid === (client as unknown as { processID: number | null }).processID;
  };
  const pool = openPool({ url, name: 'nes', waitMs: CONNECTION_WAIT_MS, onError, connections, onConnect: ask });
  return { pool, prepared: () => prepared === true };
}

/** `prepared`: whether statements may stay prepared on their connections. */
function clientOf(pool: pg.Pool, prepared: () => boolean): Connected {
  // A burst waits for connections as long as a single statement would, and may take as long: not the two and five seconds of Prisma's own.
  const names = statementNames();
  const nameOf = (text: string) => (prepared() ? names(text) : undefined);
  const prisma = new PrismaClient({
    adapter: new PrismaPg(pool, { statementNameGenerator: ({ sql }) => nameOf(sql) as string }),
    transactionOptions: { maxWait: CONNECTION_WAIT_MS, timeout: CONNECTION_WAIT_MS },
  });
  return {
    prisma,
    sql: async (text, values) => (await pool.query({ name: nameOf(text), text, values })).rows,
    pool,
    async close() {
      await prisma.$disconnect();
      await pool.end();
    },
  };
}
