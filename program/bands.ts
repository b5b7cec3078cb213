import type { Program } from './model.ts';
import { dominantBeat, totalSeconds } from './values.ts';

/** Bands of the electroencephalogram, and `noBeat` for time in which nothing beats at 0.5 Hz or more. */
export const BANDS = ['delta', 'theta', 'alpha', 'beta', 'gamma', 'noBeat'] as const;
export type BandName = (typeof BANDS)[number];
/** Seconds heard in each band. */
export type BandSeconds = Record<BandName, number>;

/**
 * Band of a beat: delta 0.5 to 4 Hz, theta 4 to 8, alpha 8 to 13, beta 13 to 30, gamma above 30. A lower limit
 * belongs to its band; 30 Hz itself is beta. Null and anything below 0.5 Hz is `noBeat`.
 */
export function bandOf(beatHz: number | null): BandName {
  if (beatHz === null || beatHz < 0.5) return 'noBeat';
  if (beatHz < 4) return 'delta';
  if (beatHz < 8) return 'theta';
  if (beatHz < 13) return 'alpha';
  return beatHz <= 30 ? 'beta' : 'gamma';
}

export function emptyBands(): BandSeconds {
  return { delta: 0, theta: 0, alpha: 0, beta: 0, gamma: 0, noBeat: 0 };
}

/** The bands of one pass, as runs: run i lasts from `starts[i]` to `starts[i + 1]` (the last one to the end). */
export interface BandProfile {
  durationSeconds: number;
  totalSeconds: number;
  starts: number[];
  bands: BandName[];
  /** Seconds in each band of one whole pass. */
  pass: BandSeconds;
  /** Lowest and highest beat that is heard, in Hz; null where nothing beats. */
  minBeatHz: number | null;
  maxBeatHz: number | null;
}

/** Courses between keyframes are looked at this often; a change of band in between is then found to 0.1 ms. */
const STEP_SECONDS = 1;
/** A program of more than this many steps is looked at in longer ones. */
const MAXIMUM_STEPS = 20_000;

/** Walks one pass of a program and notes where its dominant beat goes from one band to the next. */
export function bandProfile(program: Program): BandProfile {
  const { durationSeconds } = program;
  const step = Math.max(STEP_SECONDS, durationSeconds / MAXIMUM_STEPS);
  const times = new Set<number>([0]);
  for (let t = step; t < durationSeconds; t += step) times.add(t);
  for (const voice of program.voices) for (const { at } of voice.keyframes) if (at < durationSeconds) times.add(at);

  const beatAt = (t: number) => dominantBeat(program, t)?.beatHz ?? null;
  const sorted = [...times].sort((a, b) => a - b);
  const starts: number[] = [];
  const bands: BandName[] = [];
  let minBeatHz = Number.POSITIVE_INFINITY;
  let maxBeatHz = 0;
  const note = (t: number, band: BandName) => {
    if (bands.at(-1) === band) return;
    starts.push(t);
    bands.push(band);
  };
  for (const [index, from] of sorted.entries()) {
    const to = sorted[index + 1] ?? durationSeconds;
    // Just inside of both ends: at `to` a jump already shows the value after it, and at `from` a voice that fades in
    // is still silent.
    const begin = from + (to - from) * 1e-9;
    const end = to - (to - from) * 1e-9;
    const first = beatAt(begin);
    const last = beatAt(end);
    for (const beat of [first, last]) {
      if (beat === null) continue;
      minBeatHz = Math.min(minBeatHz, beat);
      maxBeatHz = Math.max(maxBeatHz, beat);
    }
    note(from, bandOf(first));
    let low = begin;
    // A fast course can cross more than one band within a step: find each crossing in turn.
    while (bands.at(-1) !== bandOf(last)) {
      const band = bands.at(-1);
      let high = end;
      while (high - low > 1e-4) {
        const middle = (low + high) / 2;
        if (bandOf(beatAt(middle)) === band) low = middle;
        else high = middle;
      }
      const next = bandOf(beatAt(high));
      if (next === band) break;
      note(high, next);
      low = high;
    }
  }
  const pass = emptyBands();
  for (const [index, start] of starts.entries()) {
    const band = bands[index];
    if (band) pass[band] += (starts[index + 1] ?? durationSeconds) - start;
  }
  return {
    durationSeconds,
    totalSeconds: totalSeconds(program),
    starts,
    bands,
    pass,
    // Rounded to a millionth of a hertz, because the ends were looked at from just inside.
    minBeatHz: maxBeatHz > 0 ? Math.round(minBeatHz * 1e6) / 1e6 : null,
    maxBeatHz: maxBeatHz > 0 ? Math.round(maxBeatHz * 1e6) / 1e6 : null,
  };
}

/** Seconds in each band between two positions, in seconds counted over all passes of a program. */
export function bandsBetween(profile: BandProfile, from: number, to: number): BandSeconds {
  const sum = emptyBands();
  if (!(to > from)) return sum;
  const { durationSeconds, starts, bands, pass } = profile;
  const whole = Math.max(0, Math.floor(to / durationSeconds) - Math.ceil(from / durationSeconds));
  if (whole > 0) for (const band of BANDS) sum[band] += whole * pass[band];
  const part = (a: number, b: number) => {
    for (const [index, start] of starts.entries()) {
      const band = bands[index];
      const overlap = Math.min(b, starts[index + 1] ?? durationSeconds) - Math.max(a, start);
      if (band && overlap > 0) sum[band] += overlap;
    }
  };
  const firstPass = Math.floor(from / durationSeconds);
  const lastPass = Math.floor(to / durationSeconds);
  if (firstPass === lastPass) {
    part(from - firstPass * durationSeconds, to - firstPass * durationSeconds);
  } else {
    if (from > firstPass * durationSeconds) part(from - firstPass * durationSeconds, durationSeconds);
    part(0, to - lastPass * durationSeconds);
  }
  return sum;
}
