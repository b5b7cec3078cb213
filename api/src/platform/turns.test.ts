import assert from 'node:assert/strict';
import { test } from 'vitest';
import { createTurns } from './turns.ts';

/** A job that ends when it is told to. */
function job() {
  let end: () => void = () => {};
  const done = new Promise<void>((resolve) => {
    end = resolve;
  });
  return { work: () => done, end };
}
const settle = () => new Promise((resolve) => setImmediate(resolve));

test('subjects have their turns one after the other, however many jobs one of them has', async () => {
  const turns = createTurns(1, 1);
  const order: string[] = [];
  const all = ['a', 'a', 'a', 'a', 'b', 'b', 'c'].map((subject) =>
    turns.take(subject, 1, async () => {
      order.push(subject);
      await settle();
    }),
  );
  await Promise.all(all);
  // The first began while nobody else was there; then one of each.
  assert.equal(order.join(''), 'aabcaba');
});

test('one subject leaves places for others', async () => {
  const turns = createTurns(4, 3);
  const jobs = Array.from({ length: 10 }, job);
  let running = 0;
  for (const { work } of jobs)
    void turns.take('flood', 1, async () => {
      running++;
      await work();
      running--;
    });
  await settle();
  assert.equal(running, 3);
  assert.equal(await turns.take('other', 1, async () => 'at once'), 'at once');
  for (const { end } of jobs) end();
  await settle();
  assert.equal(turns.waiting(), 0);
});

test('heavy jobs take several places, and are not passed over for ever', async () => {
  const turns = createTurns(4, 3);
  const first = job();
  void turns.take('small', 1, first.work);
  const second = job();
  void turns.take('small', 1, second.work);
  let heavy = false;
  const large = turns.take('large', 99, async () => {
    heavy = true;
  });
  let passed = 0;
  const stream = (async () => {
    while (!heavy) {
      await turns.take(`visitor ${passed++}`, 1, async () => {});
      if (passed === 60) {
        first.end();
        second.end();
      }
    }
  })();
  setTimeout(() => {
    first.end();
    second.end();
  }, 50);
  await Promise.all([large, stream]);
  assert.ok(passed <= 61, `${passed} went first`);
});

test('what fails gives its place back', async () => {
  const turns = createTurns(1, 1);
  await assert.rejects(
    turns.take('a', 1, () => {
      throw new Error('at once');
    }),
    /at once/,
  );
  await assert.rejects(
    turns.take('a', 1, async () => Promise.reject(new Error('later'))),
    /later/,
  );
  assert.equal(await turns.take('b', 1, async () => 1), 1);
});
