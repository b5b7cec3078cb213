import { KINDS } from '@nes/program/kinds.ts';
import type { Keyframe, Program, Voice } from '@nes/program/model.ts';
import { curveShare, keyframeIndex, valueAt } from '@nes/program/values.ts';
import { bands } from '../../elements/bands.ts';
import { kindLooks } from '../../elements/kinds.ts';
import { type Axis, marksOf, rangesOf, shareOf } from './axis.ts';
import type { Palette } from './palette.ts';

/** Up to so many pixels the processor draws a lane. */
const BY_PROCESSOR = 1_500_000;

/**
 * What a lane is drawn with. A graphics card that is only imitated gets all frames of a drag in a row that nothing
 * bounds: with 10,000 points it fell behind by 2 to 3 seconds, and then the page stood still for as long. The processor
 * draws each frame before the next begins. Handing over a large picture would cost more than drawing it; screens of that
 * many pixels have a graphics card.
 */
export function contextOf(canvas: HTMLCanvasElement): CanvasRenderingContext2D | null {
  return canvas.getContext('2d', { willReadFrequently: canvas.width * canvas.height <= BY_PROCESSOR });
}

/** What part of time is drawn on how many pixels. */
export interface Window {
  from: number;
  to: number;
  width: number;
  height: number;
}

/** Room above the scale and below its foot, in pixels. */
const HEAD = 14;
const FOOT = 20;

export const yOfShare = (share: number, height: number): number => HEAD + (height - HEAD - FOOT) * (1 - share);
export const shareOfY = (y: number, height: number): number => 1 - (y - HEAD) / (height - HEAD - FOOT);

/**
 * A course in pixels. A line: x, y and half its width for each point. Columns, where keyframes are denser than the
 * pixels: x, top and bottom of what lies within one pixel.
 */
export interface Course {
  kind: 'line' | 'columns';
  points: Float32Array;
  count: number;
}

const STEP = 3;

/**
 * The course of one parameter over the window, never more than a few points to a pixel: where keyframes are denser than
 * the pixels, every column spans its lowest and highest value, so that no peak is lost.
 */
export function courseOf(voice: Voice, axis: Axis, window: Window, loudest: number, durationSeconds: number): Course {
  const { keyframes } = voice;
  const { parameter } = axis;
  const { from, to, width, height } = window;
  const scale = width / (to - from);
  const first = Math.max(0, keyframeIndex(voice, from));
  const last = Math.min(keyframes.length - 1, keyframeIndex(voice, to) + 1);
  const dense = last - first > width * 1.5;
  const room = dense ? (width + 4) * 4 : (width / STEP) * 2 + (last - first) * 4 + 16;
  let points = new Float32Array(Math.ceil(room) * 3);
  let count = 0;
  const put = (x: number, value: number, level: number): void => {
    if (count * 3 + 3 > points.length) {
      const larger = new Float32Array(points.length * 2);
      larger.set(points);
      points = larger;
    }
    points[count * 3] = x;
    points[count * 3 + 1] = yOfShare(shareOf(axis, value), height);
    points[count * 3 + 2] = 0.5 + 1.9 * Math.sqrt(Math.max(0, level) / loudest);
    count++;
  };
  const xOf = (seconds: number): number => (seconds - from) * scale;
  const opening = keyframes[first];
  if (!opening) return { kind: 'line', points, count };
  if (opening.at > from && !dense) put(Math.max(0, xOf(0)), opening[parameter], opening.level);

  if (dense) {
    let column = Number.NEGATIVE_INFINITY;
    let low = 0;
    let high = 0;
    let end = 0;
    const close = (): void => {
      if (column < 0) return;
      points[count * 3] = column;
      points[count * 3 + 1] = yOfShare(shareOf(axis, high), height);
      points[count * 3 + 2] = yOfShare(shareOf(axis, low), height);
      count++;
    };
    const signed = axis.signed;
    for (let index = first; index <= last; index++) {
      const frame = keyframes[index] as Keyframe;
      const value = signed ? Math.abs(frame[parameter]) : frame[parameter];
      const here = Math.floor(xOf(frame.at));
      if (here !== column) {
        close();
        // A column begins where the one before it ended, so that the line has no gaps.
        low = column < 0 ? value : Math.min(value, end);
        high = column < 0 ? value : Math.max(value, end);
        column = here;
      } else {
        if (value < low) low = value;
        if (value > high) high = value;
      }
      end = value;
    }
    close();
    return { kind: 'columns', points, count };
  } else {
    for (let index = first; index <= last; index++) {
      const frame = keyframes[index] as Keyframe;
      const next = keyframes[index + 1];
      put(xOf(frame.at), frame[parameter], frame.level);
      if (!next || next.at === frame.at) continue;
      if (frame.curve === 'HOLD') {
        put(xOf(next.at), frame[parameter], frame.level);
        continue;
      }
      const same = frame[parameter] === next[parameter] && frame.level === next.level;
      const straight = frame.curve === 'LINEAR' && (axis.scale === 'linear' || same);
      if (same || straight) continue;
      const start = Math.max(from, frame.at);
      const stop = Math.min(to, next.at);
      const steps = Math.floor(((stop - start) * scale) / STEP);
      for (let step = 1; step < steps; step++) {
        const at = start + ((stop - start) * step) / steps;
        const share = curveShare(frame.curve, (at - frame.at) / (next.at - frame.at));
        put(
          xOf(at),
          frame[parameter] + (next[parameter] - frame[parameter]) * share,
          frame.level + (next.level - frame.level) * share,
        );
      }
    }
  }
  const closing = keyframes[last] as Keyframe;
  if (closing.at < to) put(Math.min(width, xOf(durationSeconds)), closing[parameter], closing.level);
  return { kind: 'line', points, count };
}

/** Colour by height: the band where the lane shows beats, else one colour. */
function inkOf(
  context: CanvasRenderingContext2D,
  axis: Axis,
  palette: Palette,
  height: number,
  beats: boolean,
): string | CanvasGradient {
  if (axis.parameter !== 'beat') return beats ? palette.bands.alpha : palette.bands.control;
  const gradient = context.createLinearGradient(0, height, 0, 0);
  const stop = (share: number): number => Math.min(1, Math.max(0, 1 - yOfShare(share, height) / height));
  let at = stop(-0.02);
  gradient.addColorStop(0, palette.bands.control);
  gradient.addColorStop(at, palette.bands.control);
  for (const { band, to } of bands) {
    const end = band === 'gamma' ? 1 : stop(shareOf(axis, to));
    gradient.addColorStop(at, palette.bands[band]);
    gradient.addColorStop(Math.max(at, end), palette.bands[band]);
    at = Math.max(at, end);
  }
  return gradient;
}

/** What lies behind a course. */
export interface Ground {
  program: Program;
  voice: Voice;
  axis: Axis;
  window: Window;
  palette: Palette;
  /** Seconds between the lines of time. */
  grid: number;
  /** The lane that the keyboard is at. */
  active: boolean;
  /** What a value reads like. */
  wording: (value: number) => string;
}

export interface LaneDrawing extends Ground {
  /** Ascending indices of chosen points. */
  chosen: readonly number[];
  /** Index of the point under the pointer, or −1. */
  hovered: number;
  /** False: not heard in the preview. */
  heard: boolean;
  /** The box of a selection in progress, in pixels. */
  box: { x: number; y: number; width: number; height: number } | null;
  /** What a time reads like. */
  clock: (seconds: number) => string;
}

/** Above this many points to a pixel the handles of points that are not chosen are left out. */
const HANDLES = 0.12;

/** Draws what lies behind a course: band zones or lines of the scale, times, borders of phases. */
function drawGround(context: CanvasRenderingContext2D, lane: Ground): void {
  const { program, axis, window, palette } = lane;
  const { width, height, from, to } = window;
  const scale = width / (to - from);
  const xOf = (seconds: number): number => (seconds - from) * scale;
  const beginning = xOf(0);
  const ending = xOf(program.durationSeconds);
  context.clearRect(0, 0, width, height);
  context.font = `500 11px ${palette.font}`;
  context.textBaseline = 'middle';

  // Band zones, or lines of the scale.
  if (axis.parameter === 'beat') {
    for (const { band, letter, from: low, to: high } of bands) {
      const top = band === 'gamma' ? 0 : yOfShare(shareOf(axis, high), height);
      const bottom = yOfShare(band === 'delta' ? 0 : shareOf(axis, low), height);
      if (bottom <= 0 || bottom <= top) continue;
      context.globalAlpha = lane.active ? 0.115 : 0.07;
      context.fillStyle = palette.bands[band];
      context.fillRect(0, top, width, bottom - top - 1);
      if (bottom - Math.max(0, top) > 20) {
        context.globalAlpha = 0.9;
        context.textAlign = 'right';
        context.fillText(letter, Math.min(width, ending) - 8, Math.max(0, top) + 11);
      }
    }
  }
  context.globalAlpha = 1;

  // What lies outside of the program.
  context.globalAlpha = 0.5;
  context.fillStyle = palette.line;
  if (beginning > 0) context.fillRect(0, 0, beginning, height);
  if (ending < width) context.fillRect(ending, 0, width - ending, height);
  // Time.
  context.strokeStyle = palette.line;
  context.lineWidth = 1;
  context.globalAlpha = 0.55;
  context.beginPath();
  for (let at = Math.max(0, Math.ceil(from / lane.grid)) * lane.grid; at <= to; at += lane.grid) {
    const x = Math.round(xOf(at)) + 0.5;
    context.moveTo(x, 0);
    context.lineTo(x, height);
  }
  context.stroke();
  // Heights.
  context.textAlign = 'left';
  let free = Number.POSITIVE_INFINITY;
  const opening = yOfShare(shareOf(axis, valueAt(lane.voice, Math.max(0, from) + 26 / scale)[axis.parameter]), height);
  for (const mark of marksOf(axis)) {
    const y = Math.round(yOfShare(shareOf(axis, mark), height)) + 0.5;
    context.globalAlpha = axis.parameter === 'beat' ? 0.35 : 0.7;
    context.beginPath();
    context.moveTo(0, y);
    context.lineTo(width, y);
    context.stroke();
    // A word that the course runs through could not be read.
    if (free - y < 15 || Math.abs(y - opening) < 11) continue;
    free = y;
    context.globalAlpha = 0.95;
    context.fillStyle = palette.quiet;
    context.fillText(lane.wording(mark), Math.max(0, beginning) + 8, y);
  }
  // Phases.
  let border = 0;
  context.lineWidth = 1;
  for (const phase of program.phases) {
    border += phase.durationSeconds;
    if (border <= from || border >= Math.min(to, program.durationSeconds)) continue;
    context.globalAlpha = 0.9;
    context.strokeStyle = palette.edge;
    context.setLineDash([2, 4]);
    context.beginPath();
    context.moveTo(Math.round(xOf(border)) + 0.5, 0);
    context.lineTo(Math.round(xOf(border)) + 0.5, height);
    context.stroke();
    context.setLineDash([]);
  }
  context.globalAlpha = 1;
}

/** Draws one lane. Returns how many handles it drew. */
export function drawLane(context: CanvasRenderingContext2D, lane: LaneDrawing): number {
  drawGround(context, lane);
  const { palette } = lane;
  const { width, from, to } = lane.window;
  const xOf = (seconds: number): number => ((seconds - from) / (to - from)) * width;
  drawCourse(context, lane);
  const drawn = drawHandles(context, lane, xOf);

  if (lane.box) {
    context.globalAlpha = 0.14;
    context.fillStyle = palette.accent;
    context.fillRect(lane.box.x, lane.box.y, lane.box.width, lane.box.height);
    context.globalAlpha = 1;
    context.strokeStyle = palette.accent;
    context.strokeRect(lane.box.x + 0.5, lane.box.y + 0.5, lane.box.width, lane.box.height);
  }
  context.globalAlpha = 1;
  return drawn;
}

function drawCourse(context: CanvasRenderingContext2D, lane: LaneDrawing): void {
  const { voice, axis, window, palette } = lane;
  const { height } = window;
  const { kind, points, count } = courseOf(
    voice,
    axis,
    window,
    rangesOf(lane.program).loudest,
    lane.program.durationSeconds,
  );
  if (count === 0) return;
  const strength = lane.heard ? 1 : 0.35;
  const { tone, struck } = KINDS[voice.kind];
  const { sign, texture } = kindLooks[voice.kind];
  const ink = inkOf(context, axis, palette, height, tone);
  const foot = yOfShare(axis.parameter === 'pan' ? 0.5 : 0, height);
  const area = axis.parameter === 'level' || axis.parameter === 'pan';

  if (struck && axis.parameter === 'level') {
    drawStrikes(context, lane, strength);
    return;
  }
  context.fillStyle = ink;
  context.strokeStyle = ink;
  if (kind === 'columns') {
    context.globalAlpha = strength;
    context.beginPath();
    context.moveTo(points[0] as number, (points[1] as number) - 0.7);
    for (let index = 0; index < count; index++) {
      context.lineTo((points[index * 3] as number) + 0.5, (points[index * 3 + 1] as number) - 0.7);
    }
    for (let index = count - 1; index >= 0; index--) {
      context.lineTo((points[index * 3] as number) + 0.5, (points[index * 3 + 2] as number) + 0.7);
    }
    context.fill();
    return;
  }
  if (area || sign === 'bed') {
    context.globalAlpha = strength * (area ? 0.2 : 0.1);
    context.beginPath();
    context.moveTo(points[0] as number, foot);
    for (let index = 0; index < count; index++) {
      context.lineTo(points[index * 3] as number, points[index * 3 + 1] as number);
    }
    context.lineTo(points[(count - 1) * 3] as number, foot);
    context.closePath();
    context.fill();
  }
  context.globalAlpha = strength;
  context.lineJoin = 'round';
  context.lineCap = 'round';
  const line = (shift: number): void => {
    context.beginPath();
    for (let index = 0; index < count; index++) {
      const x = points[index * 3] as number;
      const y = (points[index * 3 + 1] as number) + shift;
      if (index === 0) context.moveTo(x, y);
      else context.lineTo(x, y);
    }
    context.stroke();
  };
  if (texture === 'dotted') {
    context.lineWidth = 3.4;
    context.setLineDash([0.1, 6.5]);
    line(0);
    context.setLineDash([]);
    context.globalAlpha = strength * 0.4;
    context.lineWidth = 1;
    line(0);
    context.globalAlpha = strength;
    return;
  }
  if (texture === 'twin') {
    context.lineWidth = 1.25;
    line(-2);
    line(2);
    return;
  }
  context.lineWidth = 1.25;
  line(0);
  if (area) return;
  // The line is as wide as the voice is loud.
  context.beginPath();
  for (let index = 0; index < count; index++) {
    const x = points[index * 3] as number;
    const y = (points[index * 3 + 1] as number) - (points[index * 3 + 2] as number);
    if (index === 0) context.moveTo(x, y);
    else context.lineTo(x, y);
  }
  for (let index = count - 1; index >= 0; index--) {
    context.lineTo(points[index * 3] as number, (points[index * 3 + 1] as number) + (points[index * 3 + 2] as number));
  }
  context.closePath();
  context.fill();
}

export interface ComparisonDrawing extends Ground {
  /** The voice as it was and as it is; null where there is none on that side. */
  before: Voice | null;
  after: Voice | null;
  beforeSeconds: number;
  /** The second that is pointed at, or null. */
  pointed: number | null;
  /** What a time reads like. */
  clock: (seconds: number) => string;
}

/** Draws two states of one voice over each other: what was dashed and quiet, what is in its colours, and filled what lies between. */
export function drawComparison(context: CanvasRenderingContext2D, drawing: ComparisonDrawing): void {
  const { axis, window, palette, before, after, program } = drawing;
  const { width, height, from, to } = window;
  drawGround(context, drawing);
  context.fillStyle = palette.quiet;
  context.textAlign = 'left';
  for (let at = drawing.grid; at < to; at += drawing.grid) {
    const x = ((at - from) / (to - from)) * width;
    if (x < width - 40) context.fillText(drawing.clock(at), x + 5, height - 9);
  }
  const loudest = rangesOf(program).loudest;
  const outline = (voice: Voice | null, seconds: number): [number, number][] => {
    if (!voice) return [];
    const { kind, points, count } = courseOf(voice, axis, window, loudest, seconds);
    return Array.from({ length: count }, (_, index) => {
      const [x, y, third] = [points[index * 3], points[index * 3 + 1], points[index * 3 + 2]] as [
        number,
        number,
        number,
      ];
      return [x, kind === 'columns' ? (y + third) / 2 : y];
    });
  };
  const was = outline(before, drawing.beforeSeconds);
  const is = outline(after, program.durationSeconds);
  const path = (points: readonly [number, number][]): void => {
    for (const [index, [x, y]] of points.entries()) {
      if (index === 0) context.moveTo(x, y);
      else context.lineTo(x, y);
    }
  };
  context.lineJoin = 'round';
  if (was.length > 0 && is.length > 0) {
    context.globalAlpha = 0.16;
    context.fillStyle = palette.text;
    context.beginPath();
    for (const [x, y] of [...was, ...is.toReversed()]) context.lineTo(x, y);
    context.closePath();
    context.fill();
  }
  context.globalAlpha = 1;
  context.lineWidth = 1.5;
  context.strokeStyle = palette.quiet;
  context.setLineDash([5, 4]);
  context.beginPath();
  path(was);
  context.stroke();
  context.setLineDash([]);
  context.lineWidth = 2.5;
  context.strokeStyle = inkOf(context, axis, palette, height, after !== null && 'waveform' in after);
  context.beginPath();
  path(is);
  context.stroke();
  if (drawing.pointed === null) return;
  const x = Math.round(((drawing.pointed - from) / (to - from)) * width) + 0.5;
  context.lineWidth = 1;
  context.strokeStyle = palette.text;
  context.beginPath();
  context.moveTo(x, 0);
  context.lineTo(x, height);
  context.stroke();
}

/** A bell has no course: every strike rings out. */
function drawStrikes(context: CanvasRenderingContext2D, lane: LaneDrawing, strength: number): void {
  const { voice, axis, window, palette } = lane;
  const decaySeconds = 'decaySeconds' in voice ? voice.decaySeconds : 0;
  const { from, to, width, height } = window;
  const scale = width / (to - from);
  const foot = yOfShare(0, height);
  context.fillStyle = palette.bands.beta;
  context.strokeStyle = palette.bands.beta;
  context.lineWidth = 1.25;
  let column = Number.NEGATIVE_INFINITY;
  for (const frame of voice.keyframes) {
    if (frame.level <= 0 || frame.at > to || frame.at + decaySeconds < from) continue;
    const x = (frame.at - from) * scale;
    if (x - column < 1) continue;
    column = x;
    context.globalAlpha = strength * 0.22;
    context.beginPath();
    context.moveTo(x, foot);
    for (let step = 0; step <= 12; step++) {
      const share = step / 12;
      const level = frame.level * 10 ** (-3 * share);
      context.lineTo(x + share * decaySeconds * scale, yOfShare(shareOf(axis, level), height));
    }
    context.lineTo(x + decaySeconds * scale, foot);
    context.fill();
    context.globalAlpha = strength;
    context.beginPath();
    context.moveTo(x, foot);
    context.lineTo(x, yOfShare(shareOf(axis, frame.level), height));
    context.stroke();
  }
}

function drawHandles(context: CanvasRenderingContext2D, lane: LaneDrawing, xOf: (seconds: number) => number): number {
  const { voice, axis, window, palette, chosen } = lane;
  const { from, to, width, height } = window;
  const { keyframes } = voice;
  const first = Math.max(0, keyframeIndex(voice, from - (8 / width) * (to - from)));
  const last = Math.min(keyframes.length - 1, keyframeIndex(voice, to) + 1);
  const sparse = last - first < width * HANDLES;
  let drawn = 0;
  const at = (index: number): [number, number] => {
    const frame = keyframes[index] as Keyframe;
    return [xOf(frame.at), yOfShare(shareOf(axis, frame[axis.parameter]), height)];
  };
  context.globalAlpha = lane.heard ? 1 : 0.5;
  context.lineWidth = 1.5;
  if (sparse) {
    context.fillStyle = palette.ink;
    context.strokeStyle = palette.text;
    for (let index = first; index <= last; index++) {
      const [x, y] = at(index);
      if (x < -8 || x > width + 8) continue;
      handle(context, keyframes[index] as Keyframe, x, y, 4);
      drawn++;
    }
  }
  context.globalAlpha = 1;
  if (chosen.length > 0) {
    context.fillStyle = palette.text;
    context.strokeStyle = palette.ink;
    let low = 0;
    let high = chosen.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((chosen[middle] as number) < first) low = middle + 1;
      else high = middle;
    }
    let column = Number.NEGATIVE_INFINITY;
    let row = 0;
    for (let place = low; place < chosen.length; place++) {
      const index = chosen[place] as number;
      if (index > last) break;
      if (!keyframes[index]) continue;
      const [x, y] = at(index);
      // Of handles that would lie on each other one is enough; in a crowd, one for some pixels of width.
      if (x - column < (sparse ? 3 : 7) && (!sparse || Math.abs(y - row) < 3)) continue;
      column = x;
      row = y;
      handle(context, keyframes[index] as Keyframe, x, y, sparse ? 5 : 3);
      drawn++;
    }
  }
  const told = lane.hovered >= 0 ? lane.hovered : chosen.length === 1 && lane.active ? (chosen[0] as number) : -1;
  const frame = keyframes[told];
  if (frame) {
    const [x, y] = at(told);
    context.fillStyle = lane.hovered >= 0 && !chosen.includes(told) ? palette.ink : palette.text;
    context.strokeStyle = palette.text;
    handle(context, frame, x, y, 5.5);
    const words = `${lane.wording(frame[axis.parameter])}  ·  ${lane.clock(frame.at)}`;
    context.font = `560 11.5px ${palette.font}`;
    const wide = context.measureText(words).width + 16;
    const left = Math.min(width - wide - 4, Math.max(4, x - wide / 2));
    const top = y > 40 ? y - 32 : y + 12;
    context.fillStyle = palette.raised;
    context.strokeStyle = palette.edge;
    context.lineWidth = 1;
    context.beginPath();
    context.roundRect(left, top, wide, 22, 7);
    context.fill();
    context.stroke();
    context.fillStyle = palette.text;
    context.textAlign = 'left';
    context.fillText(words, left + 8, top + 11.5);
  }
  return drawn;
}

/** A point by its course to the next: round goes straight, square holds, a rhombus eases. */
function handle(context: CanvasRenderingContext2D, frame: Keyframe, x: number, y: number, size: number): void {
  context.beginPath();
  switch (frame.curve) {
    case 'HOLD':
      context.rect(x - size * 0.9, y - size * 0.9, size * 1.8, size * 1.8);
      break;
    case 'SMOOTH':
      context.moveTo(x, y - size * 1.25);
      context.lineTo(x + size * 1.25, y);
      context.lineTo(x, y + size * 1.25);
      context.lineTo(x - size * 1.25, y);
      context.closePath();
      break;
    default:
      context.arc(x, y, size, 0, 2 * Math.PI);
  }
  context.fill();
  context.stroke();
}

export interface RulerDrawing {
  program: Program;
  window: Window;
  palette: Palette;
  grid: number;
  /** Index of the phase that is looked at, or −1. */
  chosen: number;
  clock: (seconds: number) => string;
}

/** Height of the line with the times; below it lie the phases. */
export const RULER_TIMES = 24;

/** Draws the times and the phases. */
export function drawRuler(context: CanvasRenderingContext2D, ruler: RulerDrawing): void {
  const { program, window, palette, grid } = ruler;
  const { width, height, from, to } = window;
  const xOf = (seconds: number): number => ((seconds - from) / (to - from)) * width;
  context.clearRect(0, 0, width, height);
  context.textBaseline = 'middle';
  context.font = `500 11px ${palette.font}`;
  context.fillStyle = palette.quiet;
  context.strokeStyle = palette.line;
  context.textAlign = 'left';
  for (let at = Math.max(0, Math.ceil(from / grid)) * grid; at <= program.durationSeconds + 1e-9; at += grid) {
    const x = xOf(at);
    context.beginPath();
    context.moveTo(Math.round(x) + 0.5, RULER_TIMES - 8);
    context.lineTo(Math.round(x) + 0.5, RULER_TIMES);
    context.stroke();
    if (x < width - 34) context.fillText(ruler.clock(at), x + 5, RULER_TIMES / 2 - 1);
  }
  let start = 0;
  for (const [index, phase] of program.phases.entries()) {
    const end = start + phase.durationSeconds;
    const left = Math.max(-4, xOf(start));
    const right = Math.min(width + 4, xOf(end));
    start = end;
    if (right <= 0 || left >= width) continue;
    context.globalAlpha = index === ruler.chosen ? 0.5 : 0.26;
    context.fillStyle = phase.colour;
    context.fillRect(left, RULER_TIMES, right - left - 1, height - RULER_TIMES);
    context.globalAlpha = 1;
    context.fillRect(left, height - 3, right - left - 1, 3);
    context.save();
    context.beginPath();
    context.rect(left, RULER_TIMES, right - left - 6, height - RULER_TIMES);
    context.clip();
    context.fillStyle = palette.text;
    context.fillText(phase.name, Math.max(0, left) + 8, (RULER_TIMES + height - 3) / 2);
    context.restore();
    context.strokeStyle = palette.edge;
    context.beginPath();
    context.moveTo(Math.round(right) - 0.5, RULER_TIMES);
    context.lineTo(Math.round(right) - 0.5, height);
    context.stroke();
  }
}
