import type { NoiseColour } from '@nes/program/model.ts';

/** RMS of a noise at level 1, of every colour. Six standard deviations (once in hours) reach full scale. */
export const NOISE_RMS = 1 / 6;

/** Seconds a filter runs before the first sample heard: its slowest pole has fallen by 100 dB then. */
const WARM_UP_SECONDS = 0.3;

/**
 * Pink: poles and zeros fitted to −3.01 dB/oct in shares of the sample rate, so they serve every rate. Largest deviation
 * 0.1 dB from 0.0004 to 0.38 of the rate (20 Hz to 18 kHz at 48 kHz).
 */
const PINK_POLES = [0.30435553, 0.64816001, 0.91731705, 0.9815675, 0.99732638];
const PINK_ZEROS = [0.02214765, 0.48469692, 0.82051389, 0.96020516, 0.99240313];

/** Brown: an integrator, and two zeros fitted so that it keeps to −6.02 dB/oct up to 0.38 of the rate. */
const BROWN_ZEROS = [0.226, -0.07];

/**
 * Below this every noise falls by 24 dB/oct (Butterworth; 0.07 dB at 40 Hz). Nobody hears a pitch there, but it would
 * take the room of what is heard, and its slow swings are what the mean of a noise consists of: with a single pole at
 * 6 Hz the mean of a minute of brown noise at full level is −81 dBFS RMS, with this −96.
 */
const LOWEST_HZ = 24;

/** A 32-bit mix in which every input bit reaches every output bit (two rounds of multiply and shift, by C. Wellons). */
export function mix32(value: number): number {
  let x = value | 0;
  x = Math.imul(x ^ (x >>> 16), 0x21f0aaad);
  x = Math.imul(x ^ (x >>> 15), 0x735a2d97);
  return x ^ (x >>> 15);
}

/** What colours one channel. */
class Filter {
  private readonly colour: NoiseColour;
  private readonly gains: number[];
  private readonly direct: number;
  private readonly states = new Float64Array(5);

  constructor(colour: NoiseColour) {
    this.colour = colour;
    // The same filter as a sum of one-pole filters, which a processor can run side by side.
    this.direct = PINK_ZEROS.reduce((product, zero, index) => (product * zero) / (PINK_POLES[index] ?? 1), 1);
    this.gains = PINK_POLES.map((pole, index) =>
      PINK_POLES.reduce(
        (gain, other, place) =>
          (gain * (1 - (PINK_ZEROS[place] ?? 0) / pole)) / (place === index ? 1 : 1 - other / pole),
        1,
      ),
    );
  }

  reset(): void {
    this.states.fill(0);
  }

  /** Colours white noise in place. */
  run(out: Float64Array, count: number): void {
    if (this.colour === 'PINK') this.pink(out, count);
    else if (this.colour === 'BROWN') this.brown(out, count);
  }

  private pink(out: Float64Array, count: number): void {
    const { states, direct } = this;
    const [p0 = 0, p1 = 0, p2 = 0, p3 = 0, p4 = 0] = PINK_POLES;
    const [g0 = 0, g1 = 0, g2 = 0, g3 = 0, g4 = 0] = this.gains;
    let s0 = states[0] as number;
    let s1 = states[1] as number;
    let s2 = states[2] as number;
    let s3 = states[3] as number;
    let s4 = states[4] as number;
    for (let n = 0; n < count; n++) {
      const x = out[n] as number;
      s0 = s0 * p0 + x;
      s1 = s1 * p1 + x;
      s2 = s2 * p2 + x;
      s3 = s3 * p3 + x;
      s4 = s4 * p4 + x;
      out[n] = direct * x + g0 * s0 + (g1 * s1 + g2 * s2) + (g3 * s3 + g4 * s4);
    }
    states[0] = s0;
    states[1] = s1;
    states[2] = s2;
    states[3] = s3;
    states[4] = s4;
  }

  /** Its zeros; the integrator is in the high-pass. */
  private brown(out: Float64Array, count: number): void {
    const { states } = this;
    const [z0 = 0, z1 = 0] = BROWN_ZEROS;
    const sum = z0 + z1;
    const product = z0 * z1;
    let x1 = states[0] as number;
    let x2 = states[1] as number;
    for (let n = 0; n < count; n++) {
      const x = out[n] as number;
      out[n] = x + sum * x1 + product * x2;
      x2 = x1;
      x1 = x;
    }
    states[0] = x1;
    states[1] = x2;
  }
}

/**
 * The high-pass of both channels: two sections of second order in a row. Each waits for its own last sample, so the
 * channels are run side by side.
 */
class HighPass {
  private readonly factors: number[];
  private readonly integrated: boolean;
  private readonly states = new Float64Array(8);

  constructor(colour: NoiseColour, sampleRate: number) {
    const w = Math.tan((Math.PI * LOWEST_HZ) / sampleRate);
    this.factors = [1, 3].flatMap((odd) => {
      const damping = 2 * w * Math.sin((Math.PI * odd) / 8);
      const norm = 1 + damping + w * w;
      return [(2 * (1 - w * w)) / norm, (damping - 1 - w * w) / norm];
    });
    this.integrated = colour === 'BROWN';
  }

  reset(): void {
    this.states.fill(0);
  }

  run(first: Float64Array, second: Float64Array, count: number): void {
    const { states } = this;
    const [a1 = 0, a2 = 0, b1 = 0, b2 = 0] = this.factors;
    // Brown's integrator takes one of the four zeros at 0 Hz away.
    const tap = this.integrated ? 0 : 1;
    let u1 = states[0] as number;
    let u2 = states[1] as number;
    let v1 = states[2] as number;
    let v2 = states[3] as number;
    let x1 = states[4] as number;
    let x2 = states[5] as number;
    let y1 = states[6] as number;
    let y2 = states[7] as number;
    for (let n = 0; n < count; n++) {
      const u = (first[n] as number) + a2 * u2 + a1 * u1;
      const x = (second[n] as number) + a2 * x2 + a1 * x1;
      const v = u - u1 - tap * (u1 - u2) + b2 * v2 + b1 * v1;
      const y = x - x1 - tap * (x1 - x2) + b2 * y2 + b1 * y1;
      first[n] = v - v1 - (v1 - v2);
      second[n] = y - y1 - (y1 - y2);
      u2 = u1;
      u1 = u;
      v2 = v1;
      v1 = v;
      x2 = x1;
      x1 = x;
      y2 = y1;
      y1 = y;
    }
    states[0] = u1;
    states[1] = u2;
    states[2] = v1;
    states[3] = v2;
    states[4] = x1;
    states[5] = x2;
    states[6] = y1;
    states[7] = y2;
  }
}

/** RMS of a filter's answer to white noise of −1 to 1 (variance 1/3): from the energy of its impulse response. */
function filterRms(colour: NoiseColour, sampleRate: number): number {
  const filter = new Filter(colour);
  const highPass = new HighPass(colour, sampleRate);
  const block = new Float64Array(4096);
  const silence = new Float64Array(4096);
  let energy = 0;
  for (let done = 0; done < WARM_UP_SECONDS * sampleRate; done += block.length) {
    block.fill(0);
    if (done === 0) block[0] = 1;
    filter.run(block, block.length);
    highPass.run(block, silence, block.length);
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
  private readonly highPass: HighPass;
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
    this.filters = [new Filter(colour), new Filter(colour)];
    this.highPass = new HighPass(colour, sampleRate);
    this.scale = NOISE_RMS / filterRms(colour, sampleRate);
    this.own = correlation * this.scale;
    this.other = Math.sqrt(Math.max(0, 1 - correlation * correlation)) * this.scale;
    this.warmUp = Math.ceil(WARM_UP_SECONDS * sampleRate);
  }

  /** Writes samples `index` to `index + count` (at most 512). Where they do not follow the last ones, filters warm up. */
  fill(left: Float64Array, right: Float64Array, index: number, count: number): void {
    const { scratch, second, scale, own, other } = this;
    if (index !== this.next) {
      for (const filter of this.filters) filter.reset();
      this.highPass.reset();
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
    this.highPass.run(first, second, count);
  }
}
