/** A value of one day, of which there may be several. */
export interface Prompt {
  day: number;
  beat: 0 | 1;
  value: number;
}

/**
 * Difference between the arms with a random intercept for each day, by restricted maximum likelihood: as `nlme::lme(value ~ beat, random = ~ 1 | day)`.
 * The answer of a trial has one value a period and needs none of it; this checks the published data by a second model.
 */
export function randomIntercept(prompts: readonly Prompt[]): {
  difference: number;
  standardError: number;
  degreesOfFreedom: number;
} {
  const days = [...Map.groupBy(prompts, ({ day }) => day).values()];
  /** Sums after each day's own level is taken out, for a ratio `r` of the variances between and within days. */
  const fit = (r: number) => {
    let [n, x, xx, y, xy, yy, logDeterminant] = [0, 0, 0, 0, 0, 0, 0];
    for (const day of days) {
      const kept = r / (1 + day.length * r);
      const own = 1 - kept * day.length;
      const sum = day.reduce((total, { value }) => total + value, 0);
      const beats = day.reduce((total, { beat }) => total + beat, 0);
      n += day.length * own;
      x += beats * own;
      y += sum * own;
      xx += beats - kept * beats * beats;
      xy += day.reduce((total, { beat, value }) => total + beat * value, 0) - kept * beats * sum;
      yy += day.reduce((total, { value }) => total + value * value, 0) - kept * sum * sum;
      logDeterminant += Math.log(1 + day.length * r);
    }
    const determinant = n * xx - x * x;
    const difference = (n * xy - x * y) / determinant;
    const residual = yy - difference * xy - ((y - difference * x) / n) * y;
    const freedom = prompts.length - 2;
    return {
      difference,
      standardError: Math.sqrt(((residual / freedom) * n) / determinant),
      likelihood: -(freedom * Math.log(residual) + logDeterminant + Math.log(determinant)) / 2,
    };
  };
  const golden = (Math.sqrt(5) - 1) / 2;
  let [low, high] = [-12, 6];
  while (high - low > 1e-9) {
    const [left, right] = [high - golden * (high - low), low + golden * (high - low)];
    if (fit(Math.exp(left)).likelihood < fit(Math.exp(right)).likelihood) low = left;
    else high = right;
  }
  const { difference, standardError } = fit(Math.exp((low + high) / 2));
  return { difference, standardError, degreesOfFreedom: days.length - 2 };
}
