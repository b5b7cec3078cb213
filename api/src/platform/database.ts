import { PrismaPg } from '@prisma/adapter-pg';
import pg from 'pg';
import type { Config } from '../config.ts';
import { placeOf } from './database-address.ts';
import { startEmbeddedPostgres } from './embedded-postgres.ts';
import { applyMigrations, isMigrated } from './migrations.ts';
import { PrismaClient } from './prisma/client.ts';
import { openReplica, type Replica } from './replica.ts';

const CONNECTION_WAIT_MS = 10_000;

/** One plain statement with `$1`, `$2`, … */
export type Sql = <Row extends pg.QueryResultRow>(text: string, values: unknown[]) => Promise<Row[]>;

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
  const pool = openPool(url, config.databasePool, options.onError);
  // PostgreSQL makes its process for the first connection while Prisma's client is made here.
  const migrated = isMigrated(pool);
  // Whoever names a direct address says that the other one goes through a pooler.
  const connected = clientOf(pool, config.directUrl === undefined && !isPooler(url));
  try {
    if (!(await migrated)) {
      const applied = await applyMigrations(embedded ? url : (config.directUrl ?? url), { log });
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
  return clientOf(openPool(url, connections, onError), !isPooler(url));
}

/** Whether the address is that of one that hands each transaction another connection, as hosts name theirs. */
const isPooler = (url: string) => /\bpooler\b/.test(new URL(url).hostname);

function openPool(url: string, connections: number, onError: (error: Error) => void = () => {}): pg.Pool {
  const pool = new pg.Pool({
    connectionString: url,
    max: connections,
    connectionTimeoutMillis: CONNECTION_WAIT_MS,
    idleTimeoutMillis: 30_000,
    application_name: 'nes',
  });
  // An idle connection that breaks is replaced at the next query; without a listener it would end the process.
  pool.on('error', onError);
  return pool;
}

/** `prepared`: whether statements may stay prepared on their connections. */
function clientOf(pool: pg.Pool, prepared: boolean): Connected {
  // A burst waits for connections as long as a single statement would, and not the two seconds of Prisma's own.
  const nameOf = prepared ? statementNames() : () => undefined;
  const prisma = new PrismaClient({
    adapter: new PrismaPg(pool, { statementNameGenerator: ({ sql }) => nameOf(sql) as string }),
    transactionOptions: { maxWait: CONNECTION_WAIT_MS },
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
