import type { Curve, Keyframe, Voice } from '@nes/program/model.ts';
import { courseIntegral } from '@nes/program/phase.ts';
import { curveShare } from '@nes/program/values.ts';
import { type Block, fraction, frameAt, JUMP_SECONDS, type Scratch, smoothStep, type Track } from './blocks.ts';

/** A course between two keyframes, or a held value. */
export interface Span {
  start: number;
  end: number;
  curve: Curve;
  from: Keyframe;
  to: Keyframe;
  /** Where the course's formula begins, and the cycles there. */
  origin: number;
  carrierCycles: number;
  beatCycles: number;
  /** Whether nothing changes in it. */
  still: boolean;
}

/** A stretch of a voice without jumps. Neighbours are both heard around the jump, crossfaded. */
export interface Run {
  spans: Span[];
  start: number;
  end: number;
  fadeIn: number;
  fadeOut: number;
  /** False where the beat is 0 throughout: a gate that never moves stands open. */
  beats: boolean;
}

/** A voice with its runs, and the cycles of a whole pass: the carrier's modulo 1, the beat's modulo 2. */
export interface ScoreVoice<V extends Voice = Voice> {
  voice: V;
  runs: Run[];
  wholeCarrier: number;
  wholeBeat: number;
  /** Whether the voice has a beat anywhere. */
  beats: boolean;
}

/** A program made ready for rendering: plain data that is sent to the audio thread. */
export interface Score {
  voices: ScoreVoice[];
  durationSeconds: number;
  /** Infinity for an endless program, as is `totalSeconds`. */
  passes: number;
  totalSeconds: number;
  seed: number;
  /** What every amplitude is multiplied with. */
  scale: number;
}

/** What sounds in one part of a span: adds frames `from` to `to`, the first of them at `time` of the pass. */
export interface Part {
  part(
    runs: Runs,
    span: Span,
    time: number,
    dt: number,
    from: number,
    to: number,
    left: Float64Array,
    right: Float64Array,
  ): void;
}

/** Walks through the runs and spans that a block touches, over the borders of passes, and crossfades at jumps. */
export class Runs implements Track {
  readonly scratch: Scratch;
  readonly sampleRate: number;
  /** Offsets of the current pass, and whether the current run beats. */
  passCarrier = 0;
  passBeat = 0;
  beats = false;
  /** Values at a moment, set by {@link look}. */
  carrier = 0;
  beat = 0;
  level = 0;
  pan = 0;
  carrierCycles = 0;
  beatCycles = 0;
  readonly #player: Part;
  readonly #runs: Run[];
  readonly #durationSeconds: number;
  readonly #passes: number;
  readonly #wholeCarrier: number;
  readonly #wholeBeat: number;

  constructor(voice: ScoreVoice, score: Score, sampleRate: number, scratch: Scratch, player: Part) {
    this.scratch = scratch;
    this.sampleRate = sampleRate;
    this.#player = player;
    this.#durationSeconds = score.durationSeconds;
    this.#passes = score.passes;
    this.#runs = voice.runs;
    this.#wholeCarrier = voice.wholeCarrier;
    this.#wholeBeat = voice.wholeBeat;
  }

  render(block: Block, left: Float64Array, right: Float64Array): void {
    const { start, dt, count } = block;
    const first = Math.max(0, Math.floor((start - JUMP_SECONDS) / this.#durationSeconds));
    const last = Math.min(this.#passes - 1, Math.floor((start + count * dt + JUMP_SECONDS) / this.#durationSeconds));
    for (let pass = first; pass <= last; pass++) {
      this.passCarrier = fraction(pass * this.#wholeCarrier);
      this.passBeat = 2 * fraction((pass * this.#wholeBeat) / 2);
      this.#pass(pass, start - pass * this.#durationSeconds, dt, count, left, right);
    }
  }

  #pass(pass: number, start: number, dt: number, count: number, left: Float64Array, right: Float64Array): void {
    const { scratch } = this;
    const runs = this.#runs;
    const blockEnd = start + count * dt;
    for (let at = this.#firstRun(start); at < runs.length; at++) {
      const run = runs[at] as Run;
      const fadeIn = pass === 0 && at === 0 ? 0 : run.fadeIn;
      const fadeOut = pass === this.#passes - 1 && at === runs.length - 1 ? 0 : run.fadeOut;
      if (run.start - fadeIn >= blockEnd) break;
      const from = Math.max(0, frameAt(run.start - fadeIn, start, dt));
      const to = Math.min(count, frameAt(run.end + fadeOut, start, dt));
      if (to <= from) continue;
      this.beats = run.beats;
      const rising = fadeIn > 0 && start + from * dt < run.start + fadeIn;
      const falling = fadeOut > 0 && start + to * dt > run.end - fadeOut;
      if (!rising && !falling) {
        this.#span(run, start, dt, from, to, left, right);
        continue;
      }
      scratch.left.fill(0, from, to);
      scratch.right.fill(0, from, to);
      scratch.third.fill(0, from, to);
      this.#span(run, start, dt, from, to, scratch.left, scratch.right);
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
  #firstRun(time: number): number {
    let low = 0;
    let high = this.#runs.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const run = this.#runs[middle] as Run;
      if (run.end + run.fadeOut < time) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #span(run: Run, start: number, dt: number, from: number, to: number, left: Float64Array, right: Float64Array): void {
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
      this.#player.part(this, span, start + n * dt, dt, n, end, left, right);
      n = end;
    }
  }

  /** Reads values and cycles of a span at a time of its pass. */
  look(span: Span, time: number): void {
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
