import assert from 'node:assert/strict';
import { test } from 'vitest';
import { BANDS, bandOf, bandProfile, bandsBetween, emptyBands } from './bands.ts';
import { binaural, frame, programOf } from './testing/make.ts';

const near = (actual: number, expected: number, tolerance = 0.001) =>
  assert.ok(Math.abs(actual - expected) < tolerance, `${actual} is not ${expected}`);

test('the borders of the bands', () => {
  const cases: [number | null, string][] = [
    [null, 'noBeat'],
    [0.49, 'noBeat'],
    [0.5, 'delta'],
    [3.999, 'delta'],
    [4, 'theta'],
    [8, 'alpha'],
    [12.999, 'alpha'],
    [13, 'beta'],
    [30, 'beta'],
    [30.001, 'gamma'],
  ];
  for (const [beat, band] of cases) assert.equal(bandOf(beat), band, String(beat));
});

test('a straight glide spends its time in each band in proportion', () => {
  // 14 to 2 Hz in 120 s: 0.1 Hz a second.
  const profile = bandProfile(programOf(120, [binaural([frame(0, 14), frame(120, 2)])]));
  near(profile.pass.beta, 10);
  near(profile.pass.alpha, 50);
  near(profile.pass.theta, 40);
  near(profile.pass.delta, 20);
  assert.equal(profile.pass.noBeat, 0);
  assert.equal(profile.minBeatHz, 2);
  assert.equal(profile.maxBeatHz, 14);
  const part = bandsBetween(profile, 5, 65);
  near(part.beta, 5);
  near(part.alpha, 50);
  near(part.theta, 5);
});

test('a jump over several bands within a second is found', () => {
  const profile = bandProfile(programOf(10, [binaural([frame(0, 2), frame(5.3, 2), frame(5.31, 40), frame(10, 40)])]));
  near(profile.pass.delta, 5.3, 0.01);
  near(profile.pass.gamma, 4.7, 0.01);
  near(
    BANDS.reduce((sum, band) => sum + profile.pass[band], 0),
    10,
    1e-9,
  );
});

test('the loudest beating voice decides, silence is no beat, a negative beat counts like a positive one', () => {
  const profile = bandProfile(
    programOf(30, [
      binaural([frame(0, -10, { level: 0, curve: 'HOLD' }), frame(10, -10, { level: 0.3, curve: 'HOLD' })]),
      binaural([frame(0, 5, { level: 0, curve: 'HOLD' }), frame(20, 5, { level: 0.6, curve: 'HOLD' })]),
    ]),
  );
  near(profile.pass.noBeat, 10);
  near(profile.pass.alpha, 10);
  near(profile.pass.theta, 10);
});

test('parts of several passes sum up, however they are cut', () => {
  const profile = bandProfile(programOf(100, [binaural([frame(0, 14), frame(100, 2)])], 0));
  const whole = bandsBetween(profile, 37, 537);
  for (const band of BANDS) near(whole[band], 5 * profile.pass[band], 0.01);
  for (const cuts of [
    [37, 100, 200, 537],
    [37, 99.5, 100.5, 450, 537],
    [37, 38, 536, 537],
  ]) {
    const sum = emptyBands();
    for (let index = 1; index < cuts.length; index++) {
      const part = bandsBetween(profile, cuts[index - 1] as number, cuts[index] as number);
      for (const band of BANDS) sum[band] += part[band];
    }
    for (const band of BANDS) near(sum[band], whole[band], 1e-6);
  }
  assert.deepEqual(bandsBetween(profile, 10, 10), emptyBands());
  assert.deepEqual(bandsBetween(profile, 10, 5), emptyBands());
});
