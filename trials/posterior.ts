import { type Observation, type Whitened, whiten } from './autoregression.ts';

/** What is thought of the effect before the first period: normal, in standard deviations of the outcome. */
export interface Prior {
  mean: number;
  deviation: number;
}

export interface Posterior {
  mean: number;
  /** Standard deviation. */
  deviation: number;
  /** Interval that holds d with a chance of 95 %. */
  low: number;
  high: number;
  /** Chances that the effect helps by at least the threshold, lies between, or harms by at least it. They add up to 1. */
  helpful: number;
  trivial: number;
  harmful: number;
}

const D_LIMIT = 4;
const D_STEP = 0.02;
const PHI_STEP = 0.05;
const PHI_LIMIT = 0.95;
/** Points of the integral over the standard deviation, in steps of 0.6 of its peak's width. */
const SCALE_POINTS = 24;
/** What lies so far below the highest point, as a logarithm, is left out: it would add less than 1e-15. */
const NEGLIGIBLE = 40;

/**
 * Posterior of d, the difference between the arms in marginal standard deviations, on a grid from −4 to 4. The model is that of the
 * estimate: intercept (flat prior), arm, errors of first-order autoregression. φ is equally likely from −0.95 to 0.95, the standard deviation
 * has the prior 1/σ; both are integrated out.
 * @param observations in the order of their periods
 * @param smallest the person's threshold, standard deviations, above 0
 * @param higherIsBetter whether a positive d helps
 * @returns null where nothing can be told, as `estimateDifference`
 */
export function posteriorOfD(
  observations: readonly Observation[],
  prior: Prior,
  smallest: number,
  higherIsBetter: boolean,
): Posterior | null {
  const n = observations.length;
  const beats = observations.filter(({ beat }) => beat === 1).length;
  if (n < 4 || beats === 0 || beats === n) return null;
  const points = Math.round((2 * D_LIMIT) / D_STEP) + 1;
  const phis = Math.round((2 * PHI_LIMIT) / PHI_STEP) + 1;
  const sums = Array.from({ length: phis }, (_, step) => whiten(observations, -PHI_LIMIT + step * PHI_STEP));
  if (sums.some(({ xx, xy, yy }) => !(yy - xy ** 2 / xx > 1e-12 * (1 + yy)))) return null;
  /** At each φ and d: where the integrand over 1/σ has its peak, and its logarithm there with everything that does not hang on σ. */
  const at = (step: number, point: number) => {
    const { yy, xy, xx, oneOne, logDeterminant } = sums[step] as Whitened;
    const d = -D_LIMIT + point * D_STEP;
    const cross = d * xy;
    const peak = (cross + Math.sqrt(cross * cross + 4 * (n - 2) * yy)) / (2 * yy);
    const top = (n - 2) * Math.log(peak) - (yy * peak * peak) / 2 + cross * peak - (d * d * xx) / 2;
    return {
      yy,
      cross,
      peak,
      log: top - (logDeterminant + Math.log(oneOne)) / 2 - ((d - prior.mean) / prior.deviation) ** 2 / 2,
    };
  };
  let highest = Number.NEGATIVE_INFINITY;
  for (let step = 0; step < phis; step++) {
    for (let point = 0; point < points; point++) highest = Math.max(highest, at(step, point).log);
  }
  const weights = new Float64Array(points);
  for (let step = 0; step < phis; step++) {
    for (let point = 0; point < points; point++) {
      const { yy, cross, peak, log } = at(step, point);
      if (log < highest - NEGLIGIBLE) continue;
      weights[point] = (weights[point] as number) + Math.exp(log - highest) * scaleIntegral(n - 2, yy, cross, peak);
    }
  }
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  let mean = 0;
  let square = 0;
  let helpful = 0;
  let harmful = 0;
  let below = 0;
  let low = Number.NaN;
  let high = Number.NaN;
  for (let point = 0; point < points; point++) {
    const d = -D_LIMIT + point * D_STEP;
    const share = (weights[point] as number) / total;
    mean += share * d;
    square += share * d * d;
    const good = higherIsBetter ? d : -d;
    // Half of a point that lies on the threshold belongs to each side.
    helpful += share * beyond(good - smallest);
    harmful += share * beyond(-good - smallest);
    below += share;
    if (Number.isNaN(low) && below >= 0.025) low = d;
    if (Number.isNaN(high) && below >= 0.975) high = d;
  }
  return {
    mean,
    deviation: Math.sqrt(Math.max(0, square - mean * mean)),
    low,
    high,
    helpful,
    trivial: Math.max(0, 1 - helpful - harmful),
    harmful,
  };
}

const beyond = (by: number) => (Math.abs(by) < D_STEP / 1_000 ? 0.5 : by > 0 ? 1 : 0);

/**
 * ∫ u^power exp(−yy u² / 2 + cross u) du over u = 1/σ > 0, as a multiple of the integrand at its peak, by the trapezoidal rule over ± 7.2
 * widths of that nearly normal peak; it falls to nothing at both ends, where that rule converges fastest.
 */
function scaleIntegral(power: number, yy: number, cross: number, peak: number): number {
  const width = 1 / Math.sqrt(power / (peak * peak) + yy);
  const from = Math.max(peak * 1e-6, peak - 7.2 * width);
  const step = (peak + 7.2 * width - from) / SCALE_POINTS;
  const top = power * Math.log(peak) - (yy * peak * peak) / 2 + cross * peak;
  let sum = 0;
  for (let point = 0; point <= SCALE_POINTS; point++) {
    const u = from + point * step;
    sum += Math.exp(power * Math.log(u) - (yy * u * u) / 2 + cross * u - top);
  }
  return sum * step;
}
