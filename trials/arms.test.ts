import assert from 'node:assert/strict';
import { checkProgram } from '@nes/program/check.ts';
import type { Program } from '@nes/program/model.ts';
import { hasBeat } from '@nes/program/twin.ts';
import { expect, test } from 'vitest';
import { readLibrary } from '../prisma/library/library.ts';
import { createRenderer } from '../web/src/audio/engine.ts';
import { integratedLoudness } from '../web/src/audio/measure.ts';
import { armsOf } from './arms.ts';

const RATE = 48_000;
const SECONDS = 20;

function loudness(program: Program, from: number): number {
  const [left, right] = [new Float32Array(RATE * SECONDS), new Float32Array(RATE * SECONDS)];
  createRenderer(program, RATE, {}).render(Math.round(from * RATE), left, right);
  return integratedLoudness(left, right);
}

const beating = readLibrary().filter(({ program }) => hasBeat(program));

test('both arms of every built-in protocol are equally loud within 0.1 LU, with and without the mask', () => {
  assert.ok(beating.length > 20);
  for (const { slug, program } of beating) {
    for (const masked of [false, true]) {
      const arms = armsOf(program, masked);
      const from = Math.max(0, program.durationSeconds / 2 - SECONDS / 2);
      const apart = loudness(arms.BEAT, from) - loudness(arms.CONTROL, from);
      expect(Math.abs(apart), `${slug}${masked ? ', masked' : ''}: ${apart.toFixed(3)} LU`).toBeLessThanOrEqual(0.1);
    }
  }
});

test('nothing but the beat differs: length, chapters, number and names of voices; no control beats', () => {
  for (const { slug, program } of beating) {
    for (const masked of [false, true]) {
      const { BEAT, CONTROL } = armsOf(program, masked);
      const outside = ({ durationSeconds, phases, loop, voices }: Program) => ({
        durationSeconds,
        phases,
        loop,
        voices: voices.map(({ kind, name }) => ({ kind, name })),
      });
      assert.deepEqual(outside(CONTROL), outside(BEAT), slug);
      assert.equal(hasBeat(CONTROL), false, slug);
      for (const arm of [BEAT, CONTROL]) assert.deepEqual(checkProgram(arm), arm, slug);
      assert.equal(BEAT.voices.length, program.voices.length + Number(masked));
    }
  }
});

test('a program without a beat has no arms', () => {
  const silent = readLibrary().find(({ program }) => !hasBeat(program));
  assert.ok(silent);
  assert.throws(() => armsOf(silent.program, false), RangeError);
});
