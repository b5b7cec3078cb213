import assert from 'node:assert/strict';
import { checkProgram } from '@nes/program/check.ts';
import { dominantBeat } from '@nes/program/values.ts';
import { test } from 'vitest';
import { createRenderer } from './engine.ts';
import { decibels, fitSine, rms } from './measure.ts';

const RATE = 48_000;

/** One second from second 2, each of whose parts makes whole cycles in it. */
function left(carrier: number, beat: number, depth: number, pan = 0): Float32Array {
  const program = checkProgram({
    durationSeconds: 10,
    voices: [{ kind: 'MODULATED', depth, keyframes: [{ at: 0, carrier, beat, level: 0.5, pan }] }],
  });
  const samples = new Float32Array(RATE);
  createRenderer(program, RATE).render(2 * RATE, samples, new Float32Array(RATE));
  return samples;
}

for (const [carrier, beat, depth] of [
  [1000, 12, 1],
  [1000, 39, 1],
  [1000, 88, 1],
  [500, 40, 0.5],
  [2000, 500, 1],
] as const) {
  test(`${carrier} Hz modulated at ${beat} Hz, depth ${depth}: a carrier and two sidebands, and nothing else`, () => {
    const samples = left(carrier, beat, depth);
    const lines = [carrier, carrier - beat, carrier + beat].map((hertz) => fitSine(samples, RATE, hertz, true));
    const wanted = [0.5 * (1 - depth / 2), (0.5 * depth) / 4, (0.5 * depth) / 4];
    for (const [index, fit] of lines.entries()) {
      const off = decibels(fit.amplitude / (wanted[index] as number));
      assert.ok(Math.abs(off) < 0.01, `line ${index}: ${off} dB`);
    }
    const without = (some: typeof lines) =>
      samples.map((value, n) =>
        some.reduce(
          (left, { amplitude, cycles, hertz }) =>
            left - amplitude * Math.sin(2 * Math.PI * (cycles + (hertz * n) / RATE)),
          value,
        ),
      );
    assert.ok(decibels(rms(without(lines))) < -110);
    // The rate itself, as a paper states it; each sideband by itself.
    for (const [index, sign] of [
      [1, -1],
      [2, 1],
    ] as const) {
      const alone = without(lines.filter((_, at) => at !== index));
      const fit = fitSine(alone, RATE, carrier + sign * (beat + 0.05));
      assert.ok(Math.abs(fit.hertz - carrier - sign * beat) < 0.01, `${fit.hertz} Hz`);
    }
  });
}

test('a rate above 100 Hz is heard and not followed by light; at 40 Hz light follows, at 100 Hz at most', () => {
  const at = (beat: number) =>
    dominantBeat(
      checkProgram({
        durationSeconds: 10,
        voices: [{ kind: 'MODULATED', keyframes: [{ at: 0, carrier: 900, beat, level: 0.5 }] }],
      }),
      1,
    );
  assert.deepEqual(at(40), { voiceIndex: 0, beatHz: 40 });
  assert.equal(at(100)?.beatHz, 100);
  assert.equal(at(101), null);
  assert.equal(at(500), null);
});

test('a rate that glides is the integral of its course', () => {
  const program = checkProgram({
    durationSeconds: 10,
    voices: [
      {
        kind: 'MODULATED',
        keyframes: [
          { at: 0, carrier: 1000, beat: 10, level: 0.5 },
          { at: 10, carrier: 1000, beat: 50, level: 0.5 },
        ],
      },
    ],
  });
  const samples = new Float32Array(RATE);
  createRenderer(program, RATE).render(4 * RATE, samples, new Float32Array(RATE));
  for (let n = 0; n < RATE; n += 997) {
    const t = 4 + n / RATE;
    const wanted = 0.25 * (1 + Math.cos(2 * Math.PI * (10 * t + 2 * t * t))) * Math.sin(2 * Math.PI * 1000 * t);
    assert.ok(Math.abs((samples[n] as number) - wanted) < 1e-4, `at ${t}: ${samples[n]}, not ${wanted}`);
  }
});
