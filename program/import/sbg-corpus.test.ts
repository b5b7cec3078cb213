import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { describe, it } from 'vitest';
import { checkProgram } from '../check.ts';
import type { Program } from '../model.ts';
import { valueAt } from '../values.ts';
import { ImportError } from './import-error.ts';
import { importSbg } from './sbg.ts';

/**
 * The collection of sequences with SBaGen's own dumps (`sbagen -D`) stands beside the repository. It is under other
 * licences, so it is read where it exists and never copied.
 */
const FOLDER = resolve(import.meta.dirname, '../../../shared/corpus/sbg');
const MISSING = existsSync(FOLDER) ? false : `no collection at ${FOLDER}`;

interface Heard {
  kind: string;
  carrier: number;
  beat: number;
  level: number;
}

interface Period {
  start: number;
  end: number;
  from: Heard[];
  to: Heard[];
}

function seconds(clock: string): number {
  const [h = 0, m = 0, s = 0] = clock.split(':').map(Number);
  return (h * 60 + m) * 60 + s;
}

/** One word of a dump: `205.00+10.00/1.00`, `pink/40.00`, `mix/…`, `bell+2050.00/…`, `spin:…`, `wave00:…` or `-`. */
function heard(word: string): Heard {
  if (word === '-') return { kind: 'off', carrier: 0, beat: 0, level: 0 };
  const [sound = '', level = ''] = word.split('/');
  const kind = /^[a-z]+/.exec(sound)?.[0] ?? 'tone';
  const numbers = (sound.replace(/^wave\d\d:/, '').match(/[+-]?\d+\.\d+/g) ?? []).map(Number);
  return {
    kind: kind === 'wave' ? 'tone' : kind,
    carrier: numbers[0] ?? 0,
    beat: numbers[1] ?? 0,
    level: Number(level) / 100,
  };
}

/** Reads a dump: pairs of lines, the second of which writes `::` for what stays. */
function readDump(text: string): Period[] {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  const periods: Period[] = [];
  for (let index = 0; index + 1 < lines.length; index += 2) {
    const [, start = '', ...first] = (lines[index] ?? '').trim().split(/\s+/);
    const [end = '', ...second] = (lines[index + 1] ?? '').trim().split(/\s+/);
    const from = first.map(heard);
    // SBaGen leaves a bell at its level to the end of its period, whatever the dump's second line shows.
    const to = second.map((word, channel) => {
      const before = from[channel] as Heard;
      return word === '::' || before.kind === 'bell' ? before : heard(word);
    });
    periods.push({ start: seconds(start), end: seconds(end), from, to });
  }
  return periods;
}

const KINDS: Record<string, string> = { BINAURAL: 'tone', NOISE: 'pink', SAMPLE: 'mix', BELL: 'bell' };

function playing(program: Program, t: number): Heard[] {
  return program.voices.map((voice) => {
    const { carrier, beat, level } = valueAt(voice, t);
    const kind = voice.kind === 'NOISE' && voice.spin ? 'spin' : (KINDS[voice.kind] ?? voice.kind);
    return { kind, carrier, beat, level };
  });
}

const AUDIBLE = 0.00005;
/** Bells are compared by their strikes: the dump prints whole seconds, and they ring to the millisecond. */
const audible = (all: Heard[]) => all.filter((one) => one.level >= AUDIBLE && one.kind !== 'bell');

function difference(found: Heard[], wanted: Heard[]): string | null {
  if (found.length !== wanted.length) return `${found.length} voices instead of ${wanted.length}`;
  for (const [index, want] of wanted.entries()) {
    const have = found[index] as Heard;
    if (have.kind !== want.kind) return `voice ${index} is ${have.kind} instead of ${want.kind}`;
    for (const key of ['carrier', 'beat', 'level'] as const) {
      // The dump prints two decimals of hertz and of a percent.
      const tolerance = key === 'level' ? 0.0001 : 0.01;
      if (Math.abs(have[key] - want[key]) > tolerance)
        return `voice ${index} ${key} ${have[key]} instead of ${want[key]}`;
    }
  }
  return null;
}

function between(from: Heard[], to: Heard[], share: number): Heard[] {
  return from.map((a, channel) => {
    const b = to[channel];
    if (!b || b.kind !== a.kind || a.kind === 'bell') return a;
    const mix = (key: 'carrier' | 'beat' | 'level') => a[key] + (b[key] - a[key]) * share;
    return { kind: a.kind, carrier: mix('carrier'), beat: mix('beat'), level: mix('level') };
  });
}

describe('SBaGen sequences with a dump', { skip: Boolean(MISSING) }, () => {
  const names = MISSING ? [] : readdirSync(FOLDER).filter((name) => name.endsWith('.sbg'));
  const dumped = names.filter((name) => existsSync(join(FOLDER, name.replace(/sbg$/, 'periods.txt'))));

  it('finds the collection', () => {
    assert.ok(names.length >= 70, `${names.length} sequences`);
    assert.ok(dumped.length >= 44, `${dumped.length} dumps`);
  });

  for (const name of dumped) {
    it(`${name} plays what SBaGen plays`, () => {
      const { program, startClockSeconds } = importSbg(readFileSync(join(FOLDER, name), 'latin1'));
      const origin = startClockSeconds ?? 0;
      const periods = readDump(readFileSync(join(FOLDER, name.replace(/sbg$/, 'periods.txt')), 'utf8'));
      let compared = 0;
      const compare = (clock: number, nudge: number, wanted: Heard[]) => {
        const at = ((clock - origin + 86_400) % 86_400) + nudge;
        if (at < 0 || at > program.durationSeconds) return;
        compared++;
        const fault = difference(audible(playing(program, at)), audible(wanted));
        assert.equal(fault, null, `${basename(name)} at clock second ${clock} (${at} s): ${fault}`);
      };
      const strikes = program.voices.flatMap((voice) =>
        voice.kind === 'BELL' ? voice.keyframes.filter(({ level }) => level > 0) : [],
      );
      for (const { start, end, from, to } of periods) {
        const place = (start - origin + 86_400) % 86_400;
        for (const bell of from.filter(({ kind, level }) => kind === 'bell' && level >= AUDIBLE)) {
          if (place > program.durationSeconds) continue;
          const rings = strikes.some(
            ({ at, carrier, level }) =>
              at >= place - 1e-9 &&
              at < place + 1 &&
              Math.abs(carrier - bell.carrier) <= 0.01 &&
              Math.abs(level - bell.level) <= 0.0001,
          );
          assert.ok(rings, `${basename(name)}: no bell of ${bell.carrier} Hz in second ${place}`);
        }
        const length = (end - start + 86_400) % 86_400 || 86_400;
        compare(start, 0, from);
        compare(start + length / 2, 0, between(from, to, 0.5));
        compare(end, -1e-6, to);
      }
      assert.ok(compared > 0);
    });
  }
});

describe('all SBaGen sequences', { skip: Boolean(MISSING) }, () => {
  const names = MISSING ? [] : readdirSync(FOLDER).filter((name) => name.endsWith('.sbg'));
  for (const name of names) {
    it(`${name} is imported, or refused with a line`, () => {
      const text = readFileSync(join(FOLDER, name), 'latin1');
      try {
        const { program, notes } = importSbg(text);
        assert.deepEqual(checkProgram(program), program);
        for (const note of notes) assert.match(note.message, /\S/);
      } catch (error) {
        if (!(error instanceof ImportError)) throw error;
        assert.fail(`${name}: ${error.message}`);
      }
    });
  }
});
