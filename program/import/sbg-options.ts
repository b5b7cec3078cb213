import type { Waveform } from '../model.ts';
import { ImportError, quoted } from './import-error.ts';
import type { NoteList } from './note-list.ts';
import { readClock } from './sbg-time.ts';
import { type PulseShape, SBAGEN_PULSE } from './sbg-tone.ts';
import type { SbgLine, Word } from './sbg-words.ts';

/** What the option lines of a sequence set. */
export interface SbgOptions {
  /** `-E`: ends at the last time line. */
  toEnd: boolean;
  /** `-L`: milliseconds to play. */
  lengthMs: number | null;
  /** `-T`: clock time to start at, in milliseconds, and where it stands. */
  start: { ms: number; word: Word } | null;
  /** `-S`, `-q`: begins at the first time line whatever the time of day. */
  fromFirst: boolean;
  /** `-q`: how many times as fast the clock of the sequence runs; pitches stay. */
  speed: number;
  /** `-F`: length of a fade in milliseconds. */
  fadeMs: number;
  /** `-m`: the soundtrack's file name. */
  soundtrack: { name: string; word: Word } | null;
  /** `-w`: wave of tones without a prefix. */
  waveform: Waveform;
  /** `-V`: overall volume, 0 to 1. */
  volume: number;
  /** `-I`: shape of gated tones. */
  pulse: PulseShape;
}

export function defaultOptions(): SbgOptions {
  return {
    toEnd: false,
    lengthMs: null,
    start: null,
    fromFirst: false,
    speed: 1,
    fadeMs: 60_000,
    soundtrack: null,
    waveform: 'SINE',
    volume: 1,
    pulse: SBAGEN_PULSE,
  };
}

/** What follows `-i` (tones to play at once) or `-p` (a built-in sequence) on an option line. */
export interface Immediate {
  option: 'i' | 'p';
  word: Word;
  rest: Word[];
}

/** Options about devices, files and screens; with an argument or without. */
const ELSEWHERE = new Set([...'QDhOWNPG']);
const ELSEWHERE_WITH_VALUE = new Set([...'rboRdBKJXUZ']);

const WAVEFORMS: Record<string, Waveform> = {
  sine: 'SINE',
  square: 'SQUARE',
  triangle: 'TRIANGLE',
  sawtooth: 'SAWTOOTH',
};

function readLength(word: Word, option: string): number {
  // A length may be the whole day, which no clock time is.
  if (option === '-L' && /^24:00(?::00)?$/.test(word.text)) return 86_400_000;
  const clock = readClock(word.text, 0);
  if (clock && clock.end === word.text.length) return clock.ms;
  throw new ImportError(word.place, `${option} ${quoted(word.text)} is no time`, 'hh:mm or hh:mm:ss');
}

/** A whole number as C reads it; no day has more milliseconds than it is held at. */
function readInteger(word: Word, option: string): number {
  if (/^[+-]?\d+(?:\.\d*)?$/.test(word.text))
    return Math.max(-86_400_000, Math.min(86_400_000, Math.trunc(Number(word.text))));
  throw new ImportError(word.place, `${option} ${quoted(word.text)} is out of range`, 'a whole number');
}

function readNumber(word: Word, option: string, low: number, high: number): number {
  const value = /^[+-]?\d+(?:\.\d+)?$/.test(word.text) ? Number(word.text) : Number.NaN;
  if (value >= low && value <= high) return value;
  throw new ImportError(
    word.place,
    `${option} ${quoted(word.text)} is out of range`,
    `a number from ${low} to ${high}`,
  );
}

/** The `d` (duty) of a pulse specification such as `s=0.05:d=0.4:a=0.5:r=0.5:e=2`. */
function readPulse(word: Word, notes: NoteList): PulseShape {
  const duty = /(?:^|:)d=([0-9.]+)(?::|$)/.exec(word.text);
  notes.add(word.place, '-I: of the pulse shape only its share of the beat (d) is kept.');
  if (!duty) return SBAGEN_PULSE;
  const value = Number(duty[1]);
  if (value >= 0.05 && value <= 0.95) return { duty: value };
  throw new ImportError(word.place, `the duty ${quoted(duty[1] ?? '')} is out of range`, 'd from 0.05 to 0.95');
}

/**
 * Reads a line that begins with `-`. Several letters may share a dash (`-SE`); their values follow as words.
 * @returns what stands behind `-i` or `-p`, or null
 * @throws {ImportError} for an unknown option, a missing or wrong value, or words left over
 */
export function readOptions(line: SbgLine, options: SbgOptions, notes: NoteList): Immediate | null {
  let next = 0;
  const words = line.words;
  while (words[next]?.text.startsWith('-') && words[next]?.text !== '-') {
    const word = words[next++] as Word;
    if (word.text.startsWith('--')) {
      notes.add(word.place, `${word.text} is not about sound and is left out.`);
      if (words[next] && !words[next]?.text.startsWith('-')) next++;
      continue;
    }
    for (const [index, letter] of [...word.text.slice(1)].entries()) {
      const option = `-${letter}`;
      const here: Word = { text: option, place: { ...word.place, column: word.place.column + index + 1 } };
      const value = (expected: string): Word => {
        const found = words[next++];
        if (found) return found;
        throw new ImportError(here.place, `${option} has no value`, expected);
      };
      const specification = (): Word | null => (words[next]?.text.includes('=') ? (words[next++] as Word) : null);
      if (letter === 'i' || letter === 'p') return { option: letter, word: here, rest: words.slice(next) };
      if (letter === 'S') options.fromFirst = true;
      else if (letter === 'q') {
        options.fromFirst = true;
        options.speed = Math.max(1, readInteger(value('a whole number'), option));
      } else if (letter === 'M') {
        options.soundtrack ??= { name: '', word: here };
        notes.add(here.place, '-M: the sound that comes through a pipe waits for a file of the listener.');
      } else if (letter === 'E') options.toEnd = true;
      else if (letter === 'L') options.lengthMs = readLength(value('a length as hh:mm or hh:mm:ss'), option);
      else if (letter === 'T') {
        const time = value('a clock time as hh:mm or hh:mm:ss');
        options.start = { ms: readLength(time, option), word: time };
      } else if (letter === 'F') {
        options.fadeMs = Math.max(0, readInteger(value('a fade time in ms'), option));
      } else if (letter === 'm') {
        const file = value('the name of a sound file');
        // As in SBaGen, the first one counts.
        options.soundtrack ??= { name: file.text.replace(/^.*[\\/]/, '').slice(0, 200), word: file };
      } else if (letter === 'V') options.volume = readNumber(value('a volume from 0 to 100'), option, 0, 100) / 100;
      else if (letter === 'w') {
        const name = value('a wave');
        const waveform = WAVEFORMS[name.text.toLowerCase()];
        if (!waveform) {
          throw new ImportError(name.place, `-w ${quoted(name.text)} is no wave`, Object.keys(WAVEFORMS).join(', '));
        }
        options.waveform = waveform;
      } else if (letter === 'I') {
        const spec = specification();
        if (spec) options.pulse = readPulse(spec, notes);
      } else if (letter === 'c') {
        value('points such as 80=1,40=2');
        notes.add(here.place, '-c: the compensation for one pair of headphones is left out.');
      } else if (letter === 'A' || letter === 'H') {
        specification();
        notes.add(here.place, `${option}: modulation of the soundtrack is not kept.`);
      } else if (ELSEWHERE.has(letter)) notes.add(here.place, `${option} is not about sound and is left out.`);
      else if (ELSEWHERE_WITH_VALUE.has(letter)) {
        value('a value');
        notes.add(here.place, `${option} is not about the program and is left out.`);
      } else {
        throw new ImportError(
          here.place,
          `${option} is no option of SBaGen`,
          'one of -S -E -L -T -F -m -p -i -c and others',
        );
      }
    }
  }
  const left = words[next];
  if (left) throw new ImportError(left.place, `${quoted(left.text)} stands behind the options`, 'the end of the line');
  return null;
}
