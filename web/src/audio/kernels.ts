import { fraction } from './blocks.ts';

/*
 * The inner loops. Phases are in cycles: a + b·n + c·n² with n = 0 at the first sample; amplitudes are p + q·n + r·n².
 * All state is float64 and begins anew at each call, so no error lives longer than a block.
 */

/** One share of the way, in the amplitude and phase polynomials of one oscillator. */
export interface Course {
  a: number;
  b: number;
  c: number;
  p: number;
  q: number;
  r: number;
}

export function makeCourse(): Course {
  return { a: 0, b: 0, c: 0, p: 0, q: 0, r: 0 };
}

const TURN = 2 * Math.PI;

/** Longest and shortest chord, in frames. */
const LONGEST_CHORD = 256;
const SHORTEST_CHORD = 32;

/**
 * Frames for which a chord of both courses stays within 1e-7 rad of them (its error is c·frames²/4 cycles), or 0 where
 * they bend too much for the shortest.
 */
export function chordFrames(first: Course, second: Course): number {
  const bend = Math.max(Math.abs(first.c), Math.abs(second.c)) / 4;
  let frames = LONGEST_CHORD;
  while (frames >= SHORTEST_CHORD && bend * frames * frames * TURN > 1e-7) frames /= 2;
  return frames >= SHORTEST_CHORD ? frames : 0;
}

/**
 * Adds two steady or slowly gliding sines. Every `chord` frames the exact phase is reached by rotation; between, the
 * recurrence of a steady sine, y[n + 1] = 2 cos(w) y[n] − y[n − 1], runs along the chord.
 */
export function addSlowPair(
  left: Float64Array,
  right: Float64Array,
  from: number,
  to: number,
  first: Course,
  second: Course,
  chord: number,
): void {
  const flat = first.q === 0 && first.r === 0 && second.q === 0 && second.r === 0;
  const p1 = flat ? first.p : 1;
  const p2 = flat ? second.p : 1;
  // Of each sine: the rotor at the chord's start, the step of a frame and of a chord, and what turns these two.
  let re1 = p1 * Math.cos(TURN * first.a);
  let im1 = p1 * Math.sin(TURN * first.a);
  let re2 = p2 * Math.cos(TURN * second.a);
  let im2 = p2 * Math.sin(TURN * second.a);
  let w1 = TURN * (first.b + first.c * chord);
  let w2 = TURN * (second.b + second.c * chord);
  let stepRe1 = Math.cos(w1);
  let stepIm1 = Math.sin(w1);
  let stepRe2 = Math.cos(w2);
  let stepIm2 = Math.sin(w2);
  w1 *= chord;
  w2 *= chord;
  let chordRe1 = Math.cos(w1);
  let chordIm1 = Math.sin(w1);
  let chordRe2 = Math.cos(w2);
  let chordIm2 = Math.sin(w2);
  // Turns this small (below 1e-4) are exact by their series to 1e-17.
  const v1 = TURN * 2 * chord * first.c;
  const v2 = TURN * 2 * chord * second.c;
  const u1 = v1 * chord;
  const u2 = v2 * chord;
  let t = 0;
  for (let start = from; start < to; start += chord) {
    const end = Math.min(to, start + chord);
    const i = start - from;
    const k1 = 2 * stepRe1;
    const k2 = 2 * stepRe2;
    let y1 = im1;
    let y2 = im2;
    let x1 = im1 * stepRe1 - re1 * stepIm1;
    let x2 = im2 * stepRe2 - re2 * stepIm2;
    t = re1 * chordRe1 - im1 * chordIm1;
    im1 = re1 * chordIm1 + im1 * chordRe1;
    re1 = t;
    t = re2 * chordRe2 - im2 * chordIm2;
    im2 = re2 * chordIm2 + im2 * chordRe2;
    re2 = t;
    t = stepRe1 * (1 - (v1 * v1) / 2) - stepIm1 * v1;
    stepIm1 = stepRe1 * v1 + stepIm1 * (1 - (v1 * v1) / 2);
    stepRe1 = t;
    t = stepRe2 * (1 - (v2 * v2) / 2) - stepIm2 * v2;
    stepIm2 = stepRe2 * v2 + stepIm2 * (1 - (v2 * v2) / 2);
    stepRe2 = t;
    t = chordRe1 * (1 - (u1 * u1) / 2) - chordIm1 * u1;
    chordIm1 = chordRe1 * u1 + chordIm1 * (1 - (u1 * u1) / 2);
    chordRe1 = t;
    t = chordRe2 * (1 - (u2 * u2) / 2) - chordIm2 * u2;
    chordIm2 = chordRe2 * u2 + chordIm2 * (1 - (u2 * u2) / 2);
    chordRe2 = t;
    if (flat) {
      for (let n = start; n < end; n++) {
        left[n] = (left[n] as number) + y1;
        right[n] = (right[n] as number) + y2;
        const z1 = k1 * y1 - x1;
        const z2 = k2 * y2 - x2;
        x1 = y1;
        x2 = y2;
        y1 = z1;
        y2 = z2;
      }
      continue;
    }
    let a1 = first.p + i * (first.q + i * first.r);
    let a2 = second.p + i * (second.q + i * second.r);
    let d1 = first.q + first.r * (2 * i + 1);
    let d2 = second.q + second.r * (2 * i + 1);
    for (let n = start; n < end; n++) {
      left[n] = (left[n] as number) + a1 * y1;
      right[n] = (right[n] as number) + a2 * y2;
      a1 += d1;
      a2 += d2;
      d1 += 2 * first.r;
      d2 += 2 * second.r;
      const z1 = k1 * y1 - x1;
      const z2 = k2 * y2 - x2;
      x1 = y1;
      x2 = y2;
      y1 = z1;
      y2 = z2;
    }
  }
}

/** Adds one sine with gliding frequency and amplitude: the rotation e^{i(a + bn + cn²)}, whose step itself rotates. */
export function addSine(out: Float64Array, from: number, to: number, course: Course): void {
  const { a, b, c, q, r } = course;
  let re = Math.cos(TURN * a);
  let im = Math.sin(TURN * a);
  let stepRe = Math.cos(TURN * (b + c));
  let stepIm = Math.sin(TURN * (b + c));
  const turnRe = Math.cos(TURN * 2 * c);
  const turnIm = Math.sin(TURN * 2 * c);
  let amplitude = course.p;
  let slope = q + r;
  for (let n = from; n < to; n++) {
    out[n] = (out[n] as number) + amplitude * im;
    amplitude += slope;
    slope += 2 * r;
    const nextRe = re * stepRe - im * stepIm;
    im = re * stepIm + im * stepRe;
    re = nextRe;
    const nextStep = stepRe * turnRe - stepIm * turnIm;
    stepIm = stepRe * turnIm + stepIm * turnRe;
    stepRe = nextStep;
  }
}

/** The parabola through three equally spaced values over `length` frames: fills p, q, r. */
export function amplitudeThrough(course: Course, first: number, middle: number, last: number, length: number): void {
  course.p = first;
  course.r = (2 * (first - 2 * middle + last)) / (length * length);
  course.q = (last - first) / length - course.r * length;
}

export function phaseThrough(course: Course, first: number, middle: number, last: number, length: number): void {
  course.c = (2 * (first - 2 * middle + last)) / (length * length);
  course.b = (last - first) / length - course.c * length;
  course.a = fraction(first);
}
