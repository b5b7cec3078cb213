import { LIMITS } from '../check.ts';
import type { Keyframe, NoiseColour, Voice, Waveform } from '../model.ts';
import { drawnWave } from './drawn-wave.ts';
import { ImportError, quoted } from './import-error.ts';
import type { NoteList } from './note-list.ts';
import type { Word } from './sbg-words.ts';
import { BELL_DECAY_SECONDS, SBAGEN_DUTY } from './sound-facts.ts';

/** What a channel plays. Two settings of the same `key` slide into each other; others fade. */
export interface Source {
  key: string;
  label: string;
  /** A change of pitch counts as another tone, so that a fade goes through silence. */
  pitched: boolean;
  voice: (name: string, keyframes: Keyframe[]) => Voice;
}

/** One channel of a tone-set. Level as in the file: 1 is 100 %. */
export interface Setting {
  source: Source | null;
  carrier: number;
  beat: number;
  level: number;
}

export const OFF: Setting = { source: null, carrier: 0, beat: 0, level: 0 };

/** `waveNN`, `customNN`, `noiseNN` and `spinNN` lines of the files, by name. */
export type Drawings = Map<string, number[]>;

/** Pulse of a gated tone. */
export interface PulseShape {
  duty: number;
}

export const SBAGEN_PULSE: PulseShape = { duty: SBAGEN_DUTY };

export interface ToneContext {
  drawings: Drawings;
  notes: NoteList;
  /** Wave of tones without a prefix (`-w`). */
  waveform: Waveform;
  pulse: PulseShape;
  soundtrack: string;
}

// Each digit has one place in these patterns, so that endless numbers cost no time.
const UNSIGNED = String.raw`(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?`;
const NUMBER = `[+-]?${UNSIGNED}`;
const LEVEL = `/(?<level>${NUMBER})`;
const TONE = new RegExp(`^(?<carrier>${NUMBER})(?:(?<how>[@m]?)(?<beat>[+-]?${UNSIGNED}))?${LEVEL}$`, 'i');
const PLAIN = new RegExp(`^(?<carrier>${NUMBER})${LEVEL}$`, 'i');
const NOISE = new RegExp(`^(?<noise>pink|white|brown|mix|noise\\d\\d)${LEVEL}$`, 'i');
const BELL = new RegExp(`^bell(?<carrier>${NUMBER})${LEVEL}$`, 'i');
const SPIN = new RegExp(`^(?<carrier>${NUMBER})(?<beat>[+-]${UNSIGNED})${LEVEL}$`, 'i');
const PULSE = new RegExp(`^(?<beat>${NUMBER})${LEVEL}$`, 'i');
const PREFIX = /^(?:sine|square|triangle|sawtooth|wave\d{1,2}|custom\d\d|noise\d\d|spin\d\d)$/i;
const EFFECT = /^mix(?:spin|pulse|beat|am)$/i;

const TONES =
  'a tone such as 200+10/30, 300/20, pink/40, mix/100, bell+500/20, spin:300+4/80, wave00:200+4/50, 300@8/20 or -';

const WAVEFORMS: Record<string, Waveform> = {
  sine: 'SINE',
  square: 'SQUARE',
  triangle: 'TRIANGLE',
  sawtooth: 'SAWTOOTH',
};

function fail(word: Word, problem: string, expected = TONES): never {
  throw new ImportError(word.place, problem, expected);
}

/** A number of a tone within what a program holds. */
function within(word: Word, text: string | undefined, what: string, low: number, high: number): number {
  const value = Number(text);
  if (text !== undefined && value >= low && value <= high) return value === 0 ? 0 : value;
  fail(word, `the ${what} of ${quoted(word.text)} is out of range`, `${what} from ${low} to ${high}`);
}

/** No tone needs nearly as many characters, with all digits of its numbers and all its prefixes. */
const LONGEST_TONE = 2048;

/** Loudest single level read, in percent: a million times full scale is a mistake, not a mix. */
const MOST_PERCENT = 1_000_000;

function levelOf(word: Word, text: string | undefined): number {
  return within(word, text, 'level in percent', 0, MOST_PERCENT) / 100;
}

function carrierOf(word: Word, text: string | undefined): number {
  return within(word, text, 'carrier in Hz', 0, LIMITS.carrierHz);
}

function beatOf(word: Word, text: string | undefined): number {
  return within(word, text, 'beat in Hz', -LIMITS.beatHz, LIMITS.beatHz);
}

function noiseSource(colour: NoiseColour, moving: 'STILL' | 'SPIN' | 'PULSE'): Source {
  const name = colour.toLowerCase();
  return {
    key: `noise ${colour} ${moving}`,
    label: moving === 'STILL' ? `${name} noise` : `${name} noise, ${moving === 'SPIN' ? 'spinning' : 'pulsing'}`,
    pitched: false,
    voice: (voiceName, keyframes) => ({
      kind: 'NOISE',
      name: voiceName,
      colour,
      // SBaGen feeds both ears the same noise.
      correlation: 1,
      modulationDepth: moving === 'PULSE' ? 1 : 0,
      spin: moving === 'SPIN',
      keyframes,
    }),
  };
}

const BELL_SOURCE: Source = {
  key: 'bell',
  label: 'bell',
  pitched: false,
  voice: (name, keyframes) => ({ kind: 'BELL', name, decaySeconds: BELL_DECAY_SECONDS, keyframes }),
};

export function isBell(setting: Setting): boolean {
  return setting.source === BELL_SOURCE;
}

function soundtrackSource(sampleName: string): Source {
  return {
    key: 'mix',
    label: 'soundtrack',
    pitched: false,
    voice: (name, keyframes) => ({ kind: 'SAMPLE', name, sampleName, keyframes }),
  };
}

type Gate = 'BINAURAL' | 'MONAURAL' | 'ISOCHRONIC';

function toneSource(
  gate: Gate,
  waveform: Waveform,
  harmonics: number[] | undefined,
  name: string,
  duty: number,
): Source {
  const wave = waveform === 'HARMONICS' ? { waveform, harmonics } : { waveform };
  return {
    key: `${gate} ${waveform} ${name} ${duty}`,
    label: `${gate.toLowerCase()}${name === '' ? '' : ` ${name}`}`,
    pitched: true,
    voice: (voiceName, keyframes) => {
      if (gate !== 'ISOCHRONIC') return { kind: gate, name: voiceName, ...wave, keyframes };
      const fastest = keyframes.reduce((most, frame) => Math.max(most, Math.abs(frame.beat)), 0);
      const longest = fastest === 0 ? 0.25 : (0.5 * duty) / fastest;
      return {
        kind: gate,
        name: voiceName,
        ...wave,
        duty,
        edgeSeconds: Math.min(0.25, Math.max(0.001, longest)),
        depth: 1,
        alternating: false,
        keyframes,
      };
    },
  };
}

/** The nearest plain colour of a `noiseNN` spectrum: its points are decibels over ten octaves. */
function noiseColour(points: number[]): NoiseColour {
  const slope = ((points.at(-1) ?? 0) - (points[0] ?? 0)) / 10;
  if (slope > -1.5) return 'WHITE';
  return slope > -4.5 ? 'PINK' : 'BROWN';
}

function drawing(word: Word, name: string, context: ToneContext): number[] {
  const points = context.drawings.get(name);
  return points ?? fail(word, `${quoted(name)} is not defined above this line`, `a line "${name}: …" before it`);
}

/** Prefixes of a tone, checked and sorted. */
interface Prefixes {
  waveform: Waveform;
  waveName: string;
  harmonics: number[] | undefined;
  custom: number[] | undefined;
  customName: string;
  colour: NoiseColour;
  colourName: string;
}

function readPrefixes(word: Word, names: string[], context: ToneContext): Prefixes {
  const prefixes: Prefixes = {
    waveform: context.waveform,
    waveName: context.waveform === 'SINE' ? '' : context.waveform.toLowerCase(),
    harmonics: undefined,
    custom: undefined,
    customName: '',
    colour: 'PINK',
    colourName: '',
  };
  for (const written of names) {
    const name = written.toLowerCase().replace(/^wave(\d)$/, 'wave0$1');
    const waveform = WAVEFORMS[name];
    if (waveform) {
      prefixes.waveform = waveform;
      prefixes.waveName = waveform === 'SINE' ? '' : name;
    } else if (name.startsWith('wave')) {
      prefixes.waveform = 'HARMONICS';
      prefixes.waveName = name;
      prefixes.harmonics = drawnWave(drawing(word, name, context));
      context.notes.add(
        word.place,
        `${name}: the partials of the drawn wave keep their strength, not their phase; the wave is the same in both ears.`,
      );
    } else {
      const points = drawing(word, name, context);
      if (name.startsWith('custom')) {
        prefixes.custom = points;
        prefixes.customName = name;
      } else if (name.startsWith('noise')) {
        prefixes.colour = noiseColour(points);
        prefixes.colourName = name;
        context.notes.add(
          word.place,
          `${name}: the drawn spectrum is imported as ${prefixes.colour.toLowerCase()} noise.`,
        );
      } else {
        context.notes.add(word.place, `${name}: the drawn path is not kept; the noise spins on a sine.`);
      }
    }
  }
  return prefixes;
}

/** `spin:`, `bspin:`, `wspin:`, `noisepulse:` and `noisebeat:`, or null for another word. */
function readMovingNoise(
  word: Word,
  head: string,
  rest: string,
  prefixes: Prefixes,
  context: ToneContext,
): Setting | null {
  const spin = /^[bw]?spin$/.test(head);
  if (!spin && head !== 'noisepulse' && head !== 'noisebeat') return null;
  const named: NoiseColour = head === 'bspin' ? 'BROWN' : head === 'wspin' ? 'WHITE' : prefixes.colour;
  const colour = prefixes.colourName === '' ? named : prefixes.colour;
  if (prefixes.custom) {
    context.notes.add(word.place, `${prefixes.customName}: the drawn envelope is not kept on ${head}.`);
  }
  if (spin) {
    const found = SPIN.exec(rest)?.groups ?? fail(word, `${quoted(word.text)} is no spin`, 'spin:WIDTH+BEAT/LEVEL');
    return {
      source: noiseSource(colour, 'SPIN'),
      carrier: within(word, found.carrier, 'width in microseconds', 0, LIMITS.spinMicroseconds),
      beat: beatOf(word, found.beat),
      level: levelOf(word, found.level),
    };
  }
  const found = PULSE.exec(rest)?.groups ?? fail(word, `${quoted(word.text)} is no ${head}`, `${head}:BEAT/LEVEL`);
  const beat = beatOf(word, found.beat);
  const level = levelOf(word, found.level);
  if (head === 'noisepulse') return { source: noiseSource(colour, 'PULSE'), carrier: 0, beat, level };
  context.notes.add(word.place, 'noisebeat: imported as noise that spins 500 microseconds wide at the beat.');
  return { source: noiseSource(colour, 'SPIN'), carrier: 500, beat, level };
}

/** Notes which prefixes mean nothing to noise, bells and the soundtrack. */
function noteUnused(word: Word, names: string[], what: string, notes: NoteList): void {
  if (names.length > 0) notes.add(word.place, `${names.join(':')}: has no meaning for ${what} and is left out.`);
}

/**
 * Reads one tone of a tone-set: SBaGen's own and what SBaGen+ and SBaGenX add. An effect on the soundtrack, which a
 * program cannot hold, is noted and leaves the channel off.
 * @throws {ImportError} for a word that is no tone, or is out of a program's range
 */
export function readTone(word: Word, context: ToneContext): Setting {
  if (word.text === '-') return OFF;
  if (word.text.length > LONGEST_TONE) {
    fail(
      word,
      `${quoted(word.text)} has ${word.text.length} characters`,
      `a tone of at most ${LONGEST_TONE} characters`,
    );
  }
  const parts = word.text.split(':');
  const names: string[] = [];
  while (parts.length > 1 && PREFIX.test(parts[0] ?? '')) names.push(parts.shift() as string);
  const head = (parts[0] ?? '').toLowerCase();
  const rest = parts.slice(1).join(':');
  if (EFFECT.test(head) && (parts.length > 1 || head === 'mixam')) {
    for (const name of names) if (/\d$/.test(name)) drawing(word, name.toLowerCase(), context);
    context.notes.add(word.place, `${word.text}: effects on the soundtrack are not kept.`);
    return OFF;
  }
  const prefixes = readPrefixes(word, names, context);
  if (parts.length > 1) {
    return readMovingNoise(word, head, rest, prefixes, context) ?? fail(word, `${quoted(word.text)} is no tone`);
  }
  const bell = BELL.exec(head)?.groups;
  if (bell) {
    noteUnused(word, names, 'a bell', context.notes);
    return { source: BELL_SOURCE, carrier: carrierOf(word, bell.carrier), beat: 0, level: levelOf(word, bell.level) };
  }
  const noise = NOISE.exec(head)?.groups;
  if (noise?.noise) {
    noteUnused(word, names, noise.noise, context.notes);
    const level = levelOf(word, noise.level);
    if (noise.noise === 'mix') return { source: soundtrackSource(context.soundtrack), carrier: 0, beat: 0, level };
    const drawn = noise.noise.startsWith('noise');
    const colour = drawn
      ? readPrefixes(word, [noise.noise], context).colour
      : (noise.noise.toUpperCase() as NoiseColour);
    return { source: noiseSource(colour, 'STILL'), carrier: 0, beat: 0, level };
  }
  const tone = PLAIN.exec(head)?.groups ?? TONE.exec(head)?.groups ?? fail(word, `${quoted(word.text)} is no tone`);
  const gate: Gate = tone.how === '@' ? 'ISOCHRONIC' : tone.how ? 'MONAURAL' : 'BINAURAL';
  if (!tone.how && tone.beat !== undefined && !/^[+-]/.test(tone.beat)) fail(word, `${quoted(word.text)} is no tone`);
  let duty = context.pulse.duty;
  if (prefixes.custom && gate === 'ISOCHRONIC') {
    const peak = Math.max(...prefixes.custom);
    const on = prefixes.custom.filter((point) => point > peak / 2).length / prefixes.custom.length;
    duty = Math.min(0.95, Math.max(0.05, Math.round(on * 1000) / 1000));
    context.notes.add(
      word.place,
      `${prefixes.customName}: the drawn pulse is imported as its share of the beat, ${duty}.`,
    );
  } else if (prefixes.custom) {
    context.notes.add(
      word.place,
      `${prefixes.customName}: the drawn envelope is not kept on a ${gate.toLowerCase()} tone.`,
    );
  } else if (gate === 'ISOCHRONIC') {
    context.notes.add(word.place, `Isochronic pulses last ${duty} of the beat and have raised-cosine edges.`);
  }
  return {
    source: toneSource(gate, prefixes.waveform, prefixes.harmonics, prefixes.waveName, duty),
    carrier: carrierOf(word, tone.carrier),
    beat: tone.beat === undefined ? 0 : beatOf(word, tone.beat),
    level: levelOf(word, tone.level),
  };
}
