/** What an importer gives, the check takes: random schedules and sequences, and mutations of them. */
import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { checkProgram, ProgramError } from '../check.ts';
import type { ProgramFile } from '../model.ts';
import { importGnaural } from './gnaural.ts';
import { ImportError } from './import-error.ts';
import { importJson } from './json.ts';
import { mutated, random, schedule, sequence } from './random-files.ts';
import { importSbg } from './sbg.ts';

function taken(file: ProgramFile, source: string): void {
  try {
    assert.deepEqual(checkProgram(file.program), file.program, source);
  } catch (error) {
    assert.fail(`${error instanceof ProgramError ? error.message : error}\n${source}`);
  }
}

function refusedOrTaken(read: (text: string) => ProgramFile, text: string): boolean {
  let file: ProgramFile;
  try {
    file = read(text);
  } catch (error) {
    assert.ok(error instanceof ImportError || error instanceof ProgramError, `${error}\n${text}`);
    return false;
  }
  taken(file, text);
  return true;
}

/** `npm run bench -- schedules` takes 10,000. */
const TURNS = 600;

describe('the check takes', () => {
  it('every schedule of two to eight voices', () => {
    const next = random(11);
    for (let turn = 0; turn < TURNS; turn++) {
      const text = schedule(next);
      if (!/duration="(?!0")/.test(text)) continue;
      taken(importGnaural(text), text);
    }
  });

  it('every sequence that is not out of order', () => {
    const next = random(12);
    let read = 0;
    for (let turn = 0; turn < TURNS; turn++) if (refusedOrTaken(importSbg, sequence(next))) read++;
    assert.ok(read > 0.8 * TURNS, `${read} of ${TURNS}`);
  });

  it('what mutations leave readable', () => {
    const next = random(13);
    let read = 0;
    for (let turn = 0; turn < TURNS; turn++) {
      if (refusedOrTaken(importSbg, mutated(sequence(next), next))) read++;
      if (refusedOrTaken(importGnaural, mutated(schedule(next), next))) read++;
    }
    assert.ok(read > 20, `${read}`);
    const json = JSON.stringify({
      durationSeconds: 9,
      voices: [{ kind: 'BELL', keyframes: [{ at: 1, carrier: 9, level: 1 }] }],
    });
    for (let turn = 0; turn < TURNS; turn++) refusedOrTaken(importJson, mutated(json, next));
  });
});
