import { chiSquareSurvival, crossing, fSurvival, noncentralFSurvival } from './distributions.ts';

/**
 * How a response is measured. A window's samples are multiplied with a Hann window and with e^(−iφ), φ being the beat's
 * phase at each sample, and summed: a complex number whose length is the amplitude at the beat (µV, peak of a sine) and
 * whose angle is the response's phase against the beat.
 */
export interface Complex {
  re: number;
  im: number;
}

/** Level of every verdict. */
export const ALPHA = 0.01;
/** The smallest visible response is the one that would be found with this chance. */
const POWER = 0.8;

const hanns = new Map<number, { weights: Float64Array; sum: number }>();

/** Symmetric Hann window. */
function hann(length: number): { weights: Float64Array; sum: number } {
  const known = hanns.get(length);
  if (known) return known;
  const weights = Float64Array.from({ length }, (_, n) => 0.5 - 0.5 * Math.cos((2 * Math.PI * n) / (length - 1)));
  const made = { weights, sum: weights.reduce((sum, value) => sum + value, 0) };
  if (hanns.size > 16) hanns.clear();
  hanns.set(length, made);
  return made;
}

/**
 * Complex demodulation of one window at several distances from the beat. The first sample's phase is turned back to, so
 * that a gliding beat, a constant one and one known sample by sample are the same.
 */
export class Demodulator {
  private readonly tables: { cos: Float64Array; sin: Float64Array }[];
  private readonly length: number;
  private readonly re: Float64Array;
  private readonly im: Float64Array;

  /**
   * @param length samples of a window
   * @param offsetsHz distances from the beat that are wanted; 0 is the beat
   */
  constructor(length: number, offsetsHz: readonly number[], sampleRateHz: number) {
    this.length = length;
    this.re = new Float64Array(length);
    this.im = new Float64Array(length);
    this.tables = offsetsHz.map((offset) => {
      const turn = (2 * Math.PI * offset) / sampleRateHz;
      return {
        cos: Float64Array.from({ length }, (_, n) => Math.cos(turn * n)),
        sin: Float64Array.from({ length }, (_, n) => Math.sin(turn * n)),
      };
    });
  }

  /**
   * @param samples where the window begins at `from`
   * @param cycles the beat's phase at sample `from + n`, in cycles
   */
  run(samples: Float64Array, from: number, cycles: (n: number) => number): Complex[] {
    const { weights, sum } = hann(this.length);
    const { re, im, length } = this;
    for (let n = 0; n < length; n++) {
      const phase = cycles(n);
      const angle = 2 * Math.PI * (phase - Math.floor(phase));
      const value = (samples[from + n] as number) * (weights[n] as number);
      re[n] = value * Math.cos(angle);
      im[n] = -value * Math.sin(angle);
    }
    const scale = 2 / sum;
    return this.tables.map(({ cos, sin }) => {
      let a = 0;
      let b = 0;
      for (let n = 0; n < length; n++) {
        const x = re[n] as number;
        const y = im[n] as number;
        const c = cos[n] as number;
        const s = sin[n] as number;
        a += x * c + y * s;
        b += y * c - x * s;
      }
      return { re: a * scale, im: b * scale };
    });
  }
}

const power = ({ re, im }: Complex) => re * re + im * im;

function mean(values: readonly Complex[]): Complex {
  let re = 0;
  let im = 0;
  for (const value of values) {
    re += value.re;
    im += value.im;
  }
  return { re: re / values.length, im: im / values.length };
}

/** Length of the mean direction: 1 when all windows have one phase (PLV; ITPC when windows are trials). */
export function phaseLocking(values: readonly Complex[]): number {
  const directions = values.map(({ re, im }) => {
    const length = Math.hypot(re, im) || 1;
    return { re: re / length, im: im / length };
  });
  return Math.sqrt(power(mean(directions)));
}

/** Pairwise phase consistency of `count` directions with that phase locking: no bias by their number (Vinck 2010). */
export function pairwiseConsistency(locking: number, count: number): number {
  return (count * locking * locking - 1) / (count - 1);
}

/** Rayleigh's test of uniform directions (Zar's approximation of the finite sample). */
export function rayleigh(locking: number, count: number): number {
  const r = locking * count;
  return Math.min(1, Math.exp(Math.sqrt(1 + 4 * count + 4 * (count * count - r * r)) - (1 + 2 * count)));
}

/** A test's outcome. */
export interface Tested {
  statistic: number;
  p: number;
  /** Degrees of freedom of the denominator. */
  degrees: number;
  /** Mean power of what is not the response, µV². */
  noise: number;
}

/**
 * T²circ (Victor and Mast 1991): is the mean of the windows' complex values larger than their scatter? Each group has a
 * stimulus phase of its own (one file each); with one group it is F = K(K−1)|mean|² / Σ|Z − mean|² ~ F(2, 2K−2).
 */
export function circularT2(groups: readonly (readonly Complex[])[]): Tested {
  const used = groups.filter((group) => group.length > 1);
  let signal = 0;
  let scatter = 0;
  let degrees = 0;
  for (const group of used) {
    const centre = mean(group);
    signal += group.length * power(centre);
    for (const value of group) scatter += (value.re - centre.re) ** 2 + (value.im - centre.im) ** 2;
    degrees += 2 * (group.length - 1);
  }
  const noise = (2 * scatter) / degrees;
  const statistic = signal / used.length / noise;
  return { statistic, p: fSurvival(statistic, 2 * used.length, degrees), degrees, noise };
}

/**
 * The within-trial test, for trials whose stimulus phase is unknown: within each trial the phases of its pieces, turned
 * to the beat, should agree, whatever they are. Σ m|mean direction|² over trials of m pieces, doubled, is χ² with two
 * degrees of freedom a trial when phases are uniform. Only phases count, so that one loud piece decides nothing.
 */
export function withinTrials(trials: readonly (readonly Complex[])[]): Tested {
  let sum = 0;
  let scatter = 0;
  let pieces = 0;
  for (const trial of trials) {
    sum += trial.length * phaseLocking(trial) ** 2;
    const centre = mean(trial);
    for (const value of trial) scatter += (value.re - centre.re) ** 2 + (value.im - centre.im) ** 2;
    pieces += trial.length - 1;
  }
  const degrees = 2 * trials.length;
  return { statistic: 2 * sum, p: chiSquareSurvival(2 * sum, degrees), degrees, noise: scatter / pieces };
}

/** Mean consistency within trials. */
export function withinTrialConsistency(trials: readonly (readonly Complex[])[]): number {
  const each = trials.map((trial) => pairwiseConsistency(phaseLocking(trial), trial.length));
  return each.reduce((sum, value) => sum + value, 0) / each.length;
}

/**
 * The smallest amplitude (µV, peak) that {@link circularT2} would have found at `alpha` with 80 % chance, given the
 * scatter that was there.
 */
export function smallestVisible(tested: Tested, groups: readonly (readonly Complex[])[], alpha = ALPHA): number {
  const used = groups.filter((group) => group.length > 1);
  const windows = used.reduce((sum, group) => sum + group.length, 0);
  const numerator = 2 * used.length;
  const critical = crossing((f) => fSurvival(f, numerator, tested.degrees), alpha, 0, 8);
  const lambda = crossing((x) => 1 - noncentralFSurvival(critical, numerator, tested.degrees, x), 1 - POWER, 0, 32);
  // Each window's mean square error is `noise`; λ = 2K·A²/noise.
  return Math.sqrt((lambda * tested.noise) / (2 * windows));
}

/** Mean direction's length of a sine of power `ratio` times the noise's: √(πρ)/2 · e^(−ρ/2) · (I₀(ρ/2) + I₁(ρ/2)). */
function expectedLocking(ratio: number): number {
  const x = ratio / 2;
  if (x > 300) return 1 - 1 / (8 * x);
  let bessel = 0;
  let term = 1;
  for (let k = 0; k < 700 && term > 1e-17 * bessel; k++) {
    bessel += term + (term * x) / (2 * (k + 1));
    term *= (x * x) / (4 * (k + 1) ** 2);
  }
  return (Math.sqrt(Math.PI * ratio) / 2) * Math.exp(-x) * bessel;
}

/** The same for {@link withinTrials}: normal approximation of the statistic under a response. */
export function smallestVisibleWithin(tested: Tested, trials: readonly (readonly Complex[])[], alpha = ALPHA): number {
  const count = trials.length;
  const critical = crossing((x) => chiSquareSurvival(x, 2 * count), alpha, 0, 4 * count);
  const misses = (ratio: number) => {
    const locking = expectedLocking(ratio) ** 2;
    let lambda = 0;
    for (const trial of trials) lambda += 2 * (trial.length - 1) * locking;
    const expected = 2 * count + lambda;
    // 0.8416: the normal distribution's 80 % point.
    return critical - (expected - 0.8416 * Math.sqrt(4 * count + 4 * lambda * (1 - locking)));
  };
  const ratio = crossing(misses, 0, 0, 1);
  return misses(ratio + 1e-6) > 1e-3 ? Number.POSITIVE_INFINITY : Math.sqrt(ratio * tested.noise);
}

/** Distances of the neighbours that noise is judged by: steps of 1/window, 1 to 4 Hz off on both sides. */
export function neighbourOffsets(windowSeconds: number, beatHz: number): number[] {
  const step = 1 / windowSeconds;
  const offsets: number[] = [];
  const most = Math.floor(4 * windowSeconds + 1e-9);
  for (let j = -most; j <= most; j++) {
    const offset = j * step;
    if (Math.abs(offset) >= 1 - 1e-9 && beatHz + offset >= 0.5) offsets.push(offset);
  }
  return offsets;
}

/** Power at the beat against its neighbours', each averaged over windows. */
export function signalToNoise(atBeat: readonly Complex[], atNeighbours: readonly (readonly Complex[])[]): number {
  const average = (values: readonly Complex[]) => values.reduce((sum, value) => sum + power(value), 0) / values.length;
  const noise = atNeighbours.reduce((sum, values) => sum + average(values), 0) / atNeighbours.length;
  return average(atBeat) / noise;
}

/** Mean of complex values: its length without what noise alone gives it, and the standard error. */
export function meanLength(values: readonly Complex[]): { microvolts: number; errorMicrovolts: number } {
  const re = values.reduce((sum, value) => sum + value.re, 0) / values.length;
  const im = values.reduce((sum, value) => sum + value.im, 0) / values.length;
  const scatter =
    values.reduce((sum, value) => sum + (value.re - re) ** 2 + (value.im - im) ** 2, 0) / (values.length - 1);
  const noise = scatter / values.length;
  return { microvolts: Math.sqrt(Math.max(0, re * re + im * im - noise)), errorMicrovolts: Math.sqrt(noise / 2) };
}

/** Root of the mean power: amplitude in µV, response and noise together. */
export function rootMeanPower(values: readonly Complex[]): number {
  return Math.sqrt(values.reduce((sum, value) => sum + power(value), 0) / values.length);
}

/**
 * F-test of an averaged sweep (Hofmann and Wouters 2012, as Neuroimaging.jl has it): the bin nearest to the rate against
 * those within `sideHz` (and half of `spillBins` more) of it, without those nearer than `spillBins`. ~ F(2, 2 · bins).
 */
export function sweepTest(
  sweep: Float64Array,
  rateHz: number,
  sampleRateHz: number,
  sideHz: number,
  spillBins: number,
): { snrDb: number; p: number } {
  const { length } = sweep;
  const bin = (hertz: number) => Math.round((hertz * length) / sampleRateHz);
  const at = (index: number) => {
    let re = 0;
    let im = 0;
    for (let n = 0; n < length; n++) {
      const angle = (2 * Math.PI * ((index * n) % length)) / length;
      re += (sweep[n] as number) * Math.cos(angle);
      im -= (sweep[n] as number) * Math.sin(angle);
    }
    return re * re + im * im;
  };
  const centre = bin(rateHz);
  const noise: number[] = [];
  for (let index = bin(rateHz - sideHz) - spillBins / 2; index <= bin(rateHz + sideHz) + spillBins / 2; index++) {
    if (Math.abs(index - centre) >= spillBins) noise.push(at(index));
  }
  const snr = at(centre) / (noise.reduce((sum, value) => sum + value, 0) / noise.length);
  return { snrDb: 10 * Math.log10(snr), p: fSurvival(snr, 2, 2 * noise.length) };
}

/** xorshift32 from a seed: the same data give the same answer. */
export function seeded(seed: number): () => number {
  let state = seed >>> 0 || 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}

/**
 * Permutation over blocks: is the mean of the windows of blocks with the beat longer than that of blocks without, more
 * than by any other assignment of the same number of blocks? `p` counts the real assignment too.
 */
export function permuteBlocks(blocks: readonly { on: boolean; values: readonly Complex[] }[], draws = 2000): number {
  const sums = blocks.map(({ values }) => {
    const { re, im } = values.length > 0 ? mean(values) : { re: 0, im: 0 };
    return { re: re * values.length, im: im * values.length, count: values.length };
  });
  const difference = (on: readonly boolean[]) => {
    const part = (which: boolean) => {
      let re = 0;
      let im = 0;
      let count = 0;
      for (const [index, sum] of sums.entries()) {
        if (on[index] !== which) continue;
        re += sum.re;
        im += sum.im;
        count += sum.count;
      }
      return count > 0 ? Math.hypot(re, im) / count : 0;
    };
    return part(true) - part(false);
  };
  const order = blocks.map(({ on }) => on);
  const real = difference(order);
  const random = seeded(blocks.length * 2654435761);
  let larger = 1;
  for (let draw = 0; draw < draws; draw++) {
    const shuffled = [...order];
    for (let index = shuffled.length - 1; index > 0; index--) {
      const other = Math.floor(random() * (index + 1));
      [shuffled[index], shuffled[other]] = [shuffled[other] as boolean, shuffled[index] as boolean];
    }
    if (difference(shuffled) >= real - 1e-12) larger++;
  }
  return larger / (draws + 1);
}
