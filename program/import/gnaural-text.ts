import { LIMITS } from '../check.ts';
import type { Keyframe, ProgramFile, Voice } from '../model.ts';
import { fitVoices } from './fit-keyframes.ts';
import { fitLevels } from './fit-levels.ts';
import { ImportError } from './import-error.ts';
import { NoteList } from './note-list.ts';
import { readWords } from './sbg-words.ts';

const SETTING = /^\[\s*([a-z_]+)\s*=\s*([^\]]*)\]$/i;
const NUMBER = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?$/i;

/**
 * Reads the schedule text of Gnaural before version 0.4: `[NAME=VALUE]` settings, then lines of the left and the right
 * tone as offsets from the base frequency in Hz, and seconds. Values go straight to the next line's, and from the last to
 * the first.
 * @throws {ImportError} with line, column and what was expected
 */
export function importGnauralText(text: string): ProgramFile {
  const notes = new NoteList();
  const { lines, remarks } = readWords(text, '');
  const settings = new Map([
    ['basefreq', 140],
    ['noisevol', 0],
    ['tonevol', 100],
    ['loops', 1],
    ['stereonoise', 1],
  ]);
  const rows: { left: number; right: number; seconds: number }[] = [];
  for (const { words, place } of lines) {
    const line = words.map((word) => word.text).join(' ');
    const setting = SETTING.exec(line);
    if (setting) {
      const name = (setting[1] as string).toLowerCase();
      const value = (setting[2] as string).trim();
      if (!settings.has(name)) notes.add(place, `${setting[1]}: has no counterpart and is left out.`);
      else if (NUMBER.test(value)) settings.set(name, Number(value));
      else throw new ImportError(place, `${setting[1]} is ${JSON.stringify(value.slice(0, 40))}`, 'a number');
      continue;
    }
    const numbers = line
      .split(',')
      .map((part) => part.trim())
      .filter((part) => part !== '');
    if (!numbers.every((part) => NUMBER.test(part))) {
      throw new ImportError(
        place,
        `${JSON.stringify(line.slice(0, 40))} is no entry`,
        'left offset, right offset, seconds',
      );
    }
    for (let index = 0; index < numbers.length; index += 3) {
      const [left, right, seconds] = numbers.slice(index, index + 3).map(Number);
      if (left === undefined || right === undefined || seconds === undefined) {
        throw new ImportError(place, 'an entry has fewer than three numbers', 'left offset, right offset, seconds');
      }
      rows.push({ left, right, seconds: Math.max(0, Math.min(LIMITS.durationSeconds, seconds)) });
    }
  }
  const value = (name: string) => settings.get(name) ?? 0;
  const durationSeconds = Math.round(rows.reduce((sum, row) => sum + row.seconds, 0) * 1e6) / 1e6;
  if (rows.length === 0 || durationSeconds < LIMITS.shortestSeconds || durationSeconds > LIMITS.durationSeconds) {
    throw new ImportError(
      { file: '', line: 1, column: 1 },
      `the schedule lasts ${durationSeconds} s`,
      `${LIMITS.shortestSeconds} to ${LIMITS.durationSeconds} s`,
    );
  }
  if (2 * rows.length > LIMITS.keyframes) {
    throw new ImportError(
      { file: '', line: 1, column: 1 },
      `the schedule has ${rows.length} entries`,
      `at most ${LIMITS.keyframes / 2}`,
    );
  }
  const keyframes: Keyframe[] = [];
  let at = 0;
  const level = value('tonevol') / 100;
  for (const { left, right, seconds } of [...rows, { ...(rows[0] as (typeof rows)[0]), seconds: 0 }]) {
    const carrier = value('basefreq') + (left + right) / 2;
    keyframes.push({ at: Math.min(at, durationSeconds), carrier, beat: left - right, level, pan: 0, curve: 'LINEAR' });
    at = Math.round((at + seconds) * 1e6) / 1e6;
  }
  const voices: Voice[] = [{ kind: 'BINAURAL', name: 'Tone', waveform: 'SINE', keyframes }];
  if (value('noisevol') > 0) {
    notes.add(null, 'Gnaural’s noise falls by about 6 dB an octave; it is imported as brown noise.');
    const frame = { at: 0, carrier: 0, beat: 0, level: value('noisevol') / 100, pan: 0, curve: 'LINEAR' } as const;
    voices.push({
      kind: 'NOISE',
      name: 'Noise',
      colour: 'BROWN',
      correlation: value('stereonoise') === 0 ? 1 : 0,
      modulationDepth: 0,
      spin: false,
      keyframes: [frame],
    });
  }
  const fitted = fitVoices(voices, notes, () => ({ file: '', line: 1, column: 1 }));
  const loops = Math.round(value('loops'));
  return {
    title: '',
    program: {
      durationSeconds,
      phases: [
        {
          name: 'Schedule',
          description: remarks.join('\n').slice(0, 2000).toWellFormed(),
          durationSeconds,
          colour: '#7c9cff',
        },
      ],
      voices: fitted,
      gain: fitLevels(fitted, notes),
      loop: loops <= 0 || loops > LIMITS.loop ? 0 : loops,
      seed: 1,
    },
    startClockSeconds: null,
    notes: notes.list(),
  };
}
