import { checkProgram } from './check.ts';
import { importSbg } from './import/sbg.ts';
import { KINDS } from './kinds.ts';
import type { Curve, Keyframe, Program, ToneVoice, Voice } from './model.ts';

/** What every generated tone shares. */
export interface ToneOptions {
  kind: ToneVoice['kind'];
  /** Linear amplitude, 0 to 1. */
  level: number;
  /** Seconds of fade at the start and at the end, each at most half of the whole. */
  fadeSeconds: number;
}

/** From one carrier and beat straight to another. */
export interface RampOptions extends ToneOptions {
  /** Length in seconds. */
  seconds: number;
  /** Hz at the start and at the end. */
  carrierHz: [number, number];
  beatHz: [number, number];
  /** How it goes there. */
  curve: Exclude<Curve, 'HOLD'>;
}

export interface Step {
  seconds: number;
  carrierHz: number;
  beatHz: number;
}

/** Steps that are held, with a glide into each next one. */
export interface StepsOptions extends ToneOptions {
  steps: Step[];
  /** Seconds of the glide at the end of each step but the last; at most the step's length. 0 is a jump. */
  glideSeconds: number;
}

/** SBaGen's `-p drop`: the carrier falls by 5 Hz while the beat falls from 10 Hz to the depth's. */
export interface DropOptions {
  /** 0 to 99: the carrier ends at 200 − 2 × level Hz. */
  level: number;
  /** The beat that is reached: a 4.4, b 3.7, c 3.1, d 2.5, e 2.0, f 1.5, g 1.2, h 0.9, i 0.7, j 0.5, k 0.4, l 0.3 Hz. */
  depth: 'a' | 'b' | 'c' | 'd' | 'e' | 'f' | 'g' | 'h' | 'i' | 'j' | 'k' | 'l';
  flow: 'STEPS_OF_3_MINUTES' | 'STEPS_OF_1_MINUTE' | 'CONTINUOUS';
  /** Whole minutes of the fall; of the hold and the way back, where 0 leaves them out. */
  dropMinutes: number;
  holdMinutes: number;
  wakeMinutes: number;
  /** Level of the tone, 0 to 1. SBaGen's own is 0.01, below a soundtrack. */
  amplitude: number;
}

/** SBaGen's `-p slide`: the carrier falls until the lower tone is at 0 Hz while the beat stays. */
export interface SlideOptions {
  minutes: number;
  carrierHz: number;
  beatHz: number;
  /** Level of the tone, 0 to 1. */
  amplitude: number;
}

/** Noise that swells with each breath in and ebbs with each breath out. */
export interface BreathOptions {
  seconds: number;
  /** Breaths a minute at the start and at the end, 1 to 30. */
  breathsPerMinute: [number, number];
  /** Parts of one breath: in, hold full, out, hold empty. They are shares of their sum. */
  parts: [number, number, number, number];
  /** Linear amplitude at the end of a breath out and of a breath in. */
  levels: [number, number];
}

/** A voice that lasts `seconds`, checked like any other. */
function checked(voice: object, seconds: number): Voice {
  return checkProgram({ durationSeconds: seconds, voices: [voice] }).voices[0] as Voice;
}

function refuse(name: string, value: number, low: number, high: number): void {
  if (value >= low && value <= high) return;
  throw new RangeError(`${name} is ${value}; expected a number from ${low} to ${high}`);
}

/** Lays a fade in and a fade out over a course of full level that spans 0 to `seconds`. */
function faded(course: Keyframe[], seconds: number, { level, fadeSeconds }: ToneOptions): Keyframe[] {
  refuse('fadeSeconds', fadeSeconds, 0, seconds / 2);
  if (fadeSeconds === 0) return course.map((frame) => ({ ...frame, level }));
  const at = (time: number): Keyframe => {
    const index = course.findLastIndex((frame) => frame.at <= time);
    const from = course[index] as Keyframe;
    const to = course[index + 1] ?? from;
    const share = to.at > from.at ? (time - from.at) / (to.at - from.at) : 0;
    const mix = (key: 'carrier' | 'beat') => from[key] + (to[key] - from[key]) * share;
    return { ...from, at: time, carrier: mix('carrier'), beat: mix('beat') };
  };
  const inside = course.filter((frame) => frame.at > 0 && frame.at < seconds);
  const edges = [
    at(0),
    at(fadeSeconds),
    ...(2 * fadeSeconds < seconds ? [at(seconds - fadeSeconds)] : []),
    at(seconds),
  ];
  const times = new Set(inside.map((frame) => frame.at));
  const all = [...inside, ...edges.filter((frame) => !times.has(frame.at))].sort((a, b) => a.at - b.at);
  return all.map((frame) => ({
    ...frame,
    level: level * Math.min(1, frame.at / fadeSeconds, (seconds - frame.at) / fadeSeconds),
  }));
}

/** Pieces of a smooth ramp, so that it may also fade. */
const RAMP_PIECES = 32;

/**
 * A tone that goes from one carrier and beat to another.
 * @throws {ProgramError | RangeError} where a value is out of range
 */
export function rampVoice(options: RampOptions): Voice {
  const { seconds, carrierHz, beatHz, curve, kind } = options;
  const pieces = curve === 'SMOOTH' ? RAMP_PIECES : 1;
  const course = Array.from({ length: pieces + 1 }, (_, piece): Keyframe => {
    const time = piece / pieces;
    const share = curve === 'SMOOTH' ? (1 - Math.cos(Math.PI * time)) / 2 : time;
    return {
      at: time * seconds,
      carrier: carrierHz[0] + (carrierHz[1] - carrierHz[0]) * share,
      beat: beatHz[0] + (beatHz[1] - beatHz[0]) * share,
      level: 1,
      pan: 0,
      curve: 'LINEAR',
    };
  });
  return checked({ kind, name: `${KINDS[kind].name} ramp`, keyframes: faded(course, seconds, options) }, seconds);
}

/**
 * A tone that holds one step after the other.
 * @throws {ProgramError | RangeError} where a value is out of range
 */
export function stepsVoice(options: StepsOptions): Voice {
  const { steps, glideSeconds, kind } = options;
  const seconds = steps.reduce((sum, step) => sum + step.seconds, 0);
  const course: Keyframe[] = [];
  let start = 0;
  for (const [index, step] of steps.entries()) {
    refuse(`steps[${index}].seconds`, step.seconds, 0.001, 86_400);
    const end = start + step.seconds;
    const values = { carrier: step.carrierHz, beat: step.beatHz, level: 1, pan: 0, curve: 'LINEAR' as const };
    course.push({ ...values, at: start });
    if (index === steps.length - 1) course.push({ ...values, at: end });
    else {
      refuse('glideSeconds', glideSeconds, 0, step.seconds);
      if (glideSeconds < step.seconds) course.push({ ...values, at: end - glideSeconds });
    }
    start = end;
  }
  return checked({ kind, name: `${KINDS[kind].name} steps`, keyframes: faded(course, seconds, options) }, seconds);
}

/**
 * SBaGen's drop sequence.
 * @throws {ImportError | RangeError} where a value is out of range
 */
export function dropProgram(options: DropOptions): Program {
  refuse('level', options.level, 0, 99);
  refuse('amplitude', options.amplitude, 0, 1);
  for (const name of ['dropMinutes', 'holdMinutes', 'wakeMinutes'] as const) refuse(name, options[name], 0, 720);
  const flow = { STEPS_OF_3_MINUTES: '', STEPS_OF_1_MINUTE: 'k', CONTINUOUS: 's' }[options.flow];
  const hold = options.holdMinutes > 0 ? '+' : '';
  const wake = options.wakeMinutes > 0 ? '^' : '';
  const times = `t${options.dropMinutes},${options.holdMinutes},${options.wakeMinutes}`;
  return importSbg(`-p drop ${times} ${options.level}${options.depth}${flow}${hold}${wake}/${options.amplitude * 100}`)
    .program;
}

/**
 * SBaGen's slide sequence.
 * @throws {ImportError | RangeError} where a value is out of range
 */
export function slideProgram({ minutes, carrierHz, beatHz, amplitude }: SlideOptions): Program {
  refuse('minutes', minutes, 0.1, 1400);
  refuse('amplitude', amplitude, 0, 1);
  const sign = beatHz < 0 ? '' : '+';
  return importSbg(`-p slide t${minutes} ${carrierHz}${sign}${beatHz}/${amplitude * 100}`).program;
}

/**
 * A voice to breathe with. Each breath is as long as the pace of its beginning says; the last one ends with the voice.
 * @throws {ProgramError | RangeError} where a value is out of range
 */
export function breathingVoice({ seconds, breathsPerMinute, parts, levels }: BreathOptions): Voice {
  refuse('seconds', seconds, 1, 86_400);
  for (const pace of breathsPerMinute) refuse('breathsPerMinute', pace, 1, 30);
  for (const part of parts) refuse('parts', part, 0, 1000);
  const sum = parts.reduce((total, part) => total + part, 0);
  refuse('parts[0] + parts[2]', parts[0] + parts[2], 0.001, 2000);
  const [empty, full] = levels;
  const keyframes: Partial<Keyframe>[] = [{ at: 0, level: empty, curve: 'SMOOTH' }];
  let start = 0;
  while (start < seconds) {
    const pace = breathsPerMinute[0] + (breathsPerMinute[1] - breathsPerMinute[0]) * (start / seconds);
    const wanted = 60 / pace;
    // A rest too short for a breath of its own belongs to the last one.
    const length = seconds - start < 1.5 * wanted ? seconds - start : wanted;
    let at = start;
    for (const [part, share] of parts.entries()) {
      if (share === 0) continue;
      at += (length * share) / sum;
      keyframes.push({ at: Math.min(at, seconds), level: part < 2 ? full : empty, curve: 'SMOOTH' });
    }
    start += length;
  }
  return checked({ kind: 'NOISE', name: 'Breath', colour: 'PINK', keyframes }, seconds);
}
