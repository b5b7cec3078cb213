import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, it } from 'vitest';
import { checkProgram } from '../check.ts';
import { valueAt } from '../values.ts';
import { importGnaural } from './gnaural.ts';

/** Schedules under other licences, read where the folder stands beside the repository. */
const FOLDER = resolve(import.meta.dirname, '../../../shared/corpus/gnaural');
const MISSING = existsSync(FOLDER) ? false : `no collection at ${FOLDER}`;

interface Entry {
  duration: number;
  left: number;
  right: number;
  beat: number;
  base: number;
}

interface Voice {
  type: number;
  mute: boolean;
  entries: Entry[];
}

/** Reads a schedule by the format's facts alone, with plain text matching. */
function read(xml: string): { voices: Voice[]; left: number; right: number; swap: boolean; loops: number } {
  const field = (text: string, name: string) => {
    const found = new RegExp(`<${name}>\\s*([^<]*?)\\s*</${name}>|\\b${name}="([^"]*)"`).exec(text);
    return Number(found?.[1] ?? found?.[2] ?? Number.NaN);
  };
  const voices = [...xml.matchAll(/<voice>([\s\S]*?)<\/voice>/g)].map(([, text = '']) => ({
    type: field(text, 'type'),
    mute: field(text, 'voice_mute') === 1,
    entries: [...text.matchAll(/<entry\b([\s\S]*?)(?:\/>|<\/entry>)/g)].map(([, entry = '']) => ({
      duration: field(entry, 'duration'),
      left: field(entry, 'volume_left'),
      right: field(entry, 'volume_right'),
      beat: field(entry, 'beatfreq'),
      base: field(entry, 'basefreq'),
    })),
  }));
  return {
    voices,
    left: field(xml, 'overallvolume_left'),
    right: field(xml, 'overallvolume_right'),
    swap: field(xml, 'stereoswap') === 1,
    loops: field(xml, 'loops'),
  };
}

const passOf = (voice: Voice) => voice.entries.reduce((sum, entry) => sum + entry.duration, 0);

/** Values run straight from an entry's to the next one's; the last entry's run to the first one's. */
function evaluate(voice: Voice, t: number): Entry {
  let start = 0;
  for (const [index, entry] of voice.entries.entries()) {
    const next = voice.entries[(index + 1) % voice.entries.length] as Entry;
    if (t < start + entry.duration) {
      const share = (t - start) / entry.duration;
      const mix = (key: keyof Entry) => entry[key] + (next[key] - entry[key]) * share;
      return { duration: 0, left: mix('left'), right: mix('right'), beat: mix('beat'), base: mix('base') };
    }
    start += entry.duration;
  }
  return voice.entries[0] as Entry;
}

/** Repeatable numbers from 0 to 1. */
function random(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

describe('Gnaural schedules of the collection', { skip: Boolean(MISSING) }, () => {
  const names = MISSING ? [] : readdirSync(FOLDER).filter((name) => name.endsWith('.gnaural'));

  it('finds the collection', () => assert.ok(names.length >= 23, `${names.length} schedules`));

  for (const [file, name] of names.entries()) {
    it(`${name} plays what the format's facts say`, () => {
      const xml = readFileSync(join(FOLDER, name), 'utf8');
      const { program } = importGnaural(xml);
      assert.deepEqual(checkProgram(program), program);
      const schedule = read(xml);
      assert.equal(program.voices.length, schedule.voices.length);
      assert.equal(program.loop, Math.max(0, schedule.loops));
      const pass = Math.min(...schedule.voices.map(passOf));
      assert.ok(Math.abs(program.durationSeconds - pass) < 1e-3, `${program.durationSeconds} s, not ${pass}`);
      const next = random(file + 1);
      for (let n = 0; n < 50; n++) {
        const t = next() * pass;
        for (const [index, voice] of schedule.voices.entries()) {
          const wanted = evaluate(voice, t);
          const found = program.voices[index];
          assert.ok(found);
          const { carrier, beat, level, pan } = valueAt(found, t);
          const left = level * Math.min(1, 1 - pan);
          const right = level * Math.min(1, 1 + pan);
          const [wantedLeft, wantedRight] = [wanted.left * schedule.left, wanted.right * schedule.right];
          const place = `${name}, voice ${index} at ${t} s`;
          assert.ok(Math.abs(left - (schedule.swap ? wantedRight : wantedLeft)) < 1e-6, `${place}: left ${left}`);
          assert.ok(Math.abs(right - (schedule.swap ? wantedLeft : wantedRight)) < 1e-6, `${place}: right ${right}`);
          if (voice.type === 1) continue;
          assert.ok(Math.abs(carrier - wanted.base) < 1e-4, `${place}: carrier ${carrier}, not ${wanted.base}`);
          assert.ok(Math.abs(beat - wanted.beat) < 1e-4, `${place}: beat ${beat}, not ${wanted.beat}`);
        }
      }
    });
  }
});
