import { findBeats } from './beats.ts';
import { CLOSE_HZ, CLOSE_SIZE, CloseLines, type CloseLook } from './close.ts';
import { Decimator, lowPass } from './fir.ts';
import { LoudnessMeter } from './loudness-meter.ts';
import { EnvelopeTaps, type Modulation } from './modulation.ts';
import type { Analysis } from './report.ts';
import { type SpectrumWatcher, WholeSpectrum } from './whole-spectrum.ts';

/** Frames of one section: a minute, after which its sound is forgotten. */
const SECTION_FRAMES = 28;

/** Whole divisors that bring a rate near 4 kHz, each in steps of which the early ones may be loose. */
const STEPS: readonly (readonly number[])[] = [
  [1],
  [2],
  [3],
  [4],
  [5],
  [2, 3],
  [4, 2],
  [3, 3],
  [5, 2],
  [4, 3],
  [4, 4],
  [5, 4],
  [8, 3],
  [8, 4],
  [8, 6],
  [16, 4],
  [16, 6],
];

function stepsFor(sampleRate: number): readonly number[] {
  let best = STEPS[0] as readonly number[];
  let least = Number.POSITIVE_INFINITY;
  for (const steps of STEPS) {
    const rate = sampleRate / steps.reduce((a, b) => a * b, 1);
    if (rate < 3500) continue;
    if (rate - 3500 < least) {
      least = rate - 3500;
      best = steps;
    }
  }
  return best;
}

function decimators(sampleRate: number): { stages: Decimator[]; rate: number } {
  const stages: Decimator[] = [];
  let rate = sampleRate;
  for (const factor of stepsFor(sampleRate)) {
    const out = rate / factor;
    const pass = Math.min(CLOSE_HZ, 0.43 * out);
    if (factor > 1) stages.push(new Decimator(factor, lowPass(pass / rate, (out - pass) / rate, 90)));
    rate = out;
  }
  return { stages, rate };
}

/** Makes the close look: by itself in the thread that asks, or in another (`close-beside.ts`). */
export type CloseMaker = (rate: number, mono: boolean) => CloseLook;

/**
 * Takes a recording piece by piece and says what is in it. Memory does not grow with its length but for the courses of its
 * lines.
 */
export class Analyser {
  readonly #sampleRate: number;
  readonly #mono: boolean;
  readonly #rate: number;
  readonly #stages: [Decimator[], Decimator[]];
  readonly #close: CloseLook;
  readonly #meter: LoudnessMeter;
  readonly #whole: WholeSpectrum;
  readonly #taps: EnvelopeTaps;
  readonly #modulations: Modulation[] = [];
  #total = 0;
  /** Samples given to the close look. */
  #end = 0;
  #frames = 0;
  #window = CLOSE_SIZE;

  /**
   * @param sampleRate of the recording itself, 8,000 to 384,000 Hz
   * @param channels 1: both ears hear the same
   * @param watch sees the spectra of 0.37 s, for a drawing
   * @throws {RangeError} for another rate
   */
  constructor(
    sampleRate: number,
    channels: 1 | 2,
    { watch, close = (rate, mono) => new CloseLines(rate, mono) }: { watch?: SpectrumWatcher; close?: CloseMaker } = {},
  ) {
    if (!(sampleRate >= 8000 && sampleRate <= 384_000)) {
      throw new RangeError(`a sample rate of ${sampleRate} Hz; expected 8,000 to 384,000`);
    }
    this.#sampleRate = sampleRate;
    this.#mono = channels === 1;
    const left = decimators(sampleRate);
    this.#stages = [left.stages, decimators(sampleRate).stages];
    this.#rate = left.rate;
    this.#close = close(left.rate, this.#mono);
    this.#meter = new LoudnessMeter(sampleRate, this.#mono);
    this.#whole = new WholeSpectrum(sampleRate, CLOSE_HZ, watch);
    this.#taps = new EnvelopeTaps(sampleRate);
  }

  /** The next samples of both ears, equally many; of a mono recording the same array twice. Wait for it before the next. */
  async push(left: Float32Array, right: Float32Array): Promise<void> {
    this.#total += left.length;
    this.#meter.push(left, right);
    this.#whole.push(left, right);
    this.#taps.push(left, right);
    this.#decimate(left, right);
    const ahead = (this.#frames + 2 * SECTION_FRAMES) * this.#hop + this.#window / 2;
    if (this.#end >= ahead) await this.#section(SECTION_FRAMES);
  }

  get #hop(): number {
    return this.#window / 4;
  }

  #decimate(left: Float32Array, right: Float32Array): void {
    const run = (ear: 0 | 1, values: Float32Array) => {
      let now: Float32Array | Float64Array = values;
      for (const stage of this.#stages[ear]) now = stage.push(now);
      return now instanceof Float64Array ? now : Float64Array.from(now);
    };
    const first = run(0, left);
    this.#end += first.length;
    this.#close.push(first, this.#mono ? first : run(1, right));
  }

  async #section(frames: number): Promise<void> {
    const hop = this.#hop;
    const from = Math.round(Math.max(0, (this.#frames - 0.5) * hop));
    const to = Math.round(Math.min(this.#end, (this.#frames + frames - 0.5) * hop));
    await this.#close.look({ frames, window: this.#window, from, to });
    const modulation = this.#taps.take(from / this.#rate, to / this.#rate);
    if (modulation) this.#modulations.push(modulation);
    this.#frames += frames;
  }

  async finish(): Promise<Analysis> {
    const longest = Math.max(...this.#stages[0].map((stage) => stage.tail), 0);
    // Zeros that bring the filters' last values out; what they add beyond the recording is silence.
    const rest = new Float32Array(longest * this.#stages[0].reduce((product, { factor }) => product * factor, 1));
    if (rest.length > 0) this.#decimate(rest, rest);
    const end = Math.ceil((this.#total * this.#rate) / this.#sampleRate);
    if (this.#frames === 0 && end < CLOSE_SIZE) this.#window = Math.max(512, end);
    const frames = Math.floor(end / this.#hop) + 1 - this.#frames;
    if (this.#total > 0 && frames > 0) await this.#section(frames);
    const seconds = this.#total / this.#sampleRate;
    const levels = this.#meter.finish();
    const whole = this.#whole.finish();
    const { tracks, pulses } = await this.#close.finish();
    const found = findBeats({
      seconds,
      mono: this.#mono,
      window: this.#window / this.#rate,
      tracks,
      high: whole.tracks,
      pulses,
      modulations: this.#modulations,
    });
    return {
      seconds,
      sampleRateHz: this.#sampleRate,
      channels: this.#mono ? 1 : 2,
      tones: found.tones,
      beats: found.beats,
      noise: whole.noise,
      strobe: whole.strobe,
      levels,
      coding: whole.coding,
    };
  }
}
