import assert from 'node:assert/strict';
import type { Program, Voice } from '@nes/program/model.ts';
import { binaural, frame, programOf } from '@nes/program/testing/make.ts';
import { test } from 'vitest';
import { describeProgram, programHash } from './describe.ts';

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
