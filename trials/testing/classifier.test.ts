import assert from 'node:assert/strict';
import { test } from 'vitest';
import { normal, seeded } from '../random.ts';
import { accuracyOf, accuracyOfGuessing } from './classifier.ts';

const gauss = normal(seeded('0102030405060708090a0b0c0d0e0f10'));
const sessions = (leak: number) =>
  Array.from({ length: 200 }, () => {
    const beat = gauss() > 0;
    return { beat, features: [gauss(), gauss() + (beat ? leak : 0), 7] };
  });

test('a leak is found, also a small one; without one nobody does better than chance', () => {
  assert.ok(accuracyOf(sessions(8)) > 0.97);
  assert.ok(accuracyOf(sessions(1)) > 0.6);
  const blind = accuracyOf(sessions(0));
  assert.ok(blind > 0.4 && blind < 0.6, String(blind));
});

test('luck is measured anew, a leak is found each time', async () => {
  const given = [sessions(8), sessions(0), sessions(8)];
  const blind = await accuracyOfGuessing(async () => given.shift() as never);
  assert.ok(blind > 0.4 && blind < 0.6, String(blind));
  assert.equal(given.length, 1);
  assert.ok((await accuracyOfGuessing(async () => sessions(8))) > 0.97);
});
