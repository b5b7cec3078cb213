import type { Order, Orders } from './order.ts';
import type { Random } from './random.ts';

/** Up to so many admissible orders are all gone through. */
export const ALL_ORDERS_TO = 100_000n;
/** Of more orders so many are drawn. */
export const DRAWN_ORDERS = 20_000;

export interface RandomisationTest {
  /** Share of admissible orders whose statistic is at least the real order's, 0 to 1. */
  p: number;
  /** How many orders were looked at. */
  orders: number;
  /** Whether these were all there are. */
  exact: boolean;
}

/** A number that an order gives together with what was measured; the first `count` of `places` are its periods with the beat, from 0. */
export type Statistic = (places: Uint16Array, count: number) => number;

/** Writes the places of an order's periods with the beat into `places`. Returns how many there are. */
function placesOf(order: Order, places: Uint16Array): number {
  let count = 0;
  for (let place = 0; place < order.length; place++) if (order[place] === 'B') places[count++] = place;
  return count;
}

/**
 * Randomisation tests: how many admissible orders give a statistic at least as large as the real one. Valid whatever course the values took:
 * only the order was drawn at random. Up to `ALL_ORDERS_TO` orders are all looked at; of more, `DRAWN_ORDERS` are drawn, and the real one
 * counts as one more, so that the test stays valid.
 * @returns one test for each statistic; all look at the same orders
 */
export function randomisationTests(
  orders: Orders,
  order: Order,
  statistics: readonly Statistic[],
  random: Random,
): RandomisationTest[] {
  const places = new Uint16Array(order.length);
  const real = placesOf(order, places);
  // Sums of the same numbers in another sequence differ in their last digits and still count as equal.
  const bars = statistics.map((statistic) => {
    const seen = statistic(places, real);
    return seen - 1e-9 * Math.abs(seen) - 1e-12;
  });
  const beyond = statistics.map(() => 0);
  const look = (count: number) => {
    for (let index = 0; index < statistics.length; index++) {
      if ((statistics[index] as Statistic)(places, count) >= (bars[index] as number)) (beyond[index] as number)++;
    }
  };
  const exact = orders.count <= ALL_ORDERS_TO;
  const looked = exact ? Number(orders.count) : DRAWN_ORDERS;
  for (let index = 0; index < looked; index++) {
    look(exact ? placesOf(orders.at(BigInt(index)), places) : orders.sample(random, places));
  }
  return beyond.map((count) => ({
    p: exact ? count / looked : (count + 1) / (looked + 1),
    orders: looked,
    exact,
  }));
}

/**
 * The absolute difference of the arms' means. Missing periods (null) stay at their places, without a value; where an order leaves an arm
 * without values the difference counts as 0.
 */
export function absoluteDifference(values: readonly (number | null)[]): Statistic {
  const seen = values.filter((value) => value !== null);
  const n = seen.length;
  const centre = seen.reduce((sum, value) => sum + value, 0) / n;
  // Centred, both arms' sums are each other's negative, so that one tells both means.
  const centred = Float64Array.from(values, (value) => (value === null ? 0 : value - centre));
  const there = Uint8Array.from(values, (value) => (value === null ? 0 : 1));
  return (places, count) => {
    let beats = 0;
    let sum = 0;
    for (let index = 0; index < count; index++) {
      const place = places[index] as number;
      beats += there[place] as number;
      sum += centred[place] as number;
    }
    return beats === 0 || beats === n ? 0 : Math.abs(sum) * (1 / beats + 1 / (n - beats));
  };
}

/**
 * How well guesses would have scored: the sum, over the periods with the beat, of how much more was staked on the beat than on the control.
 * @param beatChances one a period, above 0 and below 1; null where nothing was guessed
 */
export function guessGain(beatChances: readonly (number | null)[]): Statistic {
  const gain = Float64Array.from(beatChances, (chance) => (chance === null ? 0 : Math.log(chance / (1 - chance))));
  return (places, count) => {
    let sum = 0;
    for (let index = 0; index < count; index++) sum += gain[places[index] as number] as number;
    return sum;
  };
}
