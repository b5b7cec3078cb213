import { scatterOf } from './pieces.ts';
import type { Ear } from './report.ts';
import { line, Track } from './tracks.ts';

export const decibels = (ratio: number) => 20 * Math.log10(Math.max(ratio, 1e-12));

/** A followed line with its ends, free of what the window adds to them. */
export interface Course {
  ear: Ear;
  from: number;
  to: number;
  track: Track;
  /** Median RMS. */
  level: number;
  scatter: number;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[sorted.length >> 1] ?? 0;
}

/** Share of its amplitude that a tone keeps in the top of its line while it glides by so many Hz a second under the window. */
function glideShare(slope: number, window: number): number {
  if (Math.abs(slope) * window * window < 0.3) return 1;
  let re = 0;
  let im = 0;
  let sum = 0;
  for (let n = 0; n < 96; n++) {
    const x = (n + 0.5) / 96 - 0.5;
    const turn = 2 * Math.PI * x;
    const weight = 0.35875 + 0.48829 * Math.cos(turn) + 0.14128 * Math.cos(2 * turn) + 0.01168 * Math.cos(3 * turn);
    const angle = Math.PI * slope * (x * window) ** 2;
    re += weight * Math.cos(angle);
    im += weight * Math.sin(angle);
    sum += weight;
  }
  return Math.max(0.2, Math.hypot(re, im) / sum);
}

/**
 * Ends of a line: a symmetric window half of which holds a tone sees half of its amplitude, so that it begins and ends where
 * the amplitude passes half of what it has inside.
 */
export function courseOf(track: Track, hop: number, seconds: number): Course | null {
  const { times, amplitudes } = track;
  const count = times.length;
  const strong = median([...amplitudes].sort((a, b) => b - a).slice(0, Math.max(3, Math.ceil(count / 2))));
  let first = 0;
  while (first < count && (amplitudes[first] as number) < 0.35 * strong) first++;
  let last = count - 1;
  while (last > first && (amplitudes[last] as number) < 0.35 * strong) last--;
  if (last - first < 1) return null;
  const inner = (from: number, to: number) => median(amplitudes.slice(Math.max(0, from), Math.min(count, to)));
  const startLevel = inner(first + 1, first + 5) / 2;
  const endLevel = inner(last - 4, last) / 2;
  const cross = (outer: number, index: number, level: number, direction: 1 | -1): number => {
    const a = amplitudes[index] as number;
    const t = times[index] as number;
    if (a >= level) {
      const before = outer >= 0 && outer < count ? (amplitudes[outer] as number) : 0;
      const beforeTime = outer >= 0 && outer < count ? (times[outer] as number) : t - direction * hop;
      return a > before && before < level ? t + ((a - level) / (a - before)) * (beforeTime - t) : beforeTime;
    }
    const next = index + direction;
    const b = amplitudes[next] as number;
    return b > a ? t + ((level - a) / (b - a)) * ((times[next] as number) - t) : t;
  };
  let from = Math.max(0, cross(first - 1, first, startLevel, 1));
  let to = Math.min(seconds, cross(last + 1, last, endLevel, -1));
  if (from < 0.3 * hop) from = 0;
  if (to > seconds - 0.3 * hop) to = seconds;
  const kept = new Track(track.ear);
  for (let n = 0; n < count; n++) {
    const t = times[n] as number;
    if (n < first || n > last) continue;
    // A frame that holds less than half of the tone tells its frequency poorly where it glides.
    if ((t < from || t > to) && last - first > 3) continue;
    kept.times.push(t);
    kept.hertz.push(track.hertz[n] as number);
    kept.amplitudes.push(amplitudes[n] as number);
    kept.contrasts.push(track.contrasts[n] as number);
    kept.others.push(track.others[n] as number);
  }
  if (kept.length < 2) return null;
  for (let n = 0; n < kept.length; n++) {
    const a = Math.max(0, n - 1);
    const b = Math.min(kept.length - 1, n + 1);
    const slope =
      ((kept.hertz[b] as number) - (kept.hertz[a] as number)) / ((kept.times[b] as number) - (kept.times[a] as number));
    kept.amplitudes[n] = (kept.amplitudes[n] as number) / glideShare(slope, 4 * hop);
  }
  return { ear: track.ear, from, to, track: kept, level: median(kept.amplitudes), scatter: scatterOf(kept.hertz) };
}

/** Pieces of one line that something louder covered in between. */
export function joined(tracks: readonly Track[], hop: number): Track[] {
  const rows: Track[] = [];
  for (const track of [...tracks].sort((a, b) => a.first - b.first)) {
    const before = rows.findLast((row) => {
      const gap = track.first - row.last;
      if (gap < -3 * hop || gap > 14) return false;
      const near = Math.abs((track.hertz[0] as number) - (row.hertz.at(-1) as number));
      const slow = Math.abs(slopeAt(row, false)) < 0.02 && Math.abs(slopeAt(track, true)) < 0.02;
      return slow && near < 0.12 && Math.abs(decibels(median(track.amplitudes) / median(row.amplitudes))) < 8;
    });
    if (!before) {
      rows.push(track);
      continue;
    }
    const from = track.times.findIndex((time) => time > before.last + 0.5 * hop);
    if (from < 0) continue;
    before.times.push(...track.times.slice(from));
    before.hertz.push(...track.hertz.slice(from));
    before.amplitudes.push(...track.amplitudes.slice(from));
    before.contrasts.push(...track.contrasts.slice(from));
    before.others.push(...track.others.slice(from));
  }
  return rows;
}

function slopeAt(track: Track, start: boolean): number {
  const n = track.length;
  const count = Math.min(5, n);
  return count < 3 ? 0 : line(track.times, track.hertz, start ? 0 : n - count, start ? count : n).slope;
}

/** Share of the course's time in which it was seen. */
export function filled(course: Course, hop: number): number {
  return Math.min(1, (course.track.length * hop) / Math.max(hop, course.to - course.from));
}

/**
 * Whether a line is more than noise that happened to hold: mean logarithm of its power over the noise. The strongest of the
 * bins around a place where there is nothing has 0.6; how far a mean may stray shrinks with the frames it is of.
 */
export function isSure(course: Course, hop: number): boolean {
  const { contrasts } = course.track;
  const mean = contrasts.reduce((sum, value) => sum + Math.log(value), 0) / contrasts.length;
  return mean * filled(course, hop) > 1.25 + 2.2 / Math.sqrt(contrasts.length * 0.62);
}

/**
 * Whether a line holds as a generator's tone does: its frequency and level stray from a smooth course by no more than the noise
 * beneath it explains. Notes that are struck again and again make lines too, which do not hold.
 */
export function isSteady(course: Course, hop: number): boolean {
  const { times, contrasts, amplitudes } = course.track;
  const noise = 1 / Math.sqrt(median(contrasts));
  if (course.scatter > 0.008 + 0.16 * noise) return false;
  // Where the window reaches over an end of the tone it sees less of it.
  const whole = amplitudes.filter((_, n) => {
    const time = times[n] as number;
    return time >= course.from + 2 * hop && time <= course.to - 2 * hop;
  });
  return whole.length < 5 || scatterOf(whole.map(decibels)) <= 0.4 + 7.5 * noise;
}

/** Part of a note with its partials, not a generator's tone: what swings there is music with a tremolo. */
export function isNote(course: Course, courses: readonly Course[]): boolean {
  const hz = median(course.track.hertz);
  const orderOver = (value: number, lowest: number) => {
    const order = Math.round(value / lowest);
    return order < 9 && Math.abs(value - order * lowest) < 0.05 * order ? order : 0;
  };
  return courses.some((lowest) => {
    const pitch = median(lowest.track.hertz);
    if (orderOver(hz, pitch) === 0) return false;
    return courses.filter(({ track }) => orderOver(median(track.hertz), pitch) > 1).length >= 2;
  });
}

/** Two lines as one moves with the other. */
export interface Pair {
  upper: Course;
  lower: Course;
  from: number;
  to: number;
  times: number[];
  beats: number[];
  carriers: number[];
  /** Of each moment: what holds less of the tones counts less. */
  weights: number[];
}

export function pairOf(a: Course, b: Course, hop: number): Pair | null {
  const from = Math.max(a.from, b.from);
  const to = Math.min(a.to, b.to);
  if (to - from < 2 * hop && to - from < 0.7 * Math.max(a.to - a.from, b.to - b.from)) return null;
  const times = [...new Set([...a.track.times, ...b.track.times])]
    .filter((t) => t >= from && t <= to)
    .sort((x, y) => x - y);
  if (times.length < 2) return null;
  const first = times.map((t) => a.track.at(t));
  const second = times.map((t) => b.track.at(t));
  const upper = median(first) >= median(second) ? a : b;
  return {
    upper,
    lower: upper === a ? b : a,
    from,
    to,
    times,
    beats: first.map((hz, n) => Math.abs(hz - (second[n] as number))),
    carriers: first.map((hz, n) => (hz + (second[n] as number)) / 2),
    weights: times.map((t) => Math.min(a.track.amplitudeAt(t) / a.level, b.track.amplitudeAt(t) / b.level) ** 2),
  };
}
