import { type Random, randomBelow } from './random.ts';

/** What a period plays: the program with its beat, or its twin without one. */
export type Arm = 'BEAT' | 'CONTROL';

/**
 * `BLOCKS_OF_TWO`: each two periods hold both arms, in either order. `RUNS_OF_TWO`: both arms equally often (one period more of either when
 * the number is odd), never more than two of one in a row. The latter is harder to guess: in blocks every second period is known by elimination.
 */
export type OrderRule = 'BLOCKS_OF_TWO' | 'RUNS_OF_TWO';

/** One letter a period, `B` for the beat and `C` for the control. */
export type Order = string;

export const FEWEST_PERIODS = 4;
export const MOST_PERIODS = 365;

export function armAt(order: Order, period: number): Arm {
  const letter = order[period - 1];
  if (letter === 'B') return 'BEAT';
  if (letter === 'C') return 'CONTROL';
  throw new RangeError(`period is ${period}, but the order has the periods 1 to ${order.length}.`);
}

/** All admissible orders of a rule: how many there are, any of them by its number, and equally likely draws. */
export interface Orders {
  readonly rule: OrderRule;
  readonly periods: number;
  readonly count: bigint;
  /** @param index 0 to `count` − 1 */
  at(index: bigint): Order;
  /**
   * Draws an order for the analysis (its chances are exact to 2⁻³²) and writes the places of its periods with the beat, from 0, into `places`, which
   * has as many numbers as there are periods.
   * @returns how many there are
   */
  sample(random: Random, places: Uint16Array): number;
}

/** @throws RangeError for a number of periods that the rule cannot serve */
export function ordersOf(rule: OrderRule, periods: number): Orders {
  if (!Number.isInteger(periods) || periods < 2 || periods > MOST_PERIODS) {
    throw new RangeError(`periods is ${periods}, but must be a whole number from 2 to ${MOST_PERIODS}.`);
  }
  return rule === 'BLOCKS_OF_TWO' ? blocksOfTwo(periods) : runsOfTwo(periods);
}

/** One admissible order, each equally likely, by the platform's cryptographic source. */
export function drawOrder(orders: Orders): Order {
  return orders.at(randomBelow(orders.count));
}

/** Whether the rule could have given this order. */
export function isAdmissible(rule: OrderRule, order: Order): boolean {
  if (!/^[BC]*$/.test(order)) return false;
  if (rule === 'BLOCKS_OF_TWO') return /^(?:BC|CB)*$/.test(order);
  const beats = order.replaceAll('C', '').length;
  return Math.abs(2 * beats - order.length) <= 1 && !/BBB|CCC/.test(order);
}

function blocksOfTwo(periods: number): Orders {
  if (periods % 2 !== 0) throw new RangeError(`periods is ${periods}, but blocks of two need an even number.`);
  const blocks = periods / 2;
  return {
    rule: 'BLOCKS_OF_TWO',
    periods,
    count: 1n << BigInt(blocks),
    at: (index) => {
      checkIndex(index, 1n << BigInt(blocks));
      return index
        .toString(2)
        .padStart(blocks, '0')
        .replace(/[01]/g, (bit) => (bit === '1' ? 'BC' : 'CB'));
    },
    sample: (random, places) => {
      let bits = 0;
      for (let block = 0; block < blocks; block++) {
        if (block % 32 === 0) bits = random() * 2 ** 32;
        places[block] = 2 * block + ((bits >>> (block % 32)) & 1);
      }
      return blocks;
    },
  };
}

/**
 * Counting by a dynamic programme instead of drawing and rejecting: of 70 days 1.2 in a million balanced orders qualify.
 * `ways(next, other)` is the number of ways to go on when a run of an arm with `next` periods left begins and the other arm has `other` left.
 */
function runsOfTwo(periods: number): Orders {
  const most = Math.ceil(periods / 2);
  const width = most + 1;
  const table: bigint[] = new Array(width * width).fill(0n);
  const ways = (next: number, other: number) => table[next * width + other] as bigint;
  table[0] = 1n;
  // Both numbers on the right add up to less than those on the left, so going by their sum finds them filled.
  for (let left = 1; left <= periods; left++) {
    for (let next = Math.max(1, left - most); next <= Math.min(most, left); next++) {
      const other = left - next;
      // Between and around the runs of the fewer there is no room for more: no way at all.
      if (next > 2 * other + 2 || other > 2 * next) continue;
      table[next * width + other] = ways(other, next - 1) + (next > 1 ? ways(other, next - 2) : 0n);
    }
  }
  /** Of the ways to go on, the share whose run has length one. Only sampling needs it. */
  let singles: Float64Array | null = null;
  const singleShares = () => {
    singles = new Float64Array(width * width);
    for (let place = width; place < singles.length; place++) {
      const all = table[place] as bigint;
      const [next, other] = [Math.floor(place / width), place % width];
      if (all > 0n) singles[place] = Number((ways(other, next - 1) << 60n) / all) / 2 ** 60;
    }
    return singles;
  };
  const fewest = periods - most;
  /** How an order can begin: letter, periods of that letter, periods of the other. */
  const starts: ['B' | 'C', number, number][] =
    most === fewest
      ? [
          ['B', most, most],
          ['C', most, most],
        ]
      : [
          ['B', most, fewest],
          ['C', fewest, most],
          ['B', fewest, most],
          ['C', most, fewest],
        ];
  const count = starts.reduce((sum, [, next, other]) => sum + ways(next, other), 0n);
  const startShares = starts.map(([, next, other]) => Number((ways(next, other) << 60n) / count) / 2 ** 60);
  return {
    rule: 'RUNS_OF_TWO',
    periods,
    count,
    at: (index) => {
      checkIndex(index, count);
      let rest = index;
      let start = 0;
      for (; rest >= ways(...pair(starts, start)); start++) rest -= ways(...pair(starts, start));
      let [letter, next, other] = starts[start] as ['B' | 'C', number, number];
      let order = '';
      while (next > 0) {
        const one = ways(other, next - 1);
        const length = rest < one ? 1 : 2;
        if (length === 2) rest -= one;
        order += letter.repeat(length);
        [next, other] = [other, next - length];
        letter = letter === 'B' ? 'C' : 'B';
      }
      return order;
    },
    sample: (random, places) => {
      const single = singles ?? singleShares();
      let drawn = random();
      let start = 0;
      while (start < starts.length - 1 && drawn >= (startShares[start] as number))
        drawn -= startShares[start++] as number;
      const [letter, ...left] = starts[start] as ['B' | 'C', number, number];
      let [next, other] = left;
      let value = letter === 'B' ? 1 : 0;
      let count = 0;
      for (let place = 0; place < periods; ) {
        const length = random() < (single[next * width + other] as number) ? 1 : 2;
        // Written without a branch on what no processor can foresee: where it is the control, the next run writes over it.
        places[count] = place;
        places[count + length - 1] = place + length - 1;
        count += value * length;
        place += length;
        const rest = next - length;
        next = other;
        other = rest;
        value = 1 - value;
      }
      return count;
    },
  };
}

function pair(starts: ['B' | 'C', number, number][], index: number): [number, number] {
  const [, next, other] = starts[index] as ['B' | 'C', number, number];
  return [next, other];
}

function checkIndex(index: bigint, count: bigint): void {
  if (index < 0n || index >= count) throw new RangeError(`index is ${index}, but there are ${count} orders.`);
}
