import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { afterAll, test } from 'vitest';
import { protocolId } from '../../../prisma/library/ids.ts';
import { presentRevisionId } from '../../../prisma/library/library.ts';
import { encodeNodeId } from '../schema/node-id.ts';
import type { Viewer } from '../schema/viewer.ts';
import { type Asker, type Data, useSchema } from '../testing/ask.ts';
import { expireSessions } from './expire.ts';
import { handOverRecord } from './hand-over.ts';

const api: Asker = await useSchema();
afterAll(() => api.close());
const database = api.backend.database.prisma;

/** A built-in of 750 s whose beat goes 12–15–18–20–18–15–14 Hz. */
const SLUG = 'energy';
const TOTAL = 750;
const REVISION = encodeNodeId('Revision', presentRevisionId(SLUG));
const PROTOCOL = protocolId(SLUG);
const DEVICE = randomUUID();
/** The moment that every test calls second 0: noon in Berlin. */
const T0 = Date.UTC(2026, 4, 10, 10);
const moment = (seconds: number) => new Date(T0 + seconds * 1000).toISOString();

const SESSION = `session { id uuid state version positionSeconds positionAt playedSeconds volume scene endedAt
  playerDevice { id name } } userErrors { field code message }`;

async function mutate(viewer: Viewer | null, name: string, input: object, fields = SESSION): Promise<Data> {
  const type = `${name.charAt(0).toUpperCase()}${name.slice(1)}Input`;
  const data = await api.ask(viewer, `mutation ($input: ${type}!) { ${name}(input: $input) { ${fields} } }`, { input });
  return data[name];
}

async function start(viewer: Viewer, id = randomUUID(), more: object = {}): Promise<string> {
  api.setNow(new Date(T0));
  const { session, userErrors } = await mutate(viewer, 'startSession', {
    id,
    eventId: randomUUID(),
    revision: REVISION,
    occurredAt: moment(0),
    timeZone: 'Europe/Berlin',
    deviceId: DEVICE,
    deviceName: 'Laptop',
    volume: 0.4,
    scene: 'aurora',
    ...more,
  });
  assert.deepEqual(userErrors, []);
  assert.equal(session.version, 1);
  return id;
}

function act(
  viewer: Viewer,
  name: string,
  id: string,
  version: number,
  seconds: number,
  more: object = {},
): Promise<Data> {
  api.setNow(new Date(T0 + seconds * 1000));
  return mutate(viewer, name, {
    session: encodeNodeId('Session', id),
    eventId: randomUUID(),
    expectedVersion: version,
    occurredAt: moment(seconds),
    deviceId: DEVICE,
    ...more,
  });
}

const line = (kind: string, seconds: number, positionSeconds: number, more: object = {}) => ({
  id: randomUUID(),
  kind,
  occurredAt: moment(seconds),
  positionSeconds,
  ...more,
});

function record(viewer: Viewer, id: string, events: object[], more: object = {}): Promise<Data> {
  return mutate(viewer, 'recordSession', {
    id,
    revision: REVISION,
    timeZone: 'Europe/Berlin',
    deviceId: DEVICE,
    deviceName: 'Phone',
    events,
    ...more,
  });
}

const day = async (viewer: Viewer, date: string) =>
  database.dailyMetric.findUnique({ where: { userId_day: { userId: viewer.userId, day: new Date(date) } } });
const protocolRow = () => database.protocol.findUniqueOrThrow({ where: { id: PROTOCOL } });
const close = (actual: number | undefined, expected: number) =>
  assert.ok(Math.abs((actual ?? Number.NaN) - expected) < 0.002, `${actual} is not ${expected}`);

test('a whole session leaves its rows: session, log, days, metrics, counts', async () => {
  const me = await api.person();
  const before = await protocolRow();
  const id = await start(me);
  assert.equal((await act(me, 'pauseSession', id, 1, 100, { positionSeconds: 99.8 })).session.playedSeconds, 99.8);
  assert.equal((await act(me, 'resumeSession', id, 2, 160)).session.state, 'ACTIVE');
  assert.equal((await act(me, 'changeSessionVolume', id, 3, 170, { volume: 0.7 })).session.volume, 0.7);
  assert.equal((await act(me, 'changeSessionScene', id, 4, 171, { scene: 'tunnel' })).session.scene, 'tunnel');
  assert.equal((await act(me, 'seekSession', id, 5, 180, { positionSeconds: 700 })).session.positionSeconds, 700);
  const done = await act(me, 'completeSession', id, 6, 230, { positionSeconds: 750 });
  assert.deepEqual(done.userErrors, []);
  assert.equal(done.session.state, 'COMPLETED');
  assert.equal(done.session.endedAt, moment(230));
  close(done.session.playedSeconds, 99.8 + 20 + 50);

  const events = await database.sessionEvent.findMany({ where: { sessionId: id }, orderBy: { sequence: 'asc' } });
  assert.deepEqual(
    events.map((event) => [event.sequence, event.kind]),
    [
      [1, 'STARTED'],
      [2, 'PAUSED'],
      [3, 'RESUMED'],
      [4, 'VOLUME_CHANGED'],
      [5, 'SCENE_CHANGED'],
      [6, 'SEEKED'],
      [7, 'COMPLETED'],
    ],
  );
  const metric = await day(me, '2026-05-10');
  assert.equal(metric?.sessions, 1);
  assert.equal(metric?.completed, 1);
  close(metric?.seconds, 169.8);
  // 12 Hz rises to 15 within the first 125 s: alpha up to 13 Hz at 41.67 s, beta from there on.
  close(metric?.alphaSeconds, 125 / 3);
  close(metric?.betaSeconds, 169.8 - 125 / 3);
  const [own] = await database.sessionDay.findMany({ where: { sessionId: id } });
  close(own?.seconds, 169.8);
  assert.equal((await protocolRow()).sessionCount, before.sessionCount + 1);
});

test('the same event twice is one event, and answered both times', async () => {
  const me = await api.person();
  const id = randomUUID();
  const eventId = randomUUID();
  await start(me, id, { eventId });
  await start(me, id, { eventId });
  const pause = randomUUID();
  const first = await act(me, 'pauseSession', id, 1, 50, { eventId: pause });
  const second = await act(me, 'pauseSession', id, 1, 50, { eventId: pause });
  assert.deepEqual(second, first);
  assert.equal(await database.sessionEvent.count({ where: { sessionId: id } }), 2);
  close((await day(me, '2026-05-10'))?.seconds, 50);
  // Another event id does not bring the same session to life again.
  api.setNow(new Date(T0));
  const other = await mutate(me, 'startSession', {
    id,
    eventId: randomUUID(),
    revision: REVISION,
    occurredAt: moment(0),
    timeZone: 'UTC',
    deviceId: DEVICE,
  });
  assert.equal(other.userErrors[0].code, 'TAKEN');
});

test('20 at once with the same event id: one row', async () => {
  const me = await api.person();
  const id = randomUUID();
  const eventId = randomUUID();
  await Promise.all(Array.from({ length: 20 }, () => start(me, id, { eventId })));
  assert.equal(await database.session.count({ where: { userId: me.userId } }), 1);
  assert.equal((await day(me, '2026-05-10'))?.sessions, 1);
  const pause = randomUUID();
  const answers = await Promise.all(
    Array.from({ length: 20 }, () => act(me, 'pauseSession', id, 1, 50, { eventId: pause })),
  );
  for (const answer of answers) {
    assert.deepEqual(answer.userErrors, []);
    assert.equal(answer.session.version, 2);
  }
  assert.equal(await database.sessionEvent.count({ where: { sessionId: id } }), 2);
  const log = [line('STARTED', 0, 0), line('STOPPED', 30, 30)];
  const recorded = randomUUID();
  await Promise.all(Array.from({ length: 20 }, () => record(me, recorded, log)));
  assert.equal(await database.sessionEvent.count({ where: { sessionId: recorded } }), 2);
  assert.equal((await day(me, '2026-05-10'))?.sessions, 2);
  close((await day(me, '2026-05-10'))?.seconds, 80);
});

test('of 20 different acts at once on the same version one wins, the others see its result', async () => {
  const me = await api.person();
  const id = await start(me);
  const answers = await Promise.all(Array.from({ length: 20 }, () => act(me, 'pauseSession', id, 1, 50)));
  const lost = answers.filter((answer) => answer.userErrors.length > 0);
  assert.equal(lost.length, 19);
  for (const answer of lost) {
    assert.equal(answer.userErrors[0].code, 'CONFLICT');
    assert.equal(answer.session.version, 2);
    assert.equal(answer.session.state, 'PAUSED');
  }
});

test('a stale version answers with the present state and changes nothing', async () => {
  const me = await api.person();
  const id = await start(me);
  await act(me, 'pauseSession', id, 1, 50);
  const stale = await act(me, 'stopSession', id, 1, 60);
  assert.deepEqual(stale.userErrors[0].field, ['expectedVersion']);
  assert.equal(stale.session.state, 'PAUSED');
  assert.equal((await database.session.findUnique({ where: { id } }))?.state, 'PAUSED');
});

test("other people's sessions answer exactly as those that do not exist", async () => {
  const me = await api.person();
  const other = await api.person();
  const id = await start(me);
  const nobodys = randomUUID();
  const eventId = randomUUID();
  const same = async (work: (id: string) => Promise<Data>) => {
    const [theirs, missing] = [await work(id), await work(nobodys)];
    const text = (value: Data) => JSON.stringify(value).replaceAll(id, 'ID').replaceAll(nobodys, 'ID');
    assert.equal(text(theirs), text(missing));
    return theirs;
  };
  for (const name of ['pauseSession', 'resumeSession', 'completeSession', 'stopSession', 'takeOverSession']) {
    const answer = await same((session) => act(other, name, session, 1, 10, { eventId }));
    assert.equal(answer.userErrors[0].code, 'NOT_FOUND');
    assert.equal(answer.session, null);
  }
  await same((session) => act(other, 'seekSession', session, 1, 10, { eventId, positionSeconds: 5 }));
  await same((session) => mutate(other, 'rateSession', { session: encodeNodeId('Session', session), stars: 1 }));
  await same((session) => api.ask(other, '{ node(id: "ID") { id } }'.replace('ID', encodeNodeId('Session', session))));
  // Its id cannot be taken either.
  const taken = await record(other, id, [line('STARTED', 0, 0)]);
  assert.equal(taken.userErrors[0].code, 'TAKEN');
  assert.equal(taken.session, null);
  assert.equal((await database.session.findUnique({ where: { id } }))?.userId, me.userId);
  // Nor one of its events.
  const event = await database.sessionEvent.findFirstOrThrow({ where: { sessionId: id } });
  const mine = await start(other);
  assert.equal((await act(other, 'pauseSession', mine, 1, 10, { eventId: event.id })).userErrors[0].code, 'TAKEN');
  assert.equal(
    (await record(other, randomUUID(), [{ ...line('STARTED', 0, 0), id: event.id }])).userErrors[0].code,
    'TAKEN',
  );
  assert.equal(await database.session.count({ where: { userId: other.userId } }), 1);
});

test("another's draft cannot be played, recorded or made a group of, whether its program is in memory or not", async () => {
  const author = await api.person({ email: 'author.of.a.draft@example.org' });
  const reader = await api.person();
  const { createProtocol } = await api.ask(
    author,
    'mutation ($input: CreateProtocolInput!) { createProtocol(input: $input) { protocol { id revision { id } } userErrors { message } } }',
    {
      input: {
        title: 'Mine alone',
        summary: 'Not done yet.',
        description: '',
        category: 'RELAXATION',
        tags: [],
        program: {
          durationSeconds: 60,
          voices: [{ kind: 'BINAURAL', keyframes: [{ at: 0, carrier: 200, beat: 10, level: 0.5 }] }],
        },
      },
    },
  );
  const revision = createProtocol.protocol.revision.id;
  const refused = async () => {
    const id = randomUUID();
    api.setNow(new Date(T0));
    const event = {
      eventId: randomUUID(),
      occurredAt: moment(0),
      timeZone: 'UTC',
      deviceId: DEVICE,
      deviceName: 'Laptop',
    };
    const started = await mutate(reader, 'startSession', { id, revision, ...event });
    assert.deepEqual([started.session, started.userErrors[0].code], [null, 'NOT_FOUND']);
    const recorded = await record(reader, id, [line('STARTED', 0, 0)], { revision });
    assert.deepEqual([recorded.session, recorded.userErrors[0].code], [null, 'NOT_FOUND']);
    const grouped = await mutate(
      reader,
      'createGroup',
      { revision, name: 'Reader' },
      'group { id } userErrors { code }',
    );
    assert.deepEqual([grouped.group, grouped.userErrors[0].code], [null, 'NOT_FOUND']);
    assert.equal(await database.session.count({ where: { userId: reader.userId } }), 0);
  };
  await refused();
  await start(author, randomUUID(), { revision });
  await refused();
  // As soon as others may read it they may play it, and no longer when an administrator has hidden it.
  const id = Buffer.from(createProtocol.protocol.id, 'base64').toString().split(':')[1] as string;
  await database.protocol.update({ where: { id }, data: { visibility: 'UNLISTED', hiddenAt: new Date() } });
  await refused();
  await database.protocol.update({ where: { id }, data: { hiddenAt: null } });
  await start(reader, randomUUID(), { revision });
});

test('nothing without a token', async () => {
  await assert.rejects(
    mutate(null, 'recordSession', {
      id: randomUUID(),
      revision: REVISION,
      timeZone: 'UTC',
      deviceId: DEVICE,
      events: [line('STARTED', 0, 0)],
    }),
    /Sign in/,
  );
});

test('a log sent line by line, again and overlapping, makes the session once, with the true times', async () => {
  const me = await api.person();
  const id = randomUUID();
  const log = [
    line('STARTED', 0, 0, { volume: 0.3, scene: 'aurora' }),
    line('PAUSED', 60, 59.9),
    line('RESUMED', 90, 59.9),
    line('VOLUME_CHANGED', 100, 69.8, { volume: 0.6 }),
    line('STOPPED', 120, 89.7),
  ];
  api.setNow(new Date(T0 + 86_400_000));
  await record(me, id, log.slice(0, 1));
  await record(me, id, log.slice(0, 3));
  await record(me, id, log.slice(1, 3));
  const { session } = await record(me, id, log);
  assert.equal(session.state, 'STOPPED');
  assert.equal(session.version, 5);
  assert.equal(session.endedAt, moment(120));
  assert.equal(session.volume, 0.6);
  assert.equal(session.playerDevice.name, 'Phone');
  close(session.playedSeconds, 59.9 + 29.8);
  const again = await record(me, id, log);
  assert.deepEqual(again.session, session);
  assert.equal(await database.sessionEvent.count({ where: { sessionId: id } }), 5);
  const metric = await day(me, '2026-05-10');
  assert.equal(metric?.sessions, 1);
  close(metric?.seconds, 89.7);
});

test('a log that arrives after other devices acted is put where it happened, and the day is corrected', async () => {
  const me = await api.person();
  const id = await start(me);
  // The player loses its network; another device stops the session at 100 s.
  await act(me, 'stopSession', id, 1, 100, { deviceId: randomUUID() });
  close((await day(me, '2026-05-10'))?.seconds, 100);
  // The player had not heard of it.
  api.setNow(new Date(T0 + 800_000));
  const { session } = await record(me, id, [
    line('VOLUME_CHANGED', 40, 40, { volume: 0.9 }),
    line('COMPLETED', 750, 750),
  ]);
  assert.equal(session.state, 'COMPLETED');
  assert.equal(session.version, 4);
  close(session.playedSeconds, 750);
  const metric = await day(me, '2026-05-10');
  close(metric?.seconds, 750);
  assert.equal(metric?.completed, 1);
  assert.equal(metric?.sessions, 1);
});

test('a session across midnight counts on both days of its own zone, and begins on the first', async () => {
  const me = await api.person();
  const id = randomUUID();
  // 23:55 in Berlin.
  const evening = 11 * 3600 + 55 * 60;
  api.setNow(new Date(T0 + 86_400_000));
  await record(me, id, [line('STARTED', evening, 0), line('COMPLETED', evening + 750, 750)]);
  close((await day(me, '2026-05-10'))?.seconds, 300);
  close((await day(me, '2026-05-11'))?.seconds, 450);
  assert.equal((await day(me, '2026-05-10'))?.sessions, 1);
  assert.equal((await day(me, '2026-05-10'))?.completed, 1);
  assert.equal((await day(me, '2026-05-11'))?.sessions, 0);
  // The same hours in another zone are another day: who travels has days of both zones.
  await record(me, randomUUID(), [line('STARTED', evening, 0), line('COMPLETED', evening + 750, 750)], {
    timeZone: 'Asia/Tokyo',
  });
  close((await day(me, '2026-05-11'))?.seconds, 450 + 750);
  assert.equal((await day(me, '2026-05-11'))?.sessions, 1);
});

test('logs that cannot be are refused with their place, and nothing is kept of them', async () => {
  const me = await api.person();
  const id = randomUUID();
  api.setNow(new Date(T0 + 1_000_000));
  const cases: [object[], object, string, string[]][] = [
    [[line('PAUSED', 0, 0)], {}, 'INVALID', ['events', '0', 'kind']],
    [[line('STARTED', 10, 0), line('PAUSED', 9, 0)], {}, 'INVALID', ['events', '1', 'occurredAt']],
    [[line('STARTED', 0, 0), line('EXPIRED', 9, 0)], {}, 'INVALID', ['events', '1', 'kind']],
    [[line('STARTED', 1_400, 0)], {}, 'OUT_OF_RANGE', ['events', '0', 'occurredAt']],
    [[line('STARTED', -401 * 86_400, 0)], {}, 'OUT_OF_RANGE', ['events', '0', 'occurredAt']],
    [[line('STARTED', 0, 751)], {}, 'OUT_OF_RANGE', ['events', '0', 'positionSeconds']],
    [[line('STARTED', 0, 0), line('COMPLETED', 10, 10)], {}, 'OUT_OF_RANGE', ['events', '1', 'positionSeconds']],
    [[], {}, 'TOO_SHORT', ['events']],
    [[line('STARTED', 0, -1)], {}, 'OUT_OF_RANGE', ['events', '0', 'positionSeconds']],
    [[line('STARTED', 0, 0)], { timeZone: 'Mars/Olympus' }, 'INVALID', ['timeZone']],
    [[line('STARTED', 0, 0)], { revision: encodeNodeId('Revision', randomUUID()) }, 'NOT_FOUND', ['revision']],
    [[line('STARTED', 0, 0)], { revision: encodeNodeId('Protocol', PROTOCOL) }, 'NOT_FOUND', ['revision']],
    [[line('STARTED', 0, 0)], { deviceName: 'x'.repeat(101) }, 'TOO_LONG', ['deviceName']],
    [[line('STARTED', 0, 0, { scene: 'a\u0000b' })], {}, 'INVALID', ['events', '0', 'scene']],
  ];
  for (const [events, more, code, field] of cases) {
    const answer = await record(me, id, events, more);
    assert.equal(answer.session, null);
    assert.deepEqual([answer.userErrors[0]?.code, answer.userErrors[0]?.field], [code, field], JSON.stringify(answer));
  }
  const twice = line('STARTED', 0, 0);
  assert.deepEqual((await record(me, id, [twice, twice])).userErrors[0].field, ['events', '1', 'id']);
  assert.equal(await database.session.count({ where: { userId: me.userId } }), 0);
  assert.equal(await database.dailyMetric.count({ where: { userId: me.userId } }), 0);
});

test('an abandoned session expires, counts what is sure, and its late log counts the rest', async () => {
  const me = await api.person();
  const id = await start(me);
  await act(me, 'changeSessionVolume', id, 1, 100, { volume: 0.5 });
  const end = T0 + (TOTAL + 900) * 1000;
  assert.deepEqual(
    (await expireSessions(database, new Date(end - 1))).filter((one) => one.session.id === id),
    [],
  );
  const both = await Promise.all([expireSessions(database, new Date(end)), expireSessions(database, new Date(end))]);
  assert.equal(both.flat().filter((one) => one.session.id === id).length, 1);
  const row = await database.session.findUniqueOrThrow({ where: { id } });
  assert.equal(row.state, 'EXPIRED');
  assert.equal(row.version, 3);
  close((await day(me, '2026-05-10'))?.seconds, 100);
  const conflict = await act(me, 'pauseSession', id, 3, 1_700);
  assert.equal(conflict.userErrors[0].code, 'CONFLICT');
  assert.equal(conflict.session.state, 'EXPIRED');
  const { session } = await record(me, id, [line('COMPLETED', 750, 750)]);
  assert.equal(session.state, 'COMPLETED');
  assert.equal(session.version, 4);
  close((await day(me, '2026-05-10'))?.seconds, 750);
  assert.equal((await day(me, '2026-05-10'))?.completed, 1);
});

test('a session on a device whose clock is a day behind does not expire while it plays', async () => {
  const me = await api.person();
  const DAY = 86_400;
  const id = await start(me, randomUUID(), { occurredAt: moment(-DAY) });
  const expired = async (seconds: number) =>
    (await expireSessions(database, new Date(T0 + seconds * 1000))).some((one) => one.session.id === id);
  assert.equal(await expired(60), false);
  api.setNow(new Date(T0 + 100_000));
  assert.deepEqual(await api.ask(me, '{ viewer { liveSession { uuid } } }'), { viewer: { liveSession: { uuid: id } } });
  const changed = await mutate(me, 'changeSessionVolume', {
    ...{ session: encodeNodeId('Session', id), eventId: randomUUID(), expectedVersion: 1, deviceId: DEVICE },
    ...{ occurredAt: moment(100 - DAY), volume: 0.5 },
  });
  assert.deepEqual(changed.userErrors, []);
  assert.equal(await expired(TOTAL + 900 - 1), false);
  assert.equal(await expired(TOTAL + 900), true);
});

test('taking over moves the sound to another device, at the same place', async () => {
  const me = await api.person();
  const id = await start(me);
  const phone = randomUUID();
  const taken = await act(me, 'takeOverSession', id, 1, 60, { deviceId: phone, deviceName: 'Phone' });
  assert.deepEqual(taken.session.playerDevice, { id: phone, name: 'Phone' });
  assert.equal(taken.session.positionSeconds, 60);
  assert.equal(taken.session.state, 'ACTIVE');
});

test('one rating a session; changing it keeps the day and the protocol exact', async () => {
  const me = await api.person();
  const id = await start(me);
  await act(me, 'stopSession', id, 1, 100);
  const before = await protocolRow();
  const rate = (values: object) =>
    mutate(
      me,
      'rateSession',
      { session: encodeNodeId('Session', id), ...values },
      'session { rating { stars moodBefore moodAfter comment } } userErrors { code field }',
    );
  await rate({ moodBefore: 3, calmBefore: 5 });
  assert.equal((await day(me, '2026-05-10'))?.moodChangeCount, 0);
  assert.equal((await protocolRow()).ratingCount, before.ratingCount);
  await rate({ stars: 5, moodAfter: 7, comment: '  good\r\nfor me ' });
  let metric = await day(me, '2026-05-10');
  assert.deepEqual(
    [metric?.starsCount, metric?.starsSum, metric?.moodChangeCount, metric?.moodChangeSum],
    [1, 5, 1, 4],
  );
  const rated = await rate({ stars: 2, moodAfter: 1 });
  assert.deepEqual(rated.session.rating, { stars: 2, moodBefore: 3, moodAfter: 1, comment: 'good\nfor me' });
  metric = await day(me, '2026-05-10');
  assert.deepEqual([metric?.starsCount, metric?.starsSum, metric?.moodChangeSum], [1, 2, -2]);
  let protocol = await protocolRow();
  assert.equal(protocol.ratingCount, before.ratingCount + 1);
  assert.equal(protocol.ratingSum, before.ratingSum + 2);
  assert.equal(protocol.ratingAverage, (before.ratingSum + 2) / (before.ratingCount + 1));
  await rate({ stars: null, moodAfter: null });
  metric = await day(me, '2026-05-10');
  assert.deepEqual(
    [metric?.starsCount, metric?.starsSum, metric?.moodChangeCount, metric?.moodChangeSum],
    [0, 0, 0, 0],
  );
  protocol = await protocolRow();
  assert.equal(protocol.ratingCount, before.ratingCount);
  assert.equal(protocol.ratingSum, before.ratingSum);
  for (const [values, field] of [
    [{ stars: 0 }, 'stars'],
    [{ stars: 6 }, 'stars'],
    [{ calmAfter: 11 }, 'calmAfter'],
    [{ focusBefore: -1 }, 'focusBefore'],
  ] as const) {
    assert.deepEqual((await rate(values)).userErrors, [{ code: 'OUT_OF_RANGE', field: [field] }]);
  }
  assert.equal((await rate({ comment: 'x'.repeat(2001) })).userErrors[0].code, 'TOO_LONG');
  assert.equal(await database.rating.count({ where: { sessionId: id } }), 1);
});

test('20 ratings at once leave one row and one count', async () => {
  const me = await api.person();
  const before = await protocolRow();
  const id = await start(me);
  await act(me, 'stopSession', id, 1, 100);
  await Promise.all(
    Array.from({ length: 20 }, (_, index) =>
      mutate(me, 'rateSession', { session: encodeNodeId('Session', id), stars: 1 + (index % 5) }),
    ),
  );
  const rating = await database.rating.findUniqueOrThrow({ where: { sessionId: id } });
  const metric = await day(me, '2026-05-10');
  assert.deepEqual([metric?.starsCount, metric?.starsSum], [1, rating.stars]);
  const protocol = await protocolRow();
  assert.deepEqual(
    [protocol.ratingCount, protocol.ratingSum],
    [before.ratingCount + 1, before.ratingSum + (rating.stars ?? 0)],
  );
});

test("a guest's record goes to the account once, days added up", async () => {
  const guest = await api.person();
  const account = await api.person({ email: 'hand@over.example' });
  for (const one of [guest, account]) {
    const id = await start(one);
    await act(one, 'stopSession', id, 1, 100);
    await mutate(one, 'rateSession', { session: encodeNodeId('Session', id), stars: 4, calmBefore: 1, calmAfter: 3 });
  }
  for (let turn = 0; turn < 2; turn++) {
    await database.$transaction((tx) => handOverRecord(tx, guest.userId, account.userId));
  }
  assert.equal(await database.session.count({ where: { userId: guest.userId } }), 0);
  assert.equal(await database.session.count({ where: { userId: account.userId } }), 2);
  assert.equal(await day(guest, '2026-05-10'), null);
  const metric = await day(account, '2026-05-10');
  assert.deepEqual([metric?.sessions, metric?.starsSum, metric?.calmChangeSum], [2, 8, 4]);
  close(metric?.seconds, 200);
});

test('the history is paged, filtered, and one more session is no more statements', async () => {
  const me = await api.person();
  for (let index = 0; index < 6; index++) {
    const id = randomUUID();
    api.setNow(new Date(T0 + 86_400_000));
    await record(me, id, [
      line('STARTED', index * 1000, 0),
      line(index % 2 ? 'STOPPED' : 'PAUSED', index * 1000 + 10, 10),
    ]);
  }
  const query = `query ($first: Int, $after: String, $filter: SessionFilter) { viewer { sessions(first: $first, after: $after, filter: $filter) {
    nodes { startedAt state protocol { slug author { displayName } } revision { number } rating { stars } events { nodes { kind } } }
    pageInfo { hasNextPage endCursor } } } }`;
  const seen: string[] = [];
  let after: string | null = null;
  do {
    const { viewer } = await api.ask(me, query, { first: 4, after });
    seen.push(...viewer.sessions.nodes.map((node: Data) => node.startedAt));
    after = viewer.sessions.pageInfo.hasNextPage ? viewer.sessions.pageInfo.endCursor : null;
  } while (after);
  assert.deepEqual(seen, [5000, 4000, 3000, 2000, 1000, 0].map(moment));
  const stopped = await api.ask(me, query, { filter: { states: ['STOPPED'], from: moment(2000), to: moment(5000) } });
  assert.deepEqual(
    stopped.viewer.sessions.nodes.map((node: Data) => node.startedAt),
    [moment(3000)],
  );
  const of = async (first: number) => (await api.statements(() => api.ask(me, query, { first }))).length;
  const [one, six] = [await of(1), await of(6)];
  assert.equal(six, one);
  // Who may read a revision stands in its protocol, which is one statement more than the revision itself.
  assert.ok(one <= 8, `${one} statements`);
});

test('the database itself refuses what cannot be', async () => {
  const me = await api.person();
  const id = await start(me);
  const refuses = (sql: string) => assert.rejects(database.$executeRawUnsafe(sql), /violates check constraint/, sql);
  await refuses(`UPDATE sessions SET volume = 1.1 WHERE id = '${id}'`);
  await refuses(`UPDATE sessions SET position_seconds = 'NaN' WHERE id = '${id}'`);
  await refuses(`UPDATE sessions SET played_seconds = -1 WHERE id = '${id}'`);
  await refuses(`UPDATE sessions SET state = 'STOPPED' WHERE id = '${id}'`);
  await refuses(`UPDATE session_events SET sequence = 0 WHERE session_id = '${id}'`);
  await refuses(`UPDATE daily_metrics SET completed = 5 WHERE user_id = '${me.userId}'`);
  await refuses(`INSERT INTO ratings (session_id, user_id, protocol_id, stars, updated_at)
    VALUES ('${id}', '${me.userId}', '${PROTOCOL}', 6, now())`);
  await refuses(`UPDATE protocols SET library_version = NULL WHERE id = '${PROTOCOL}'`);
});
