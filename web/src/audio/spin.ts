import { BLOCK, type Block, type Scratch, type Track } from './blocks.ts';
import type { Noise } from './noise.ts';

/** Widest ear delay of a spinning noise, with room for the filter's taps. */
const SPIN_SECONDS = 0.0035;
const SINC_TAPS = 16;
const SINC_STEPS = 128;

/** Windowed sinc rows for fractional delays, made once. */
let sincRows: Float64Array | null = null;

function makeSincRows(): Float64Array {
  const rows = new Float64Array((SINC_STEPS + 1) * SINC_TAPS);
  for (let step = 0; step <= SINC_STEPS; step++) {
    let sum = 0;
    for (let tap = 0; tap < SINC_TAPS; tap++) {
      const x = tap - (SINC_TAPS / 2 - 1) - step / SINC_STEPS;
      const window = Math.cos((Math.PI * x) / (SINC_TAPS + 2)) ** 2;
      const value = (Math.abs(x) < 1e-9 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x)) * window;
      rows[step * SINC_TAPS + tap] = value;
      sum += value;
    }
    for (let tap = 0; tap < SINC_TAPS; tap++) {
      const place = step * SINC_TAPS + tap;
      rows[place] = (rows[place] as number) / sum;
    }
  }
  return rows;
}

/** A signal between its samples. */
function tapped(samples: Float64Array, place: number, rows: Float64Array): number {
  const whole = Math.floor(place);
  const row = (place - whole) * SINC_STEPS;
  const step = Math.floor(row);
  const share = row - step;
  let near = 0;
  let far = 0;
  const first = whole - (SINC_TAPS / 2 - 1);
  for (let tap = 0; tap < SINC_TAPS; tap++) {
    const value = samples[first + tap] ?? 0;
    near += value * (rows[step * SINC_TAPS + tap] as number);
    far += value * (rows[(step + 1) * SINC_TAPS + tap] ?? 0);
  }
  return near + share * (far - near);
}

/** Left hears the noise earlier by the spin's place, right later, as SBaGen does it. */
export class Spin implements Track {
  private readonly noise: Noise;
  private readonly scratch: Scratch;
  private readonly reach: number;
  /** The noise from `reach` before to `reach` after the block. */
  private readonly keptLeft: Float64Array;
  private readonly keptRight: Float64Array;
  private keptTo = Number.NaN;

  constructor(noise: Noise, sampleRate: number, scratch: Scratch) {
    this.noise = noise;
    this.scratch = scratch;
    this.reach = Math.ceil(SPIN_SECONDS * sampleRate) + SINC_TAPS;
    this.keptLeft = new Float64Array(BLOCK + 2 * this.reach);
    this.keptRight = new Float64Array(this.keptLeft.length);
  }

  render(block: Block, left: Float64Array, right: Float64Array): void {
    const { scratch, reach, keptLeft, keptRight } = this;
    const { count, index } = block;
    sincRows ??= makeSincRows();
    const rows = sincRows;
    const wanted = index + count + reach;
    let have = keptLeft.length - count;
    if (this.keptTo === index + reach) {
      keptLeft.copyWithin(0, count);
      keptRight.copyWithin(0, count);
    } else {
      have = 0;
    }
    for (let at = have; at < keptLeft.length; at += BLOCK) {
      const length = Math.min(BLOCK, keptLeft.length - at);
      this.noise.fill(scratch.noiseLeft, scratch.noiseRight, wanted - keptLeft.length + at, length);
      keptLeft.set(scratch.noiseLeft.subarray(0, length), at);
      keptRight.set(scratch.noiseRight.subarray(0, length), at);
    }
    this.keptTo = wanted;
    const first = keptLeft.length - reach - count;
    for (let n = 0; n < count; n++) {
      const place = scratch.spin[n] as number;
      left[n] = (left[n] as number) + (scratch.voiceLeft[n] as number) * tapped(keptLeft, first + n + place, rows);
      right[n] = (right[n] as number) + (scratch.voiceRight[n] as number) * tapped(keptRight, first + n - place, rows);
    }
  }
}
