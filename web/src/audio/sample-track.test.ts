import assert from 'node:assert/strict';
import { checkProgram } from '@nes/program/check.ts';
import { test } from 'vitest';
import { createRenderer } from './engine.ts';
import { Noise } from './noise.ts';
import type { Sample } from './renderer.ts';

const sampleRate = 48_000;
const seconds = 3;

/** RMS of the left ear over 20 ms around each moment. */
function loudness(sample: Sample, moments: number[]): number[] {
  const program = checkProgram({
    durationSeconds: 20,
    voices: [{ kind: 'SAMPLE', keyframes: [{ at: 0, level: 0.5 }] }],
  });
  const renderer = createRenderer(program, sampleRate, { samples: new Map([[0, sample]]) });
  const left = new Float32Array(20 * sampleRate);
  renderer.render(0, left, new Float32Array(left.length));
  return moments.map((moment) => {
    let sum = 0;
    const half = 0.05 * sampleRate;
    for (let n = -half; n < half; n++) sum += (left[Math.round(moment * sampleRate) + n] as number) ** 2;
    return Math.sqrt(sum / (2 * half));
  });
}

const decibels = (a: number, b: number): number => 20 * Math.log10(a / b);
/** Middles of the first seams: the bed repeats every 2.5 s. */
const seams = [1, 2, 3, 4, 5].map((turn) => turn * 2.5 + 0.25);
const between = seams.map((seam) => seam + 1);

test('noise repeats without a dip, a tone that goes on without a swell', () => {
  const make = () => ({ left: new Float32Array(seconds * sampleRate), right: new Float32Array(seconds * sampleRate) });
  const noise = make();
  const source = new Noise('WHITE', 0, 7, sampleRate);
  const block = [new Float64Array(512), new Float64Array(512)] as const;
  for (let at = 0; at < noise.left.length; at += 512) {
    source.fill(block[0], block[1], at, 512);
    noise.left.set(block[0].subarray(0, Math.min(512, noise.left.length - at)), at);
    noise.right.set(block[1].subarray(0, Math.min(512, noise.left.length - at)), at);
  }
  const tone = make();
  // 200 Hz fits 2.5 s, so that both sides of the seam agree in phase.
  for (let n = 0; n < tone.left.length; n++)
    tone.left[n] = tone.right[n] = 0.9 * Math.sin((2 * Math.PI * 200 * n) / sampleRate);
  for (const [name, sample, tolerance] of [
    ['noise', noise, 0.4],
    ['tone', tone, 0.01],
  ] as const) {
    const mean = (list: number[]) => Math.sqrt(list.reduce((sum, value) => sum + value ** 2, 0) / list.length);
    const difference = decibels(mean(loudness(sample, seams)), mean(loudness(sample, between)));
    assert.ok(Math.abs(difference) < tolerance, `${name}: ${difference} dB at the seam`);
  }
});

test('a bed counts for the levels only where its file is there', () => {
  const tone = { kind: 'BINAURAL', keyframes: [{ at: 0, carrier: 200, level: 0.8 }] };
  const bed = { kind: 'SAMPLE', keyframes: [{ at: 0, level: 1 }] };
  const program = checkProgram({ durationSeconds: 5, voices: [tone, bed] });
  const peak = (samples?: ReadonlyMap<number, Sample>) => {
    const left = new Float32Array(sampleRate);
    createRenderer(program, sampleRate, samples ? { samples } : {}).render(
      sampleRate,
      left,
      new Float32Array(sampleRate),
    );
    return left.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  };
  assert.ok(Math.abs(peak() - 0.8) < 0.001, `${peak()}`);
  const full = new Float32Array(sampleRate).fill(1);
  assert.ok(peak(new Map([[1, { left: full, right: full }]])) <= 0.882);
});
