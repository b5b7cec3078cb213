import assert from 'node:assert/strict';
import { test } from 'vitest';
import { clockOffset, correction, coursePosition, jumpSeconds, largestRate, type RoundTrip } from './group-clock.ts';

/** Repeatable random numbers from 0 to 1. */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

/** Errors of 300 offsets in ms, ascending, each of so many round trips over lines whose delay varies by 30 ms to both sides, each way. */
function offsetErrors(trips: number): number[] {
  const errors: number[] = [];
  for (let run = 0; run < 300; run++) {
    const [delay, truth] = [
      [5, 0],
      [80, -1750.25],
      [250, 2000.5],
    ][run % 3] as [number, number];
    const next = random(run * 1000 + trips);
    const made: RoundTrip[] = [];
    for (let index = 0; index < trips; index++) {
      const sent = 1e6 + index * 100;
      const out = delay + next() * 60;
      const back = delay + next() * 60;
      made.push({ sent, received: sent + out + back, server: sent + out + truth });
    }
    errors.push(Math.abs(clockOffset(made) - truth));
  }
  return errors.sort((a, b) => a - b);
}

test('the offset is found through slow, jittery and one-sided round trips, the better the more there are', () => {
  const [few, many] = [offsetErrors(32), offsetErrors(80)];
  assert.ok((few[150] ?? 9) < 2, `half of the offsets are more than ${few[150]} ms off`);
  assert.ok((few.at(-1) ?? 99) < 10, `one is ${few.at(-1)} ms off`);
  assert.ok((many[285] ?? 9) < 2, `one of twenty is more than ${many[285]} ms off`);
  assert.ok((many.at(-1) ?? 99) < 5, `one is ${many.at(-1)} ms off`);
  assert.throws(() => clockOffset([]), RangeError);
});

test('one very fast trip outweighs many slow lopsided ones', () => {
  const slow: RoundTrip[] = Array.from({ length: 6 }, (_, index) => ({
    sent: index * 1000,
    received: index * 1000 + 400,
    server: index * 1000 + 390 + 50,
  }));
  assert.equal(clockOffset([...slow, { sent: 9000, received: 9002, server: 9001 + 50 }]), 50);
});

test('a course moves on by the server clock only while it plays', () => {
  const course = { playing: true, positionSeconds: 10, positionAt: 5_000 };
  assert.equal(coursePosition(course, 7_500), 12.5);
  assert.equal(coursePosition({ ...course, playing: false }, 7_500), 10);
  assert.equal(coursePosition({ ...course, positionSeconds: 0 }, 4_000), 0);
});

test('a listener who is off comes into step within 0.1 % of speed and then rests', () => {
  for (const start of [0.0095, -0.0095, 0.008, -0.003]) {
    let error = start;
    for (let second = 0; second < 200; second += 0.25) {
      const { jump, rate } = correction(error);
      assert.equal(jump, false);
      assert.ok(Math.abs(rate - 1) <= largestRate + 1e-12);
      error -= (rate - 1) * 0.25;
    }
    assert.ok(Math.abs(error) < 0.001, `from ${start} s it ended at ${error} s`);
  }
  assert.equal(correction(jumpSeconds * 1.01).jump, true);
});
