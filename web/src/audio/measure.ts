/*
 * Measurements on rendered samples, for tests and benches. Nothing here is part of the product's sound.
 * Amplitudes are linear, decibels relative to amplitude 1 unless said otherwise.
 */

import { transform } from './fft.ts';

/** Anything with samples in it. */
export type Samples = Float32Array | Float64Array;

export function decibels(ratio: number): number {
  return 20 * Math.log10(Math.max(ratio, 1e-30));
}

export function rms(samples: Samples): number {
  let sum = 0;
  for (const value of samples) sum += value * value;
  return Math.sqrt(sum / samples.length);
}

export function mean(samples: Samples): number {
  let sum = 0;
  for (const value of samples) sum += value;
  return sum / samples.length;
}

export function peak(samples: Samples): number {
  let most = 0;
  for (const value of samples) most = Math.max(most, Math.abs(value));
  return most;
}

/** Largest step from one sample to the next. */
export function largestStep(samples: Samples): number {
  let most = 0;
  for (let n = 1; n < samples.length; n++) most = Math.max(most, Math.abs((samples[n] ?? 0) - (samples[n - 1] ?? 0)));
  return most;
}

/** Solves a small symmetric system in place (Gauss with pivoting). */
function solve(matrix: number[][], right: number[]): number[] {
  const size = right.length;
  for (let column = 0; column < size; column++) {
    let pivot = column;
    for (let row = column + 1; row < size; row++) {
      if (Math.abs(matrix[row]?.[column] ?? 0) > Math.abs(matrix[pivot]?.[column] ?? 0)) pivot = row;
    }
    [matrix[column], matrix[pivot]] = [matrix[pivot] ?? [], matrix[column] ?? []];
    [right[column], right[pivot]] = [right[pivot] ?? 0, right[column] ?? 0];
    for (let row = column + 1; row < size; row++) {
      const share = (matrix[row]?.[column] ?? 0) / (matrix[column]?.[column] ?? 1);
      for (let at = column; at < size; at++) {
        const target = matrix[row] ?? [];
        target[at] = (target[at] ?? 0) - share * (matrix[column]?.[at] ?? 0);
      }
      right[row] = (right[row] ?? 0) - share * (right[column] ?? 0);
    }
  }
  const result = new Array<number>(size).fill(0);
  for (let row = size - 1; row >= 0; row--) {
    let sum = right[row] ?? 0;
    for (let at = row + 1; at < size; at++) sum -= (matrix[row]?.[at] ?? 0) * (result[at] ?? 0);
    result[row] = sum / (matrix[row]?.[row] ?? 1);
  }
  return result;
}

export interface SineFit {
  hertz: number;
  amplitude: number;
  /** Phase in cycles, 0 to 1, of the sine at the first sample. */
  cycles: number;
  /** RMS of what the sine leaves. */
  residual: number;
}

/**
 * Least-squares fit of one sine to samples, its frequency refined by Gauss–Newton from a near value (closer than one
 * cycle over the stretch). `known` keeps the frequency as given.
 */
export function fitSine(samples: Samples, sampleRate: number, nearHertz: number, known = false): SineFit {
  let hertz = nearHertz;
  let sine = 0;
  let cosine = 0;
  const middle = (samples.length - 1) / 2;
  for (let round = 0; round < (known ? 1 : 8); round++) {
    // Columns: sin, cos, and the slope by frequency; time counted from the middle, which keeps them independent.
    const size = known ? 2 : 3;
    const matrix = Array.from({ length: size }, () => new Array<number>(size).fill(0));
    const right = new Array<number>(size).fill(0);
    for (let n = 0; n < samples.length; n++) {
      const t = (n - middle) / sampleRate;
      const angle = 2 * Math.PI * hertz * t;
      const s = Math.sin(angle);
      const c = Math.cos(angle);
      const columns = [s, c, 2 * Math.PI * t * (sine * c - cosine * s)];
      // In the first round the slope is not known yet.
      if (!known && round === 0) columns[2] = 2 * Math.PI * t * 1e-9;
      for (let row = 0; row < size; row++) {
        const target = matrix[row] as number[];
        for (let at = 0; at < size; at++) target[at] = (target[at] ?? 0) + (columns[row] ?? 0) * (columns[at] ?? 0);
        right[row] = (right[row] ?? 0) + (columns[row] ?? 0) * (samples[n] ?? 0);
      }
    }
    const answer = solve(matrix, right);
    sine = answer[0] ?? 0;
    cosine = answer[1] ?? 0;
    if (!known && round > 0) hertz += answer[2] ?? 0;
  }
  let left = 0;
  for (let n = 0; n < samples.length; n++) {
    const angle = (2 * Math.PI * hertz * (n - middle)) / sampleRate;
    left += ((samples[n] ?? 0) - sine * Math.sin(angle) - cosine * Math.cos(angle)) ** 2;
  }
  const cycles = Math.atan2(cosine, sine) / (2 * Math.PI) - (hertz * middle) / sampleRate;
  return {
    hertz,
    amplitude: Math.hypot(sine, cosine),
    cycles: cycles - Math.floor(cycles),
    residual: Math.sqrt(left / samples.length),
  };
}

/** Everything in the samples that is not the tone (distortion and noise), relative to the tone, in dB. */
export function distortionAndNoise(samples: Samples, sampleRate: number, hertz: number): number {
  const fit = fitSine(samples, sampleRate, hertz);
  return decibels(fit.residual / (fit.amplitude / Math.SQRT2));
}

/** Smallest distance of two phases in radians. */
export function phaseDistance(a: number, b: number): number {
  const turns = a - b;
  return 2 * Math.PI * Math.abs(turns - Math.round(turns));
}

/** Modified Bessel function of order 0, by its series. */
function bessel(x: number): number {
  let sum = 1;
  let term = 1;
  for (let k = 1; k < 60; k++) {
    term *= (x / (2 * k)) ** 2;
    sum += term;
  }
  return sum;
}

/**
 * Amplitude of a frequency in a short moment, by a DFT under a Kaiser window (β = 20: side lobes below −150 dB, main lobe
 * 6.5 / length to each side).
 */
export function toneIn(samples: Samples, sampleRate: number, hertz: number): number {
  const size = samples.length;
  let re = 0;
  let im = 0;
  let weight = 0;
  for (let n = 0; n < size; n++) {
    const x = (2 * (n + 0.5)) / size - 1;
    const window = bessel(20 * Math.sqrt(1 - x * x));
    const angle = (2 * Math.PI * hertz * n) / sampleRate;
    re += window * (samples[n] ?? 0) * Math.cos(angle);
    im += window * (samples[n] ?? 0) * Math.sin(angle);
    weight += window;
  }
  return (2 * Math.hypot(re, im)) / weight;
}

/**
 * Power per bin of two signals together, averaged over half-overlapping Hann windows (Welch); bin k is
 * k × sampleRate / size Hz.
 */
export function powerSpectrum(left: Samples, right: Samples, size: number): Float64Array {
  const power = new Float64Array(size / 2);
  const window = Float64Array.from({ length: size }, (_, n) => Math.sin((Math.PI * (n + 0.5)) / size) ** 2);
  const re = new Float64Array(size);
  const im = new Float64Array(size);
  let windows = 0;
  for (let start = 0; start + size <= left.length; start += size / 2) {
    // Both in one transform: of l + ir the powers at k and −k add up to twice that of l and r.
    for (let n = 0; n < size; n++) {
      re[n] = (left[start + n] as number) * (window[n] as number);
      im[n] = (right[start + n] as number) * (window[n] as number);
    }
    transform(re, im);
    for (let bin = 1; bin < power.length; bin++) {
      const mirror = size - bin;
      const here = (re[bin] as number) ** 2 + (im[bin] as number) ** 2;
      power[bin] = (power[bin] as number) + here + (re[mirror] as number) ** 2 + (im[mirror] as number) ** 2;
    }
    windows++;
  }
  return power.map((value) => value / windows);
}

/**
 * Slope of a noise (two independent channels) in dB/oct over third-octave bands of mean density from `low` to `high` Hz, and the largest deviation
 * of a band from that line.
 */
export function noiseSlope(
  left: Samples,
  right: Samples,
  sampleRate: number,
  low: number,
  high: number,
): { slope: number; deviation: number } {
  const size = 16384;
  const power = powerSpectrum(left, right, size);
  const points: [number, number][] = [];
  for (let centre = low * 2 ** (1 / 6); centre * 2 ** (1 / 6) <= high * 1.001; centre *= 2 ** (1 / 3)) {
    const from = (centre * 2 ** (-1 / 6) * size) / sampleRate;
    const to = (centre * 2 ** (1 / 6) * size) / sampleRate;
    let sum = 0;
    for (let bin = Math.floor(from); bin <= Math.ceil(to); bin++) {
      // Bins at the border of a band belong to it by their share.
      const share = Math.max(0, Math.min(bin + 0.5, to) - Math.max(bin - 0.5, from));
      sum += share * (power[bin] ?? 0);
    }
    points.push([Math.log2(centre), 10 * Math.log10(sum / (to - from))]);
  }
  const n = points.length;
  const sx = points.reduce((sum, [x]) => sum + x, 0) / n;
  const sy = points.reduce((sum, [, y]) => sum + y, 0) / n;
  const slope =
    points.reduce((sum, [x, y]) => sum + (x - sx) * (y - sy), 0) / points.reduce((sum, [x]) => sum + (x - sx) ** 2, 0);
  const deviation = points.reduce((most, [x, y]) => Math.max(most, Math.abs(y - sy - slope * (x - sx))), 0);
  return { slope, deviation };
}

/** True peak by eightfold oversampling with a 48-tap windowed sinc. */
export function truePeak(samples: Samples): number {
  const factor = 8;
  const half = 24;
  let most = peak(samples);
  for (let step = 1; step < factor; step++) {
    const taps: number[] = [];
    for (let tap = -half + 1; tap <= half; tap++) {
      const x = tap - step / factor;
      taps.push((Math.sin(Math.PI * x) / (Math.PI * x)) * Math.cos((Math.PI * x) / (2 * half + 2)) ** 2);
    }
    const sum = taps.reduce((a, b) => a + b, 0);
    for (let n = half; n < samples.length - half; n++) {
      let value = 0;
      for (let tap = 0; tap < taps.length; tap++) value += (taps[tap] ?? 0) * (samples[n + tap - half + 1] ?? 0);
      most = Math.max(most, Math.abs(value / sum));
    }
  }
  return most;
}

/**
 * What a click leaves above a cut-off: the samples through an eighth-order Butterworth high-pass (four second-order
 * sections), as one would hear it with the tone filtered away.
 */
export function highPassed(samples: Samples, sampleRate: number, hertz: number): Float64Array {
  const out = Float64Array.from(samples);
  const w = Math.tan((Math.PI * hertz) / sampleRate);
  for (let section = 0; section < 4; section++) {
    const q = 1 / (2 * Math.cos((Math.PI * (2 * section + 1)) / 16));
    const norm = 1 / (1 + w / q + w * w);
    const b0 = norm;
    const a1 = 2 * (w * w - 1) * norm;
    const a2 = (1 - w / q + w * w) * norm;
    let z1 = 0;
    let z2 = 0;
    for (let n = 0; n < out.length; n++) {
      const x = out[n] ?? 0;
      const y = b0 * x + z1;
      z1 = -2 * b0 * x - a1 * y + z2;
      z2 = b0 * x - a2 * y;
      out[n] = y;
    }
  }
  return out;
}

/** BS.1770's shelf and high-pass at 48 kHz: b0, b1, b2, a1, a2. */
const K_WEIGHTING = [
  [1.53512485958697, -2.6916961993864, 1.19839281085285, -1.69065929318241, 0.73248077421585],
  [1, -2, 1, -1.99004745483398, 0.99007225036621],
] as const;

/** Samples at 48 kHz through the K-weighting of ITU-R BS.1770. */
export function kWeighted(samples: Samples): Float64Array {
  const out = Float64Array.from(samples);
  for (const [b0, b1, b2, a1, a2] of K_WEIGHTING) {
    let z1 = 0;
    let z2 = 0;
    for (let n = 0; n < out.length; n++) {
      const x = out[n] as number;
      const y = b0 * x + z1;
      z1 = b1 * x - a1 * y + z2;
      z2 = b2 * x - a2 * y;
      out[n] = y;
    }
  }
  return out;
}

/** Loudness in LUFS of a mean square, both channels together. */
export function lufs(meanSquare: number): number {
  return -0.691 + 10 * Math.log10(Math.max(meanSquare, 1e-30));
}

/** Integrated loudness of a stereo signal at 48 kHz in LUFS: blocks of 400 ms, 75 % overlap, both gates of BS.1770-5. */
export function integratedLoudness(left: Samples, right: Samples): number {
  const l = kWeighted(left);
  const r = kWeighted(right);
  const size = 19_200;
  const powers: number[] = [];
  for (let start = 0; start + size <= l.length; start += size / 4) {
    let sum = 0;
    for (let n = start; n < start + size; n++) sum += (l[n] as number) ** 2 + (r[n] as number) ** 2;
    powers.push(sum / size);
  }
  const meanOf = (some: number[]): number => some.reduce((a, b) => a + b, 0) / some.length;
  const heard = powers.filter((power) => lufs(power) > -70);
  if (heard.length === 0) return Number.NEGATIVE_INFINITY;
  const gate = lufs(meanOf(heard)) - 10;
  return lufs(meanOf(heard.filter((power) => lufs(power) > gate)));
}
