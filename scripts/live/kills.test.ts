import assert from 'node:assert/strict';
import { test } from 'vitest';
import { useBackend } from '../../api/src/testing/backend.ts';
import { noRedisServer, startRedis } from '../../api/src/testing/redis.ts';
import { killRounds } from './kills.ts';

test('the process that everybody is at is killed under way: nothing acknowledged is lost or doubled', {
  skip: Boolean(await noRedisServer()),
}, async (t) => {
  const backend = await useBackend();
  const redis = await startRedis();
  try {
    const result = await killRounds({ ...backend, redisUrl: redis.url }, 2);
    t.annotate(`${result.acknowledged} acts acknowledged, ${result.repeated} sent again`);
    assert.equal(result.rounds, 2);
  } finally {
    await redis.close();
    await backend.close();
  }
});
