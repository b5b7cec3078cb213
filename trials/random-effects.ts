import { normalBelow } from './distributions.ts';

/** What one person's trial came to. */
export interface Study {
  /** Effect, in any one unit for all. */
  effect: number;
  /** Its variance, above 0. */
  variance: number;
}

export interface RandomEffects {
  studies: number;
  effect: number;
  standardError: number;
  low: number;
  high: number;
  p: number;
  /** Variance between people. */
  tauSquared: number;
  /** Share of the differences that is more than chance within people, percent. */
  iSquared: number;
  /** Cochran's Q. */
  q: number;
}

/**
 * Random-effects meta-analysis; τ² by restricted maximum likelihood with Fisher scoring (Viechtbauer 2005), as `metafor::rma(method = "REML")`.
 * @throws RangeError for fewer than two studies or a variance that is not above 0
 */
export function randomEffects(studies: readonly Study[]): RandomEffects {
  const k = studies.length;
  if (k < 2) throw new RangeError(`There are ${k} studies, but at least 2 are needed.`);
  for (const [index, { variance }] of studies.entries()) {
    if (!(variance > 0)) throw new RangeError(`studies[${index}].variance is ${variance}, but must be above 0.`);
  }
  /** Sums of the weights 1 / (variance + τ²) and of their powers, the mean, and Σ wⁿ (effect − mean)². */
  const weigh = (tauSquared: number) => {
    let [total, squares, cubes, weighted] = [0, 0, 0, 0];
    for (const { effect, variance } of studies) {
      const weight = 1 / (variance + tauSquared);
      total += weight;
      squares += weight * weight;
      cubes += weight * weight * weight;
      weighted += weight * effect;
    }
    const mean = weighted / total;
    let [spread, spreadOfSquares] = [0, 0];
    for (const { effect, variance } of studies) {
      const weight = 1 / (variance + tauSquared);
      const off = weight * (effect - mean) ** 2;
      spread += off;
      spreadOfSquares += weight * off;
    }
    return { total, squares, cubes, mean, spread, spreadOfSquares };
  };
  const fixed = weigh(0);
  let [around, within] = [0, 0];
  for (const { effect, variance } of studies) {
    around += (effect - fixed.mean) ** 2;
    within += variance;
  }
  let tauSquared = Math.max(0, around / (k - 1) - within / k);
  for (let step = 0; step < 1_000; step++) {
    const { total, squares, cubes, spreadOfSquares } = weigh(tauSquared);
    // P = W − W1(1'W1)⁻¹1'W: tr P, tr PP and y'PPy written out for one mean.
    const trace = total - squares / total;
    const traceSquare = squares - (2 * cubes) / total + (squares / total) ** 2;
    const next = Math.max(0, tauSquared + (spreadOfSquares - trace) / traceSquare);
    const change = Math.abs(next - tauSquared);
    tauSquared = next;
    if (change < 1e-12) break;
  }
  const { total, mean: effect } = weigh(tauSquared);
  const typical = ((k - 1) * fixed.total) / (fixed.total ** 2 - fixed.squares);
  const standardError = Math.sqrt(1 / total);
  return {
    studies: k,
    effect,
    standardError,
    low: effect - 1.959963984540054 * standardError,
    high: effect + 1.959963984540054 * standardError,
    p: 2 * normalBelow(-Math.abs(effect / standardError)),
    tauSquared,
    iSquared: (100 * tauSquared) / (tauSquared + typical),
    q: fixed.spread,
  };
}
