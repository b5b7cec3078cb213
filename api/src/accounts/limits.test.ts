import assert from 'node:assert/strict';
import type { GraphQLError } from 'graphql';
import { afterAll, test, vi } from 'vitest';
import { type Bucket, createLocalBus } from '../platform/bus.ts';
import type { Context } from '../schema/context.ts';
import { countTry } from './limits.ts';

// Buckets fill up as time goes by: here it stands.
vi.useFakeTimers({ toFake: ['Date'] });
afterAll(() => vi.useRealTimers());

/** What the rules ask of the bus, and what they tell of a refusal. */
function world(factor: number) {
  const bus = createLocalBus();
  const asked: { key: string; bucket: Bucket }[] = [];
  const refused: string[] = [];
  const context = {
    config: { limits: { rateFactor: factor } },
    bus: {
      ...bus,
      take: (key: string, bucket: Bucket) => {
        asked.push({ key, bucket });
        return bus.take(key, bucket);
      },
    },
    refused: (rule: string) => refused.push(rule),
  } as unknown as Context;
  return { context, asked, refused };
}

/** How many tries in a row are let through, and after how many seconds the next one is. */
async function tries(
  context: Context,
  rule: Parameters<typeof countTry>[1],
  subject: string,
): Promise<[number, number]> {
  for (let n = 0; n < 500; n++) {
    try {
      await countTry(context, rule, subject);
    } catch (error) {
      const { extensions } = error as GraphQLError;
      assert.equal(extensions.code, 'RATE_LIMITED');
      return [n, extensions.retryAfter as number];
    }
  }
  return [500, 0];
}

test('each rule lets so many tries through at once, the next one after so many seconds, and tells which one refused', async () => {
  const rules: Record<Parameters<typeof countTry>[1], [number, number]> = {
    signInAddress: [30, 4],
    signInPair: [8, 30],
    signInAccount: [60, 20],
    signInDevice: [8, 30],
    signUpAddress: [10, 60],
    guestAddress: [30, 10],
    refreshAddress: [120, 1],
    mailRecipient: [3, 600],
    mailAddress: [10, 60],
    passwordAccount: [8, 30],
    linkAddress: [20, 10],
    deviceCodeAddress: [10, 60],
    deviceCodePerson: [8, 30],
    deviceCodeGuess: [20, 10],
    deviceCodePoll: [1, 4],
    groupJoinAddress: [30, 3],
    groupCreatePerson: [10, 60],
    groupControlPerson: [20, 1],
    groupReportPerson: [10, 2],
    webhookSendPerson: [10, 10],
    homeCommand: [20, 1],
    shareAddress: [20, 3_600],
  };
  for (const [rule, expected] of Object.entries(rules)) {
    const { context, refused } = world(1);
    assert.deepEqual(await tries(context, rule as keyof typeof rules, 'somebody'), expected, rule);
    assert.deepEqual(refused, [`rate_${rule}`]);
  }
});

test('a subject has a bucket of its own under each rule; its name is not kept', async () => {
  const { context, asked, refused } = world(1);
  assert.equal((await tries(context, 'mailRecipient', 'anna@example.org'))[0], 3);
  await countTry(context, 'mailRecipient', 'bert@example.org');
  await countTry(context, 'mailAddress', 'anna@example.org');
  assert.equal(refused.length, 1);
  const keys = new Set(asked.map(({ key }) => key));
  assert.equal(keys.size, 3);
  for (const key of keys) {
    assert.ok(!key.includes('anna') && !key.includes('bert'), key);
    assert.match(key, /:[\w-]{22}$/);
  }
});

test('the factor widens both how many at once and how many after that', async () => {
  const { context, asked } = world(10);
  await countTry(context, 'signInAddress', 'somebody');
  await countTry(context, 'mailRecipient', 'somebody');
  assert.deepEqual(
    asked.map(({ bucket }) => bucket),
    [
      { capacity: 300, perSecond: 2.5 },
      { capacity: 30, perSecond: 10 / 600 },
    ],
  );
});
