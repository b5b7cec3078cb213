import type { IsochronicVoice, ModulatedVoice, ToneVoice } from '@nes/program/model.ts';
import { audibleShare, fraction, LOWEST_HZ } from './blocks.ts';
import {
  addSine,
  addSlowPair,
  amplitudeThrough,
  type Course,
  chordFrames,
  makeCourse,
  phaseThrough,
} from './kernels.ts';
import type { Kit } from './kit.ts';
import type { Part, Runs, Span } from './runs.ts';
import type { WaveTable } from './waves.ts';

/** Tones: binaural and monaural, and the carrier of isochronic ones. */
export class TonePart implements Part {
  readonly #kind: ToneVoice['kind'];
  readonly #kit: Kit | null;
  /** Of irregular pulses. */
  readonly #seed: number;
  readonly #tables: WaveTable[] | null;
  /** The gate of a pulsed or modulated tone, which is one tone; the others are two, half of the beat away from the carrier. */
  readonly #gate: IsochronicVoice | ModulatedVoice | null;
  readonly #half: number;
  readonly #upper = makeCourse();
  readonly #lower = makeCourse();
  readonly #points = new Float64Array(18);
  /** Share of the richer table at the start and end of the part at hand. */
  #blend = 0;
  #blendTo = 0;

  constructor(voice: ToneVoice, kit: Kit | null, seed: number) {
    this.#kind = voice.kind;
    this.#seed = seed;
    const gate = 'depth' in voice;
    this.#gate = gate && kit ? voice : null;
    this.#half = gate ? 0 : 0.5;
    this.#kit = kit;
    this.#tables = (voice.waveform !== 'SINE' && kit?.waveTables(voice.waveform, voice.harmonics)) || null;
  }

  /** Notes, as row `row`, what the two oscillators and both ears do at a moment. */
  #note(runs: Runs, span: Span, time: number, row: number): void {
    runs.look(span, time);
    const points = this.#points;
    const { sampleRate } = runs;
    const half = runs.beat * this.#half;
    const halfCycles = runs.beatCycles * this.#half;
    const share = this.#kind === 'MONAURAL' ? runs.level / 2 : runs.level;
    points[row * 6] = runs.carrierCycles + halfCycles;
    points[row * 6 + 1] = runs.carrierCycles - halfCycles;
    points[row * 6 + 2] = share * audibleShare(runs.carrier + half, sampleRate);
    points[row * 6 + 3] = share * audibleShare(runs.carrier - half, sampleRate);
    points[row * 6 + 4] = Math.min(1, 1 - runs.pan);
    points[row * 6 + 5] = Math.min(1, 1 + runs.pan);
  }

  part(
    runs: Runs,
    span: Span,
    time: number,
    dt: number,
    from: number,
    to: number,
    left: Float64Array,
    right: Float64Array,
  ): void {
    const upper = this.#upper;
    const lower = this.#lower;
    const points = this.#points;
    const tables = this.#tables;
    const length = to - from;
    const { still } = span;
    this.#note(runs, span, time, 0);
    const carrier = runs.carrier;
    if (still) {
      const half = runs.beat * this.#half;
      upper.a = fraction(points[0] as number);
      upper.b = (runs.carrier + half) * dt;
      lower.a = fraction(points[1] as number);
      lower.b = (runs.carrier - half) * dt;
      upper.c = lower.c = 0;
      points.copyWithin(6, 0, 6);
      points.copyWithin(12, 0, 6);
    } else {
      this.#note(runs, span, time + (length / 2) * dt, 1);
      this.#note(runs, span, time + length * dt, 2);
      phaseThrough(upper, points[0] as number, points[6] as number, points[12] as number, length);
      phaseThrough(lower, points[1] as number, points[7] as number, points[13] as number, length);
    }
    let poor: WaveTable | null = null;
    let rich: WaveTable | null = null;
    this.#blend = this.#blendTo = 0;
    if (tables) {
      // Two thirds of the partials that fit, so that the richer of two neighbouring tables fits too.
      const most = runs.sampleRate / 3 / Math.max(LOWEST_HZ, carrier);
      const mostTo = runs.sampleRate / 3 / Math.max(LOWEST_HZ, runs.carrier);
      let at = 0;
      while (at + 1 < tables.length && (tables[at + 1] as WaveTable).partials <= most) at++;
      poor = tables[at] as WaveTable;
      rich = tables[Math.min(at + 1, tables.length - 1)] as WaveTable;
      if (rich !== poor) {
        const span = Math.log(rich.partials / poor.partials);
        this.#blend = Math.max(0, Math.log(most / poor.partials) / span);
        this.#blendTo = Math.min(1, Math.max(0, Math.log(mostTo / poor.partials) / span));
      }
    }
    const gate = runs.beats ? this.#gate : null;
    if (gate) {
      const { mono } = runs.scratch;
      mono.fill(0, from, to);
      this.#ear(upper, 2, -1, length);
      this.#add(mono, from, to, upper, poor, rich);
      this.#gated(runs, gate, span, time, dt, from, to, left, right);
      return;
    }
    const binaural = this.#kind === 'BINAURAL';
    // Ear by ear: column of its amplitude, column of its pan.
    this.#ear(upper, 2, 4, length);
    this.#ear(lower, binaural ? 3 : 2, 5, length);
    if (!binaural) {
      lower.a = upper.a;
      lower.b = upper.b;
      lower.c = upper.c;
    }
    this.#both(left, right, from, to, poor, rich);
    if (this.#kind !== 'MONAURAL') return;
    if (still) {
      lower.a = fraction(points[1] as number);
      lower.b = (runs.carrier - runs.beat / 2) * dt;
    } else {
      phaseThrough(lower, points[1] as number, points[7] as number, points[13] as number, length);
    }
    upper.a = lower.a;
    upper.b = lower.b;
    upper.c = lower.c;
    this.#ear(upper, 3, 4, length);
    this.#ear(lower, 3, 5, length);
    this.#both(left, right, from, to, poor, rich);
  }

  /** Amplitude of an oscillator in an ear: column `tone` of the noted points times column `pan` (−1: none). */
  #ear(course: Course, tone: number, pan: number, length: number): void {
    const points = this.#points;
    const at = (row: number) => (points[row * 6 + tone] as number) * (pan < 0 ? 1 : (points[row * 6 + pan] as number));
    amplitudeThrough(course, at(0), at(1), at(2), length);
  }

  #both(
    left: Float64Array,
    right: Float64Array,
    from: number,
    to: number,
    poor: WaveTable | null,
    rich: WaveTable | null,
  ): void {
    const upper = this.#upper;
    const lower = this.#lower;
    const chord = poor ? 0 : chordFrames(upper, lower);
    if (chord > 0) {
      addSlowPair(left, right, from, to, upper, lower, chord);
      return;
    }
    this.#add(left, from, to, upper, poor, rich);
    this.#add(right, from, to, lower, poor, rich);
  }

  #add(
    out: Float64Array,
    from: number,
    to: number,
    course: Course,
    poor: WaveTable | null,
    rich: WaveTable | null,
  ): void {
    if (course.p === 0 && course.q === 0 && course.r === 0) return;
    if (poor && rich) this.#kit?.addWave(out, from, to, course, poor, rich, this.#blend, this.#blendTo);
    else addSine(out, from, to, course);
  }

  #gated(
    runs: Runs,
    gate: IsochronicVoice | ModulatedVoice,
    span: Span,
    time: number,
    dt: number,
    from: number,
    to: number,
    left: Float64Array,
    right: Float64Array,
  ): void {
    const points = this.#points;
    const { scratch } = runs;
    const middle = time + ((to - from) / 2) * dt;
    runs.look(span, time);
    const first = runs.beatCycles;
    // The length of an edge in cycles changes with the beat; a modulated tone has none.
    const { edgeSeconds } = gate as IsochronicVoice;
    const firstEdge = edgeSeconds * Math.abs(runs.beat);
    runs.look(span, middle);
    const centre = runs.beatCycles;
    runs.look(span, time + (to - from) * dt);
    const edgeSlope = (edgeSeconds * Math.abs(runs.beat) - firstEdge) / (to - from);
    const lower = this.#lower;
    phaseThrough(lower, first, centre, runs.beatCycles, to - from);
    // `phaseThrough` keeps the fraction only; which ear a pulse goes to needs odd and even.
    const whole = Math.floor(first);
    const panLeft = points[10] as number;
    const panRight = points[11] as number;
    this.#kit?.gateTone(
      gate,
      scratch.mono,
      left,
      right,
      from,
      to,
      lower,
      whole,
      firstEdge,
      edgeSlope,
      panLeft,
      panRight,
      this.#seed,
    );
  }
}
