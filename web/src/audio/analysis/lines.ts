import { interpolatePeak } from './spectrum.ts';
import type { Peak } from './tracks.ts';

/** One ear's spectrum in one frame. */
export interface EarFrame {
  power: Float64Array;
  floor: Float64Array;
  other: Float64Array;
}

/** A line stands out in a single frame at this power over the noise: chance alone makes 0.1 of 15,000 bins so high. */
const STRONG = 12;
/** Where a line is known to be, this is enough to take its place from the frame. */
const WEAK = 1.6;
/** RMS under which nothing is a line: below the rounding of 16 bits. */
const QUIETEST = 10 ** (-96 / 20);
/** Lines looked at in one frame. */
const MOST = 48;
/** Bins to each side of a line in which its own flanks stand. */
const LOBE = 7;
/** Slopes tried for weak lines: this many steps of an eighth of a bin from frame to frame to either side. */
const SLOPES = 12;
/** A faint line stands over what the bins' averages are by this many of their standard deviations. */
const SURE = 6.5;
/** Cap of a single frame's say, so that one loud note does not look like a line. */
const CAP = Math.log(40);

function strongPeaks(frame: EarFrame, binHz: number, lowest: number): Peak[] {
  const { power, floor, other } = frame;
  const peaks: Peak[] = [];
  const first = Math.max(2, Math.ceil(lowest / binHz));
  for (let k = first; k < power.length - 2; k++) {
    const p = power[k] as number;
    if (p < STRONG * (floor[k] as number) || p < QUIETEST * QUIETEST) continue;
    if (p <= (power[k - 1] as number) || p < (power[k + 1] as number)) continue;
    const exact = interpolatePeak(power, k);
    peaks.push({
      hz: exact.bin * binHz,
      amplitude: Math.sqrt(exact.power),
      contrast: exact.power / (floor[k] as number),
      other: Math.sqrt(other[k] as number),
      strong: true,
    });
  }
  if (peaks.length <= MOST) return peaks;
  return peaks
    .sort((a, b) => b.amplitude - a.amplitude)
    .slice(0, MOST)
    .sort((a, b) => a.hz - b.hz);
}

/** Median of the bins' averages and, from their quartiles below it, the spread that noise gives them. */
function thresholdOf(sums: Float32Array, count: number): number {
  const sample = sums.filter((_, k) => k % 5 === 0).sort();
  const median = sample[sample.length >> 1] as number;
  const spread = (median - (sample[sample.length >> 2] as number)) / 0.6745;
  return (median + SURE * spread) / count;
}

interface FaintLine {
  bin: number;
  slope: number;
}

/** Finds the lines of one spectrum after the other; all must have as many bins. */
export class LineFinder {
  /** Used again: a minute's frames are megabytes. */
  readonly #logs: Float32Array[] = [];
  #kept: { best: Float32Array; slopeAt: Int8Array; sum: Float32Array } | null = null;

  #scratch(bins: number) {
    this.#kept ??= { best: new Float32Array(bins), slopeAt: new Int8Array(bins), sum: new Float32Array(bins) };
    return this.#kept;
  }

  /**
   * Lines too faint for a single frame: along each straight course the logarithms of power over noise are averaged over the
   * frames, which finds a tone 30 dB under pink noise in a minute.
   */
  #faint(frames: readonly EarFrame[], binHz: number, lowest: number): FaintLine[] {
    const count = frames.length;
    if (count < 10) return [];
    const bins = (frames[0] as EarFrame).power.length;
    let threshold = Number.POSITIVE_INFINITY;
    const middle = (count - 1) / 2;
    const logs = frames.map(({ power, floor }, j) => {
      this.#logs[j] ??= new Float32Array(bins);
      const log = this.#logs[j] as Float32Array;
      for (let k = 0; k < bins; k++) {
        const value = Math.log(Math.max(0.05, (power[k] as number) / (floor[k] as number)));
        // A little of what is above the cap counts, so that the flank of a strong line does not look like its top.
        log[k] = value > CAP ? CAP + 0.02 * (value - CAP) : value;
      }
      return log;
    });
    const { best, slopeAt, sum } = this.#scratch(bins);
    best.fill(-9);
    for (let step = -SLOPES; step <= SLOPES; step++) {
      sum.fill(0);
      for (let j = 0; j < count; j++) {
        const shift = Math.round(((j - middle) * step) / 8);
        const log = logs[j] as Float32Array;
        const from = Math.max(0, -shift);
        const to = Math.min(bins, bins - shift);
        for (let k = from; k < to; k++) sum[k] = (sum[k] as number) + (log[k + shift] as number);
      }
      // How far averages of noise stray is measured, for it hangs on how far the frames are independent.
      if (step === 0) threshold = thresholdOf(sum, count);
      for (let k = 0; k < bins; k++) {
        if ((sum[k] as number) <= (best[k] as number)) continue;
        best[k] = sum[k] as number;
        slopeAt[k] = step;
      }
    }
    const found: FaintLine[] = [];
    const first = Math.max(LOBE, Math.ceil(lowest / binHz));
    for (let k = first; k < bins - LOBE; k++) {
      const score = (best[k] as number) / count;
      if (score < threshold) continue;
      let top = true;
      for (let d = -LOBE; d <= LOBE; d++) if ((best[k + d] as number) > (best[k] as number)) top = false;
      if (top && found.at(-1)?.bin !== k - 1) found.push({ bin: k, slope: (slopeAt[k] as number) / 8 });
    }
    return found;
  }

  /** The lines of one ear in each of a stretch of frames. */
  linesOf(frames: readonly EarFrame[], binHz: number, lowest: number): Peak[][] {
    const faint = this.#faint(frames, binHz, lowest);
    const middle = (frames.length - 1) / 2;
    return frames.map((frame, j) => {
      const peaks = strongPeaks(frame, binHz, lowest);
      const { power, floor, other } = frame;
      for (const { bin, slope } of faint) {
        const place = bin + slope * (j - middle);
        if (peaks.some(({ hz }) => Math.abs(hz / binHz - place) < LOBE)) continue;
        let top = Math.round(place);
        for (let k = Math.round(place) - 2; k <= place + 2; k++) if ((power[k] ?? 0) > (power[top] ?? 0)) top = k;
        const exact = interpolatePeak(power, top);
        if (!(exact.power > WEAK * (floor[top] ?? Number.POSITIVE_INFINITY))) continue;
        peaks.push({
          hz: exact.bin * binHz,
          amplitude: Math.sqrt(exact.power),
          contrast: exact.power / (floor[top] as number),
          other: Math.sqrt(other[top] as number),
          strong: false,
        });
      }
      return peaks;
    });
  }
}
