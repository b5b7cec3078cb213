/** Frames rendered in one go; phases are taken from the closed form anew at each. */
export const BLOCK = 512;

/** Half of the time that a jump between two courses of a voice takes. */
export const JUMP_SECONDS = 0.01;

/** Length of the ramp at the beginning and end of what is rendered. */
export const EDGE_SECONDS = 0.02;

/** Length of every switch that people make while something sounds. */
export const SWITCH_SECONDS = 0.02;

/** Tones fade between these shares of the sample rate, so that none folds back. */
const FADE_FROM = 0.46;
const FADE_TO = 0.485;

/** Below this a tone fades with its frequency: a wave that stands still would be DC. */
export const LOWEST_HZ = 1;

/**
 * Steps from 0 to 1 with three derivatives at rest at both ends: 35x⁴ − 84x⁵ + 70x⁶ − 20x⁷. A raised cosine's second
 * derivative jumps at its ends; above 2 kHz a 20 ms ramp of this shape leaves 40 dB less of it.
 */
export function smoothStep(x: number): number {
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  return x * x * x * x * (35 - x * (84 - x * (70 - x * 20)));
}

export function fraction(x: number): number {
  return x - Math.floor(x);
}

/** First frame of a block at or after `time`, where frame 0 is at `start`. */
export function frameAt(time: number, start: number, dt: number): number {
  return Math.ceil((time - start) / dt);
}

/** Share of its amplitude that a tone of `hertz` keeps. */
export function audibleShare(hertz: number, sampleRate: number): number {
  const high = (FADE_TO - Math.abs(hertz) / sampleRate) / (FADE_TO - FADE_FROM);
  return Math.max(0, Math.min(1, high, Math.abs(hertz) / LOWEST_HZ));
}

/** Buffers that all voices of one renderer share. */
export class Scratch {
  readonly left = new Float64Array(BLOCK);
  readonly right = new Float64Array(BLOCK);
  readonly third = new Float64Array(BLOCK);
  readonly voiceLeft = new Float64Array(BLOCK);
  readonly voiceRight = new Float64Array(BLOCK);
  readonly spin = new Float64Array(BLOCK);
  readonly mono = new Float64Array(BLOCK);
  readonly noiseLeft = new Float64Array(BLOCK * 2 + 64);
  readonly noiseRight = new Float64Array(BLOCK * 2 + 64);
}

/**
 * What a block is: frame 0 at played second `start`, `dt` seconds apart, `index` the running number of frame 0. `realigned`:
 * the number jumps here while the sound goes on.
 */
export interface Block {
  start: number;
  dt: number;
  count: number;
  index: number;
  realigned: boolean;
}

/** Renders one voice; adds to `left` and `right` from frame 0 to the block's count. */
export interface Track {
  render(block: Block, left: Float64Array, right: Float64Array): void;
}

/** Amplitude of the bell before the end. */
export const END_BELL = 0.2;
