/**
 * Our server beside other ways to serve the same data: PostGraphile 5, Mercurius with pg, Fastify with pg as plain REST (scripts/bench/peers). One
 * PostgreSQL, the same rows, the same fields; every server runs with ten connections, the load comes from a process of its own, and the sides take
 * turns in each round, so that what else the machine does meets them all. Figures are medians of the rounds, ratios of medians.
 */
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { encodeNodeId } from '../../api/src/schema/node-id.ts';
import type { Figure } from '../bench.ts';
import {
  bundleTree,
  fill,
  installPeers,
  type Job,
  type Load,
  load,
  makeDatabase,
  median,
  peer,
  type Served,
  serve,
} from '../served.ts';

const ROUNDS = 3;
const SECONDS = 3;
/** Before anything is measured each side answers so many, so that its code is compiled; a slow machine stops after some seconds. */
const WARM_REQUESTS = 5_000;
const WARM_MOST_SECONDS = 20;
const CONNECTIONS = 32;
/** Argon2 takes one core each, and our server lets four run and sixteen wait. */
const SIGN_IN_CONNECTIONS = 4;
const SIGN_IN_WARM = 20;
const PASSWORD = 'correct horse 42';

type Question = Pick<Job, 'expect'> & Partial<Job> & { path: string };
interface Measured extends Load {
  /** Resident, MB. */
  memory: number;
  /** The server's processor time for one request, ms: what is left of a figure when the machine does other things as well. */
  processor: number;
}
interface Side {
  name: string;
  server: Served;
  question: Question;
}

const graphql = (query: string, expect: string, variables: object = {}, token?: string): Question => ({
  path: '/graphql',
  method: 'POST',
  headers: token ? { authorization: `Bearer ${token}` } : {},
  body: JSON.stringify({ query, variables }),
  expect,
});

/** The texts of the application's operations by their hash. */
const operations = Object.entries(
  JSON.parse(
    readFileSync(resolve(import.meta.dirname, '../../web/src/data/generated/persisted-documents.json'), 'utf8'),
  ) as Record<string, string>,
);

/** An operation as the application sends it. */
function persisted(operationName: string, expect: string, variables: object, token: string): Question {
  const [hash] = operations.find(([, text]) => text.includes(`query ${operationName}`)) ?? [];
  if (!hash) throw new Error(`The application has no operation ${operationName}.`);
  const extensions = { persistedQuery: { version: 1, sha256Hash: hash.slice('sha256:'.length) } };
  return {
    path: '/graphql',
    method: 'POST',
    headers: { authorization: `Bearer ${token}` },
    body: JSON.stringify({ operationName, variables, extensions }),
    expect,
  };
}

/** Loads each side in turn, round by round. */
async function compare(
  sides: Side[],
  connections = CONNECTIONS,
  warmRequests = WARM_REQUESTS,
): Promise<Map<string, Measured>> {
  const results = new Map<string, Measured[]>(sides.map(({ name }) => [name, []]));
  const ask = ({ server, question: { path, ...job } }: Side, seconds: number) =>
    load({ connections, seconds, ...job, url: server.url + path });
  for (const side of sides) {
    const end = performance.now() + WARM_MOST_SECONDS * 1000;
    let answers = 0;
    while (answers < warmRequests && performance.now() < end) answers += (await ask(side, 2)).answers;
  }
  for (let round = 0; round < ROUNDS; round++) {
    for (const side of sides) {
      const before = side.server.processorMs();
      const result = await ask(side, SECONDS);
      const processor = (side.server.processorMs() - before) / result.answers;
      results.get(side.name)?.push({ ...result, memory: side.server.memory(), processor });
    }
  }
  const middle = (list: Measured[]) =>
    Object.fromEntries(
      (['perSecond', 'p50', 'p99', 'answers', 'memory', 'processor'] as const).map((key) => [
        key,
        median(list.map((one) => one[key])),
      ]),
    ) as unknown as Measured;
  return new Map([...results].map(([name, list]) => [name, middle(list)]));
}

/** `args`: only these of `list`, `session`, `pages`, `start`, `sign-in`. */
export default async function bench(args: string[] = []): Promise<Figure[]> {
  const wanted = (part: string) => args.length === 0 || args.includes(part);
  installPeers();
  const backend = await makeDatabase();
  const tree = await bundleTree();
  const servers: Served[] = [];
  const start = async (args: string[], more: Record<string, string> = {}) => {
    const server = await serve(args, { DATABASE_URL: backend.database.url, ...more });
    servers.push(server);
    return server;
  };
  const figures: Figure[] = [];
  const tell = (what: string, results: Map<string, Measured>) => {
    for (const [name, { perSecond, p50, p99, memory, processor }] of results) {
      figures.push({ name: `${what}, ${name}`, value: perSecond, unit: 'requests/s' });
      figures.push({ name: `${what}, ${name}, p50`, value: p50, unit: 'ms' });
      figures.push({ name: `${what}, ${name}, p99`, value: p99, unit: 'ms' });
      figures.push({ name: `${what}, ${name}, resident`, value: memory, unit: 'MB' });
      if (processor > 0)
        figures.push({ name: `${what}, ${name}, processor time a request`, value: processor, unit: 'ms' });
    }
  };
  const ratio = (name: string, results: Map<string, Load>, ours: string, theirs: string, limit?: number) => {
    const value = (results.get(ours)?.perSecond ?? 0) / (results.get(theirs)?.perSecond ?? 1);
    figures.push({ name, value, unit: '×', ...(limit === undefined ? {} : { limit, must: 'at least' as const }) });
  };
  try {
    const { pool } = backend.database;
    await fill(pool, [
      `INSERT INTO users (id, email, email_key, display_name)
       SELECT gen_random_uuid(), 'u' || n || '@example.org', 'u' || n || '@example.org', 'Person ' || n FROM generate_series(1, 1000) n`,
      `INSERT INTO protocols (id, slug, owner_id, visibility, category, tags, title, summary, speakers_ok, duration_seconds, min_beat_hz,
         max_beat_hz, bands, session_count, rating_count, rating_sum, rating_average, published_at, listed_at, updated_at)
       SELECT gen_random_uuid(), 'p-' || row_number() OVER (), id, 'PUBLIC', 'FOCUS', ARRAY['one', 'two'], display_name || '''s program',
         'Half an hour that goes down slowly and comes back.', true, 1800, 4, 12, ARRAY['THETA', 'ALPHA'], 10 + (random() * 1000)::int, 10, 41, 4.1,
         now(), now(), now() FROM users LIMIT 400`,
      `INSERT INTO revisions (id, protocol_id, number, author_id, title, summary, description, program, program_hash)
       SELECT gen_random_uuid(), id, 1, owner_id, title, summary, '', '{"durationSeconds": 1800, "loop": 1, "voices": []}', repeat('0', 64)
       FROM protocols WHERE owner_id IS NOT NULL`,
      `UPDATE protocols p SET current_revision_id = r.id FROM revisions r WHERE r.protocol_id = p.id AND p.current_revision_id IS NULL`,
    ]);

    const wide = { ...tree.environment, RATE_LIMIT_FACTOR: '10000', LOG_LEVEL: 'error' };
    const ours = await start(tree.args, wide);
    const plain = await start(tree.args, { ...wide, PUBLIC_CACHE: 'off' });
    const rest = await start([peer('rest')]);
    const mercurius = await start([peer('mercurius')]);
    const postgraphile = await start([peer('postgraphile')], { GRAPHILE_ENV: 'production' });
    const bare = await start([peer('bare')]);

    // 1. The public list.
    const fields = 'slug title summary category durationSeconds ratingCount ratingAverage';
    const ourList = graphql(
      `{ protocols(first: 20) { nodes { id ${fields} author { id displayName } } } }`,
      '"Person ',
    );
    if (wanted('list')) {
      const list = await compare([
        { name: 'ours', server: ours, question: ourList },
        { name: 'ours without the cache', server: plain, question: ourList },
        {
          name: 'PostGraphile',
          server: postgraphile,
          question: graphql(
            `{ allProtocols(first: 20, orderBy: [SESSION_COUNT_DESC, ROW_ID_DESC], condition: {visibility: PUBLIC}) {
             nodes { rowId ${fields} userByOwnerId { rowId displayName } } } }`,
            '"Person ',
          ),
        },
        {
          name: 'Mercurius',
          server: mercurius,
          question: graphql(`{ protocols(first: 20) { id ${fields} author { id displayName } } }`, '"Person '),
        },
        { name: 'Fastify REST', server: rest, question: { path: '/protocols', method: 'GET', expect: '"Person ' } },
      ]);
      tell('list of 20', list);
      ratio('list of 20 ÷ PostGraphile', list, 'ours', 'PostGraphile', 3);
      ratio('list of 20 ÷ Fastify REST', list, 'ours', 'Fastify REST', 2);
      ratio('list of 20 without the cache ÷ PostGraphile', list, 'ours without the cache', 'PostGraphile', 1.2);

      // How even the answers are at half of what can be answered; beside it the same from a server that says one thing from memory, which is what
      // the load generator and the machine make of it.
      for (const [name, server, results] of [
        ['list of 20', ours, list.get('ours')],
        ['list of 20 without the cache', plain, list.get('ours without the cache')],
      ] as const) {
        const { path, ...job } = ourList;
        const rate = Math.round((results?.perSecond ?? 0) / 2);
        const even = async (url: string) => {
          const { p50, p99 } = await load({ ...job, url, connections: CONNECTIONS, seconds: SECONDS, rate });
          return { p50, p99, spread: p99 / p50 };
        };
        const rounds: Record<'ours' | 'bare', Awaited<ReturnType<typeof even>>[]> = { ours: [], bare: [] };
        // Each connection asks again when it has its answer: a moment without a processor makes one of them wait, and no crowd.
        const closed: number[] = [];
        for (let round = 0; round < ROUNDS; round++) {
          rounds.ours.push(await even(server.url + path));
          rounds.bare.push(await even(bare.url + path));
          const { p50, p99 } = await load({
            ...job,
            url: server.url + path,
            connections: CONNECTIONS / 2,
            seconds: SECONDS,
          });
          closed.push(p99 / p50);
        }
        const middle = (side: 'ours' | 'bare', key: 'p50' | 'p99' | 'spread') =>
          median(rounds[side].map((one) => one[key]));
        figures.push({
          name: `${name} at half of saturation: p99 ÷ p50`,
          value: middle('ours', 'spread'),
          unit: '×',
          limit: 3,
        });
        for (const [side, of] of [
          ['ours', name],
          ['bare', `a bare server at the rate of the ${name}`],
        ] as const) {
          figures.push({ name: `${of} at half of saturation, p50`, value: middle(side, 'p50'), unit: 'ms' });
          figures.push({ name: `${of} at half of saturation, p99`, value: middle(side, 'p99'), unit: 'ms' });
        }
        figures.push({ name: `${name} by half as many connections: p99 ÷ p50`, value: median(closed), unit: '×' });
        figures.push({
          name: `a bare server at the rate of the ${name}: p99 ÷ p50`,
          value: middle('bare', 'spread'),
          unit: '×',
        });
      }
    }

    // 2. One session with its events.
    const call = async (query: string, variables: object) => {
      const response = await fetch(`${ours.url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ query, variables }),
      });
      const { data, errors } = (await response.json()) as { data: Record<string, object>; errors?: object[] };
      if (errors) throw new Error(JSON.stringify(errors));
      return data;
    };
    const { startGuest } = await call(
      'mutation ($input: StartGuestInput!) { startGuest(input: $input) { tokens { accessToken } viewer { id } } }',
      { input: { deviceId: randomUUID(), deviceName: 'Bench', timeZone: 'UTC' } },
    );
    const { tokens, viewer } = startGuest as { tokens: { accessToken: string }; viewer: { id: string } };
    const person = Buffer.from(viewer.id, 'base64').toString().split(':')[1] as string;
    await fill(pool, [
      `INSERT INTO sessions (id, user_id, protocol_id, revision_id, state, version, time_zone, started_at, ended_at, position_seconds, position_at,
         played_seconds, player_device_id)
       SELECT gen_random_uuid(), '${person}', p.id, p.current_revision_id, 'COMPLETED', 20, 'UTC', now() - n * interval '1 day',
         now() - n * interval '1 day' + interval '30 minutes', 1800, now(), 1800, gen_random_uuid()
       FROM generate_series(1, 300) n, (SELECT * FROM protocols WHERE owner_id IS NOT NULL LIMIT 1) p`,
      `INSERT INTO session_events (id, session_id, sequence, kind, occurred_at, position_seconds, device_id)
       SELECT gen_random_uuid(), s.id, n, 'PAUSED', s.started_at + n * interval '1 minute', n * 60, s.player_device_id
       FROM sessions s, generate_series(1, 20) n`,
    ]);
    const { rows } = await pool.query('SELECT id FROM sessions WHERE user_id = $1 LIMIT 1', [person]);
    const id = rows[0].id as string;
    const head = 'state version startedAt endedAt playedSeconds';
    const event = 'kind sequence occurredAt positionSeconds';
    const authorization = { authorization: `Bearer ${tokens.accessToken}` };
    if (wanted('session')) {
      const oneSession = await compare([
        {
          name: 'ours',
          server: ours,
          question: graphql(
            `query ($id: ID!) { node(id: $id) { ... on Session { id ${head} events(first: 50) { nodes { ${event} } } } } }`,
            '"PAUSED"',
            { id: encodeNodeId('Session', id) },
            tokens.accessToken,
          ),
        },
        {
          name: 'PostGraphile',
          server: postgraphile,
          question: graphql(
            `query ($id: UUID!) { sessionByRowId(rowId: $id) { rowId ${head} sessionEventsBySessionId(first: 50, orderBy: SEQUENCE_ASC) { nodes { ${event} } } } }`,
            '"PAUSED"',
            { id },
          ),
        },
        {
          name: 'Mercurius',
          server: mercurius,
          question: graphql(
            `query ($id: ID!, $person: ID!) { session(id: $id, person: $person) { id ${head} events { ${event} } } }`,
            '"PAUSED"',
            { id, person },
          ),
        },
        {
          name: 'Fastify REST',
          server: rest,
          question: { path: `/sessions/${id}`, method: 'GET', headers: authorization, expect: '"PAUSED"' },
        },
      ]);
      tell('one session with 20 events', oneSession);
      ratio('one session ÷ PostGraphile', oneSession, 'ours', 'PostGraphile', 0.8);
      ratio('one session ÷ Fastify REST', oneSession, 'ours', 'Fastify REST');
    }

    // 3. What the application's pages ask of somebody who is signed in, as they ask it: by hash.
    if (wanted('pages')) {
      await fill(pool, [
        `INSERT INTO ratings (session_id, user_id, protocol_id, stars, mood_before, mood_after, calm_before, calm_after, created_at, updated_at)
         SELECT id, user_id, protocol_id, 4, 5, 6, 4, 7, ended_at, ended_at FROM sessions WHERE user_id = '${person}'`,
        `INSERT INTO daily_metrics (user_id, day, sessions, completed, seconds, alpha_seconds, stars_count, stars_sum, mood_change_count, mood_change_sum)
         SELECT user_id, started_at::date, count(*), count(*), sum(played_seconds), sum(played_seconds), 1, 4, 1, 1
         FROM sessions WHERE user_id = '${person}' GROUP BY user_id, started_at::date`,
        `INSERT INTO preferences (user_id, default_protocol_id, updated_at)
         SELECT '${person}', protocol_id, now() FROM sessions WHERE user_id = '${person}' LIMIT 1
         ON CONFLICT (user_id) DO UPDATE SET default_protocol_id = EXCLUDED.default_protocol_id`,
        `INSERT INTO sessions (id, user_id, protocol_id, revision_id, state, version, time_zone, started_at, position_seconds, position_at,
           played_seconds, player_device_id, expires_at)
         SELECT gen_random_uuid(), user_id, protocol_id, revision_id, 'ACTIVE', 3, 'UTC', now(), 60, now(), 60, player_device_id, now() + interval '1 hour'
         FROM sessions WHERE user_id = '${person}' LIMIT 1`,
      ]);
      const state =
        'state version startedAt endedAt positionSeconds positionAt playedSeconds volume scene playerDeviceId playerDeviceName protocolByProtocolId { rowId slug title category }';
      const figuresOfDay =
        'day sessions completed seconds deltaSeconds thetaSeconds alphaSeconds betaSeconds gammaSeconds noBeatSeconds starsCount starsSum moodChangeCount moodChangeSum focusChangeCount focusChangeSum calmChangeCount calmChangeSum sleepinessChangeCount sleepinessChangeSum';
      const day = (before: number) => new Date(Date.now() - before * 86_400_000).toISOString().slice(0, 10);
      const pages: [name: string, ours: Question, theirs: string, expect: string][] = [
        [
          'history page',
          persisted('Sessions', '"COMPLETED"', { first: 20 }, tokens.accessToken),
          `query ($person: UUID!) { userByRowId(rowId: $person) { rowId sessionsByUserId(first: 20, orderBy: [STARTED_AT_DESC, ROW_ID_DESC]) {
             nodes { rowId ${state} ratingBySessionId { stars moodBefore moodAfter focusBefore focusAfter calmBefore calmAfter sleepinessBefore sleepinessAfter comment } }
             pageInfo { hasNextPage endCursor } } } }`,
          '"COMPLETED"',
        ],
        [
          'record',
          persisted('Metrics', '"alpha"', { from: day(29), to: day(0) }, tokens.accessToken),
          `query ($person: UUID!) { userByRowId(rowId: $person) { rowId
             dailyMetricsByUserId(first: 30, orderBy: [DAY_DESC]) { nodes { ${figuresOfDay} } }
             preferenceByUserId { timeZone dailyGoalMinutes } ratingsByUserId(first: 100) { nodes { stars moodBefore moodAfter focusBefore focusAfter
               calmBefore calmAfter sleepinessBefore sleepinessAfter protocolByProtocolId { rowId slug title controlOfId } } } } }`,
          '"alphaSeconds"',
        ],
        [
          'preferences',
          persisted('Preferences', '"dailyGoalMinutes"', {}, tokens.accessToken),
          `query ($person: UUID!) { userByRowId(rowId: $person) { rowId preferenceByUserId { volume visuals intensity scene reducedFlashing reminder reminderMinute
             dailyGoalMinutes theme language timeZone version updatedAt protocolByDefaultProtocolId { rowId slug } } } }`,
          '"dailyGoalMinutes"',
        ],
        [
          'live state',
          graphql(
            `{ viewer { id liveSession { id uuid state version startedAt endedAt positionSeconds positionAt playedSeconds volume scene playerDevice { id name }
               protocol { id slug title category } } } }`,
            '"ACTIVE"',
            {},
            tokens.accessToken,
          ),
          `query ($person: UUID!) { allSessions(first: 1, orderBy: [STARTED_AT_DESC, ROW_ID_DESC], condition: { userId: $person, state: ACTIVE }) { nodes { rowId ${state} } } }`,
          '"ACTIVE"',
        ],
      ];
      for (const [name, asked, theirs, expect] of pages) {
        const results = await compare([
          { name: 'ours', server: ours, question: asked },
          { name: 'PostGraphile', server: postgraphile, question: graphql(theirs, expect, { person }) },
        ]);
        tell(name, results);
        ratio(`${name} ÷ PostGraphile`, results, 'ours', 'PostGraphile', 0.8);
      }
    }

    // 4. A session begins: the same rows in one transaction.
    const { rows: revisions } = await pool.query(
      `SELECT current_revision_id AS id FROM protocols WHERE visibility = 'PUBLIC' AND owner_id IS NOT NULL ORDER BY id LIMIT 50`,
    );
    if (wanted('start')) {
      const begun = await compare([
        {
          name: 'ours',
          server: ours,
          question: {
            path: '/graphql',
            headers: authorization,
            bodies: revisions.map(({ id: revision }) =>
              JSON.stringify({
                query:
                  'mutation ($input: StartSessionInput!) { startSession(input: $input) { session { id state version } userErrors { code } } }',
                variables: {
                  input: {
                    ...{
                      id: '{uuid}',
                      eventId: '{uuid}',
                      revision: encodeNodeId('Revision', revision),
                      deviceId: person,
                    },
                    ...{ occurredAt: '{now}', timeZone: 'UTC' },
                  },
                },
              }),
            ),
            expect: '"ACTIVE"',
          },
        },
        {
          name: 'Fastify transaction',
          server: rest,
          question: {
            path: '/sessions',
            headers: authorization,
            bodies: revisions.map(({ id: revision }) =>
              JSON.stringify({
                ...{ id: '{uuid}', eventId: '{uuid}', revision, deviceId: person, durationSeconds: 1800 },
                ...{ occurredAt: '{now}', timeZone: 'UTC' },
              }),
            ),
            expect: '"ACTIVE"',
          },
        },
      ]);
      tell('start-session', begun);
      ratio('start-session ÷ Fastify transaction', begun, 'ours', 'Fastify transaction', 0.8);
    }

    // 5. Sign-in: argon2id, a row, a token.
    if (wanted('sign-in')) {
      const emails = ['a', 'b', 'c', 'd'].map((name) => `${name}@example.org`);
      for (const email of emails) {
        await call('mutation ($input: SignUpInput!) { signUp(input: $input) { userErrors { message } } }', {
          input: {
            email,
            password: PASSWORD,
            displayName: 'Bench',
            atLeast16: true,
            deviceId: randomUUID(),
            deviceName: 'Bench',
            timeZone: 'UTC',
          },
        });
      }
      const signedIn = await compare(
        [
          {
            name: 'ours',
            server: ours,
            question: {
              path: '/graphql',
              bodies: emails.map((email) =>
                JSON.stringify({
                  query:
                    'mutation ($input: SignInInput!) { signIn(input: $input) { tokens { accessToken } userErrors { code } } }',
                  variables: { input: { email, password: PASSWORD, deviceId: person, deviceName: 'Bench' } },
                }),
              ),
              expect: '"accessToken":"ey',
            },
          },
          {
            name: 'Fastify REST',
            server: rest,
            question: {
              path: '/sign-in',
              bodies: emails.map((email) => JSON.stringify({ email, password: PASSWORD })),
              expect: '"accessToken":"ey',
            },
          },
        ],
        SIGN_IN_CONNECTIONS,
        SIGN_IN_WARM,
      );
      tell('sign-in', signedIn);
      ratio('sign-in ÷ Fastify REST', signedIn, 'ours', 'Fastify REST');
    }
  } finally {
    for (const server of servers) await server.stop();
    await backend.close();
    tree.remove();
  }
  return figures;
}
