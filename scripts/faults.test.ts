import assert from 'node:assert/strict';
import { it } from 'vitest';
import { noRedisServer } from '../api/src/testing/redis.ts';
import { isSound, runFaults } from './faults.ts';

const missing = await noRedisServer();

it.skipIf(missing)(
  'a few faults: what was acknowledged is there once, and every process is still the same',
  async () => {
    const lines: string[] = [];
    const faults = ['postgres-terminate', 'redis-frozen', 'api-kill'] as const;
    const report = await runFaults({ seed: 17, rounds: faults.length, faults, playMs: 600 }, (line) =>
      lines.push(line),
    );
    assert.ok(isSound(report), `${JSON.stringify(report)}\n${lines.join('\n')}`);
  },
  300_000,
);
