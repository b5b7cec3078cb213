import { highestLevel } from '../program/levels.ts';
import type {
  BellVoice,
  Curve,
  DropsVoice,
  IsochronicVoice,
  Keyframe,
  NoiseVoice,
  Program,
  ToneVoice,
  Voice,
} from '../program/model.ts';
import { courseIntegral, phaseAt, prepareVoice } from '../program/phase.ts';
import { curveShare, totalSeconds } from '../program/values.ts';
import {
  addDecay,
  addSine,
  addSlowPair,
  addSteadyPair,
  addWave,
  type Course,
  isSlow,
  isSteady,
  makeCourse,
} from './kernels.ts';
import { mix32, Noise } from './noise.ts';
import { Reverb } from './reverb.ts';
import { type WaveTable, waveTables } from './waves.ts';

/** Frames rendered in one go; phases are taken from the closed form anew at each. */
const BLOCK = 256;

/**
 * Loudest amplitude of any program: −1.1 dBFS, so that the true peak stays below −1 dBTP. A program whose
 * gain × levels nowhere pass it is rendered at its own levels; a louder one is rendered lower as a whole.
 */
export const LOUDEST = 0.881;

/** Half of the time that a jump between two courses of a voice takes. */
const JUMP_SECONDS = 0.01;

/** Length of the ramp at the beginning and end of what is rendered. */
export const EDGE_SECONDS = 0.02;

/** Amplitude of the bell before the end. */
const END_BELL = 0.2;
const END_BELL_HZ = 528;
const END_BELL_DECAY_SECONDS = 5;

/** Tones fade between these shares of the sample rate, so that none folds back. */
const FADE_FROM = 0.46;
const FADE_TO = 0.485;

/** Below this a tone fades with its frequency: a wave that stands still would be DC. */
const LOWEST_HZ = 1;

const LN_1000 = Math.log(1000);
/** A bell is silent once it has fallen by 140 dB; its decay time is that of 60 dB. */
const RING = 140 / 60;
/** Strikes and drops rise in this time. */
const ATTACK_SECONDS = 0.004;

/** Widest ear delay of a spinning noise, with room for the filter's taps. */
const SPIN_SECONDS = 0.0035;
const SINC_TAPS = 16;
const SINC_STEPS = 128;

/** A bed that is shorter than the program is repeated with this overlap. */
const BED_OVERLAP_SECONDS = 0.5;

/** A listener's own sound at the renderer's sample rate, peaks at most ±1. */
export interface Sample {
  left: Float32Array;
  right: Float32Array;
}

export interface RenderOptions {
  /** Played seconds (over all passes) between which there is sound; it is ramped in and out there. Default: all. */
  fromSeconds?: number;
  toSeconds?: number;
  /** 0 to 1: room for the voices without beat; never for those with one. */
  reverb?: number;
  /** Seconds before the end of the last pass at which a soft bell is struck. */
  endBellSeconds?: number | null;
  /** Sounds of SAMPLE voices by the voice's index; a voice without one is silent. */
  samples?: ReadonlyMap<number, Sample>;
  /** {@link outputScale} of the program, where it is known already. */
  scale?: number;
}

export interface Renderer {
  /**
   * Renders as many frames as `left` holds.
   * @param startFrame played seconds × sample rate, 0 or more; need not be whole. Any order is allowed.
   * @param step program frames that pass in one frame, 1 by default; 1.0005 plays 0.05 % faster. Noise keeps its pitch.
   */
  render(startFrame: number, left: Float32Array, right: Float32Array, step?: number): void;
  /** Fades a voice to a gain of 0 or 1 within 20 ms. */
  setVoiceOn(index: number, on: boolean): void;
}

/**
 * Steps from 0 to 1 with three derivatives at rest at both ends: 35x⁴ − 84x⁵ + 70x⁶ − 20x⁷. A raised cosine's second
 * derivative jumps at its ends; above 2 kHz a 20 ms ramp of this shape leaves 40 dB less of it.
 */
export function smoothStep(x: number): number {
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  return x * x * x * x * (35 - x * (84 - x * (70 - x * 20)));
}

/**
 * What every amplitude of a program is multiplied with: its gain, and less where it would then pass {@link LOUDEST}.
 * @param room amplitude to leave free
 */
export function outputScale(program: Program, room = 0): number {
  const highest = Math.max(1e-9, program.gain * highestLevel(program.voices).level);
  return program.gain * Math.min(1, (LOUDEST - room) / highest);
}

function fraction(x: number): number {
  return x - Math.floor(x);
}

/** First frame of a block at or after `time`, where frame 0 is at `start`. */
function frameAt(time: number, start: number, dt: number): number {
  return Math.ceil((time - start) / dt);
}

/** A course between two keyframes, or a held value. */
interface Span {
  start: number;
  end: number;
  curve: Curve;
  from: Keyframe;
  to: Keyframe;
  /** Where the course's formula begins, and the cycles there. */
  origin: number;
  carrierCycles: number;
  beatCycles: number;
}

/** A stretch of a voice without jumps. Neighbours are both heard around the jump, crossfaded. */
interface Run {
  spans: Span[];
  start: number;
  end: number;
  fadeIn: number;
  fadeOut: number;
  /** False where the beat is 0 throughout: a gate that never moves stands open. */
  beats: boolean;
}

function lastOf(span: Span): Keyframe {
  return span.curve === 'HOLD' ? span.from : span.to;
}

function sameValues(a: Keyframe, b: Keyframe): boolean {
  return a.carrier === b.carrier && a.beat === b.beat && a.level === b.level && a.pan === b.pan;
}

function makeSpans(voice: Voice, durationSeconds: number): Span[] {
  const { keyframes } = voice;
  const sums = prepareVoice(voice);
  const spans: Span[] = [];
  for (let index = -1; index < keyframes.length; index++) {
    const from = keyframes[Math.max(0, index)] as Keyframe;
    const to = (index < 0 ? undefined : keyframes[index + 1]) ?? from;
    const start = index < 0 ? 0 : from.at;
    const end = index < 0 ? from.at : index + 1 < keyframes.length ? to.at : durationSeconds;
    if (!(end > start)) continue;
    const at = Math.max(0, index);
    const curve = to === from ? 'HOLD' : from.curve;
    const carrierCycles = sums.carrier[at] ?? 0;
    spans.push({ start, end, curve, from, to, origin: from.at, carrierCycles, beatCycles: sums.beat[at] ?? 0 });
  }
  return spans;
}

function makeRuns(voice: Voice, durationSeconds: number, loops: boolean): Run[] {
  const gated = voice.kind === 'ISOCHRONIC' || voice.kind === 'NOISE';
  const runs: Run[] = [];
  let spans: Span[] = [];
  const beats = (span: Span) => span.from.beat !== 0 || lastOf(span).beat !== 0;
  const close = () => {
    const first = spans[0];
    const last = spans[spans.length - 1];
    if (!first || !last) return;
    const { start } = first;
    const { end } = last;
    // Beyond its ends a run holds its outermost values: there it is crossfaded with its neighbours.
    const before: Span = { ...first, start: Number.NEGATIVE_INFINITY, end: start, curve: 'HOLD', to: first.from };
    const values = lastOf(last);
    const seconds = end - last.origin;
    const after: Span = {
      start: end,
      end: Number.POSITIVE_INFINITY,
      curve: 'HOLD',
      from: values,
      to: values,
      origin: end,
      carrierCycles:
        last.carrierCycles + courseIntegral(last.from.carrier, last.to.carrier, last.curve, seconds, seconds),
      beatCycles: last.beatCycles + courseIntegral(last.from.beat, last.to.beat, last.curve, seconds, seconds),
    };
    runs.push({ spans: [before, ...spans, after], start, end, fadeIn: 0, fadeOut: 0, beats: spans.some(beats) });
    spans = [];
  };
  for (const span of makeSpans(voice, durationSeconds)) {
    const last = spans[spans.length - 1];
    if (last && (!sameValues(lastOf(last), span.from) || (gated && beats(last) !== beats(span)))) close();
    spans.push(span);
  }
  close();
  for (let index = 0; index < runs.length; index++) {
    const here = runs[index] as Run;
    const next = runs[index + 1] ?? (loops ? runs[0] : undefined);
    if (!next) continue;
    const half = Math.min(JUMP_SECONDS, (here.end - here.start) / 2, (next.end - next.start) / 2);
    here.fadeOut = half;
    next.fadeIn = half;
  }
  return runs;
}

/** Buffers that all voices of one renderer share. */
class Scratch {
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

/** What a block is: frame 0 at played second `start`, `dt` seconds apart, `index` the running number of frame 0. */
interface Block {
  start: number;
  dt: number;
  count: number;
  index: number;
}

/** Renders one voice; adds to `left` and `right` from frame 0 to the block's count. */
interface Track {
  render(block: Block, left: Float64Array, right: Float64Array): void;
}

/** Walks through the runs and spans that a block touches, over the borders of passes, and crossfades at jumps. */
abstract class RunTrack implements Track {
  protected readonly scratch: Scratch;
  protected readonly sampleRate: number;
  /** Offsets of the current pass, and whether the current run beats. */
  protected passCarrier = 0;
  protected passBeat = 0;
  protected beats = false;
  /** Values at a moment, set by {@link look}. */
  protected carrier = 0;
  protected beat = 0;
  protected level = 0;
  protected pan = 0;
  protected carrierCycles = 0;
  protected beatCycles = 0;
  private readonly runs: Run[];
  private readonly durationSeconds: number;
  private readonly passes: number;
  private readonly wholeCarrier: number;
  private readonly wholeBeat: number;

  constructor(voice: Voice, program: Program, sampleRate: number, scratch: Scratch) {
    this.scratch = scratch;
    this.sampleRate = sampleRate;
    this.durationSeconds = program.durationSeconds;
    this.passes = program.loop === 0 ? Number.POSITIVE_INFINITY : program.loop;
    this.runs = makeRuns(voice, program.durationSeconds, this.passes > 1);
    const whole = phaseAt(voice, program.durationSeconds);
    this.wholeCarrier = fraction(whole.carrierCycles);
    // Two cycles, because the ears take half of the beat and alternate pulses tell odd from even.
    this.wholeBeat = 2 * fraction(whole.beatCycles / 2);
  }

  abstract part(
    span: Span,
    time: number,
    dt: number,
    from: number,
    to: number,
    left: Float64Array,
    right: Float64Array,
  ): void;

  render(block: Block, left: Float64Array, right: Float64Array): void {
    const { start, dt, count } = block;
    const first = Math.max(0, Math.floor((start - JUMP_SECONDS) / this.durationSeconds));
    const last = Math.min(this.passes - 1, Math.floor((start + count * dt + JUMP_SECONDS) / this.durationSeconds));
    for (let pass = first; pass <= last; pass++) {
      this.passCarrier = fraction(pass * this.wholeCarrier);
      this.passBeat = 2 * fraction((pass * this.wholeBeat) / 2);
      this.pass(pass, start - pass * this.durationSeconds, dt, count, left, right);
    }
  }

  private pass(pass: number, start: number, dt: number, count: number, left: Float64Array, right: Float64Array): void {
    const { runs, scratch } = this;
    const blockEnd = start + count * dt;
    for (let at = this.firstRun(start); at < runs.length; at++) {
      const run = runs[at] as Run;
      const fadeIn = pass === 0 && at === 0 ? 0 : run.fadeIn;
      const fadeOut = pass === this.passes - 1 && at === runs.length - 1 ? 0 : run.fadeOut;
      if (run.start - fadeIn >= blockEnd) break;
      const from = Math.max(0, frameAt(run.start - fadeIn, start, dt));
      const to = Math.min(count, frameAt(run.end + fadeOut, start, dt));
      if (to <= from) continue;
      this.beats = run.beats;
      const rising = fadeIn > 0 && start + from * dt < run.start + fadeIn;
      const falling = fadeOut > 0 && start + to * dt > run.end - fadeOut;
      if (!rising && !falling) {
        this.span(run, start, dt, from, to, left, right);
        continue;
      }
      scratch.left.fill(0, from, to);
      scratch.right.fill(0, from, to);
      scratch.third.fill(0, from, to);
      this.span(run, start, dt, from, to, scratch.left, scratch.right);
      for (let n = from; n < to; n++) {
        const time = start + n * dt;
        let weight = 1;
        if (rising) weight *= smoothStep((time - run.start) / (2 * fadeIn) + 0.5);
        if (falling) weight *= smoothStep((run.end - time) / (2 * fadeOut) + 0.5);
        left[n] = (left[n] as number) + weight * (scratch.left[n] as number);
        right[n] = (right[n] as number) + weight * (scratch.right[n] as number);
        scratch.spin[n] = (scratch.spin[n] as number) + weight * (scratch.third[n] as number);
      }
    }
  }

  /** Index of the first run that is not over at `time`. */
  private firstRun(time: number): number {
    let low = 0;
    let high = this.runs.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const run = this.runs[middle] as Run;
      if (run.end + run.fadeOut < time) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  private span(
    run: Run,
    start: number,
    dt: number,
    from: number,
    to: number,
    left: Float64Array,
    right: Float64Array,
  ): void {
    const { spans } = run;
    const time = start + from * dt;
    let low = 0;
    let high = spans.length - 1;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((spans[middle] as Span).end <= time) low = middle + 1;
      else high = middle;
    }
    let n = from;
    while (n < to && low < spans.length) {
      const span = spans[low] as Span;
      let end = Math.min(to, frameAt(span.end, start, dt));
      if (end <= n) {
        low++;
        continue;
      }
      // A SMOOTH course is followed by parabolas; a 128th of it is short enough for 1e-3 rad.
      if (span.curve === 'SMOOTH') end = Math.min(end, n + Math.max(8, Math.floor((span.end - span.start) / dt / 128)));
      this.part(span, start + n * dt, dt, n, end, left, right);
      n = end;
    }
  }

  /** Reads values and cycles of a span at a time of its pass. */
  protected look(span: Span, time: number): void {
    const { from, to } = span;
    const seconds = time - span.origin;
    const length = span.end - span.start;
    const share = curveShare(span.curve, span.curve === 'HOLD' ? 0 : seconds / length);
    this.carrier = from.carrier + (to.carrier - from.carrier) * share;
    this.beat = from.beat + (to.beat - from.beat) * share;
    this.level = from.level + (to.level - from.level) * share;
    this.pan = from.pan + (to.pan - from.pan) * share;
    this.carrierCycles =
      this.passCarrier + span.carrierCycles + courseIntegral(from.carrier, to.carrier, span.curve, seconds, length);
    this.beatCycles = this.passBeat + span.beatCycles + courseIntegral(from.beat, to.beat, span.curve, seconds, length);
  }
}

/** Share of its amplitude that a tone of `hertz` keeps. */
function audibleShare(hertz: number, sampleRate: number): number {
  const high = (FADE_TO - Math.abs(hertz) / sampleRate) / (FADE_TO - FADE_FROM);
  return Math.max(0, Math.min(1, high, Math.abs(hertz) / LOWEST_HZ));
}

/** The parabola through three equally spaced values over `length` frames: fills p, q, r. */
function amplitudeThrough(course: Course, first: number, middle: number, last: number, length: number): void {
  course.p = first;
  course.r = (2 * (first - 2 * middle + last)) / (length * length);
  course.q = (last - first) / length - course.r * length;
}

function phaseThrough(course: Course, first: number, middle: number, last: number, length: number): void {
  course.c = (2 * (first - 2 * middle + last)) / (length * length);
  course.b = (last - first) / length - course.c * length;
  course.a = fraction(first);
}

/** Tones: binaural and monaural, and the carrier of isochronic ones. */
class ToneTrack extends RunTrack {
  private readonly kind: ToneVoice['kind'];
  private readonly tables: WaveTable[] | null;
  private readonly gate: IsochronicVoice | null;
  private readonly upper = makeCourse();
  private readonly lower = makeCourse();
  private readonly points = new Float64Array(18);
  /** Share of the richer table at the start and end of the part at hand. */
  private blend = 0;
  private blendTo = 0;

  constructor(voice: ToneVoice, program: Program, sampleRate: number, scratch: Scratch) {
    super(voice, program, sampleRate, scratch);
    this.kind = voice.kind;
    this.gate = voice.kind === 'ISOCHRONIC' ? voice : null;
    this.tables = voice.waveform === 'SINE' ? null : waveTables(voice.waveform, voice.harmonics);
  }

  /** Notes, as row `row`, what the two oscillators and both ears do at a moment. */
  private note(span: Span, time: number, row: number): void {
    this.look(span, time);
    const { points, sampleRate } = this;
    const half = this.kind === 'ISOCHRONIC' ? 0 : this.beat / 2;
    const halfCycles = this.kind === 'ISOCHRONIC' ? 0 : this.beatCycles / 2;
    const share = this.kind === 'MONAURAL' ? this.level / 2 : this.level;
    points[row * 6] = this.carrierCycles + halfCycles;
    points[row * 6 + 1] = this.carrierCycles - halfCycles;
    points[row * 6 + 2] = share * audibleShare(this.carrier + half, sampleRate);
    points[row * 6 + 3] = share * audibleShare(this.carrier - half, sampleRate);
    points[row * 6 + 4] = Math.min(1, 1 - this.pan);
    points[row * 6 + 5] = Math.min(1, 1 + this.pan);
  }

  override part(
    span: Span,
    time: number,
    dt: number,
    from: number,
    to: number,
    left: Float64Array,
    right: Float64Array,
  ): void {
    const { upper, lower, points, tables } = this;
    const length = to - from;
    const still = span.curve === 'HOLD' || sameValues(span.from, span.to);
    this.note(span, time, 0);
    const carrier = this.carrier;
    if (still) {
      const half = this.kind === 'ISOCHRONIC' ? 0 : this.beat / 2;
      upper.a = fraction(points[0] as number);
      upper.b = (this.carrier + half) * dt;
      lower.a = fraction(points[1] as number);
      lower.b = (this.carrier - half) * dt;
      upper.c = lower.c = 0;
      points.copyWithin(6, 0, 6);
      points.copyWithin(12, 0, 6);
    } else {
      this.note(span, time + (length / 2) * dt, 1);
      this.note(span, time + length * dt, 2);
      phaseThrough(upper, points[0] as number, points[6] as number, points[12] as number, length);
      phaseThrough(lower, points[1] as number, points[7] as number, points[13] as number, length);
    }
    let poor: WaveTable | null = null;
    let rich: WaveTable | null = null;
    this.blend = this.blendTo = 0;
    if (tables) {
      // Two thirds of the partials that fit, so that the richer of two neighbouring tables fits too.
      const most = this.sampleRate / 3 / Math.max(LOWEST_HZ, carrier);
      const mostTo = this.sampleRate / 3 / Math.max(LOWEST_HZ, this.carrier);
      let at = 0;
      while (at + 1 < tables.length && (tables[at + 1] as WaveTable).partials <= most) at++;
      poor = tables[at] as WaveTable;
      rich = tables[Math.min(at + 1, tables.length - 1)] as WaveTable;
      if (rich !== poor) {
        const span = Math.log(rich.partials / poor.partials);
        this.blend = Math.max(0, Math.log(most / poor.partials) / span);
        this.blendTo = Math.min(1, Math.max(0, Math.log(mostTo / poor.partials) / span));
      }
    }
    const gate = this.beats ? this.gate : null;
    if (gate) {
      const { mono } = this.scratch;
      mono.fill(0, from, to);
      this.ear(upper, 2, -1, length);
      this.add(mono, from, to, upper, poor, rich);
      this.gated(gate, span, time, dt, from, to, left, right);
      return;
    }
    const binaural = this.kind === 'BINAURAL';
    // Ear by ear: column of its amplitude, column of its pan.
    this.ear(upper, 2, 4, length);
    this.ear(lower, binaural ? 3 : 2, 5, length);
    if (!binaural) {
      lower.a = upper.a;
      lower.b = upper.b;
      lower.c = upper.c;
    }
    this.both(left, right, from, to, poor, rich);
    if (this.kind !== 'MONAURAL') return;
    if (still) {
      lower.a = fraction(points[1] as number);
      lower.b = (this.carrier - this.beat / 2) * dt;
    } else {
      phaseThrough(lower, points[1] as number, points[7] as number, points[13] as number, length);
    }
    upper.a = lower.a;
    upper.b = lower.b;
    upper.c = lower.c;
    this.ear(upper, 3, 4, length);
    this.ear(lower, 3, 5, length);
    this.both(left, right, from, to, poor, rich);
  }

  /** Amplitude of an oscillator in an ear: column `tone` of the noted points times column `pan` (−1: none). */
  private ear(course: Course, tone: number, pan: number, length: number): void {
    const { points } = this;
    const at = (row: number) => (points[row * 6 + tone] as number) * (pan < 0 ? 1 : (points[row * 6 + pan] as number));
    amplitudeThrough(course, at(0), at(1), at(2), length);
  }

  private both(
    left: Float64Array,
    right: Float64Array,
    from: number,
    to: number,
    poor: WaveTable | null,
    rich: WaveTable | null,
  ): void {
    const { upper, lower } = this;
    if (!poor && isSteady(upper) && isSteady(lower)) {
      addSteadyPair(left, right, from, to, upper, lower);
      return;
    }
    if (!poor && isSlow(upper, lower)) {
      addSlowPair(left, right, from, to, upper, lower);
      return;
    }
    this.add(left, from, to, upper, poor, rich);
    this.add(right, from, to, lower, poor, rich);
  }

  private add(
    out: Float64Array,
    from: number,
    to: number,
    course: Course,
    poor: WaveTable | null,
    rich: WaveTable | null,
  ): void {
    if (course.p === 0 && course.q === 0 && course.r === 0) return;
    if (poor && rich) addWave(out, from, to, course, poor, rich, this.blend, this.blendTo);
    else addSine(out, from, to, course);
  }

  private gated(
    gate: IsochronicVoice,
    span: Span,
    time: number,
    dt: number,
    from: number,
    to: number,
    left: Float64Array,
    right: Float64Array,
  ): void {
    const { points, scratch } = this;
    const middle = time + ((to - from) / 2) * dt;
    this.look(span, time);
    const first = this.beatCycles;
    // The length of an edge in cycles changes with the beat.
    const firstEdge = gate.edgeSeconds * Math.abs(this.beat);
    this.look(span, middle);
    const centre = this.beatCycles;
    this.look(span, time + (to - from) * dt);
    const edgeSlope = (gate.edgeSeconds * Math.abs(this.beat) - firstEdge) / (to - from);
    const { lower } = this;
    phaseThrough(lower, first, centre, this.beatCycles, to - from);
    // `phaseThrough` keeps the fraction only; which ear a pulse goes to needs odd and even.
    const whole = Math.floor(first);
    const floor = 1 - gate.depth;
    const panLeft = points[10] as number;
    const panRight = points[11] as number;
    for (let n = from; n < to; n++) {
      const i = n - from;
      const cycles = lower.a + i * (lower.b + i * lower.c);
      const number = Math.floor(cycles);
      const place = cycles - number;
      let open = 0;
      if (place < gate.duty) {
        const inside = Math.min(place, gate.duty - place);
        const edge = Math.min(firstEdge + i * edgeSlope, gate.duty / 2);
        open = inside >= edge ? 1 : (1 - Math.cos((Math.PI * inside) / edge)) / 2;
      }
      const amplitude = floor + gate.depth * open;
      const tone = scratch.mono[n] as number;
      const odd = gate.alternating && ((whole + number) & 1) !== 0;
      const even = gate.alternating && !odd;
      left[n] = (left[n] as number) + tone * panLeft * (odd ? floor : amplitude);
      right[n] = (right[n] as number) + tone * panRight * (even ? floor : amplitude);
    }
  }
}

/** Makes, over a block, the amplitude of each ear of a voice without tone, and the place of a spinning noise. */
class EnvelopeTrack extends RunTrack {
  private readonly depth: number;
  private readonly spins: boolean;
  private readonly course = makeCourse();
  private readonly ends = new Float64Array(9);

  constructor(voice: Voice, program: Program, sampleRate: number, scratch: Scratch) {
    super(voice, program, sampleRate, scratch);
    this.depth = voice.kind === 'NOISE' ? voice.modulationDepth : 0;
    this.spins = voice.kind === 'NOISE' && voice.spin;
  }

  override part(
    span: Span,
    time: number,
    dt: number,
    from: number,
    to: number,
    left: Float64Array,
    right: Float64Array,
  ): void {
    const { course, ends, scratch } = this;
    const length = to - from;
    for (let row = 0; row < 3; row++) {
      this.look(span, time + (length / 2) * row * dt);
      ends[row] = this.level * Math.min(1, 1 - this.pan);
      ends[3 + row] = this.level * Math.min(1, 1 + this.pan);
      ends[6 + row] = this.beatCycles;
    }
    const place = left === scratch.left ? scratch.third : scratch.spin;
    amplitudeThrough(course, ends[0] as number, ends[1] as number, ends[2] as number, length);
    for (let n = from; n < to; n++) {
      const i = n - from;
      left[n] = (left[n] as number) + course.p + i * (course.q + i * course.r);
    }
    amplitudeThrough(course, ends[3] as number, ends[4] as number, ends[5] as number, length);
    for (let n = from; n < to; n++) {
      const i = n - from;
      right[n] = (right[n] as number) + course.p + i * (course.q + i * course.r);
    }
    if (!this.beats || (this.depth === 0 && !this.spins)) return;
    phaseThrough(course, ends[6] as number, ends[7] as number, ends[8] as number, length);
    const width = (this.carrier / 1e6) * this.sampleRate;
    for (let n = from; n < to; n++) {
      const i = n - from;
      const angle = 2 * Math.PI * (course.a + i * (course.b + i * course.c));
      if (this.depth > 0) {
        // Full at beat phase 0, where the tones of a binaural voice meet.
        const amplitude = 1 - (this.depth * (1 - Math.cos(angle))) / 2;
        left[n] = (left[n] as number) * amplitude;
        right[n] = (right[n] as number) * amplitude;
      }
      if (this.spins) place[n] = (place[n] as number) + width * Math.sin(angle);
    }
  }
}

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

class NoiseTrack implements Track {
  private readonly envelope: EnvelopeTrack;
  private readonly noise: Noise;
  private readonly scratch: Scratch;
  private readonly spins: boolean;
  private readonly reach: number;

  constructor(voice: NoiseVoice, program: Program, sampleRate: number, scratch: Scratch, seed: number) {
    this.envelope = new EnvelopeTrack(voice, program, sampleRate, scratch);
    this.noise = new Noise(voice.colour, voice.correlation, seed, sampleRate);
    this.scratch = scratch;
    this.spins = voice.spin;
    this.reach = Math.ceil(SPIN_SECONDS * sampleRate) + SINC_TAPS;
    this.keptLeft = new Float64Array(voice.spin ? BLOCK + 2 * this.reach : 0);
    this.keptRight = new Float64Array(this.keptLeft.length);
  }

  /** For a spin: the noise from `reach` before to `reach` after the block. */
  private readonly keptLeft: Float64Array;
  private readonly keptRight: Float64Array;
  private keptTo = Number.NaN;

  render(block: Block, left: Float64Array, right: Float64Array): void {
    const { scratch } = this;
    const { count } = block;
    scratch.voiceLeft.fill(0, 0, count);
    scratch.voiceRight.fill(0, 0, count);
    scratch.spin.fill(0, 0, count);
    this.envelope.render(block, scratch.voiceLeft, scratch.voiceRight);
    if (this.spins) {
      this.spin(block, left, right);
      return;
    }
    this.noise.fill(scratch.noiseLeft, scratch.noiseRight, block.index, count);
    for (let n = 0; n < count; n++) {
      left[n] = (left[n] as number) + (scratch.voiceLeft[n] as number) * (scratch.noiseLeft[n] as number);
      right[n] = (right[n] as number) + (scratch.voiceRight[n] as number) * (scratch.noiseRight[n] as number);
    }
  }

  /** Left hears the noise earlier by the spin's place, right later, as SBaGen does it. */
  private spin(block: Block, left: Float64Array, right: Float64Array): void {
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

/** One strike after another; a new one takes the place of the last. */
class BellTrack implements Track {
  private readonly strikes: Keyframe[];
  private readonly decaySeconds: number;
  private readonly durationSeconds: number;
  private readonly passes: number;
  private readonly sampleRate: number;
  private readonly scratch: Scratch;

  constructor(
    strikes: Keyframe[],
    decaySeconds: number,
    durationSeconds: number,
    passes: number,
    sampleRate: number,
    scratch: Scratch,
  ) {
    this.strikes = strikes;
    this.decaySeconds = decaySeconds;
    this.durationSeconds = durationSeconds;
    this.passes = passes;
    this.sampleRate = sampleRate;
    this.scratch = scratch;
  }

  /** Played second of the strike with number `at`, counted through all passes. */
  private time(at: number): number {
    const { length } = this.strikes;
    const pass = Math.floor(at / length);
    if (at < 0) return Number.NEGATIVE_INFINITY;
    if (pass >= this.passes) return Number.POSITIVE_INFINITY;
    return pass * this.durationSeconds + (this.strikes[at - pass * length]?.at ?? 0);
  }

  render(block: Block, left: Float64Array, right: Float64Array): void {
    const { strikes } = this;
    if (strikes.length === 0) return;
    const end = block.start + block.count * block.dt;
    const pass = Math.min(this.passes - 1, Math.floor(block.start / this.durationSeconds));
    let low = 0;
    let high = strikes.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.time(pass * strikes.length + middle) <= block.start) low = middle + 1;
      else high = middle;
    }
    // The last strike rings, the one before it is just being damped.
    for (let at = Math.max(0, pass * strikes.length + low - 2); this.time(at) < end; at++) {
      const strike = strikes[at % strikes.length] as Keyframe;
      this.ring(block, strike, this.time(at), this.time(at + 1), left, right);
    }
  }

  private ring(
    block: Block,
    strike: Keyframe,
    time: number,
    next: number,
    left: Float64Array,
    right: Float64Array,
  ): void {
    const { start, dt, count } = block;
    const over = Math.min(time + this.decaySeconds * RING, next + 2 * JUMP_SECONDS);
    const from = Math.max(0, frameAt(time, start, dt));
    const to = Math.min(count, frameAt(over, start, dt));
    if (to <= from) return;
    const { mono } = this.scratch;
    const since = start + from * dt - time;
    const ratio = Math.exp((-LN_1000 * dt) / this.decaySeconds);
    const amplitude = strike.level * Math.exp((-LN_1000 * since) / this.decaySeconds);
    for (let ear = 0; ear < 2; ear++) {
      const hertz = strike.carrier + (ear === 0 ? strike.beat : -strike.beat) / 2;
      const pan = Math.min(1, ear === 0 ? 1 - strike.pan : 1 + strike.pan);
      const share = amplitude * pan * audibleShare(hertz, this.sampleRate);
      const out = ear === 0 ? left : right;
      mono.fill(0, from, to);
      addDecay(mono, from, to, fraction(hertz * since), hertz * dt, share, ratio);
      for (let n = from; n < to; n++) {
        const seconds = start + n * dt;
        let weight = 1;
        if (seconds < time + ATTACK_SECONDS) weight = smoothStep((seconds - time) / ATTACK_SECONDS);
        if (seconds > next) weight *= 1 - smoothStep((seconds - next) / (2 * JUMP_SECONDS));
        out[n] = (out[n] as number) + weight * (mono[n] as number);
      }
    }
  }
}

/** Longest drop in seconds, and its range of pitches. */
const DROP = {
  WATER: { seconds: 0.16, low: 500, high: 2200 },
  RAIN: { seconds: 0.03, low: 1800, high: 7000 },
} as const;

/**
 * Drops: `count` rows, each with one drop in every `count / dropsPerSecond` seconds at a random moment, pitch, place and
 * strength. All of it is a function of seed, row and number, so any moment can be rendered by itself.
 */
class DropsTrack implements Track {
  private readonly envelope: EnvelopeTrack;
  private readonly voice: DropsVoice;
  private readonly seed: number;
  private state = 0;
  private readonly sampleRate: number;
  private readonly scratch: Scratch;
  private readonly bedLeft = new Float64Array(BLOCK);
  private readonly bedRight = new Float64Array(BLOCK);

  constructor(voice: DropsVoice, program: Program, sampleRate: number, scratch: Scratch, seed: number) {
    this.envelope = new EnvelopeTrack(voice, program, sampleRate, scratch);
    this.voice = voice;
    this.seed = seed;
    this.sampleRate = sampleRate;
    this.scratch = scratch;
  }

  render(block: Block, left: Float64Array, right: Float64Array): void {
    const { scratch, bedLeft, bedRight } = this;
    const { start, dt, count } = block;
    scratch.voiceLeft.fill(0, 0, count);
    scratch.voiceRight.fill(0, 0, count);
    scratch.spin.fill(0, 0, count);
    this.envelope.render(block, scratch.voiceLeft, scratch.voiceRight);
    bedLeft.fill(0, 0, count);
    bedRight.fill(0, 0, count);
    const rows = this.voice.count;
    const cell = rows / this.voice.dropsPerSecond;
    for (let row = 0; row < rows; row++) {
      const offset = (row / rows) * cell;
      const last = Math.floor((start + count * dt - offset) / cell);
      for (let number = Math.floor((start - offset) / cell); number <= last; number++) {
        this.drop(block, row, number, offset + number * cell, cell);
      }
    }
    for (let n = 0; n < count; n++) {
      // Many drops at once may pass 1 for a moment; a voice never passes its level.
      const l = bedLeft[n] as number;
      const r = bedRight[n] as number;
      left[n] = (left[n] as number) + (scratch.voiceLeft[n] as number) * Math.max(-1, Math.min(1, l));
      right[n] = (right[n] as number) + (scratch.voiceRight[n] as number) * Math.max(-1, Math.min(1, r));
    }
  }

  /** The next random number of the drop at hand, 0 to 1. */
  private random(): number {
    this.state = mix32(this.state + 0x9e3779b9);
    return (this.state >>> 0) / 2 ** 32;
  }

  private drop(block: Block, row: number, number: number, cellStart: number, cell: number): void {
    const { start, dt, count } = block;
    const kind = DROP[this.voice.texture];
    this.state = mix32(this.seed ^ mix32(Math.imul(number, 64) + row + 0x51ed270b));
    const seconds = Math.min(kind.seconds, cell * 0.98);
    const time = cellStart + this.random() * (cell - seconds);
    const over = time + seconds;
    if (time >= start + count * dt || over <= start) return;
    const hertz = kind.low * (kind.high / kind.low) ** this.random();
    const strength = (0.25 + 0.75 * this.random()) / (1 + (this.voice.count - 1) / 4);
    const pan = this.random() * 1.6 - 0.8;
    const from = Math.max(0, frameAt(time, start, dt));
    const to = Math.min(count, frameAt(over, start, dt));
    if (to <= from) return;
    const { mono } = this.scratch;
    const attack = Math.min(this.voice.texture === 'RAIN' ? 0.001 : ATTACK_SECONDS, seconds / 4);
    const since = start + from * dt - time;
    const share = strength * Math.exp((-LN_1000 * since) / seconds) * audibleShare(hertz, this.sampleRate);
    mono.fill(0, from, to);
    addDecay(mono, from, to, fraction(hertz * since), hertz * dt, share, Math.exp((-LN_1000 * dt) / seconds));
    const panLeft = Math.min(1, 1 - pan);
    const panRight = Math.min(1, 1 + pan);
    for (let n = from; n < to; n++) {
      const place = start + n * dt - time;
      const weight = smoothStep(place / attack) * smoothStep((seconds - place) / (seconds / 4));
      const value = weight * (mono[n] as number);
      this.bedLeft[n] = (this.bedLeft[n] as number) + panLeft * value;
      this.bedRight[n] = (this.bedRight[n] as number) + panRight * value;
    }
  }
}

/** The listener's own sound, repeated with an overlap for as long as the program lasts. */
class SampleTrack implements Track {
  private readonly envelope: EnvelopeTrack;
  private readonly scratch: Scratch;
  private readonly sample: Sample;
  private readonly overlap: number;

  constructor(voice: Voice, program: Program, sampleRate: number, scratch: Scratch, sample: Sample) {
    this.envelope = new EnvelopeTrack(voice, program, sampleRate, scratch);
    this.scratch = scratch;
    this.sample = sample;
    this.overlap = Math.floor(Math.min(BED_OVERLAP_SECONDS * sampleRate, sample.left.length / 2));
  }

  render(block: Block, left: Float64Array, right: Float64Array): void {
    const { scratch, sample, overlap } = this;
    const { count } = block;
    scratch.voiceLeft.fill(0, 0, count);
    scratch.voiceRight.fill(0, 0, count);
    scratch.spin.fill(0, 0, count);
    this.envelope.render(block, scratch.voiceLeft, scratch.voiceRight);
    const period = sample.left.length - overlap;
    if (period <= 0) return;
    for (let n = 0; n < count; n++) {
      const index = block.index + n;
      const place = index % period;
      let l = sample.left[place] ?? 0;
      let r = sample.right[place] ?? 0;
      if (place < overlap && index >= period) {
        const share = smoothStep(place / overlap);
        l = l * share + (sample.left[place + period] ?? 0) * (1 - share);
        r = r * share + (sample.right[place + period] ?? 0) * (1 - share);
      }
      left[n] = (left[n] as number) + (scratch.voiceLeft[n] as number) * l;
      right[n] = (right[n] as number) + (scratch.voiceRight[n] as number) * r;
    }
  }
}

function bellTrack(voice: BellVoice, program: Program, sampleRate: number, scratch: Scratch): Track {
  const passes = program.loop === 0 ? Number.POSITIVE_INFINITY : program.loop;
  const strikes = voice.keyframes.filter((frame) => frame.level > 0);
  return new BellTrack(strikes, voice.decaySeconds, program.durationSeconds, passes, sampleRate, scratch);
}

/** A voice's track, its switch, and whether it may enter the room. */
interface Channel {
  track: Track | null;
  on: boolean;
  /** 0 to 1; it moves towards `goal`, which follows `on` only at rest: turning round half-way would be a kink. */
  fade: number;
  goal: number;
  bed: boolean;
}

class ProgramRenderer implements Renderer {
  private readonly channels: Channel[];
  private readonly reverb: Reverb | null;
  private readonly wet: number;
  private readonly scale: number;
  private readonly fromSeconds: number;
  private readonly toSeconds: number;
  private readonly sampleRate: number;
  private readonly left = new Float64Array(BLOCK);
  private readonly right = new Float64Array(BLOCK);
  private readonly bedLeft = new Float64Array(BLOCK);
  private readonly bedRight = new Float64Array(BLOCK);
  private readonly fadeLeft = new Float64Array(BLOCK);
  private readonly fadeRight = new Float64Array(BLOCK);
  private readonly block: Block = { start: 0, dt: 0, count: 0, index: 0 };
  private expected = Number.NaN;

  constructor(program: Program, sampleRate: number, options: RenderOptions) {
    this.sampleRate = sampleRate;
    const total = totalSeconds(program);
    this.fromSeconds = options.fromSeconds ?? 0;
    this.toSeconds = Math.min(total, options.toSeconds ?? total);
    this.wet = options.reverb ?? 0;
    this.reverb = this.wet > 0 ? new Reverb(sampleRate) : null;
    const bell = options.endBellSeconds ?? null;
    const ends = bell !== null && Number.isFinite(total);
    this.scale = options.scale ?? outputScale(program, ends ? END_BELL : 0);
    const scratch = new Scratch();
    this.channels = program.voices.map((voice, index) => ({
      track: makeTrack(voice, index, program, sampleRate, scratch, options.samples),
      on: true,
      fade: 1,
      goal: 1,
      bed: this.wet > 0 && voice.keyframes.every((frame) => frame.beat === 0) && !('waveform' in voice),
    }));
    if (ends) {
      const at = Math.max(0, total - bell);
      const level = END_BELL / Math.max(1e-9, this.scale);
      const strike: Keyframe = { at, carrier: END_BELL_HZ, beat: 0, level, pan: 0, curve: 'HOLD' };
      const track = new BellTrack([strike], END_BELL_DECAY_SECONDS, total, 1, sampleRate, scratch);
      this.channels.push({ track, on: true, fade: 1, goal: 1, bed: this.wet > 0 });
    }
  }

  setVoiceOn(index: number, on: boolean): void {
    const channel = this.channels[index];
    if (channel) channel.on = on;
  }

  render(startFrame: number, left: Float32Array, right: Float32Array, step = 1): void {
    const { block } = this;
    block.dt = step / this.sampleRate;
    // A place that follows the last one up to rounding goes on; any other begins anew.
    const follows = Math.abs(startFrame - this.expected) < 1e-3;
    if (!follows) {
      block.index = Math.round(startFrame);
      this.reverb?.reset();
      for (const channel of this.channels) channel.fade = channel.goal = channel.on ? 1 : 0;
    }
    for (let done = 0; done < left.length; done += BLOCK) {
      block.count = Math.min(BLOCK, left.length - done);
      block.start = (startFrame + done * step) / this.sampleRate;
      this.blockInto(left, right, done);
      block.index += block.count;
    }
    this.expected = startFrame + left.length * step;
  }

  private blockInto(left: Float32Array, right: Float32Array, at: number): void {
    const { block, bedLeft, bedRight, scale } = this;
    const { count, start, dt } = block;
    const mixLeft = this.left;
    const mixRight = this.right;
    const { fromSeconds, toSeconds } = this;
    const end = start + count * dt;
    if (start >= toSeconds || end <= fromSeconds) {
      left.fill(0, at, at + count);
      right.fill(0, at, at + count);
      return;
    }
    mixLeft.fill(0, 0, count);
    mixRight.fill(0, 0, count);
    if (this.reverb) {
      bedLeft.fill(0, 0, count);
      bedRight.fill(0, 0, count);
    }
    for (let index = 0; index < this.channels.length; index++) {
      const channel = this.channels[index] as Channel;
      if (channel.bed) this.channel(channel, bedLeft, bedRight);
      else this.channel(channel, mixLeft, mixRight);
    }
    if (this.reverb) {
      for (let n = 0; n < count; n++) {
        mixLeft[n] = (mixLeft[n] as number) + (bedLeft[n] as number);
        mixRight[n] = (mixRight[n] as number) + (bedRight[n] as number);
      }
      this.reverb.process(bedLeft, bedRight, mixLeft, mixRight, count, this.wet);
    }
    if (start < fromSeconds + EDGE_SECONDS || end > toSeconds - EDGE_SECONDS) {
      for (let n = 0; n < count; n++) {
        const time = start + n * dt;
        const weight = smoothStep((time - fromSeconds) / EDGE_SECONDS) * smoothStep((toSeconds - time) / EDGE_SECONDS);
        mixLeft[n] = (mixLeft[n] as number) * weight;
        mixRight[n] = (mixRight[n] as number) * weight;
      }
    }
    for (let n = 0; n < count; n++) {
      left[at + n] = (mixLeft[n] as number) * scale;
      right[at + n] = (mixRight[n] as number) * scale;
    }
  }

  private channel(channel: Channel, left: Float64Array, right: Float64Array): void {
    const { track } = channel;
    if (channel.fade === channel.goal) channel.goal = channel.on ? 1 : 0;
    const { goal } = channel;
    if (!track || (channel.fade === 0 && goal === 0)) return;
    if (channel.fade === goal) {
      track.render(this.block, left, right);
      return;
    }
    const { count } = this.block;
    const { fadeLeft, fadeRight } = this;
    fadeLeft.fill(0, 0, count);
    fadeRight.fill(0, 0, count);
    track.render(this.block, fadeLeft, fadeRight);
    const step = (goal ? 1 : -1) / (EDGE_SECONDS * this.sampleRate);
    for (let n = 0; n < count; n++) {
      channel.fade = Math.min(1, Math.max(0, channel.fade + step));
      const weight = smoothStep(channel.fade);
      left[n] = (left[n] as number) + weight * (fadeLeft[n] as number);
      right[n] = (right[n] as number) + weight * (fadeRight[n] as number);
    }
  }
}

function makeTrack(
  voice: Voice,
  index: number,
  program: Program,
  sampleRate: number,
  scratch: Scratch,
  samples: ReadonlyMap<number, Sample> | undefined,
): Track | null {
  const seed = mix32(program.seed + Math.imul(index + 1, 0x9e3779b1));
  switch (voice.kind) {
    case 'NOISE':
      return new NoiseTrack(voice, program, sampleRate, scratch, seed);
    case 'BELL':
      return bellTrack(voice, program, sampleRate, scratch);
    case 'DROPS':
      return new DropsTrack(voice, program, sampleRate, scratch, seed);
    case 'SAMPLE': {
      const sample = samples?.get(index);
      return sample ? new SampleTrack(voice, program, sampleRate, scratch, sample) : null;
    }
    default:
      return new ToneTrack(voice, program, sampleRate, scratch);
  }
}

/**
 * A renderer of one program: the only DSP core, run by worklet, worker, Node and tests alike. Nothing is allocated while
 * it renders. The sound is a function of program, seed and place (a reverb's tail also of where rendering began), so a
 * seek is exact, and the same seed and start give the same bytes.
 */
export function createRenderer(program: Program, sampleRate: number, options: RenderOptions = {}): Renderer {
  return new ProgramRenderer(program, sampleRate, options);
}
