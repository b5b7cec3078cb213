/** ln Γ(x) for x > 0 (Lanczos, g = 7; relative error below 1e-14). */
function logGamma(x: number): number {
  const terms = [
    676.5203681218851, -1259.1392167224028, 771.3234287776531, -176.6150291621406, 12.507343278686905,
    -0.13857109526572012, 9.984369578019572e-6, 1.5056327351493116e-7,
  ];
  let sum = 0.9999999999998099;
  for (const [index, term] of terms.entries()) sum += term / (x + index);
  const t = x + 6.5;
  return 0.5 * Math.log(2 * Math.PI) + (x - 0.5) * Math.log(t) - t + Math.log(sum);
}

/** Regularised incomplete beta I_x(a, b), by its continued fraction (Lentz). Keeps small values exact. */
function incompleteBeta(x: number, a: number, b: number): number {
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  if (x > (a + 1) / (a + b + 2)) return 1 - incompleteBeta(1 - x, b, a);
  const front = Math.exp(logGamma(a + b) - logGamma(a) - logGamma(b) + a * Math.log(x) + b * Math.log1p(-x)) / a;
  const tiny = 1e-300;
  let c = 1;
  let d = 1 / (1 - ((a + b) * x) / (a + 1) || tiny);
  let fraction = d;
  for (let m = 1; m < 10_000; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 / (1 + even * d || tiny);
    c = 1 + even / c || tiny;
    fraction *= c * d;
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / (1 + odd * d || tiny);
    c = 1 + odd / c || tiny;
    const step = c * d;
    fraction *= step;
    if (Math.abs(step - 1) < 1e-14) break;
  }
  return front * fraction;
}

/** P(F > f) of Fisher's F with (d1, d2) degrees of freedom. */
export function fSurvival(f: number, d1: number, d2: number): number {
  if (!(f > 0)) return 1;
  // Closed form for two degrees of freedom, exact in the far tail.
  if (d1 === 2) return Math.exp((-d2 / 2) * Math.log1p((2 * f) / d2));
  return incompleteBeta(d2 / (d2 + d1 * f), d2 / 2, d1 / 2);
}

/** P(F > f) of the noncentral F: what a test of the level that belongs to `f` has of power at noncentrality `lambda`. */
export function noncentralFSurvival(f: number, d1: number, d2: number, lambda: number): number {
  const half = lambda / 2;
  const x = (d1 * f) / (d2 + d1 * f);
  let below = 0;
  // Poisson weights beyond ten standard deviations are nothing.
  const from = Math.max(0, Math.floor(half - 10 * Math.sqrt(half + 1)));
  const to = Math.ceil(half + 10 * Math.sqrt(half + 1) + 10);
  for (let j = from; j <= to; j++) {
    const weight = half > 0 ? Math.exp(-half + j * Math.log(half) - logGamma(j + 1)) : Number(j === 0);
    below += weight * incompleteBeta(x, d1 / 2 + j, d2 / 2);
  }
  return 1 - below;
}

/** P(χ² > x) with an even number of degrees of freedom: a sum of Poisson terms, exact in the far tail. */
export function chiSquareSurvival(x: number, degrees: number): number {
  if (!(x > 0)) return 1;
  const half = x / 2;
  let largest = Number.NEGATIVE_INFINITY;
  const logs: number[] = [];
  for (let k = 0; k < degrees / 2; k++) {
    const one = -half + k * Math.log(half) - logGamma(k + 1);
    logs.push(one);
    largest = Math.max(largest, one);
  }
  return Math.min(1, Math.exp(largest) * logs.reduce((sum, one) => sum + Math.exp(one - largest), 0));
}

/** Where a falling function crosses a level, by bisection between `low` and a `high` that is doubled until it is below. */
export function crossing(falling: (x: number) => number, level: number, low: number, high: number): number {
  let [a, b] = [low, high];
  for (let n = 0; n < 60 && falling(b) > level; n++) b *= 2;
  for (let n = 0; n < 100; n++) {
    const middle = (a + b) / 2;
    if (falling(middle) > level) a = middle;
    else b = middle;
  }
  return (a + b) / 2;
}
