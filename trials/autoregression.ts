import { studentWithin } from './distributions.ts';

/** One measured period of a trial. */
export interface Observation {
  /** Number of the period from 1; gaps are missing periods. */
  period: number;
  /** 1 for the beat, 0 for the control. */
  beat: 0 | 1;
  value: number;
}

/** Difference between the arms when neighbouring periods resemble each other. */
export interface Estimate {
  /** Mean with the beat less mean of the control, in the outcome's unit. */
  difference: number;
  standardError: number;
  /** Interval that holds the true difference with 95 % confidence (Student's t, n − 2). */
  low: number;
  high: number;
  /** Mean of the control. */
  control: number;
  /** Marginal standard deviation of a period. */
  deviation: number;
  /** Correlation of neighbouring periods. */
  phi: number;
  degreesOfFreedom: number;
}

/** The largest |φ| that is looked at. */
export const PHI_LIMIT = 0.99;

/**
 * Sums of squares and products of values, and of the arm, after the correlation φ^|gap| between periods is taken out and the intercept with
 * it. Everything that likelihood and estimate need.
 */
export interface Whitened {
  yy: number;
  xy: number;
  xx: number;
  /** Intercept: its own sum of squares, and its products with arm and value. */
  oneOne: number;
  oneX: number;
  oneY: number;
  /** ln of the correlation matrix' determinant. */
  logDeterminant: number;
}

export function whiten(observations: readonly Observation[], phi: number): Whitened {
  const result: Whitened = { yy: 0, xy: 0, xx: 0, oneOne: 0, oneX: 0, oneY: 0, logDeterminant: 0 };
  let yy = 0;
  let xy = 0;
  let xx = 0;
  let before: Observation | undefined;
  for (const observation of observations) {
    const kept = before ? phi ** (observation.period - before.period) : 0;
    const variance = 1 - kept * kept;
    const one = before ? 1 - kept : 1;
    const x = observation.beat - kept * (before?.beat ?? 0);
    const y = observation.value - kept * (before?.value ?? 0);
    result.oneOne += (one * one) / variance;
    result.oneX += (one * x) / variance;
    result.oneY += (one * y) / variance;
    xx += (x * x) / variance;
    xy += (x * y) / variance;
    yy += (y * y) / variance;
    result.logDeterminant += Math.log(variance);
    before = observation;
  }
  result.xx = xx - result.oneX ** 2 / result.oneOne;
  result.xy = xy - (result.oneX * result.oneY) / result.oneOne;
  result.yy = yy - result.oneY ** 2 / result.oneOne;
  return result;
}

/** Twice the restricted log-likelihood of φ, up to a constant (Harville 1974). */
function restrictedLikelihood(observations: readonly Observation[], phi: number): number {
  const { xx, xy, yy, oneOne, logDeterminant } = whiten(observations, phi);
  const residual = yy - xy ** 2 / xx;
  return -(observations.length - 2) * Math.log(residual) - logDeterminant - Math.log(oneOne * xx);
}

/**
 * Generalised least squares with first-order autoregressive errors by restricted maximum likelihood: φ on a grid of 0.02, then refined by
 * golden section. Agrees with `nlme::gls(correlation = corAR1(form = ~period))`.
 * @param observations in the order of their periods
 * @returns null where nothing can be told: fewer than four periods, an arm without one, or values that do not vary around the arms' means
 */
export function estimateDifference(observations: readonly Observation[]): Estimate | null {
  const n = observations.length;
  const beats = observations.filter(({ beat }) => beat === 1).length;
  if (n < 4 || beats === 0 || beats === n) return null;
  const plain = whiten(observations, 0);
  if (!(plain.yy - plain.xy ** 2 / plain.xx > 1e-12 * (1 + plain.yy))) return null;
  let best = 0;
  let bestLikelihood = Number.NEGATIVE_INFINITY;
  const step = 0.02;
  for (let index = Math.round(-PHI_LIMIT / step); index <= Math.round(PHI_LIMIT / step); index++) {
    const phi = Math.max(-PHI_LIMIT, Math.min(PHI_LIMIT, index * step));
    const likelihood = restrictedLikelihood(observations, phi);
    if (likelihood > bestLikelihood) [best, bestLikelihood] = [phi, likelihood];
  }
  const golden = (Math.sqrt(5) - 1) / 2;
  let [low, high] = [Math.max(-PHI_LIMIT, best - step), Math.min(PHI_LIMIT, best + step)];
  while (high - low > 1e-9) {
    const [left, right] = [high - golden * (high - low), low + golden * (high - low)];
    if (restrictedLikelihood(observations, left) < restrictedLikelihood(observations, right)) low = left;
    else high = right;
  }
  const phi = (low + high) / 2;
  const { xx, xy, yy, oneOne, oneX, oneY } = whiten(observations, phi);
  const difference = xy / xx;
  const degreesOfFreedom = n - 2;
  const deviation = Math.sqrt((yy - xy ** 2 / xx) / degreesOfFreedom);
  const standardError = deviation / Math.sqrt(xx);
  const half = studentWithin(0.95, degreesOfFreedom) * standardError;
  return {
    difference,
    standardError,
    low: difference - half,
    high: difference + half,
    control: (oneY - difference * oneX) / oneOne,
    deviation,
    phi,
    degreesOfFreedom,
  };
}
