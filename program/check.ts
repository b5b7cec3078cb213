import { KINDS, ownFields, VOICE_KINDS, type VoiceField } from './kinds.ts';
import { byItself, highestLevel } from './levels.ts';
import type { Curve, Keyframe, Phase, Program, Voice, VoiceKind, Waveform } from './model.ts';

/** One thing that is wrong: where (`voices[3].keyframes[12].beat`), what stands there, what may stand there. */
export interface ProgramIssue {
  path: string;
  /** A number, a flag, or in words: a text in quotes, `a list of 3`, `an object`, `null`; undefined where nothing stands. */
  value: unknown;
  expected: string;
}

/** A value that is not a program. `issues` holds the first faults in reading order, at most 20. */
export class ProgramError extends Error {
  readonly issues: ProgramIssue[];

  constructor(given: ProgramIssue[]) {
    const issues = given.map((issue) => ({ ...issue, value: shown(issue.value) }));
    const [first] = issues;
    const place = first?.path || 'program';
    const more = issues.length > 1 ? ` (and ${issues.length - 1} more)` : '';
    const value = first?.value === undefined ? 'nothing' : String(first.value);
    super(first ? `${place}: expected ${first.expected}, got ${value}${more}` : 'not a program');
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
  /** What light may follow; some kinds of voice go further. */
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

const CURVES: Curve[] = ['LINEAR', 'HOLD', 'SMOOTH'];
const WAVEFORMS: Waveform[] = ['SINE', 'TRIANGLE', 'SQUARE', 'SAWTOOTH', 'HARMONICS'];

const PROGRAM_KEYS = ['durationSeconds', 'phases', 'voices', 'gain', 'loop', 'seed', 'startClockSeconds'];
const PHASE_KEYS = ['name', 'description', 'durationSeconds', 'colour'];
const KEYFRAME_KEYS = ['at', 'carrier', 'beat', 'level', 'pan', 'curve'];
const VOICE_KEYS = ['kind', 'name', 'keyframes'];

/** Every field that a voice of this kind may have. */
function keysOf(kind: VoiceKind): string[] {
  const tone = KINDS[kind].tone ? ['waveform', 'harmonics'] : [];
  return [...VOICE_KEYS, ...tone, ...ownFields(kind).map(([name]) => name)];
}

/** A fault carries small values only, so that an error stays small whatever was sent. */
function shown(value: unknown): unknown {
  if (typeof value === 'string') return JSON.stringify(value.length > 40 ? `${value.slice(0, 40)}…` : value);
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (value === null) return 'null';
  return typeof value === 'object' ? 'an object' : value;
}

/** Collects faults; stops the check as soon as the list is full. */
class Faults {
  readonly issues: ProgramIssue[] = [];

  add(path: string, value: unknown, expected: string): void {
    this.issues.push({ path, value, expected });
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

  choice<T extends string>(fields: Fields, key: string, path: string, choices: readonly T[], missing?: T): T {
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
  const unit = KINDS[kind].carrier(fields);
  const longest = Number.isFinite(durationSeconds) ? durationSeconds : LIMITS.durationSeconds;
  let before = 0;
  return faults.list(fields, 'keyframes', path, 1, LIMITS.keyframes).map((value, index) => {
    const place = `${path}.keyframes[${index}]`;
    const frame = faults.fields(value, place, KEYFRAME_KEYS) ?? { at: before, carrier: 0, level: 0 };
    const time = faults.number(frame, 'at', place, 0, longest);
    if (time < before) faults.add(`${place}.at`, time, `a time not before the last keyframe's ${before}`);
    if (time > before) before = time;
    const most = unit === 'MICROSECONDS' ? LIMITS.spinMicroseconds : LIMITS.carrierHz;
    return {
      at: time,
      carrier: faults.number(frame, 'carrier', place, 0, most, unit === 'HZ' ? undefined : 0),
      beat: faults.number(frame, 'beat', place, -KINDS[kind].fastest, KINDS[kind].fastest, 0),
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

function checkField(faults: Faults, fields: Fields, name: string, path: string, field: VoiceField): unknown {
  switch (field.type) {
    case 'number': {
      const missing = typeof field.missing === 'number' ? field.missing : field.missing(fields);
      const read = field.whole ? faults.whole : faults.number;
      return read.call(faults, fields, name, path, field.low, field.high, missing);
    }
    case 'flag':
      return faults.flag(fields, name, path);
    case 'choice':
      return faults.choice(fields, name, path, field.choices, field.missing);
    case 'text':
      return faults.text(fields, name, path, field.longest, '');
  }
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
  const kind = faults.choice(value as Fields, 'kind', path, VOICE_KINDS);
  if (faults.issues.length > before) return null;
  const fields = faults.fields(value, path, keysOf(kind)) ?? {};
  const base = {
    name: faults.text(fields, 'name', path, 200, `Voice ${index + 1}`),
    keyframes: checkKeyframes(faults, fields, path, kind, durationSeconds),
  };
  const own = ownFields(kind)
    .map(([name, field]) => [name, checkField(faults, fields, name, path, field), field] as const)
    .filter(([, read, field]) => !(field.type === 'number' && field.optional && read === field.missing));
  const tone = KINDS[kind].tone ? checkTone(faults, fields, path) : {};
  return { kind, ...base, ...tone, ...Object.fromEntries(own) } as Voice;
}

function checkClock(faults: Faults, fields: Fields): { startClockSeconds?: number } {
  const value = fields.startClockSeconds ?? null;
  if (value === null) return {};
  if (typeof value === 'number' && value >= 0 && value < 86_400) return { startClockSeconds: value };
  faults.add('startClockSeconds', value, 'seconds from 0 to below 86400, or null');
  return {};
}

function checkPhases(faults: Faults, fields: Fields, durationSeconds: number): Phase[] {
  const whole = { name: 'Session', description: '', durationSeconds, colour: '#7c9cff' };
  if (fields.phases === undefined) return [whole];
  const before = faults.issues.length;
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
  // What is wrong with one of them says enough of their sum.
  if (faults.issues.length > before) return phases;
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
 * "Session"; beat 0; pan 0; curve LINEAR; carrier 0 where the kind has none; waveform SINE; a kind's own fields as
 * `kinds.ts` says.
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
    ...checkClock(faults, fields),
  };
  faults.end();
  const highest = highestLevel(program.voices, byItself);
  if (highest.level * program.gain > 1 + ROUNDING) {
    const sum = Math.round(highest.level * program.gain * 1e6) / 1e6;
    faults.add('voices', sum, `gain × the sum of levels to be at most 1; at ${highest.at} s it is ${sum}`);
  }
  faults.end();
  return program;
}
