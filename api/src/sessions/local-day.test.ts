import assert from 'node:assert/strict';
import { bandProfile } from '@nes/program/bands.ts';
import type { Program } from '@nes/program/model.ts';
import { test } from 'vitest';
import { heardByDay } from './heard-days.ts';
import { addDays, isTimeZone, localDay, splitByDay } from './local-day.ts';

const at = (text: string) => Date.parse(text);
const HOUR = 3_600_000;

test('zones are IANA names', () => {
  for (const zone of ['UTC', 'Europe/Berlin', 'America/Argentina/Buenos_Aires', 'Etc/GMT+5', 'Asia/Kathmandu']) {
    assert.ok(isTimeZone(zone), zone);
  }
  for (const zone of ['', 'Mars/Olympus', '+02:00', '-05:00', 'Europe/Berlin\n', '../etc/passwd', 'x'.repeat(80)]) {
    assert.ok(!isTimeZone(zone), zone);
  }
});

test('days across midnight, in zones east and west', () => {
  const from = at('2026-05-01T21:30:00Z');
  assert.deepEqual(splitByDay(from, from + 2 * HOUR, 'Europe/Berlin'), [
    { day: '2026-05-01', from, to: at('2026-05-01T22:00:00Z') },
    { day: '2026-05-02', from: at('2026-05-01T22:00:00Z'), to: from + 2 * HOUR },
  ]);
  assert.deepEqual(splitByDay(from, from + 2 * HOUR, 'America/New_York'), [
    { day: '2026-05-01', from, to: from + 2 * HOUR },
  ]);
  // Nepal is 5 hours 45 minutes ahead.
  assert.equal(splitByDay(from, from + 2 * HOUR, 'Asia/Kathmandu')[0]?.day, '2026-05-02');
});

test('a day of 23 hours and one of 25', () => {
  // Berlin: clocks go forward on 2026-03-29, back on 2026-10-25.
  const lengths = (first: string, days: number) =>
    splitByDay(at(first), at(first) + days * 24 * HOUR, 'Europe/Berlin').map((part) => (part.to - part.from) / HOUR);
  assert.deepEqual(lengths('2026-03-27T23:00:00Z', 3), [24, 23, 24, 1]);
  assert.deepEqual(lengths('2026-10-23T22:00:00Z', 3), [24, 25, 23]);
});

test('the hour that comes twice counts twice, on the same day', () => {
  // 02:00 to 03:00 local time happens twice.
  const from = at('2026-10-25T00:00:00Z');
  assert.deepEqual(splitByDay(from, from + 2 * HOUR, 'Europe/Berlin'), [
    { day: '2026-10-25', from, to: from + 2 * HOUR },
  ]);
});

test('clocks that go back at midnight', () => {
  // Cuba: on 2026-11-01 at 01:00 local time the clock goes back to 00:00; the day has 25 hours.
  const parts = splitByDay(at('2026-11-01T04:00:00Z'), at('2026-11-02T05:00:00Z'), 'America/Havana');
  assert.deepEqual(
    parts.map((part) => [part.day, (part.to - part.from) / HOUR]),
    [['2026-11-01', 25]],
  );
});

test('the day that Samoa left out', () => {
  const parts = splitByDay(at('2011-12-30T08:00:00Z'), at('2011-12-30T12:00:00Z'), 'Pacific/Apia');
  assert.deepEqual(
    parts.map((part) => part.day),
    ['2011-12-29', '2011-12-31'],
  );
});

test('parts join without gaps and sum up, to the millisecond and off it', () => {
  for (const length of [1, 999, 1000.4, 5 * HOUR + 0.7, 80 * HOUR + 1]) {
    const from = at('2026-03-28T20:11:12.345Z');
    const parts = splitByDay(from, from + length, 'America/Sao_Paulo');
    let end = from;
    for (const part of parts) {
      assert.equal(part.from, end);
      assert.equal(localDay(part.from, 'America/Sao_Paulo'), part.day);
      end = part.to;
    }
    assert.equal(end, from + length);
  }
});

test('days are counted over months and leap years', () => {
  assert.equal(addDays('2028-02-28', 1), '2028-02-29');
  assert.equal(addDays('2026-01-01', -1), '2025-12-31');
});

test('seconds of each band go to the day on which they were heard', () => {
  // 10 minutes at 10 Hz (alpha), then 10 minutes at 6 Hz (theta), played from 23:55.
  const voice = (at: number, beat: number) => ({ at, carrier: 200, beat, level: 0.5, pan: 0, curve: 'HOLD' }) as const;
  const program: Program = {
    durationSeconds: 1200,
    phases: [],
    voices: [{ kind: 'BINAURAL', name: 'v', waveform: 'SINE', keyframes: [voice(0, 10), voice(600, 6)] }],
    gain: 1,
    loop: 2,
    seed: 1,
  };
  const from = at('2026-05-01T21:55:00Z');
  const days = heardByDay([{ from, positionSeconds: 0, seconds: 1500 }], bandProfile(program), 'Europe/Berlin');
  assert.deepEqual(
    [...days],
    [
      ['2026-05-01', { seconds: 300, bands: { delta: 0, theta: 0, alpha: 300, beta: 0, gamma: 0, noBeat: 0 } }],
      // 300 s alpha, 600 s theta, then 300 s of the second pass's alpha.
      ['2026-05-02', { seconds: 1200, bands: { delta: 0, theta: 600, alpha: 600, beta: 0, gamma: 0, noBeat: 0 } }],
    ],
  );
});
