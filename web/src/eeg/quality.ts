/** Why a window cannot be used. */
export type Fault = 'not-worn' | 'movement' | 'mains' | 'lost';

/** Share of a window that may be at a rail. */
const RAIL_SHARE = 0.01;
/** µV after the high-pass; more is no EEG. */
const LARGEST_MICROVOLTS = 100;
/** µV between two samples at 256 Hz. */
const LARGEST_STEP_MICROVOLTS = 50;
/** Standard deviation in µV below which nothing is connected. */
const FLAT_MICROVOLTS = 0.02;
/** No answer when more than this share of windows is left out. */
export const LARGEST_LEFT_OUT_SHARE = 0.4;
/** Nobody moves all the time: with more than this share of windows too large, the electrode does not touch. */
const LOOSE_SHARE = 0.8;

/**
 * Samples at the channel's extremes. A signal reaches its own extremes once; an amplifier at its end gives them again and
 * again. A signal that stays within what EEG can be is at no rail: a quiet one in coarse steps repeats its extremes too.
 */
function railed(samples: Float64Array): Uint8Array {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const value of samples) {
    if (value < low) low = value;
    if (value > high) high = value;
  }
  if (high - low <= 2 * LARGEST_MICROVOLTS) return new Uint8Array(samples.length);
  return Uint8Array.from(samples, (value) => (value === low || value === high ? 1 : 0));
}

/** Judges windows of one channel. */
export class ChannelQuality {
  private readonly raw: Float64Array;
  private readonly filtered: Float64Array;
  private readonly rails: Uint8Array;
  private readonly sampleRateHz: number;
  private readonly step: number;

  /**
   * @param raw µV as recorded, NaN where lost
   * @param filtered the same after the 1 Hz high-pass
   */
  constructor(raw: Float64Array, filtered: Float64Array, sampleRateHz: number) {
    this.raw = raw;
    this.filtered = filtered;
    this.sampleRateHz = sampleRateHz;
    this.rails = railed(raw);
    // A slower device has larger steps of the same signal.
    this.step = LARGEST_STEP_MICROVOLTS * Math.max(1, 256 / sampleRateHz);
  }

  /** What is wrong with a window, or undefined. */
  fault(from: number, length: number): Fault | undefined {
    const { raw, filtered, rails } = this;
    let atRail = 0;
    let large = false;
    let steps = false;
    let sum = 0;
    let squares = 0;
    for (let n = from; n < from + length; n++) {
      const value = raw[n] as number;
      if (Number.isNaN(value)) return 'lost';
      atRail += rails[n] as number;
      const clean = filtered[n] as number;
      sum += clean;
      squares += clean * clean;
      if (Math.abs(clean) > LARGEST_MICROVOLTS) large = true;
      if (n > from && Math.abs(value - (raw[n - 1] as number)) > this.step) steps = true;
    }
    if (atRail > RAIL_SHARE * length) return 'not-worn';
    const variance = squares / length - (sum / length) ** 2;
    if (!(variance > FLAT_MICROVOLTS ** 2)) return 'not-worn';
    if (!large && !steps) return undefined;
    return this.lineShare(from, length, variance) > 0.5 ? 'mains' : 'movement';
  }

  /** Share of a window's variance at 50 or 60 Hz. */
  private lineShare(from: number, length: number, variance: number): number {
    let most = 0;
    for (const line of [50, 60]) {
      if (line > this.sampleRateHz / 2) continue;
      let re = 0;
      let im = 0;
      const turn = (2 * Math.PI * line) / this.sampleRateHz;
      for (let n = 0; n < length; n++) {
        re += (this.filtered[from + n] as number) * Math.cos(turn * n);
        im += (this.filtered[from + n] as number) * Math.sin(turn * n);
      }
      most = Math.max(most, (2 * (re * re + im * im)) / (length * length) / variance);
    }
    return most;
  }
}

/** What a channel's windows say together: too few are left, and why. */
export function channelFault(faults: readonly (Fault | undefined)[]): Fault | undefined {
  const count = (fault: Fault) => faults.filter((one) => one === fault).length;
  const left = faults.filter((fault) => fault !== undefined).length;
  if (faults.length === 0 || left / faults.length <= LARGEST_LEFT_OUT_SHARE) return undefined;
  const order: Fault[] = ['not-worn', 'mains', 'movement', 'lost'];
  order.sort((a, b) => count(b) - count(a));
  const loose = (left - count('lost')) / faults.length > LOOSE_SHARE;
  return order[0] === 'movement' && loose ? 'not-worn' : order[0];
}
