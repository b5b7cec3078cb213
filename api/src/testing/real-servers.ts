/**
 * Vitest's global set-up of the projects on the PostgreSQL and Redis that DATABASE_URL and REDIS_URL name: the user's own, asked for.
 * With NES_TEST_PGBOUNCER=1 everything goes through a PgBouncer in transaction mode in front of that PostgreSQL.
 */
import { Redis } from 'ioredis';
import pg from 'pg';
import type { TestProject } from 'vitest/node';
import { startTestServer } from './backend.ts';
import { startPgBouncer } from './pgbouncer.ts';

let started: ReturnType<typeof start> | undefined;

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  started ??= start();
  const { backend, exercised, close } = await started;
  project.provide('backend', backend);
  project.provide('exercised', exercised);
  return close;
}

async function start() {
  const { DATABASE_URL: adminUrl, REDIS_URL: redisUrl } = process.env;
  const names = [
    adminUrl ? await postgresName(adminUrl) : 'embedded PostgreSQL',
    redisUrl ? await redisName(redisUrl) : 'the in-process bus',
  ];
  const { server, close } = await startTestServer(adminUrl ? { adminUrl, redisUrl: redisUrl ?? null } : undefined);
  const pooler = process.env.NES_TEST_PGBOUNCER === '1' ? await startPgBouncer(server.adminUrl) : undefined;
  if (pooler) names.push('PgBouncer in transaction mode');
  let closing: Promise<void> | undefined;
  return {
    backend: JSON.stringify({ ...server, redisUrl: redisUrl ?? null, poolerUrl: pooler?.url }),
    exercised: names,
    close: () => {
      closing ??= Promise.resolve(pooler?.close())
        .then(close)
        .then(() => (redisUrl ? forgetInRedis(redisUrl) : undefined));
      return closing;
    },
  };
}

/** @throws when the server does not answer, or its account may not create databases. */
async function postgresName(url: string): Promise<string> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 3_000 });
  client.on('error', () => {});
  try {
    await client.connect();
    const { rows } = await client.query<{ version: string; may: boolean }>(
      `SELECT current_setting('server_version') AS version, rolcreatedb OR rolsuper AS may FROM pg_roles WHERE rolname = current_user`,
    );
    if (rows[0]?.may !== true) throw new Error('the account may not create databases');
    return `PostgreSQL ${rows[0].version} at ${new URL(url).host}`;
  } catch (error) {
    throw new Error(`DATABASE_URL is set, but the tests cannot use it: ${(error as Error).message}`);
  } finally {
    await client.end().catch(() => {});
  }
}

async function redisName(url: string): Promise<string> {
  const client = new Redis(url, {
    lazyConnect: true,
    connectTimeout: 3_000,
    maxRetriesPerRequest: 0,
    retryStrategy: () => null,
  });
  client.on('error', () => {});
  try {
    await client.connect();
    const version = /redis_version:(\S+)/.exec(await client.info('server'))?.[1] ?? '';
    return `Redis ${version} at ${new URL(url).host}`;
  } catch (error) {
    throw new Error(`REDIS_URL is set, but the tests cannot use it: ${(error as Error).message}`);
  } finally {
    client.disconnect();
  }
}

async function forgetInRedis(url: string): Promise<void> {
  const client = new Redis(url, { maxRetriesPerRequest: 1 });
  try {
    for await (const keys of client.scanStream({ match: 'nes_test_*', count: 500 })) {
      if (keys.length > 0) await client.del(...(keys as string[]));
    }
  } finally {
    client.disconnect();
  }
}
