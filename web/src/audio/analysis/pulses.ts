import { transform } from '../fft.ts';
import { Decimator, lowPass } from './fir.ts';
import { blackmanHarris, interpolatePeak, noiseFloor } from './spectrum.ts';
import { line } from './tracks.ts';

/** What the envelope of a tone (or of noise) does over a stretch, if it goes up and down regularly. */
export interface Pulsation {
  /** Seconds. */
  from: number;
  to: number;
  times: number[];
  /** Rate in Hz at those times. */
  rates: number[];
  duty: number;
  depth: number;
  edgeSeconds: number;
  /** RMS of what the pulse's shape leaves of the harmonics, as a share of them. */
  misfit: number;
  /** Mean of the envelope as a share of its height while it sounds. */
  mean: number;
  /** Seconds at which the middle of a pulse stands. */
  pulseAt: number;
  uncertaintyHz: number;
}

/** Highest rate looked for, as `program.md` allows in a program, and the lowest. */
const FASTEST = 100;
/** Hz to each side of a rate that is asked for. */
const AROUND = 0.15;
const SLOWEST = 0.45;
const MOST_HARMONICS = 24;

/** Fourier coefficient k ≥ 1 (cosine, about the middle) of a pulse of height 1 with raised-cosine edges, and its mean for k = 0. */
function pulseHarmonic(k: number, duty: number, edge: number): number {
  if (k === 0) return duty - edge;
  // A rectangle of width duty − edge, smoothed by half a cosine of the edge's length.
  const width = duty - edge;
  const x = 2 * k * edge;
  const soft = Math.abs(x - 1) < 1e-6 ? Math.PI / 4 : Math.cos((Math.PI * x) / 2) / (1 - x * x);
  return ((2 * Math.sin(Math.PI * k * width)) / (Math.PI * k)) * soft;
}

interface Shape {
  duty: number;
  depth: number;
  edge: number;
  misfit: number;
  mean: number;
}

/**
 * Duty, edge and depth whose pulse has these harmonics.
 * @param harmonics cosine coefficients 1, 2, … about the pulse's middle, as shares of the envelope's mean
 */
function fitShape(harmonics: readonly number[]): Shape {
  const energy = harmonics.reduce((sum, value) => sum + value * value, 0);
  const count = harmonics.length;
  let best: Shape = { duty: 0.5, depth: 1, edge: 0.1, misfit: Number.POSITIVE_INFINITY, mean: 0.5 };
  const model = new Float64Array(count);
  const attempt = (duty: number, edge: number) => {
    if (duty < 0.03 || duty > 0.97 || edge < 0.002 || edge > duty / 2) return;
    const open = pulseHarmonic(0, duty, edge);
    let dot = 0;
    let own = 0;
    for (let k = 0; k < count; k++) {
      model[k] = pulseHarmonic(k + 1, duty, edge);
      dot += (model[k] as number) * (harmonics[k] as number);
      own += (model[k] as number) ** 2;
    }
    // At depth 1 the ratio of pulse to mean is 1 / open; it cannot be more.
    const ratio = Math.max(0, Math.min(1 / open, dot / own));
    let rest = 0;
    for (let k = 0; k < count; k++) rest += ((harmonics[k] as number) - ratio * (model[k] as number)) ** 2;
    const misfit = Math.sqrt(rest / energy);
    if (misfit < best.misfit - 1e-9) {
      const depth = ratio / (1 + ratio * (1 - open));
      best = { duty, edge, depth, misfit, mean: 1 - depth + depth * open };
    }
  };
  for (let duty = 0.05; duty <= 0.95; duty += 0.02) {
    for (let edge = 0.005; edge <= duty / 2; edge += 0.02) attempt(duty, edge);
    attempt(duty, duty / 2);
  }
  for (let step = 0.01; step > 0.0005; step /= 2) {
    const { duty, edge } = best;
    for (let a = -2; a <= 2; a++) for (let b = -2; b <= 2; b++) attempt(duty + a * step, edge + b * step);
  }
  return best;
}

interface Window {
  time: number;
  inPhase: Float64Array;
  quadrature: Float64Array;
  floor: Float64Array;
}

/** Room by what it is for, used again: garbage that is made as fast as sound is read stands in memory until it is collected. */
const rooms = new Map<string, Float64Array>();

/** Values of before stand in it. It is the caller's until the same is asked for again. */
function roomFor(use: string, length: number): Float64Array {
  let room = rooms.get(use);
  if (!room || room.length < length) {
    room = new Float64Array(length);
    rooms.set(use, room);
  }
  return room.subarray(0, length);
}

/** Spectra of the two parts of an envelope around its mean, in windows that overlap by half. */
function windowsOf(
  re: Float64Array,
  im: Float64Array,
  rate: number,
  from: number,
): { windows: Window[]; binHz: number } {
  const want = Math.min(8.2 * rate, re.length);
  const size = 2 ** Math.ceil(Math.log2(want));
  const length = Math.floor(want);
  const shape = blackmanHarris(length);
  const sum = shape.reduce((a, b) => a + b, 0);
  const bins = Math.min(size / 2, Math.ceil(((FASTEST * 1.2) / rate) * size));
  const windows: Window[] = [];
  const hop = Math.max(1, Math.floor(length / 2));
  const a = roomFor('real part', size);
  const b = roomFor('imaginary part', size);
  for (let start = 0; start + length <= re.length; start += hop) {
    a.fill(0);
    b.fill(0);
    let meanRe = 0;
    let meanIm = 0;
    for (let n = 0; n < length; n++) {
      meanRe += (shape[n] as number) * (re[start + n] as number);
      meanIm += (shape[n] as number) * (im[start + n] as number);
    }
    meanRe /= sum;
    meanIm /= sum;
    for (let n = 0; n < length; n++) {
      a[n] = (shape[n] as number) * ((re[start + n] as number) - meanRe);
      b[n] = (shape[n] as number) * ((im[start + n] as number) - meanIm);
    }
    transform(a, b);
    const inPhase = roomFor(`in phase ${windows.length}`, bins);
    const quadrature = roomFor(`across ${windows.length}`, bins);
    inPhase[0] = 0;
    quadrature[0] = 0;
    const scale = 1 / (sum * sum);
    for (let k = 1; k < bins; k++) {
      const m = size - k;
      inPhase[k] = (((a[k] as number) + (a[m] as number)) ** 2 + ((b[k] as number) - (b[m] as number)) ** 2) * scale;
      quadrature[k] = (((b[k] as number) + (b[m] as number)) ** 2 + ((a[m] as number) - (a[k] as number)) ** 2) * scale;
    }
    const width = Math.max(16, Math.round((12 / rate) * size));
    windows.push({
      time: from + (start + length / 2) / rate,
      inPhase,
      quadrature,
      floor: noiseFloor(quadrature, width, width, 1e-9, roomFor(`floor ${windows.length}`, bins)),
    });
  }
  return { windows, binHz: rate / size };
}

/** Bin of the strongest in-phase line between two bins, or 0. */
function strongest(power: Float64Array, from: number, to: number): number {
  let top = 0;
  for (let k = Math.max(2, from); k <= Math.min(to, power.length - 2); k++) {
    const p = power[k] as number;
    if (p < (power[k - 1] as number) || p < (power[k + 1] as number)) continue;
    if (top === 0 || p > (power[top] as number)) top = k;
  }
  return top;
}

/** Power over noise around a bin, in phase with the tone and across, of all windows. */
function powersAt(windows: readonly Window[], bin: number): { along: number; across: number } {
  let along = 0;
  let across = 0;
  for (const { inPhase, quadrature, floor } of windows) {
    for (let k = Math.max(1, bin - 1); k <= bin + 1; k++) {
      along += (inPhase[k] as number) - (floor[k] as number);
      across += (quadrature[k] as number) - (floor[k] as number);
    }
  }
  return { along: Math.max(0, along), across: Math.max(0, across) };
}

/** Whether what swings at a bin swings in phase: a second tone beside the first moves as much across. */
function isPure(windows: readonly Window[], bin: number): boolean {
  const { along, across } = powersAt(windows, bin);
  return along > 3 * across;
}

/** Whether the pitch wavers: then the tone moves across at half of the rate, and what is in phase is only what that leaves. */
function isVibrato(windows: readonly Window[], bin: number): boolean {
  const { along, across } = powersAt(windows, Math.round(bin / 2));
  return across > 3 * along && across > powersAt(windows, bin).along;
}

/**
 * Looks for regular pulses in an envelope whose mean is 1. Only what moves in phase with the carrier counts: a second tone
 * beside it moves as much across.
 * @param re, im the envelope, in phase and across; `im` is zero for one that has no phase
 * @param rate of the envelope's samples
 * @param from seconds of its first sample
 * @param highest Hz to which harmonics of the pulses can be seen
 * @param around Hz: only pulses of this rate
 */
export function findPulsation(
  re: Float64Array,
  im: Float64Array | null,
  rate: number,
  from: number,
  highest: number,
  around?: number,
): Pulsation[] {
  const { windows, binHz } = windowsOf(re, im ?? roomFor('no phase', re.length).fill(0), rate, from);
  if (windows.length === 0) return [];
  if (!im)
    for (const window of windows)
      window.floor = noiseFloor(
        window.inPhase,
        Math.max(16, Math.round(3 / binHz)),
        Math.max(16, Math.round(12 / binHz)),
        1e-9,
        window.floor,
      );
  const bins = (windows[0] as Window).inPhase.length;
  const lowest = Math.max(3, Math.ceil(SLOWEST / binHz), around ? Math.floor((around - AROUND) / binHz) : 0);
  const top = Math.min(bins - 2, Math.floor(Math.min(FASTEST, highest, around ? around + AROUND : FASTEST) / binHz));
  // A line of a whole stretch, for rates that hold; and the clearest window, for those that glide.
  const mean = new Float64Array(bins);
  for (const { inPhase, floor } of windows) {
    for (let k = 0; k < bins; k++)
      mean[k] = (mean[k] as number) + Math.min(1e4, (inPhase[k] as number) / (floor[k] as number)) / windows.length;
  }
  let seed = -1;
  let seedBin = 0;
  let contrast = 0;
  for (const [index, { inPhase, floor }] of windows.entries()) {
    const k = strongest(inPhase, lowest, top);
    if (k === 0) continue;
    const value = (inPhase[k] as number) / (floor[k] as number);
    if (value > contrast) {
      contrast = value;
      seed = index;
      seedBin = k;
    }
  }
  const steadyBin = strongest(mean, lowest, top);
  const steady = contrast < 60 && steadyBin > 0 && (mean[steadyBin] as number) > 1 + 7 / Math.sqrt(windows.length);
  if (!steady && contrast < 60) return [];
  if (steady) seedBin = steadyBin;
  if (im && steady && !isPure(windows, steadyBin)) return [];
  if (im && isVibrato(steady ? windows : [windows[seed] as Window], seedBin)) return [];
  // The lowest of a row of harmonics is the rate.
  const judged = steady ? mean : (windows[seed] as Window).inPhase;
  for (const divisor of [2, 3, 4]) {
    const k = strongest(judged, Math.round(seedBin / divisor) - 1, Math.round(seedBin / divisor) + 1);
    if (k >= lowest && (judged[k] as number) > 0.15 * (judged[seedBin] as number)) {
      seedBin = k;
      break;
    }
  }
  const places = new Array<number>(windows.length).fill(0);
  const seen = new Array<boolean>(windows.length).fill(false);
  const follow = (start: number, direction: number) => {
    let at = seedBin;
    let step = 0;
    for (let index = start; index >= 0 && index < windows.length; index += direction) {
      const { inPhase, quadrature, floor } = windows[index] as Window;
      const reach = steady ? 1 : index === start ? 1 : Math.ceil(0.55 / binHz) + 1;
      const expected = Math.round(at + step);
      const k = strongest(inPhase, expected - reach, expected + reach);
      const clear = k > 0 && (inPhase[k] as number) > (steady ? 1.5 : 12) * (floor[k] as number);
      const pure = k > 0 && (!im || (inPhase[k] as number) > 3 * (quadrature[k] as number));
      if (clear && (pure || steady)) {
        const exact = interpolatePeak(inPhase, k).bin;
        step = index === start || steady ? 0 : 0.5 * step + 0.5 * (exact - at);
        at = exact;
        places[index] = exact * binHz;
        seen[index] = true;
      } else {
        places[index] = at * binHz;
      }
    }
  };
  const begin = steady ? 0 : seed;
  follow(begin, 1);
  if (!steady) {
    const held = places[begin];
    follow(begin, -1);
    places[begin] = held as number;
  }
  const share = seen.filter(Boolean).length / windows.length;
  if (steady && share < 0.6) return [];
  if (!steady) {
    let first = seed;
    let last = seed;
    while (first > 0 && (seen[first - 1] || seen[first - 2])) first--;
    while (last < windows.length - 1 && (seen[last + 1] || seen[last + 2])) last++;
    while (first < seed && !seen[first]) first++;
    while (last > seed && !seen[last]) last--;
    if (first > 0 || last < windows.length - 1) {
      // Only a part of the stretch has these pulses: that part by itself, and what is before and after it.
      const half = windows.length > 1 ? (windows[1] as Window).time - (windows[0] as Window).time : 0;
      const borders = [
        0,
        first > 0 ? (windows[first] as Window).time - half - from : 0,
        last < windows.length - 1 ? (windows[last] as Window).time + half - from : re.length / rate,
        re.length / rate,
      ];
      const parts: Pulsation[] = [];
      for (let part = 0; part < 3; part++) {
        const a = Math.round((borders[part] as number) * rate);
        const b = Math.round((borders[part + 1] as number) * rate);
        if (b - a < 7 * rate || b - a > re.length - rate) continue;
        parts.push(
          ...findPulsation(re.subarray(a, b), im?.subarray(a, b) ?? null, rate, from + a / rate, highest, around),
        );
      }
      return parts;
    }
  }
  const kept = windows
    .map(({ time }, index) => ({ time, hz: places[index] as number }))
    .filter((_, index) => seen[index]);
  const times = kept.map(({ time }) => time);
  let rates = kept.map(({ hz }) => hz);
  if (steady) {
    const typical = [...rates].sort((a, b) => a - b)[rates.length >> 1] as number;
    rates = rates.map(() => typical);
  }
  // Rate's phase: straight between the windows, then put right by how the first harmonic's phase drifts.
  const count = re.length;
  const phase = roomFor('phase', count);
  const layPhase = () => {
    let cycles = 0;
    let next = 0;
    for (let n = 0; n < count; ) {
      const time = from + n / rate;
      while (next < times.length - 1 && time > (times[next + 1] as number)) next++;
      const ta = times[next] as number;
      const tb = times[Math.min(times.length - 1, next + 1)] as number;
      const a = rates[next] as number;
      const b = rates[Math.min(times.length - 1, next + 1)] as number;
      const slope = tb > ta ? (b - a) / (tb - ta) : 0;
      // To the next window's middle the rate goes straight on; before the first and after the last it holds.
      const border = time < ta ? ta : next < times.length - 1 ? tb : Number.POSITIVE_INFINITY;
      const end = Math.max(n + 1, Math.min(count, Math.ceil((border - from) * rate)));
      const step = time < ta || time >= tb ? 0 : slope / rate;
      let hertz = time < ta ? a : time >= tb ? b : a + slope * (time - ta);
      for (; n < end; n++) {
        phase[n] = cycles;
        cycles += hertz / rate;
        hertz += step;
      }
    }
  };
  const piece = Math.max(Math.round(rate * 2), Math.ceil((3 * rate) / Math.max(0.3, rates[0] as number)));
  const weights = Float64Array.from({ length: piece }, (_, n) => Math.sin((Math.PI * (n + 0.5)) / piece) ** 2);
  const turnedRe = roomFor('turned, in phase', count);
  const turnedIm = roomFor('turned, across', count);
  let drift = { times: [] as number[], cycles: [] as number[] };
  const measureDrift = () => {
    drift = { times: [], cycles: [] };
    let last = 0;
    for (let n = 0; n < count; n++) {
      const angle = 2 * Math.PI * (phase[n] as number);
      const value = (re[n] as number) - 1;
      turnedRe[n] = value * Math.cos(angle);
      turnedIm[n] = -value * Math.sin(angle);
    }
    for (let start = 0; start + piece <= count; start += piece >> 1) {
      let r = 0;
      let i = 0;
      for (let n = 0; n < piece; n++) {
        const weight = weights[n] as number;
        r += weight * (turnedRe[start + n] as number);
        i += weight * (turnedIm[start + n] as number);
      }
      let turn = Math.atan2(i, r) / (2 * Math.PI);
      turn += Math.round(last - turn);
      last = turn;
      drift.times.push(from + (start + piece / 2) / rate);
      drift.cycles.push(turn);
    }
  };
  layPhase();
  measureDrift();
  let error = 0;
  if (drift.times.length >= 3) {
    const fit = line(drift.times, drift.cycles, 0, drift.times.length);
    const span = (drift.times.at(-1) as number) - (drift.times[0] as number);
    if (steady || fit.scatter < 0.1) {
      rates = rates.map((hz) => hz + fit.slope);
      error = (fit.scatter * Math.sqrt(12 / drift.times.length)) / span;
      layPhase();
      measureDrift();
    }
  }
  const correction = (time: number) => {
    const list = drift.times;
    if (list.length === 0) return 0;
    let k = 0;
    while (k < list.length - 2 && (list[k + 1] as number) < time) k++;
    if (list.length === 1) return drift.cycles[0] as number;
    const x = Math.max(0, Math.min(1, (time - (list[k] as number)) / ((list[k + 1] as number) - (list[k] as number))));
    return (drift.cycles[k] as number) * (1 - x) + (drift.cycles[k + 1] as number) * x;
  };
  const middleRate = rates[rates.length >> 1] as number;
  // What drifts below is no rate that can be told from gusts and phrases.
  if (middleRate < SLOWEST) return [];
  const harmonics = Math.max(1, Math.min(MOST_HARMONICS, Math.floor(highest / Math.max(...rates))));
  const cosines = new Float64Array(harmonics + 1);
  const sines = new Float64Array(harmonics + 1);
  let correctionHere = 0;
  for (let n = 0; n < count; n++) {
    if (n % 32 === 0) correctionHere = correction(from + n / rate);
    const angle = 2 * Math.PI * ((phase[n] as number) + correctionHere);
    const c1 = Math.cos(angle);
    const s1 = Math.sin(angle);
    let c = 1;
    let s = 0;
    const value = re[n] as number;
    for (let k = 1; k <= harmonics; k++) {
      const next = c * c1 - s * s1;
      s = s * c1 + c * s1;
      c = next;
      cosines[k] = (cosines[k] as number) + value * c;
      sines[k] = (sines[k] as number) + value * s;
    }
  }
  // About the middle of the pulse the sines vanish: the middle is where the harmonics agree, weighted by their strength.
  let bestShift = 0;
  let most = Number.NEGATIVE_INFINITY;
  for (let step = 0; step < 720; step++) {
    const shift = step / 720;
    let sum = 0;
    for (let k = 1; k <= harmonics; k++) {
      const angle = 2 * Math.PI * k * shift;
      const even = (cosines[k] as number) * Math.cos(angle) + (sines[k] as number) * Math.sin(angle);
      sum += even * Math.abs(even);
      if (k === 1 && even < 0) sum = Number.NEGATIVE_INFINITY;
    }
    // All even parts, whatever their sign, count for symmetry.
    let symmetric = 0;
    for (let k = 1; k <= harmonics; k++) {
      const angle = 2 * Math.PI * k * shift;
      symmetric += ((cosines[k] as number) * Math.cos(angle) + (sines[k] as number) * Math.sin(angle)) ** 2;
    }
    if (sum === Number.NEGATIVE_INFINITY) continue;
    if (symmetric > most) {
      most = symmetric;
      bestShift = shift;
    }
  }
  const even: number[] = [];
  let odd = 0;
  let energy = 0;
  for (let k = 1; k <= harmonics; k++) {
    const angle = 2 * Math.PI * k * bestShift;
    const c = ((cosines[k] as number) * Math.cos(angle) + (sines[k] as number) * Math.sin(angle)) * (2 / count);
    const s = ((sines[k] as number) * Math.cos(angle) - (cosines[k] as number) * Math.sin(angle)) * (2 / count);
    even.push(c);
    odd += s * s;
    energy += c * c + s * s;
  }
  if (!(energy > 0)) return [];
  const shape = fitShape(even);
  const middle = from + count / rate / 2;
  const phaseThere = (phase[count >> 1] as number) + correction(middle);
  return [
    {
      from,
      to: from + count / rate,
      times,
      rates,
      duty: shape.duty,
      depth: shape.depth,
      edgeSeconds: shape.edge / middleRate,
      misfit: Math.sqrt(shape.misfit ** 2 * (1 - odd / energy) + odd / energy),
      mean: shape.mean,
      pulseAt: middle + (Math.ceil(phaseThere - bestShift) + bestShift - phaseThere) / middleRate,
      uncertaintyHz: Math.max(error, 1e-4),
    },
  ];
}

/** The envelope of a tone, in phase with it and across, its mean 1. */
export interface Envelope {
  re: Float64Array;
  im: Float64Array;
  rate: number;
  /** Hz to each side of the tone that it holds. */
  reach: number;
}

/** Samples turned at once: all of a minute's would be megabytes for each tone. */
const BLOCK = 4096;
/** Samples turned at one frequency. */
const STEADY = 64;

/**
 * Brings a tone to 0 Hz and follows its slow phase.
 * @param hertzAt the tone's frequency at a second of the stretch, near enough to be within 0.2 Hz
 * @returns arrays that the next call writes over
 */
export function envelopeOf(
  samples: Float64Array,
  sampleRate: number,
  from: number,
  hertzAt: (time: number) => number,
  carrierHz: number,
): Envelope {
  const factor = Math.max(1, Math.round(sampleRate / 1000));
  const rate = sampleRate / factor;
  // The tone's mirror image stands at twice its frequency below 0.
  const reach = Math.min(0.4 * rate, 0.92 * carrierHz);
  const count = samples.length;
  const taps = lowPass(reach / sampleRate, Math.min(0.5, (rate - reach) / sampleRate), 60);
  const parts = [new Decimator(factor, taps), new Decimator(factor, taps)] as const;
  const length = Math.floor(count / factor);
  const re = roomFor('envelope, in phase', length);
  const im = roomFor('envelope, across', length);
  let filled = 0;
  const give = (blockRe: Float64Array, blockIm: Float64Array) => {
    const one = parts[0].push(blockRe).subarray(0, re.length - filled);
    const other = parts[1].push(blockIm).subarray(0, re.length - filled);
    re.set(one, filled);
    im.set(other, filled);
    filled += one.length;
  };
  const turnedRe = roomFor('block, real part', BLOCK);
  const turnedIm = roomFor('block, imaginary part', BLOCK);
  let cycles = 0;
  let next = hertzAt(from);
  let [c, s, turnC, turnS] = [1, 0, 1, 0];
  for (let at = 0; at < count; at += BLOCK) {
    const block = Math.min(BLOCK, count - at);
    for (let n = 0; n < block; n++) {
      if (n % STEADY === 0) {
        // A stretch's middle frequency turns all of it: within 16 ms no course leaves it by a thousandth of a turn.
        const hertz = next;
        next = hertzAt(from + (at + n + STEADY) / sampleRate);
        const turn = (hertz + next) / 2 / sampleRate;
        [c, s] = [Math.cos(2 * Math.PI * cycles), Math.sin(2 * Math.PI * cycles)];
        [turnC, turnS] = [Math.cos(2 * Math.PI * turn), Math.sin(2 * Math.PI * turn)];
        cycles = (cycles + STEADY * turn) % 1;
      }
      const sample = samples[at + n] as number;
      turnedRe[n] = sample * c;
      turnedIm[n] = -sample * s;
      const c0 = c;
      c = c * turnC - s * turnS;
      s = c0 * turnS + s * turnC;
    }
    give(turnedRe.subarray(0, block), turnedIm.subarray(0, block));
  }
  const rest = new Float64Array(parts[0].tail);
  give(rest, rest);
  // Slow phase and level: a Hann window of 4 s, or of the stretch where that is shorter.
  const steps = Math.max(1, Math.round(rate / 8));
  const blocks = Math.floor(re.length / steps);
  const sumRe = new Float64Array(blocks);
  const sumIm = new Float64Array(blocks);
  for (let block = 0; block < blocks; block++) {
    for (let n = block * steps; n < (block + 1) * steps; n++) {
      sumRe[block] = (sumRe[block] as number) + (re[n] as number) / steps;
      sumIm[block] = (sumIm[block] as number) + (im[n] as number) / steps;
    }
  }
  const half = Math.min(16, blocks);
  const slowRe = new Float64Array(blocks);
  const slowIm = new Float64Array(blocks);
  for (let block = 0; block < blocks; block++) {
    let weight = 0;
    for (let d = -half; d <= half; d++) {
      const at = block + d;
      if (at < 0 || at >= blocks) continue;
      const w = Math.cos((Math.PI * d) / (2 * half + 2)) ** 2;
      slowRe[block] = (slowRe[block] as number) + w * (sumRe[at] as number);
      slowIm[block] = (slowIm[block] as number) + w * (sumIm[at] as number);
      weight += w;
    }
    slowRe[block] = (slowRe[block] as number) / weight;
    slowIm[block] = (slowIm[block] as number) / weight;
  }
  for (let n = 0; n < re.length; n++) {
    const place = Math.max(0, Math.min(blocks - 1, (n + 0.5) / steps - 0.5));
    const a = Math.floor(place);
    const b = Math.min(blocks - 1, a + 1);
    const x = place - a;
    const cr = (slowRe[a] as number) * (1 - x) + (slowRe[b] as number) * x;
    const ci = (slowIm[a] as number) * (1 - x) + (slowIm[b] as number) * x;
    const power = Math.max(cr * cr + ci * ci, 1e-24);
    const r = re[n] as number;
    const i = im[n] as number;
    re[n] = (r * cr + i * ci) / power;
    im[n] = (i * cr - r * ci) / power;
  }
  return { re, im, rate, reach };
}
