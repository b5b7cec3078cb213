import { type OrderRule, ordersOf } from './order.ts';
import { normal, type Random } from './random.ts';

export interface PowerQuestion {
  rule: OrderRule;
  periods: number;
  /** Effect in marginal standard deviations of the outcome. */
  d: number;
  /** Correlation of neighbouring periods. */
  phi: number;
  /** Trials that are simulated. */
  runs: number;
  /** Adds a straight line over the periods, in standard deviations from first to last. */
  drift?: number;
}

/** Orders that the simulated tests compare with. All simulated trials share them; a p of 5 % is then known to ± 0.7 %. */
const COMPARED = 999;

/**
 * Share of simulated trials in which the randomisation test finds a difference at 5 %, two-sided: the plan's power, or with d = 0 its rate of
 * false alarms.
 */
export function power({ rule, periods, d, phi, runs, drift = 0 }: PowerQuestion, random: Random): number {
  const orders = ordersOf(rule, periods);
  const gauss = normal(random);
  const compared = Array.from({ length: COMPARED }, () => {
    const places = new Uint16Array(periods);
    const beats = orders.sample(random, places);
    // Differences of means from one sum of centred values: each arm's share of it.
    return { places: places.slice(0, beats), scale: 1 / beats + 1 / (periods - beats) };
  });
  const drawn = new Uint16Array(periods);
  const real = new Uint8Array(periods);
  const values = new Float64Array(periods);
  let found = 0;
  for (let run = 0; run < runs; run++) {
    const beats = orders.sample(random, drawn);
    real.fill(0);
    for (let index = 0; index < beats; index++) real[drawn[index] as number] = 1;
    let error = gauss();
    let total = 0;
    for (let place = 0; place < periods; place++) {
      if (place > 0) error = phi * error + Math.sqrt(1 - phi * phi) * gauss();
      values[place] = error + d * (real[place] as number) + (drift * place) / Math.max(1, periods - 1);
      total += values[place] as number;
    }
    const centre = total / periods;
    let sum = 0;
    for (let place = 0; place < periods; place++) {
      values[place] = (values[place] as number) - centre;
      sum += (real[place] as number) * (values[place] as number);
    }
    const seen = Math.abs(sum) * (1 / beats + 1 / (periods - beats)) * (1 - 1e-9);
    let beyond = 1;
    for (const { places, scale } of compared) {
      let other = 0;
      for (let index = 0; index < places.length; index++) other += values[places[index] as number] as number;
      if (Math.abs(other) * scale >= seen) beyond++;
    }
    if (beyond <= 0.05 * (COMPARED + 1)) found++;
  }
  return found / runs;
}

/** Smallest effect, in tenths of a standard deviation up to 2, that such a plan finds four times in five; null where even 2 is found more rarely. */
export function detectableEffect(question: Omit<PowerQuestion, 'd'>, random: Random): number | null {
  let [low, high] = [0, 21];
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (power({ ...question, d: middle / 10 }, random) >= 0.8) high = middle;
    else low = middle;
  }
  return high === 21 ? null : high / 10;
}
