import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, test } from 'vitest';
import { encodeNodeId } from '../schema/node-id.ts';
import type { Viewer } from '../schema/viewer.ts';
import { type Data, useSchema } from './ask.ts';

// 1,000 people with 300 sessions each, and 5,000 protocols of theirs: no hot operation may read a table from end to end.
const api = await useSchema();
afterAll(() => api.close());
const database = api.backend.database.prisma;
const USERS = 1_000;
const SESSIONS = 300;
const PROTOCOLS = 5_000;

let me: Viewer;

beforeAll(async () => {
  await database.$transaction(
    async (tx) => {
      const run = (sql: string) => tx.$executeRawUnsafe(sql);
      // Without foreign keys and counting triggers: what is written here is right, and 1.5 million checks take minutes.
      await run("SET LOCAL session_replication_role = 'replica'");
      // Built at once they take a fraction of the time.
      const indexes = await tx.$queryRaw<{ name: string; definition: string }[]>`
        SELECT quote_ident(indexname) AS name, indexdef AS definition FROM pg_indexes
        WHERE tablename IN ('sessions', 'session_events', 'ratings') AND indexname NOT LIKE '%_pkey'`;
      for (const { name } of indexes) await run(`DROP INDEX ${name}`);
      await run(`INSERT INTO users (id, email, email_key, display_name)
        SELECT gen_random_uuid(), 'u' || n || '@example.org', 'u' || n || '@example.org', 'User ' || n FROM generate_series(1, ${USERS}) n`);
      await run(`INSERT INTO protocols (id, slug, owner_id, visibility, category, tags, title, summary, speakers_ok, duration_seconds,
          min_beat_hz, max_beat_hz, bands, session_count, published_at, listed_at, updated_at, created_at)
        SELECT gen_random_uuid(), 'p-' || row_number() OVER (), u.id, (CASE WHEN n <= 4 THEN 'PUBLIC' ELSE 'DRAFT' END)::"Visibility",
          'FOCUS', ARRAY['tag' || n], md5(u.id::text || n) || ' title', md5(n || u.id::text) || ' words', true, 60 + n, 4, 12, ARRAY['THETA', 'ALPHA'],
          (random() * 1000)::int, now(), now() - random() * interval '300 days', now(), now()
        FROM users u, generate_series(1, ${PROTOCOLS / USERS}) n`);
      await run(`INSERT INTO revisions (id, protocol_id, number, author_id, title, summary, description, program, program_hash)
        SELECT gen_random_uuid(), p.id, 1, p.owner_id, p.title, p.summary, '', '{"durationSeconds": 60, "loop": 1}', repeat('0', 64)
        FROM protocols p WHERE p.owner_id IS NOT NULL`);
      await run(
        `UPDATE protocols p SET current_revision_id = r.id FROM revisions r WHERE r.protocol_id = p.id AND p.current_revision_id IS NULL`,
      );
      await run(`WITH library AS (SELECT array_agg(id) AS ids, array_agg(current_revision_id) AS revisions, count(*)::int AS many FROM protocols WHERE library_version IS NOT NULL)
        INSERT INTO sessions (id, user_id, protocol_id, revision_id, state, version, time_zone, started_at, ended_at, position_seconds,
          position_at, played_seconds, player_device_id)
        SELECT lpad(to_hex(row_number() OVER ()), 32, '0')::uuid, u.id, l.ids[1 + n % l.many], l.revisions[1 + n % l.many], 'COMPLETED', 2, 'UTC',
          timestamptz '2026-01-01' + n * interval '1 day', timestamptz '2026-01-01' + n * interval '1 day' + interval '10 minutes', 600,
          timestamptz '2026-01-01' + n * interval '1 day', 600, u.id
        FROM users u, generate_series(1, ${SESSIONS}) n, library l`);
      await run(`INSERT INTO session_events (id, session_id, sequence, kind, occurred_at, position_seconds, device_id)
        SELECT id, id, 1, 'STARTED', started_at, 0, player_device_id FROM sessions`);
      await run(`INSERT INTO ratings (session_id, user_id, protocol_id, stars, mood_before, mood_after, updated_at)
        SELECT id, user_id, protocol_id, 1 + (random() * 4)::int, 3, 5, now() FROM sessions WHERE extract(day FROM started_at)::int % 3 = 0`);
      await run(`INSERT INTO daily_metrics (user_id, day, sessions, completed, seconds)
        SELECT user_id, started_at::date, 1, 1, 600 FROM sessions`);
      await run(`INSERT INTO session_days (session_id, day, seconds, delta_seconds, theta_seconds, alpha_seconds, beta_seconds, gamma_seconds, no_beat_seconds)
        SELECT id, started_at::date, 600, 0, 0, 600, 0, 0, 0 FROM sessions`);
      await run(`INSERT INTO trials (id, user_id, revision_id, plan, plan_hash, salt, arm_order, revealed_at, revealed_after)
        SELECT md5('trial' || n || u.id)::uuid, u.id, p.current_revision_id, jsonb_build_object('id', md5('trial' || n || u.id)::uuid, 'periods', 40,
          'orderRule', 'RUNS_OF_TWO', 'oneADay', true, 'timeZone', 'UTC', 'smallestEffect', 0.3, 'prior', '{"mean": 0, "deviation": 0.5}'::jsonb,
          'outcome', '{"id": "calm", "higherIsBetter": true}'::jsonb),
          repeat('0', 64), repeat('0', 64), repeat('BC', 20), timestamptz '2026-09-01', 40
        FROM users u, generate_series(1, 3) n, (SELECT current_revision_id FROM protocols WHERE slug = 'energy') p`);
      await run(`INSERT INTO trial_periods (trial_id, period, session_id, started_at, ended_at, heard_seconds, value, detail, received_at)
        SELECT t.id, n, md5('heard' || n || t.id)::uuid, timestamptz '2026-01-01' + n * interval '1 day', timestamptz '2026-01-01' + n * interval '1 day' + interval '1 hour',
          600, (n * 7) % 11, '{}', now() FROM trials t, generate_series(1, 40) n`);
      await run(`INSERT INTO trial_shares (trial_id, outcome_id, plan_hash, effect, variance, shared_at)
        SELECT id, 'calm', plan_hash, 0.2, 0.02, now() FROM trials`);
      for (const { definition } of indexes) await run(definition);
    },
    { timeout: 120_000, maxWait: 10_000 },
  );
  await database.$executeRawUnsafe('ANALYZE');
  const { id } = await database.user.findUniqueOrThrow({ where: { emailKey: 'u500@example.org' } });
  me = { userId: id, sessionId: randomUUID(), role: 'USER', isGuest: false };
  api.setNow(new Date('2026-10-28T12:00:00Z'));
});

/** 1,000 people are a table that PostgreSQL rightly reads whole rather than looking 21 of them up. */
const LARGE = new Set([
  'protocols',
  'revisions',
  'sessions',
  'session_events',
  'session_days',
  'ratings',
  'daily_metrics',
  'trials',
  'trial_periods',
]);

function scans(node: Data): string[] {
  const own = node['Node Type'] === 'Seq Scan' && LARGE.has(node['Relation Name']) ? [node['Relation Name']] : [];
  return [...own, ...(node.Plans ?? []).flatMap(scans)];
}

/** Runs the operation, then asks PostgreSQL how it does each of its statements. */
async function check(work: () => Promise<unknown>): Promise<void> {
  const queries = await api.queries(work);
  assert.ok(queries.length > 0);
  for (const { text, values } of queries) {
    if (!/^\s*(SELECT|UPDATE|INSERT|DELETE|WITH)/i.test(text)) continue;
    const { rows } = await api.backend.database.pool.query(`EXPLAIN (FORMAT JSON) ${text}`, values as unknown[]);
    const [{ Plan }] = rows[0]['QUERY PLAN'];
    assert.deepEqual(scans(Plan), [], `${text}\n${JSON.stringify(Plan, null, 1).slice(0, 3_000)}`);
  }
}

for (const order of ['RECOMMENDED', 'POPULAR', 'NEWEST', 'TITLE', 'SHORTEST', 'BEST_RATED']) {
  test(`the list of protocols, ${order}`, async () => {
    const page = (after: string | null) =>
      api.ask(
        me,
        `query ($after: String) { protocols(first: 20, order: ${order}, after: $after) {
          nodes { slug viewerRating author { displayName } revision { number } } pageInfo { hasNextPage endCursor } } }`,
        { after },
      );
    await check(() => page(null));
    const { protocols } = await page(null);
    await check(() => page(protocols.pageInfo.endCursor));
  });
}

test('a search by words', () =>
  check(() => api.ask(null, '{ protocols(first: 20, filter: { search: "power na" }) { nodes { slug } } }')));

test('a protocol by its name', () =>
  check(() =>
    api.ask(
      me,
      '{ protocol(slug: "energy") { title revision { program } sources { title } control { slug } viewerRating } }',
    ),
  ));

test('the trials, one of them, and its answer', async () => {
  const { viewer } = await api.ask(me, '{ viewer { trials(first: 20) { nodes { id } } } }');
  assert.equal(viewer.trials.nodes.length, 3);
  await check(() =>
    api.ask(me, '{ viewer { trials(first: 20) { nodes { plan step reveal { order } periods { period value } } } } }'),
  );
  const { id } = viewer.trials.nodes[0];
  await check(() =>
    api.ask(me, 'query ($id: ID!) { trial(id: $id) { periods { period } answer head shared } }', { id }),
  );
});

test('a period of a trial recorded, its order opened, its result given', async () => {
  const { protocol } = await api.ask(me, '{ protocol(slug: "energy") { revision { id } } }');
  const id = randomUUID();
  const trial = encodeNodeId('Trial', id);
  const at = (seconds: number) => new Date(api.now().getTime() + seconds * 1000).toISOString();
  const tell = (name: string, input: object) =>
    api.ask(
      me,
      `mutation ($input: ${name.charAt(0).toUpperCase()}${name.slice(1)}Input!) { ${name}(input: $input) { trial { step } userErrors { message } } }`,
      { input },
    );
  await check(() =>
    tell('planTrial', {
      id,
      revision: protocol.revision.id,
      title: 'Energy',
      beatHash: 'a'.repeat(64),
      controlHash: 'b'.repeat(64),
      masked: false,
      outcome: { id: 'calm', unit: 'points', higherIsBetter: true, settings: {} },
      periods: 4,
      oneADay: false,
      timeZone: 'UTC',
      orderRule: 'BLOCKS_OF_TWO',
      smallestEffect: 0.3,
    }),
  );
  await check(() =>
    tell('recordOutcome', {
      trial,
      period: 1,
      startedAt: at(1),
      endedAt: at(2),
      heardSeconds: 1,
      value: 1,
      detail: {},
    }),
  );
  await check(() => tell('revealTrial', { trial }));
  await check(() => tell('shareTrial', { trial, share: false }));
});

test('the history, its second page, and by protocol', async () => {
  const page = (after: string | null) =>
    api.ask(
      me,
      `query ($after: String) { viewer { sessions(first: 20, after: $after) { nodes { state protocol { title } rating { stars } events { nodes { kind } } }
        pageInfo { hasNextPage endCursor } } } }`,
      { after },
    );
  await check(() => page(null));
  const { viewer } = await page(null);
  await check(() => page(viewer.sessions.pageInfo.endCursor));
  const { protocol } = await api.ask(me, '{ protocol(slug: "energy") { id } }');
  await check(() =>
    api.ask(
      me,
      `{ viewer { sessions(first: 20, filter: { protocol: "${protocol.id}", states: [COMPLETED] }) { nodes { state } } } }`,
    ),
  );
});

test('the live session', () => check(() => api.ask(me, '{ viewer { liveSession { state } } }')));

test('a year of metrics with streak and comparison', () =>
  check(() =>
    api.ask(
      me,
      `{ viewer { metrics(from: "2026-01-01", to: "2026-12-31") { streakDays longestStreakDays totals { seconds } days { day seconds }
        comparisons { protocol { slug } mean low high control { mean } } } } }`,
    ),
  ));

test('a session recorded, controlled and rated', async () => {
  const { protocol } = await api.ask(me, '{ protocol(slug: "energy") { revision { id } } }');
  const id = randomUUID();
  const at = (seconds: number) => new Date(api.now().getTime() + seconds * 1000).toISOString();
  const record = (...events: object[]) =>
    api.ask(
      me,
      'mutation ($input: RecordSessionInput!) { recordSession(input: $input) { session { version } userErrors { message } } }',
      {
        input: { id, revision: protocol.revision.id, timeZone: 'Europe/Berlin', deviceId: randomUUID(), events },
      },
    );
  await check(() => record({ id: randomUUID(), kind: 'STARTED', occurredAt: at(0), positionSeconds: 0 }));
  await check(() => record({ id: randomUUID(), kind: 'PAUSED', occurredAt: at(60), positionSeconds: 60 }));
  await check(() =>
    api.ask(
      me,
      'mutation ($input: StopSessionInput!) { stopSession(input: $input) { session { state } userErrors { message } } }',
      {
        input: {
          session: encodeNodeId('Session', id),
          eventId: randomUUID(),
          expectedVersion: 2,
          occurredAt: at(61),
          deviceId: randomUUID(),
        },
      },
    ),
  );
  await check(() =>
    api.ask(
      me,
      'mutation ($input: RateSessionInput!) { rateSession(input: $input) { session { rating { stars } } } }',
      {
        input: { session: encodeNodeId('Session', id), stars: 4 },
      },
    ),
  );
});

test('own protocols, and what expires', async () => {
  await check(() => api.ask(me, '{ viewer { protocols(first: 20) { nodes { slug } } } }'));
  const { expireSessions } = await import('../sessions/expire.ts');
  await check(() => expireSessions(database, api.now()));
});
