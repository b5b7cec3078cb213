/** What an importer gives, the check takes: random schedules and sequences, and mutations of them. */
import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { checkProgram, ProgramError } from '../check.ts';
import type { ProgramFile } from '../model.ts';
import { importGnaural } from './gnaural.ts';
import { ImportError } from './import-error.ts';
import { importJson } from './json.ts';
import { mutated, random, schedule, sequence, synapse } from './random-files.ts';
import { importSbg } from './sbg.ts';
import { importSpsq } from './spsq.ts';

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

const spsq = (text: string) => importSpsq({ name: 'a.spsq', text });

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

  it('every SynapSeq sequence that can be read', () => {
    const next = random(14);
    let read = 0;
    for (let turn = 0; turn < TURNS; turn++) if (refusedOrTaken(spsq, synapse(next))) read++;
    assert.ok(read > 0.5 * TURNS, `${read} of ${TURNS}`);
  });

  it('a side below 0 beside one above it has its size, and is noted', () => {
    const file = spsq('one\n  noise pink amplitude left 10 right -2\n00:00:00 one\n00:04:00 one\n');
    taken(file, 'left 10 right -2');
    const [frame] = file.program.voices[0]?.keyframes ?? [];
    assert.ok(Math.abs((frame?.pan ?? 0) + 0.8) < 1e-9);
    assert.ok(file.notes.some(({ line, message }) => line === 2 && /^amplitude: a level below 0/.test(message)));
  });

  it('what mutations leave readable', () => {
    const next = random(13);
    let read = 0;
    for (let turn = 0; turn < TURNS; turn++) {
      if (refusedOrTaken(importSbg, mutated(sequence(next), next))) read++;
      if (refusedOrTaken(importGnaural, mutated(schedule(next), next))) read++;
      if (refusedOrTaken(spsq, mutated(synapse(next), next))) read++;
    }
    assert.ok(read > 20, `${read}`);
    const json = JSON.stringify({
      durationSeconds: 9,
      voices: [{ kind: 'BELL', keyframes: [{ at: 1, carrier: 9, level: 1 }] }],
    });
    for (let turn = 0; turn < TURNS; turn++) refusedOrTaken(importJson, mutated(json, next));
  });
});
