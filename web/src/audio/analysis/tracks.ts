import type { Ear } from './report.ts';

/** A line of the spectrum at one moment. */
export interface Peak {
  hz: number;
  /** RMS. */
  amplitude: number;
  /** Power over the noise beneath it. */
  contrast: number;
  /** RMS of the other ear at the same place. */
  other: number;
  /** Stands out by itself; otherwise only because a line is known to be there. */
  strong: boolean;
}

/** A line followed over time. */
export class Track {
  readonly ear: Ear;
  readonly times: number[] = [];
  readonly hertz: number[] = [];
  readonly amplitudes: number[] = [];
  readonly contrasts: number[] = [];
  readonly others: number[] = [];
  /** Frames since the last point. */
  missed = 0;

  constructor(ear: Ear) {
    this.ear = ear;
  }

  get length(): number {
    return this.times.length;
  }

  get first(): number {
    return this.times[0] as number;
  }

  get last(): number {
    return this.times[this.times.length - 1] as number;
  }

  add(time: number, peak: Peak): void {
    this.times.push(time);
    this.hertz.push(peak.hz);
    this.amplitudes.push(peak.amplitude);
    this.contrasts.push(peak.contrast);
    this.others.push(peak.other);
    this.missed = 0;
  }

  /** Straight on from the last points. */
  predict(time: number): { hz: number; slope: number; scatter: number } {
    const n = this.length;
    const count = Math.min(n, 6);
    const last = this.hertz[n - 1] as number;
    if (count < 3) {
      const slope =
        count < 2 ? 0 : (last - (this.hertz[n - 2] as number)) / (this.last - (this.times[n - 2] as number));
      return { hz: last + slope * (time - this.last), slope, scatter: 0.3 };
    }
    const fit = line(this.times, this.hertz, n - count, n);
    return { hz: fit.at(time), slope: fit.slope, scatter: fit.scatter };
  }

  /** Hz at any moment: straight between points, held outside. */
  at(time: number): number {
    return interpolate(this.times, this.hertz, time);
  }

  amplitudeAt(time: number): number {
    return interpolate(this.times, this.amplitudes, time);
  }
}

export function interpolate(times: readonly number[], values: readonly number[], time: number): number {
  const n = times.length;
  if (time <= (times[0] as number)) return values[0] as number;
  if (time >= (times[n - 1] as number)) return values[n - 1] as number;
  let low = 0;
  let high = n - 1;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if ((times[middle] as number) <= time) low = middle;
    else high = middle;
  }
  const a = times[low] as number;
  const share = (time - a) / ((times[high] as number) - a);
  return (values[low] as number) + share * ((values[high] as number) - (values[low] as number));
}

export interface Line {
  slope: number;
  /** RMS of what the line leaves. */
  scatter: number;
  at: (time: number) => number;
  /** Standard deviation of the value at the middle. */
  error: number;
}

/** Least-squares line through points `from` to `to`, weighted where weights are given. */
export function line(
  times: readonly number[],
  values: readonly number[],
  from: number,
  to: number,
  weights?: readonly number[],
): Line {
  let sw = 0;
  let st = 0;
  let sv = 0;
  for (let n = from; n < to; n++) {
    const w = weights?.[n] ?? 1;
    sw += w;
    st += w * (times[n] as number);
    sv += w * (values[n] as number);
  }
  const mt = st / sw;
  const mv = sv / sw;
  let stt = 0;
  let stv = 0;
  for (let n = from; n < to; n++) {
    const w = weights?.[n] ?? 1;
    stt += w * ((times[n] as number) - mt) ** 2;
    stv += w * ((times[n] as number) - mt) * ((values[n] as number) - mv);
  }
  const slope = stt > 0 ? stv / stt : 0;
  let rest = 0;
  for (let n = from; n < to; n++) {
    const w = weights?.[n] ?? 1;
    rest += w * ((values[n] as number) - mv - slope * ((times[n] as number) - mt)) ** 2;
  }
  const scatter = Math.sqrt(rest / sw);
  return {
    slope,
    scatter,
    at: (time) => mv + slope * (time - mt),
    error: scatter / Math.sqrt(Math.max(1, to - from - 2)),
  };
}

/** Frames that a line may be out of sight, covered by something louder, before it counts as ended. */
const GAP = 2;
const LONG_GAP = 6;

/** Follows the lines of one ear from frame to frame. */
export class Tracker {
  readonly #ear: Ear;
  #active: Track[] = [];
  readonly done: Track[] = [];

  constructor(ear: Ear) {
    this.#ear = ear;
  }

  get active(): readonly Track[] {
    return this.#active;
  }

  /** @param binHz the spectrum's, which bounds how far a line may be from where it is expected */
  push(time: number, peaks: readonly Peak[], binHz: number): void {
    const pairs: { track: Track; peak: Peak; cost: number }[] = [];
    for (const track of this.#active) {
      const { hz, scatter } = track.predict(time);
      const fresh = track.length < 4;
      const reach = (fresh ? 9 : Math.max(1.2, Math.min(6, (5 * scatter) / binHz))) * binHz;
      const level = track.amplitudes[track.length - 1] as number;
      for (const peak of peaks) {
        const distance = Math.abs(peak.hz - hz);
        if (distance > reach) continue;
        const steps = Math.abs(20 * Math.log10(peak.amplitude / level));
        if (fresh && distance > 3 * binHz && steps > 4) continue;
        pairs.push({ track, peak, cost: distance / binHz + steps / 6 });
      }
    }
    pairs.sort((a, b) => a.cost - b.cost);
    const taken = new Set<Track | Peak>();
    for (const { track, peak } of pairs) {
      if (taken.has(track) || taken.has(peak)) continue;
      taken.add(track);
      taken.add(peak);
      track.add(time, peak);
    }
    const alive: Track[] = [];
    for (const track of this.#active) {
      if (!taken.has(track)) track.missed++;
      if (track.missed > (track.length > 8 ? LONG_GAP : GAP)) this.#end(track);
      else alive.push(track);
    }
    for (const peak of peaks) {
      if (taken.has(peak)) continue;
      const track = new Track(this.#ear);
      track.add(time, peak);
      alive.push(track);
    }
    this.#active = alive;
  }

  #end(track: Track): void {
    if (track.length >= 3) this.done.push(track);
  }

  finish(): Track[] {
    for (const track of this.#active) this.#end(track);
    this.#active = [];
    return this.done;
  }
}
