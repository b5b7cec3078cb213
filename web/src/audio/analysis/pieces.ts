import { type Line, line } from './tracks.ts';

/** A stretch of points (`from` to `to`, the last not in it) that a straight line holds. */
export interface Piece {
  from: number;
  to: number;
  fit: Line;
}

/** Standard deviation of the points about any smooth course: from second differences, by their median. */
export function scatterOf(values: readonly number[]): number {
  const seconds: number[] = [];
  for (let n = 1; n < values.length - 1; n++) {
    seconds.push(Math.abs((values[n - 1] as number) - 2 * (values[n] as number) + (values[n + 1] as number)));
  }
  if (seconds.length === 0) return 0;
  seconds.sort((a, b) => a - b);
  return (seconds[seconds.length >> 1] as number) / 0.6745 / Math.sqrt(6);
}

/** Errors of all lines that begin at the first or end at the last point, from running sums: what each cut would leave. */
function bestCut(times: readonly number[], values: readonly number[], from: number, to: number): number {
  const prefix = { n: 0, t: 0, v: 0, tt: 0, tv: 0, vv: 0 };
  const t0 = times[from] as number;
  const v0 = values[from] as number;
  const rest = (s: typeof prefix) => {
    if (s.n < 2) return 0;
    const stt = s.tt - (s.t * s.t) / s.n;
    const stv = s.tv - (s.t * s.v) / s.n;
    const svv = s.vv - (s.v * s.v) / s.n;
    return Math.max(0, svv - (stt > 0 ? (stv * stv) / stt : 0));
  };
  const add = (s: typeof prefix, n: number, sign: 1 | -1) => {
    const t = (times[n] as number) - t0;
    const v = (values[n] as number) - v0;
    s.n += sign;
    s.t += sign * t;
    s.v += sign * v;
    s.tt += sign * t * t;
    s.tv += sign * t * v;
    s.vv += sign * v * v;
  };
  const all = { ...prefix };
  for (let n = from; n < to; n++) add(all, n, 1);
  let best = -1;
  let least = Number.POSITIVE_INFINITY;
  for (let cut = from + 1; cut < to; cut++) {
    add(prefix, cut - 1, 1);
    add(all, cut - 1, -1);
    if (cut - from < 2 || to - cut < 2) continue;
    const left = rest(prefix) + rest(all);
    if (left < least) {
      least = left;
      best = cut;
    }
  }
  return best;
}

/**
 * Fewest straight pieces whose points are off by no more than the tolerance; a single point beside its neighbours does not
 * count.
 */
export function straightPieces(
  times: readonly number[],
  values: readonly number[],
  tolerance: number,
  weights?: readonly number[],
): Piece[] {
  const walk = (from: number, to: number): Piece[] => {
    const fit = line(times, values, from, to, weights);
    let worst = 0;
    for (let n = from; n < to; n++) {
      const off = (k: number) => Math.abs((values[k] as number) - fit.at(times[k] as number));
      const here = off(n);
      const beside = n + 1 < to ? off(n + 1) : n > from ? off(n - 1) : here;
      worst = Math.max(worst, Math.min(here, beside));
    }
    if (worst <= tolerance || to - from < 4) return [{ from, to, fit }];
    const cut = bestCut(times, values, from, to);
    if (cut < 0) return [{ from, to, fit }];
    return [...walk(from, cut), ...walk(cut, to)];
  };
  if (times.length === 0) return [];
  const pieces = walk(0, times.length);
  // Cuts made on the way may be needless at the end.
  for (let n = 0; n + 1 < pieces.length; ) {
    const a = pieces[n] as Piece;
    const b = pieces[n + 1] as Piece;
    const fit = line(times, values, a.from, b.to, weights);
    let worst = 0;
    for (let k = a.from; k < b.to; k++)
      worst = Math.max(worst, Math.abs((values[k] as number) - fit.at(times[k] as number)));
    if (worst <= tolerance) pieces.splice(n, 2, { from: a.from, to: b.to, fit });
    else n++;
  }
  return pieces;
}
