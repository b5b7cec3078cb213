import { findPulsation, type Pulsation } from './pulses.ts';

/** Samples of an envelope a second. */
const RATE = 400;

/** What a stretch's noise or music does as a whole. */
export interface Modulation {
  from: number;
  to: number;
  pulsation: Pulsation;
  /** The ears take turns. */
  alternating: boolean;
}

/** Rates of both bands and ears must agree to this, in Hz. */
const AGREE_HZ = 0.03;
/** Depths of two bands: what plays louder and softer as a whole does so in all of them. */
const AGREE_DEPTH = 0.2;
/** A rhythm rises fast and falls slowly; what is let through here is the same forwards and backwards. */
const MOST_MISFIT = 0.25;
/** That of a swing of which there is no doubt. */
const CLEAR_MISFIT = 0.12;

/**
 * Follows the amplitude of two broad bands in each ear: of the samples' first and second differences, which tones
 * under 1 kHz hardly enter.
 */
export class EnvelopeTaps {
  readonly #block: number;
  readonly #rate: number;
  readonly #lists: [number[], number[], number[], number[]] = [[], [], [], []];
  readonly #sums = new Float64Array(4);
  readonly #before = new Float64Array(4);
  #filled = 0;
  #dropped = 0;

  constructor(sampleRate: number) {
    this.#block = Math.max(1, Math.round(sampleRate / RATE));
    this.#rate = sampleRate / this.#block;
  }

  push(left: Float32Array, right: Float32Array): void {
    let [l1 = 0, l2 = 0, r1 = 0, r2 = 0] = this.#before;
    for (let from = 0; from < left.length; ) {
      const to = Math.min(left.length, from + this.#block - this.#filled);
      let [a = 0, b = 0, c = 0, d = 0] = this.#sums;
      for (let n = from; n < to; n++) {
        const l = left[n] as number;
        const r = right[n] as number;
        const dl = l - l1;
        const dr = r - r1;
        a += dl * dl;
        c += dr * dr;
        const el = dl - l2;
        const er = dr - r2;
        b += el * el;
        d += er * er;
        l1 = l;
        l2 = dl;
        r1 = r;
        r2 = dr;
      }
      this.#sums.set([a, b, c, d]);
      this.#filled += to - from;
      from = to;
      if (this.#filled < this.#block) break;
      for (let k = 0; k < 4; k++) (this.#lists[k] as number[]).push(Math.sqrt((this.#sums[k] as number) / this.#block));
      this.#sums.fill(0);
      this.#filled = 0;
    }
    this.#before.set([l1, l2, r1, r2]);
  }

  /** What the stretch's envelopes do; forgets everything before its end. */
  take(from: number, to: number): Modulation | null {
    const first = Math.round(from * this.#rate) - this.#dropped;
    const last = Math.round(to * this.#rate) - this.#dropped;
    const parts = this.#lists.map((list) => levelled(list.slice(Math.max(0, first), last), this.#rate));
    for (const list of this.#lists) list.splice(0, last);
    this.#dropped += last;
    if (parts.some((part) => part === null)) return null;
    const look = (part: Float64Array | null, around?: number) =>
      findPulsation(part as Float64Array, null, this.#rate, from, 0.4 * this.#rate, around)[0] ?? null;
    let found = parts.map((part) => look(part));
    // Notes have a rhythm of their own, which may be the clearest in one band: what swings in another is looked for there.
    const swing = found.find((one) => one && one.misfit < CLEAR_MISFIT && one.duty > 0.85 && one.depth > 0.2);
    if (swing) {
      const rate = rateOf(swing);
      found = found.map((one, n) =>
        one && Math.abs(rateOf(one) - rate) < AGREE_HZ ? one : look(parts[n] as Float64Array, rate),
      );
    }
    const [a, b, c, d] = found;
    const ear = (one: Pulsation | null | undefined, two: Pulsation | null | undefined) =>
      one && two && agree(one, two) && isEven(one, two) ? (one.misfit < two.misfit ? one : two) : null;
    const left = ear(a, b);
    const right = ear(c, d);
    if (!left || !right || Math.abs(rateOf(left) - rateOf(right)) > AGREE_HZ) return null;
    const shift = Math.abs((left.pulseAt - right.pulseAt) * rateOf(left)) % 1;
    const apart = Math.min(shift, 1 - shift);
    return { from, to, pulsation: left, alternating: apart > 0.35 };
  }
}

/** Both are as good, or one is so good that the other's notes only hide it. */
function isEven(a: Pulsation, b: Pulsation): boolean {
  const [best, worst] = [Math.min(a.misfit, b.misfit), Math.max(a.misfit, b.misfit)];
  return worst < MOST_MISFIT || (best < CLEAR_MISFIT && worst < 2 * MOST_MISFIT);
}

function rateOf(pulsation: Pulsation): number {
  return pulsation.rates[pulsation.rates.length >> 1] as number;
}

function agree(a: Pulsation, b: Pulsation): boolean {
  return Math.abs(rateOf(a) - rateOf(b)) < AGREE_HZ && Math.abs(a.depth - b.depth) < AGREE_DEPTH;
}

/** An envelope over its own mean of 4 s, or null where there is silence. */
function levelled(values: readonly number[], rate: number): Float64Array | null {
  const half = Math.round(2 * rate);
  const sums = new Float64Array(values.length + 1);
  for (let n = 0; n < values.length; n++) sums[n + 1] = (sums[n] as number) + (values[n] as number);
  const whole = (sums[values.length] as number) / Math.max(1, values.length);
  if (values.length < 3 * rate || whole < 1e-6) return null;
  const out = new Float64Array(values.length);
  for (let n = 0; n < values.length; n++) {
    const from = Math.max(0, n - half);
    const to = Math.min(values.length, n + half);
    const mean = ((sums[to] as number) - (sums[from] as number)) / (to - from);
    // Silence within music is no modulation.
    out[n] = mean > whole / 100 ? (values[n] as number) / mean : 1;
  }
  return out;
}
