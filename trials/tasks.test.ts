import assert from 'node:assert/strict';
import { test } from 'vitest';
import { normalBelow, normalQuantile } from './distributions.ts';
import { seeded } from './random.ts';
import {
  scoreDetection,
  scoreVigilance,
  sustainedAttentionCourse,
  type TurnResult,
  twoBackCourse,
  vigilanceCourse,
} from './tasks.ts';

const random = () => seeded('00112233445566778899aabbccddeeff');

test('vigilance: three minutes of waits from 1 to 4 s', () => {
  const { turns } = vigilanceCourse(random());
  assert.ok(turns.every(({ waitMs, wanted }) => waitMs >= 1_000 && waitMs <= 4_000 && wanted));
  assert.ok(turns.reduce((sum, { waitMs }) => sum + waitMs, 0) > 180_000);
});

test('vigilance: speed, lapses, missed and too early', () => {
  const results = [200, 250, 400, null, 90].map((reactionMs): TurnResult => ({ wanted: true, reactionMs }));
  assert.deepEqual(scoreVigilance(results, 2, 355), {
    speed: (1_000 / 200 + 1_000 / 250 + 1_000 / 400) / 4,
    medianMs: 250,
    lapses: 2,
    missed: 1,
    tooEarly: 3,
  });
  assert.equal(scoreVigilance(results, 0, 500).lapses, 1);
  assert.equal(
    scoreVigilance(
      [
        { wanted: true, reactionMs: 200 },
        { wanted: true, reactionMs: 300 },
      ],
      0,
      355,
    ).medianMs,
    250,
  );
  assert.equal(scoreVigilance([{ wanted: true, reactionMs: null }], 4, 355).speed, null);
});

test('sustained attention: each digit as often, the 3 is not to be answered', () => {
  const { turns } = sustainedAttentionCourse(random());
  assert.equal(turns.length, 225);
  for (const digit of '123456789') assert.equal(turns.filter(({ shows }) => shows === digit).length, 25);
  assert.ok(turns.every(({ shows, wanted }) => wanted === (shows !== '3')));
});

test('2-back: a third is the letter of two before, and nothing else is', () => {
  const { turns } = twoBackCourse(random());
  assert.equal(turns.length, 62);
  assert.equal(turns.filter(({ wanted }) => wanted).length, 20);
  for (const [index, { shows, wanted }] of turns.entries()) assert.equal(wanted, turns[index - 2]?.shows === shows);
});

test("d′ by Hautus' correction, also where all or nothing is right", () => {
  const results = (hits: number, missed: number, alarms: number, quiet: number): TurnResult[] => [
    ...Array.from({ length: hits }, (_, index) => ({ wanted: true, reactionMs: 300 + (index % 2) * 100 })),
    ...Array.from({ length: missed }, () => ({ wanted: true, reactionMs: null })),
    ...Array.from({ length: alarms }, () => ({ wanted: false, reactionMs: 300 })),
    ...Array.from({ length: quiet }, () => ({ wanted: false, reactionMs: null })),
  ];
  const some = scoreDetection(results(15, 5, 4, 36));
  // z(15.5 / 21) − z(4.5 / 41), computed with R's qnorm.
  assert.ok(Math.abs(some.dPrime - 1.86531) < 1e-5, String(some.dPrime));
  assert.deepEqual([some.hits, some.missed, some.falseAlarms, some.tooEarly], [15, 5, 4, 0]);
  assert.ok(Math.abs((some.variation as number) - 51.639777949 / 346.666666667) < 1e-9);
  const perfect = scoreDetection(results(20, 0, 0, 40)).dPrime;
  assert.ok(perfect > some.dPrime && Number.isFinite(perfect));
  assert.equal(scoreDetection([{ wanted: true, reactionMs: 50 }]).tooEarly, 1);
});

test('the normal quantile turns its distribution around', () => {
  for (const chance of [1e-6, 0.01, 0.3, 0.5, 0.97, 1 - 1e-6])
    assert.ok(Math.abs(normalBelow(normalQuantile(chance)) - chance) < 1e-12);
});
