import assert from 'node:assert/strict';
import { test } from 'vitest';
import { chiSquaredAbove } from './distributions.ts';
import { armAt, drawOrder, isAdmissible, type Orders, ordersOf } from './order.ts';
import { seeded } from './random.ts';

test('as many orders as there are', () => {
  const known: [number, bigint][] = [
    [8, 34n],
    [12, 208n],
    [16, 1_296n],
    [20, 8_196n],
    [40, 93_770_358n],
    [70, 136_050_710_238_288n],
  ];
  for (const [periods, count] of known) assert.equal(ordersOf('RUNS_OF_TWO', periods).count, count, `${periods}`);
  assert.equal(ordersOf('BLOCKS_OF_TWO', 40).count, 2n ** 20n);
});

test('each number is another order, and every admissible order has one', () => {
  for (const rule of ['RUNS_OF_TWO', 'BLOCKS_OF_TWO'] as const) {
    for (const periods of [2, 4, 7, 8, 11, 12]) {
      if (rule === 'BLOCKS_OF_TWO' && periods % 2 === 1) continue;
      const orders = ordersOf(rule, periods);
      const listed = new Set(Array.from({ length: Number(orders.count) }, (_, index) => orders.at(BigInt(index))));
      const all = Array.from({ length: 2 ** periods }, (_, bits) =>
        bits.toString(2).padStart(periods, '0').replaceAll('0', 'B').replaceAll('1', 'C'),
      );
      assert.deepEqual([...listed].toSorted(), all.filter((order) => isAdmissible(rule, order)).toSorted());
    }
  }
});

/** χ² of how often each of all orders came, as its chance under equal likeliness. */
function uniformity(orders: Orders, draws: number, draw: () => string): number {
  const counts = new Map<string, number>();
  for (let index = 0; index < draws; index++) {
    const order = draw();
    counts.set(order, (counts.get(order) ?? 0) + 1);
  }
  const expected = draws / Number(orders.count);
  let chi = (Number(orders.count) - counts.size) * expected;
  for (const count of counts.values()) chi += (count - expected) ** 2 / expected;
  return chiSquaredAbove(chi, Number(orders.count) - 1);
}

test('100,000 draws are uniform, by the cryptographic source and by the sampler of the analysis', () => {
  const orders = ordersOf('RUNS_OF_TWO', 8);
  // A right source falls below 0.01 in one run of a hundred, and three times in a row in one of a million.
  const drawn = [1, 2, 3].some(() => uniformity(orders, 100_000, () => drawOrder(orders)) > 0.01);
  assert.ok(drawn, 'RUNS_OF_TWO');
  const blocks = ordersOf('BLOCKS_OF_TWO', 8);
  assert.ok(
    [1, 2, 3].some(() => uniformity(blocks, 20_000, () => drawOrder(blocks)) > 0.01),
    'BLOCKS_OF_TWO',
  );
  for (const sampled of [orders, ordersOf('RUNS_OF_TWO', 9), blocks]) {
    const random = seeded('000102030405060708090a0b0c0d0e0f');
    const places = new Uint16Array(sampled.periods);
    const chance = uniformity(sampled, 100_000, () => {
      const count = sampled.sample(random, places);
      return places.subarray(0, count).join(' ');
    });
    assert.ok(chance > 0.01, `${sampled.rule} ${sampled.periods}: p = ${chance}`);
  }
});

test('a year of days is drawn in less than 100 ms of processor time', () => {
  const times = Array.from({ length: 3 }, () => {
    const before = process.cpuUsage();
    const order = drawOrder(ordersOf('RUNS_OF_TWO', 365));
    const { user, system } = process.cpuUsage(before);
    assert.ok(isAdmissible('RUNS_OF_TWO', order));
    assert.equal(order.length, 365);
    return (user + system) / 1000;
  });
  assert.ok(Math.min(...times) < 100, `${times} ms`);
});

test('what the rules cannot serve is refused', () => {
  assert.throws(() => ordersOf('BLOCKS_OF_TWO', 9), /even number/);
  for (const periods of [0, 1, 2.5, 366, Number.NaN])
    assert.throws(() => ordersOf('RUNS_OF_TWO', periods), /from 2 to 365/);
  assert.throws(() => ordersOf('RUNS_OF_TWO', 8).at(34n), /34 orders/);
  assert.throws(() => armAt('BC', 3), /periods 1 to 2/);
  assert.equal(armAt('BC', 1), 'BEAT');
  assert.equal(armAt('BC', 2), 'CONTROL');
});
