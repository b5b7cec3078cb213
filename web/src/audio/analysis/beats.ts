import type { PulseFinding } from './close.ts';
import {
  type Course,
  courseOf,
  decibels,
  filled,
  isNote,
  isSteady,
  isSure,
  joined,
  median,
  type Pair,
  pairOf,
} from './courses.ts';
import { type Gated, gatedAmong, HELD_SECONDS, HELD_SHARE, type Lone, loneLines } from './lone.ts';
import type { Modulation } from './modulation.ts';
import { scatterOf, straightPieces } from './pieces.ts';
import type { Beat, Ear, Tone } from './report.ts';
import { interpolate, line, type Track } from './tracks.ts';

export interface Lines {
  seconds: number;
  mono: boolean;
  /** Length of the close spectrum's window in seconds. */
  window: number;
  tracks: Record<Ear, Track[]>;
  high: Record<Ear, Track[]>;
  pulses: PulseFinding[];
  modulations: Modulation[];
}

/** Highest beat, as in a program, and of two tones in one ear: above 45 Hz they are heard as two. */
const FASTEST = 100;
const FASTEST_MONAURAL = 45;
/** A tone in both ears is one if the weaker is no more than this under the stronger; else it is leakage. */
const LEAK_DB = 15;
/** Two tones of one ear beat audibly within this. */
const MONAURAL_DB = 12;
/** Tones weaker than the strongest by more than this are left out. */
const RANGE_DB = 45;
/** A beat lasts this long, or as long as the recording. */
const SHORTEST_BEAT = 15;
const SHORTEST_TONE = 10;

/**
 * Whether the other ear has the line as well, though it was not followed there: what is played to both ears makes no binaural beat.
 * The noise in that place, which a faint line hardly stands over, is taken off.
 */
function isShared({ track }: Course): boolean {
  const { amplitudes, contrasts, others } = track;
  const own = median(amplitudes) ** 2;
  const noise = own / median(contrasts);
  // The median of noise's power is ln 2 of its mean; frames overlap by three quarters.
  const excess = median(others) ** 2 - Math.LN2 * noise;
  return excess > SHARED * own + (2 * noise) / Math.sqrt(Math.max(1, track.length / 3));
}

/**
 * Whether two tones are notes of a chord: a minor third or more apart, each with two more partials of its own. Nobody makes a beat of these.
 */
function isChord(a: Course, b: Course, courses: readonly Course[]): boolean {
  const [one, other] = [median(a.track.hertz), median(b.track.hertz)];
  if (Math.max(one, other) / Math.min(one, other) < MINOR_THIRD) return false;
  return [one, other].every(
    (hz) =>
      courses.filter(({ track }) => {
        const order = Math.round(median(track.hertz) / hz);
        return order > 1 && order < 9 && Math.abs(median(track.hertz) - order * hz) < 0.05 * order;
      }).length >= 2,
  );
}

/**
 * Whether more lines stand around two at their distance or at a whole part of it: something that repeats at that rate, or a tone
 * that wavers, not two tones.
 */
function isComb(a: Course, b: Course, courses: readonly Course[]): boolean {
  const low = median(a.track.hertz);
  const high = median(b.track.hertz);
  return [1, 2, 3, 4, 6].some((parts) => {
    const step = Math.abs(high - low) / parts;
    if (step < 0.8) return false;
    const others = courses.filter((course) => {
      if (course === a || course === b) return false;
      const order = (median(course.track.hertz) - low) / step;
      return Math.abs(order) < 4 * parts && Math.abs(order - Math.round(order)) * step < Math.min(0.06, 0.05 * step);
    });
    return others.length >= 2 + parts / 2;
  });
}

/** Hz to each side in which lines of about one level are counted, dB, and how many make a crowd. */
const CROWD_HZ = 60;
const CROWD_DB = 15;
const CROWD = 4;
/** Steady lines of one ear above which all of them are such a comb. */
const MOST_STEADY = 14;
/** Lines of one ear, steady or not, that only music and speech have. */
const MANY = 24;
/** Share of its power with which a line stands in the other ear too. */
const SHARED = 0.35;
const MINOR_THIRD = 1.18;

/**
 * Whether a line stands among many of its strength: a piece that a machine plays repeats itself exactly, and what repeats is a
 * comb of lines that hold as well as any tone.
 */
function isCrowded(course: Course, courses: readonly Course[]): boolean {
  const hz = median(course.track.hertz);
  const near = courses.filter(
    (other) =>
      other !== course &&
      Math.abs(median(other.track.hertz) - hz) < CROWD_HZ &&
      Math.abs(decibels(other.level / course.level)) < CROWD_DB &&
      Math.min(other.to, course.to) - Math.max(other.from, course.from) > 0.5 * (course.to - course.from),
  );
  return near.length >= CROWD;
}

interface Pulses {
  course: Course;
  from: number;
  to: number;
  times: number[];
  rates: number[];
  duty: number;
  depth: number;
  edgeSeconds: number;
  mean: number;
  pulseAt: number;
  uncertaintyHz: number;
}

/** Most that a pulse's shape may differ from one with a flat top and even edges: what is plucked or struck differs more. */
const MOST_MISFIT = 0.3;

function mergedPulses(findings: readonly PulseFinding[], courses: readonly Course[], seconds: number): Pulses[] {
  const rows: Pulses[] = [];
  for (const { track, pulsation } of [...findings].sort((a, b) => a.pulsation.from - b.pulsation.from)) {
    if (pulsation.misfit > MOST_MISFIT || pulsation.depth < 0.1) continue;
    const middle = (pulsation.from + pulsation.to) / 2;
    const hz = track.at(middle);
    const course = courses.find(
      (each) =>
        each.ear === track.ear && each.from < middle && each.to > middle && Math.abs(each.track.at(middle) - hz) < 0.2,
    );
    if (!course) continue;
    const row = rows.findLast(
      (each) =>
        each.course === course &&
        Math.abs(each.to - pulsation.from) < 9 &&
        Math.abs((each.rates.at(-1) as number) - (pulsation.rates[0] as number)) < 0.6,
    );
    if (!row) {
      rows.push({ course, ...pulsation, times: [...pulsation.times], rates: [...pulsation.rates] });
      continue;
    }
    const old = row.to - row.from;
    const more = pulsation.to - pulsation.from;
    const mix = (a: number, b: number) => (a * old + b * more) / (old + more);
    row.duty = mix(row.duty, pulsation.duty);
    row.depth = mix(row.depth, pulsation.depth);
    row.edgeSeconds = mix(row.edgeSeconds, pulsation.edgeSeconds);
    row.mean = mix(row.mean, pulsation.mean);
    row.uncertaintyHz = Math.min(row.uncertaintyHz, pulsation.uncertaintyHz);
    row.to = pulsation.to;
    row.times.push(...pulsation.times);
    row.rates.push(...pulsation.rates);
  }
  return rows.filter((row) => {
    row.from = Math.max(row.from, row.course.from);
    row.to = Math.min(row.to, row.course.to);
    return row.to - row.from >= Math.min(12, 0.7 * seconds);
  });
}

/** A sine's swing has no flat top: its pulse is as good as the whole period. */
const isSwing = ({ duty }: Pulses) => duty > 0.85;

/**
 * Whether pulses are such: not harmonics of one low tone, which are a comb as well; not the faint or slow swing that chorus and
 * vibrato give a note; not so short that any comb of lines would do.
 */
function isGate(row: Pulses): boolean {
  const middle = (row.from + row.to) / 2;
  const rate = interpolate(row.times, row.rates, middle);
  const ratio = row.course.track.at(middle) / rate;
  if (ratio < 2.6 && Math.abs(ratio - Math.round(ratio)) < 0.02) return false;
  if (row.duty < 0.08) return false;
  return !isSwing(row) || (row.depth >= 0.25 && rate >= 2.5);
}

/** A line that belongs to the pulses of another: it stands a whole number of rates beside it. */
function isSideband(course: Course, pulses: readonly Pulses[]): boolean {
  return pulses.some((row) => {
    if (row.course === course || row.course.ear !== course.ear) return false;
    const from = Math.max(course.from, row.from - 4);
    const to = Math.min(course.to, row.to + 4);
    if (to - from < 0.4 * (course.to - course.from)) return false;
    let off = 0;
    for (const share of [0.25, 0.5, 0.75]) {
      const t = from + share * (to - from);
      const rate = interpolate(row.times, row.rates, t);
      const distance = Math.abs(course.track.at(t) - row.course.track.at(t)) / rate;
      const order = Math.round(distance);
      if (order === 0) return false;
      off = Math.max(off, (Math.abs(distance - order) * rate) / Math.sqrt(order));
    }
    return off < 0.2 && course.level < row.course.level;
  });
}

/** Leaves out what a jump or a change of level of a stronger line throws beside it. */
function withoutFlanks(courses: readonly Course[]): Course[] {
  return courses.filter(
    (course) =>
      !courses.some((other) => {
        if (other === course) return false;
        const overlap = Math.min(other.to, course.to) - Math.max(other.from, course.from);
        if (overlap < 0.6 * (course.to - course.from)) return false;
        const middle = (Math.max(other.from, course.from) + Math.min(other.to, course.to)) / 2;
        const apart = Math.abs(other.track.at(middle) - course.track.at(middle));
        const under = decibels(other.level / course.level);
        return (apart < 0.4 && under > 3) || (apart < 1 && under > 14) || (apart < 4 && under > 30);
      }),
  );
}

function deviation(course: Course): number {
  // Frames overlap by three quarters and share most of their noise.
  return Math.max(course.scatter / Math.sqrt(Math.max(1, course.track.length / 3)), 2e-4);
}

function tonesOf(course: Course, hop: number): Tone[] {
  const { track, ear } = course;
  const { times, hertz, amplitudes } = track;
  const weights = amplitudes.map((value) => value * value);
  const pieces = straightPieces(times, hertz, Math.max(0.04, 4 * course.scatter), weights);
  return pieces.map(({ from, to, fit }, index) => {
    const start = index === 0 ? course.from : ((times[from - 1] as number) + (times[from] as number)) / 2;
    const end = index === pieces.length - 1 ? course.to : ((times[to - 1] as number) + (times[to] as number)) / 2;
    const still = Math.abs(fit.slope) * (end - start) < Math.max(0.03, 4 * fit.error);
    const middle = fit.at((start + end) / 2);
    return {
      ear,
      fromSeconds: start,
      toSeconds: end,
      startHz: still ? middle : fit.at(start),
      endHz: still ? middle : fit.at(end),
      levelDb: decibels(median(amplitudes.slice(from, to))),
      uncertaintyHz: Math.max(
        deviation(course),
        fit.scatter / Math.sqrt(Math.max(1, (to - from) / 3)),
        hop > 100 ? 1 : 2e-4,
      ),
    };
  });
}

function beatsOf(
  pair: Omit<Pair, 'upper' | 'lower'>,
  common: Omit<
    Beat,
    'beatHz' | 'carrierHz' | 'carrierStartHz' | 'carrierEndHz' | 'fromSeconds' | 'toSeconds' | 'startHz' | 'endHz'
  >,
): Beat[] {
  const { times, beats, carriers, weights } = pair;
  const pieces = straightPieces(times, beats, Math.max(0.05, 4 * scatterOf(beats)), weights);
  return pieces.map(({ from, to, fit }, index) => {
    const start = index === 0 ? pair.from : ((times[from - 1] as number) + (times[from] as number)) / 2;
    const end = index === pieces.length - 1 ? pair.to : ((times[to - 1] as number) + (times[to] as number)) / 2;
    const still = Math.abs(fit.slope) * (end - start) < Math.max(0.03, 4 * fit.error);
    const middle = fit.at((start + end) / 2);
    const carrier = carriers.length > 0 ? line(times, carriers, from, to, weights) : null;
    return {
      ...common,
      beatHz: middle,
      carrierHz: carrier?.at((start + end) / 2) ?? null,
      carrierStartHz: carrier?.at(start) ?? null,
      carrierEndHz: carrier?.at(end) ?? null,
      fromSeconds: start,
      toSeconds: end,
      startHz: still ? middle : fit.at(start),
      endHz: still ? middle : fit.at(end),
    };
  });
}

/** Two tones further apart than this share of their pitch are no detuned oscillators: 14 cents. */
const MOST_DETUNE = 0.008;

/**
 * Pairs whose distance grows with their pitch, three or more at once: oscillators of a synthesizer, or strings, out of tune with
 * each other by so many cents. A program's beat is the same at every pitch.
 */
function withoutDetune(pairs: readonly Pair[], among: readonly Pair[]): Pair[] {
  const factsOf = (pair: Pair) => {
    const hz = median(pair.carriers);
    return { pair, hz, share: median(pair.beats) / hz };
  };
  const all = among.map(factsOf);
  return pairs
    .map(factsOf)
    .filter(({ pair, hz, share }) => {
      if (share > MOST_DETUNE) return true;
      const pitches = all
        .filter(
          (other) =>
            Math.abs(other.share / share - 1) < 0.08 &&
            Math.min(other.pair.to, pair.to) - Math.max(other.pair.from, pair.from) > 0.3 * (pair.to - pair.from),
        )
        .map((other) => other.hz)
        .filter((other, n, all) => all.findIndex((each) => Math.abs(each / other - 1) < 0.05) === n);
      return pitches.filter((other) => Math.abs(other / hz - 1) > 0.05).length < 2;
    })
    .map(({ pair }) => pair);
}

/** Two lines with a stronger one just in their middle are its sidebands: a tone that grows louder and softer. */
function isSwingOf(pair: Pair, courses: readonly Course[]): boolean {
  const middle = median(pair.carriers);
  return courses.some(
    (course) =>
      course !== pair.upper &&
      course !== pair.lower &&
      Math.abs(median(course.track.hertz) - middle) < 0.06 &&
      course.level > Math.max(pair.upper.level, pair.lower.level),
  );
}

/** Hum of the mains and its harmonics: not put there by anybody. */
function isHum(a: Course, b: Course): boolean {
  return [50, 60].some((mains) =>
    [a, b].every(({ track }) => {
      const hz = median(track.hertz);
      const order = Math.round(hz / mains);
      return order >= 1 && Math.abs(hz / order - mains) < 0.1;
    }),
  );
}

/** Tones and beats from the lines of both ears. */
export function findBeats(lines: Lines): { tones: Tone[]; beats: Beat[] } {
  const { seconds, mono } = lines;
  const hop = lines.window / 4;
  const shortestTone = Math.min(SHORTEST_TONE, 0.7 * seconds);
  const shortestBeat = Math.min(SHORTEST_BEAT, 0.7 * seconds);
  const coursesOf = (ear: Ear) =>
    joined(lines.tracks[ear], hop)
      .map((track) => courseOf(track, hop, seconds))
      .filter((course): course is Course => course !== null)
      .filter(
        (course) =>
          course.to - course.from >= shortestTone &&
          filled(course, hop) > 0.55 &&
          course.scatter < 0.25 &&
          isSure(course, hop),
      );
  let left = coursesOf('left');
  let right = mono ? [] : coursesOf('right');
  const loudest = Math.max(...left.map(({ level }) => level), ...right.map(({ level }) => level), 0);
  const audible = ({ level }: Course) => decibels(level / loudest) > -RANGE_DB;
  left = left.filter(audible);
  right = right.filter(audible);
  left = withoutFlanks(left);
  right = withoutFlanks(right);
  const lone = { left: loneLines(left, hop, seconds), right: loneLines(right, hop, seconds) };
  const all = mergedPulses(lines.pulses, [...left, ...right], seconds);
  const pulses = all.filter(({ course }) => !isSideband(course, all));
  left = left.filter((course) => !isSideband(course, pulses));
  right = right.filter((course) => !isSideband(course, pulses));
  // Lines that both ears have.
  const common = new Map<Course, Course>();
  const leaks = new Set<Course>();
  for (const a of left) {
    for (const b of right) {
      const pair = pairOf(a, b, hop);
      if (!pair || pair.to - pair.from < 0.5 * Math.min(a.to - a.from, b.to - b.from)) continue;
      if (median(pair.beats) > Math.max(0.05, 4 * (a.scatter + b.scatter)) || median(pair.beats) > 0.3) continue;
      const step = decibels(a.level / b.level);
      if (step > LEAK_DB) leaks.add(b);
      else if (step < -LEAK_DB) leaks.add(a);
      else {
        common.set(a, b);
        common.set(b, a);
      }
    }
  }
  left = left.filter((course) => !leaks.has(course));
  right = right.filter((course) => !leaks.has(course));
  const pulsed = new Set(pulses.map(({ course }) => course));
  const beats: Beat[] = [];
  const steady = (course: Course) => isSteady(course, hop);
  beats.push(...binauralBeats(left, right, common, pulsed, hop, shortestBeat, seconds, steady));
  beats.push(...monauralBeats(left, right, common, pulsed, mono, hop, shortestBeat, steady));
  const clear = pulses.filter((row) => {
    const courses = row.course.ear === 'left' ? left : right;
    return !isCrowded(row.course, courses) && !(isSwing(row) && isNote(row.course, courses));
  });
  beats.push(...isochronicBeats(clear, common, mono, hop, shortestBeat));
  for (const ear of ['left', 'right'] as const)
    lone[ear].lines = lone[ear].lines.filter((course) => !leaks.has(course));
  // Where the stricter rules tell a beat, lines beside it are its own: sidebands of pulses, of swells.
  if (beats.length === 0) beats.push(...beatsUnderMusic(lone, common, { mono, hop, shortest: shortestBeat, seconds }));
  beats.push(...modulationBeats(lines.modulations, beats, [...left, ...right], shortestBeat));
  const tones = [...left, ...right].flatMap((course) => tonesOf(course, hop));
  for (const ear of mono ? (['left'] as const) : (['left', 'right'] as const)) {
    for (const track of lines.high[ear]) {
      const whole = track.length === 3 && track.last > 0.7 * seconds;
      const course: Course | null = whole
        ? { ear, from: 0, to: seconds, track, level: median(track.amplitudes), scatter: 0.05 }
        : courseOf(track, 2.2, seconds);
      if (course && (course.to - course.from < shortestTone || filled(course, 2.2) < 0.55 || course.scatter > 0.5))
        continue;
      if (course) tones.push(...tonesOf(course, 2.2));
    }
  }
  const both: Tone[] = mono ? tones.map((tone) => ({ ...tone, ear: 'right' })) : [];
  const byTime = (a: { fromSeconds: number }, b: { fromSeconds: number }) => a.fromSeconds - b.fromSeconds;
  return { tones: [...tones, ...both].sort(byTime), beats: beats.sort(byTime) };
}

function binauralBeats(
  left: readonly Course[],
  right: readonly Course[],
  common: ReadonlyMap<Course, Course>,
  pulsed: ReadonlySet<Course>,
  hop: number,
  shortest: number,
  seconds: number,
  holds: (course: Course) => boolean,
): Beat[] {
  const candidates: { pair: Pair; cost: number }[] = [];
  /** All pairs that could beat, for their distances. */
  const audible: Pair[] = [];
  const ownOf = (courses: readonly Course[]) => courses.filter((course) => !common.has(course) && !pulsed.has(course));
  const alone = (own: readonly Course[]) => {
    const steady = own.filter((course) => holds(course) && !isShared(course));
    return steady.length > MOST_STEADY ? [] : steady.filter((course) => !isCrowded(course, own));
  };
  const [leftOwn, rightOwn] = [ownOf(left), ownOf(right)];
  const clear = new Set([...alone(leftOwn), ...alone(rightOwn)]);
  const held = Math.min(HELD_SHARE * seconds, HELD_SECONDS);
  const least = Math.max(left.length, right.length) > MANY ? Math.max(shortest, held) : shortest;
  for (const a of leftOwn) {
    for (const b of rightOwn) {
      const pair = pairOf(a, b, hop);
      if (!pair || pair.to - pair.from < shortest) continue;
      const beat = median(pair.beats);
      const step = Math.abs(decibels(a.level / b.level));
      if (beat > FASTEST || step > 12) continue;
      audible.push(pair);
      if (pair.to - pair.from < least || !clear.has(a) || !clear.has(b)) continue;
      const apart = Math.abs(a.from - b.from) + Math.abs(a.to - b.to);
      candidates.push({ pair, cost: beat / 10 + step / 3 + (3 * apart) / (pair.to - pair.from) });
    }
  }
  candidates.sort((a, b) => a.cost - b.cost);
  const used: Pair[] = [];
  for (const { pair } of candidates) {
    // A tone may pair with one after another, not with two at once.
    const busy = used.some(
      (other) =>
        (other.upper === pair.upper ||
          other.upper === pair.lower ||
          other.lower === pair.upper ||
          other.lower === pair.lower) &&
        Math.min(other.to, pair.to) - Math.max(other.from, pair.from) > 2 * hop,
    );
    if (!busy) used.push(pair);
  }
  const partial = (pair: Pair) =>
    used.some((other) => {
      if (other === pair) return false;
      const order = Math.round(median(pair.carriers) / median(other.carriers));
      if (order < 2 || order > 16) return false;
      const near = (a: Course, b: Course) =>
        Math.abs(median(a.track.hertz) - order * median(b.track.hertz)) < 0.06 * order;
      return (
        near(pair.upper, other.upper) && near(pair.lower, other.lower) && Math.abs(pair.from - other.from) < 3 * hop
      );
    });
  return withoutDetune(used, audible)
    .filter((pair) => !partial(pair))
    .flatMap((pair) =>
      beatsOf(pair, {
        kind: 'binaural',
        ear: 'both',
        duty: null,
        depth: null,
        edgeSeconds: null,
        alternating: false,
        upperEar: pair.upper.ear,
        levelDb: decibels(Math.min(pair.upper.level, pair.lower.level)),
        uncertaintyHz: Math.hypot(deviation(pair.upper), deviation(pair.lower)),
      }),
    );
}

function monauralBeats(
  left: readonly Course[],
  right: readonly Course[],
  common: ReadonlyMap<Course, Course>,
  pulsed: ReadonlySet<Course>,
  mono: boolean,
  hop: number,
  shortest: number,
  holds: (course: Course) => boolean,
): Beat[] {
  const beats: Beat[] = [];
  const done = new Set<string>();
  for (const [ear, courses] of [
    ['left', left],
    ['right', right],
  ] as const) {
    if (courses.filter(holds).length > MOST_STEADY) continue;
    // Among very many lines some hold by chance: there only the loudest count.
    const quietest =
      courses.length > MANY ? Math.max(...courses.map(({ level }) => level)) * 10 ** (-MONAURAL_DB / 20) : 0;
    const found: Pair[] = [];
    const audible: Pair[] = [];
    for (const [index, a] of courses.entries()) {
      for (const b of courses.slice(index + 1)) {
        const pair = pairOf(a, b, hop);
        if (!pair) continue;
        const beat = median(pair.beats);
        const step = Math.abs(decibels(a.level / b.level));
        if (beat > FASTEST_MONAURAL || beat < 0.2 || step > MONAURAL_DB) continue;
        audible.push(pair);
        if (pair.to - pair.from < shortest || pulsed.has(a) || pulsed.has(b)) continue;
        if (!holds(a) || !holds(b) || Math.min(a.level, b.level) < quietest) continue;
        if (isHum(a, b) || isChord(a, b, courses) || isComb(a, b, courses)) continue;
        if (isCrowded(a, courses) || isCrowded(b, courses)) continue;
        if (!isSwingOf(pair, courses)) found.push(pair);
      }
    }
    for (const pair of withoutDetune(found, audible)) {
      const { upper: a, lower: b } = pair;
      const twins = [common.get(a), common.get(b)];
      const both = mono || (twins[0] !== undefined && twins[1] !== undefined);
      const name = (...pairOfLeft: (Course | undefined)[]) =>
        pairOfLeft
          .map((course) => left.indexOf(course as Course))
          .sort((x, y) => x - y)
          .join();
      if (both && !mono && ear === 'right' && done.has(name(...twins))) continue;
      if (ear === 'left') done.add(name(a, b));
      const low = Math.min(a.level, b.level);
      const high = Math.max(a.level, b.level);
      beats.push(
        ...beatsOf(pair, {
          kind: 'monaural',
          ear: both ? 'both' : ear,
          duty: null,
          // Deepest against loudest moment of the sum.
          depth: 1 - (high - low) / (high + low),
          edgeSeconds: null,
          alternating: false,
          upperEar: null,
          levelDb: decibels(low),
          uncertaintyHz: Math.hypot(deviation(a), deviation(b)),
        }),
      );
    }
  }
  return beats;
}

function isochronicBeats(
  pulses: readonly Pulses[],
  common: ReadonlyMap<Course, Course>,
  mono: boolean,
  hop: number,
  shortest: number,
): Beat[] {
  const beats: Beat[] = [];
  const done = new Set<Pulses>();
  for (const row of pulses) {
    if (done.has(row) || row.to - row.from < shortest || !isSteady(row.course, hop) || !isGate(row)) continue;
    done.add(row);
    const middle = (row.from + row.to) / 2;
    const rate = interpolate(row.times, row.rates, middle);
    const hz = row.course.track.at(middle);
    const twin = pulses.find(
      (other) =>
        !done.has(other) &&
        other.course.ear !== row.course.ear &&
        other.from < middle &&
        other.to > middle &&
        Math.abs(other.course.track.at(middle) - hz) < 0.2 &&
        Math.abs(interpolate(other.times, other.rates, middle) - rate) < 0.05,
    );
    // A wave with harmonics is gated as a whole.
    if (
      pulses.some((other) => {
        if (other === row || other.course.ear !== row.course.ear || other.from > middle || other.to < middle)
          return false;
        const order = Math.round(hz / other.course.track.at(middle));
        return (
          order > 1 &&
          Math.abs(hz - order * other.course.track.at(middle)) < 0.1 * order &&
          Math.abs(interpolate(other.times, other.rates, middle) - rate) < 0.05
        );
      })
    )
      continue;
    let alternating = false;
    if (twin) {
      done.add(twin);
      const shift = Math.abs((twin.pulseAt - row.pulseAt) * rate) % 1;
      alternating = Math.min(shift, 1 - shift) > 0.35;
    }
    const factor = alternating ? 2 : 1;
    beats.push(
      ...beatsOf(
        {
          from: row.from,
          to: row.to,
          times: row.times,
          beats: row.rates.map((value) => value * factor),
          carriers: row.times.map((t) => row.course.track.at(t)),
          weights: row.times.map(() => 1),
        },
        {
          kind: 'isochronic',
          ear: mono || twin || common.has(row.course) ? 'both' : row.course.ear,
          duty: Math.min(0.95, row.duty * factor),
          depth: row.depth,
          edgeSeconds: row.edgeSeconds,
          alternating,
          upperEar: null,
          levelDb: decibels(row.course.level / Math.max(0.02, row.mean)),
          uncertaintyHz: row.uncertaintyHz,
        },
      ),
    );
  }
  return beats;
}

/** Beats of lone lines: what lies under music is told by these alone, for everything else in it comes and goes. */
function beatsUnderMusic(
  lone: Readonly<Record<Ear, Lone>>,
  common: ReadonlyMap<Course, Course>,
  { mono, hop, shortest, seconds }: { mono: boolean; hop: number; shortest: number; seconds: number },
): Beat[] {
  const gated = { left: gatedAmong(lone.left, hop), right: gatedAmong(lone.right, hop) };
  const free = (courses: readonly Course[], rows: readonly Gated[]) =>
    courses.filter((course) =>
      rows.every(({ carrier, sides }) => {
        const order = Math.abs(median(course.track.hertz) - median(carrier.track.hertz)) / (median(sides.beats) / 2);
        return Math.abs(order - Math.round(order)) > 0.02;
      }),
    );
  const [freeLeft, freeRight] = [free(lone.left.lines, gated.left), free(lone.right.lines, gated.right)];
  const beats = [
    ...binauralBeats(freeLeft, freeRight, common, new Set(), hop, shortest, seconds, () => true),
    ...monauralBeats(freeLeft, freeRight, common, new Set(), mono, hop, shortest, (course) => isSteady(course, hop)),
  ];
  for (const ear of ['left', 'right'] as const) {
    for (const { carrier, sides } of gated[ear]) {
      const rate = median(sides.beats) / 2;
      const hertz = median(carrier.track.hertz);
      const isTwin = (other: Gated) =>
        Math.abs(median(other.carrier.track.hertz) - hertz) < 0.1 &&
        Math.abs(median(other.sides.beats) / 2 - rate) < 0.05;
      const both = mono || common.has(carrier) || gated[ear === 'left' ? 'right' : 'left'].some(isTwin);
      if (ear === 'right' && gated.left.some(isTwin)) continue;
      const swing = (sides.upper.level + sides.lower.level) / carrier.level;
      beats.push(
        ...beatsOf(
          { ...sides, beats: sides.beats.map((value) => value / 2) },
          {
            kind: 'isochronic',
            ear: both ? 'both' : ear,
            duty: null,
            depth: Math.min(1, swing),
            edgeSeconds: null,
            alternating: false,
            upperEar: null,
            levelDb: decibels(carrier.level),
            uncertaintyHz: Math.hypot(deviation(sides.upper), deviation(sides.lower)) / 2,
          },
        ),
      );
    }
  }
  return beats;
}

function modulationBeats(
  modulations: readonly Modulation[],
  beats: readonly Beat[],
  courses: readonly Course[],
  shortest: number,
): Beat[] {
  const quietest = Math.max(0, ...courses.map(({ level }) => level)) * 10 ** (-MONAURAL_DB / 20);
  const rows: Modulation[] = [];
  for (const modulation of modulations) {
    const row = rows.at(-1);
    const { pulsation } = modulation;
    if (
      row &&
      Math.abs(row.to - modulation.from) < 5 &&
      row.alternating === modulation.alternating &&
      Math.abs((row.pulsation.rates.at(-1) as number) - (pulsation.rates[0] as number)) < 0.3
    ) {
      row.pulsation.times.push(...pulsation.times);
      row.pulsation.rates.push(...pulsation.rates);
      row.to = modulation.to;
    } else
      rows.push({
        ...modulation,
        pulsation: { ...pulsation, times: [...pulsation.times], rates: [...pulsation.rates] },
      });
  }
  return rows
    .filter(({ from, to, pulsation }) => {
      if (to - from < shortest || pulsation.depth < 0.2) return false;
      const rate = median(pulsation.rates);
      const near = (hz: number) => Math.abs(hz - rate) < 0.1;
      // The tones' own beating, heard through the bands.
      if (
        beats.some(
          (beat) =>
            beat.kind !== 'binaural' &&
            (near(beat.beatHz) || near(beat.beatHz / 2)) &&
            beat.fromSeconds < to &&
            beat.toSeconds > from,
        )
      )
        return false;
      // Two tones so far apart beat; a tone with one such line to each side grows louder and softer.
      const lines = courses
        .filter(({ level, ...course }) => level > quietest && course.to - course.from > 0.5 * (to - from))
        .map((course) => ({ ear: course.ear, hz: median(course.track.hertz) }));
      const at = (ear: Ear, hz: number) => lines.some((each) => each.ear === ear && Math.abs(each.hz - hz) < 0.1);
      let pairs = 0;
      let swings = 0;
      for (const { ear, hz } of lines) {
        if (!at(ear, hz + rate)) continue;
        if (at(ear, hz - rate)) swings++;
        else if (!at(ear, hz + 2 * rate)) pairs++;
      }
      return pairs <= swings;
    })
    .flatMap(({ from, to, pulsation, alternating }) =>
      beatsOf(
        {
          from,
          to,
          times: pulsation.times,
          beats: pulsation.rates.map((value) => value * (alternating ? 2 : 1)),
          carriers: [],
          weights: pulsation.times.map(() => 1),
        },
        {
          kind: 'modulation',
          ear: 'both',
          duty: pulsation.duty > 0.85 ? null : pulsation.duty,
          depth: pulsation.depth,
          edgeSeconds: pulsation.edgeSeconds,
          alternating,
          upperEar: null,
          levelDb: Number.NaN,
          uncertaintyHz: pulsation.uncertaintyHz,
        },
      ),
    );
}
