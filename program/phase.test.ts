import assert from 'node:assert/strict';
import { test } from 'vitest';
import type { Curve, Keyframe, Program, Voice } from './model.ts';
import { phaseAt, playedPhaseAt } from './phase.ts';
import { dominantBeat, passAt, valueAt } from './values.ts';

function frame(at: number, carrier: number, beat: number, curve: Curve = 'LINEAR', level = 0.5): Keyframe {
  return { at, carrier, beat, level, pan: 0, curve };
}

function tone(keyframes: Keyframe[]): Voice {
  return { kind: 'BINAURAL', name: 'Tone', waveform: 'SINE', keyframes };
}

const glides = tone([
  frame(2, 200, 10),
  frame(10, 240, 4, 'SMOOTH'),
  frame(30, 100, -6, 'HOLD'),
  frame(40, 180, 7),
  frame(40, 300, 12),
  frame(60, 150, 3),
]);

test('values hold outside the keyframes, and at a jump the later keyframe holds', () => {
  assert.deepEqual(valueAt(glides, 0), { carrier: 200, beat: 10, level: 0.5, pan: 0 });
  assert.equal(valueAt(glides, 6).carrier, 220);
  assert.equal(valueAt(glides, 20).carrier, 170);
  assert.equal(valueAt(glides, 39.999).carrier, 100);
  assert.equal(valueAt(glides, 40).carrier, 300);
  assert.equal(valueAt(glides, 1e6).beat, 3);
});

test('phase is the integral of the values: compared with Gauss–Legendre quadrature', () => {
  // Five points a step are exact for polynomials of degree 9; the steps end at the keyframes.
  const nodes = [0, 0.5384693101056831, -0.5384693101056831, 0.906179845938664, -0.906179845938664];
  const weights = [0.5688888888888889, 0.4786286704993665, 0.4786286704993665, 0.2369268850561891, 0.2369268850561891];
  let carrier = 0;
  let beat = 0;
  const step = 1 / 8;
  for (let start = 0; start < 70; start += step) {
    for (const [index, node] of nodes.entries()) {
      const values = valueAt(glides, start + (step / 2) * (1 + node));
      carrier += (weights[index] ?? 0) * values.carrier * (step / 2);
      beat += (weights[index] ?? 0) * values.beat * (step / 2);
    }
    const phase = phaseAt(glides, start + step);
    assert.ok(Math.abs(phase.carrierCycles - carrier) < 1e-9, `carrier at ${start + step}`);
    assert.ok(Math.abs(phase.beatCycles - beat) < 1e-9, `beat at ${start + step}`);
  }
});

test('the phase goes on through the border of a loop', () => {
  const program: Program = { durationSeconds: 60, phases: [], voices: [glides], gain: 1, loop: 0, seed: 1 };
  const whole = phaseAt(glides, 60).beatCycles;
  assert.ok(Math.abs(playedPhaseAt(program, glides, 60).beatCycles - whole) < 1e-9);
  assert.ok(Math.abs(playedPhaseAt(program, glides, 181).beatCycles - (3 * whole + 10)) < 1e-9);
  assert.deepEqual(passAt({ ...program, loop: 2 }, 120), { pass: 1, seconds: 60 });
});

test('20,000 keyframes are asked 100,000 times in well under a second', () => {
  const many = tone(Array.from({ length: 20_000 }, (_, index) => frame(index * 4, 200 + (index % 7), 5, 'SMOOTH')));
  phaseAt(many, 1);
  const before = performance.now();
  for (let index = 0; index < 100_000; index++) phaseAt(many, (index * 7919) % 80_000);
  assert.ok(performance.now() - before < 1000);
});

test('the dominant beat is that of the voice with the largest level times depth; of equals the first', () => {
  const quiet = tone([frame(0, 200, 4, 'LINEAR', 0.2)]);
  const gated: Voice = {
    kind: 'ISOCHRONIC',
    name: 'Pulse',
    waveform: 'SINE',
    duty: 0.5,
    edgeSeconds: 0.005,
    depth: 0.5,
    alternating: false,
    keyframes: [frame(0, 200, -8, 'LINEAR', 0.5)],
  };
  const steady = tone([frame(0, 200, 0, 'LINEAR', 0.9)]);
  const program: Program = {
    durationSeconds: 9,
    phases: [],
    voices: [steady, quiet, gated],
    gain: 1,
    loop: 1,
    seed: 1,
  };
  assert.deepEqual(dominantBeat(program, 1), { voiceIndex: 2, beatHz: 8 });
  assert.deepEqual(dominantBeat({ ...program, voices: [quiet, quiet] }, 1), { voiceIndex: 0, beatHz: 4 });
  assert.equal(dominantBeat({ ...program, voices: [steady] }, 1), null);
});
