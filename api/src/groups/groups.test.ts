import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { type ExecutionResult, execute, parse } from 'graphql';
import { afterAll, test } from 'vitest';
import { presentRevisionId } from '../../../prisma/library/library.ts';
import { schema } from '../http/schema.ts';
import { createLocalBus } from '../platform/bus.ts';
import { encodeNodeId } from '../schema/node-id.ts';
import type { Viewer } from '../schema/viewer.ts';
import { type Data, useSchema } from '../testing/ask.ts';
import { newCode, readCode } from './code.ts';
import { coursePosition, LEAD_MILLISECONDS, steer } from './course.ts';
import { endIdleGroups, MAXIMUM_MEMBERS } from './groups.ts';
import { skeletonOf } from './names.ts';

// Limits of tries have tests of their own; here everybody may try as often as they like.
const bus = { ...createLocalBus(), take: async () => ({ allowed: true, retryAfterSeconds: 0 }) };
const api = await useSchema(bus);
afterAll(() => api.close());
const database = api.backend.database.prisma;

const TOTAL = 750;
const REVISION = encodeNodeId('Revision', presentRevisionId('energy'));
const T0 = Date.UTC(2026, 4, 10, 10);
const at = (seconds: number) => api.setNow(new Date(T0 + seconds * 1000));
const FIELDS = `group { id code state version locked positionSeconds positionAt memberCount spreadMilliseconds endedAt
  revision { id protocol { slug } } members { id name isHost present offsetMilliseconds } } userErrors { field code }`;

async function mutate(viewer: Viewer | null, name: string, input: object): Promise<Data> {
  const type = `${name.charAt(0).toUpperCase()}${name.slice(1)}Input`;
  return (await api.ask(viewer, `mutation ($input: ${type}!) { ${name}(input: $input) { ${FIELDS} } }`, { input }))[
    name
  ];
}

async function open(name = 'Ada'): Promise<{ host: Viewer; code: string; group: Data }> {
  at(0);
  const host = await api.person();
  const { group, userErrors } = await mutate(host, 'createGroup', { revision: REVISION, name });
  assert.deepEqual(userErrors, []);
  return { host, code: group.code, group };
}

async function join(code: string, name: string): Promise<Viewer> {
  const guest = await api.person();
  const { userErrors } = await mutate(guest, 'joinGroup', { code, name });
  assert.deepEqual(userErrors, []);
  return guest;
}

const control = (viewer: Viewer, code: string, action: string, expectedVersion: number, more: object = {}) =>
  mutate(viewer, 'controlGroup', { code, action, expectedVersion, eventId: randomUUID(), ...more });
const read = async (viewer: Viewer | null, code: string): Promise<Data> =>
  (await api.ask(viewer, `{ group(code: "${code}") { code state version members { id name isHost present } } }`)).group;
const names = (group: Data) => group.members.map((member: Data) => `${member.name}${member.isHost ? '*' : ''}`);

test('codes are six letters that cannot be mixed up, and are read as people type them', () => {
  const codes = Array.from({ length: 2_000 }, newCode);
  for (const code of codes) assert.match(code, /^[ABCDEFGHJKLMNPQRSTUVWXYZ]{6}$/);
  assert.ok(new Set(codes).size > 1_990);
  assert.equal(readCode(' abc-def '), 'ABCDEF');
  for (const typed of ['ABCDE', 'ABCDEFG', 'ABCDEI', 'ABCDE0', '', "ABCDE'", 'ÄBCDEF'])
    assert.equal(readCode(typed), null, typed);
});

test('the course: starts a moment ahead, holds, seeks, stops, begins anew after the end', () => {
  const course = { state: 'WAITING', positionSeconds: 0, positionAt: 0 } as const;
  const playing = steer(course, 'PLAY', null, 10_000, TOTAL);
  assert.deepEqual(playing, { state: 'PLAYING', positionSeconds: 0, positionAt: 10_000 + LEAD_MILLISECONDS });
  assert.ok(!('refusal' in playing));
  assert.equal(coursePosition(playing, 10_000), 0);
  assert.equal(coursePosition(playing, 31_000), 20);
  assert.deepEqual(steer(playing, 'PAUSE', null, 31_000, TOTAL), {
    state: 'PAUSED',
    positionSeconds: 20,
    positionAt: 31_000,
  });
  // Held before the start has come: nothing was played.
  assert.deepEqual(steer(playing, 'PAUSE', null, 10_500, TOTAL), {
    state: 'PAUSED',
    positionSeconds: 0,
    positionAt: 10_500,
  });
  assert.deepEqual(steer(playing, 'SEEK', 300, 31_000, TOTAL), {
    state: 'PLAYING',
    positionSeconds: 300,
    positionAt: 32_000,
  });
  assert.deepEqual(steer(playing, 'STOP', null, 31_000, TOTAL), {
    state: 'WAITING',
    positionSeconds: 0,
    positionAt: 31_000,
  });
  assert.ok('refusal' in steer(playing, 'PLAY', null, 31_000, TOTAL));
  assert.deepEqual(steer(playing, 'PLAY', null, 900_000, TOTAL), {
    state: 'PLAYING',
    positionSeconds: 0,
    positionAt: 901_000,
  });
  assert.ok('refusal' in steer(playing, 'SEEK', TOTAL + 1, 31_000, TOTAL));
  assert.ok('refusal' in steer(playing, 'SEEK', null, 31_000, TOTAL));
});

test('a start that lies ahead: waited for, begun at once, called off', () => {
  const course = { state: 'WAITING', positionSeconds: 0, positionAt: 0 } as const;
  const set = steer(course, 'PLAY', null, 10_000, TOTAL, 610_000);
  assert.deepEqual(set, { state: 'PLAYING', positionSeconds: 0, positionAt: 610_000 });
  assert.ok(!('refusal' in set));
  assert.equal(coursePosition(set, 609_000), 0);
  assert.equal(coursePosition(set, 630_000), 20);
  assert.deepEqual(steer(set, 'PLAY', null, 20_000, TOTAL), {
    state: 'PLAYING',
    positionSeconds: 0,
    positionAt: 20_000 + LEAD_MILLISECONDS,
  });
  assert.deepEqual(steer(set, 'PAUSE', null, 20_000, TOTAL), {
    state: 'PAUSED',
    positionSeconds: 0,
    positionAt: 20_000,
  });
  assert.ok('refusal' in steer(set, 'PLAY', null, 611_000, TOTAL), 'it has begun');
  // One that has passed is now; a day is the most; it belongs to PLAY.
  assert.deepEqual(steer(course, 'PLAY', null, 10_000, TOTAL, 5_000), {
    state: 'PLAYING',
    positionSeconds: 0,
    positionAt: 10_000 + LEAD_MILLISECONDS,
  });
  assert.ok('refusal' in steer(course, 'PLAY', null, 0, TOTAL, 86_400_001));
  assert.ok('refusal' in steer(set, 'PAUSE', null, 20_000, TOTAL, 700_000));
});

test('an invitation says who invites to what and when, to whoever has the code', async () => {
  const { host, code, group } = await open('Ada');
  const invited = async (typed: string): Promise<Data> =>
    (await api.ask(null, `{ groupInvitation(code: "${typed}") { hostName title startsAt locked } }`)).groupInvitation;
  assert.deepEqual(await invited(code.toLowerCase()), {
    hostName: 'Ada',
    title: 'Energy',
    startsAt: null,
    locked: false,
  });
  const startsAt = new Date(T0 + 600_000).toISOString();
  const set = await control(host, code, 'PLAY', group.version, { startsAt });
  assert.deepEqual(set.userErrors, []);
  assert.equal(set.group.positionAt, startsAt);
  assert.equal((await invited(code)).startsAt, startsAt);
  const wrong = await control(host, code, 'PAUSE', set.group.version, { startsAt });
  assert.deepEqual(wrong.userErrors, [{ field: ['startsAt'], code: 'INVALID' }]);
  await mutate(host, 'endGroup', { code });
  assert.equal(await invited(code), null);
  assert.equal(await invited('nonsense'), null);
});

test('guests join by the code, see who is here, and hear what the host plays', async () => {
  const { host, code, group } = await open();
  assert.equal(group.state, 'WAITING');
  assert.equal(group.revision.protocol.slug, 'energy');
  at(5);
  const bob = await join(code.toLowerCase(), 'Bob');
  assert.deepEqual(names(await read(bob, code)), ['Ada*', 'Bob']);
  at(10);
  const played = await control(host, code, 'PLAY', 1);
  assert.equal(played.group.positionAt, new Date(T0 + 11_000).toISOString());
  at(40);
  const late = await join(code, 'Late');
  const seen = await api.ask(late, `{ group(code: "${code}") { state positionSeconds positionAt } }`);
  assert.deepEqual(seen.group, {
    state: 'PLAYING',
    positionSeconds: 0,
    positionAt: new Date(T0 + 11_000).toISOString(),
  });
  at(41);
  const paused = await control(host, code, 'PAUSE', 2);
  assert.equal(paused.group.positionSeconds, 30);
  assert.equal(paused.group.version, 3);
  const events = await database.groupEvent.findMany({ where: { group: { code } }, orderBy: { sequence: 'asc' } });
  assert.deepEqual(
    events.map((event) => [event.sequence, event.action, event.positionSeconds]),
    [
      [2, 'PLAY', 0],
      [3, 'PAUSE', 30],
    ],
  );
});

test('a session can be played in a group by its members only', async () => {
  const { code, group } = await open();
  const bob = await join(code, 'Bob');
  const stranger = await api.person();
  const begin = (viewer: Viewer, revision = REVISION) =>
    api.ask(
      viewer,
      'mutation ($input: StartSessionInput!) { startSession(input: $input) { session { id } userErrors { field code } } }',
      {
        input: {
          id: randomUUID(),
          eventId: randomUUID(),
          revision,
          group: group.id,
          occurredAt: new Date(T0).toISOString(),
          timeZone: 'UTC',
          deviceId: randomUUID(),
        },
      },
    );
  assert.deepEqual((await begin(bob)).startSession.userErrors, []);
  assert.deepEqual((await begin(stranger)).startSession.userErrors, [{ field: ['group'], code: 'NOT_FOUND' }]);
  const other = encodeNodeId('Revision', presentRevisionId('focus'));
  assert.deepEqual((await begin(bob, other)).startSession.userErrors, [{ field: ['group'], code: 'NOT_FOUND' }]);
  assert.equal(await database.session.count({ where: { group: { code } } }), 1);
});

test('what was heard in a group is recorded as such, also after leaving, also where the protocol is its host’s alone', async () => {
  at(0);
  const [host, guest, stranger] = [await api.person(), await api.person(), await api.person()];
  const revision = encodeNodeId('Revision', presentRevisionId('nap'));
  const { group } = await mutate(host, 'createGroup', { revision, name: 'Ada' });
  await mutate(guest, 'joinGroup', { code: group.code, name: 'Ben' });
  await mutate(guest, 'leaveGroup', { code: group.code });
  const record = async (viewer: Viewer) => {
    const id = randomUUID();
    const event = (kind: string, seconds: number) => ({
      ...{ id: randomUUID(), kind, positionSeconds: seconds },
      occurredAt: new Date(T0 + (seconds - 60) * 1000).toISOString(),
    });
    const { recordSession } = await api.ask(
      viewer,
      'mutation ($input: RecordSessionInput!) { recordSession(input: $input) { userErrors { field code } } }',
      {
        input: {
          ...{ id, revision, group: group.id, timeZone: 'UTC', deviceId: randomUUID() },
          events: [event('STARTED', 0), event('STOPPED', 30)],
        },
      },
    );
    const row = await database.session.findUnique({ where: { id } });
    return { errors: recordSession.userErrors, groupId: row?.groupId };
  };
  const { id: groupId } = await database.group.findUniqueOrThrow({ where: { code: group.code } });
  assert.deepEqual(await record(stranger), { errors: [], groupId: null }, 'named by somebody who was never in it');
  const protocol = await database.protocol.update({ where: { slug: 'nap' }, data: { visibility: 'DRAFT' } });
  try {
    assert.deepEqual(await record(guest), { errors: [], groupId });
    assert.deepEqual((await record(stranger)).errors, [{ field: ['revision'], code: 'NOT_FOUND' }]);
  } finally {
    await database.protocol.update({ where: { id: protocol.id }, data: { visibility: 'PUBLIC' } });
  }
});

test('only the host controls, and to strangers the group does not exist', async () => {
  const { code, group } = await open();
  const bob = await join(code, 'Bob');
  const stranger = await api.person();
  const member = group.members[0].id;
  const acts: [string, object][] = [
    ['controlGroup', { code, action: 'PLAY', expectedVersion: 1, eventId: randomUUID() }],
    ['kickMember', { code, member }],
    ['lockGroup', { code, locked: true }],
    ['endGroup', { code }],
    ['handOverGroup', { code, member }],
  ];
  for (const [name, input] of acts) {
    const byMember = await mutate(bob, name, input);
    assert.deepEqual([byMember.group, byMember.userErrors[0].code], [null, 'NOT_ALLOWED'], name);
    const byStranger = await mutate(stranger, name, input);
    const missing = await mutate(stranger, name, { ...input, code: 'ZZZZZZ' });
    assert.deepEqual(byStranger, missing, name);
    assert.equal(byStranger.userErrors[0].code, 'NOT_FOUND');
  }
  assert.equal(await read(stranger, code), null);
  assert.equal(await read(null, code), null);
  assert.equal(
    (await mutate(stranger, 'reportSpread', { code, offsetMilliseconds: 1 })).userErrors[0].code,
    'NOT_FOUND',
  );
  assert.equal((await mutate(stranger, 'leaveGroup', { code })).userErrors[0].code, 'NOT_FOUND');
  assert.equal((await read(bob, code)).version, 1);
  assert.equal((await api.ask(stranger, `{ node(id: "${group.id}") { id } }`)).node, null);
  assert.equal((await api.ask(bob, `{ node(id: "${group.id}") { id } }`)).node.id, group.id);
});

test('the same act twice is one act; of 20 at once one wins', async () => {
  const { host, code } = await open();
  const eventId = randomUUID();
  const answers = await Promise.all(Array.from({ length: 20 }, () => control(host, code, 'PLAY', 1, { eventId })));
  for (const answer of answers) assert.deepEqual([answer.userErrors, answer.group.version], [[], 2]);
  const different = await Promise.all(Array.from({ length: 20 }, () => control(host, code, 'PAUSE', 2)));
  const lost = different.filter((answer) => answer.userErrors.length > 0);
  assert.equal(lost.length, 19);
  for (const answer of lost) assert.deepEqual([answer.userErrors[0].code, answer.group.version], ['CONFLICT', 3]);
  assert.equal(await database.groupEvent.count({ where: { group: { code } } }), 2);
  const out = await control(host, code, 'SEEK', 3, { positionSeconds: TOTAL + 1 });
  assert.deepEqual(out.userErrors, [{ field: ['positionSeconds'], code: 'OUT_OF_RANGE' }]);
});

test('kick, lock, end', async () => {
  const { host, code } = await open();
  at(1);
  const bob = await join(code, 'Bob');
  await join(code, 'Eve');
  const { members } = await read(host, code);
  const id = (name: string) => members.find((member: Data) => member.name === name).id;
  assert.deepEqual(names((await mutate(host, 'kickMember', { code, member: id('Eve') })).group), ['Ada*', 'Bob']);
  const eve = await database.groupMember.findFirstOrThrow({ where: { name: 'Eve', group: { code } } });
  const evesViewer: Viewer = { userId: eve.userId, sessionId: '', role: 'USER', isGuest: true };
  assert.equal((await mutate(evesViewer, 'joinGroup', { code, name: 'Eve' })).userErrors[0].code, 'NOT_FOUND');
  assert.equal(await read(evesViewer, code), null);
  assert.equal((await mutate(evesViewer, 'leaveGroup', { code })).userErrors[0].code, 'NOT_FOUND');
  assert.equal((await database.groupMember.findUniqueOrThrow({ where: { id: eve.id } })).leftAt, null);
  assert.equal((await mutate(host, 'kickMember', { code, member: id('Ada') })).userErrors[0].code, 'NOT_ALLOWED');
  assert.equal((await mutate(host, 'lockGroup', { code, locked: true })).group.locked, true);
  const newcomer = await api.person();
  assert.deepEqual((await mutate(newcomer, 'joinGroup', { code, name: 'New' })).userErrors, [
    { field: ['code'], code: 'LOCKED' },
  ]);
  // Who is in comes back in.
  assert.deepEqual((await mutate(bob, 'joinGroup', { code, name: 'Bobby' })).userErrors, []);
  await mutate(host, 'lockGroup', { code, locked: false });
  assert.deepEqual((await mutate(newcomer, 'joinGroup', { code, name: 'New' })).userErrors, []);
  const ended = await mutate(host, 'endGroup', { code });
  assert.equal(ended.group.state, 'ENDED');
  assert.equal((await mutate(await api.person(), 'joinGroup', { code, name: 'x' })).userErrors[0].code, 'NOT_FOUND');
  assert.equal((await control(host, code, 'PLAY', ended.group.version)).userErrors[0].code, 'NOT_ALLOWED');
});

test('a host who leaves hands over; the last one out ends the group', async () => {
  const { host, code } = await open();
  at(1);
  const bob = await join(code, 'Bob');
  at(2);
  const eve = await join(code, 'Eve');
  const { members } = await read(host, code);
  await mutate(host, 'handOverGroup', { code, member: members[2].id });
  assert.deepEqual(names(await read(bob, code)), ['Ada', 'Bob', 'Eve*']);
  assert.deepEqual(names((await mutate(eve, 'leaveGroup', { code })).group), ['Ada*', 'Bob']);
  await mutate(host, 'leaveGroup', { code });
  assert.deepEqual(names(await read(bob, code)), ['Bob*']);
  const last = await mutate(bob, 'leaveGroup', { code });
  assert.equal(last.group.state, 'ENDED');
});

test('a host who is silent for 30 s loses the group to whoever has been there the longest', async () => {
  const { host, code } = await open();
  at(1);
  const bob = await join(code, 'Bob');
  at(2);
  const eve = await join(code, 'Eve');
  at(29);
  await mutate(eve, 'reportSpread', { code });
  await mutate(bob, 'reportSpread', { code });
  assert.deepEqual(names(await read(eve, code)), ['Ada*', 'Bob', 'Eve']);
  at(31);
  // All at once: one hand-over.
  await Promise.all(Array.from({ length: 10 }, () => mutate(eve, 'reportSpread', { code })));
  const group = await read(eve, code);
  assert.deepEqual(names(group), ['Ada', 'Bob*', 'Eve']);
  assert.equal(group.version, 2);
  assert.deepEqual(
    group.members.map((member: Data) => member.present),
    [false, true, true],
  );
  // Back again, but host no more.
  await mutate(host, 'reportSpread', { code });
  assert.deepEqual(names(await read(host, code)), ['Ada', 'Bob*', 'Eve']);
  assert.equal((await control(host, code, 'PLAY', 2)).userErrors[0].code, 'NOT_ALLOWED');
  assert.deepEqual((await control(bob, code, 'PLAY', 2)).userErrors, []);
});

test('the spread is between the earliest and the latest of those present', async () => {
  const { host, code } = await open();
  const bob = await join(code, 'Bob');
  const eve = await join(code, 'Eve');
  at(5);
  assert.equal((await mutate(host, 'reportSpread', { code, offsetMilliseconds: -1.5 })).group.spreadMilliseconds, null);
  assert.equal((await mutate(bob, 'reportSpread', { code, offsetMilliseconds: 2 })).group.spreadMilliseconds, 3.5);
  assert.equal((await mutate(eve, 'reportSpread', { code, offsetMilliseconds: 9 })).group.spreadMilliseconds, 10.5);
  at(34);
  await mutate(host, 'reportSpread', { code });
  assert.equal((await mutate(bob, 'reportSpread', { code, offsetMilliseconds: 1 })).group.spreadMilliseconds, 10.5);
  at(36);
  // Eve was last heard of 31 s ago.
  assert.equal((await mutate(bob, 'reportSpread', { code, offsetMilliseconds: 1 })).group.spreadMilliseconds, 2.5);
});

test('a group holds 500 people, also when many come at once', async () => {
  const { code } = await open();
  const { id } = await database.group.findUniqueOrThrow({ where: { code } });
  await database.$executeRaw`INSERT INTO users (id) SELECT gen_random_uuid() FROM generate_series(1, ${MAXIMUM_MEMBERS - 3})`;
  await database.$executeRaw`
    INSERT INTO group_members (id, group_id, user_id, name)
    SELECT gen_random_uuid(), ${id}::uuid, u.id, 'x' FROM users u
    WHERE u.email IS NULL AND NOT EXISTS (SELECT 1 FROM group_members m WHERE m.user_id = u.id)
      AND NOT EXISTS (SELECT 1 FROM sessions s WHERE s.user_id = u.id)
    LIMIT ${MAXIMUM_MEMBERS - 3}`;
  const people = await Promise.all(Array.from({ length: 10 }, () => api.person()));
  const answers = await Promise.all(people.map((one) => mutate(one, 'joinGroup', { code, name: 'y' })));
  assert.equal(answers.filter((answer) => answer.userErrors.length === 0).length, 2);
  for (const answer of answers) assert.ok(answer.userErrors.length === 0 || answer.userErrors[0].code === 'FULL');
  assert.equal(await database.groupMember.count({ where: { groupId: id } }), MAXIMUM_MEMBERS);
});

test('names, codes and counts that are none', async () => {
  const { host, code } = await open();
  for (const [input, field, errorCode] of [
    [{ code, name: '' }, 'name', 'TOO_SHORT'],
    [{ code, name: 'x'.repeat(41) }, 'name', 'TOO_LONG'],
    [{ code, name: 'a\u202eb' }, 'name', 'INVALID'],
    [{ code: 'x'.repeat(41), name: 'a' }, 'code', 'TOO_LONG'],
    [{ code: "'; --", name: 'a' }, 'code', 'NOT_FOUND'],
  ] as const) {
    assert.deepEqual((await mutate(await api.person(), 'joinGroup', input)).userErrors, [
      { field: [field], code: errorCode },
    ]);
  }
  for (let n = 0; n < 4; n++) await mutate(host, 'createGroup', { revision: REVISION });
  assert.equal((await mutate(host, 'createGroup', { revision: REVISION })).userErrors[0].code, 'FULL');
  const draft = encodeNodeId('Revision', randomUUID());
  assert.equal((await mutate(await api.person(), 'createGroup', { revision: draft })).userErrors[0].code, 'NOT_FOUND');
});

test('a group that everybody has forgotten is ended', async () => {
  const { host, code } = await open();
  at(1_000);
  await mutate(host, 'reportSpread', { code });
  assert.ok(!(await endIdleGroups(database, new Date(T0 + 2_790_000))).some((group) => group.code === code));
  assert.ok((await endIdleGroups(database, new Date(T0 + 2_801_000))).some((group) => group.code === code));
  assert.equal((await database.group.findUniqueOrThrow({ where: { code } })).state, 'ENDED');
});

test('followers get the group as it is, then each change in order, and the end', async () => {
  const { host, code } = await open();
  const bob = await join(code, 'Bob');
  const changes = await api.follow(bob, `subscription { groupChanged(code: "${code}") { version state memberCount } }`);
  assert.ok(Symbol.asyncIterator in changes);
  const states: string[] = [];
  const reading = (async () => {
    for await (const { data } of changes as AsyncIterable<ExecutionResult>) {
      const group = (data as Data).groupChanged;
      states.push(`${group.version} ${group.state} ${group.memberCount}`);
    }
  })();
  while (states.length === 0) await new Promise((resolve) => setTimeout(resolve, 10));
  await join(code, 'Eve');
  await control(host, code, 'PLAY', 1);
  await control(host, code, 'PAUSE', 2);
  await mutate(host, 'endGroup', { code });
  await reading;
  assert.deepEqual(states, ['1 WAITING 2', '1 WAITING 3', '2 PLAYING 3', '3 PAUSED 3', '4 ENDED 3']);
  const stranger = await api.person();
  const refused = await api.follow(stranger, `subscription { groupChanged(code: "${code}") { version } }`);
  if (Symbol.asyncIterator in refused) {
    await assert.rejects((refused as AsyncIterator<ExecutionResult>).next(), /not in it/);
  } else assert.match(String(refused.errors?.[0]?.message), /not in it/);
});

test('who was removed stays out with the same browser as somebody new, and on a network that nobody else of the group is on', async () => {
  const { host, code } = await open();
  at(1);
  const key = `thumb-${randomUUID()}`;
  const onDevice = async (keyThumbprint: string): Promise<Viewer> => {
    const person = await api.person();
    await database.refreshSession.create({
      data: {
        ...{ id: person.sessionId, userId: person.userId, tokenHash: Buffer.from(randomUUID()), keyThumbprint },
        expiresAt: new Date(Date.now() + 1e9),
      },
    });
    return person;
  };
  const joinFrom = async (viewer: Viewer, address: string): Promise<string | undefined> => {
    const { data } = await execute({
      schema,
      document: parse(
        'mutation ($input: JoinGroupInput!) { joinGroup(input: $input) { member { id } userErrors { code } } }',
      ),
      contextValue: { ...api.context(viewer), address },
      variableValues: { input: { code, name: 'Eve' } },
    });
    const { userErrors } = (data as Data).joinGroup;
    return userErrors[0]?.code;
  };
  const eve = await onDevice(key);
  assert.equal(await joinFrom(eve, '192.0.2.7'), undefined);
  const { members } = await read(host, code);
  const kicked = members.find((member: Data) => member.name === 'Eve');
  await mutate(host, 'kickMember', { code, member: kicked.id });
  assert.equal(await joinFrom(await onDevice(key), '198.51.100.1'), 'NOT_FOUND', 'the same browser');
  assert.equal(await joinFrom(await onDevice('other'), '192.0.2.7'), 'NOT_FOUND', 'the same network');
  assert.equal(await joinFrom(await onDevice('third'), '198.51.100.1'), undefined);
  const row = await database.group.findUniqueOrThrow({ where: { code } });
  assert.doesNotMatch(JSON.stringify(row.banned), new RegExp(`${key}|192\\.0`));
  await mutate(host, 'endGroup', { code });
  assert.deepEqual((await database.group.findUniqueOrThrow({ where: { code } })).banned, []);
  assert.equal(await database.groupMember.count({ where: { groupId: row.id, NOT: { marks: { equals: [] } } } }), 0);
});

test('another code lets in whoever knows it; the old one leads those who are in, and nobody else', async () => {
  const { host, code } = await open();
  at(1);
  const bob = await join(code, 'Bob');
  const eve = await join(code, 'Eve');
  const gone = await join(code, 'Gone');
  await mutate(gone, 'leaveGroup', { code });
  const followed = (await api.follow(
    bob,
    `subscription { groupChanged(code: "${code}") { code memberCount } }`,
  )) as AsyncGenerator<ExecutionResult<Data>>;
  await followed.next();
  const { members } = await read(host, code);
  await mutate(host, 'kickMember', { code, member: members.find(({ name }: Data) => name === 'Eve').id });
  assert.equal((await mutate(bob, 'renewGroupCode', { code })).userErrors[0].code, 'NOT_ALLOWED');
  assert.equal((await mutate(eve, 'renewGroupCode', { code })).userErrors[0].code, 'NOT_FOUND');
  const { group, userErrors } = await mutate(host, 'renewGroupCode', { code });
  assert.deepEqual(userErrors, []);
  assert.match(group.code, /^[A-HJ-NP-Z]{6}$/);
  assert.notEqual(group.code, code);

  const codeOfJoin = async (viewer: Viewer, by: string) =>
    (await mutate(viewer, 'joinGroup', { code: by, name: 'New' })).userErrors[0]?.code;
  for (const viewer of [await api.person(), gone, eve]) assert.equal(await codeOfJoin(viewer, code), 'NOT_FOUND');
  assert.equal(await codeOfJoin(eve, group.code), 'NOT_FOUND');
  assert.equal(await codeOfJoin(await api.person(), group.code), undefined);
  assert.equal(await codeOfJoin(bob, code), undefined, 'who is in comes back by the code they came with');
  assert.equal((await mutate(bob, 'reportSpread', { code })).userErrors.length, 0);
  assert.equal((await read(bob, code)).members.length, (await read(bob, group.code)).members.length);
  assert.equal(await read(eve, code), null);

  // What began to be followed by the old code is followed on.
  let seen: Data;
  do seen = (await followed.next()).value.data.groupChanged;
  while (seen.code === code);
  assert.equal(seen.code, group.code);
  await control(
    host,
    group.code,
    'PLAY',
    (await database.group.findUniqueOrThrow({ where: { code: group.code } })).version,
  );
  await followed.return(undefined);
  await mutate(host, 'endGroup', { code });
  assert.deepEqual((await database.group.findUniqueOrThrow({ where: { code: group.code } })).formerCodes, []);
});

test('names in a group are told apart, and hide nothing', async () => {
  const { host, code } = await open();
  at(1);
  for (const name of ['Аdа', 'ADA', 'Ada', 'A\u200dda']) await join(code, name).catch(() => undefined);
  const { members } = await read(host, code);
  const given = members.map(({ name }: Data) => name);
  assert.equal(given.length, 5);
  assert.equal(new Set(await Promise.all(given.map(skeletonOf))).size, 5, given.join());
  assert.deepEqual([...given].sort(), ['ADA 3', 'Ada', 'Ada 4', 'A\u200dda 5', 'Аdа 2']);
  const refused = ['\u200b', '\u3164', '\u2800', '\u0301', 'A\u0301\u0302\u0303', 'Ada\u200b', 'Ad\ufeffa'];
  for (const name of refused) {
    const { userErrors } = await mutate(await api.person(), 'joinGroup', { code, name });
    assert.equal(userErrors[0]?.code, 'INVALID', JSON.stringify(name));
  }
  for (const name of ['می\u200cخواهم', '👩‍💻 Ada', 'Việt', '❤️', 'אָבִיב']) {
    assert.deepEqual((await mutate(await api.person(), 'joinGroup', { code, name })).userErrors, [], name);
  }
});
