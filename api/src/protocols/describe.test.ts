import assert from 'node:assert/strict';
import type { Keyframe, Program, Voice } from '@nes/program/model.ts';
import { test } from 'vitest';
import { describeProgram, programHash } from './describe.ts';

const frame = (at: number, beat: number, more: Partial<Keyframe> = {}): Keyframe => ({
  at,
  carrier: 200,
  beat,
  level: 0.5,
  pan: 0,
  curve: 'LINEAR',
  ...more,
});
const binaural = (keyframes: Keyframe[]): Voice => ({ kind: 'BINAURAL', name: 'v', waveform: 'SINE', keyframes });
const programOf = (durationSeconds: number, voices: Voice[], loop = 1): Program => ({
  durationSeconds,
  phases: [],
  voices,
  gain: 1,
  loop,
  seed: 1,
});

test('what is kept beside a protocol', () => {
  const tone = binaural([frame(0, 10), frame(60, 6)]);
  assert.deepEqual(describeProgram(programOf(60, [tone], 3)), {
    durationSeconds: 180,
    minBeatHz: 6,
    maxBeatHz: 10,
    bands: ['THETA', 'ALPHA'],
    speakersOk: false,
  });
  const monaural: Voice = { ...(tone as Extract<Voice, { kind: 'BINAURAL' }>), kind: 'MONAURAL' };
  assert.equal(describeProgram(programOf(60, [monaural])).speakersOk, true);
  assert.equal(describeProgram(programOf(60, [binaural([frame(0, 0)])])).speakersOk, true);
  assert.deepEqual(describeProgram(programOf(60, [binaural([frame(0, 0)])])).bands, []);
});

test('the hash does not hang on the order of keys', () => {
  const program = programOf(60, [binaural([frame(0, 10)])]);
  const turned = Object.fromEntries(Object.entries(program).reverse()) as unknown as Program;
  assert.equal(programHash(turned), programHash(program));
  assert.notEqual(programHash({ ...program, seed: 2 }), programHash(program));
});
