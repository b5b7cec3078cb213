import { highestLevel } from './levels.ts';
import type { Curve, Keyframe, NoiseColour, Phase, Program, Voice, VoiceKind, Waveform } from './model.ts';

/** One thing that is wrong: where (`voices[3].keyframes[12].beat`), what stands there, what may stand there. */
export interface ProgramIssue {
  path: string;
  value: unknown;
  expected: string;
}

/** A value that is not a program. `issues` holds the first faults in reading order, at most 20. */
export class ProgramError extends Error {
  readonly issues: ProgramIssue[];

  constructor(issues: ProgramIssue[]) {
    const [first] = issues;
    const place = first?.path || 'program';
    const more = issues.length > 1 ? ` (and ${issues.length - 1} more)` : '';
    super(first ? `${place}: expected ${first.expected}, got ${shown(first.value)}${more}` : 'not a program');
    this.name = 'ProgramError';
    this.issues = issues;
  }
}

export const LIMITS = {
  voices: 32,
  /** Keyframes of all voices together. */
  keyframes: 20_000,
  phases: 500,
  durationSeconds: 86_400,
  shortestSeconds: 0.1,
  loop: 100_000,
  carrierHz: 20_000,
  beatHz: 100,
  /** Width of a spinning noise: 128 samples of SBaGen's noise buffer at 44.1 kHz. */
  spinMicroseconds: 2_900,
  harmonics: 64,
} as const;

/** No more faults than so many are named; there may be others behind them. */
export const MOST_ISSUES = 20;
/** Sums of levels are float64; what is off by less than this is rounding. */
const ROUNDING = 1e-9;

type Fields = Record<string, unknown>;

const KINDS: VoiceKind[] = ['BINAURAL', 'MONAURAL', 'ISOCHRONIC', 'NOISE', 'BELL', 'DROPS', 'SAMPLE'];
const CURVES: Curve[] = ['LINEAR', 'HOLD', 'SMOOTH'];
const WAVEFORMS: Waveform[] = ['SINE', 'TRIANGLE', 'SQUARE', 'SAWTOOTH', 'HARMONICS'];
const COLOURS: NoiseColour[] = ['WHITE', 'PINK', 'BROWN'];
const TEXTURES: ('WATER' | 'RAIN')[] = ['WATER', 'RAIN'];

const PROGRAM_KEYS = ['durationSeconds', 'phases', 'voices', 'gain', 'loop', 'seed'];
const PHASE_KEYS = ['name', 'description', 'durationSeconds', 'colour'];
const KEYFRAME_KEYS = ['at', 'carrier', 'beat', 'level', 'pan', 'curve'];
const VOICE_KEYS = ['kind', 'name', 'keyframes'];
const TONE_KEYS = [...VOICE_KEYS, 'waveform', 'harmonics'];
const KIND_KEYS: Record<VoiceKind, string[]> = {
  BINAURAL: TONE_KEYS,
  MONAURAL: TONE_KEYS,
  ISOCHRONIC: [...TONE_KEYS, 'duty', 'edgeSeconds', 'depth', 'alternating'],
  NOISE: [...VOICE_KEYS, 'colour', 'correlation', 'modulationDepth', 'spin'],
  BELL: [...VOICE_KEYS, 'decaySeconds'],
  DROPS: [...VOICE_KEYS, 'texture', 'dropsPerSecond', 'count'],
  SAMPLE: [...VOICE_KEYS, 'sampleName'],
};

function shown(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value.length > 40 ? `${value.slice(0, 40)}…` : value);
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (typeof value === 'object' && value !== null) return 'an object';
  return value === undefined ? 'nothing' : String(value);
}

/** Collects faults; stops the check as soon as the list is full. */
class Faults {
  readonly issues: ProgramIssue[] = [];

  add(path: string, value: unknown, expected: string): void {
    // A fault carries small values only, so that an error stays small whatever was sent.
    const small = typeof value === 'object' || typeof value === 'string' ? shown(value) : value;
    this.issues.push({ path, value: small, expected });
    if (this.issues.length >= MOST_ISSUES) throw new ProgramError(this.issues);
  }

  fields(value: unknown, path: string, keys: string[]): Fields | null {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      this.add(path, value, 'an object');
      return null;
    }
    const fields = value as Fields;
    for (const key in fields) {
      if (!Object.hasOwn(fields, key) || keys.includes(key)) continue;
      this.add(at(path, key.slice(0, 60)), fields[key], `no such field; there are ${keys.join(', ')}`);
    }
    return fields;
  }

  /** A finite number in range. A missing one takes `missing`, or is a fault where there is no default. */
  number(fields: Fields, key: string, path: string, low: number, high: number, missing?: number): number {
    const value = fields[key];
    if (value === undefined && missing !== undefined) return missing;
    if (typeof value === 'number' && value >= low && value <= high) return value === 0 ? 0 : value;
    this.add(at(path, key), value, `a number from ${low} to ${high}`);
    return Number.NaN;
  }

  whole(fields: Fields, key: string, path: string, low: number, high: number, missing: number): number {
    const value = fields[key];
    if (value === undefined) return missing;
    if (typeof value === 'number' && Number.isInteger(value) && value >= low && value <= high) return value;
    this.add(at(path, key), value, `a whole number from ${low} to ${high}`);
    return Number.NaN;
  }

  flag(fields: Fields, key: string, path: string): boolean {
    const value = fields[key];
    if (typeof value === 'boolean') return value;
    if (value !== undefined) this.add(at(path, key), value, 'true or false');
    return false;
  }

  text(fields: Fields, key: string, path: string, longest: number, missing: string): string {
    const value = fields[key];
    if (value === undefined) return missing;
    if (typeof value === 'string' && value.length <= longest && value.isWellFormed() && !value.includes('\0'))
      return value;
    this.add(at(path, key), value, `text of at most ${longest} characters`);
    return missing;
  }

  choice<T extends string>(fields: Fields, key: string, path: string, choices: T[], missing?: T): T {
    const value = fields[key];
    if (value === undefined && missing !== undefined) return missing;
    const found = choices.find((choice) => choice === value);
    if (found === undefined) this.add(at(path, key), value, `one of ${choices.join(', ')}`);
    return found ?? (choices[0] as T);
  }

  list(fields: Fields, key: string, path: string, fewest: number, most: number): unknown[] {
    const value = fields[key];
    if (Array.isArray(value) && value.length >= fewest && value.length <= most) return value;
    this.add(at(path, key), value, `a list of ${fewest} to ${most}`);
    return [];
  }

  end(): void {
    if (this.issues.length > 0) throw new ProgramError(this.issues);
  }
}

function at(path: string, key: string): string {
  if (/^\d+$/.test(key)) return `${path}[${key}]`;
  return path === '' ? key : `${path}.${key}`;
}

function checkKeyframes(
  faults: Faults,
  fields: Fields,
  path: string,
  kind: VoiceKind,
  durationSeconds: number,
): Keyframe[] {
  const needsCarrier = kind === 'BINAURAL' || kind === 'MONAURAL' || kind === 'ISOCHRONIC' || kind === 'BELL';
  const spin = kind === 'NOISE' && fields.spin === true;
  const longest = Number.isFinite(durationSeconds) ? durationSeconds : LIMITS.durationSeconds;
  let before = 0;
  return faults.list(fields, 'keyframes', path, 1, LIMITS.keyframes).map((value, index) => {
    const place = `${path}.keyframes[${index}]`;
    const frame = faults.fields(value, place, KEYFRAME_KEYS) ?? { at: before, level: 0 };
    const time = faults.number(frame, 'at', place, 0, longest);
    if (time < before) faults.add(`${place}.at`, time, `a time not before the last keyframe's ${before}`);
    if (time > before) before = time;
    const most = spin ? LIMITS.spinMicroseconds : LIMITS.carrierHz;
    return {
      at: time,
      carrier: faults.number(frame, 'carrier', place, 0, most, needsCarrier ? undefined : 0),
      beat: faults.number(frame, 'beat', place, -LIMITS.beatHz, LIMITS.beatHz, 0),
      level: faults.number(frame, 'level', place, 0, 1),
      pan: faults.number(frame, 'pan', place, -1, 1, 0),
      curve: faults.choice(frame, 'curve', place, CURVES, 'LINEAR'),
    };
  });
}

function checkTone(faults: Faults, fields: Fields, path: string): { waveform: Waveform; harmonics?: number[] } {
  const waveform = faults.choice(fields, 'waveform', path, WAVEFORMS, 'SINE');
  if (waveform !== 'HARMONICS') {
    if (fields.harmonics !== undefined) {
      faults.add(`${path}.harmonics`, fields.harmonics, 'nothing unless waveform is HARMONICS');
    }
    return { waveform };
  }
  const list = faults.list(fields, 'harmonics', path, 1, LIMITS.harmonics);
  const harmonics = list.map((_, index) =>
    faults.number(list as unknown as Fields, String(index), `${path}.harmonics`, -1, 1),
  );
  if (harmonics.length > 0 && harmonics.every((part) => part === 0)) {
    faults.add(`${path}.harmonics`, 0, 'at least one partial other than 0');
  }
  return { waveform, harmonics };
}

function checkVoice(
  faults: Faults,
  value: unknown,
  path: string,
  index: number,
  durationSeconds: number,
): Voice | null {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    faults.add(path, value, 'an object');
    return null;
  }
  const before = faults.issues.length;
  const kind = faults.choice(value as Fields, 'kind', path, KINDS);
  if (faults.issues.length > before) return null;
  const fields = faults.fields(value, path, KIND_KEYS[kind]) ?? {};
  const base = {
    name: faults.text(fields, 'name', path, 200, `Voice ${index + 1}`),
    keyframes: checkKeyframes(faults, fields, path, kind, durationSeconds),
  };
  switch (kind) {
    case 'BINAURAL':
    case 'MONAURAL':
      return { kind, ...base, ...checkTone(faults, fields, path) };
    case 'ISOCHRONIC':
      return {
        kind,
        ...base,
        ...checkTone(faults, fields, path),
        duty: faults.number(fields, 'duty', path, 0.05, 0.95, 0.5),
        edgeSeconds: faults.number(fields, 'edgeSeconds', path, 0.001, 0.25, 0.005),
        depth: faults.number(fields, 'depth', path, 0, 1, 1),
        alternating: faults.flag(fields, 'alternating', path),
      };
    case 'NOISE':
      return {
        kind,
        ...base,
        colour: faults.choice(fields, 'colour', path, COLOURS, 'PINK'),
        correlation: faults.number(fields, 'correlation', path, -1, 1, fields.spin === true ? 1 : 0),
        modulationDepth: faults.number(fields, 'modulationDepth', path, 0, 1, 0),
        spin: faults.flag(fields, 'spin', path),
      };
    case 'BELL':
      return { kind, ...base, decaySeconds: faults.number(fields, 'decaySeconds', path, 0.1, 60, 4) };
    case 'DROPS':
      return {
        kind,
        ...base,
        texture: faults.choice(fields, 'texture', path, TEXTURES, 'WATER'),
        dropsPerSecond: faults.number(fields, 'dropsPerSecond', path, 0.01, 1000, 8),
        count: faults.whole(fields, 'count', path, 1, 64, 8),
      };
    case 'SAMPLE':
      return { kind, ...base, sampleName: faults.text(fields, 'sampleName', path, 200, '') };
  }
}

function checkPhases(faults: Faults, fields: Fields, durationSeconds: number): Phase[] {
  const whole = { name: 'Session', description: '', durationSeconds, colour: '#7c9cff' };
  if (fields.phases === undefined) return [whole];
  const phases = faults.list(fields, 'phases', '', 0, LIMITS.phases).map((value, index): Phase => {
    const path = `phases[${index}]`;
    const phase = faults.fields(value, path, PHASE_KEYS) ?? { durationSeconds: 1 };
    const colour = phase.colour ?? whole.colour;
    if (typeof colour !== 'string' || !/^#[0-9a-f]{6}$/i.test(colour)) {
      faults.add(`${path}.colour`, colour, 'a colour as #rrggbb');
    }
    const seconds = faults.number(phase, 'durationSeconds', path, 0, LIMITS.durationSeconds);
    if (seconds === 0) faults.add(`${path}.durationSeconds`, 0, `a number above 0, to ${LIMITS.durationSeconds}`);
    return {
      name: faults.text(phase, 'name', path, 200, `Phase ${index + 1}`),
      description: faults.text(phase, 'description', path, 2000, ''),
      durationSeconds: seconds,
      colour: String(colour),
    };
  });
  if (phases.length === 0) return [whole];
  const sum = phases.reduce((seconds, phase) => seconds + phase.durationSeconds, 0);
  if (Math.abs(sum - durationSeconds) > 1e-6 * Math.max(1, durationSeconds)) {
    faults.add('phases', sum, `phases that together last the program's ${durationSeconds} s`);
  }
  return phases;
}

/**
 * Makes a program of any value, or says why it is none.
 *
 * Left-out fields take these defaults: phases one over the whole; gain 1; loop 1; seed 1; name "Voice n", "Phase n",
 * "Session"; beat 0; pan 0; curve LINEAR; carrier 0 where the kind has none; waveform SINE; duty 0.5; edgeSeconds
 * 0.005; depth 1; alternating false; colour (noise) PINK; correlation 0 (1 with spin); modulationDepth 0; spin false;
 * decaySeconds 4; texture WATER; dropsPerSecond 8; count 8; sampleName ''.
 *
 * The answer is a copy, complete and in range. Takes time in proportion to what may be in a program, whatever is sent.
 * @throws {ProgramError} with path, value and what was expected of the first faults
 */
export function checkProgram(value: unknown): Program {
  const faults = new Faults();
  const fields = faults.fields(value, '', PROGRAM_KEYS);
  if (!fields) throw new ProgramError(faults.issues);
  const durationSeconds = faults.number(fields, 'durationSeconds', '', LIMITS.shortestSeconds, LIMITS.durationSeconds);
  const voices = faults.list(fields, 'voices', '', 1, LIMITS.voices);
  let frames = 0;
  for (const voice of voices) {
    const list = (voice as { keyframes?: unknown } | null)?.keyframes;
    if (Array.isArray(list)) frames += list.length;
  }
  if (frames > LIMITS.keyframes) {
    faults.add('voices', frames, `at most ${LIMITS.keyframes} keyframes in all voices together`);
    throw new ProgramError(faults.issues);
  }
  const program: Program = {
    durationSeconds,
    phases: checkPhases(faults, fields, durationSeconds),
    voices: voices.flatMap(
      (voice, index) => checkVoice(faults, voice, `voices[${index}]`, index, durationSeconds) ?? [],
    ),
    gain: faults.number(fields, 'gain', '', 0, 1, 1),
    loop: faults.whole(fields, 'loop', '', 0, LIMITS.loop, 1),
    seed: faults.whole(fields, 'seed', '', 0, 2 ** 32 - 1, 1),
  };
  faults.end();
  const highest = highestLevel(program.voices);
  if (highest.level * program.gain > 1 + ROUNDING) {
    const sum = Math.round(highest.level * program.gain * 1e6) / 1e6;
    faults.add('voices', sum, `gain × the sum of levels to be at most 1; at ${highest.at} s it is ${sum}`);
  }
  faults.end();
  return program;
}
