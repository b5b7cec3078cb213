import { normalBelow, studentTwoSided } from './distributions.ts';

export const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
export const mean = (values: readonly number[]): number => sum(values) / values.length;
const squares = (values: readonly number[]) => {
  const centre = mean(values);
  return sum(values.map((value) => (value - centre) ** 2));
};

/** Difference of means in standard deviations: of all values together (as the published trials do), and of both arms pooled. */
export interface CohensD {
  /** Null where all values are the same. */
  all: number | null;
  pooled: number | null;
}

/** @param beat, control values of each arm, at least two in each */
export function cohensD(beat: readonly number[], control: readonly number[]): CohensD {
  const difference = mean(beat) - mean(control);
  const all = Math.sqrt(squares([...beat, ...control]) / (beat.length + control.length - 1));
  const pooled = Math.sqrt((squares(beat) + squares(control)) / (beat.length + control.length - 2));
  return { all: all > 0 ? difference / all : null, pooled: pooled > 0 ? difference / pooled : null };
}

/** Student's t-test of two samples with equal variances, two-sided. */
export function tTest(a: readonly number[], b: readonly number[]): { t: number; degreesOfFreedom: number; p: number } {
  const degreesOfFreedom = a.length + b.length - 2;
  const variance = (squares(a) + squares(b)) / degreesOfFreedom;
  const t = (mean(a) - mean(b)) / Math.sqrt(variance * (1 / a.length + 1 / b.length));
  return { t, degreesOfFreedom, p: studentTwoSided(t, degreesOfFreedom) };
}

/** Wilcoxon's rank sum of `a` less its least possible value, with the normal approximation's two-sided p, corrected for ties and continuity. */
export function rankSumTest(a: readonly number[], b: readonly number[]): { w: number; p: number } {
  const all = [...a, ...b].toSorted((left, right) => left - right);
  const ranks = new Map<number, number>();
  let ties = 0;
  for (let from = 0; from < all.length; ) {
    let to = from;
    while (to < all.length && all[to] === all[from]) to++;
    ranks.set(all[from] as number, (from + 1 + to) / 2);
    ties += (to - from) ** 3 - (to - from);
    from = to;
  }
  const w = sum(a.map((value) => ranks.get(value) as number)) - (a.length * (a.length + 1)) / 2;
  const n = all.length;
  const centred = w - (a.length * b.length) / 2;
  const deviation = Math.sqrt(((a.length * b.length) / 12) * (n + 1 - ties / (n * (n - 1))));
  const z = (centred - Math.sign(centred) * 0.5) / deviation;
  return { w, p: Math.min(1, 2 * normalBelow(-Math.abs(z))) };
}
