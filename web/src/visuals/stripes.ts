/**
 * Where a picture has regular stripes: light and dark in turn, more than five pairs in a row. Such a pattern can harm although nothing
 * flashes (ITU-R BT.1702, Ofcom's guidance). Stripes of any direction alternate along rows or columns, so those are looked along.
 */

/** Difference of relative luminance between a light stripe and a dark one, and the dark one's limit: 20 and 160 of 200 cd/m². */
const stripeStep = 0.1;
const darkerBelow = 0.8;
/** Five pairs are ten stripes; more count. */
const mostStripes = 10;
/** Neighbouring stripes of a regular pattern differ in width by this factor at most. */
const evenness = 2;

/**
 * The share of the picture, 0 to 1, that is covered with regular stripes.
 * @param luminance relative luminance, row by row
 */
export function stripedShare(luminance: Float32Array, columns: number, rows: number): number {
  const striped = new Uint8Array(columns * rows);
  for (let row = 0; row < rows; row++) markLine(luminance, striped, row * columns, 1, columns);
  for (let column = 0; column < columns; column++) markLine(luminance, striped, column, columns, rows);
  let count = 0;
  for (const one of striped) count += one;
  return count / striped.length;
}

function markLine(luminance: Float32Array, striped: Uint8Array, start: number, step: number, length: number): void {
  const edges = edgesOf(luminance, start, step, length);
  // Widths of the stripes between the edges; those at the ends of the line are cut and do not count.
  let from = 0;
  for (let at = 1; at < edges.length; at++) {
    const width = (edges[at] as number) - (edges[at - 1] as number);
    const before = at - 1 > from ? (edges[at - 1] as number) - (edges[at - 2] as number) : width;
    const even = Math.max(width, before) <= evenness * Math.min(width, before);
    if (!even) {
      mark(striped, edges, from, at - 1, start, step);
      from = at - 1;
    }
  }
  mark(striped, edges, from, edges.length - 1, start, step);
}

function mark(
  striped: Uint8Array,
  edges: readonly number[],
  from: number,
  to: number,
  start: number,
  step: number,
): void {
  // As many edges as stripes, with the half of one at each end.
  if (to - from + 1 <= mostStripes) return;
  for (let at = edges[from] as number; at < (edges[to] as number); at++) striped[start + at * step] = 1;
}

/** Places along a line at which it has turned from light to dark or back. */
function edgesOf(luminance: Float32Array, start: number, step: number, length: number): number[] {
  const edges: number[] = [];
  let lowest = luminance[start] as number;
  let highest = lowest;
  let direction = 0;
  for (let at = 1; at < length; at++) {
    const now = luminance[start + at * step] as number;
    lowest = direction <= 0 ? Math.min(lowest, now) : lowest;
    highest = direction >= 0 ? Math.max(highest, now) : highest;
    if (direction >= 0 && highest - now >= stripeStep && now < darkerBelow) {
      edges.push(at);
      direction = -1;
      lowest = now;
    } else if (direction <= 0 && now - lowest >= stripeStep && lowest < darkerBelow) {
      edges.push(at);
      direction = 1;
      highest = now;
    }
  }
  return edges;
}
