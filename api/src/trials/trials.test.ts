import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { commitmentOf, freshSalt, type Opening } from '@nes/trials/commitment.ts';
import { documentOf } from '@nes/trials/document.ts';
import { drawOrder, ordersOf } from '@nes/trials/order.ts';
import type { TrialPlan } from '@nes/trials/plan.ts';
import { makeDeviceKeys, publicKeyText, unseal } from '@nes/trials/seal.ts';
import { accuracyOfGuessing, type Session } from '@nes/trials/testing/classifier.ts';
import { verify } from '@nes/trials/verify.ts';
import { afterAll, test } from 'vitest';
import { protocolId } from '../../../prisma/library/ids.ts';
import { presentRevisionId } from '../../../prisma/library/library.ts';
import { exportAccount } from '../accounts/export-account.ts';
import { takeOverGuest } from '../accounts/take-over-guest.ts';
import { keepHouseOnce } from '../housekeeping.ts';
import { forgetAuthor } from '../protocols/forget-author.ts';
import { encodeNodeId } from '../schema/node-id.ts';
import type { Viewer } from '../schema/viewer.ts';
import { type Asker, type Data, useSchema } from '../testing/ask.ts';
import { acrossPeople } from './across.ts';

const api: Asker = await useSchema();
afterAll(() => api.close());
const database = api.backend.database.prisma;

const REVISION = encodeNodeId('Revision', presentRevisionId('energy'));
const PROTOCOL = encodeNodeId('Protocol', protocolId('energy'));
const T0 = Date.UTC(2026, 4, 10, 8);
const DAY = 86_400_000;
const at = (day: number, minutes = 0) => new Date(T0 + day * DAY + minutes * 60_000);

const TRIAL = `trial { id uuid plan planHash sealedOn step head shared answer reveal { at order salt afterPeriods early }
  periods { period sessionId startedAt endedAt heardSeconds value detail beatChance } }`;
const ERRORS = 'userErrors { field code message }';

async function mutate(
  viewer: Viewer | null,
  name: string,
  input: object,
  fields = `${TRIAL} ${ERRORS}`,
): Promise<Data> {
  const type = `${name.charAt(0).toUpperCase()}${name.slice(1)}Input`;
  const data = await api.ask(viewer, `mutation ($input: ${type}!) { ${name}(input: $input) { ${fields} } }`, { input });
  return data[name];
}

const planInput = (more: object = {}) => ({
  id: randomUUID(),
  revision: REVISION,
  title: 'Energy',
  beatHash: 'a'.repeat(64),
  controlHash: 'b'.repeat(64),
  masked: false,
  outcome: { id: 'calm', unit: 'points', higherIsBetter: true, settings: { most: 10 } },
  periods: 12,
  oneADay: true,
  timeZone: 'Europe/Berlin',
  orderRule: 'RUNS_OF_TWO',
  smallestEffect: 0.3,
  ...more,
});

async function plan(viewer: Viewer, more: object = {}): Promise<Data> {
  api.setNow(at(0));
  const { trial, userErrors } = await mutate(viewer, 'planTrial', planInput(more));
  assert.deepEqual(userErrors, []);
  return trial;
}

const outcome = (trial: Data, period: number, more: object = {}) => ({
  trial: trial.id,
  period,
  sessionId: randomUUID(),
  startedAt: at(period).toISOString(),
  endedAt: at(period, 20).toISOString(),
  heardSeconds: 750,
  value: (period * 7) % 10,
  detail: { input: 'pointer', frameMs: 16.7, times: [310, 295.5] },
  beatChance: 0.4 + (period % 3) / 10,
  ...more,
});

async function record(viewer: Viewer, input: { period: number }): Promise<Data> {
  api.setNow(at(input.period, 21));
  return mutate(viewer, 'recordOutcome', input);
}

test('a whole trial: planned, recorded, opened, verified', async () => {
  const me = await api.person();
  const trial = await plan(me);
  assert.equal(trial.step, 'PERIOD');
  assert.equal(trial.reveal, null);
  const keys = await makeDeviceKeys();
  const deviceKey = await publicKeyText(keys);
  const given = await mutate(me, 'nextPeriod', { trial: trial.id, deviceKey }, `period sealedOrder ${ERRORS}`);
  assert.equal(given.period, 1);
  const opening = await unseal(keys, given.sealedOrder);
  assert.equal(await commitmentOf(opening), trial.plan.commitment);
  for (let period = 1; period <= 12; period++) {
    const { trial: now, userErrors } = await record(me, outcome(trial, period));
    assert.deepEqual(userErrors, []);
    assert.equal(now.periods.length, period);
    assert.equal(now.step, period === 12 ? 'REVEAL' : 'WAIT');
    assert.deepEqual([now.reveal, now.answer], [null, null]);
  }
  api.setNow(at(13));
  const { trial: open } = await mutate(me, 'revealTrial', { trial: trial.id });
  assert.equal(open.step, 'OPEN');
  assert.deepEqual(open.reveal, { at: at(13).toISOString(), ...opening, afterPeriods: 12, early: false });
  // What the server says is what anybody computes from plan, records and order.
  const document = await documentOf(open.plan, open.periods, open.reveal);
  assert.deepEqual(JSON.parse(JSON.stringify(document.answer)), open.answer);
  assert.equal(document.head, open.head);
  assert.deepEqual((await verify(document)).faults, []);
  const checked = await api.ask(
    me,
    'query ($id: ID!, $plan: String!, $head: String!) { verifyTrial(id: $id, planHash: $plan, head: $head) { planHolds headHolds faults notes } }',
    { id: trial.id, plan: document.planHash, head: document.head },
  );
  assert.deepEqual(checked.verifyTrial, {
    planHolds: true,
    headHolds: true,
    faults: [],
    notes: ['All 12 periods, opened at the planned end.'],
  });
  // Rows that somebody changed behind the API's back are found.
  await database.trialPeriod.update({
    where: { trialId_period: { trialId: trial.uuid, period: 3 } },
    data: { value: 99 },
  });
  const changed = await api.ask(
    me,
    'query ($id: ID!, $plan: String!, $head: String!) { verifyTrial(id: $id, planHash: $plan, head: $head) { headHolds } }',
    { id: trial.id, plan: document.planHash, head: document.head },
  );
  assert.equal(changed.verifyTrial.headHolds, false);
});

test('records: once, in turn, one a day, after the plan, before the opening', async () => {
  const me = await api.person();
  const trial = await plan(me);
  const first = outcome(trial, 1);
  const refused = async (input: { period: number }, code: string, field: string) => {
    const { userErrors } = await record(me, input);
    assert.deepEqual(
      userErrors.map((error: Data) => [error.code, error.field?.join('.')]),
      [[code, field]],
    );
  };
  await refused(outcome(trial, 2), 'CONFLICT', 'period');
  await refused(outcome(trial, 1, { startedAt: at(-1).toISOString() }), 'INVALID', 'startedAt');
  await refused(outcome(trial, 1, { endedAt: at(0.9).toISOString() }), 'INVALID', 'endedAt');
  await refused(outcome(trial, 1, { startedAt: at(3).toISOString() }), 'OUT_OF_RANGE', 'startedAt');
  await refused(outcome(trial, 1, { beatChance: 1 }), 'OUT_OF_RANGE', 'beatChance');
  await refused(outcome(trial, 1, { detail: { deep: { er: 1 } } }), 'INVALID', 'detail');
  await refused(
    outcome(trial, 1, { detail: { times: Array.from({ length: 9_000 }, () => 123) } }),
    'TOO_LONG',
    'detail',
  );
  assert.deepEqual((await record(me, first)).userErrors, []);
  const again = await record(me, first);
  assert.deepEqual([again.userErrors, again.trial.periods.length], [[], 1]);
  await refused({ ...first, value: 9 } as never, 'CONFLICT', 'period');
  const sameDay = { startedAt: at(1, 600).toISOString(), endedAt: at(1, 620).toISOString() };
  api.setNow(at(2));
  const waiting = await mutate(me, 'recordOutcome', outcome(trial, 2, sameDay));
  assert.match(waiting.userErrors[0].message, /same day/);
  const { trial: early } = await mutate(me, 'revealTrial', { trial: trial.id });
  assert.deepEqual([early.reveal.early, early.reveal.afterPeriods, early.answer.early], [true, 1, true]);
  await refused(outcome(trial, 2), 'CONFLICT', 'trial');
  const later = await mutate(me, 'revealTrial', { trial: trial.id });
  assert.deepEqual(later.trial.reveal, early.reveal, 'opened once');
});

test('two devices that record the same period at once: one is kept, the other is told', async () => {
  const me = await api.person();
  const trial = await plan(me);
  api.setNow(at(1, 21));
  const answers = await Promise.all(
    [1, 2, 3].map((value) => mutate(me, 'recordOutcome', outcome(trial, 1, { value }))),
  );
  assert.equal(answers.filter(({ userErrors }) => userErrors.length === 0).length, 1);
  for (const { trial: now, userErrors } of answers) {
    assert.equal(now.periods.length, 1);
    if (userErrors.length > 0) assert.equal(userErrors[0].code, 'CONFLICT');
  }
});

test('a trial that was planned and lived offline gives the identical answer', async () => {
  const me = await api.person();
  const opening: Opening = { salt: freshSalt(), order: drawOrder(ordersOf('RUNS_OF_TWO', 12)) };
  const commitment = await commitmentOf(opening);
  const input = planInput({ commitment, plannedAt: at(0).toISOString(), deviceId: randomUUID() });
  api.setNow(at(20));
  const { trial, userErrors } = await mutate(me, 'planTrial', input);
  assert.deepEqual(userErrors, []);
  assert.equal(trial.plan.plannedAt, at(0).toISOString());
  assert.equal(trial.plan.commitment, commitment);
  assert.equal((await mutate(me, 'planTrial', input)).trial.planHash, trial.planHash, 'sent again');
  const other = await mutate(me, 'planTrial', { ...input, smallestEffect: 0.5 });
  assert.equal(other.userErrors[0].code, 'CONFLICT');
  for (let period = 1; period <= 12; period++) {
    api.setNow(at(20));
    assert.deepEqual((await mutate(me, 'recordOutcome', outcome(trial, period))).userErrors, []);
  }
  const keyless = await mutate(me, 'nextPeriod', { trial: trial.id, deviceKey: 'x' }, ERRORS);
  assert.equal(keyless.userErrors[0].code, 'NOT_ALLOWED');
  assert.equal((await mutate(me, 'revealTrial', { trial: trial.id })).userErrors[0].code, 'NOT_ALLOWED');
  const turned = opening.order.replace(/[BC]/g, (letter) => (letter === 'B' ? 'C' : 'B'));
  const wrong = await mutate(me, 'revealTrial', { trial: trial.id, ...opening, order: turned });
  assert.match(wrong.userErrors[0].message, /not the one that the plan was committed to/);
  const { trial: open } = await mutate(me, 'revealTrial', { trial: trial.id, ...opening, at: at(13).toISOString() });
  const offline = await documentOf(trial.plan as TrialPlan, open.periods, {
    ...opening,
    at: at(13).toISOString(),
    afterPeriods: 12,
    early: false,
  });
  assert.deepEqual(open.answer, JSON.parse(JSON.stringify(offline.answer)));
  assert.equal(open.head, offline.head);
});

test("another person's trial answers exactly as one that does not exist", async () => {
  const me = await api.person();
  const stranger = await api.person();
  const trial = await plan(me);
  const missing = encodeNodeId('Trial', randomUUID());
  const keys = await publicKeyText(await makeDeviceKeys());
  for (const [name, input] of [
    ['recordOutcome', outcome(trial, 1)],
    ['revealTrial', { trial: trial.id }],
    ['nextPeriod', { trial: trial.id, deviceKey: keys }],
    ['shareTrial', { trial: trial.id, share: true }],
  ] as const) {
    api.setNow(at(2));
    const [theirs, none] = [
      await mutate(stranger, name, input, ERRORS),
      await mutate(stranger, name, { ...input, trial: missing }, ERRORS),
    ];
    assert.deepEqual(theirs, none, name);
    assert.equal(theirs.userErrors[0].code, 'NOT_FOUND', name);
    const nobody = await api.askAll(
      null,
      `mutation ($input: ${name[0]?.toUpperCase()}${name.slice(1)}Input!) { ${name}(input: $input) { ${ERRORS} } }`,
      { input },
    );
    assert.equal(nobody.errors?.[0]?.extensions.code, 'UNAUTHENTICATED', name);
  }
  const read = 'query ($id: ID!) { trial(id: $id) { id } node(id: $id) { id } }';
  assert.deepEqual(await api.ask(stranger, read, { id: trial.id }), { trial: null, node: null });
  assert.equal((await api.ask(me, read, { id: trial.id })).node.id, trial.id);
});

/** What the person gets who downloads everything that is kept about them. */
async function archiveOf(me: Viewer): Promise<Data> {
  const response = Object.assign(new PassThrough(), { writeHead: () => response });
  const [whole] = await Promise.all([text(response), exportAccount(api.context(me), me, response as never)]);
  return JSON.parse(whole);
}

test('until the end nothing that the API says of two trials with opposite orders differs but what was drawn', async () => {
  const keys = await makeDeviceKeys();
  const deviceKey = await publicKeyText(keys);
  const sizes = new Map<string, Set<number>>();
  const note = (what: string, answer: unknown) => {
    const length = JSON.stringify(answer).length;
    sizes.set(what, (sizes.get(what) ?? new Set()).add(length));
  };
  for (const letters of ['BCBCBCBCBCBC', 'CBCBCBCBCBCB', 'BBCCBBCCBBCC', 'CCBBCCBBCCBB']) {
    const me = await api.person();
    const trial = await plan(me);
    const salt = freshSalt();
    await database.trial.update({ where: { id: trial.uuid }, data: { armOrder: letters, salt } });
    for (let period = 1; period <= 4; period++) {
      const given = await mutate(me, 'nextPeriod', { trial: trial.id, deviceKey }, `period sealedOrder ${TRIAL}`);
      assert.equal((await unseal(keys, given.sealedOrder)).order, letters);
      note(`next ${period}`, given);
      const answer = await record(me, outcome(trial, period, { beatChance: 0.5, value: 5 }));
      note(`record ${period}`, answer);
      assert.ok(!JSON.stringify([given, answer]).includes(letters));
    }
    const list = await api.ask(
      me,
      `{ viewer { trials(first: 1) { nodes { ${TRIAL.replace(/^trial /, '').slice(1, -1)} } } } }`,
    );
    note('list', list);
    const archive = await archiveOf(me);
    note('archive of the account', archive);
    assert.ok(JSON.stringify(archive).includes(trial.planHash), 'the trial is in it');
    for (const said of [list, archive])
      assert.ok(!JSON.stringify(said).includes(letters) && !JSON.stringify(said).includes(salt));
  }
  for (const [what, lengths] of sizes) assert.equal(lengths.size, 1, what);
});

test('a guest takes the trial along into an account, once', async () => {
  const guest = await api.person();
  const account = await api.person({ email: `t${Date.now()}@example.org` });
  const trial = await plan(guest);
  await record(guest, outcome(trial, 1));
  await database.$transaction((tx) => takeOverGuest(tx, guest.userId, account.userId));
  await database.$transaction((tx) => takeOverGuest(tx, guest.userId, account.userId));
  const { viewer } = await api.ask(account, '{ viewer { trials(first: 10) { nodes { id periods { period } } } } }');
  assert.deepEqual(viewer.trials.nodes, [{ id: trial.id, periods: [{ period: 1 }] }]);
  assert.deepEqual((await record(account, outcome(trial, 2))).userErrors, []);
});

test('a protocol that its author deletes stays for a trial of it; the trial goes with its person', async () => {
  const me = await api.person();
  const { protocol } = await mutate(
    me,
    'forkProtocol',
    { revision: REVISION },
    'protocol { id revision { id } } userErrors { code }',
  );
  const trial = await plan(me, { revision: protocol.revision.id });
  const gone = await mutate(me, 'deleteProtocol', { id: protocol.id }, ERRORS);
  assert.deepEqual(gone.userErrors, []);
  assert.deepEqual((await record(me, outcome(trial, 1))).userErrors, []);
  await database.$transaction((tx) => forgetAuthor(tx, me.userId));
  await database.user.delete({ where: { id: me.userId } });
  assert.equal(await database.trial.count({ where: { id: trial.uuid } }), 0);
  assert.equal(await database.trialPeriod.count({ where: { trialId: trial.uuid } }), 0);
});

test('housekeeping leaves a guest who has kept nothing but a trial', async () => {
  const [keeps, nothing] = [await api.person(), await api.person()];
  const trial = await plan(keeps);
  const old = new Date(T0 - 100 * DAY);
  await database.user.updateMany({ where: { id: { in: [keeps.userId, nothing.userId] } }, data: { createdAt: old } });
  await database.refreshSession.deleteMany({ where: { userId: { in: [keeps.userId, nothing.userId] } } });
  api.setNow(at(0));
  await keepHouseOnce(api.context(null));
  assert.equal(await database.user.count({ where: { id: nothing.userId } }), 0);
  assert.equal(await database.trial.count({ where: { id: trial.uuid } }), 1);
});

test('across people: only shared, only ten or more, one trial a person, and back again', async () => {
  const across = async () =>
    (
      await api.ask(
        null,
        'query ($p: ID!) { trialsAcrossPeople(protocol: $p, outcome: "focus") { people effect low high } }',
        { p: PROTOCOL },
      )
    ).trialsAcrossPeople;
  const people: [Viewer, Data][] = [];
  const heard = async (me: Viewer, index: number): Promise<Data> => {
    const trial = await plan(me, {
      periods: 4,
      orderRule: 'BLOCKS_OF_TWO',
      outcome: { id: 'focus', unit: 'points', higherIsBetter: true, settings: {} },
    });
    for (let period = 1; period <= 4; period++)
      await record(me, outcome(trial, period, { value: ([2, 9, 4, 7][(period + index) % 4] as number) + index / 10 }));
    return trial;
  };
  for (let index = 0; index < 10; index++) {
    const me = await api.person();
    const trial = await heard(me, index);
    const soon = await mutate(me, 'shareTrial', { trial: trial.id, share: true }, ERRORS);
    assert.equal(soon.userErrors[0].code, 'NOT_ALLOWED', 'not before the end');
    await mutate(me, 'revealTrial', { trial: trial.id });
    const { trial: shared, userErrors } = await mutate(me, 'shareTrial', { trial: trial.id, share: true, ageTens: 3 });
    assert.deepEqual(userErrors, []);
    assert.equal(shared.shared, true);
    people.push([me, trial]);
    if (people.length < 10) assert.equal(await across(), null, `${people.length} people`);
  }
  assert.equal((await across()).people, 10);
  const [first] = people as [[Viewer, Data]];
  const { trial: back } = await mutate(first[0], 'shareTrial', { trial: first[1].id, share: false });
  assert.equal(back.shared, false);
  assert.equal(await across(), null, 'taken back');

  // What is kept is what would be worked out now, whichever way a share came, changed or went.
  const share = (person: Data) => mutate(person.me, 'shareTrial', { trial: person.trial.id, share: true });
  const ten = people.map(([me, trial]) => ({ me, trial })) as [Data, Data, ...Data[]];
  await share(ten[0]);
  const all = await across();
  await database.trialFinding.updateMany({
    where: { outcomeId: 'focus' },
    data: { answer: { studies: 10, effect: 7, low: 6, high: 8 } },
  });
  assert.equal((await across()).effect, 7, 'what is kept is what is told');
  await database.trialShare.update({ where: { trialId: ten[1].trial.uuid }, data: { effect: 3 } });
  const changed = await across();
  assert.ok(changed.effect > all.effect, 'a changed share counts');
  const eleventh = await api.person();
  await database.trial.update({ where: { id: ten[1].trial.uuid }, data: { userId: ten[0].me.userId } });
  assert.equal(await across(), null, 'two trials of one person are one');
  await database.trial.update({ where: { id: ten[1].trial.uuid }, data: { userId: eleventh.userId } });
  // In another order: sums of floating point differ in their last digit.
  assert.ok(Math.abs((await across()).effect - changed.effect) < 1e-12);
  await database.trial.delete({ where: { id: ten[1].trial.uuid } });
  assert.equal(await across(), null, 'a trial that is gone');
  const kept = async () => (await database.trialFinding.findFirstOrThrow({ where: { outcomeId: 'focus' } })).answer;
  const one = { me: eleventh, trial: await heard(eleventh, 10) };
  await mutate(eleventh, 'revealTrial', { trial: one.trial.id });
  await share(one);
  await across();
  assert.notEqual(await kept(), null);
  await database.trial.update({ where: { id: ten[2]?.trial.uuid }, data: { revealedAt: new Date(T0) } });
  assert.equal(await kept(), null, 'another may be the last one of its person');
  await across();
  await database.user.delete({ where: { id: ten[2]?.me.userId } });
  assert.equal(await kept(), null, 'nothing is kept of a person who is gone');
});

test('where nothing can be written the answer is given all the same, and other faults are told', async () => {
  const findingOf = (error: Error) => {
    const shares = Array.from({ length: 10 }, (_, n) => ({ effect: n / 10, variance: 0.02 }));
    return acrossPeople(
      {
        $queryRaw: async () => shares,
        trialFinding: {
          findUnique: async () => ({ version: 1n, answer: null }),
          updateMany: () => Promise.reject(error),
        },
      } as unknown as typeof database,
      protocolId('energy'),
      'calm',
    );
  };
  assert.equal((await findingOf(Object.assign(new Error('read only'), { code: '25006' })))?.studies, 10);
  await assert.rejects(findingOf(new Error('no such column')), /no such column/);
});

test('an answer that was worked out while a share went is not kept', async () => {
  const protocol = protocolId('energy');
  const key = { protocolId: protocol, outcomeId: 'race' };
  await database.trialFinding.create({ data: { ...key, version: 1 } });
  const slow = database.$extends({
    query: {
      async $queryRaw() {
        await database.trialFinding.update({ where: { protocolId_outcomeId: key }, data: { version: 2 } });
        return Array.from({ length: 10 }, (_, n) => ({ effect: n / 10, variance: 0.02 }));
      },
    },
  }) as unknown as typeof database;
  assert.equal((await acrossPeople(slow, protocol, 'race'))?.studies, 10);
  const { answer } = await database.trialFinding.findUniqueOrThrow({ where: { protocolId_outcomeId: key } });
  assert.equal(answer, null);
});

test('sizes and times of 200 answers do not tell the arm', async () => {
  const me = await api.person();
  const deviceKey = await publicKeyText(await makeDeviceKeys());
  const accuracy = await accuracyOfGuessing(async () => {
    const sessions: Session[] = [];
    for (let round = 0; round < 2; round++) {
      const trial = await plan(me, { periods: 100, oneADay: false, id: randomUUID() });
      const { armOrder } = await database.trial.findUniqueOrThrow({ where: { id: trial.uuid } });
      for (let period = 1; period <= 100; period++) {
        api.setNow(at(period, 21));
        const begun = performance.now();
        const given = await mutate(me, 'nextPeriod', { trial: trial.id, deviceKey }, `period sealedOrder ${ERRORS}`);
        const between = performance.now();
        const answer = await mutate(
          me,
          'recordOutcome',
          outcome(trial, period),
          `trial { head step periods { period value } } ${ERRORS}`,
        );
        const ended = performance.now();
        assert.deepEqual(answer.userErrors, []);
        const sizes = [JSON.stringify(given).length, JSON.stringify(answer).length];
        sessions.push({
          features: [between - begun, ended - between, ...sizes],
          beat: armOrder?.[period - 1] === 'B',
        });
      }
    }
    return sessions;
  });
  assert.ok(accuracy >= 0.4 && accuracy <= 0.6, `right in ${accuracy * 100} %`);
});
