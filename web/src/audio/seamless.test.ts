import assert from 'node:assert/strict';
import { checkProgram } from '@nes/program/check.ts';
import type { Program } from '@nes/program/model.ts';
import { test } from 'vitest';
import { decibels, fitSine, highPassed, peak, rms } from './measure.ts';
import { frameCount, renderPieces } from './render-file.ts';
import { closeLoop, MOST_MOVED_HZ } from './seamless.ts';

const RATE = 48_000;
const options = { sampleRate: RATE, fromSeconds: 0, toSeconds: 1, seamless: true };

/** The file twice, one after the other, as a player that repeats it plays it. */
function twice(program: Program): { left: Float32Array; right: Float32Array; seam: number } {
  const seam = frameCount(program, options);
  const [left, right] = [new Float32Array(2 * seam), new Float32Array(2 * seam)];
  let next = 0;
  for (const { left: l, right: r, frame } of renderPieces(program, options)) {
    assert.equal(frame, next);
    next += l.length;
    for (const shift of [0, seam]) {
      left.set(l, frame + shift);
      right.set(r, frame + shift);
    }
  }
  assert.equal(next, seam);
  return { left, right, seam };
}

test('steady tones go over the seam as one sine, each within 0.005 Hz of what was asked for', () => {
  const program = checkProgram({
    durationSeconds: 3.123456,
    voices: [
      { kind: 'BINAURAL', keyframes: [{ at: 0, carrier: 211.37, beat: 9.77, level: 0.4 }] },
      { kind: 'MONAURAL', keyframes: [{ at: 0, carrier: 1403.1, beat: 0, level: 0.2 }] },
    ],
  });
  const { movedHz, crossfaded, passes } = closeLoop(program, RATE);
  assert.ok(movedHz <= MOST_MOVED_HZ && crossfaded.size === 0 && passes > 1);
  const { left, right, seam } = twice(program);
  for (const [ear, hertz] of [
    [left, 211.37 + 9.77 / 2],
    [right, 211.37 - 9.77 / 2],
  ] as const) {
    const near = Float64Array.from(ear.subarray(seam - RATE / 4, seam + RATE / 4));
    // The second tone is taken away first: what is left is one sine, over the seam.
    const other = fitSine(near, RATE, 1403.1);
    for (let n = 0; n < near.length; n++)
      near[n] =
        (near[n] as number) - other.amplitude * Math.sin(2 * Math.PI * (other.cycles + (other.hertz * n) / RATE));
    const fit = fitSine(near, RATE, hertz);
    assert.ok(Math.abs(fit.hertz - hertz) <= 0.01, `${fit.hertz}`);
    assert.ok(decibels(fit.residual) < -70, `${decibels(fit.residual)} dB`);
  }
});

test('a program that ends elsewhere than it begins makes no click: nothing above 2 kHz at the seam that is not elsewhere', () => {
  const program = checkProgram({
    durationSeconds: 5,
    voices: [
      {
        kind: 'BINAURAL',
        keyframes: [
          { at: 0, carrier: 220, beat: 14, level: 0.4 },
          { at: 5, carrier: 190, beat: 7, level: 0.3 },
        ],
      },
      { kind: 'ISOCHRONIC', alternating: true, keyframes: [{ at: 0, carrier: 180, beat: 5.3, level: 0.2 }] },
    ],
  });
  const { left, right, seam } = twice(program);
  for (const ear of [left, right]) {
    const high = highPassed(ear, RATE, 2000);
    const elsewhere = peak(high.subarray(RATE, seam - RATE));
    const here = peak(high.subarray(seam - RATE / 10, seam + RATE / 10));
    assert.ok(decibels(here / elsewhere) < 1, `${decibels(here / elsewhere)} dB`);
  }
});

for (const voice of [
  { kind: 'NOISE', colour: 'BROWN', modulationDepth: 0.5 },
  { kind: 'NOISE', colour: 'WHITE' },
  { kind: 'DROPS', texture: 'RAIN', dropsPerSecond: 400 },
] as const) {
  test(`${voice.kind} ${'colour' in voice ? voice.colour : voice.texture} goes over the seam as loud as elsewhere, without a step`, () => {
    const beat = 'modulationDepth' in voice ? 4.7 : 0;
    const program = checkProgram({
      durationSeconds: 6,
      voices: [{ ...voice, keyframes: [{ at: 0, beat, level: 0.5 }] }],
    });
    const { left, seam } = twice(program);
    const levels: number[] = [];
    for (let at = 0.25 * RATE; at + RATE / 2 <= 2 * seam; at += RATE / 4)
      levels.push(rms(left.subarray(at, at + RATE / 2)));
    const mean = levels.reduce((a, b) => a + b) / levels.length;
    const spread = Math.max(...levels.map((level) => Math.abs(decibels(level / mean))));
    const around = decibels(rms(left.subarray(seam - RATE / 2, seam + RATE / 4)) / mean);
    assert.ok(Math.abs(around) <= Math.max(1, spread), `${around} dB`);
    const step = Math.abs((left[seam] as number) - (left[seam - 1] as number));
    let most = 0;
    for (let n = RATE; n < seam - RATE; n++)
      most = Math.max(most, Math.abs((left[n] as number) - (left[n - 1] as number)));
    assert.ok(step <= most, `a step of ${step}, elsewhere at most ${most}`);
  });
}

test('bells ring over the seam', () => {
  const program = checkProgram({
    durationSeconds: 5,
    voices: [{ kind: 'BELL', decaySeconds: 8, keyframes: [{ at: 4.5, carrier: 400, level: 0.5 }] }],
  });
  const { left, seam } = twice(program);
  const fit = fitSine(left.subarray(seam - 4800, seam + 4800), RATE, 400);
  // It decays by 0.75 dB in this fifth of a second; a break would leave far more.
  assert.ok(fit.amplitude > 0.2 && fit.residual < 0.06 * fit.amplitude, `${fit.amplitude} ${fit.residual}`);
});
