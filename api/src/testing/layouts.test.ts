/**
 * What docs/SCALING.md promises of tables that are not laid out so yet: persons in shards, and the event log by month. The application's own statements are
 * planned on copies of its tables in such a layout; PostgreSQL's own partitions stand for the shards.
 */
import assert from 'node:assert/strict';
import type pg from 'pg';
import { afterAll, beforeAll, test } from 'vitest';
import type { Viewer } from '../schema/viewer.ts';
import { readEvents, readSession } from '../sessions/read.ts';
import { type Data, type Query, useSchema } from './ask.ts';

const SHARDS = 16;
const MONTHS = 24;
const PEOPLE = 500;
const SESSIONS = 40;
const EVENTS = 8;

const api = await useSchema();
let client: pg.PoolClient;
let me: Viewer;

beforeAll(async () => {
  me = await api.person();
  client = await api.backend.database.pool.connect();
  const parts = (table: string, many: number, of: (n: number) => string) =>
    Array.from(
      { length: many },
      (_, n) => `CREATE TABLE layouts.${table}_${n} PARTITION OF layouts.${table} ${of(n)};`,
    );
  const shards = (table: string) => parts(table, SHARDS, (n) => `FOR VALUES WITH (MODULUS ${SHARDS}, REMAINDER ${n})`);
  const month = (n: number) => new Date(Date.UTC(2025, n, 1)).toISOString().slice(0, 10);
  await client.query(`
    CREATE SCHEMA layouts;
    CREATE TABLE layouts.sessions (LIKE public.sessions INCLUDING DEFAULTS, PRIMARY KEY (user_id, id)) PARTITION BY HASH (user_id);
    CREATE INDEX ON layouts.sessions (user_id, started_at DESC, id DESC);
    CREATE TABLE layouts.daily_metrics (LIKE public.daily_metrics INCLUDING DEFAULTS, PRIMARY KEY (user_id, day)) PARTITION BY HASH (user_id);
    CREATE TABLE layouts.session_events (LIKE public.session_events INCLUDING DEFAULTS, UNIQUE (session_id, sequence, received_at)) PARTITION BY RANGE (received_at);
    ${shards('sessions').join('\n')}
    ${shards('daily_metrics').join('\n')}
    ${parts('session_events', MONTHS, (n) => `FOR VALUES FROM ('${month(n)}') TO ('${month(n + 1)}')`).join('\n')}
    CREATE TEMP TABLE people AS SELECT CASE n WHEN 1 THEN '${me.userId}'::uuid ELSE gen_random_uuid() END AS id, n FROM generate_series(1, ${PEOPLE}) n;
    INSERT INTO layouts.sessions (id, user_id, protocol_id, revision_id, state, version, time_zone, started_at, ended_at, position_seconds, position_at,
        played_seconds, player_device_id)
      SELECT gen_random_uuid(), u.id, p.id, p.current_revision_id, 'COMPLETED', ${EVENTS}, 'UTC', at, at + interval '30 minutes', 1800, at, 1800, u.id
      FROM people u, generate_series(1, ${SESSIONS}) k, (SELECT id, current_revision_id FROM protocols WHERE slug = 'energy') p,
        LATERAL (SELECT timestamptz '${month(0)}' + k * interval '17 days' + u.n * interval '1 minute' AS at) t;
    INSERT INTO layouts.session_events (id, session_id, sequence, kind, occurred_at, received_at, position_seconds, device_id)
      SELECT gen_random_uuid(), s.id, n, 'PAUSED', s.started_at + n * interval '3 minutes', s.started_at + n * interval '3 minutes', 0, s.user_id
      FROM layouts.sessions s, generate_series(1, ${EVENTS}) n;
    INSERT INTO layouts.daily_metrics (user_id, day, sessions, completed, seconds)
      SELECT user_id, started_at::date, 1, 1, 1800 FROM layouts.sessions;
    ANALYZE layouts.sessions; ANALYZE layouts.session_events; ANALYZE layouts.daily_metrics;
    SET search_path = layouts, public`);
});
afterAll(async () => {
  client?.release(true);
  await api.close();
});

/** How many parts of a table a statement asks, and whether it reads one from end to end. */
async function asked(table: string, { text, values }: Query): Promise<{ parts: number; scans: string[] }> {
  const { rows } = await client.query(`EXPLAIN (FORMAT JSON) ${text}`, values);
  const names = new Set<string>();
  const scans: string[] = [];
  const visit = (node: Data): void => {
    const name = String(node['Relation Name'] ?? '');
    if (new RegExp(`^${table}_\\d+$`).test(name)) {
      names.add(name);
      if (node['Node Type'] === 'Seq Scan') scans.push(name);
    }
    for (const below of node.Plans ?? []) visit(below);
  };
  visit(rows[0]['QUERY PLAN'][0].Plan);
  return { parts: names.size, scans };
}

const sql = async <Row>(text: string, values: unknown[]): Promise<Row[]> => (await client.query(text, values)).rows;
const one = { parts: 1, scans: [] };

/** Of what `work` sends, the statements that read this table without saying in which schema. */
async function statementsOn(table: string, work: () => Promise<unknown>): Promise<Query[]> {
  const found = (await api.queries(work)).filter(({ text }) => new RegExp(`(FROM|JOIN) ${table}\\b`).test(text));
  assert.ok(found.length > 0, `${table} is read`);
  return found;
}

test("a person's history is on one shard", async () => {
  const work = () =>
    api.ask(me, '{ viewer { sessions(first: 20) { nodes { state protocol { title } rating { stars } } } } }');
  for (const query of await statementsOn('sessions', work))
    assert.deepEqual(await asked('sessions', query), one, query.text);
});

test("a person's metrics are on one shard", async () => {
  const work = () =>
    api.ask(
      me,
      '{ viewer { metrics(from: "2025-01-01", to: "2025-12-31") { streakDays totals { seconds } days { day seconds } } } }',
    );
  for (const query of await statementsOn('daily_metrics', work))
    assert.deepEqual(await asked('daily_metrics', query), one, query.text);
});

test('a session by its id alone asks every shard, with its person one', async () => {
  const [query] = await statementsOn('sessions', () => readSession(api.backend.database.sql, me.userId));
  assert.ok(query);
  assert.equal((await asked('sessions', query)).parts, SHARDS);
  const withPerson = { text: `${query.text} AND s.user_id = $2`, values: [...query.values, me.userId] };
  assert.deepEqual(await asked('sessions', withPerson), one);
});

test("a session's log asks every month, and with the session's own times the months it was in", async () => {
  const [session] = await sql<{ id: string; version: number; started_at: Date; ended_at: Date }>(
    'SELECT id, version, started_at, ended_at FROM sessions WHERE user_id = $1 ORDER BY started_at LIMIT 1 OFFSET 9',
    [me.userId],
  );
  assert.ok(session);
  const [query] = await statementsOn('session_events', () =>
    readEvents(api.backend.database.sql, { take: 100 }, session),
  );
  assert.ok(query);
  assert.equal((await asked('session_events', query)).parts, MONTHS);
  const text = query.text.replace(
    'ORDER BY',
    "AND e.received_at BETWEEN $3::timestamptz - interval '1 day' AND $4::timestamptz + interval '1 day' ORDER BY",
  );
  assert.notEqual(text, query.text);
  const timed = { text, values: [...query.values, session.started_at, session.ended_at] };
  assert.deepEqual(await asked('session_events', timed), one);
  assert.equal((await sql(timed.text, timed.values)).length, EVENTS, 'and all of it is there');
});

test('an old month goes as one table, and nothing else with it', async () => {
  const count = async () => Number((await sql<{ n: string }>('SELECT count(*) AS n FROM session_events', []))[0]?.n);
  const before = await count();
  const [first] = await sql<{ n: string }>('SELECT count(*) AS n FROM session_events_0', []);
  assert.ok(Number(first?.n) > 0);
  await client.query('DROP TABLE layouts.session_events_0');
  assert.equal(await count(), before - Number(first?.n));
});
