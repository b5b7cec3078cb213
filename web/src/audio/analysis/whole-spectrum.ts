import { STROBE } from '../strobe-signals.ts';
import type { Coding, Ear, NoiseFinding, StrobeFinding } from './report.ts';
import { type CrossSpectrum, interpolatePeak, noiseFloor, Spectrometer, type Spectrum } from './spectrum.ts';
import { type Peak, Track, Tracker } from './tracks.ts';

/** Seconds under one window: wide enough to part lines 40 Hz from each other, short enough to see music move. */
const WINDOW_SECONDS = 0.37;
/** Frames averaged before lines are looked for. */
const GROUP = 6;
/** Power over noise at which a line of an averaged group stands out. */
const STRONG = 30;
/** Lines followed at once. */
const MOST = 24;
const QUIETEST = 10 ** (-80 / 20);
/** Third octaves from 40 Hz to 16 kHz. */
const LOW = 40;
const HIGH = 16_000;
/** RMS under which what is left counts as rounding, not as noise. */
const QUIETEST_NOISE_DB = -72;

/** Sees each spectrum of both ears as it is made; the arrays are used again. */
export type SpectrumWatcher = (seconds: number, spectrum: Spectrum, binHz: number) => void;

/** The whole band, coarsely: lines above the close band, colour and correlation of noise, signals for glasses, low-passes of codecs. */
export class WholeSpectrum {
  readonly #sampleRate: number;
  readonly #from: number;
  readonly #size: number;
  readonly #spectrometer: Spectrometer;
  readonly #left: Float32Array;
  readonly #right: Float32Array;
  readonly #now: CrossSpectrum;
  readonly #group: CrossSpectrum;
  readonly #sum: CrossSpectrum;
  /** Used again by each group and ear. */
  readonly #power: Float64Array;
  readonly #floor: Float64Array;
  readonly #trackers: Record<Ear, Tracker> = { left: new Tracker('left'), right: new Tracker('right') };
  readonly #bands: { from: number; to: number; hz: number }[] = [];
  /** Of each band: level in dB in the last frame, sum of squared steps, frames. */
  readonly #last: Float64Array;
  readonly #restless: Float64Array;
  readonly #watch: SpectrumWatcher | undefined;
  #filled = 0;
  #frames = 0;
  #grouped = 0;
  #frameStart = 0;
  #samples = 0;

  /** @param from Hz above which lines are followed here */
  constructor(sampleRate: number, from: number, watch?: SpectrumWatcher) {
    this.#watch = watch;
    this.#sampleRate = sampleRate;
    this.#from = from;
    this.#size = 2 ** Math.round(Math.log2(WINDOW_SECONDS * sampleRate));
    this.#spectrometer = new Spectrometer(sampleRate, this.#size, this.#size, sampleRate / 2);
    this.#left = new Float32Array(this.#size);
    this.#right = new Float32Array(this.#size);
    this.#now = this.#spectrometer.crossSpectrum();
    this.#group = this.#spectrometer.crossSpectrum();
    this.#sum = this.#spectrometer.crossSpectrum();
    this.#power = new Float64Array(this.#spectrometer.bins);
    this.#floor = new Float64Array(this.#spectrometer.bins);
    const { binHz } = this.#spectrometer;
    for (
      let hz = LOW * 2 ** (1 / 6);
      hz * 2 ** (1 / 6) < Math.min(HIGH * 1.01, sampleRate * 0.46);
      hz *= 2 ** (1 / 3)
    ) {
      this.#bands.push({
        from: Math.ceil((hz * 2 ** (-1 / 6)) / binHz),
        to: Math.floor((hz * 2 ** (1 / 6)) / binHz),
        hz,
      });
    }
    this.#last = new Float64Array(this.#bands.length);
    this.#restless = new Float64Array(this.#bands.length);
  }

  push(left: Float32Array, right: Float32Array): void {
    this.#samples += left.length;
    for (let at = 0; at < left.length; ) {
      const take = Math.min(left.length - at, this.#size - this.#filled);
      this.#left.set(left.subarray(at, at + take), this.#filled);
      this.#right.set(right.subarray(at, at + take), this.#filled);
      this.#filled += take;
      at += take;
      if (this.#filled === this.#size) this.#frame();
    }
  }

  #frame(): void {
    this.#spectrometer.measure(this.#left, this.#right, 0, this.#now);
    this.#filled = 0;
    this.#watch?.(((this.#frames + 0.5) * this.#size) / this.#sampleRate, this.#now, this.#spectrometer.binHz);
    const { left, right, cross } = this.#now;
    for (let k = 1; k < left.length; k++) {
      this.#group.left[k] = (this.#group.left[k] as number) + (left[k] as number);
      this.#group.right[k] = (this.#group.right[k] as number) + (right[k] as number);
      this.#group.cross[k] = (this.#group.cross[k] as number) + (cross[k] as number);
    }
    for (const [band, { from, to }] of this.#bands.entries()) {
      let sum = 1e-20;
      for (let k = from; k <= to; k++) sum += (left[k] as number) + (right[k] as number);
      const level = 10 * Math.log10(sum);
      if (this.#frames > 0)
        this.#restless[band] = (this.#restless[band] as number) + (level - (this.#last[band] as number)) ** 2;
      this.#last[band] = level;
    }
    this.#frames++;
    this.#grouped++;
    if (this.#grouped === GROUP) this.#endGroup();
  }

  #endGroup(): void {
    if (this.#grouped === 0) return;
    const { binHz } = this.#spectrometer;
    const seconds = this.#size / this.#sampleRate;
    const time = (this.#frameStart + this.#grouped / 2) * seconds;
    for (const ear of ['left', 'right'] as const) {
      this.#trackers[ear].push(time, this.#peaks(this.#group, ear, this.#grouped), binHz);
      for (let k = 1; k < this.#sum[ear].length; k++) {
        this.#sum[ear][k] = (this.#sum[ear][k] as number) + (this.#group[ear][k] as number);
      }
      this.#group[ear].fill(0);
    }
    for (let k = 1; k < this.#sum.cross.length; k++)
      this.#sum.cross[k] = (this.#sum.cross[k] as number) + (this.#group.cross[k] as number);
    this.#group.cross.fill(0);
    this.#frameStart += this.#grouped;
    this.#grouped = 0;
  }

  /** Lines above the close band of `count` frames' sum. */
  #peaks(sum: Spectrum, ear: Ear, count: number): Peak[] {
    const { binHz } = this.#spectrometer;
    const power = this.#power;
    for (let k = 0; k < power.length; k++) power[k] = (sum[ear][k] as number) / count;
    const other = sum[ear === 'left' ? 'right' : 'left'];
    const floor = noiseFloor(power, 48, 96, 1e-15, this.#floor);
    const peaks: Peak[] = [];
    for (let k = Math.ceil(this.#from / binHz); k < power.length - 2; k++) {
      const p = power[k] as number;
      if (p < STRONG * (floor[k] as number) || p < QUIETEST ** 2) continue;
      if (p <= (power[k - 1] as number) || p < (power[k + 1] as number)) continue;
      const exact = interpolatePeak(power, k);
      peaks.push({
        hz: exact.bin * binHz,
        amplitude: Math.sqrt(exact.power),
        contrast: exact.power / (floor[k] as number),
        other: Math.sqrt((other[k] as number) / count),
        strong: true,
      });
    }
    return peaks.sort((a, b) => b.amplitude - a.amplitude).slice(0, MOST);
  }

  finish(): {
    tracks: Record<Ear, Track[]>;
    noise: NoiseFinding | null;
    strobe: StrobeFinding | null;
    coding: Coding;
  } {
    if (this.#frames === 0 && this.#filled > 0) {
      this.#left.fill(0, this.#filled);
      this.#right.fill(0, this.#filled);
      this.#frame();
    }
    this.#endGroup();
    for (const values of [this.#sum.left, this.#sum.right, this.#sum.cross]) {
      for (let k = 0; k < values.length; k++) values[k] = (values[k] as number) / Math.max(1, this.#frames);
    }
    const tracks = { left: this.#trackers.left.finish(), right: this.#trackers.right.finish() };
    if (this.#frames > 0 && this.#frames < 4 * GROUP) {
      // Too short for courses: the lines of all of it.
      const end = (this.#frames * this.#size) / this.#sampleRate;
      for (const ear of ['left', 'right'] as const) {
        tracks[ear] = this.#peaks(this.#sum, ear, 1).map((peak) => {
          const track = new Track(ear);
          for (const time of [0, end / 2, end]) track.add(time, peak);
          return track;
        });
      }
    }
    return { tracks, noise: this.#noise(), strobe: this.#strobe(), coding: { lowPassHz: this.#lowPass() } };
  }

  /** Noise that holds its level: a straight line through third octaves, which tones stand out of and are left out of. */
  #noise(): NoiseFinding | null {
    if (this.#frames < 8) return null;
    const { left, right, cross } = this.#sum;
    const { binHz } = this.#spectrometer;
    const edge = this.#lowPass() ?? Number.POSITIVE_INFINITY;
    const points: { x: number; y: number; correlation: number; steady: boolean }[] = [];
    for (const [band, { from, to, hz }] of this.#bands.entries()) {
      if (hz * 2 ** (1 / 3) > edge) break;
      const densities: number[] = [];
      for (let k = from; k <= to; k++) densities.push((left[k] as number) + (right[k] as number));
      densities.sort((a, b) => a - b);
      // Tones lift some bins of a wide band; of a narrow one, all.
      const density = densities[densities.length >> 2] as number;
      let both = 0;
      let l = 0;
      let r = 0;
      for (let k = from; k <= to; k++) {
        if ((left[k] as number) + (right[k] as number) > 4 * density) continue;
        both += cross[k] as number;
        l += left[k] as number;
        r += right[k] as number;
      }
      const steps = Math.sqrt((this.#restless[band] as number) / Math.max(1, this.#frames - 1));
      // Steps of noise alone: each of the bins that are independent under this window is exponentially distributed.
      const independent = Math.max(1, (2 * (to - from + 1)) / 2);
      const expected = (4.34 * Math.SQRT2) / Math.sqrt(independent);
      points.push({
        x: Math.log2(hz),
        y: 10 * Math.log10(Math.max(density, 1e-30)),
        correlation: l > 0 && r > 0 ? both / Math.sqrt(l * r) : 1,
        steady: steps < 2 * expected + 0.5,
      });
    }
    if (points.length < 8) return null;
    // Theil and Sen's line, then once more by least squares without what stands out of it.
    const slopes: number[] = [];
    for (let a = 0; a < points.length; a++) {
      for (let b = a + 3; b < points.length; b++) {
        const p = points[a] as (typeof points)[number];
        const q = points[b] as (typeof points)[number];
        slopes.push((q.y - p.y) / (q.x - p.x));
      }
    }
    slopes.sort((a, b) => a - b);
    const slope = slopes[slopes.length >> 1] as number;
    const rests = points.map(({ x, y }) => y - slope * x).sort((a, b) => a - b);
    const offset = rests[rests.length >> 1] as number;
    const kept = points.filter(({ x, y }) => Math.abs(y - slope * x - offset) < 2.5);
    if (kept.length < 0.6 * points.length) return null;
    if (kept.filter(({ steady }) => steady).length < 0.75 * kept.length) return null;
    const mx = kept.reduce((sum, { x }) => sum + x, 0) / kept.length;
    const my = kept.reduce((sum, { y }) => sum + y, 0) / kept.length;
    const exact =
      kept.reduce((sum, { x, y }) => sum + (x - mx) * (y - my), 0) /
      kept.reduce((sum, { x }) => sum + (x - mx) ** 2, 0);
    // A bin of a line of RMS 1 has 1; noise spreads over the window's 2.0 bins.
    let power = 0;
    for (let k = Math.ceil(20 / binHz); k * binHz < Math.min(20_000, edge); k++) {
      power += 10 ** ((my + exact * (Math.log2(k * binHz) - mx)) / 10) / 2 / 2.0044;
    }
    const levelDb = 10 * Math.log10(power);
    if (levelDb < QUIETEST_NOISE_DB) return null;
    return {
      slopeDbPerOctave: exact,
      correlation: kept.reduce((sum, point) => sum + point.correlation, 0) / kept.length,
      levelDb,
    };
  }

  /** Power of a line at a frequency, of the ear where it is stronger, and the noise beside it. */
  #line(hertz: number): { amplitude: number; contrast: number } {
    const { binHz } = this.#spectrometer;
    const reach = Math.ceil(30 / binHz);
    const middle = Math.round(hertz / binHz);
    let best = { amplitude: 0, contrast: 0 };
    for (const power of [this.#sum.left, this.#sum.right]) {
      if (middle + 4 * reach >= power.length) continue;
      let sum = 0;
      for (let k = middle - reach; k <= middle + reach; k++) sum += power[k] as number;
      const beside: number[] = [];
      for (let k = middle - 4 * reach; k <= middle + 4 * reach; k++)
        if (Math.abs(k - middle) > 2 * reach) beside.push(power[k] as number);
      beside.sort((a, b) => a - b);
      const noise = Math.max((beside[beside.length >> 1] as number) * (2 * reach + 1), 1e-18);
      const amplitude = Math.sqrt(Math.max(0, sum - noise) / 2.0044);
      if (amplitude > best.amplitude) best = { amplitude, contrast: sum / noise };
    }
    return best;
  }

  #strobe(): StrobeFinding | null {
    if (this.#sampleRate < 40_000) return null;
    const { binHz } = this.#spectrometer;
    const there = STROBE.map((signal) => ({ ...signal, ...this.#line(signal.hertz) })).filter(
      ({ contrast, amplitude }) => contrast > 20 && amplitude > 10 ** (-66 / 20),
    );
    // Music may reach up there: a signal for glasses stands over all that is between 16.5 and 18 kHz.
    let music = 0;
    for (let k = Math.ceil(16_500 / binHz); k * binHz < 18_000; k++)
      music = Math.max(music, this.#sum.left[k] as number, this.#sum.right[k] as number);
    const clear = there.filter(({ amplitude }) => amplitude ** 2 > 30 * music);
    if (clear.length === 0) return null;
    const seconds = this.#samples / this.#sampleRate;
    const spectra = clear.some(({ hertz }) => hertz !== 19_200) || clear.length > 1;
    return {
      kind: spectra ? 'SpectraStrobe' : 'AudioStrobe',
      fromSeconds: 0,
      toSeconds: seconds,
      signals: clear.map(({ channel, hertz, amplitude }) => ({
        channel: spectra ? channel : 'brightness',
        hertz,
        levelDb: 20 * Math.log10(amplitude),
      })),
    };
  }

  /** Where the recording ends below half of its rate: a cliff of 20 dB within a sixth of an octave, with nothing above. */
  #lowPass(): number | null {
    const { binHz } = this.#spectrometer;
    const power = this.#sum.left.map((value, k) => value + (this.#sum.right[k] as number));
    const step = Math.round(200 / binHz);
    const level = (from: number) => {
      const part = power
        .subarray(from, from + step)
        .slice()
        .sort();
      return part[part.length >> 1] as number;
    };
    for (let at = power.length - 2 * step - 2; at > 8000 / binHz; at -= step) {
      const above = level(at);
      const below = level(at - 3 * step);
      if (above > 1e-14 && below < above * 100) return null;
      if (below > 100 * above && below > 1e-13) {
        const hz = (at - step) * binHz;
        return hz < 0.46 * this.#sampleRate ? hz : null;
      }
    }
    return null;
  }
}
