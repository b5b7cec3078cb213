import type { Voice } from '../program/model.ts';
import { amplitudeThrough, makeCourse, phaseThrough } from './kernels.ts';
import type { Part, Runs, Span } from './runs.ts';

/** Makes, over a block, the amplitude of each ear of a voice without tone, and the place of a spinning noise. */
export class EnvelopePart implements Part {
  private readonly depth: number;
  private readonly spins: boolean;
  private readonly course = makeCourse();
  private readonly ends = new Float64Array(9);

  constructor(voice: Voice) {
    this.depth = voice.kind === 'NOISE' ? voice.modulationDepth : 0;
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
    const { course, ends } = this;
    const { scratch } = runs;
    const length = to - from;
    for (let row = 0; row < 3; row++) {
      runs.look(span, time + (length / 2) * row * dt);
      ends[row] = runs.level * Math.min(1, 1 - runs.pan);
      ends[3 + row] = runs.level * Math.min(1, 1 + runs.pan);
      ends[6 + row] = runs.beatCycles;
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
    if (!runs.beats || (this.depth === 0 && !this.spins)) return;
    phaseThrough(course, ends[6] as number, ends[7] as number, ends[8] as number, length);
    const width = (runs.carrier / 1e6) * runs.sampleRate;
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
