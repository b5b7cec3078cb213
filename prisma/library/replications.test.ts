import assert from 'node:assert/strict';
import type { Program } from '@nes/program/model.ts';
import { test } from 'vitest';
import { createRenderer } from '../../web/src/audio/engine.ts';
import { decibels, fitSine, noiseSlope, rms } from '../../web/src/audio/measure.ts';
import { readLibrary } from './library.ts';

// What a paper played, seen in rendered samples: frequencies within 0.01 Hz, levels against each other within 0.1 dB.

const RATE = 48_000;
const entries = new Map(readLibrary().map((entry) => [entry.slug, entry]));

function programOf(slug: string): Program {
  const entry = entries.get(slug);
  assert.ok(entry && (entry.tags.includes('replication') || entry.controlOf), slug);
  return entry.program;
}

function rendered(program: Program, from: number, seconds: number): [Float32Array, Float32Array] {
  const renderer = createRenderer(program, RATE);
  const ears: [Float32Array, Float32Array] = [new Float32Array(seconds * RATE), new Float32Array(seconds * RATE)];
  renderer.render(from * RATE, ...ears);
  return ears;
}

type Fit = ReturnType<typeof fitSine>;

const close = (hertz: number, wanted: number) =>
  assert.ok(Math.abs(hertz - wanted) <= 0.01, `${hertz} Hz, not ${wanted}`);

for (const [slug, leftHz, rightHz, seconds] of [
  ['gamma-400-binaural', 420, 380, 300],
  ['alpha-340', 345, 335, 600],
  ['gamma-320', 340, 300, 600],
  ['delta-flat', 177, 174, 5400],
] as const) {
  test(`${slug}: ${leftHz} Hz left, ${rightHz} Hz right, equally loud, from the fade in to the fade out`, () => {
    const program = programOf(slug);
    assert.equal(program.durationSeconds, seconds);
    for (const from of [10, seconds / 2, seconds - 20]) {
      const [left, right] = rendered(program, from, 2);
      const l = fitSine(left, RATE, leftHz + 0.1);
      const r = fitSine(right, RATE, rightHz - 0.1);
      close(l.hertz, leftHz);
      close(r.hertz, rightHz);
      assert.ok(Math.abs(decibels(l.amplitude / r.amplitude)) <= 0.1);
      // Nothing else is in it.
      assert.ok(decibels(l.residual / l.amplitude) < -80 && decibels(r.residual / r.amplitude) < -80);
    }
    const [left, right] = rendered(programOf(`${slug}-control`), seconds / 2, 2);
    for (const ear of [left, right])
      close(fitSine(ear, RATE, (leftHz + rightHz) / 2 + 0.1).hertz, (leftHz + rightHz) / 2);
  });
}

for (const slug of ['bursts-binaural', 'bursts-monaural']) {
  test(`${slug}: tones of 2 s with 1 s of silence, 3 or 6 Hz apart, the lower at 250 or 1000 Hz`, () => {
    const program = programOf(slug);
    for (const [part, [lowHz, beat]] of (
      [
        [250, 3],
        [250, 6],
        [1000, 3],
        [1000, 6],
      ] as const
    ).entries()) {
      // The second burst of each kind, from half a second before it.
      const ears = rendered(program, 75 * part + 2.5, 3);
      for (const ear of ears) {
        // Frames of 10 ms in which there is sound. A jump takes 20 ms, its middle at the time.
        const loud = Array.from({ length: 300 }, (_, cell) => rms(ear.subarray(480 * cell, 480 * cell + 480)) > 0.01);
        assert.ok(Math.abs(loud.indexOf(true) - 50) <= 1, `begins at ${loud.indexOf(true)} hundredths`);
        assert.ok(Math.abs(loud.lastIndexOf(true) - 249) <= 1, `ends at ${loud.lastIndexOf(true)} hundredths`);
      }
      const [left, right] = ears.map((ear) => ear.slice(0.52 * RATE, 2.48 * RATE)) as [Float32Array, Float32Array];
      const [high, low] = slug === 'bursts-binaural' ? [left, right] : [left, left];
      const fits =
        slug === 'bursts-binaural'
          ? [fitSine(high, RATE, lowHz + beat + 0.05), fitSine(low, RATE, lowHz - 0.05)]
          : apart(left, lowHz + beat, lowHz);
      close(fits[0]?.hertz ?? 0, lowHz + beat);
      close(fits[1]?.hertz ?? 0, lowHz);
      assert.ok(Math.abs(decibels((fits[0]?.amplitude ?? 0) / (fits[1]?.amplitude ?? 1))) <= 0.1);
      if (slug === 'bursts-monaural') assert.deepEqual(left, right);
    }
  });
}

/** Two tones of one ear, each fitted where the other was taken out, until neither changes. */
function apart(samples: Float32Array, aHz: number, bHz: number): [Fit, Fit] {
  const without = ({ hertz, amplitude, cycles }: Fit) =>
    samples.map((value, n) => value - amplitude * Math.sin(2 * Math.PI * (cycles + (hertz * n) / RATE)));
  let a = fitSine(samples, RATE, aHz, true);
  let b = fitSine(without(a), RATE, bHz - 0.02);
  for (let turn = 0; turn < 20; turn++) {
    a = fitSine(without(b), RATE, aHz + 0.02);
    b = fitSine(without(a), RATE, bHz - 0.02);
  }
  return [a, b];
}

test('gamma-400-monaural: 420 and 380 Hz in both ears, equally loud', () => {
  const [left, right] = rendered(programOf('gamma-400-monaural'), 100, 2);
  assert.deepEqual(left, right);
  const upper = fitSine(left, RATE, 420, true);
  const lower = fitSine(left, RATE, 380, true);
  assert.ok(Math.abs(decibels(upper.amplitude / lower.amplitude)) <= 0.1);
  const rest = left.map((value, n) => {
    const at = (hertz: number, fit: typeof upper) =>
      fit.amplitude * Math.sin(2 * Math.PI * ((hertz * n) / RATE + fit.cycles));
    return value - at(420, upper) - at(380, lower);
  });
  const power = Math.sqrt(rest.reduce((sum, value) => sum + value * value, 0) / rest.length);
  assert.ok(decibels(power / upper.amplitude) < -80, 'nothing else is in it');
});

test('am-40: 500 Hz with sidebands 40 Hz away, each a quarter of the level at rest, and its twin a plain tone', () => {
  const [left, right] = rendered(programOf('am-40'), 100, 2);
  assert.deepEqual(left, right);
  const carrier = fitSine(left, RATE, 500, true);
  for (const hertz of [460, 540]) {
    const side = fitSine(left, RATE, hertz, true);
    // Modulated all the way, each sideband has half the carrier's amplitude.
    assert.ok(Math.abs(decibels(side.amplitude / carrier.amplitude) - decibels(0.5)) <= 0.1);
    const other = fitSine(left, RATE, 1000 - hertz, true);
    const alone = left.map((value, n) =>
      [carrier, other].reduce(
        (rest, fit) => rest - fit.amplitude * Math.sin(2 * Math.PI * (fit.cycles + (fit.hertz * n) / RATE)),
        value,
      ),
    );
    close(fitSine(alone, RATE, hertz + 0.1).hertz, hertz);
  }
  const [plain] = rendered(programOf('am-40-control'), 100, 2);
  const tone = fitSine(plain, RATE, 500.1);
  close(tone.hertz, 500);
  assert.ok(decibels(tone.residual / tone.amplitude) < -80);
});

test('gamma-340-white: 360 and 320 Hz, one in each ear, under white noise', () => {
  const [left, right] = rendered(programOf('gamma-340-white'), 100, 8);
  const l = fitSine(left, RATE, 360.02);
  const r = fitSine(right, RATE, 319.98);
  close(l.hertz, 360);
  close(r.hertz, 320);
  const { slope } = noiseSlope(left, right, RATE, 1000, 16_000);
  assert.ok(Math.abs(slope) < 0.1, `${slope} dB/oct`);
});

test('pink-night: −3.01 dB/oct, and the same at the end of eight hours', () => {
  for (const from of [60, 28_000]) {
    const [left, right] = rendered(programOf('pink-night'), from, 8);
    const { slope } = noiseSlope(left, right, RATE, 40, 16_000);
    assert.ok(Math.abs(slope + 3.01) < 0.15, `${slope} dB/oct`);
  }
});

/** Seconds at which the envelope of a rendered breath turns from rising to sinking. */
function crests(program: Program, from: number, seconds: number): number[] {
  const [left] = rendered(
    { ...program, voices: program.voices.filter((voice) => voice.kind === 'MONAURAL') },
    from,
    seconds,
  );
  const step = RATE / 100;
  const levels = Array.from({ length: Math.floor(left.length / step) - 20 }, (_, cell) => {
    // 0.2 s: dozens of cycles of the tone.
    let sum = 0;
    for (let n = cell * step; n < (cell + 20) * step; n++) sum += (left[n] ?? 0) ** 2;
    return sum;
  });
  return levels.flatMap((level, cell) => {
    const around = levels.slice(Math.max(0, cell - 100), cell + 101);
    return cell >= 100 && cell < levels.length - 100 && level === Math.max(...around) ? [from + cell / 100 + 0.1] : [];
  });
}

test('coherent breathing turns every 10.91 s, its control every 5 s, cyclic sighing every 12 s', () => {
  for (const [slug, period] of [
    ['coherent-breathing', 60 / 5.5],
    ['coherent-breathing-control', 5],
    ['cyclic-sighing', 12],
  ] as const) {
    const found = crests(programOf(slug), 100, 62);
    assert.ok(found.length >= 4, slug);
    for (const [index, at] of found.slice(1).entries()) {
      assert.ok(Math.abs(at - (found[index] as number) - period) < 0.1, `${slug}: ${at - (found[index] as number)} s`);
    }
  }
});
