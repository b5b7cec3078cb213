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
  const weigh = (tauSquared: number) => {
    const weights = studies.map(({ variance }) => 1 / (variance + tauSquared));
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    const effect = studies.reduce((sum, study, index) => sum + (weights[index] as number) * study.effect, 0) / total;
    const power = (exponent: number) => weights.reduce((sum, weight) => sum + weight ** exponent, 0);
    const spread = (exponent: number) =>
      studies.reduce(
        (sum, study, index) => sum + (weights[index] as number) ** exponent * (study.effect - effect) ** 2,
        0,
      );
    return { total, effect, power, spread };
  };
  let tauSquared = Math.max(
    0,
    studies.reduce((sum, { effect }) => sum + (effect - weigh(0).effect) ** 2, 0) / (k - 1) -
      studies.reduce((sum, { variance }) => sum + variance, 0) / k,
  );
  for (let step = 0; step < 1_000; step++) {
    const { total, power, spread } = weigh(tauSquared);
    // P = W − W1(1'W1)⁻¹1'W: tr P, tr PP and y'PPy written out for one mean.
    const trace = total - power(2) / total;
    const traceSquare = power(2) - (2 * power(3)) / total + (power(2) / total) ** 2;
    const next = Math.max(0, tauSquared + (spread(2) - trace) / traceSquare);
    const change = Math.abs(next - tauSquared);
    tauSquared = next;
    if (change < 1e-12) break;
  }
  const fixed = weigh(0);
  const { total, effect } = weigh(tauSquared);
  const typical = ((k - 1) * fixed.total) / (fixed.total ** 2 - fixed.power(2));
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
    q: fixed.spread(1),
  };
}
