import { transform } from '../fft.ts';

/** Power spectra of both ears at one moment; bin k is k × binHz. A sine of RMS a peaks at a². */
export interface Spectrum {
  left: Float64Array;
  right: Float64Array;
}

/** And how alike they are: the real part of left × conj(right). */
export interface CrossSpectrum extends Spectrum {
  cross: Float64Array;
}

const windows = new Map<number, Float64Array>();

/**
 * Four-term Blackman–Harris window: side lobes below −92 dB, main lobe ±4 / length (F. J. Harris, 1978). Not to be written to:
 * one analysis asks for few lengths, and for these again and again.
 */
export function blackmanHarris(length: number): Float64Array {
  const known = windows.get(length);
  if (known) return known;
  const window = Float64Array.from({ length }, (_, n) => {
    const x = (2 * Math.PI * (n + 0.5)) / length;
    return 0.35875 - 0.48829 * Math.cos(x) + 0.14128 * Math.cos(2 * x) - 0.01168 * Math.cos(3 * x);
  });
  if (windows.size === 8) windows.clear();
  windows.set(length, window);
  return window;
}

/** Mean power of noise in a bin, as a share of what the quarter-quantile of its exponential distribution is. */
const QUARTER = -Math.log(0.75);

/** Spectra of both ears from one transform, under a Blackman–Harris window. */
export class Spectrometer {
  readonly binHz: number;
  readonly bins: number;
  readonly #window: Float64Array;
  readonly #re: Float64Array;
  readonly #im: Float64Array;
  readonly #scale: number;

  /**
   * @param length samples under the window
   * @param size of the transform, a power of 2, at least the length
   * @param highest Hz to which bins are kept
   */
  constructor(sampleRate: number, length: number, size: number, highest: number) {
    this.binHz = sampleRate / size;
    this.bins = Math.min(size / 2 - 1, Math.ceil(highest / this.binHz) + 2);
    this.#window = blackmanHarris(length);
    this.#re = new Float64Array(size);
    this.#im = new Float64Array(size);
    const sum = this.#window.reduce((a, b) => a + b, 0);
    this.#scale = 2 / (sum * sum);
  }

  /** @param from index of the first sample under the window; what is outside of the arrays is silence */
  measure(
    left: Float32Array | Float64Array,
    right: Float32Array | Float64Array,
    from: number,
    into: Spectrum | CrossSpectrum,
  ): void {
    const cross = 'cross' in into ? into.cross : null;
    const re = this.#re;
    const im = this.#im;
    const window = this.#window;
    re.fill(0);
    im.fill(0);
    const first = Math.max(0, -from);
    const last = Math.min(window.length, left.length - from);
    for (let n = first; n < last; n++) {
      const weight = window[n] as number;
      re[n] = weight * (left[from + n] as number);
      im[n] = weight * (right[from + n] as number);
    }
    transform(re, im);
    const size = re.length;
    const scale = this.#scale / 4;
    for (let k = 1; k < this.bins; k++) {
      const m = size - k;
      const lr = (re[k] as number) + (re[m] as number);
      const li = (im[k] as number) - (im[m] as number);
      const rr = (im[k] as number) + (im[m] as number);
      const ri = (re[m] as number) - (re[k] as number);
      into.left[k] = (lr * lr + li * li) * scale;
      into.right[k] = (rr * rr + ri * ri) * scale;
      if (cross) cross[k] = (lr * rr + li * ri) * scale;
    }
  }

  /** Room for one measurement. */
  spectrum(): Spectrum {
    return { left: new Float64Array(this.bins), right: new Float64Array(this.bins) };
  }

  crossSpectrum(): CrossSpectrum {
    return { ...this.spectrum(), cross: new Float64Array(this.bins) };
  }
}

/** Edges of the blocks in which the noise under lines is measured: an eighth of the frequency wide, within limits. */
function blockEdges(bins: number, narrowest: number, widest: number): number[] {
  const edges = [1];
  for (let at = 1; at < bins; ) {
    at = Math.round(at + Math.max(narrowest, Math.min(widest, at / 8)));
    edges.push(Math.min(at, bins));
  }
  return edges;
}

/**
 * Mean power per bin of the noise under the lines of a spectrum: the quarter-quantile of blocks of bins, then the median of
 * five blocks, straight in decibels between their middles. A bin's power under noise alone is exponentially distributed;
 * lines lift its upper part only.
 * @param narrowest, widest bins of a block, at low frequencies and at high ones
 * @param floor where it is written
 */
export function noiseFloor(
  power: Float64Array,
  narrowest: number,
  widest: number,
  lowest: number,
  floor: Float64Array = new Float64Array(power.length),
): Float64Array {
  const edges = blockEdges(power.length, narrowest, widest);
  const blocks = edges.length - 1;
  const middles = new Float64Array(blocks);
  const levels = new Float64Array(blocks);
  const sample = new Float64Array(widest + narrowest + 2);
  for (let block = 0; block < blocks; block++) {
    const from = edges[block] as number;
    const to = edges[block + 1] as number;
    const step = to - from > 120 ? 3 : 1;
    let count = 0;
    for (let k = from; k < to && count < sample.length; k += step) sample[count++] = power[k] as number;
    const sorted = sample.subarray(0, count).sort();
    middles[block] = (from + to - 1) / 2;
    levels[block] = Math.log(Math.max(lowest, (sorted[Math.floor(count / 4)] as number) / QUARTER));
  }
  const near = new Float64Array(5);
  const smooth = levels.map((_, block) => {
    // At the ends only as far as both sides reach, so that a slope does not lift or lower them.
    const reach = Math.min(2, block, blocks - 1 - block);
    for (let k = -reach; k <= reach; k++) near[k + reach] = levels[block + k] as number;
    return near.subarray(0, 2 * reach + 1).sort()[reach] as number;
  });
  for (let block = 0; block < Math.max(1, blocks - 1); block++) {
    const next = Math.min(blocks - 1, block + 1);
    const from = block === 0 ? 0 : Math.ceil(middles[block] as number);
    const to = next === blocks - 1 ? power.length : Math.ceil(middles[next] as number);
    const span = Math.max(1, (middles[next] as number) - (middles[block] as number));
    const slope = ((smooth[next] as number) - (smooth[block] as number)) / span;
    const ratio = Math.exp(slope);
    let value = Math.exp((smooth[block] as number) + slope * (from - (middles[block] as number)));
    for (let k = from; k < to; k++) {
      floor[k] = value;
      value *= ratio;
    }
  }
  return floor;
}

/** A line of a spectrum: its place in bins by a parabola through three logarithms, and its power. */
export function interpolatePeak(power: Float64Array, bin: number): { bin: number; power: number } {
  const a = Math.log(Math.max(power[bin - 1] ?? 0, 1e-300));
  const b = Math.log(Math.max(power[bin] ?? 0, 1e-300));
  const c = Math.log(Math.max(power[bin + 1] ?? 0, 1e-300));
  const curve = a - 2 * b + c;
  const shift = curve < 0 ? Math.max(-0.5, Math.min(0.5, (a - c) / (2 * curve))) : 0;
  return { bin: bin + shift, power: Math.exp(b - ((a - c) * shift) / 4) };
}
