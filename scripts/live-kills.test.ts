import assert from 'node:assert/strict';
import { test } from 'node:test';
import { useBackend } from '../api/src/testing/backend.ts';
import { noRedisServer, startRedis } from '../api/src/testing/redis.ts';
import { killRounds } from './live-kills.ts';

test('the process that everybody is at is killed under way: nothing acknowledged is lost or doubled', {
  skip: await noRedisServer(),
}, async (t) => {
  const backend = await useBackend();
  const redis = await startRedis();
  try {
    const result = await killRounds({ ...backend, redisUrl: redis.url }, 2);
    t.diagnostic(`${result.acknowledged} acts acknowledged, ${result.repeated} sent again`);
    assert.equal(result.rounds, 2);
  } finally {
    await redis.close();
    await backend.close();
  }
});
