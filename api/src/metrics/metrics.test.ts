import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { createServer, get } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ExecutionResult } from 'graphql';
import { afterAll, test } from 'vitest';
import { presentRevisionId } from '../../../prisma/library/library.ts';
import { encodeNodeId } from '../schema/node-id.ts';
import type { Viewer } from '../schema/viewer.ts';
import { type Data, useSchema } from '../testing/ask.ts';
import { exportPaths, exportRecord } from './export.ts';
import { estimate, studentT95 } from './student.ts';

const api = await useSchema();
afterAll(() => api.close());
const database = api.backend.database.prisma;
const T0 = Date.UTC(2026, 4, 10, 10);
const DAY = 86_400;
const moment = (seconds: number) => new Date(T0 + seconds * 1000).toISOString();

async function play(
  viewer: Viewer,
  begin: number,
  seconds: number,
  options: { slug?: string; timeZone?: string; rating?: object } = {},
): Promise<string> {
  api.setNow(new Date(T0 + (begin + seconds) * 1000));
  const id = randomUUID();
  const line = (kind: string, at: number) => ({
    id: randomUUID(),
    kind,
    occurredAt: moment(begin + at),
    positionSeconds: at,
  });
  const input = {
    id,
    revision: encodeNodeId('Revision', presentRevisionId(options.slug ?? 'energy')),
    timeZone: options.timeZone ?? 'UTC',
    deviceId: randomUUID(),
    events: [line('STARTED', 0), line('STOPPED', seconds)],
  };
  const { recordSession } = await api.ask(
    viewer,
    'mutation ($input: RecordSessionInput!) { recordSession(input: $input) { userErrors { message } } }',
    { input },
  );
  assert.deepEqual(recordSession.userErrors, []);
  if (options.rating) {
    const { rateSession } = await api.ask(
      viewer,
      'mutation ($input: RateSessionInput!) { rateSession(input: $input) { userErrors { message } } }',
      { input: { session: encodeNodeId('Session', id), ...options.rating } },
    );
    assert.deepEqual(rateSession.userErrors, []);
  }
  return id;
}

async function metrics(viewer: Viewer, fields: string, from = '2026-01-01', to = '2026-12-31'): Promise<Data> {
  return (await api.ask(viewer, `{ viewer { metrics(from: "${from}", to: "${to}") { ${fields} } } }`)).viewer.metrics;
}

test("Student's t as in the tables", () => {
  // R: qt(0.975, df)
  for (const [freedom, value] of [
    [1, 12.7062],
    [2, 4.302653],
    [9, 2.262157],
    [30, 2.042272],
    [31, 2.039513],
    [40, 2.021075],
    [100, 1.983972],
    [1000, 1.962339],
  ] as const) {
    assert.ok(Math.abs(studentT95(freedom) - value) < 6e-5, `${freedom}: ${studentT95(freedom)}`);
  }
  // R: t.test(c(1, 2, 4, 5)): 3 ± 2.9052
  const four = estimate(4, 3, Math.sqrt(10 / 3));
  assert.ok(Math.abs((four.high ?? 0) - 5.905208) < 1e-3);
  assert.ok(Math.abs((four.low ?? 0) - 0.094792) < 1e-3);
  assert.deepEqual(estimate(2, 3, 1), { sessions: 2, mean: 3, low: null, high: null });
  assert.deepEqual(estimate(0, null, null), { sessions: 0, mean: null, low: null, high: null });
});

test('days in a row: up to today or yesterday, and the longest ever', async () => {
  const me = await api.person({ timeZone: 'Europe/Berlin' });
  for (const day of [0, 1, 2, 5, 6]) await play(me, day * DAY, 60, { timeZone: 'Europe/Berlin' });
  const at = async (day: number) => {
    api.setNow(new Date(T0 + day * DAY * 1000));
    const { streakDays, longestStreakDays } = await metrics(me, 'streakDays longestStreakDays');
    return [streakDays, longestStreakDays];
  };
  assert.deepEqual(await at(6), [2, 3]);
  assert.deepEqual(await at(7), [2, 3], 'today is still to come');
  assert.deepEqual(await at(8), [0, 3]);
  // Midnight is the one of the person's zone: 22:30 UTC is the next day in Berlin.
  api.setNow(new Date(T0 + (7 * DAY + 12.5 * 3600) * 1000));
  assert.equal((await metrics(me, 'streakDays')).streakDays, 0);
  assert.deepEqual(await metrics(await api.person(), 'streakDays longestStreakDays days { day } goalDays'), {
    streakDays: 0,
    longestStreakDays: 0,
    days: [],
    goalDays: 0,
  });
});

test('totals, averages and the goal', async () => {
  const me = await api.person({ timeZone: 'UTC' });
  await database.preferences.update({ where: { userId: me.userId }, data: { dailyGoalMinutes: 5 } });
  await play(me, 0, 100, { rating: { stars: 2, moodBefore: 5, moodAfter: 6 } });
  await play(me, 1000, 200, { rating: { stars: 5 } });
  await play(me, DAY, 299, { rating: { sleepinessBefore: 8, sleepinessAfter: 1 } });
  const found = await metrics(
    me,
    `goalSeconds goalDays days { day sessions seconds averageStars moodChange }
     totals { sessions completed seconds averageStars moodChange focusChange sleepinessChange bandSeconds { alpha beta } }`,
  );
  assert.deepEqual(found.days, [
    { day: '2026-05-10', sessions: 2, seconds: 300, averageStars: 3.5, moodChange: 1 },
    { day: '2026-05-11', sessions: 1, seconds: 299, averageStars: null, moodChange: null },
  ]);
  assert.deepEqual([found.goalSeconds, found.goalDays], [300, 1]);
  const { bandSeconds, ...totals } = found.totals;
  assert.deepEqual(totals, {
    sessions: 3,
    completed: 0,
    seconds: 599,
    averageStars: 3.5,
    moodChange: 1,
    focusChange: null,
    sleepinessChange: -7,
  });
  assert.ok(Math.abs(bandSeconds.alpha + bandSeconds.beta - 599) < 0.01);
  assert.deepEqual((await metrics(me, 'days { day }', '2026-05-11', '2026-05-11')).days, [{ day: '2026-05-11' }]);
});

test('comparison with the control: means with intervals, none for fewer than three', async () => {
  const me = await api.person();
  for (const [index, stars] of [3, 4, 5, 4].entries())
    await play(me, index * 1000, 60, { rating: { stars, focusBefore: 2, focusAfter: 2 + stars } });
  for (const [index, stars] of [1, 2, 3].entries()) {
    await play(me, (10 + index) * 1000, 60, { slug: 'energy-control', rating: { stars } });
  }
  await play(me, 20_000, 60, { slug: 'focus', rating: { stars: 1 } });
  const { comparisons } = await metrics(
    me,
    'comparisons { protocol { slug } scale sessions mean low high control { sessions mean low high } }',
  );
  const of = (slug: string, scale: string) =>
    comparisons.find((one: Data) => one.protocol.slug === slug && one.scale === scale);
  const energy = of('energy', 'STARS');
  // R: t.test(c(3, 4, 5, 4)): 2.700772 to 5.299228; t.test(c(1, 2, 3)): -0.484138 to 4.484138
  assert.deepEqual([energy.sessions, energy.mean], [4, 4]);
  assert.ok(Math.abs(energy.low - 2.700772) < 1e-3 && Math.abs(energy.high - 5.299228) < 1e-3, JSON.stringify(energy));
  assert.deepEqual([energy.control.sessions, energy.control.mean], [3, 2]);
  assert.ok(Math.abs(energy.control.low + 0.484138) < 1e-3);
  assert.equal(of('energy', 'FOCUS').mean, 4);
  assert.equal(of('energy', 'FOCUS').control, null);
  assert.equal(of('energy', 'MOOD'), undefined);
  assert.deepEqual(of('focus', 'STARS'), {
    protocol: { slug: 'focus' },
    scale: 'STARS',
    sessions: 1,
    mean: 1,
    low: null,
    high: null,
    control: null,
  });
  assert.deepEqual((await metrics(me, 'comparisons { sessions }', '2026-06-01', '2026-06-02')).comparisons, []);
  const few = await api.statements(() =>
    metrics(
      me,
      'comparisons { protocol { slug author { displayName } control { slug } } mean } days { day } streakDays totals { seconds }',
    ),
  );
  await play(me, 30_000, 60, { slug: 'study', rating: { stars: 1 } });
  const more = await api.statements(() =>
    metrics(
      me,
      'comparisons { protocol { slug author { displayName } control { slug } } mean } days { day } streakDays totals { seconds }',
    ),
  );
  assert.equal(more.length, few.length);
});

test('a span that is none is refused', async () => {
  const me = await api.person();
  await assert.rejects(metrics(me, 'streakDays', '2026-05-02', '2026-05-01'), /must not be before/);
  await assert.rejects(metrics(me, 'streakDays', '2010-01-01', '2026-05-01'), /At most/);
});

test('followers of the metrics get today, then each day that changes', async () => {
  const me = await api.person();
  api.setNow(new Date(T0));
  const changes = await api.follow(me, 'subscription { metricsChanged { day sessions seconds averageStars } }');
  assert.ok(Symbol.asyncIterator in changes);
  const next = async () =>
    ((await (changes as AsyncGenerator<ExecutionResult>).next()).value as Data).data.metricsChanged as Data;
  assert.deepEqual({ ...(await next()) }, { day: '2026-05-10', sessions: 0, seconds: 0, averageStars: null });
  // 23:59 to 00:01.
  await play(me, 14 * 3600 - 60, 120, { rating: { stars: 3 } });
  const seen = [await next(), await next(), await next()].map((one) => ({ ...one }));
  assert.deepEqual(seen.slice(1), [
    { day: '2026-05-11', sessions: 0, seconds: 60, averageStars: null },
    { day: '2026-05-10', sessions: 1, seconds: 60, averageStars: 3 },
  ]);
  assert.equal(seen[0]?.day, '2026-05-10');
  await (changes as AsyncGenerator).return(undefined);
});

async function download(
  viewer: Viewer,
  path: string,
): Promise<{ status: number; type: string; text: string; chunks: number }> {
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '', 'http://localhost');
    exportRecord(api.context(viewer), viewer, url.pathname, url.searchParams, response).then((found) => {
      if (!found) response.writeHead(404).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  try {
    return await new Promise((resolve, reject) => {
      get({ port, path, host: '127.0.0.1' }, (response) => {
        let text = '';
        let chunks = 0;
        response.setEncoding('utf8');
        response.on('data', (part) => {
          text += part;
          chunks++;
        });
        response.on('end', () =>
          resolve({ status: response.statusCode ?? 0, type: String(response.headers['content-type']), text, chunks }),
        );
        response.on('error', reject);
      });
    });
  } finally {
    server.close();
  }
}

test('the record as CSV, JSON and BIDS says what the database says', async () => {
  const me = await api.person();
  const first = await play(me, 0, 100, { rating: { stars: 4, comment: '=HYPERLINK("x"), "quoted"\nline' } });
  const second = await play(me, 1000, 50, { slug: 'energy-control' });
  await play(await api.person(), 0, 10);

  const csv = await download(me, '/export/sessions.csv');
  assert.equal(csv.type, 'text/csv; charset=utf-8');
  const [head, ...lines] = csv.text.split('\r\n');
  const columns = (head as string).split(',');
  assert.equal(lines.length, 3, 'two sessions and the end');
  const cells = (lines[1] as string).split(',');
  assert.equal(cells[columns.indexOf('session_id')], second);
  assert.equal(cells[columns.indexOf('control_of')], 'energy');
  assert.equal(cells[columns.indexOf('played_seconds')], '50');
  assert.ok(lines[0]?.startsWith(`${first},energy,`));
  assert.ok(lines[0]?.endsWith(`,"'=HYPERLINK(""x""), ""quoted""\nline"`), lines[0]);

  const days = await download(me, '/export/days.csv');
  assert.match(days.text, /\r\n2026-05-10,2,0,150,/);

  const { sessions } = JSON.parse((await download(me, '/export/sessions.json')).text);
  assert.deepEqual(
    sessions.map((one: Data) => one.id),
    [first, second],
  );
  assert.equal(sessions[0].rating.stars, 4);
  assert.deepEqual(
    sessions[1].events.map((event: Data) => event.kind),
    ['STARTED', 'STOPPED'],
  );
  assert.ok(!JSON.stringify(sessions).includes(me.userId));

  const events = await download(me, '/export/events.tsv');
  const table = events.text
    .trimEnd()
    .split('\n')
    .map((line) => line.split('\t'));
  const sidecar = JSON.parse((await download(me, '/export/events.json')).text);
  const [names, ...rows] = table as [string[], ...string[][]];
  assert.deepEqual(names.slice(0, 3), ['onset', 'duration', 'trial_type'], 'as BIDS wants them');
  for (const name of names) assert.ok(sidecar[name]?.Description, `${name} is described`);
  assert.deepEqual(
    rows.map((row) => [...row.slice(0, 3), row[names.indexOf('control_of')]]),
    [
      ['0', '100', 'started', 'n/a'],
      ['100', '0', 'stopped', 'n/a'],
      ['1000', '50', 'started', 'energy'],
      ['1050', '0', 'stopped', 'energy'],
    ],
  );
  for (const row of rows) assert.equal(row.length, names.length);

  assert.equal((await download(me, '/export/sessions.csv?from=2026-05-11')).text.split('\r\n').length, 2);
  assert.equal((await download(me, '/export/sessions.csv?from=yesterday')).status, 400);
  assert.equal((await download(me, '/export/nothing.csv')).status, 404);
  assert.equal((await download(me, '/export/__proto__')).status, 404);
  assert.equal(exportPaths.length, 5);
});

test('a record of 1,000 sessions is sent in parts, each session once', async () => {
  const me = await api.person();
  await database.$executeRaw`
    INSERT INTO sessions (id, user_id, protocol_id, revision_id, state, version, time_zone, started_at, ended_at,
      position_seconds, position_at, played_seconds, player_device_id)
    SELECT gen_random_uuid(), ${me.userId}::uuid, p.id, p.current_revision_id, 'STOPPED', 1, 'UTC',
      timestamptz '2026-01-01' + (n / 3) * interval '1 hour', timestamptz '2026-02-20', 0, timestamptz '2026-02-20', 1, gen_random_uuid()
    FROM generate_series(1, 1000) n, protocols p WHERE p.slug = 'energy'`;
  const { text, chunks } = await download(me, '/export/sessions.csv');
  const ids = text
    .trimEnd()
    .split('\r\n')
    .slice(1)
    .map((line) => line.split(',')[0]);
  assert.equal(ids.length, 1000);
  assert.equal(new Set(ids).size, 1000);
  assert.ok(chunks > 1);
  assert.equal(JSON.parse((await download(me, '/export/sessions.json')).text).sessions.length, 1000);
});
