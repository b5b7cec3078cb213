import { PrismaPg } from '@prisma/adapter-pg';
import pg from 'pg';
import type { Config } from '../config.ts';
import { placeOf } from './database-address.ts';
import { startEmbeddedPostgres } from './embedded-postgres.ts';
import { applyMigrations, isMigrated } from './migrations.ts';
import { PrismaClient } from './prisma/client.ts';
import { openReplica, type Replica } from './replica.ts';

const CONNECTION_WAIT_MS = 10_000;

export interface Database {
  prisma: PrismaClient;
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
  const connected = connect(url, config.databasePool, options.onError);
  try {
    if (!(await isMigrated(connected.pool))) {
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

/** A client on a migrated database. */
export function connect(
  url: string,
  connections: number,
  onError: (error: Error) => void = () => {},
): { prisma: PrismaClient; pool: pg.Pool; close(): Promise<void> } {
  const pool = new pg.Pool({
    connectionString: url,
    max: connections,
    connectionTimeoutMillis: CONNECTION_WAIT_MS,
    idleTimeoutMillis: 30_000,
    application_name: 'nes',
  });
  // An idle connection that breaks is replaced at the next query; without a listener it would end the process.
  pool.on('error', onError);
  // A burst waits for connections as long as a single statement would, and not the two seconds of Prisma's own.
  const prisma = new PrismaClient({ adapter: new PrismaPg(pool), transactionOptions: { maxWait: CONNECTION_WAIT_MS } });
  return {
    prisma,
    pool,
    async close() {
      await prisma.$disconnect();
      await pool.end();
    },
  };
}
