import type { Levels } from './report.ts';

interface Section {
  b0: number;
  b1: number;
  b2: number;
  a1: number;
  a2: number;
}

/**
 * The two filters of ITU-R BS.1770-4, annex 1, for any rate: their analogue prototypes by the bilinear transform (the
 * constants are those that give the tabled coefficients at 48 kHz).
 */
function weighting(sampleRate: number): [Section, Section] {
  const shelf = (() => {
    const k = Math.tan((Math.PI * 1681.974450955533) / sampleRate);
    const q = 0.7071752369554196;
    const high = 10 ** (3.999843853973347 / 20);
    const band = high ** 0.4996667741545416;
    const a0 = 1 + k / q + k * k;
    return {
      b0: (high + (band * k) / q + k * k) / a0,
      b1: (2 * (k * k - high)) / a0,
      b2: (high - (band * k) / q + k * k) / a0,
      a1: (2 * (k * k - 1)) / a0,
      a2: (1 - k / q + k * k) / a0,
    };
  })();
  const k = Math.tan((Math.PI * 38.13547087602444) / sampleRate);
  const q = 0.5003270373238773;
  const a0 = 1 + k / q + k * k;
  return [shelf, { b0: 1, b1: -2, b2: 1, a1: (2 * (k * k - 1)) / a0, a2: (1 - k / q + k * k) / a0 }];
}

/** Quarter places between samples by a 16-tap windowed sinc; what is above 0.4 of the rate reads up to 0.3 dB low. */
const REACH = 8;
const STEPS = [1, 2, 3].map((step) => {
  const taps = Float64Array.from({ length: 2 * REACH }, (_, n) => {
    const x = n - REACH + 1 - step / 4;
    return (Math.sin(Math.PI * x) / (Math.PI * x)) * Math.cos((Math.PI * x) / (2 * REACH + 1)) ** 2;
  });
  const sum = taps.reduce((a, b) => a + b, 0);
  return taps.map((tap) => tap / sum);
});

/** One ear's filters and peak. */
class Channel {
  readonly #first: Section;
  readonly #second: Section;
  #s1 = 0;
  #s2 = 0;
  #s3 = 0;
  #s4 = 0;
  /** The last values of before, then those that came in. */
  #held = new Float32Array(2 * REACH);
  peak = 0;

  constructor(sampleRate: number) {
    [this.#first, this.#second] = weighting(sampleRate);
  }

  /** Energy of values `from` to `to` after weighting. */
  energy(values: Float32Array, from: number, to: number): number {
    const { b0, b1, b2, a1, a2 } = this.#first;
    const c1 = this.#second.a1;
    const c2 = this.#second.a2;
    let s1 = this.#s1;
    let s2 = this.#s2;
    let s3 = this.#s3;
    let s4 = this.#s4;
    let sum = 0;
    for (let n = from; n < to; n++) {
      const x = values[n] as number;
      const y = b0 * x + s1;
      s1 = b1 * x - a1 * y + s2;
      s2 = b2 * x - a2 * y;
      const z = y + s3;
      s3 = -2 * y - c1 * z + s4;
      s4 = y - c2 * z;
      sum += z * z;
    }
    this.#s1 = s1;
    this.#s2 = s2;
    // Filters that ring out into silence would crawl through subnormal numbers.
    this.#s3 = Math.abs(s3) < 1e-30 ? 0 : s3;
    this.#s4 = Math.abs(s4) < 1e-30 ? 0 : s4;
    return sum;
  }

  #between(held: Float32Array, n: number): void {
    for (const taps of STEPS) {
      let sum = 0;
      for (let k = 0; k < 2 * REACH; k++) sum += (taps[k] as number) * (held[n - REACH + 1 + k] as number);
      this.peak = Math.max(this.peak, Math.abs(sum));
    }
  }

  /**
   * Follows the true peak: between samples the wave is computed only beside a sample that stands above its neighbours and
   * within 4.4 dB of the peak so far, for elsewhere it cannot rise above it but for signals close to half of the rate.
   */
  follow(values: Float32Array): void {
    const count = 2 * REACH + values.length;
    if (this.#held.length < count) {
      const more = new Float32Array(count);
      more.set(this.#held.subarray(0, 2 * REACH));
      this.#held = more;
    }
    const held = this.#held;
    held.set(values, 2 * REACH);
    let before = Math.abs(held[REACH - 1] as number);
    let here = Math.abs(held[REACH] as number);
    for (let n = REACH; n < count - REACH; n++) {
      const after = Math.abs(held[n + 1] as number);
      if (here >= before && here >= after && here > 0.6 * this.peak) {
        this.peak = Math.max(this.peak, here);
        this.#between(held, n);
        this.#between(held, n - 1);
      }
      before = here;
      here = after;
    }
    held.copyWithin(0, count - 2 * REACH, count);
  }
}

/** Integrated loudness and true peak of a stream of two ears (ITU-R BS.1770-4, annexes 1 and 2). */
export class LoudnessMeter {
  readonly #left: Channel;
  readonly #right: Channel;
  readonly #mono: boolean;
  readonly #step: number;
  /** Mean squares of the steps of 100 ms, both ears together. */
  readonly #steps: number[] = [];
  #sum = 0;
  #filled = 0;

  /** @param mono one channel: the right ear is not looked at, and counts nothing */
  constructor(sampleRate: number, mono: boolean) {
    this.#left = new Channel(sampleRate);
    this.#right = new Channel(sampleRate);
    this.#mono = mono;
    this.#step = Math.round(sampleRate / 10);
  }

  push(left: Float32Array, right: Float32Array): void {
    this.#left.follow(left);
    if (!this.#mono) this.#right.follow(right);
    for (let from = 0; from < left.length; ) {
      const to = Math.min(left.length, from + this.#step - this.#filled);
      this.#sum += this.#left.energy(left, from, to);
      if (!this.#mono) this.#sum += this.#right.energy(right, from, to);
      this.#filled += to - from;
      from = to;
      if (this.#filled < this.#step) break;
      this.#steps.push(this.#sum / this.#step);
      this.#sum = 0;
      this.#filled = 0;
    }
  }

  finish(): Levels {
    const rest = new Float32Array(2 * REACH);
    this.#left.follow(rest);
    this.#right.follow(rest);
    const blocks: number[] = [];
    for (let n = 3; n < this.#steps.length; n++) {
      blocks.push(this.#steps.slice(n - 3, n + 1).reduce((a, b) => a + b, 0) / 4);
    }
    // Shorter than a block of 400 ms: what there is.
    if (blocks.length === 0)
      blocks.push(
        (this.#steps.reduce((a, b) => a + b, 0) * this.#step + this.#sum) /
          Math.max(1, this.#steps.length * this.#step + this.#filled),
      );
    const loudness = (power: number) => -0.691 + 10 * Math.log10(Math.max(power, 1e-30));
    const mean = (list: number[]) => list.reduce((a, b) => a + b, 0) / list.length;
    const audible = blocks.filter((power) => loudness(power) > -70);
    const gate = audible.length > 0 ? loudness(mean(audible)) - 10 : 0;
    const counted = audible.filter((power) => loudness(power) > gate);
    return {
      lufs: counted.length > 0 ? loudness(mean(counted)) : null,
      truePeakDb: 20 * Math.log10(Math.max(this.#left.peak, this.#right.peak, 1e-10)),
    };
  }
}
