/** Behind a real PgBouncer in transaction mode: each transaction, and each statement outside of one, may get another connection. */
import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, test } from 'vitest';
import { repositoryRoot } from '../config.ts';
import { useBackend } from '../testing/backend.ts';
import { noPgBouncer, startPgBouncer } from '../testing/pgbouncer.ts';
import { useServer } from '../testing/server.ts';
import { newClient } from './connections.ts';
import { connect, openDatabase } from './database.ts';
import { newId } from './ids.ts';
import { applyMigrations } from './migrations.ts';

const skip = Boolean(await noPgBouncer());
if (skip) console.warn(`The tests behind a pooler are skipped: ${await noPgBouncer()}.`);

const backend = skip ? undefined : await useBackend();
const pooler = backend && (await startPgBouncer(backend.directUrl));
afterAll(async () => {
  await pooler?.close();
  await backend?.close();
});
const pooled = (search = '') => {
  const url = new URL(pooler?.url as string);
  url.search = search;
  return url.href;
};

/** Every statement several times at once over few connections, so that each meets those that others prepared. */
async function workOf(url: string): Promise<{ failed: string[]; prepared: number }> {
  const { prisma, pool, close } = connect(url, 8);
  try {
    await pool.query('SELECT 1');
    const work = Array.from({ length: 60 }, async (_, i) => {
      if (i % 3 === 0) return void (await prisma.protocol.findMany({ take: 2, include: { currentRevision: true } }));
      if (i % 3 === 1)
        return void (await prisma.$transaction((tx) => tx.user.count({ where: { displayName: `${i}` } })));
      await prisma.session.findMany({ where: { timeZone: 'UTC' }, take: (i % 5) + 1 });
    });
    const settled = await Promise.allSettled(work);
    const failed = settled.flatMap((one) => (one.status === 'rejected' ? [String(one.reason.message)] : []));
    const { rows } = await pool.query(
      `SELECT count(*)::int AS prepared FROM pg_prepared_statements WHERE name LIKE 'nes%'`,
    );
    return { failed, prepared: rows[0].prepared };
  } finally {
    await close();
  }
}

test('the first connection tells that a pooler stands in between, and nothing stays prepared', { skip }, async () => {
  assert.deepEqual(await workOf(pooled()), { failed: [], prepared: 0 });
  assert.deepEqual(await workOf(pooled('?pgbouncer=true')), { failed: [], prepared: 0 });
});

test('without the question it fails here, so the question is what holds it', { skip }, async () => {
  const { failed } = await workOf(pooled('?pgbouncer=false'));
  assert.ok(failed.length > 0);
  assert.match(failed.join('\n'), /prepared statement/);
});

test('straight to PostgreSQL statements stay prepared, and an address may say otherwise', { skip }, async () => {
  const direct = new URL(backend?.directUrl as string);
  assert.ok((await workOf(direct.href)).prepared > 0);
  direct.search = '?pgbouncer=true';
  assert.deepEqual(await workOf(direct.href), { failed: [], prepared: 0 });
});

test('three instances migrate an empty database through the pooler, each migration once', { skip }, async () => {
  const empty = await useBackend({ empty: true });
  const own = await startPgBouncer(empty.database.url);
  try {
    const all = await Promise.all([1, 2, 3].map(() => applyMigrations(own.url)));
    const names = readdirSync(join(repositoryRoot, 'prisma', 'migrations'), { withFileTypes: true });
    assert.deepEqual(
      all.flat().toSorted(),
      names.flatMap((entry) => (entry.isDirectory() ? [entry.name] : [])).toSorted(),
    );
    const opened = await openDatabase({
      databaseUrl: own.url,
      directUrl: undefined,
      databasePool: 4,
      replicaUrl: undefined,
      dataFolder: '',
    });
    assert.equal(opened.migrations, 'applied');
    await opened.close();
    // Nothing holds the lock any more.
    const client = newClient({ url: empty.database.url, name: 'test', waitMs: 10_000 });
    await client.connect();
    const { rows } = await client.query('SELECT pg_try_advisory_lock(72707369) AS free');
    await client.end();
    assert.equal(rows[0].free, true);
  } finally {
    await own.close();
    await empty.close();
  }
});

test('the list of protocols, the start of a session and its events, many at once through the pooler', {
  skip,
}, async () => {
  const straight = backend as NonNullable<typeof backend>;
  const connected = connect(pooled(), 8);
  const { prisma } = connected;
  const api = await useServer({
    backend: { ...straight, database: { ...straight.database, ...connected } },
    localBus: true,
  });
  try {
    const people = await Promise.all([1, 2, 3, 4].map(() => api.guest()));
    const revision = await prisma.revision.findFirstOrThrow({ where: { currentOf: { slug: 'theta-calm' } } });
    const nodeId = (type: string, id: string) => Buffer.from(`${type}:${id}`).toString('base64');
    await Promise.all(
      people.map(async (person) => {
        const id = newId();
        const ask = async (query: string, variables: Record<string, unknown>) => {
          const { data, text } = await api.ask(query, variables, person.accessToken);
          assert.ok(data, text);
          return data;
        };
        const event = (more: object) => ({
          ...{ eventId: newId(), occurredAt: new Date().toISOString(), deviceId: person.deviceId, ...more },
        });
        const { startSession } = await ask(
          'mutation ($input: StartSessionInput!) { startSession(input: $input) { session { version } userErrors { message } } }',
          {
            input: event({
              ...{ id, revision: nodeId('Revision', revision.id), timeZone: 'UTC', volume: 0.5, scene: '' },
              ...{ positionSeconds: 0, deviceName: 'Test' },
            }),
          },
        );
        assert.deepEqual(startSession.userErrors, []);
        for (let version = 1; version <= 6; version++) {
          const { changeSessionVolume } = await ask(
            'mutation ($input: ChangeSessionVolumeInput!) { changeSessionVolume(input: $input) { session { version } userErrors { message } } }',
            {
              input: event({
                ...{
                  session: nodeId('Session', id),
                  positionSeconds: 1,
                  expectedVersion: version,
                  volume: version / 10,
                },
              }),
            },
          );
          assert.deepEqual(changeSessionVolume, { session: { version: version + 1 }, userErrors: [] });
          const { protocols } = await ask('{ protocols(first: 5) { nodes { slug } } }', {});
          assert.equal(protocols.nodes.length, 5);
        }
        assert.equal(await prisma.sessionEvent.count({ where: { sessionId: id } }), 7);
      }),
    );
  } finally {
    await api.close();
    await connected.close();
  }
});
