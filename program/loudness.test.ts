import assert from 'node:assert/strict';
import { test } from 'vitest';
import { readLibrary } from '../prisma/library/library.ts';
import { createRenderer } from '../web/src/audio/engine.ts';
import { transform } from '../web/src/audio/fft.ts';
import { loudnessAt } from './loudness.ts';
import type { Program, Voice } from './model.ts';
import { aWeight } from './power.ts';

const sampleRate = 48_000;
const size = 2 ** 16;

/** The louder ear's A-weighted mean square over 1.4 s of the rendered sound, by its spectrum. */
function rendered(program: Program, from: number): number {
  const renderer = createRenderer(program, sampleRate, {});
  const ears = [new Float32Array(size), new Float32Array(size)] as const;
  renderer.render(Math.round(from * sampleRate), ears[0], ears[1]);
  const powers = ears.map((ear) => {
    const re = Float64Array.from(ear);
    const im = new Float64Array(size);
    transform(re, im);
    let sum = 0;
    for (let bin = 1; bin < size / 2; bin++) {
      const weight = aWeight((bin * sampleRate) / size);
      sum += 2 * weight ** 2 * ((re[bin] as number) ** 2 + (im[bin] as number) ** 2);
    }
    return sum / size ** 2;
  });
  return Math.max(...powers);
}

const decibels = (ratio: number): number => 10 * Math.log10(ratio);

const program = (voice: Voice): Program => ({
  durationSeconds: 60,
  phases: [{ name: 'All', description: '', durationSeconds: 60, colour: '#808080' }],
  voices: [voice],
  gain: 0.5,
  loop: 1,
  seed: 7,
});

const frame = (carrier: number, beat: number, level = 0.8) =>
  ({ at: 0, carrier, beat, level, pan: 0, curve: 'HOLD' }) as const;

test('A-weighting has the values of its standard', () => {
  // IEC 61672-1, table of design goals: 31.5 Hz −39.4, 100 Hz −19.1, 1 kHz 0, 4 kHz +1.0, 10 kHz −2.5 dB.
  for (const [hertz, expected] of [
    [31.5, -39.4],
    [100, -19.1],
    [1000, 0],
    [4000, 1],
    [10_000, -2.5],
  ] as const) {
    assert.ok(Math.abs(20 * Math.log10(aWeight(hertz)) - expected) < 0.15, `${hertz} Hz`);
  }
});

const voices: [string, Voice, number][] = [
  ['binaural', { kind: 'BINAURAL', name: '', waveform: 'SINE', keyframes: [frame(200, 10)] }, 0.5],
  ['triangle', { kind: 'BINAURAL', name: '', waveform: 'TRIANGLE', keyframes: [frame(150, 6)] }, 1],
  ['monaural', { kind: 'MONAURAL', name: '', waveform: 'SINE', keyframes: [frame(300, 8)] }, 0.5],
  [
    'isochronic',
    {
      kind: 'ISOCHRONIC',
      name: '',
      waveform: 'SINE',
      duty: 0.5,
      edgeSeconds: 0.01,
      depth: 1,
      alternating: false,
      keyframes: [frame(400, 10)],
    },
    0.5,
  ],
  [
    'isochronic at half depth, alternating',
    {
      kind: 'ISOCHRONIC',
      name: '',
      waveform: 'SINE',
      duty: 0.4,
      edgeSeconds: 0.02,
      depth: 0.5,
      alternating: true,
      keyframes: [frame(400, 6)],
    },
    0.5,
  ],
  ...(['WHITE', 'PINK', 'BROWN'] as const).map((colour): [string, Voice, number] => [
    colour,
    {
      kind: 'NOISE',
      name: '',
      colour,
      correlation: 0.5,
      modulationDepth: 0,
      spin: false,
      keyframes: [frame(0, 0)],
    },
    0.6,
  ]),
  [
    'modulated noise',
    {
      kind: 'NOISE',
      name: '',
      colour: 'PINK',
      correlation: 1,
      modulationDepth: 0.7,
      spin: false,
      keyframes: [frame(0, 10)],
    },
    0.8,
  ],
  ...(['WATER', 'RAIN'] as const).map((texture): [string, Voice, number] => [
    texture,
    { kind: 'DROPS', name: '', texture, dropsPerSecond: 40, count: 8, keyframes: [frame(0, 0)] },
    3,
  ]),
];

for (const [name, voice, tolerance] of voices) {
  test(`${name}: the loudness told is that of the rendered sound`, () => {
    const one = program(voice);
    const error = decibels(loudnessAt(one, 10.7) / rendered(one, 10));
    assert.ok(Math.abs(error) <= tolerance, `${error.toFixed(2)} dB`);
  });
}

test('a bell is told as it dies away', () => {
  const one = program({ kind: 'BELL', name: '', decaySeconds: 20, keyframes: [frame(600, 0)] });
  const error = decibels(loudnessAt(one, 3.7) / rendered(one, 3));
  assert.ok(Math.abs(error) <= 3, `${error.toFixed(2)} dB`);
});

test('built-in protocols: told as they sound, 3 dB at most beside it', () => {
  for (const { slug, program: one } of readLibrary().filter((_, index) => index % 6 === 0)) {
    const at = Math.min(one.durationSeconds / 2, 300);
    const error = decibels(loudnessAt(one, at + 0.7) / rendered(one, at));
    assert.ok(Math.abs(error) <= 3, `${slug}: ${error.toFixed(2)} dB`);
  }
});
