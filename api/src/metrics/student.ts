/** 97.5 % points of Student's t for 1 to 30 degrees of freedom (Abramowitz & Stegun, table 26.10). */
const TABLE = [
  12.7062, 4.3027, 3.1824, 2.7764, 2.5706, 2.4469, 2.3646, 2.306, 2.2622, 2.2281, 2.201, 2.1788, 2.1604, 2.1448, 2.1314,
  2.1199, 2.1098, 2.1009, 2.093, 2.086, 2.0796, 2.0739, 2.0687, 2.0639, 2.0595, 2.0555, 2.0518, 2.0484, 2.0452, 2.0423,
];
/** 97.5 % point of the normal distribution. */
const Z = 1.959963985;

/** The t that 95 % of Student's distribution lie within ± of. */
export function studentT95(degreesOfFreedom: number): number {
  const known = TABLE[degreesOfFreedom - 1];
  if (known !== undefined) return known;
  // Abramowitz & Stegun 26.7.5; off by less than 1e-5 from 31 degrees of freedom on.
  const n = degreesOfFreedom;
  return (
    Z +
    (Z ** 3 + Z) / (4 * n) +
    (5 * Z ** 5 + 16 * Z ** 3 + 3 * Z) / (96 * n ** 2) +
    (3 * Z ** 7 + 19 * Z ** 5 + 17 * Z ** 3 - 15 * Z) / (384 * n ** 3)
  );
}

/** A mean with the interval that holds the true one with 95 % confidence, where there is enough to say so. */
export interface Estimate {
  /** How many values there are. */
  sessions: number;
  /** Null without values. */
  mean: number | null;
  /** Null for fewer than three values. */
  low: number | null;
  high: number | null;
}

/** @param deviation standard deviation of the sample (n − 1); null or absent for fewer than two values */
export function estimate(count: number, mean: number | null, deviation: number | null): Estimate {
  if (count < 3 || mean === null || deviation === null) {
    return { sessions: count, mean: count === 0 ? null : mean, low: null, high: null };
  }
  const half = (studentT95(count - 1) * deviation) / Math.sqrt(count);
  return { sessions: count, mean, low: mean - half, high: mean + half };
}
