import { LIMITS } from '@nes/program/check.ts';
import { beatDepth, carrierUnit, KINDS } from '@nes/program/kinds.ts';
import type { Keyframe, Program, Voice } from '@nes/program/model.ts';

/** What of a keyframe a lane shows and a drag changes. */
export type Parameter = 'beat' | 'carrier' | 'level' | 'pan';

/** The scale of a lane: a share of 0 is its foot, 1 its head. Shares below 0 are the foot line, where a value is 0. */
export interface Axis {
  parameter: Parameter;
  scale: 'log' | 'root' | 'linear';
  low: number;
  high: number;
  /** The least change that a drag makes. */
  grain: number;
  /** What one arrow key changes. */
  step: number;
  /** What values snap to. */
  snap: number;
  /** True where a value keeps its sign and the scale shows its size. */
  signed: boolean;
}

/** Below this share a value on a logarithmic scale is 0. */
const FOOT = -0.035;
/** Where a 0 is drawn on a logarithmic scale. */
const ZERO = -0.07;

/** Parameters that mean something for a voice, the most telling first. */
export function parametersOf(voice: Voice): readonly Parameter[] {
  const carrier: Parameter[] = carrierUnit(voice) === null ? [] : ['carrier'];
  if (KINDS[voice.kind].tone) return ['beat', ...carrier, 'level', 'pan'];
  return beatDepth(voice) > 0 ? ['level', 'beat', ...carrier, 'pan'] : ['level', ...carrier, 'pan'];
}

const isSpin = (voice: Voice): boolean => carrierUnit(voice) === 'MICROSECONDS';

/** What the scales of a program have to hold. */
interface Ranges {
  beat: readonly [number, number];
  carrier: readonly [number, number];
  /** Highest level of any voice, at least 0.05: widths of lines are measured against it. */
  loudest: number;
}

/** A program is never changed in place, so what was found in it is kept with it. */
const known = new WeakMap<Program, Ranges>();

export function rangesOf(program: Program): Ranges {
  const found = known.get(program);
  if (found) return found;
  const beat: [number, number] = [0.5, 48];
  const carrier: [number, number] = [40, 1000];
  let loudest = 0.05;
  for (const voice of program.voices) {
    const spin = isSpin(voice);
    for (const frame of voice.keyframes) {
      const size = Math.abs(frame.beat);
      if (size > beat[1]) beat[1] = Math.min(KINDS[voice.kind].fastest, size * 1.1);
      if (size > 0 && size < beat[0]) beat[0] = Math.max(0.01, size * 0.8);
      if (frame.level > loudest) loudest = frame.level;
      if (spin) continue;
      if (frame.carrier > carrier[1]) carrier[1] = Math.min(LIMITS.carrierHz, frame.carrier * 1.1);
      if (frame.carrier > 0 && frame.carrier < carrier[0]) carrier[0] = Math.max(1, frame.carrier * 0.8);
    }
  }
  const ranges = { beat, carrier, loudest };
  known.set(program, ranges);
  return ranges;
}

/** The axis of one parameter for all voices of a program, so that lanes can be compared. */
export function axisOf(program: Program, voice: Voice, parameter: Parameter): Axis {
  switch (parameter) {
    case 'beat': {
      const [low, high] = rangesOf(program).beat;
      return { parameter, scale: 'log', low, high, grain: 0.01, step: 0.1, snap: 0.5, signed: true };
    }
    case 'carrier': {
      if (isSpin(voice)) {
        const high = LIMITS.spinMicroseconds;
        return { parameter, scale: 'linear', low: 0, high, grain: 1, step: 10, snap: 50, signed: false };
      }
      const [low, high] = rangesOf(program).carrier;
      return { parameter, scale: 'log', low, high, grain: 0.1, step: 1, snap: 5, signed: false };
    }
    case 'level':
      return { parameter, scale: 'root', low: 0, high: 1, grain: 0.001, step: 0.01, snap: 0.05, signed: false };
    case 'pan':
      return { parameter, scale: 'linear', low: -1, high: 1, grain: 0.01, step: 0.05, snap: 0.1, signed: false };
  }
}

/** The smallest and largest value that a program may hold. */
export function limitsOf(parameter: Parameter, voice: Voice): readonly [low: number, high: number] {
  switch (parameter) {
    case 'beat':
      return [-KINDS[voice.kind].fastest, KINDS[voice.kind].fastest];
    case 'carrier':
      return [0, isSpin(voice) ? LIMITS.spinMicroseconds : LIMITS.carrierHz];
    case 'level':
      return [0, 1];
    case 'pan':
      return [-1, 1];
  }
}

/** Height of a value: 0 the foot of the scale, 1 its head. */
export function shareOf(axis: Axis, value: number): number {
  const size = axis.signed ? Math.abs(value) : value;
  switch (axis.scale) {
    case 'log':
      return size <= 0 ? ZERO : Math.max(ZERO, Math.log(size / axis.low) / Math.log(axis.high / axis.low));
    case 'root':
      return Math.sqrt(Math.max(0, size));
    case 'linear':
      return (size - axis.low) / (axis.high - axis.low);
  }
}

/** The value at a height, without its sign. Heights beyond the scale give its ends. */
export function valueAtShare(axis: Axis, share: number): number {
  const within = Math.min(1, Math.max(0, share));
  switch (axis.scale) {
    case 'log':
      return share < FOOT ? 0 : axis.low * (axis.high / axis.low) ** within;
    case 'root':
      return within * within;
    case 'linear':
      return axis.low + (axis.high - axis.low) * within;
  }
}

/** A value in the grain, or on the snap grid. Floating-point dust is gone. */
export function rounded(axis: Axis, value: number, snap = false): number {
  // On a logarithmic scale a grid of 0.5 is coarse at its low end and fine at its high end.
  const grid = snap ? (axis.scale === 'log' && value < axis.snap * 4 ? axis.snap / 5 : axis.snap) : axis.grain;
  // Divided by a whole number a step leaves no floating-point dust.
  return grid >= 1 ? Math.round(value / grid) * grid : Math.round(value / grid) / Math.round(1 / grid);
}

/**
 * What moves a value by `delta` of the height of the scale: its sign stays, and it ends at the ends of the scale. Made
 * once for all points of a drag.
 */
export function moverOf(axis: Axis, delta: number, snap = false): (value: number) => number {
  if (delta === 0) return (value) => value;
  const factor = axis.scale === 'log' ? (axis.high / axis.low) ** delta : 0;
  const least = axis.scale === 'linear' ? axis.low : 0;
  return (value) => {
    const size = axis.signed ? Math.abs(value) : value;
    const most = Math.max(axis.high, size);
    // Within a logarithmic scale a shift is a factor; at its foot lies 0.
    const within = factor > 0 && size >= axis.low && size * factor >= axis.low;
    const wanted = within ? size * factor : valueAtShare(axis, shareOf(axis, value) + delta);
    const held = Math.min(most, Math.max(least, rounded(axis, Math.min(most, wanted), snap)));
    return axis.signed && value < 0 ? -held : held;
  };
}

/** Values at which a lane has a line with a word. */
export function marksOf(axis: Axis): readonly number[] {
  switch (axis.parameter) {
    case 'beat':
      return [0.5, 1, 2, 4, 8, 13, 30, 60, 100].filter((mark) => mark >= axis.low && mark <= axis.high);
    case 'carrier':
      return axis.scale === 'linear'
        ? [0, 500, 1000, 1500, 2000, 2500]
        : [1, 5, 20, 50, 100, 200, 400, 800, 1600, 5000, 20_000].filter((m) => m >= axis.low && m <= axis.high);
    case 'level':
      return [0, 0.05, 0.2, 0.5, 1];
    case 'pan':
      return [-1, 0, 1];
  }
}

/** Seconds between the time lines of a view that shows `seconds` on `width` pixels: a round number, at least `gap` pixels wide. */
export function timeGrid(seconds: number, width: number, gap = 64): number {
  const least = (seconds / Math.max(1, width)) * gap;
  const steps = [
    0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14_400,
  ];
  return steps.find((step) => step >= least) ?? 43_200;
}

export const valueIn = (frame: Keyframe, parameter: Parameter): number => frame[parameter];
