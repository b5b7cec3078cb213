import type { Voice } from '@nes/program/model.ts';
import { BED_EDGE_SECONDS } from '@nes/program/power.ts';
import { opening } from './gate.ts';
import { amplitudeThrough, makeCourse, phaseThrough } from './kernels.ts';
import type { Part, Runs, Span } from './runs.ts';

/** Makes, over a block, the amplitude of each ear of a voice without tone, and the place of a spinning noise. */
export class EnvelopePart implements Part {
  private readonly depth: number;
  /** Of a bed that is gated; a duty of 1 is a modulation by a sine. */
  private readonly gate: { duty: number; irregularity: number };
  private readonly edgeSeconds: number;
  private readonly seed: number;
  private readonly spins: boolean;
  private readonly course = makeCourse();
  private readonly ends = new Float64Array(9);

  constructor(voice: Voice, seed: number) {
    const bed = voice.kind === 'NOISE' || voice.kind === 'SAMPLE' ? voice : null;
    this.depth = bed?.modulationDepth ?? 0;
    this.gate = { duty: bed?.duty ?? 1, irregularity: bed?.irregularity ?? 0 };
    this.edgeSeconds = bed?.edgeSeconds ?? BED_EDGE_SECONDS;
    this.seed = seed;
    this.spins = voice.kind === 'NOISE' && voice.spin;
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
    const { course, ends, gate } = this;
    const { scratch } = runs;
    const length = to - from;
    let firstEdge = 0;
    for (let row = 0; row < 3; row++) {
      runs.look(span, time + (length / 2) * row * dt);
      ends[row] = runs.level * Math.min(1, 1 - runs.pan);
      ends[3 + row] = runs.level * Math.min(1, 1 + runs.pan);
      ends[6 + row] = runs.beatCycles;
      if (row === 0) firstEdge = this.edgeSeconds * Math.abs(runs.beat);
    }
    const edgeSlope = (this.edgeSeconds * Math.abs(runs.beat) - firstEdge) / length;
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
    if (!runs.beats || (this.depth === 0 && !this.spins)) return;
    phaseThrough(course, ends[6] as number, ends[7] as number, ends[8] as number, length);
    // `phaseThrough` keeps the fraction only.
    const whole = Math.floor(ends[6] as number);
    const width = (runs.carrier / 1e6) * runs.sampleRate;
    for (let n = from; n < to; n++) {
      const i = n - from;
      const cycles = course.a + i * (course.b + i * course.c);
      const angle = 2 * Math.PI * cycles;
      if (this.depth > 0) {
        // Full at beat phase 0, where the tones of a binaural voice meet, and open from there.
        const open =
          gate.duty < 1
            ? opening(gate, cycles, whole, firstEdge + i * edgeSlope, this.seed)
            : (1 + Math.cos(angle)) / 2;
        const amplitude = 1 - this.depth * (1 - open);
        left[n] = (left[n] as number) * amplitude;
        right[n] = (right[n] as number) * amplitude;
      }
      if (this.spins) place[n] = (place[n] as number) + width * Math.sin(angle);
    }
  }
}
