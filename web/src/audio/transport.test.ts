import assert from 'node:assert/strict';
import { checkProgram } from '@nes/program/check.ts';
import { test } from 'vitest';
import { createRenderer } from './engine.ts';
import { KIT } from './kit.ts';
import { decibels, fitSine, highPassed, largestStep, peak, rms } from './measure.ts';
import { makeRenderer } from './renderer.ts';
import { makeScore } from './score.ts';
import { type Command, type Report, Transport } from './transport.ts';

const RATE = 48_000;
const BLOCK = 128;

const program = checkProgram({
  durationSeconds: 600,
  voices: [
    { kind: 'BINAURAL', keyframes: [{ at: 0, carrier: 250, beat: 6, level: 0.4 }] },
    { kind: 'BINAURAL', keyframes: [{ at: 0, carrier: 210, beat: 4, level: 0.2 }] },
  ],
});

/** Plays commands at their seconds, as the worklet does. */
function played(seconds: number, commands: [number, Command][]): { left: Float32Array; reports: Report[] } {
  const reports: Report[] = [];
  const transport = new Transport(
    RATE,
    (score, rate, options) => makeRenderer(score, rate, options, KIT),
    (report) => reports.push(report),
  );
  const left = new Float32Array(Math.ceil((seconds * RATE) / BLOCK) * BLOCK);
  const right = new Float32Array(BLOCK);
  const waiting = commands.toSorted((a, b) => a[0] - b[0]);
  for (let at = 0; at < left.length; at += BLOCK) {
    while (waiting[0] && waiting[0][0] * RATE <= at) transport.command((waiting.shift() as [number, Command])[1]);
    transport.process(at, left.subarray(at, at + BLOCK), right);
  }
  return { left, reports };
}

const load: [number, Command] = [0, { type: 'program', score: makeScore(program), options: {}, restart: true }];
const start: [number, Command][] = [load, [0, { type: 'play', fromSeconds: 0, fadeSeconds: 0.5 }]];

/** Rise, in dB, of the peak above 2 kHz over that of steady playing (at least −120 dB, far below hearing). */
function rise(left: Float32Array, steadyFrom: number, steadyTo: number, from: number): number {
  const high = highPassed(left, RATE, 2000);
  const steady = peak(high.subarray(steadyFrom * RATE, steadyTo * RATE));
  return decibels(peak(high.subarray(from * RATE)) / Math.max(steady, 1e-6));
}

test('every switch is free of clicks, even in the middle of another', () => {
  const { left } = played(8, [
    ...start,
    [2, { type: 'pause' }],
    [2.005, { type: 'play', fromSeconds: null, fadeSeconds: 0.1 }],
    [3, { type: 'seek', seconds: 100.1 }],
    [3.01, { type: 'seek', seconds: 200.2 }],
    [3.5, { type: 'volume', gain: 0.2 }],
    [3.507, { type: 'volume', gain: 1 }],
    [4, { type: 'voices', on: [true, false] }],
    [4.01, { type: 'voices', on: [true, true] }],
    [5, { type: 'program', score: makeScore({ ...program, gain: 0.3 }), options: {}, restart: false }],
    [5.01, { type: 'program', score: makeScore(program), options: {}, restart: false }],
    [5.5, { type: 'hush', on: true }],
    [5.6, { type: 'hush', on: false }],
    [6, { type: 'rate', rate: 1.001 }],
    [7, { type: 'stop', fadeSeconds: 0 }],
  ]);
  assert.ok(rise(left, 1, 1.9, 1) <= 1, `${rise(left, 1, 1.9, 1)} dB`);
  assert.ok(largestStep(left) <= (1.05 * 2 * Math.PI * (0.4 * 254 + 0.2 * 213)) / RATE);
  assert.equal(peak(left.subarray(7.1 * RATE)), 0);
  assert.ok(peak(left.subarray(6.9 * RATE, 7 * RATE)) > 0.5);
});

test('a start rises from silence: below −26 dBFS at first, over three seconds', () => {
  const { left } = played(4, [load, [0, { type: 'play', fromSeconds: 0, fadeSeconds: 3 }]]);
  assert.ok(decibels(peak(left.subarray(0, RATE / 2))) <= -26);
  let before = 0;
  for (let at = 0; at < 2.9 * RATE; at += RATE / 4) {
    const now = peak(left.subarray(at, at + RATE / 4));
    assert.ok(now > before);
    before = now;
  }
  assert.ok(peak(left.subarray(3.2 * RATE)) > 0.59);
});

test('an emergency stop is silent within 20 ms, without a click, at any moment', () => {
  for (const at of [0.2, 1, 1.0031, 1.007]) {
    const { left, reports } = played(2, [...start, [1, { type: 'seek', seconds: 50 }], [at, { type: 'emergency' }]]);
    assert.equal(peak(left.subarray(Math.ceil((at + 0.02) * RATE))), 0, `${at}`);
    assert.ok(decibels(peak(highPassed(left, RATE, 2000).subarray(Math.round((at - 0.05) * RATE)))) < -90);
    assert.equal(reports.at(-1)?.rate, 0);
  }
});

test('pause holds the place to the frame; what comes after is what the whole has there', () => {
  const { left, reports } = played(4, [
    ...start,
    [1, { type: 'pause' }],
    [2, { type: 'play', fromSeconds: null, fadeSeconds: 0.1 }],
  ]);
  const paused = reports.findLast((report) => report.rate === 0);
  const on = reports.find((report) => paused && report.frame > paused.frame && report.rate > 0);
  assert.ok(paused && on && paused.seconds === on.seconds);
  const mine = new Float32Array(RATE);
  const from = on.frame + RATE / 2;
  createRenderer(program, RATE).render(on.seconds * RATE + RATE / 2, mine, new Float32Array(RATE));
  const difference = mine.map((value, n) => value - (left[from + n] ?? 0));
  assert.ok(rms(mine) > 0.3 && decibels(peak(difference)) < -90);
});

test('a seek that names a frame lands as if it had been done there, whenever it comes', () => {
  for (const at of [2, 2.1, 2.345]) {
    const { reports } = played(4, [...start, [at, { type: 'seek', seconds: 100, frame: 1.5 * RATE }]]);
    const last = reports.findLast(({ type }) => type === 'place');
    assert.ok(last && last.frame > 3 * RATE);
    assert.ok(
      Math.abs(last.seconds - 100 - (last.frame / RATE - 1.5)) < 1e-6,
      `${last.seconds} s at frame ${last.frame}`,
    );
  }
});

test('the rate is reached slowly, and places tell it', () => {
  const { reports } = played(10, [...start, [2, { type: 'rate', rate: 1.001 }]]);

  const last = reports.at(-1);
  assert.equal(last?.rate, 1.001);
  // 8 s at a thousandth faster, less the half of the quarter second in which the rate is reached.
  const ahead = (last?.seconds ?? 0) - (last?.frame ?? 0) / RATE;
  assert.ok(Math.abs(ahead - 0.001 * ((last?.frame ?? 0) / RATE - 2 - 0.13)) < 1e-4, `${ahead}`);
});

test('the sleep timer has faded when its time is up, then rests at the beginning', () => {
  const { left, reports } = played(7, [...start, [1, { type: 'sleep', inSeconds: 5, fadeSeconds: 4 }]]);
  assert.ok(peak(left.subarray(1.5 * RATE, 2 * RATE)) > 0.59);
  const levels = [2, 3, 4, 5].map((at) => peak(left.subarray(at * RATE, (at + 0.9) * RATE)));
  for (let index = 1; index < levels.length; index++) assert.ok((levels[index] ?? 1) < (levels[index - 1] ?? 0));
  assert.ok(peak(left.subarray(5.5 * RATE, 5.9 * RATE)) > 0);
  assert.equal(peak(left.subarray(6.01 * RATE)), 0);
  assert.deepEqual(
    reports.filter((report) => report.type !== 'place').map((report) => report.type),
    ['asleep'],
  );
});

test('a sleep timer shorter than its fade fades in the time there is', () => {
  const { left } = played(4, [...start, [1, { type: 'sleep', inSeconds: 1, fadeSeconds: 60 }]]);
  assert.ok(peak(left.subarray(1.4 * RATE, 1.5 * RATE)) > 0.1);
  assert.equal(peak(left.subarray(2.01 * RATE)), 0);
});

test('the sleep timer counts on in a pause and ends the session there; a stop takes it away', () => {
  const { reports } = played(6, [
    ...start,
    [1, { type: 'sleep', inSeconds: 2, fadeSeconds: 1 }],
    [2, { type: 'pause' }],
    [5, { type: 'play', fromSeconds: null, fadeSeconds: 0.1 }],
  ]);
  const asleep = reports.find((report) => report.type === 'asleep');
  assert.ok(asleep && Math.abs(asleep.frame / RATE - 3) < 0.01, `${(asleep?.frame ?? 0) / RATE} s`);
  assert.equal(reports.find((report) => report.frame >= 5 * RATE)?.seconds, 0);

  const stopped = played(6, [
    ...start,
    [1, { type: 'sleep', inSeconds: 2, fadeSeconds: 1 }],
    [2, { type: 'stop', fadeSeconds: 0 }],
    [2.5, { type: 'play', fromSeconds: 0, fadeSeconds: 0.1 }],
  ]);
  assert.ok(peak(stopped.left.subarray(5.5 * RATE)) > 0.59);
});

test('the end of the last pass is told, and the bell before it is heard', () => {
  const short = checkProgram({
    durationSeconds: 2,
    loop: 2,
    voices: [{ kind: 'BINAURAL', keyframes: [{ at: 0, carrier: 200, beat: 6, level: 0.4 }] }],
  });
  const { left, reports } = played(5, [
    [
      0,
      {
        type: 'program',
        score: makeScore(short, { endBellSeconds: 1 }),
        options: { endBellSeconds: 1 },
        restart: true,
      },
    ],
    [0, { type: 'play', fromSeconds: 0, fadeSeconds: 0.1 }],
  ]);
  const ended = reports.find((report) => report.type === 'ended');
  assert.ok(ended && Math.abs(ended.seconds - 4) < 0.01);
  assert.equal(peak(left.subarray(4.01 * RATE)), 0);
  const high = (from: number, to: number) => fitSine(left.subarray(from * RATE, to * RATE), RATE, 528, true).amplitude;
  assert.ok(high(2, 2.9) < 1e-3 && high(3.1, 3.5) > 0.1);
});

test('a command while nothing is loaded does nothing', () => {
  const { left } = played(1, [
    [0, { type: 'play', fromSeconds: 0, fadeSeconds: 0.1 }],
    [0.2, { type: 'emergency' }],
    [0.3, { type: 'seek', seconds: 5 }],
    [0.4, { type: 'sleep', inSeconds: 0, fadeSeconds: 1 }],
  ]);
  assert.equal(peak(left), 0);
});
