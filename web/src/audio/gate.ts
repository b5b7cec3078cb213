import type { IsochronicVoice, ModulatedVoice } from '@nes/program/model.ts';
import type { Course } from './kernels.ts';
import { mix32 } from './noise.ts';

/** What opens and closes at the beat. */
interface Gate {
  duty: number;
  irregularity?: number;
}

/**
 * How far a gate is open, 0 to 1, over a course of beat phase. All of it is a function of place and seed.
 * @param whole whole cycles before the course's own
 * @param edge of a pulse, in cycles
 */
export function opening(gate: Gate, cycles: number, whole: number, edge: number, seed: number): number {
  const number = Math.floor(cycles);
  let place = cycles - number;
  // An irregular pulse has its place anywhere in its period, as long as it ends there.
  if (gate.irregularity) {
    const drawn = (mix32(seed + Math.imul(whole + number, 0x9e3779b1)) >>> 0) / 2 ** 32;
    place -= gate.irregularity * (1 - gate.duty) * drawn;
  }
  if (place < 0 || place >= gate.duty) return 0;
  const inside = Math.min(place, gate.duty - place);
  const rise = Math.min(edge, gate.duty / 2);
  return inside >= rise ? 1 : (1 - Math.cos((Math.PI * inside) / rise)) / 2;
}

/**
 * Adds a tone, gated or modulated at the beat, to both ears.
 * @param course beat phase in cycles over the part, its whole cycles left out
 * @param whole those whole cycles: which ear a pulse goes to needs odd and even
 * @param firstEdge length of an edge in cycles at the part's start, and its change per frame
 * @param seed of irregular pulses
 */
export function gateTone(
  gate: IsochronicVoice | ModulatedVoice,
  mono: Float64Array,
  left: Float64Array,
  right: Float64Array,
  from: number,
  to: number,
  course: Course,
  whole: number,
  firstEdge: number,
  edgeSlope: number,
  panLeft: number,
  panRight: number,
  seed: number,
): void {
  const floor = 1 - gate.depth;
  if (gate.kind === 'MODULATED') {
    for (let n = from; n < to; n++) {
      const i = n - from;
      const open = (1 + Math.cos(2 * Math.PI * (course.a + i * (course.b + i * course.c)))) / 2;
      const tone = (mono[n] as number) * (floor + gate.depth * open);
      left[n] = (left[n] as number) + tone * panLeft;
      right[n] = (right[n] as number) + tone * panRight;
    }
    return;
  }
  for (let n = from; n < to; n++) {
    const i = n - from;
    const cycles = course.a + i * (course.b + i * course.c);
    const amplitude = floor + gate.depth * opening(gate, cycles, whole, firstEdge + i * edgeSlope, seed);
    const tone = mono[n] as number;
    const odd = gate.alternating && ((whole + Math.floor(cycles)) & 1) !== 0;
    const even = gate.alternating && !odd;
    left[n] = (left[n] as number) + tone * panLeft * (odd ? floor : amplitude);
    right[n] = (right[n] as number) + tone * panRight * (even ? floor : amplitude);
  }
}
