import type { IsochronicVoice } from '../program/model.ts';
import type { Course } from './kernels.ts';

/**
 * Adds a tone, gated at the beat, to both ears.
 * @param course beat phase in cycles over the part, its whole cycles left out
 * @param whole those whole cycles: which ear a pulse goes to needs odd and even
 * @param firstEdge length of an edge in cycles at the part's start, and its change per frame
 */
export function gateTone(
  gate: IsochronicVoice,
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
): void {
  const floor = 1 - gate.depth;
  for (let n = from; n < to; n++) {
    const i = n - from;
    const cycles = course.a + i * (course.b + i * course.c);
    const number = Math.floor(cycles);
    const place = cycles - number;
    let open = 0;
    if (place < gate.duty) {
      const inside = Math.min(place, gate.duty - place);
      const edge = Math.min(firstEdge + i * edgeSlope, gate.duty / 2);
      open = inside >= edge ? 1 : (1 - Math.cos((Math.PI * inside) / edge)) / 2;
    }
    const amplitude = floor + gate.depth * open;
    const tone = mono[n] as number;
    const odd = gate.alternating && ((whole + number) & 1) !== 0;
    const even = gate.alternating && !odd;
    left[n] = (left[n] as number) + tone * panLeft * (odd ? floor : amplitude);
    right[n] = (right[n] as number) + tone * panRight * (even ? floor : amplitude);
  }
}
