import type { NoiseColour } from '../program/model.ts';

/** RMS of a noise at level 1, of every colour. Six standard deviations (once in hours) reach full scale. */
export const NOISE_RMS = 1 / 6;

/** Seconds a filter runs before the first sample heard: its slowest pole (1.6 Hz at 48 kHz) is over by then. */
const WARM_UP_SECONDS = 1.2;

/**
 * Pink: poles and zeros fitted to −3.01 dB/oct in shares of the sample rate, so they serve every rate. Largest deviation
 * 0.084 dB from 0.0002 to 0.38 of the rate (10 Hz to 18 kHz at 48 kHz).
 */
const PINK_POLES = [0.22059335, 0.67530465, 0.89692716, 0.97555362, 0.9938248, 0.99815581, 0.9997942];
const PINK_ZEROS = [-0.02056711, 0.45954071, 0.81966912, 0.94672561, 0.9881622, 0.99672172, 0.99907588];

/** Brown: a pole at 6 Hz, and two zeros fitted so that an integrator keeps to −6.02 dB/oct up to 0.38 of the rate. */
const BROWN_HZ = 6;
const BROWN_ZEROS = [0.226, -0.07];

/** Pole of the filter that keeps coloured noise free of DC; 0.1 dB at 40 Hz. */
const DC_HZ = 6;

/** A 32-bit mix in which every input bit reaches every output bit (two rounds of multiply and shift, by C. Wellons). */
export function mix32(value: number): number {
  let x = value | 0;
  x = Math.imul(x ^ (x >>> 16), 0x21f0aaad);
  x = Math.imul(x ^ (x >>> 15), 0x735a2d97);
  return x ^ (x >>> 15);
}

/** One channel of coloured noise: a pure function of seed and sample index, but for filters that it warms up. */
class Channel {
  private readonly seed: number;
  private readonly poles: number[];
  private readonly gains: number[];
  private readonly direct: number;
  private readonly zeros: number[];
  private readonly dcPole: number;
  private readonly states = new Float64Array(8);
  private readonly scratch = new Float64Array(4096);

  constructor(colour: NoiseColour, seed: number, sampleRate: number) {
    this.seed = seed;
    this.dcPole = Math.exp((-2 * Math.PI * DC_HZ) / sampleRate);
    this.poles = [];
    this.gains = [];
    this.zeros = [];
    this.direct = 1;
    if (colour === 'PINK') {
      // The same filter as a sum of one-pole filters, which a processor can run side by side.
      this.poles = PINK_POLES;
      this.direct = PINK_ZEROS.reduce((product, zero, index) => (product * zero) / (PINK_POLES[index] ?? 1), 1);
      this.gains = PINK_POLES.map((pole, index) =>
        PINK_POLES.reduce(
          (gain, other, place) =>
            (gain * (1 - (PINK_ZEROS[place] ?? 0) / pole)) / (place === index ? 1 : 1 - other / pole),
          1,
        ),
      );
    } else if (colour === 'BROWN') {
      this.poles = [Math.exp((-2 * Math.PI * BROWN_HZ) / sampleRate)];
      this.zeros = BROWN_ZEROS;
    }
  }

  reset(): void {
    this.states.fill(0);
  }

  /** Fills `out` from place `from` to `to` with white noise of −1 to 1 from sample `index` on. */
  white(out: Float64Array, from: number, to: number, index: number): void {
    const seed = mix32(this.seed ^ Math.floor(index / 2 ** 32));
    let counter = index | 0;
    for (let n = from; n < to; n++) {
      let x = Math.imul(counter, 0x9e3779b1) ^ seed;
      x = Math.imul(x ^ (x >>> 16), 0x21f0aaad);
      x = Math.imul(x ^ (x >>> 15), 0x735a2d97);
      out[n] = (x ^ (x >>> 15)) * 2 ** -31;
      counter = (counter + 1) | 0;
    }
  }

  /** Colours white noise in place. */
  filter(out: Float64Array, from: number, to: number): void {
    if (this.zeros.length > 0) this.brown(out, from, to);
    else if (this.poles.length > 0) this.pink(out, from, to);
  }

  private pink(out: Float64Array, from: number, to: number): void {
    const { states, direct, scratch } = this;
    const dc = 1 - this.dcPole;
    // Two passes, so that the states and factors of each fit into a processor's registers.
    const [p0 = 0, p1 = 0, p2 = 0, p3 = 0, p4 = 0, p5 = 0, p6 = 0] = this.poles;
    const [g0 = 0, g1 = 0, g2 = 0, g3 = 0, g4 = 0, g5 = 0, g6 = 0] = this.gains;
    let s0 = states[0] as number;
    let s1 = states[1] as number;
    let s2 = states[2] as number;
    let s3 = states[3] as number;
    for (let n = from; n < to; n++) {
      const x = out[n] as number;
      s0 = s0 * p0 + x;
      s1 = s1 * p1 + x;
      s2 = s2 * p2 + x;
      s3 = s3 * p3 + x;
      scratch[n] = g0 * s0 + g1 * s1 + (g2 * s2 + g3 * s3);
    }
    states[0] = s0;
    states[1] = s1;
    states[2] = s2;
    states[3] = s3;
    s0 = states[4] as number;
    s1 = states[5] as number;
    s2 = states[6] as number;
    s3 = states[7] as number;
    for (let n = from; n < to; n++) {
      const x = out[n] as number;
      s0 = s0 * p4 + x;
      s1 = s1 * p5 + x;
      s2 = s2 * p6 + x;
      const value = direct * x + (scratch[n] as number) + (g4 * s0 + g5 * s1 + g6 * s2) - s3;
      out[n] = value;
      s3 += dc * value;
    }
    states[4] = s0;
    states[5] = s1;
    states[6] = s2;
    states[7] = s3;
  }

  private brown(out: Float64Array, from: number, to: number): void {
    const { states, dcPole } = this;
    const pole = this.poles[0] ?? 0;
    const [z0 = 0, z1 = 0] = this.zeros;
    const sum = z0 + z1;
    const product = z0 * z1;
    const dcShare = 1 - dcPole;
    let s = states[0] as number;
    let x1 = states[1] as number;
    let x2 = states[2] as number;
    let dc = states[3] as number;
    for (let n = from; n < to; n++) {
      const x = out[n] as number;
      s = s * pole + x + sum * x1 + product * x2;
      x2 = x1;
      x1 = x;
      const value = s - dc;
      out[n] = value;
      dc += dcShare * value;
    }
    states[0] = s;
    states[1] = x1;
    states[2] = x2;
    states[3] = dc;
  }
}

/** RMS of a filter's answer to white noise of −1 to 1 (variance 1/3): from the energy of its impulse response. */
function filterRms(colour: NoiseColour, sampleRate: number): number {
  const channel = new Channel(colour, 0, sampleRate);
  const block = new Float64Array(4096);
  let energy = 0;
  for (let done = 0; done < WARM_UP_SECONDS * sampleRate; done += block.length) {
    block.fill(0);
    if (done === 0) block[0] = 1;
    channel.filter(block, 0, block.length);
    for (const value of block) energy += value * value;
  }
  return Math.sqrt(energy / 3);
}

/** Two channels of noise with a wanted correlation, of RMS {@link NOISE_RMS}, at most ±1. */
export class Noise {
  private readonly channels: Channel[];
  private readonly shares: [number, number];
  private readonly scale: number;
  private readonly warmUp: number;
  private readonly scratch = new Float64Array(512);
  private next = Number.NaN;

  /** @param correlation of left and right, −1 to 1 */
  constructor(colour: NoiseColour, correlation: number, seed: number, sampleRate: number) {
    this.shares = [correlation, Math.sqrt(Math.max(0, 1 - correlation * correlation))];
    this.channels = [mix32(seed), mix32(seed + 0x632be5ab)].map((each) => new Channel(colour, each, sampleRate));
    if (this.shares[1] === 0) this.channels.length = 1;
    this.scale = NOISE_RMS / filterRms(colour, sampleRate);
    this.warmUp = colour === 'WHITE' ? 0 : Math.ceil(WARM_UP_SECONDS * sampleRate);
  }

  /** Writes samples `index` to `index + count` (at most 512). Where they do not follow the last ones, filters warm up. */
  fill(left: Float64Array, right: Float64Array, index: number, count: number): void {
    const [first, second] = this.channels;
    if (!first) return;
    const { scratch } = this;
    if (index !== this.next) {
      for (const channel of this.channels) {
        channel.reset();
        for (let at = -this.warmUp; at < 0; at += scratch.length) {
          const length = Math.min(scratch.length, -at);
          // Before sample 0 the counter runs through negative numbers, which are as good as others.
          channel.white(scratch, 0, length, index + at);
          channel.filter(scratch, 0, length);
        }
      }
    }
    this.next = index + count;
    first.white(left, 0, count, index);
    first.filter(left, 0, count);
    if (second) {
      second.white(scratch, 0, count, index);
      second.filter(scratch, 0, count);
    }
    const { scale } = this;
    const own = this.shares[0] * scale;
    const other = this.shares[1] * scale;
    if (!second) scratch.fill(0, 0, count);
    for (let n = 0; n < count; n++) {
      const x = left[n] as number;
      const l = x * scale;
      const r = x * own + (scratch[n] as number) * other;
      left[n] = l * l > 1 ? Math.sign(l) : l;
      right[n] = r * r > 1 ? Math.sign(r) : r;
    }
  }
}
