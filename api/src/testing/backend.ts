/** Databases for tests: each one its own, made from a template in some 50 ms, and dropped afterwards. */
import { randomBytes } from 'node:crypto';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { connect, type Database } from '../platform/database.ts';
import { startEmbeddedPostgres } from '../platform/embedded-postgres.ts';
import { applyMigrations } from '../platform/migrations.ts';
import { loadLibrary } from '../protocols/load-library.ts';

/** A PostgreSQL server with a template database, and perhaps a Redis. `scripts/start/test.mjs` makes one for a whole run. */
export interface TestServer {
  kind: Database['kind'];
  /** Of a database from which others can be created and dropped. */
  adminUrl: string;
  /** Name of the database with migrations applied and the library loaded. */
  template: string;
  redisUrl: string | null;
  /** Of a pooler in front of it, through which everything but making and dropping databases goes. */
  poolerUrl?: string;
}

export interface Backend {
  /** Migrated, with the built-in library, unless `empty` was asked for. */
  database: Database;
  /** Address of the same database without a pooler, for what holds a connection or its settings. */
  directUrl: string;
  /** Null: use the bus of a single process. */
  redisUrl: string | null;
  /** Begins every key and channel of this test in Redis. */
  redisPrefix: string;
  /** Drops the database. Close what uses it first. */
  close(): Promise<void>;
}

/** The variable in which a run hands its server to the test files; absent, a file starts an embedded one for itself. */
export const VARIABLE = 'NES_TEST_BACKEND';

/** A database of the test's own. `empty` leaves migrations and library out. */
export async function useBackend(options: { empty?: boolean; connections?: number } = {}): Promise<Backend> {
  const given = process.env[VARIABLE];
  const own = given ? undefined : await startTestServer();
  const server = own?.server ?? (JSON.parse(given as string) as TestServer);
  const name = `nes_test_${randomBytes(6).toString('hex')}`;
  await administer(server.adminUrl, (client) =>
    client.query(`CREATE DATABASE "${name}"${options.empty ? '' : ` TEMPLATE "${server.template}"`}`),
  );
  const url = sibling(server.poolerUrl ?? server.adminUrl, name);
  const connected = connect(url, options.connections ?? 5);
  const dispose = async () => {
    await administer(server.adminUrl, (client) => client.query(`DROP DATABASE IF EXISTS "${name}" WITH (FORCE)`));
    await own?.close();
  };
  return {
    database: { ...connected, kind: server.kind, url, place: name, migrations: 'applied' },
    directUrl: sibling(server.adminUrl, name),
    redisUrl: server.redisUrl,
    redisPrefix: `${name}:`,
    async close() {
      await connected.close();
      await dispose();
    },
  };
}

/** An embedded server for one run, in a temporary folder; or, with `adminUrl`, a template on a server that is there already. */
export async function startTestServer(existing?: {
  adminUrl: string;
  redisUrl: string | null;
}): Promise<{ server: TestServer; close(): Promise<void> }> {
  const template = `nes_test_template_${randomBytes(6).toString('hex')}`;
  if (existing) {
    await prepare(existing.adminUrl, template);
    return {
      server: { kind: 'postgres', adminUrl: existing.adminUrl, template, redisUrl: existing.redisUrl },
      close: async () => {
        await administer(existing.adminUrl, (client) =>
          client.query(`DROP DATABASE IF EXISTS "${template}" WITH (FORCE)`),
        );
      },
    };
  }
  const folder = mkdtempSync(join(tmpdir(), 'nes-test-'));
  chmodSync(folder, 0o755);
  const embedded = await startEmbeddedPostgres({ folder, volatile: true });
  const close = async () => {
    await embedded.close();
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    await prepare(embedded.url, template);
  } catch (error) {
    await close();
    throw error;
  }
  return { server: { kind: 'embedded', adminUrl: embedded.url, template, redisUrl: null }, close };
}

async function prepare(adminUrl: string, template: string): Promise<void> {
  await administer(adminUrl, (client) => client.query(`CREATE DATABASE "${template}"`));
  const url = sibling(adminUrl, template);
  await applyMigrations(url);
  // A template may have no connection while a database is made from it.
  const { prisma, close } = connect(url, 2);
  try {
    await loadLibrary(prisma);
  } finally {
    await close();
  }
}

function sibling(url: string, database: string): string {
  const address = new URL(url);
  address.pathname = `/${database}`;
  return address.href;
}

async function administer(url: string, act: (client: pg.Client) => Promise<unknown>): Promise<void> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 10_000 });
  await client.connect();
  try {
    await act(client);
  } finally {
    await client.end();
  }
}
