import { LineFinder } from './lines.ts';
import { envelopeOf, findPulsation, type Pulsation } from './pulses.ts';
import type { Ear } from './report.ts';
import { noiseFloor, Spectrometer, type Spectrum } from './spectrum.ts';
import { type Track, Tracker } from './tracks.ts';

/** Lines are followed closely up to here, where beats can be heard; above, coarsely. */
export const CLOSE_HZ = 1600;
/** Lowest line, below any carrier (`program.md`: 20 Hz). */
const LOWEST_HZ = 15;
/** Samples of the close spectrum: 8.2 s at 4 kHz. */
export const CLOSE_SIZE = 32_768;
/** Widths in Hz of the blocks over which the noise beneath lines is measured, at low frequencies and at high ones. */
const NARROW_HZ = 5;
const FLOOR_HZ = 25;
/** Power per bin under which no noise is counted: rounding errors of numbers themselves. */
const LOWEST_FLOOR = 1e-16;
/** Tones of an ear whose envelope is looked at in one section. */
const MOST_CARRIERS = 6;

/** Values that come in at one end and are forgotten at the other. */
class Store {
  /** Two sections and a window of 4 kHz: what grows leaves garbage behind. */
  #values = new Float64Array(1 << 19);
  #count = 0;
  /** Index of the first value still there, counted from the stream's beginning. */
  first = 0;

  get end(): number {
    return this.first + this.#count;
  }

  push(values: Float64Array): void {
    if (this.#count + values.length > this.#values.length) {
      const more = new Float64Array(Math.max(this.#values.length * 2, this.#count + values.length));
      more.set(this.#values.subarray(0, this.#count));
      this.#values = more;
    }
    this.#values.set(values, this.#count);
    this.#count += values.length;
  }

  forget(before: number): void {
    const drop = Math.max(0, Math.min(this.#count, before - this.first));
    if (drop === 0) return;
    this.#values.copyWithin(0, drop, this.#count);
    this.#count -= drop;
    this.first += drop;
  }

  get values(): Float64Array {
    return this.#values.subarray(0, this.#count);
  }
}

/** Pulses of a followed tone in one section. */
export interface PulseFinding {
  track: Track;
  pulsation: Pulsation;
}

/** What the close look found in the end. */
export interface CloseFindings {
  tracks: Record<Ear, Track[]>;
  pulses: PulseFinding[];
}

/** A part of the stream that is looked at as a whole. */
export interface Section {
  /** Frames of the close spectrum, a quarter of its window apart. */
  frames: number;
  /** Samples under the window. */
  window: number;
  /** First and last sample whose envelopes belong to it, counted from the stream's beginning. */
  from: number;
  to: number;
}

/** The close look, here or in a thread of its own. */
export interface CloseLook {
  /** The next samples of both ears at the rate of the close look, equally many. */
  push(left: Float64Array, right: Float64Array): void;
  /** Looks at the next section. Resolves where more may be pushed. */
  look(section: Section): void | Promise<void>;
  finish(): CloseFindings | Promise<CloseFindings>;
}

/** Lines up to 1.6 kHz, followed from frame to frame, and what the envelopes of those do. */
export class CloseLines implements CloseLook {
  readonly #rate: number;
  readonly #mono: boolean;
  readonly #ears: readonly (0 | 1)[];
  readonly #stores: [Store, Store] = [new Store(), new Store()];
  readonly #trackers: [Tracker, Tracker] = [new Tracker('left'), new Tracker('right')];
  readonly #finder = new LineFinder();
  readonly #pulses: PulseFinding[] = [];
  #spectrometer: Spectrometer | null = null;
  /** Used again by each section. */
  readonly #spectra: Spectrum[] = [];
  readonly #floors: [Float64Array[], Float64Array[]] = [[], []];
  #frames = 0;

  /** @param rate samples a second of what is pushed */
  constructor(rate: number, mono: boolean) {
    this.#rate = rate;
    this.#mono = mono;
    this.#ears = mono ? [0] : [0, 1];
  }

  push(left: Float64Array, right: Float64Array): void {
    this.#stores[0].push(left);
    this.#stores[1].push(this.#mono ? left : right);
  }

  look({ frames, window, from, to }: Section): void {
    const rate = this.#rate;
    const hop = window / 4;
    this.#spectrometer ??= new Spectrometer(rate, window, CLOSE_SIZE, CLOSE_HZ);
    const spectrometer = this.#spectrometer;
    const [left, right] = this.#stores;
    const narrow = Math.round(NARROW_HZ / spectrometer.binHz);
    const wide = Math.round(FLOOR_HZ / spectrometer.binHz);
    for (let j = 0; j < frames; j++) {
      this.#spectra[j] ??= spectrometer.spectrum();
      const spectrum = this.#spectra[j] as Spectrum;
      const centre = (this.#frames + j) * hop;
      spectrometer.measure(left.values, right.values, Math.round(centre - window / 2) - left.first, spectrum);
      for (const ear of this.#ears) {
        const power = ear === 0 ? spectrum.left : spectrum.right;
        this.#floors[ear][j] = noiseFloor(power, narrow, wide, LOWEST_FLOOR, this.#floors[ear][j]);
      }
    }
    for (const ear of this.#ears) {
      const list = this.#spectra.slice(0, frames).map((spectrum, j) => ({
        power: ear === 0 ? spectrum.left : spectrum.right,
        floor: this.#floors[ear][j] as Float64Array,
        other: ear === 0 ? spectrum.right : spectrum.left,
      }));
      const peaks = this.#finder.linesOf(list, spectrometer.binHz, LOWEST_HZ);
      for (const [j, each] of peaks.entries()) {
        // Half of a resolved line's width.
        this.#trackers[ear].push(((this.#frames + j) * hop) / rate, each, rate / window);
      }
    }
    this.#envelopes(from, Math.min(to, left.end), hop);
    this.#frames += frames;
    const keep = Math.floor(this.#frames * hop - window / 2 - hop);
    left.forget(keep);
    right.forget(keep);
  }

  #envelopes(from: number, to: number, hop: number): void {
    const rate = this.#rate;
    const seconds = { from: from / rate, to: to / rate };
    const length = seconds.to - seconds.from;
    for (const ear of this.#ears) {
      const store = this.#stores[ear];
      const samples = store.values.subarray(from - store.first, to - store.first);
      const tracker = this.#trackers[ear];
      const carriers = [...tracker.active, ...tracker.done]
        .map((track) => {
          let points = 0;
          let power = 0;
          for (let n = track.length - 1; n >= 0 && (track.times[n] as number) >= seconds.from; n--) {
            if ((track.times[n] as number) > seconds.to) continue;
            points++;
            power += (track.amplitudes[n] as number) ** 2;
          }
          return { track, points, power };
        })
        .filter(({ points }) => points * (hop / rate) > 0.5 * length)
        .sort((a, b) => b.power - a.power)
        .slice(0, MOST_CARRIERS);
      const loudest = carriers[0]?.power ?? 0;
      for (const { track, power } of carriers) {
        if (power < loudest / 1000) continue;
        const carrierHz = track.at((seconds.from + seconds.to) / 2);
        if (carrierHz < 25) continue;
        const envelope = envelopeOf(samples, rate, seconds.from, (time) => track.at(time), carrierHz);
        for (const pulsation of findPulsation(envelope.re, envelope.im, envelope.rate, seconds.from, envelope.reach)) {
          this.#pulses.push({ track, pulsation });
        }
      }
    }
  }

  finish(): CloseFindings {
    const [left, right] = this.#trackers.map((tracker) => [...tracker.finish()]);
    return { tracks: { left: left ?? [], right: right ?? [] }, pulses: this.#pulses };
  }
}
