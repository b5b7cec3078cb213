import assert from 'node:assert/strict';
import { checkProgram } from '@nes/program/check.ts';
import { LOUDEST } from '@nes/program/levels.ts';
import type { Program } from '@nes/program/model.ts';
import { phaseAt, playedPhaseAt } from '@nes/program/phase.ts';
import { test } from 'vitest';
import { createRenderer } from './engine.ts';
import { KIT } from './kit.ts';
import {
  decibels,
  distortionAndNoise,
  fitSine,
  highPassed,
  largestStep,
  mean,
  noiseSlope,
  peak,
  phaseDistance,
  rms,
  toneIn,
  truePeak,
} from './measure.ts';
import { BEFORE_WAKING, makeRenderer, type RenderOptions } from './renderer.ts';
import { makeScore } from './score.ts';

const RATE = 48_000;

interface Heard {
  left: Float32Array;
  right: Float32Array;
  program: Program;
}

/** Renders from one second to another, in blocks of an odd size so that nothing depends on the block. */
function heard(
  value: unknown,
  from: number,
  to: number,
  options: RenderOptions = {},
  rate = RATE,
  block = 4093,
): Heard {
  const program = checkProgram(value);
  const renderer = createRenderer(program, rate, options);
  const frames = Math.round((to - from) * rate);
  const left = new Float32Array(frames);
  const right = new Float32Array(frames);
  for (let at = 0; at < frames; at += block) {
    const end = Math.min(frames, at + block);
    renderer.render(from * rate + at, left.subarray(at, end), right.subarray(at, end));
  }
  return { left, right, program };
}

const frame = (at: number, carrier: number, beat: number, level = 0.5, curve = 'LINEAR', pan = 0) => ({
  at,
  carrier,
  beat,
  level,
  curve,
  pan,
});

function one(kind: string, keyframes: unknown[], more: object = {}, durationSeconds = 60) {
  return { durationSeconds, voices: [{ kind, keyframes, ...more }] };
}

/** Stretches with all kinds of glides over an hour, ending in a steady second. */
const hour = one(
  'BINAURAL',
  [
    frame(0, 201.37, 11.3),
    frame(613, 241.9, 3.7, 0.4, 'SMOOTH'),
    frame(1799.3, 151.13, 12.9, 0.5),
    frame(1799.3, 351.13, 7.1, 0.5),
    frame(2444.4, 222.2, 2.22, 0.3, 'SMOOTH'),
    frame(2450, 431.7, -8.1, 0.3),
    frame(3590.7, 297.31, 6.17, 0.5),
    frame(3600, 297.31, 6.17, 0.5),
  ],
  {},
  3600,
);

for (const rate of [44_100, 48_000, 96_000]) {
  test(`beat and phase at the end of 60 minutes with glides, at ${rate} Hz`, () => {
    const { left, right, program } = heard(hour, 3592, 3599, {}, rate);
    const [voice] = program.voices;
    assert.ok(voice);
    const upper = fitSine(left, rate, 297.31 + 6.17 / 2);
    const lower = fitSine(right, rate, 297.31 - 6.17 / 2);
    assert.ok(Math.abs(upper.hertz - lower.hertz - 6.17) <= 1e-6, `beat ${upper.hertz - lower.hertz}`);
    const phase = phaseAt(voice, 3592);
    const error = Math.max(
      phaseDistance(upper.cycles, phase.carrierCycles + phase.beatCycles / 2),
      phaseDistance(lower.cycles, phase.carrierCycles - phase.beatCycles / 2),
    );
    assert.ok(error <= 1e-3, `phase error ${error} rad`);
    // The measurement tells a wrong phase.
    assert.ok(phaseDistance(lower.cycles + 0.01, phase.carrierCycles - phase.beatCycles / 2) > 0.06);
  });
}

test('inside glides every sample is the closed form: error below 1e-5 of full scale', () => {
  for (const [from, curve] of [
    [1200, 'SMOOTH'],
    [2446, 'SMOOTH in 5.6 s'],
    [3000, 'LINEAR'],
  ] as const) {
    const { left, right, program } = heard(hour, from, from + 2);
    const [voice] = program.voices;
    assert.ok(voice);
    let worst = 0;
    for (let n = 0; n < left.length; n++) {
      const t = from + n / RATE;
      const { carrierCycles, beatCycles } = phaseAt(voice, t);
      const upper = Math.sin(2 * Math.PI * (carrierCycles + beatCycles / 2));
      const lower = Math.sin(2 * Math.PI * (carrierCycles - beatCycles / 2));
      // The level glides too; its own share is the ratio to a fitted level, so both ears are compared by their product.
      const l = left[n] ?? 0;
      const r = right[n] ?? 0;
      worst = Math.max(worst, Math.abs(l * lower - r * upper));
    }
    assert.ok(worst < 1e-5, `${curve}: ${worst}`);
  }
});

test('fast glides and short SMOOTH courses keep to 1e-3 rad', () => {
  const fast = one('BINAURAL', [
    frame(0, 100, 0, 0.5, 'SMOOTH'),
    frame(0.3, 8000, 0, 0.5),
    frame(0.5, 100, 0, 0.5, 'SMOOTH'),
    frame(0.52, 900, 0, 0.5),
    frame(0.6, 900, 0, 0.5),
  ]);
  const { left, program } = heard(fast, 0, 0.6);
  const [voice] = program.voices;
  assert.ok(voice);
  let worst = 0;
  for (let n = Math.round(0.02 * RATE); n < left.length; n++) {
    const expected = 0.5 * Math.sin(2 * Math.PI * phaseAt(voice, n / RATE).carrierCycles);
    worst = Math.max(worst, Math.abs((left[n] ?? 0) - expected) / 0.5);
  }
  assert.ok(worst < 1e-3, `${worst} rad`);
});

test('THD+N of a tone is below −110 dB, steady and after an hour', () => {
  const steady = heard(one('BINAURAL', [frame(0, 200, 10)]), 5, 7);
  const late = heard(hour, 3592, 3594);
  for (const [samples, hertz] of [
    [steady.left, 205],
    [steady.right, 195],
    [late.left, 297.31 + 6.17 / 2],
  ] as const) {
    const figure = distortionAndNoise(samples, RATE, hertz);
    assert.ok(figure <= -110, `${figure} dB`);
  }
});

test('the other ear’s tone is below −120 dB at every moment, glides and fades and jumps included', () => {
  const frames = [
    [0, 400, 100, 0.2, 'LINEAR'],
    [1, 400, 100, 0.6, 'SMOOTH'],
    [2, 440, 90, 0.3, 'LINEAR'],
    [2, 300, 100, 0.7, 'LINEAR'],
    [3, 300, 100, 0.7, 'LINEAR'],
  ] as const;
  const wide = one(
    'BINAURAL',
    frames.map(([at, carrier, beat, level, curve]) => frame(at, carrier, beat, level, curve)),
  );
  const { left, right } = heard(wide, 0, 4);
  // In steady moments: the other frequency under a window with side lobes below −150 dB.
  const size = Math.round(0.2 * RATE);
  for (let at = Math.round(2.1 * RATE); at + size < left.length; at += size) {
    for (const [own, ear, other] of [
      [350, left, 250],
      [250, right, 350],
    ] as const) {
      const part = ear.subarray(at, at + size);
      const leak = decibels(toneIn(part, RATE, other) / toneIn(part, RATE, own));
      assert.ok(leak <= -120, `${leak} dB`);
    }
  }
  // At every sample: an ear is the same whatever tone the other ear has.
  const apart = (sign: number) =>
    heard(
      one(
        'BINAURAL',
        frames.map(([at, carrier, beat, level, curve]) => frame(at, carrier + (sign * beat) / 2, 0, level, curve)),
      ),
      0,
      4,
    );
  for (const [ear, alone] of [
    [left, apart(1).left],
    [right, apart(-1).right],
  ] as const) {
    const difference = ear.map((value, n) => value - (alone[n] ?? 0));
    assert.ok(decibels(peak(difference) / 0.2) <= -120, `${decibels(peak(difference) / 0.2)} dB`);
  }
});

test('noise: slopes 0, −3.01, −6.02 dB/oct, third-octaves within 0.5 dB, equal RMS, free of DC, bounded', () => {
  const levels: number[] = [];
  for (const [colour, slope] of [
    ['WHITE', 0],
    ['PINK', -3.0103],
    ['BROWN', -6.0206],
  ] as const) {
    for (const rate of colour === 'PINK' ? [44_100, 48_000] : [48_000]) {
      const { left, right } = heard(one('NOISE', [{ at: 0, level: 1 }], { colour }, 500), 10, 80, { scale: 1 }, rate);
      const figures = noiseSlope(left, right, rate, 40, 16_000);
      assert.ok(Math.abs(figures.slope - slope) <= 0.1, `${colour} ${rate}: ${figures.slope} dB/oct`);
      assert.ok(figures.deviation <= 0.5, `${colour} ${rate}: ${figures.deviation} dB`);
      assert.ok(peak(left) <= 1 && peak(right) <= 1);
      levels.push(decibels(rms(left)));
      let product = 0;
      for (let n = 0; n < left.length; n++) product += (left[n] ?? 0) * (right[n] ?? 0);
      assert.ok(Math.abs(product / left.length / rms(left) / rms(right)) < 0.02, 'left and right are independent');
      for (const ear of [left, right]) {
        const dc = decibels(Math.abs(mean(ear)));
        assert.ok(dc < -90, `${colour} ${rate}: mean ${dc} dBFS`);
      }
    }
  }
  assert.ok(Math.max(...levels) - Math.min(...levels) < 0.2, `RMS ${levels.map((level) => level.toFixed(2))}`);
});

test('noise: correlation is kept, no second of it comes again, and a seek gives the same samples', () => {
  const half = heard(one('NOISE', [{ at: 0, level: 1 }], { correlation: 0.5, colour: 'WHITE' }), 1, 21);
  let product = 0;
  for (let n = 0; n < half.left.length; n++) product += (half.left[n] ?? 0) * (half.right[n] ?? 0);
  assert.ok(Math.abs(product / half.left.length / rms(half.left) / rms(half.right) - 0.5) < 0.01);
  const mono = heard(one('NOISE', [{ at: 0, level: 1 }], { correlation: 1 }), 1, 2);
  assert.deepEqual(mono.left, mono.right);

  const long = heard(one('NOISE', [{ at: 0, level: 1 }], { colour: 'WHITE' }), 1, 41).left;
  const first = long.subarray(0, 2000);
  for (let at = 2000; at + 2000 < long.length; at += 997) {
    let sum = 0;
    for (let n = 0; n < 2000; n++) sum += (first[n] ?? 0) * (long[at + n] ?? 0);
    assert.ok(Math.abs(sum / 2000) < 0.2 * rms(first) ** 2, `like the first at ${at}`);
  }

  const pink = one('NOISE', [{ at: 0, level: 1 }]);
  const whole = heard(pink, 0, 12).left.subarray(10 * RATE);
  const sought = heard(pink, 10, 12).left;
  const difference = whole.map((value, n) => value - (sought[n] ?? 0));
  assert.ok(decibels(peak(difference)) < -90, `${decibels(peak(difference))} dB`);
});

test('isochronic: at least 60 dB between on and off; duty, edges and alternate ears as asked', () => {
  const gated = heard(one('ISOCHRONIC', [frame(0, 400, 4)], { duty: 0.4, edgeSeconds: 0.01 }), 0, 3);
  // One period is 0.25 s: it sounds for 0.1 s from its start.
  const on = peak(gated.left.subarray(Math.round(1.02 * RATE), Math.round(1.08 * RATE)));
  const off = peak(gated.left.subarray(Math.round(1.102 * RATE), Math.round(1.248 * RATE)));
  assert.ok(on > 0.499 && decibels(on / Math.max(off, 1e-12)) >= 60, `${on} against ${off}`);
  // Half-way up the raised cosine edge it is half.
  const edge = gated.left.subarray(Math.round(1.003 * RATE), Math.round(1.007 * RATE));
  assert.ok(Math.abs(peak(edge) - 0.5 * Math.sin((Math.PI / 2) * 0.7) ** 2) < 0.03, `${peak(edge)}`);

  const half = heard(one('ISOCHRONIC', [frame(0, 400, 4)], { depth: 0.5 }), 0, 3);
  const between = peak(half.left.subarray(Math.round(1.15 * RATE), Math.round(1.24 * RATE)));
  assert.ok(Math.abs(between - 0.25) < 1e-3, `${between}`);

  const turns = heard(one('ISOCHRONIC', [frame(0, 400, 4)], { alternating: true }), 0, 3);
  const ears = [1.05, 1.3].map((at) => {
    const range = [Math.round(at * RATE), Math.round((at + 0.05) * RATE)] as const;
    return [peak(turns.left.subarray(...range)) > 0.4, peak(turns.right.subarray(...range)) > 0.4];
  });
  assert.deepEqual(ears, [
    [true, false],
    [false, true],
  ]);
});

test('monaural: both tones in both ears, each at half the level', () => {
  const { left, right } = heard(one('MONAURAL', [frame(0, 400, 10)]), 1, 2);
  assert.deepEqual(left, right);
  for (const hertz of [395, 405]) assert.ok(Math.abs(toneIn(left, RATE, hertz) - 0.25) < 1e-3);
});

test('true peak stays at or below −1 dBTP for programs at full level', () => {
  const full = {
    durationSeconds: 10,
    voices: [
      { kind: 'BINAURAL', waveform: 'SQUARE', keyframes: [frame(0, 311, 7, 0.4)] },
      { kind: 'MONAURAL', waveform: 'SAWTOOTH', keyframes: [frame(0, 173, 3, 0.3)] },
      { kind: 'NOISE', keyframes: [frame(0, 0, 0, 0.3)] },
    ],
  };
  const programs = [
    one('BINAURAL', [frame(0, 11_987, 40, 1)]),
    one('ISOCHRONIC', [frame(0, 997, 10, 1)]),
    one('MONAURAL', [frame(0, 997, 10, 1)]),
    one('BINAURAL', [frame(0, 100, 10, 1)], { waveform: 'SQUARE' }),
    one('NOISE', [frame(0, 0, 0, 1)], { colour: 'WHITE' }),
    full,
  ];
  for (const program of programs) {
    const { left, right } = heard(program, 0, 1.2);
    const most = decibels(Math.max(truePeak(left), truePeak(right)));
    assert.ok(most <= -1, `${most} dBTP`);
  }
  // A program that leaves room is not made quieter.
  const { left } = heard(one('BINAURAL', [frame(0, 200, 10, 0.8)]), 1, 2);
  assert.ok(Math.abs(fitSine(left, RATE, 205).amplitude - 0.8) < 1e-6 && LOUDEST > 0.8);
});

test('DC is below −90 dBFS, even where a carrier falls to 0 Hz', () => {
  const kinds = [
    one('BINAURAL', [frame(0, 200, 10)]),
    one('ISOCHRONIC', [frame(0, 200, 10)]),
    one('BINAURAL', [frame(0, 200, 0), frame(5, 0, 0), frame(60, 0, 0)]),
    one('MONAURAL', [frame(0, 200, 10)], { waveform: 'SAWTOOTH' }),
  ];
  for (const program of kinds) {
    const { left } = heard(program, 0, 20);
    // Whole periods of everything in it.
    const dc = decibels(Math.abs(mean(left.subarray(10 * RATE, 20 * RATE))));
    assert.ok(dc < -90, `${dc} dBFS`);
  }
});

test('waves are band-limited: partials as they should be, nothing between them', () => {
  const hertz = 441;
  for (const [waveform, partial] of [
    ['SQUARE', (k: number) => (k % 2 ? 1 / k : 0)],
    ['SAWTOOTH', (k: number) => 1 / k],
    ['TRIANGLE', (k: number) => (k % 2 ? 1 / (k * k) : 0)],
  ] as const) {
    const { left } = heard(one('BINAURAL', [frame(0, hertz, 0)], { waveform }), 1, 2);
    const first = toneIn(left, RATE, hertz);
    for (const k of [2, 3, 4, 5, 9, 15]) {
      assert.ok(Math.abs(toneIn(left, RATE, k * hertz) / first - partial(k)) < 1e-4, `${waveform} partial ${k}`);
    }
    // Folded partials would lie between the harmonics.
    for (let k = 1; k < 50; k += 3) {
      const between = decibels(toneIn(left, RATE, (k + 0.37) * hertz) / first);
      assert.ok(between < -100, `${waveform} at ${k}.37 partials: ${between} dB`);
    }
  }
});

test('jumps, phase borders, loop borders, starts and ends leave no click', () => {
  const program = {
    durationSeconds: 6,
    loop: 2,
    voices: [
      {
        kind: 'BINAURAL',
        keyframes: [
          frame(0, 200, 10, 0.3),
          frame(2, 300, 10, 0.3),
          frame(2, 230, 4, 0.6, 'HOLD'),
          frame(3, 210, 4, 0.2),
          frame(4, 300, 4, 0.2),
          frame(4, 300, 4, 0),
          frame(5, 300, 4, 0),
          frame(5, 250, 4, 0.6),
        ],
      },
    ],
  };
  const { left } = heard(program, 0, 12);
  const high = highPassed(left, RATE, 2000);
  const steadyPeak = peak(high.subarray(Math.round(5.2 * RATE), Math.round(5.9 * RATE)));
  const rise = decibels(peak(high) / steadyPeak);
  // Steady tones of 200 to 300 Hz leave below −120 dB here; a click would be far above.
  assert.ok(decibels(peak(high)) < -100, `${decibels(peak(high))} dB above 2 kHz`);
  const window = Math.round(0.1 * RATE);
  assert.ok(Number.isFinite(rise));
  for (let at = 0; at + window < left.length; at += window) {
    const most = 0.602 * 2 * Math.PI * 305;
    assert.ok(largestStep(left.subarray(at, at + window)) <= (1.05 * most) / RATE);
  }
});

test('the phase goes on over the border of a loop', () => {
  const program = { ...one('BINAURAL', [frame(0, 201.3, 7.7)], {}, 5.03), loop: 0 };
  const { left, right, program: checked } = heard(program, 503.2, 504.2);
  const [voice] = checked.voices;
  assert.ok(voice);
  const phase = playedPhaseAt(checked, voice, 503.2);
  const l = fitSine(left, RATE, 201.3 + 3.85, true);
  const r = fitSine(right, RATE, 201.3 - 3.85, true);
  assert.ok(phaseDistance(l.cycles, phase.carrierCycles + phase.beatCycles / 2) < 1e-3);
  assert.ok(phaseDistance(r.cycles, phase.carrierCycles - phase.beatCycles / 2) < 1e-3);
});

test('the same seed and start give the same bytes; another seed other noise', () => {
  const program = {
    durationSeconds: 60,
    seed: 5,
    voices: [
      { kind: 'NOISE', keyframes: [frame(0, 0, 0, 0.3)] },
      { kind: 'DROPS', keyframes: [frame(0, 0, 0, 0.3)] },
      { kind: 'BINAURAL', keyframes: [frame(0, 200, 4, 0.3)] },
    ],
  };
  const first = heard(program, 3, 5);
  assert.deepEqual(heard(program, 3, 5).left, first.left);
  assert.deepEqual(heard(program, 3, 5, { reverb: 0.4 }).left, heard(program, 3, 5, { reverb: 0.4 }).left);
  assert.notDeepEqual(heard({ ...program, seed: 6 }, 3, 5).left, first.left);
});

test('a seek is exact: any stretch is what the whole has there', () => {
  const program = {
    durationSeconds: 6,
    loop: 3,
    voices: [
      { kind: 'ISOCHRONIC', alternating: true, keyframes: [frame(0, 200, 4, 0.2), frame(6, 300, 9, 0.2)] },
      { kind: 'BELL', decaySeconds: 8, keyframes: [frame(1, 900, 2, 0.2), frame(4, 700, 2, 0.2)] },
      { kind: 'DROPS', texture: 'RAIN', dropsPerSecond: 50, keyframes: [frame(0, 0, 0, 0.2)] },
      { kind: 'NOISE', spin: true, keyframes: [frame(0, 400, 0.5, 0.2)] },
      { kind: 'BINAURAL', waveform: 'SAWTOOTH', keyframes: [frame(0, 200, 4, 0.2), frame(6, 150, 2, 0.2)] },
    ],
  };
  const whole = heard(program, 0, 15, {}, RATE, 128);
  const part = heard(program, 7.5, 15);
  const from = Math.round(7.5 * RATE);
  const difference = part.right.map((value, n) => value - (whole.right[from + n] ?? 0));
  assert.ok(rms(part.right) > 0.05);
  assert.ok(decibels(peak(difference)) < -90, `${decibels(peak(difference))} dB`);
});

test('a bell decays by 60 dB in its time, and a new strike takes its place without a click', () => {
  const bell = one('BELL', [frame(1, 880, 0, 0.5), frame(6, 880, 0, 0.5)], { decaySeconds: 4 });
  const { left } = heard(bell, 0, 12);
  assert.equal(peak(left.subarray(0, RATE - 1)), 0);
  const at = (seconds: number) => toneIn(left.subarray(seconds * RATE, (seconds + 0.1) * RATE), RATE, 880);
  assert.ok(Math.abs(decibels(at(2) / at(4)) - 30) < 0.2, `${decibels(at(2) / at(4))} dB in 2 s`);
  assert.ok(peak(left) <= 0.5 + 1e-6);
  assert.ok(largestStep(left) <= (1.05 * 0.5 * 2 * Math.PI * 880) / RATE);
});

test('drops: the mean rate is as asked, silence between rare ones, never above the level', () => {
  const rare = heard(one('DROPS', [frame(0, 0, 0, 0.8)], { dropsPerSecond: 2, count: 1 }), 0, 60);
  let heardDrops = 0;
  let quiet = RATE;
  for (const value of rare.left) {
    if (Math.abs(value) > 1e-4) {
      if (quiet > RATE / 50) heardDrops++;
      quiet = 0;
    } else quiet++;
  }
  assert.ok(heardDrops >= 100 && heardDrops <= 125, `${heardDrops} drops in 60 s`);
  const dense = heard(one('DROPS', [frame(0, 0, 0, 0.8)], { dropsPerSecond: 1000, count: 64, texture: 'RAIN' }), 0, 10);
  assert.ok(peak(dense.left) <= 0.8 && rms(dense.left) > 0.002);
});

test('amplitude modulation and spin of noise follow the beat', () => {
  const modulated = heard(one('NOISE', [frame(0, 0, 1)], { modulationDepth: 1, colour: 'WHITE' }), 1, 21);
  const power = (offset: number) => {
    let sum = 0;
    for (let second = 0; second < 20; second++) {
      const start = Math.round((second + offset) * RATE);
      sum += rms(modulated.left.subarray(start, start + RATE / 20)) ** 2;
    }
    return Math.sqrt(sum / 20);
  };
  assert.ok(decibels(power(0.475) / power(0)) < -40, 'loudest at phase 0, silent at phase 0.5');
  // Left is early by 300 µs and right late by 300 µs a quarter of a turn into the spin: 28.8 frames apart.
  const spun = heard(one('NOISE', [frame(0, 300, 0.1)], { spin: true, colour: 'WHITE' }), 2.4, 2.6);
  const lag = (offset: number) => {
    let sum = 0;
    for (let n = 100; n < spun.left.length - 100; n++) sum += (spun.left[n] ?? 0) * (spun.right[n + offset] ?? 0);
    return sum;
  };
  let best = 0;
  for (let offset = -60; offset <= 60; offset++) if (lag(offset) > lag(best)) best = offset;
  assert.ok(Math.abs(best - 28.8) < 1.5, `${best} frames`);
});

test('a bed repeats with an overlap, and a voice without its file is silent', () => {
  const bed = one('SAMPLE', [frame(0, 0, 0, 0.5)]);
  const length = 2 * RATE;
  const left = Float32Array.from({ length }, (_, n) => Math.sin((2 * Math.PI * 250 * n) / RATE));
  const sample = new Map([[0, { left, right: left }]]);
  const played = heard(bed, 0, 10, { samples: sample });
  assert.ok(Math.abs(rms(played.left.subarray(RATE)) - 0.5 / Math.SQRT2) < 0.02);
  assert.ok(decibels(peak(highPassed(played.left, RATE, 2000))) < -90);
  assert.equal(peak(heard(bed, 0, 1).left), 0);
});

test('reverb never touches a voice with a beat, and adds a tail to a bell', () => {
  const beats = one('BINAURAL', [frame(0, 200, 10)]);
  assert.deepEqual(heard(beats, 0, 3, { reverb: 1 }).left, heard(beats, 0, 3).left);
  const bell = one('BELL', [frame(0.5, 880, 0, 0.5)], { decaySeconds: 0.3 });
  const tail = (reverb: number) => rms(heard(bell, 0, 3, { reverb }).left.subarray(Math.round(1.5 * RATE)));
  assert.ok(tail(0) < 1e-6 && tail(0.6) > 1e-4);
});

test('the wake-up swell rises evenly over its time to the program’s own level, without a click', () => {
  const tone = one('BINAURAL', [frame(0, 250, 0, 0.5)], {}, 40);
  const { left } = heard(tone, 0, 40, { wakeUpSeconds: 20 });
  const at = (seconds: number) => peak(left.subarray(seconds * RATE, (seconds + 0.5) * RATE)) / 0.5;
  for (const early of [1, 10, 19]) assert.ok(Math.abs(at(early) - BEFORE_WAKING) < 1e-3, `${at(early)} at ${early} s`);
  // Half-way it has made half of the way in dB.
  assert.ok(Math.abs(decibels(at(30)) - decibels(BEFORE_WAKING) / 2) < 1, `${decibels(at(30))} dB`);
  assert.ok(Math.abs(at(39) - 1) < 0.01);
  for (let second = 20; second < 39; second++) assert.ok(at(second + 1) >= at(second) - 1e-4);
  assert.ok(decibels(peak(highPassed(left, RATE, 2000))) < -100);
  // An endless program has no end to wake up at.
  const endless = { ...tone, loop: 0 };
  assert.deepEqual(heard(endless, 0, 1, { wakeUpSeconds: 20 }).left, heard(endless, 0, 1).left);
});

test('a switched voice fades without a click, others stay as they are', () => {
  const program = checkProgram({
    durationSeconds: 60,
    voices: [
      { kind: 'BINAURAL', keyframes: [frame(0, 250, 4, 0.4)] },
      { kind: 'BINAURAL', keyframes: [frame(0, 210, 4, 0.4)] },
    ],
  });
  const renderer = createRenderer(program, RATE);
  const left = new Float32Array(RATE * 2);
  const right = new Float32Array(RATE * 2);
  for (let at = 0; at < left.length; at += 128) {
    if (at === 128 * 300) renderer.setVoiceOn(1, false);
    if (at === 128 * 302) renderer.setVoiceOn(1, true);
    if (at === 128 * 500) renderer.setVoiceOn(1, false);
    renderer.render(at, left.subarray(at, at + 128), right.subarray(at, at + 128));
  }
  assert.ok(decibels(peak(highPassed(left, RATE, 2000).subarray(RATE / 2))) < -100);
  const alone = left.subarray(Math.round(1.5 * RATE));
  assert.ok(toneIn(alone, RATE, 212) < 1e-5 && Math.abs(toneIn(alone, RATE, 252) - 0.4) < 1e-3);
});

test('a slow rate changes the pitch by just that and no phase jumps', () => {
  const program = checkProgram(one('BINAURAL', [frame(0, 200, 0)]));
  const renderer = createRenderer(program, RATE);
  const left = new Float32Array(4 * RATE);
  const right = new Float32Array(4 * RATE);
  let place = 0;
  for (let at = 0; at < left.length; at += 128) {
    const step = at < 2 * RATE ? 1 : 1.0005;
    renderer.render(place, left.subarray(at, at + 128), right.subarray(at, at + 128), step);
    place += 128 * step;
  }
  assert.ok(Math.abs(fitSine(left.subarray(3 * RATE), RATE, 200.1).hertz - 200.1) < 1e-6);
  assert.ok(largestStep(left) <= (1.05 * 0.5 * 2 * Math.PI * 200.1) / RATE);
});

test('a program of 20,000 keyframes is ready on the audio thread within 2 ms and renders', () => {
  const keyframes = Array.from({ length: 20_000 }, (_, index) =>
    frame(index * 4, 200 + (index % 5), 4 + (index % 3), 0.4),
  );
  const program = checkProgram(one('BINAURAL', keyframes, {}, 80_000));
  // The audio thread gets the score, which is made elsewhere.
  const score = makeScore(program);
  let renderer = makeRenderer(score, RATE, {}, KIT);
  // The least of ten: what else the machine does is left out.
  let ready = Number.POSITIVE_INFINITY;
  for (let round = 0; round < 10; round++) {
    const before = performance.now();
    renderer = makeRenderer(score, RATE, {}, KIT);
    ready = Math.min(ready, performance.now() - before);
  }
  const block = new Float32Array(RATE);
  renderer.render(70_000 * RATE, block, new Float32Array(RATE));
  assert.ok(ready < 2, `${ready} ms`);
  assert.ok(rms(block.subarray(2000)) > 0.28);
});
