/** What lies under music: its notes end, and what a machine repeats makes lines at whole multiples of one rate. A protocol's tones do neither. */
import { type Course, decibels, filled, isNote, median, type Pair, pairOf } from './courses.ts';
import { scatterOf } from './pieces.ts';

/** A line that is held lasts for this share of the recording, or for so many seconds: notes end. */
export const HELD_SHARE = 0.85;
export const HELD_SECONDS = 120;
/** A held line strays by no more than this in Hz and dB: notes that are struck again do by more. */
const HELD_SCATTER = 0.03;
const HELD_SCATTER_DB = 1.2;
/** Share of its time in which a held line is seen, where music covers it now and then. */
const HELD_FILLED = 0.8;
/** Hz by which lines of one comb are off their places. */
const COMB_HZ = 0.02;
/** Rates in Hz at which a machine may repeat itself. */
const SLOWEST_LOOP = 0.45;
const FASTEST_LOOP = 12;
/** Lines of a comb, and the share of all held lines that they are. */
const COMB_LINES = 8;
const COMB_SHARE = 0.4;
/** Lines in an ear from which on its sound is taken for music. */
const FEW = 14;

/** Whether a line is there all the time (or for two minutes) and holds: what no note does, however often it comes back. */
function isHeld(course: Course, hop: number, seconds: number): boolean {
  if (course.to - course.from < Math.min(HELD_SHARE * seconds, HELD_SECONDS) || filled(course, hop) < HELD_FILLED)
    return false;
  return course.scatter < HELD_SCATTER && scatterOf(course.track.amplitudes.map(decibels)) < HELD_SCATTER_DB;
}

/** Hz by which a frequency is off the nearest multiple of a step. */
const offStep = (hz: number, step: number) => Math.abs(hz - step * Math.round(hz / step));

/**
 * The rate at which something repeats itself exactly, which makes lines at its multiples: the highest that explains most of the lines. Null where
 * none explains many.
 */
function loopRate(hertz: readonly number[]): number | null {
  let best = 0;
  let step = 0;
  for (const hz of hertz) {
    for (let order = Math.ceil(hz / FASTEST_LOOP); order <= hz / SLOWEST_LOOP; order++) {
      const tried = hz / order;
      let there = 0;
      for (const other of hertz) if (offStep(other, tried) < COMB_HZ) there++;
      // A half or a third of the rate explains a few more by chance.
      if (there > 1.1 * best || (there > 0.9 * best && tried > 1.5 * step)) {
        best = Math.max(best, there);
        step = tried;
      } else if (there > best && Math.abs(tried - step) < 0.1 * step) {
        best = there;
        step = tried;
      }
    }
  }
  if (best < Math.max(COMB_LINES, COMB_SHARE * hertz.length)) return null;
  const on = hertz.filter((hz) => offStep(hz, step) < COMB_HZ);
  // Notes that last have partials far apart.
  const beside = on.filter((hz) => on.some((other) => other !== hz && Math.abs(other - hz) < 2.5 * step));
  return beside.length > 0.6 * on.length ? step : null;
}

/** What of an ear full of lines may be a protocol's. */
export interface Lone {
  /** Held lines that belong to no note and to no rhythm of a machine. */
  lines: Course[];
  /** These and all others that are of no such rhythm: sidebands of a tone are covered more easily than the tone. */
  beside: Course[];
}

export function loneLines(courses: readonly Course[], hop: number, seconds: number): Lone {
  if (courses.length <= FEW) return { lines: [], beside: [] };
  const held = courses.filter((course) => isHeld(course, hop, seconds));
  const loop = loopRate(held.map(({ track }) => median(track.hertz)));
  const beside = courses.filter(({ track }) => loop === null || offStep(median(track.hertz), loop) > COMB_HZ);
  return { lines: beside.filter((course) => held.includes(course) && !isNote(course, held)), beside };
}

/** A carrier and the first sidebands of its pulses. */
export interface Gated {
  carrier: Course;
  sides: Pair;
}

/** dB by which two sidebands may differ, and by how much they are under the carrier, at least and at most. */
const SIDES_DB = 3;
const UNDER_CARRIER_DB = 1;
const FAINTEST_SIDE_DB = 5.5;
const SIDES_SHARE = 0.6;
const SLOWEST_PULSES = 0.8;
const FASTEST_PULSES = 60;

/** Tones gated under music, by their strongest sidebands: the envelope around them is the music's. */
export function gatedAmong({ lines, beside }: Lone, hop: number): Gated[] {
  const found: Gated[] = [];
  for (const carrier of lines) {
    const hz = median(carrier.track.hertz);
    const sides: Pair[] = [];
    for (const [index, a] of beside.entries()) {
      for (const b of beside.slice(index + 1)) {
        if (a === carrier || b === carrier || Math.abs(decibels(a.level / b.level)) > SIDES_DB) continue;
        const under = decibels(carrier.level / Math.max(a.level, b.level));
        if (under < UNDER_CARRIER_DB || under > FAINTEST_SIDE_DB) continue;
        if (Math.abs(median(a.track.hertz) + median(b.track.hertz) - 2 * hz) > 2 * COMB_HZ) continue;
        const pair = pairOf(a, b, hop);
        if (!pair || pair.to - pair.from < SIDES_SHARE * (carrier.to - carrier.from)) continue;
        const rate = median(pair.beats) / 2;
        if (rate >= SLOWEST_PULSES && rate <= FASTEST_PULSES) sides.push(pair);
      }
    }
    sides.sort((a, b) => b.upper.level - a.upper.level);
    const [strongest] = sides;
    if (!strongest) continue;
    // A note with vibrato has such lines too, of which others are as strong as the one between them.
    const rate = median(strongest.beats) / 2;
    const equals = beside.some(({ track, level, from, to }) => {
      const apart = Math.abs(median(track.hertz) - hz);
      return (
        to - from > SIDES_SHARE * (carrier.to - carrier.from) &&
        apart > rate / 2 &&
        apart < 4.5 * rate &&
        offStep(apart, rate) < COMB_HZ &&
        decibels(carrier.level / level) < UNDER_CARRIER_DB
      );
    });
    if (!equals) found.push({ carrier, sides: strongest });
  }
  // Nor are there two such tones at one rate, or at a multiple of it, among the lines of one vibrato.
  const rateOf = ({ sides }: Gated) => median(sides.beats) / 2;
  return found.filter((one) =>
    found.every(
      (other) =>
        other === one || offStep(Math.max(rateOf(one), rateOf(other)), Math.min(rateOf(one), rateOf(other))) > COMB_HZ,
    ),
  );
}
