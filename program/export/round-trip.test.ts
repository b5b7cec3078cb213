import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, it } from 'vitest';
import { checkProgram } from '../check.ts';
import { importGnaural } from '../import/gnaural.ts';
import { importSbg } from '../import/sbg.ts';
import type { Keyframe, ProgramFile, Voice } from '../model.ts';
import { valueAt } from '../values.ts';
import { valueBefore } from './course.ts';
import { exportGnaural } from './gnaural.ts';
import { exportJson } from './json.ts';
import { exportSbg } from './sbg.ts';

const FOLDER = resolve(import.meta.dirname, '../../../shared/corpus');
const MISSING = existsSync(FOLDER) ? false : `no collection at ${FOLDER}`;

/** Repeatable numbers from 0 to 1. */
function random(seed: number): () => number {
  let state = Math.imul(seed, 2_654_435_761) >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

/** Both programs do the same at every keyframe of either, before and behind it, and halfway to the next. */
function sameCourse(a: ProgramFile, b: ProgramFile, tolerance: number): void {
  assert.equal(a.program.durationSeconds, b.program.durationSeconds);
  assert.equal(a.program.loop, b.program.loop);
  assert.ok(Math.abs(a.program.gain - b.program.gain) < 1e-6, `gain ${a.program.gain} and ${b.program.gain}`);
  assert.deepEqual(
    a.program.voices.map(({ kind }) => kind),
    b.program.voices.map(({ kind }) => kind),
  );
  const times = new Set(
    [...a.program.voices, ...b.program.voices].flatMap(({ keyframes }) => keyframes.map(({ at }) => at)),
  );
  const sorted = [0, ...times, a.program.durationSeconds].sort((x, y) => x - y);
  for (const [index, voice] of a.program.voices.entries()) {
    const other = b.program.voices[index] as Voice;
    const near = (t: number, have: Keyframe | object, want: object, side: string) => {
      for (const key of ['carrier', 'beat', 'level', 'pan'] as const) {
        const [x, y] = [have as Keyframe, want as Keyframe].map((values) => values[key]) as [number, number];
        // Gnaural has two volumes: at level 0 there is no balance.
        if (key === 'pan' && (have as Keyframe).level < 1e-12) continue;
        if (Math.abs(x - y) <= tolerance * Math.max(1, Math.abs(x))) continue;
        assert.fail(`${voice.name} ${side} ${t} s: ${key} ${y}, not ${x}`);
      }
    };
    for (const [n, t] of sorted.entries()) {
      if (t > 0) near(t, valueBefore(voice, t), valueBefore(other, t), 'before');
      if (t < a.program.durationSeconds) near(t, valueAt(voice, t), valueAt(other, t), 'at');
      const next = sorted[n + 1];
      if (next === undefined || next === t) continue;
      const middle = (t + next) / 2;
      near(middle, valueAt(voice, middle), valueAt(other, middle), 'at');
    }
  }
}

function frames(next: () => number, duration: number, make: () => Omit<Keyframe, 'at' | 'curve'>): Keyframe[] {
  const times = Array.from({ length: 2 + Math.floor(next() * 8) }, () => Math.floor(next() * duration));
  // Some times twice: jumps.
  const all = [...times, ...times.filter(() => next() < 0.3)].sort((a, b) => a - b);
  return all.map((at) => ({ at, ...make(), curve: next() < 0.2 ? 'HOLD' : 'LINEAR' }));
}

const round = (value: number, decimals: number) => Number(value.toFixed(decimals));

function program(
  next: () => number,
  pans: boolean,
  kinds: ('TONE' | 'NOISE' | 'SPIN' | 'SAMPLE' | 'MONO')[],
): ProgramFile {
  const durationSeconds = 60 + Math.floor(next() * 7000);
  const count = 1 + Math.floor(next() * 5);
  const pan = () => (pans ? round(next() * 2 - 1, 2) : 0);
  const voices = Array.from({ length: count }, (_, index): Voice => {
    const kind = kinds[Math.floor(next() * kinds.length)];
    const name = `Voice ${index + 1}`;
    const steady = pan();
    const level = () => round((next() < 0.2 ? 0 : next()) / count, 4);
    const still = () => ({ carrier: 0, beat: 0, level: level(), pan: steady });
    const tone = () => ({
      carrier: round(40 + next() * 800, 2),
      beat: round(next() * 60 - 30, 2),
      level: level(),
      pan: steady,
    });
    if (kind === 'NOISE') {
      const colour = pans ? 'BROWN' : 'PINK';
      const correlation = pans ? 0 : 1;
      return {
        kind,
        name,
        colour,
        correlation,
        modulationDepth: 0,
        spin: false,
        keyframes: frames(next, durationSeconds, still),
      };
    }
    if (kind === 'SPIN') {
      return {
        kind: 'NOISE',
        name,
        colour: 'WHITE',
        correlation: 1,
        modulationDepth: 0,
        spin: true,
        keyframes: frames(next, durationSeconds, tone),
      };
    }
    if (kind === 'SAMPLE')
      return { kind, name, sampleName: 'river.ogg', keyframes: frames(next, durationSeconds, still) };
    const shape = kind === 'MONO' ? 'MONAURAL' : 'BINAURAL';
    return { kind: shape, name, waveform: 'SINE', keyframes: frames(next, durationSeconds, tone) };
  });
  const whole = { durationSeconds, voices, gain: 1, loop: 1, seed: 1 };
  return {
    title: 'A program of its own',
    program: checkProgram({ ...whole, phases: [{ name: 'All', durationSeconds }] }),
    startClockSeconds: Math.floor(next() * 86_400),
    notes: [],
  };
}

describe('export and import again', () => {
  it('.sbg holds tones, noise, spins and the soundtrack', () => {
    for (let seed = 1; seed <= 150; seed++) {
      const file = program(random(seed), false, ['TONE', 'NOISE', 'SPIN', 'SAMPLE', 'MONO']);
      const { text } = exportSbg(file);
      const again = importSbg(text);
      sameCourse(file, again, 1e-9);
      assert.equal(again.title, file.title);
      assert.equal(again.startClockSeconds, file.startClockSeconds);
      // Keyframes that said nothing are gone; what is left stays to the letter.
      const second = exportSbg(again).text;
      assert.equal(exportSbg(importSbg(second)).text, second, `seed ${seed}`);
    }
  });

  it('.gnaural holds tones, its noise, samples and balance', () => {
    for (let seed = 1; seed <= 150; seed++) {
      const file = program(random(seed), true, ['TONE', 'NOISE', 'SAMPLE', 'MONO']);
      const { text, notes } = exportGnaural(file);
      assert.deepEqual(
        notes.map(({ message }) => message),
        ['The time of day is not kept.'],
      );
      const again = importGnaural(text);
      sameCourse(file, again, 1e-9);
      assert.equal(again.title, file.title);
      const second = exportGnaural(again).text;
      assert.equal(exportGnaural(importGnaural(second)).text, second, `seed ${seed}`);
    }
  });

  it('.json holds all of it', () => {
    for (let seed = 1; seed <= 50; seed++) {
      const file = program(random(seed), true, ['TONE', 'NOISE', 'SPIN', 'SAMPLE', 'MONO']);
      const { $schema, title, startClockSeconds, ...rest } = JSON.parse(exportJson(file).text);
      assert.match($schema, /^urn:/);
      assert.deepEqual({ title, startClockSeconds, program: checkProgram(rest), notes: [] }, file);
    }
  });

  it('names what .sbg cannot hold', () => {
    const whole = {
      durationSeconds: 60.5,
      loop: 4,
      gain: 0.333,
      phases: [
        { name: 'a', durationSeconds: 30 },
        { name: 'b', durationSeconds: 30.5 },
      ],
      voices: [
        {
          kind: 'BINAURAL',
          name: 'T',
          keyframes: [
            { at: 0.3, carrier: 200, level: 1, pan: 0.5, curve: 'SMOOTH' },
            { at: 9, carrier: 300, level: 0.5 },
          ],
        },
        { kind: 'DROPS', name: 'D', keyframes: [{ at: 0, level: 0.1 }] },
        { kind: 'BELL', name: 'B', decaySeconds: 9, keyframes: [{ at: 5, carrier: 500, level: 0.2 }] },
      ],
    };
    const file = { title: 'x', program: checkProgram(whole), startClockSeconds: null, notes: [] };
    const messages = exportSbg(file)
      .notes.map(({ message }) => message)
      .join('\n');
    for (const part of [
      'balance',
      'smooth',
      'whole seconds',
      'drops',
      'bells ring',
      'phases',
      '60.5',
      'once',
      'gain',
    ]) {
      assert.ok(messages.includes(part), `${part} in\n${messages}`);
    }
    importSbg(exportSbg(file).text);
    const others = exportGnaural(file)
      .notes.map(({ message }) => message)
      .join('\n');
    for (const part of ['smooth', 'no bells', 'phases', 'gain'])
      assert.ok(others.includes(part), `${part} in\n${others}`);
    importGnaural(exportGnaural(file).text);
  });

  it('puts straight pieces for smooth curves', () => {
    const keyframes = [
      { at: 0, carrier: 200, beat: 4, level: 0.1, curve: 'SMOOTH' },
      { at: 64, carrier: 300, beat: 12, level: 0.5 },
    ];
    const program = checkProgram({ durationSeconds: 100, voices: [{ kind: 'BINAURAL', keyframes }] });
    const file = { title: 'smooth', program, startClockSeconds: 0, notes: [] };
    const [wanted] = program.voices as [Voice];
    for (const again of [importSbg(exportSbg(file).text), importGnaural(exportGnaural(file).text)]) {
      const [found] = again.program.voices as [Voice];
      for (let t = 0; t < 100; t += 0.5) {
        assert.ok(Math.abs(valueAt(found, t).carrier - valueAt(wanted, t).carrier) < 0.25, `${t} s`);
        assert.ok(Math.abs(valueAt(found, t).level - valueAt(wanted, t).level) < 0.001, `${t} s`);
      }
    }
  });

  it('writes a whole day that comes round', () => {
    const day = '22:00 a\n23:00 == b ->\n06:00 a\n';
    const file = importSbg(`a: 100+2/30 bell+500/10\nb: 200+8/10\n${day}`);
    const again = importSbg(exportSbg(file).text);
    assert.equal(again.program.durationSeconds, 86_400);
    assert.equal(again.program.loop, 0);
    sameCourse(file, again, 1e-9);
  });
});

describe('the collections, out and in again', { skip: Boolean(MISSING) }, () => {
  const list = (folder: string, end: string) =>
    MISSING ? [] : readdirSync(join(FOLDER, folder)).filter((name) => name.endsWith(end));
  for (const name of list('sbg', '.sbg')) {
    it(`${name} is the same`, () => {
      const file = importSbg(readFileSync(join(FOLDER, 'sbg', name), 'latin1'));
      const whole = file.program.voices.every(({ keyframes }) => keyframes.every(({ at }) => Number.isInteger(at)));
      const { text, notes } = exportSbg(file);
      assert.equal(
        notes.some(({ message }) => message.includes('whole seconds')),
        !whole,
      );
      const again = importSbg(text);
      // A drawn wave is drawn anew; its course is the same.
      if (whole) sameCourse(file, again, 1e-6);
      assert.equal(again.title, file.title);
      assert.equal(again.program.phases[0]?.description, file.program.phases[0]?.description.replace(/\n+/g, '\n'));
    });
  }
  for (const name of list('gnaural', '.gnaural')) {
    it(`${name} is the same`, () => {
      const file = importGnaural(readFileSync(join(FOLDER, 'gnaural', name), 'utf8'));
      const again = importGnaural(exportGnaural(file).text);
      sameCourse(file, again, 1e-6);
      assert.equal(again.program.phases[0]?.description, file.program.phases[0]?.description);
      assert.deepEqual(
        again.program.voices.map((voice) => voice.keyframes.length),
        file.program.voices.map((voice) => voice.keyframes.length),
      );
    });
  }
});
