import assert from 'node:assert/strict';
import { checkProgram } from '@nes/program/check.ts';
import type { Program } from '@nes/program/model.ts';
import { test } from 'vitest';
import { createRenderer } from './engine.ts';
import { joinPrograms } from './join.ts';
import { KIT } from './kit.ts';
import { decibels, peak, rms } from './measure.ts';
import { makeRenderer } from './renderer.ts';
import { makeScore } from './score.ts';
import { type Report, Transport } from './transport.ts';

const RATE = 48_000;

/** A night: ten programs of different tones, with noise in every second, 9 hours in all. */
const night: Program[] = Array.from({ length: 10 }, (_, index) =>
  checkProgram({
    durationSeconds: 3240,
    gain: 0.8,
    seed: index + 1,
    voices: [
      { kind: 'BINAURAL', keyframes: [{ at: 0, carrier: 180 + 7 * index, beat: 2 + index / 3, level: 0.4 }] },
      ...(index % 2 ? [{ kind: 'NOISE', colour: 'PINK', keyframes: [{ at: 0, level: 0.3 }] }] : []),
    ],
  }),
);

/** What a program sounds like by itself, `frames` frames from one of its own; silence outside of it. */
function alone(program: Program, from: number, frames: number, toSeconds?: number): Float32Array {
  const left = new Float32Array(frames);
  const skip = Math.max(0, -from);
  if (skip >= frames) return left;
  const options = toSeconds === undefined ? {} : { toSeconds };
  createRenderer(program, RATE, options).render(
    Math.max(0, from),
    left.subarray(skip),
    new Float32Array(frames - skip),
  );
  return left;
}

/** The queue's sound from one of its frames, in blocks of the audio thread. */
function together(program: Program, from: number, frames: number): Float32Array {
  const renderer = createRenderer(program, RATE);
  const left = new Float32Array(frames);
  const right = new Float32Array(128);
  for (let at = 0; at < frames; at += 128) {
    const count = Math.min(128, frames - at);
    renderer.render(from + at, left.subarray(at, at + count), right.subarray(0, count));
  }
  return left;
}

const difference = (a: Float32Array, b: Float32Array): Float32Array => a.map((value, n) => value - (b[n] ?? 0));

test('nine hours of ten programs: every gap is silence to the sample, every program begins at its frame', () => {
  const seam = { crossFadeSeconds: 0, gapSeconds: 5 };
  const { program, starts } = joinPrograms(
    night.map((one) => ({ program: one, seconds: null })),
    seam,
  );
  assert.equal(program.durationSeconds, 10 * 3240 + 9 * 5);
  for (let index = 1; index < night.length; index++) {
    const start = (starts[index] as number) * RATE;
    const from = start - 6 * RATE;
    const heard = together(program, from, 7 * RATE);
    // The second before the gap is the end of the one before, the second after it the beginning of this one.
    const before = alone(night[index - 1] as Program, 3239 * RATE, RATE);
    const after = alone(night[index] as Program, 0, RATE);
    assert.ok(rms(before) > 0.1 && rms(after) > 0.1);
    assert.ok(peak(difference(heard.subarray(0, RATE), before)) < 1e-5, `end of ${index - 1}`);
    assert.equal(peak(heard.subarray(RATE, 6 * RATE)), 0, `gap before ${index}`);
    assert.ok(peak(difference(heard.subarray(6 * RATE), after)) < 1e-5, `beginning of ${index}`);
  }
});

test('nine hours of ten programs: a cross-fade is the two with shares that sum to 1, at every sample', () => {
  const fade = 20;
  const { program, starts } = joinPrograms(
    night.map((one) => ({ program: one, seconds: null })),
    { crossFadeSeconds: fade, gapSeconds: 0 },
  );
  assert.equal(program.durationSeconds, 10 * 3240 - 9 * fade);
  for (let index = 1; index < night.length; index++) {
    const start = (starts[index] as number) * RATE;
    // A little of what is before, and of the middle and the end of the seam: the whole of all nine takes long.
    for (const offset of [-0.25, fade / 2, fade - 0.25]) {
      const from = Math.round(offset * RATE);
      const heard = together(program, start + from, RATE / 2);
      const a = alone(night[index - 1] as Program, (3240 - fade) * RATE + from, RATE / 2);
      const b = alone(night[index] as Program, from, RATE / 2);
      const wanted = a.map((value, n) => {
        const share = Math.min(1, Math.max(0, (from + n) / (fade * RATE)));
        const weight = (1 - Math.cos(Math.PI * share)) / 2;
        return value * (1 - weight) + (b[n] ?? 0) * weight;
      });
      const error = decibels(peak(difference(heard, wanted)));
      // One frame off would be −26 dB.
      assert.ok(error < -80, `${error} dB at ${offset} s of seam ${index}`);
    }
  }
});

test('the transport plays the night through, and ends with it', () => {
  const rate = 250;
  const low = night.map((one) => ({
    ...one,
    voices: one.voices.slice(0, 1).map((voice) => ({
      ...voice,
      keyframes: voice.keyframes.map((frame) => ({ ...frame, carrier: 60 })),
    })),
  }));
  const { program } = joinPrograms(
    low.map((one) => ({ program: one, seconds: null })),
    { crossFadeSeconds: 10, gapSeconds: 0 },
  );
  const reports: Report[] = [];
  const transport = new Transport(
    rate,
    (score, sampleRate, options) => makeRenderer(score, sampleRate, options, KIT),
    (report) => reports.push(report),
  );
  transport.command({ type: 'program', score: makeScore(program), options: {}, restart: true });
  transport.command({ type: 'play', fromSeconds: 0, fadeSeconds: 3 });
  const left = new Float32Array(500);
  const right = new Float32Array(500);
  let quiet = 0;
  const frames = program.durationSeconds * rate;
  for (let at = 0; at < frames; at += 500) {
    transport.process(at, left, right);
    if (at > 4 * rate && at < frames - 4 * rate && peak(left) < 0.1) quiet++;
  }
  assert.equal(quiet, 0);
  const last = reports.findLast(({ type }) => type === 'ended');
  assert.ok(last && Math.abs(last.seconds - program.durationSeconds) <= 2);
});

test('one is cut, one repeated to the length it is given; a seam is at most half of the shorter', () => {
  const [first, second] = night as [Program, Program];
  const { program, starts, lengths } = joinPrograms(
    [
      { program: first, seconds: 8 },
      { program: { ...second, durationSeconds: 2 }, seconds: 5 },
    ],
    { crossFadeSeconds: 60, gapSeconds: 0 },
  );
  assert.deepEqual(starts, [0, 5.5]);
  assert.deepEqual(lengths, [8, 5]);
  assert.equal(program.durationSeconds, 10.5);
  const heard = together(program, 8 * RATE, 2.5 * RATE);
  const repeated = alone({ ...second, durationSeconds: 2, loop: 0 }, 2.5 * RATE, 2.5 * RATE, 5);
  assert.ok(rms(heard) > 0.1);
  // Its last 20 ms are the end of the whole, too.
  const inner = (both: Float32Array) => both.subarray(0, 2.48 * RATE);
  assert.ok(peak(difference(inner(heard), inner(repeated))) < 1e-5);
});

test('a queue is never louder than what it joins, and leaves room for the bell before its end', () => {
  const loud = checkProgram({
    durationSeconds: 20,
    voices: [{ kind: 'MONAURAL', keyframes: [{ at: 0, carrier: 200, beat: 0, level: 1 }] }],
  });
  const { program } = joinPrograms(
    [loud, loud].map((one) => ({ program: one, seconds: null })),
    { crossFadeSeconds: 10, gapSeconds: 0 },
    { endBellSeconds: 3 },
  );
  const left = new Float32Array(30 * RATE);
  createRenderer(program, RATE, { endBellSeconds: 3 }).render(0, left, new Float32Array(30 * RATE));
  assert.ok(peak(left) > 0.5 && peak(left) <= 0.8913, `${peak(left)}`);
});
