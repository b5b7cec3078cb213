import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { beforeAll, test } from 'vitest';
import { freshSalt } from './commitment.ts';
import { documentOf, type TrialDocument } from './document.ts';
import { drawOrder, ordersOf } from './order.ts';
import { hashOf, planFaults, type TrialPlan } from './plan.ts';
import { nextStep, type PeriodRecord } from './record.ts';
import { planOf } from './testing/plan.ts';
import { verify } from './verify.ts';

const order = drawOrder(ordersOf('RUNS_OF_TWO', 12));
const salt = freshSalt();
let plan: TrialPlan;
let records: PeriodRecord[];
let whole: TrialDocument;

beforeAll(async () => {
  plan = await planOf(
    { salt, order },
    {
      protocol: { revisionId: '0190a6f0-7c1e-7abc-8def-0123456789ac', title: 'Deep Focus' },
      outcome: { id: 'calm', unit: 'points', higherIsBetter: true, settings: { least: 0, most: 10 } },
      periods: 12,
      timeZone: 'Europe/Berlin',
      plannedAt: '2026-01-01T08:00:00.000Z',
    },
  );
  records = Array.from({ length: 12 }, (_, index) => ({
    period: index + 1,
    sessionId: `0190a6f0-7c1e-7abc-8def-0000000000${String(index).padStart(2, '0')}`,
    startedAt: `2026-01-${String(index + 2).padStart(2, '0')}T08:00:00.000Z`,
    endedAt: `2026-01-${String(index + 2).padStart(2, '0')}T08:20:00.000Z`,
    heardSeconds: 1_200,
    value: index === 4 ? null : (index * 7) % 11,
    detail: { input: 'pointer' },
    beatChance: index === 5 ? null : 0.3 + index / 30,
  }));
  whole = await documentOf(plan, records, {
    salt,
    order,
    at: '2026-01-13T09:00:00.000Z',
    afterPeriods: 12,
    early: false,
  });
});

test('a whole trial holds, also as a file', async () => {
  assert.deepEqual(planFaults(plan), []);
  const read = JSON.parse(JSON.stringify(whole)) as TrialDocument;
  assert.deepEqual(await verify(read, { planHash: whole.planHash, head: whole.head }), {
    faults: [],
    notes: ['All 12 periods, opened at the planned end.'],
    planHash: whole.planHash,
    head: whole.head,
  });
  const open = await documentOf(plan, records.slice(0, 3), null);
  assert.deepEqual((await verify(open)).faults, []);
  assert.ok(!JSON.stringify(open).includes(order) && !JSON.stringify(open).includes(salt), 'nothing of the order');
});

/** Every way to a value that stands in a document. */
function* leaves(value: unknown, path: (string | number)[] = []): Generator<(string | number)[]> {
  if (value !== null && typeof value === 'object') {
    for (const [key, part] of Object.entries(value))
      yield* leaves(part, [...path, Array.isArray(value) ? Number(key) : key]);
  } else yield path;
}

test('a change of any value is found', async () => {
  let changed = 0;
  for (const path of leaves(whole)) {
    const copy = structuredClone(whole) as never;
    let holder = copy as Record<string | number, unknown>;
    for (const key of path.slice(0, -1)) holder = holder[key] as Record<string | number, unknown>;
    const key = path.at(-1) as string | number;
    const value = holder[key];
    holder[key] =
      typeof value === 'number' ? value + 1 : typeof value === 'boolean' ? !value : value === null ? 0 : `${value}0`;
    assert.notDeepEqual((await verify(copy)).faults, [], `${path.join('.')} was changed and nobody saw it`);
    changed++;
  }
  assert.ok(changed > 150, `${changed} values`);
});

test('left-out, doubled and swapped periods, another order, another plan are found', async () => {
  const attempts: ((copy: TrialDocument) => void)[] = [
    ({ periods }) => periods.splice(3, 1),
    ({ periods }) => periods.pop(),
    ({ periods }) => periods.push(periods[0] as never),
    ({ periods }) => periods.reverse(),
    (copy) => {
      if (copy.reveal) copy.reveal.order = order.replace(/[BC]/g, (letter) => (letter === 'B' ? 'C' : 'B'));
    },
    (copy) => {
      copy.reveal = null;
    },
    (copy) => {
      copy.answer = null;
    },
  ];
  for (const attempt of attempts) {
    const copy = structuredClone(whole);
    attempt(copy);
    assert.notDeepEqual((await verify(copy)).faults, [], String(attempt));
  }
});

test('who makes all hashes anew is found by the hash that is known', async () => {
  const better = records.map((record, index) => ({ ...record, value: order[index] === 'B' ? 9 : 1 }));
  const forged = await documentOf(plan, better, whole.reveal);
  assert.deepEqual((await verify(forged)).faults, [], 'by itself it fits');
  assert.match((await verify(forged, { head: whole.head })).faults.join(), /not those whose hash was known/);
  const other = await documentOf({ ...plan, smallestEffect: 0.1 }, records, whole.reveal);
  assert.match((await verify(other, { planHash: whole.planHash })).faults.join(), /not the one whose hash was known/);
});

test('an order opened before the end says so, and cannot hide it', async () => {
  const reveal = { salt, order, at: '2026-01-08T09:00:00.000Z', afterPeriods: 6, early: true };
  const early = await documentOf(plan, records.slice(0, 6), reveal);
  const verified = await verify(early);
  assert.deepEqual([verified.faults, verified.notes], [[], ['Stopped early at 6 of 12 periods.']]);
  assert.equal(early.answer?.early, true);
  const hidden = await documentOf(plan, records.slice(0, 6), { ...reveal, early: false });
  assert.match((await verify(hidden)).faults.join(), /does not say so/);
  // Looked after six periods and went on.
  const peeked = await documentOf(plan, records, { ...reveal, early: false, afterPeriods: 12 });
  assert.match((await verify(peeked)).faults.join(), /opened at 2026-01-08.*before the last period/);
});

test('days: two periods on one day, and periods before the plan', async () => {
  const twice = records.map((record, index) =>
    index === 3 ? { ...record, startedAt: '2026-01-04T20:00:00.000Z', endedAt: '2026-01-04T20:20:00.000Z' } : record,
  );
  const document = await documentOf(plan, twice, whole.reveal);
  assert.match((await verify(document)).faults.join(), /2026-01-04 is day 3 and day 4/);
  const soon = await documentOf({ ...plan, plannedAt: '2026-01-02T12:00:00.000Z' }, records, whole.reveal);
  assert.match((await verify(soon)).faults.join(), /before 2026-01-02T12/);
});

test('what comes next', () => {
  const now = '2026-01-04T22:30:00.000Z';
  assert.deepEqual(nextStep(plan, records.slice(0, 2), now), { step: 'PERIOD', period: 3 });
  assert.deepEqual(nextStep(plan, records.slice(0, 3), now), { step: 'WAIT', period: 4 });
  // Half past midnight in Berlin.
  assert.deepEqual(nextStep(plan, records.slice(0, 3), '2026-01-04T23:30:00.000Z'), { step: 'PERIOD', period: 4 });
  assert.deepEqual(nextStep({ ...plan, oneADay: false }, records.slice(0, 3), now), { step: 'PERIOD', period: 4 });
  assert.deepEqual(nextStep(plan, records, now), { step: 'REVEAL' });
});

test('a plan that cannot be kept names the field, the value and what was expected', () => {
  const faults = (change: Partial<TrialPlan>) =>
    planFaults({ ...plan, ...change })
      .map(({ message }) => message)
      .join();
  assert.match(faults({ periods: 2 }), /periods is 2, but must be a whole number from 4 to 365/);
  assert.match(faults({ periods: 11, orderRule: 'BLOCKS_OF_TWO' }), /periods is 11, but must be even/);
  assert.match(faults({ smallestEffect: 0 }), /smallestEffect is 0/);
  assert.match(faults({ commitment: 'x' }), /commitment is "x"/);
  assert.match(faults({ arms: { beat: 'a'.repeat(64), control: 'a'.repeat(64) } }), /another program/);
  assert.match(faults({ light: 'ON' as never }), /light is "ON"/);
});

test('hashes are those of RFC 8785', async () => {
  // Section 3.2.3: keys in the order of UTF-16 units, numbers as ECMAScript prints them, no spaces.
  const text = '{"literals":[null,true,false],"numbers":[1e+30,4.5,0.002,1e-27],"ö":"€"}';
  assert.equal(
    await hashOf({ ö: '\u20ac', numbers: [1e30, 4.5, 2e-3, 1e-27], literals: [null, true, false] }),
    createHash('sha256').update(text).digest('hex'),
  );
});
