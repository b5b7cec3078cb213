import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, it } from 'vitest';
import { checkProgram, ProgramError } from './check.ts';
import { exportJson, PROGRAM_SCHEMA_ID } from './export/json.ts';
import { kindSchemas } from './kind-schemas.ts';

const schema = JSON.parse(readFileSync(join(import.meta.dirname, 'program.schema.json'), 'utf8'));
const validate = new Ajv2020({ allErrors: true, allowUnionTypes: true }).compile(schema);
const LIBRARY = join(import.meta.dirname, '../prisma/library');

const tone = (fields: object) => ({ kind: 'BINAURAL', keyframes: [{ at: 0, carrier: 200, level: 0.5 }], ...fields });
const whole = (voices: object[], fields: object = {}) => ({ durationSeconds: 60, voices, ...fields });

function accepts(value: object): boolean {
  try {
    checkProgram(value);
    return true;
  } catch (error) {
    assert.ok(error instanceof ProgramError, `${error}`);
    return false;
  }
}

describe('the published schema', () => {
  it('has the id that exports name', () => assert.equal(schema.$id, PROGRAM_SCHEMA_ID));

  it('has the kinds of voices as they are', () => {
    const names = Object.keys(schema.$defs);
    const kinds = names.slice(names.indexOf('voice')).map((name) => [name, schema.$defs[name]]);
    assert.deepEqual(Object.fromEntries(kinds), kindSchemas(), 'run: npm run generate');
  });

  it('says the same as the check', () => {
    const frame = { at: 0, carrier: 200, level: 0.5 };
    const good = [
      whole([tone({})]),
      whole([tone({ waveform: 'HARMONICS', harmonics: [1, 0, 0.5] })], { gain: 0.5, loop: 0, seed: 7 }),
      whole([tone({ kind: 'ISOCHRONIC', duty: 0.4, edgeSeconds: 0.01, depth: 1, alternating: true })]),
      whole([{ kind: 'NOISE', colour: 'BROWN', spin: true, keyframes: [{ at: 0, level: 1, carrier: 300, beat: 4 }] }]),
      whole([tone({ kind: 'MODULATED', depth: 0.5, keyframes: [{ ...frame, beat: 500 }] })]),
      whole([{ kind: 'BELL', keyframes: [{ at: 3, carrier: 500, level: 0.1, curve: 'HOLD' }] }]),
      whole([{ kind: 'DROPS', texture: 'RAIN', keyframes: [{ at: 0, level: 0.1 }] }]),
      whole([{ kind: 'SAMPLE', sampleName: 'x.ogg', keyframes: [{ at: 0, level: 0.1 }] }]),
      whole([{ kind: 'SAMPLE', modulationDepth: 1, duty: 0.2, irregularity: 1, keyframes: [{ at: 0, level: 0.1 }] }]),
      whole([tone({ kind: 'ISOCHRONIC', irregularity: 0.5 })]),
      whole([tone({})], { phases: [{ name: 'a', durationSeconds: 60, colour: '#aabbcc' }] }),
    ];
    const bad = [
      {},
      whole([]),
      whole([tone({})], { durationSeconds: 0 }),
      whole([tone({})], { durationSeconds: 0.05 }),
      whole([tone({})], { durationSeconds: 90_000 }),
      whole([tone({})], { loop: -1 }),
      whole([tone({})], { gain: 2 }),
      whole([tone({})], { colour: 'red' }),
      whole([tone({ kind: 'TRIAURAL' })]),
      whole([tone({ duty: 0.5 })]),
      whole([tone({ waveform: 'HARMONICS' })]),
      whole([tone({ harmonics: [1] })]),
      whole([tone({ keyframes: [] })]),
      whole([tone({ keyframes: [{ at: 0, level: 1 }] })]),
      whole([tone({ keyframes: [{ ...frame, level: 1.1 }] })]),
      whole([tone({ keyframes: [{ ...frame, beat: 101 }] })]),
      whole([tone({ kind: 'MODULATED', keyframes: [{ ...frame, beat: 501 }] })]),
      whole([tone({ keyframes: [{ ...frame, curve: 'WAVY' }] })]),
      whole([tone({ keyframes: [{ ...frame, at: -1 }] })]),
      whole([{ kind: 'NOISE', duty: 0.01, keyframes: [{ at: 0, level: 0.1 }] }]),
      whole([tone({ kind: 'ISOCHRONIC', irregularity: 1.5 })]),
      whole([{ kind: 'DROPS', count: 1.5, keyframes: [{ at: 0, level: 0.1 }] }]),
      whole([tone({})], { phases: [{ durationSeconds: 60, colour: 'blue' }] }),
    ];
    for (const value of good) {
      assert.ok(validate(value), `${JSON.stringify(value)}: ${JSON.stringify(validate.errors)}`);
      assert.ok(accepts(value), JSON.stringify(value));
      const file = { title: 'T', program: checkProgram(value), startClockSeconds: 3600, notes: [] };
      assert.ok(validate(JSON.parse(exportJson(file).text)), JSON.stringify(validate.errors));
    }
    for (const value of bad) {
      assert.ok(!validate(value), `schema takes ${JSON.stringify(value)}`);
      assert.ok(!accepts(value), `check takes ${JSON.stringify(value)}`);
    }
  });

  it('holds for the library', () => {
    const programs = readdirSync(LIBRARY)
      .filter((name) => name.endsWith('.json'))
      .map((name) => [name, JSON.parse(readFileSync(join(LIBRARY, name), 'utf8')).program] as const)
      .filter(([, program]) => program !== undefined);
    for (const [name, program] of programs) assert.ok(validate(program), `${name}: ${JSON.stringify(validate.errors)}`);
  });
});
