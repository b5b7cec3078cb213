import assert from 'node:assert/strict';
import { checkProgram } from '@nes/program/check.ts';
import { withoutBeat } from '@nes/program/twin.ts';
import { dominantBeat } from '@nes/program/values.ts';
import { describe, test } from 'vitest';
import { createRenderer } from './engine.ts';
import { decibels, rms } from './measure.ts';

const RATE = 48_000;

/** A bed that stands still: what is heard of it is the modulation. */
const STEADY = { left: new Float32Array(RATE).fill(1), right: new Float32Array(RATE).fill(1) };

type Fields = Record<string, unknown>;

/** The left ear of one voice, whole seconds from a whole second. */
function heard(
  voice: Fields,
  seconds: number,
  { from = 0, seed = 3, length, loop = 1 }: { from?: number; seed?: number; length?: number; loop?: number } = {},
): Float32Array {
  const frame = { at: 0, carrier: voice.kind === 'ISOCHRONIC' ? 1000 : 0, beat: 4, level: 0.5 };
  const program = checkProgram({
    durationSeconds: length ?? seconds + from,
    loop,
    seed,
    voices: [{ keyframes: [frame], ...voice }],
  });
  const left = new Float32Array(seconds * RATE);
  createRenderer(program, RATE, { samples: new Map([[0, STEADY]]) }).render(
    from * RATE,
    left,
    new Float32Array(left.length),
  );
  return left;
}

/** A gate by the words of the model: raised-cosine edges within the sounding share of the period. */
function gate(cycles: number, duty: number, edge: number): number {
  const place = cycles - Math.floor(cycles);
  if (place >= duty) return 0;
  const inside = Math.min(place, duty - place);
  return inside >= edge ? 1 : (1 - Math.cos((Math.PI * inside) / edge)) / 2;
}

test('a bed is modulated by a sine: of each sample what the formula leaves', () => {
  const glide = [
    { at: 0, carrier: 0, beat: 8, level: 0.5 },
    { at: 10, carrier: 0, beat: 32, level: 0.5 },
  ];
  const samples = heard({ kind: 'SAMPLE', modulationDepth: 0.8, keyframes: glide }, 2, { from: 4, length: 10 });
  for (let n = 0; n < samples.length; n += 101) {
    const t = 4 + n / RATE;
    const wanted = 0.5 * (1 - 0.4 * (1 - Math.cos(2 * Math.PI * (8 * t + 1.2 * t * t))));
    assert.ok(Math.abs((samples[n] as number) - wanted) < 1e-5, `at ${t} s: ${samples[n]}, not ${wanted}`);
  }
});

test('noise bursts: the noise itself through a gate, silent between', () => {
  const noise = { kind: 'NOISE', colour: 'WHITE', correlation: 1 };
  const still = heard(noise, 3, { from: 1 });
  const bursts = heard({ ...noise, modulationDepth: 1, duty: 0.4, edgeSeconds: 0.02 }, 3, { from: 1 });
  let silent = 0;
  // Whole periods, without the end of the program.
  const frames = 2.75 * RATE;
  for (let n = 0; n < frames; n++) {
    const open = gate(4 * (1 + n / RATE), 0.4, 0.08);
    assert.ok(Math.abs((bursts[n] as number) - open * (still[n] as number)) < 1e-6, `frame ${n}`);
    if (bursts[n] === 0) silent++;
  }
  assert.ok(Math.abs(silent / frames - 0.6) < 0.002, `${silent / frames}`);
});

describe('irregular pulses', () => {
  const pulses = { kind: 'SAMPLE', modulationDepth: 1, duty: 0.2, edgeSeconds: 0.001 };
  const SECONDS = 500;

  /** Onset of each pulse as a share of its period, in order. */
  function onsets(samples: Float32Array): number[] {
    const found: number[] = [];
    for (let n = 1; n < samples.length; n++) {
      if ((samples[n] as number) > 0.25 && (samples[n - 1] as number) <= 0.25) found.push((4 * n) / RATE);
    }
    return found.map((cycles, number) => cycles - number);
  }

  test('one in each period, anywhere in it, and none knows of the one before', () => {
    const places = onsets(heard({ ...pulses, irregularity: 1 }, SECONDS));
    assert.equal(places.length, 4 * SECONDS);
    for (const place of places) assert.ok(place > -0.001 && place < 0.803, `${place}`);
    const mean = places.reduce((sum, place) => sum + place, 0) / places.length;
    // Of 2,000 even draws between 0 and 0.8 the mean is within 0.4 ± 0.02 but for one in ten thousand.
    assert.ok(Math.abs(mean - 0.4) < 0.02, `${mean}`);
    for (const quarter of [0, 1, 2, 3]) {
      const share = places.filter((place) => Math.floor(place / 0.201) === quarter).length / places.length;
      assert.ok(Math.abs(share - 0.25) < 0.04, `${share} in quarter ${quarter}`);
    }
    const product = places.slice(1).reduce((sum, place, at) => sum + (place - mean) * ((places[at] ?? 0) - mean), 0);
    const power = places.reduce((sum, place) => sum + (place - mean) ** 2, 0);
    assert.ok(Math.abs(product / power) < 0.09, `neighbours are alike by ${product / power}`);
  });

  test('a smaller irregularity is a smaller share of the silence; none is the beat', () => {
    const places = onsets(heard({ ...pulses, irregularity: 0.25 }, 100));
    assert.ok(Math.max(...places) > 0.18 && Math.max(...places) < 0.203, `${Math.max(...places)}`);
    assert.deepEqual(heard({ ...pulses, irregularity: 0 }, 2), heard(pulses, 2));
  });

  for (const voice of [
    { ...pulses, irregularity: 1 },
    { kind: 'NOISE', modulationDepth: 1, duty: 0.3, irregularity: 1 },
    { kind: 'ISOCHRONIC', duty: 0.3, depth: 1, irregularity: 1 },
  ]) {
    test(`${voice.kind}: drawn from the seed, and the same after a seek`, () => {
      const whole = heard(voice, 4);
      assert.deepEqual(heard(voice, 4), whole);
      assert.notDeepEqual(heard(voice, 4, { seed: 4 }), whole);
      const late = heard(voice, 2, { from: 2, length: 4 });
      const worst = late.reduce(
        (most, value, n) => Math.max(most, Math.abs(value - (whole[2 * RATE + n] as number))),
        0,
      );
      assert.ok(worst < 1e-6, `${worst}`);
    });
  }

  test('nothing clicks where a pulse is under way at the end of a pass', () => {
    // 4.4 periods a pass: the passes end in pulses that lie otherwise each time.
    const samples = heard({ ...pulses, duty: 0.6, edgeSeconds: 0.03, irregularity: 1 }, 11, { length: 1.1, loop: 10 });
    let steepest = 0;
    for (let n = 1; n < samples.length; n++) {
      steepest = Math.max(steepest, Math.abs((samples[n] as number) - (samples[n - 1] as number)));
    }
    // A raised cosine of 30 ms, and two pulses' edges at once in a crossfade of 20 ms.
    assert.ok(steepest < (0.5 * (Math.PI / 2 / 0.03 + 2.2 / 0.02)) / RATE, `${steepest}`);
  });

  test('light does not follow them, and their twin is as loud', () => {
    const frame = { at: 0, carrier: 1000, beat: 10, level: 0.5 };
    const voice = { kind: 'ISOCHRONIC', duty: 0.4, edgeSeconds: 0.01, keyframes: [frame] };
    const program = checkProgram({ durationSeconds: 60, voices: [{ ...voice, irregularity: 0.7 }] });
    assert.equal(dominantBeat(program, 5), null);
    assert.equal(dominantBeat(checkProgram({ durationSeconds: 60, voices: [voice] }), 5)?.beatHz, 10);
    const twin = withoutBeat(program);
    assert.equal(twin.voices[0] && 'irregularity' in twin.voices[0], false);
    const [a, b] = [program, twin].map((one) => {
      const left = new Float32Array(40 * RATE);
      createRenderer(one, RATE).render(10 * RATE, left, new Float32Array(left.length));
      return rms(left);
    });
    assert.ok(Math.abs(decibels((a ?? 0) / (b ?? 1))) < 0.1, `${decibels((a ?? 0) / (b ?? 1))} dB`);
  });
});
