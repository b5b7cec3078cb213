import type { NoiseColour } from '../program/model.ts';

/** RMS of a noise at level 1, of every colour. Six standard deviations (once in hours) reach full scale. */
export const NOISE_RMS = 1 / 6;

/** Seconds a filter runs before the first sample heard: its slowest pole is over by then. */
const WARM_UP_SECONDS = 0.7;

/**
 * Pink: poles and zeros fitted to −3.01 dB/oct in shares of the sample rate, so they serve every rate. Largest deviation
 * 0.1 dB from 0.0004 to 0.38 of the rate (20 Hz to 18 kHz at 48 kHz).
 */
const PINK_POLES = [0.30435553, 0.64816001, 0.91731705, 0.9815675, 0.99732638];
const PINK_ZEROS = [0.02214765, 0.48469692, 0.82051389, 0.96020516, 0.99240313];

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

/** The filter of one channel. */
class Filter {
  private readonly poles: number[];
  private readonly gains: number[];
  private readonly direct: number;
  private readonly zeros: number[];
  private readonly dc: number;
  private readonly states = new Float64Array(6);

  constructor(colour: NoiseColour, sampleRate: number) {
    this.dc = 1 - Math.exp((-2 * Math.PI * DC_HZ) / sampleRate);
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

  /** Colours white noise in place. */
  run(out: Float64Array, count: number): void {
    if (this.zeros.length > 0) this.brown(out, count);
    else if (this.poles.length > 0) this.pink(out, count);
  }

  private pink(out: Float64Array, count: number): void {
    const { states, direct, dc } = this;
    const [p0 = 0, p1 = 0, p2 = 0, p3 = 0, p4 = 0] = this.poles;
    const [g0 = 0, g1 = 0, g2 = 0, g3 = 0, g4 = 0] = this.gains;
    let s0 = states[0] as number;
    let s1 = states[1] as number;
    let s2 = states[2] as number;
    let s3 = states[3] as number;
    let s4 = states[4] as number;
    let level = states[5] as number;
    for (let n = 0; n < count; n++) {
      const x = out[n] as number;
      s0 = s0 * p0 + x;
      s1 = s1 * p1 + x;
      s2 = s2 * p2 + x;
      s3 = s3 * p3 + x;
      s4 = s4 * p4 + x;
      const value = direct * x + g0 * s0 + (g1 * s1 + g2 * s2) + (g3 * s3 + g4 * s4) - level;
      out[n] = value;
      level += dc * value;
    }
    states[0] = s0;
    states[1] = s1;
    states[2] = s2;
    states[3] = s3;
    states[4] = s4;
    states[5] = level;
  }

  private brown(out: Float64Array, count: number): void {
    const { states, dc } = this;
    const pole = this.poles[0] ?? 0;
    const [z0 = 0, z1 = 0] = this.zeros;
    const sum = z0 + z1;
    const product = z0 * z1;
    let s = states[0] as number;
    let x1 = states[1] as number;
    let x2 = states[2] as number;
    let level = states[3] as number;
    for (let n = 0; n < count; n++) {
      const x = out[n] as number;
      s = s * pole + x + sum * x1 + product * x2;
      x2 = x1;
      x1 = x;
      const value = s - level;
      out[n] = value;
      level += dc * value;
    }
    states[0] = s;
    states[1] = x1;
    states[2] = x2;
    states[3] = level;
  }
}

/** RMS of a filter's answer to white noise of −1 to 1 (variance 1/3): from the energy of its impulse response. */
function filterRms(colour: NoiseColour, sampleRate: number): number {
  const filter = new Filter(colour, sampleRate);
  const block = new Float64Array(4096);
  let energy = 0;
  for (let done = 0; done < WARM_UP_SECONDS * sampleRate; done += block.length) {
    block.fill(0);
    if (done === 0) block[0] = 1;
    filter.run(block, block.length);
    for (const value of block) energy += value * value;
  }
  return Math.sqrt(energy / 3);
}

/**
 * Two channels of noise with a wanted correlation, of RMS {@link NOISE_RMS}, at most ±1: a pure function of seed and
 * sample index, but for filters that warm up where the index jumps.
 */
export class Noise {
  private readonly filters: Filter[];
  private readonly seed: number;
  private readonly own: number;
  private readonly other: number;
  private readonly scale: number;
  private readonly warmUp: number;
  private readonly scratch = new Float64Array(512);
  private readonly second = new Float64Array(512);
  private next = Number.NaN;

  /** @param correlation of left and right, −1 to 1 */
  constructor(colour: NoiseColour, correlation: number, seed: number, sampleRate: number) {
    this.seed = seed;
    this.filters = [new Filter(colour, sampleRate), new Filter(colour, sampleRate)];
    this.scale = NOISE_RMS / filterRms(colour, sampleRate);
    this.own = correlation * this.scale;
    this.other = Math.sqrt(Math.max(0, 1 - correlation * correlation)) * this.scale;
    this.warmUp = colour === 'WHITE' ? 0 : Math.ceil(WARM_UP_SECONDS * sampleRate);
  }

  /** Writes samples `index` to `index + count` (at most 512). Where they do not follow the last ones, filters warm up. */
  fill(left: Float64Array, right: Float64Array, index: number, count: number): void {
    const { scratch, second, scale, own, other } = this;
    if (index !== this.next) {
      for (const filter of this.filters) filter.reset();
      // Before sample 0 the counter runs through negative numbers, which are as good as others.
      for (let at = -this.warmUp; at < 0; at += scratch.length)
        this.colour(scratch, index + at, Math.min(scratch.length, -at));
    }
    this.next = index + count;
    this.colour(left, index, count);
    for (let n = 0; n < count; n++) {
      const x = left[n] as number;
      const l = x * scale;
      const r = x * own + (second[n] as number) * other;
      left[n] = l * l > 1 ? Math.sign(l) : l;
      right[n] = r * r > 1 ? Math.sign(r) : r;
    }
  }

  /** Two independent channels of coloured noise: into `first` and the second buffer. */
  private colour(first: Float64Array, index: number, count: number): void {
    const { second, filters } = this;
    const both = this.other !== 0;
    const seed = mix32(this.seed ^ Math.floor(index / 2 ** 32));
    let counter = index | 0;
    // One mixed counter gives a sample of 16 bits to each channel; its steps are far below the noise itself.
    for (let n = 0; n < count; n++) {
      let x = Math.imul(counter, 0x9e3779b1) ^ seed;
      x = Math.imul(x ^ (x >>> 16), 0x21f0aaad);
      x = Math.imul(x ^ (x >>> 15), 0x735a2d97);
      x ^= x >>> 15;
      first[n] = ((x >> 16) + 0.5) * 2 ** -15;
      second[n] = (((x << 16) >> 16) + 0.5) * 2 ** -15;
      counter = (counter + 1) | 0;
    }
    filters[0]?.run(first, count);
    if (both) filters[1]?.run(second, count);
  }
}
