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
const ORBIT = new RegExp(`^(?<first>${NUMBER})(?<beat>[+-]${UNSIGNED})?${LEVEL}$`, 'i');
const PULSE = new RegExp(`^(?<beat>${NUMBER})${LEVEL}$`, 'i');
/** What may stand before a tone. */
export const SBG_PREFIXES = [
  'sine',
  'square',
  'triangle',
  'sawtooth',
  'waveNN',
  'customNN',
  'noiseNN',
  'spinNN',
] as const;
const PREFIX = new RegExp(
  `^(?:${SBG_PREFIXES.join('|').replace('waveNN', 'wave\\d{1,2}').replaceAll('NN', '\\d\\d')})$`,
  'i',
);
/** Noise that moves. */
export const SBG_MOVING = ['spin', 'bspin', 'wspin', 'noisepulse', 'noisebeat'] as const;
/** Effects on the soundtrack. */
export const SBG_EFFECTS = ['mixspin', 'mixpulse', 'mixbeat', 'mixam'] as const;
/** Prefixes of a motion that is not on a sine. */
const SHAPE = /^(?:square|triangle|sawtooth|wave\d{1,2})$/i;
const EFFECT = new RegExp(`^(?:${SBG_EFFECTS.join('|')})$`, 'i');

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

/** A number of a tone; beyond what arithmetic holds well it is held there. Its range in a program is `fitVoices`' part. */
function numberOf(text: string | undefined): number {
  const value = Number(text ?? 0);
  return Math.max(-LARGEST, Math.min(LARGEST, value)) || 0;
}

/** No frequency, width or level of a real file comes near. */
const LARGEST = 1e9;

/** No tone needs nearly as many characters, with all digits of its numbers and all its prefixes. */
const LONGEST_TONE = 2048;

/** The level of a tone, 1 at 100 %. */
function levelOf(text: string | undefined): number {
  return numberOf(text) / 100;
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
  names: string[],
  prefixes: Prefixes,
  context: ToneContext,
): Setting | null {
  const spin = /^[bw]?spin$/.test(head);
  if (!SBG_MOVING.some((one) => one === head)) return null;
  const named: NoiseColour = head === 'bspin' ? 'BROWN' : head === 'wspin' ? 'WHITE' : prefixes.colour;
  const colour = prefixes.colourName === '' ? named : prefixes.colour;
  if (prefixes.custom) {
    context.notes.add(word.place, `${prefixes.customName}: the drawn envelope is not kept on ${head}.`);
  }
  const shape = names.find((name) => SHAPE.test(name));
  if (shape) context.notes.add(word.place, `${shape}: the wave of the motion is not kept; ${head} moves on a sine.`);
  if (spin) {
    const found = SPIN.exec(rest)?.groups ?? fail(word, `${quoted(word.text)} is no spin`, 'spin:WIDTH+BEAT/LEVEL');
    return {
      source: noiseSource(colour, 'SPIN'),
      carrier: numberOf(found.carrier),
      beat: numberOf(found.beat),
      level: levelOf(found.level),
    };
  }
  const found = PULSE.exec(rest)?.groups ?? fail(word, `${quoted(word.text)} is no ${head}`, `${head}:BEAT/LEVEL`);
  const beat = numberOf(found.beat);
  const level = levelOf(found.level);
  if (head === 'noisepulse') return { source: noiseSource(colour, 'PULSE'), carrier: 0, beat, level };
  context.notes.add(word.place, 'noisebeat: imported as noise that spins 500 microseconds wide at the beat.');
  return { source: noiseSource(colour, 'SPIN'), carrier: 500, beat, level };
}

/**
 * SBaGenX's `orbitbeat:`, a tone that moves around the head at the beat: imported as the binaural tone of that carrier
 * and beat, which two ears hear as such a motion; without a carrier, as noise that spins.
 */
function readOrbit(word: Word, rest: string, names: string[], prefixes: Prefixes, context: ToneContext): Setting {
  const tone = ORBIT.exec(rest)?.groups;
  if (!tone) fail(word, `${quoted(word.text)} is no orbitbeat`, 'orbitbeat:CARRIER+BEAT/LEVEL or orbitbeat:BEAT/LEVEL');
  const level = levelOf(tone.level);
  const first = numberOf(tone.first);
  // A noise has no wave, a tone no colour; of a path drawn by hand it was said already.
  const unused = names.filter((name) =>
    (tone.beat === undefined ? /^(?!noise|spin)/i : /^(?:custom|noise)/i).test(name),
  );
  noteUnused(word, unused, tone.beat === undefined ? 'noise' : 'a tone', context.notes);
  if (tone.beat === undefined) {
    context.notes.add(word.place, 'orbitbeat: imported as noise that spins 500 microseconds wide at the beat.');
    return { source: noiseSource(prefixes.colour, 'SPIN'), carrier: 500, beat: first, level };
  }
  context.notes.add(word.place, 'orbitbeat: imported as a binaural tone; its path around the head is not kept.');
  return {
    source: toneSource('BINAURAL', prefixes.waveform, prefixes.harmonics, prefixes.waveName, context.pulse.duty),
    carrier: first,
    beat: numberOf(tone.beat),
    level,
  };
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
  const setting = readSetting(word, context);
  noteRange(word, setting, context.notes);
  return setting;
}

/** Says what becomes of values that a program does not hold as they stand; `fitVoices` brings them there. */
function noteRange(word: Word, { source, carrier, beat, level }: Setting, notes: NoteList): void {
  if (!source) return;
  const add = (message: string) => notes.add(word.place, `${word.text.slice(0, 60)}: ${message}`);
  const spins = /SPIN/.test(source.key);
  const most = spins ? LIMITS.spinMicroseconds : LIMITS.carrierHz;
  if (carrier < 0)
    add(
      spins
        ? 'a width below 0 turns the motion.'
        : 'a frequency below 0 Hz sounds as one of its size, its wave turned.',
    );
  if (Math.abs(carrier) > most)
    add(`${spins ? 'the width' : 'the carrier'} is held at ${Math.sign(carrier) * most}, the nearest value.`);
  if (level < 0) add('a level below 0 is kept by its size; the wave is not turned.');
  if (Math.abs(beat) <= LIMITS.beatHz) return;
  if (/^(?:BINAURAL|MONAURAL)/.test(source.key))
    add(
      `its two tones lie more than ${LIMITS.beatHz} Hz apart; they are kept as two voices, without a beat for the light.`,
    );
  else add(`the beat is held at ${Math.sign(beat) * LIMITS.beatHz} Hz, the nearest value.`);
}

function readSetting(word: Word, context: ToneContext): Setting {
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
  if (head === 'orbitbeat') return readOrbit(word, rest, names, prefixes, context);
  if (parts.length > 1) {
    return readMovingNoise(word, head, rest, names, prefixes, context) ?? fail(word, `${quoted(word.text)} is no tone`);
  }
  const bell = BELL.exec(head)?.groups;
  if (bell) {
    if (names.length > 0) {
      context.notes.add(word.place, `${names.join(':')}: the wave of the bell is not kept; it rings as a sine.`);
    }
    return { source: BELL_SOURCE, carrier: numberOf(bell.carrier), beat: 0, level: levelOf(bell.level) };
  }
  const noise = NOISE.exec(head)?.groups;
  if (noise?.noise) {
    noteUnused(word, names, noise.noise, context.notes);
    const level = levelOf(noise.level);
    if (noise.noise === 'mix') return { source: soundtrackSource(context.soundtrack), carrier: 0, beat: 0, level };
    const drawn = noise.noise.startsWith('noise');
    const colour = drawn
      ? readPrefixes(word, [noise.noise], context).colour
      : (noise.noise.toUpperCase() as NoiseColour);
    return { source: noiseSource(colour, 'STILL'), carrier: 0, beat: 0, level };
  }
  const tone = PLAIN.exec(head)?.groups ?? TONE.exec(head)?.groups ?? fail(word, `${quoted(word.text)} is no tone`);
  const gate: Gate = tone.how === '@' ? 'ISOCHRONIC' : tone.how ? 'MONAURAL' : 'BINAURAL';
  // A second point begins the beat, as where C reads two numbers.
  if (!tone.how && tone.beat !== undefined && !/^[+-.]/.test(tone.beat)) fail(word, `${quoted(word.text)} is no tone`);
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
    carrier: numberOf(tone.carrier),
    beat: numberOf(tone.beat),
    level: levelOf(tone.level),
  };
}
