import { beats, KINDS } from '@nes/program/kinds.ts';
import type { Program, Voice } from '@nes/program/model.ts';
import { dominantBeat, valueAt } from '@nes/program/values.ts';
import { type Band, bandOf, bands } from '../bands.ts';
import { kindLooks, type Texture } from '../kinds.ts';

/** One piece of a voice's line within one band: a filled shape in pixels. */
export interface Strand {
  /** Index in `program.voices`. */
  voice: number;
  band: Band | 'none';
  /** Flat where nothing of the program beats. */
  texture: Texture | 'flat';
  /** True where this voice is the one that light and the large number follow for most of its time. */
  leading: boolean;
  path: string;
  /** The ground under a leading line, for its glow; empty for the others. */
  ground: string;
}

export interface Chapter {
  name: string;
  from: number;
  to: number;
  x: number;
  width: number;
}

export interface Drawing {
  width: number;
  height: number;
  zones: { band: Band; letter: string; y: number; height: number }[];
  strands: Strand[];
  /** Noise beds, as areas from the foot. */
  beds: string[];
  /** Drops, as specks above the foot. */
  specks: string;
  /** Bells, as small diamonds at the head. */
  bells: string;
  chapters: Chapter[];
}

/** Heights of the five zones follow this axis: logarithmic, 1.25 to 45 Hz, wider where a program goes beyond. */
export interface Axis {
  low: number;
  high: number;
}

interface Point {
  x: number;
  y: number;
  half: number;
  beat: number;
  /** Sounding share of an isochronic period. */
  duty: number;
}

export function axisOf(program: Program): Axis {
  let low = 1.25;
  let high = 45;
  for (const voice of program.voices) {
    if (!beats(voice)) continue;
    for (const { beat } of voice.keyframes) {
      const size = Math.abs(beat);
      if (size > high) high = Math.min(110, size * 1.1);
      if (size > 0 && size * 0.8 < low) low = Math.max(0.05, size * 0.8);
    }
  }
  return { low, high };
}

/** Y of a beat in pixels from the top. */
export function yOf(beatHz: number, axis: Axis, height: number): number {
  const share = Math.log(Math.max(beatHz, axis.low) / axis.low) / Math.log(axis.high / axis.low);
  return height * (1 - share);
}

/** Seconds at which a voice is looked at: every `step` of the width and each keyframe, before and after it. */
function sampleTimes(voice: Voice, duration: number, count: number): number[] {
  const times: number[] = [];
  for (let index = 0; index <= count; index++) times.push((index / count) * duration);
  if (voice.keyframes.length <= count * 2) {
    const before = duration * 1e-7;
    for (const { at } of voice.keyframes) {
      if (at - before > 0) times.push(at - before);
      times.push(at);
    }
    times.sort((a, b) => a - b);
  }
  return times.filter((time, index) => time <= duration && time !== times[index - 1]);
}

const round = (value: number): string => (Math.round(value * 100) / 100).toString();

/** A closed shape around a line of changing width. */
function ribbon(points: readonly Point[], shift = 0, share = 1): string {
  if (points.length < 2) return '';
  const upper: string[] = [];
  const lower: string[] = [];
  for (let index = 0; index < points.length; index++) {
    const point = points[index] as Point;
    const before = points[Math.max(0, index - 1)] as Point;
    const after = points[Math.min(points.length - 1, index + 1)] as Point;
    const length = Math.hypot(after.x - before.x, after.y - before.y) || 1;
    const normalX = -(after.y - before.y) / length;
    const normalY = (after.x - before.x) / length;
    const outer = point.half * (shift + share);
    const inner = point.half * (shift - share);
    upper.push(`${round(point.x + normalX * outer)} ${round(point.y + normalY * outer)}`);
    lower.push(`${round(point.x + normalX * inner)} ${round(point.y + normalY * inner)}`);
  }
  return `M${upper.join('L')}L${lower.reverse().join('L')}Z`;
}

const dot = (x: number, y: number, radius: number): string => {
  const r = round(radius);
  const d = round(radius * 2);
  return `M${round(x - radius)} ${round(y)}a${r} ${r} 0 1 0 ${d} 0a${r} ${r} 0 1 0 -${d} 0Z`;
};

/** Distance between two dots in pixels: readable at every size, closer where the beat is faster. */
const dotGap = (beat: number, unit: number): number =>
  Math.max(3.6, (6.4 - 0.75 * Math.log2(Math.max(0.5, beat))) * Math.max(1, unit * 0.8));

function dots(points: readonly Point[], unit: number, state: { left: number }): string {
  let path = '';
  for (let index = 1; index < points.length; index++) {
    const from = points[index - 1] as Point;
    const to = points[index] as Point;
    const length = Math.hypot(to.x - from.x, to.y - from.y);
    let at = state.left;
    while (at <= length && length > 0) {
      const share = at / length;
      const half = from.half + (to.half - from.half) * share;
      const width = 0.75 + Math.min(0.8, from.duty) * 0.7;
      if (half > 0) path += dot(from.x + (to.x - from.x) * share, from.y + (to.y - from.y) * share, half * width);
      at += dotGap(from.beat + (to.beat - from.beat) * share, unit);
    }
    state.left = at - length;
  }
  return path;
}

/** Splits a line where it goes into another band; the border point belongs to both sides. */
function byBand(points: readonly Point[], axis: Axis, height: number): { band: Band; points: Point[] }[] {
  const runs: { band: Band; points: Point[] }[] = [];
  for (const point of points) {
    const band = bandOf(point.beat);
    const run = runs.at(-1);
    if (!run) {
      runs.push({ band, points: [point] });
      continue;
    }
    if (run.band === band) {
      run.points.push(point);
      continue;
    }
    // A steep step can cross several borders between two samples.
    let from = run.points.at(-1) as Point;
    const rising = point.beat > from.beat;
    const borders = bands
      .slice(1)
      .map((entry) => entry.from)
      .filter((border) => border > Math.min(from.beat, point.beat) && border < Math.max(from.beat, point.beat));
    if (!rising) borders.reverse();
    for (const border of borders) {
      const share = (border - from.beat) / (point.beat - from.beat);
      const crossing: Point = {
        x: from.x + (point.x - from.x) * share,
        y: yOf(border, axis, height),
        half: from.half + (point.half - from.half) * share,
        beat: border,
        duty: from.duty,
      };
      runs.at(-1)?.points.push(crossing);
      runs.push({ band: bandOf(rising ? border + 1e-6 : border - 1e-6), points: [crossing] });
      from = crossing;
    }
    const last = runs.at(-1) as { band: Band; points: Point[] };
    if (last.band === band) last.points.push(point);
    else runs.push({ band, points: [from, point] });
  }
  return runs;
}

/** The band in which the beat is for most of the time; null without a beat. */
export function mainBand(program: Program): Band | null {
  const looks = 24;
  const counts = new Map<Band, number>();
  for (let index = 0; index < looks; index++) {
    const found = dominantBeat(program, ((index + 0.5) / looks) * program.durationSeconds);
    if (found) counts.set(bandOf(found.beatHz), (counts.get(bandOf(found.beatHz)) ?? 0) + 1);
  }
  return [...counts].sort((a, b) => b[1] - a[1])[0]?.[0] ?? null;
}

/** Which voices lead for most of the time. */
function leaders(program: Program): Set<number> {
  const seconds = new Map<number, number>();
  const looks = 96;
  for (let index = 0; index < looks; index++) {
    const found = dominantBeat(program, ((index + 0.5) / looks) * program.durationSeconds);
    if (found) seconds.set(found.voiceIndex, (seconds.get(found.voiceIndex) ?? 0) + 1);
  }
  const most = Math.max(0, ...seconds.values());
  return new Set([...seconds].filter(([, count]) => count >= most * 0.5).map(([voice]) => voice));
}

/** The drawing of a program for a surface of `width` × `height` pixels. */
export function draw(program: Program, width: number, height: number): Drawing {
  const axis = axisOf(program);
  const duration = program.durationSeconds;
  // A lane at the foot for what has no beat.
  const foot = Math.max(3, height * 0.1);
  const plot = height - foot;
  const unit = Math.min(3.4, Math.max(1, height / 62));
  const count = Math.max(24, Math.round(width / (width < 160 ? 1.5 : 2.5)));
  const x = (seconds: number): number => (seconds / duration) * width;

  const zones = bands
    .filter(({ from }) => from < axis.high)
    .map(({ band, letter, from, to }) => {
      const top = yOf(Math.min(to, axis.high), axis, plot);
      const bottom = yOf(band === 'delta' ? axis.low : from, axis, plot);
      return { band, letter, y: top, height: bottom - top };
    });

  const leading = leaders(program);
  const anyBeat = program.voices.some(beats);
  const tones = program.voices.filter((voice) => (anyBeat ? beats(voice) : !KINDS[voice.kind].struck));
  const loudest = Math.max(
    1e-6,
    ...tones.flatMap((voice) =>
      kindLooks[voice.kind].sign === 'bed' && !beats(voice) ? [] : voice.keyframes.map((k) => k.level),
    ),
  );

  const strands: Strand[] = [];
  const beds: string[] = [];
  let specks = '';
  let bells = '';

  for (const [index, voice] of program.voices.entries()) {
    const times = sampleTimes(voice, duration, count);
    const { sign, texture } = kindLooks[voice.kind];
    if (sign === 'diamonds') {
      for (const frame of voice.keyframes) {
        if (frame.level <= 0 || (voice.keyframes.length > count && x(frame.at) % 3 > 1)) continue;
        const size = unit * 1.5;
        bells += `M${round(x(frame.at))} ${round(unit)}l${round(size)} ${round(size * 1.4)}l-${round(size)} ${round(size * 1.4)}l-${round(size)} -${round(size * 1.4)}Z`;
      }
      continue;
    }
    if (sign === 'specks') {
      const rate = 'dropsPerSecond' in voice ? voice.dropsPerSecond : 8;
      const step = Math.max(3, 22 / Math.sqrt(rate + 1)) * Math.max(1, unit * 0.7);
      let turn = 0.5;
      for (let at = step / 2; at < width; at += step) {
        turn = (turn + 0.618034) % 1;
        const { level } = valueAt(voice, (at / width) * duration);
        if (level > 0) specks += dot(at, height - turn * plot * 0.3 - unit, unit * (0.35 + 0.3 * turn));
      }
      continue;
    }
    if (sign === 'bed') {
      const top = times.map((time) => {
        const tall = height * 0.42 * Math.min(1, Math.sqrt(valueAt(voice, time).level * program.gain));
        return `${round(x(time))} ${round(height - tall)}`;
      });
      beds.push(`M0 ${round(height)}L${top.join('L')}L${round(width)} ${round(height)}Z`);
      if (!beats(voice)) continue;
    }

    const duty = ('duty' in voice ? voice.duty : undefined) ?? 0.5;
    const flat = !anyBeat && sign !== 'bed';
    const lines: Point[][] = [[]];
    for (const time of times) {
      const values = valueAt(voice, time);
      const beat = Math.abs(values.beat);
      const line = lines.at(-1) as Point[];
      if ((beat === 0 && !flat) || values.level <= 0) {
        if (line.length > 0) lines.push([]);
        continue;
      }
      const half = unit * (0.3 + 0.7 * Math.sqrt(values.level / loudest));
      const point: Point = {
        x: x(time),
        y: flat ? plot + foot * 0.35 : yOf(beat, axis, plot),
        half: texture === 'soft' ? half * 2.6 : half,
        beat,
        duty,
      };
      const before = line.at(-1);
      const jumps = before && point.x - before.x < 0.02 && Math.abs(point.y - before.y) > 1;
      if (jumps) lines.push([point]);
      else line.push(point);
    }
    const dotState = { left: 0 };
    for (const line of lines) {
      if (line.length < 2) continue;
      if (flat) {
        strands.push({
          voice: index,
          band: 'none',
          texture: 'flat',
          leading: true,
          path: ribbon(line, 0, 0.8),
          ground: '',
        });
        continue;
      }
      for (const run of byBand(line, axis, plot)) {
        const path =
          texture === 'dotted'
            ? dots(run.points, unit, dotState)
            : texture === 'twin'
              ? ribbon(run.points, 0.75, 0.34) + ribbon(run.points, -0.75, 0.34)
              : ribbon(run.points);
        const leads = leading.has(index);
        const first = run.points[0] as Point;
        const last = run.points.at(-1) as Point;
        const ground = leads
          ? `M${round(first.x)} ${round(height)}L${run.points.map((point) => `${round(point.x)} ${round(point.y)}`).join('L')}L${round(last.x)} ${round(height)}Z`
          : '';
        if (path) strands.push({ voice: index, band: run.band, texture, leading: leads, path, ground });
      }
    }
  }
  strands.sort((a, b) => Number(a.leading) - Number(b.leading));

  let from = 0;
  const chapters = program.phases.map((phase) => {
    const chapter = {
      name: phase.name,
      from,
      to: from + phase.durationSeconds,
      x: x(from),
      width: x(phase.durationSeconds),
    };
    from = chapter.to;
    return chapter;
  });
  return { width, height, zones, strands, beds, specks, bells, chapters };
}
