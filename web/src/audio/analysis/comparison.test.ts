import assert from 'node:assert/strict';
import type { Program, Voice } from '@nes/program/model.ts';
import { test } from 'vitest';
import { renderPieces } from '../render-file.ts';
import { bandWatcher, compareBands, ROW_LOW_HZ, ROWS_PER_OCTAVE } from './comparison.ts';
import { WholeSpectrum } from './whole-spectrum.ts';

const RATE = 44_100;
const SECONDS = 6;

const tone = (carrier: number, level: number, pan = 0): Voice => ({
  name: '',
  kind: 'MONAURAL',
  waveform: 'SINE',
  keyframes: [{ at: 0, carrier, beat: 0, level, pan, curve: 'LINEAR' }],
});

function bandsOf(voices: Voice[], gain = 1) {
  const program: Program = { durationSeconds: 10, phases: [], voices, gain, loop: 1, seed: 7 };
  const { bands, watch } = bandWatcher(SECONDS);
  const whole = new WholeSpectrum(RATE, 1600, watch);
  for (const { left, right } of renderPieces(program, { sampleRate: RATE, fromSeconds: 1, toSeconds: 9 }))
    whole.push(left, right);
  return bands;
}

const near = (value: number, expected: number, within: number) =>
  assert.ok(Math.abs(value - expected) < within, `${value}, expected ${expected}`);

test('the same sound differs by nothing, and has its level and its line', () => {
  const bands = bandsOf([tone(1000, 0.5)]);
  const { left } = compareBands(bands, bands, 0);
  assert.equal(left.differenceDb, Number.NEGATIVE_INFINITY);
  near(left.recordingDb, 20 * Math.log10(0.5 / Math.SQRT2), 0.3);
  const highest = left.spectra.recording.reduce<number>(
    (best, value, row, all) => ((value ?? -200) > (all[best] ?? -200) ? row : best),
    0,
  );
  near(ROW_LOW_HZ * 2 ** (highest / ROWS_PER_OCTAVE), 1000, 30);
  assert.ok(bands.left.length <= Math.ceil(SECONDS / 0.37), 'no more than was asked for');
});

test('a tone that is missing is told by its share, in its ear alone', () => {
  const recording = bandsOf([tone(300, 0.4), tone(2000, 0.2, -1)]);
  const { left, right } = compareBands(recording, bandsOf([tone(300, 0.4)]), 0);
  near(left.differenceDb, 10 * Math.log10(0.2), 0.5);
  assert.ok(right.differenceDb < -60, `${right.differenceDb}`);
});

test('what had to be made quieter is lifted before it is compared', () => {
  const recording = bandsOf([tone(300, 0.4)]);
  const half = bandsOf([tone(300, 0.4)], 0.5);
  assert.ok(compareBands(recording, half, 20 * Math.log10(2)).left.differenceDb < -60);
  near(compareBands(recording, half, 0).left.differenceDb, -6.02, 0.1);
});
