import assert from 'node:assert/strict';
import { test } from 'vitest';
import { headphoneCheck } from '../web/src/audio/tones.ts';
import {
  calibrated,
  dayShares,
  energy,
  type Hours,
  loudestOffsetDb,
  secondsLeft,
  weekShare,
  withEnergy,
} from './dose.ts';
import { playedLevelDb } from './loudness.ts';

const near = (value: number, expected: number, tolerance = 1e-9) =>
  assert.ok(Math.abs(value - expected) <= tolerance * Math.abs(expected), `${value}, not ${expected}`);

const hour = 3_600_000;
const now = Date.UTC(2026, 0, 15, 12);
const heard = (levelDb: number, hours: number, at = now): Hours =>
  withEnergy({}, at, energy(levelDb, hours * 3600), true);

test('40 hours at 80 dB(A) are the allowance of an adult; 3 dB more halve the time', () => {
  near(weekShare(heard(80, 40), now, 80), 1);
  near(weekShare(heard(83.0103, 20), now, 80), 1, 1e-5);
  near(weekShare(heard(90, 4), now, 80), 1);
  near(weekShare(heard(100, 0.4), now, 80), 1);
});

test('a child has 75 dB(A): about a third of the energy', () => {
  near(weekShare(heard(75, 40), now, 75), 1);
  near(weekShare(heard(80, 40), now, 75), 10 ** 0.5);
});

test('seven days count, hour by hour; what is older goes', () => {
  let hours = heard(90, 1, now - 169 * hour);
  hours = withEnergy(hours, now - 100 * hour, energy(90, 3600), true);
  hours = withEnergy(hours, now, energy(90, 3600), true);
  near(weekShare(hours, now, 80), 0.5);
  assert.equal(Object.keys(hours).length, 2);
  near(weekShare(hours, now + 70 * hour, 80), 0.25);
  near(weekShare(hours, now + 168 * hour, 80) + 1, 1);
});

test('before the calibration the share is the most that it can be; afterwards it is what was calibrated', () => {
  const raw = withEnergy({}, now, energy(-50, 3600), false);
  near(weekShare(raw, now, 80), energy(loudestOffsetDb - 50, 3600) / energy(80, 40 * 3600));
  const known = calibrated(raw, 95);
  near(weekShare(known, now, 80), energy(45, 3600) / energy(80, 40 * 3600));
  near(weekShare(calibrated(known, 120), now, 80), energy(45, 3600) / energy(80, 40 * 3600));
});

test('days are those of the device, today last', () => {
  const noon = new Date(2026, 0, 15, 12);
  let hours = withEnergy({}, noon.getTime() - 24 * hour, energy(80, 3600), true);
  hours = withEnergy(hours, noon.getTime(), energy(80, 7200), true);
  const days = dayShares(hours, noon, 80);
  assert.equal(days.length, 7);
  assert.deepEqual(
    days.map(({ share }) => Math.round(share * 1000) / 1000),
    [0, 0, 0, 0, 0, 0.025, 0.05],
  );
  assert.equal(days[6]?.day.getDate(), 15);
});

test('the time that is left at a level', () => {
  near(secondsLeft(0, 80, 80), 40 * 3600);
  near(secondsLeft(0.5, 90, 80), 2 * 3600);
  assert.equal(secondsLeft(1.2, 90, 80), 0);
});

test('the volume goes into the level by its square, as in the player', () => {
  const check = headphoneCheck('BOTH');
  near(playedLevelDb(check, 1.5, 1) - playedLevelDb(check, 1.5, 0.5), 20 * Math.log10(4), 1e-9);
  assert.ok(playedLevelDb(check, 1.5, 0) < -200);
});
