/**
 * What ten times the rows cost: 1,000 and 10,000 people with 300 sessions each, in two databases, each with a server of its own that keeps nothing
 * in memory. One question at a time, asked as 40 different people; the two databases take turns. `npm run bench -- growth 100 1000` takes other
 * numbers of people.
 */
import type { Backend } from '../../api/src/testing/backend.ts';
import type { Figure } from '../bench.ts';
import { type Asking, askServer, compareSizes } from '../bench-sizes.ts';
import { fill, signIn } from '../served.ts';

const SESSIONS = 300;
const PEOPLE = 40;

const questions: Record<string, string> = {
  'public list, the most played':
    '{ protocols(first: 20) { nodes { slug title ratingAverage author { displayName } } } }',
  'public list, the newest, second page':
    'query ($after: String) { protocols(first: 20, order: NEWEST, after: $after) { nodes { slug title } pageInfo { endCursor } } }',
  'own sessions, 20 with their protocols':
    '{ viewer { sessions(first: 20) { nodes { id state playedSeconds protocol { title } } pageInfo { hasNextPage } } } }',
  'own metrics of 90 days':
    '{ viewer { metrics(from: "2026-06-01", to: "2026-08-29") { streakDays longestStreakDays days { day seconds } comparisons { scale sessions } } } }',
};

async function people(backend: Backend, users: number): Promise<Asking[]> {
  process.stderr.write(`filling a database with ${(users * SESSIONS).toLocaleString('en')} sessions …\n`);
  const { pool } = backend.database;
  await fill(pool, [
    `SET synchronous_commit = off`,
    `DO $$ DECLARE i record; BEGIN
       CREATE TABLE kept_indexes AS SELECT indexdef FROM pg_indexes
       WHERE tablename IN ('sessions', 'session_events', 'ratings', 'daily_metrics') AND indexname NOT LIKE '%\\_pkey';
       FOR i IN SELECT indexname FROM pg_indexes WHERE tablename IN ('sessions', 'session_events', 'ratings', 'daily_metrics')
         AND indexname NOT LIKE '%\\_pkey' AND indexname NOT IN (SELECT conname FROM pg_constraint) LOOP
         EXECUTE format('DROP INDEX %I', i.indexname);
       END LOOP; END $$`,
    `INSERT INTO users (id, email, email_key, display_name)
     SELECT md5('u' || n)::uuid, 'u' || n || '@example.org', 'u' || n || '@example.org', 'Person ' || n FROM generate_series(1, ${users}) n`,
    `INSERT INTO protocols (id, slug, owner_id, visibility, category, tags, title, summary, speakers_ok, duration_seconds, min_beat_hz,
       max_beat_hz, bands, session_count, published_at, listed_at, updated_at)
     SELECT md5('p' || n)::uuid, 'p-' || n, md5('u' || n)::uuid, 'PUBLIC', 'FOCUS', ARRAY['one'], 'Program ' || n, 'Down and back.', true, 1800, 4, 12,
       ARRAY['THETA'], (random() * 1000)::int, now(), now() - random() * interval '300 days', now() FROM generate_series(1, ${users / 5}) n`,
    `INSERT INTO revisions (id, protocol_id, number, author_id, title, summary, description, program, program_hash)
     SELECT gen_random_uuid(), id, 1, owner_id, title, summary, '', '{"durationSeconds": 1800, "loop": 1, "voices": []}', repeat('0', 64)
     FROM protocols WHERE owner_id IS NOT NULL`,
    `UPDATE protocols p SET current_revision_id = r.id FROM revisions r WHERE r.protocol_id = p.id AND p.current_revision_id IS NULL`,
    `WITH library AS (SELECT array_agg(id) AS ids, array_agg(current_revision_id) AS revisions, count(*)::int AS many
       FROM protocols WHERE library_version IS NOT NULL)
     INSERT INTO sessions (id, user_id, protocol_id, revision_id, state, version, time_zone, started_at, ended_at, position_seconds,
       position_at, played_seconds, player_device_id)
     SELECT gen_random_uuid(), u.id, l.ids[1 + n % l.many], l.revisions[1 + n % l.many], 'COMPLETED', 2, 'UTC',
       timestamptz '2026-01-01' + n * interval '1 day', timestamptz '2026-01-01' + n * interval '1 day' + interval '10 minutes', 600,
       timestamptz '2026-01-01' + n * interval '1 day', 600, u.id FROM users u, generate_series(1, ${SESSIONS}) n, library l`,
    `INSERT INTO ratings (session_id, user_id, protocol_id, stars, mood_before, mood_after, updated_at)
     SELECT id, user_id, protocol_id, 4, 3, 5, now() FROM sessions WHERE extract(day FROM started_at)::int % 5 = 0`,
    `INSERT INTO daily_metrics (user_id, day, sessions, completed, seconds) SELECT user_id, started_at::date, 1, 1, 600 FROM sessions`,
    `DO $$ DECLARE i record; BEGIN
       FOR i IN SELECT indexdef FROM kept_indexes LOOP EXECUTE replace(i.indexdef, 'INDEX ', 'INDEX IF NOT EXISTS '); END LOOP;
       DROP TABLE kept_indexes; END $$`,
  ]);
  const asking: Asking[] = [];
  for (let n = 1; n <= PEOPLE; n++) {
    const token = await signIn(pool, `u${Math.floor((users / PEOPLE) * n)}@example.org`);
    asking.push({ token, variables: {} });
  }
  return asking;
}

export default function bench([small = '1000', large = '10000']: string[] = []): Promise<Figure[]> {
  return compareSizes(Number(small), Number(large), {
    questions,
    people,
    async found(url, { token }) {
      const query = questions['public list, the newest, second page'] as string;
      const { protocols } = await askServer<{ protocols: { pageInfo: { endCursor: string } } }>(url, token, query, {});
      return { after: protocols.pageInfo.endCursor };
    },
  });
}
