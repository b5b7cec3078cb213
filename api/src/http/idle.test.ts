/** Free hosts sleep when nobody is there. What asks by itself must not keep them awake: health checks of the host, idle connections. */
import assert from 'node:assert/strict';
import { afterAll, afterEach, beforeAll, beforeEach, test, vi } from 'vitest';
import { type TestServer, useServer } from '../testing/server.ts';

let api: TestServer;
let statements = 0;
let broken = false;
beforeAll(async () => {
  api = await useServer();
  const { writes } = api.server.services;
  const { state } = writes;
  writes.state = async () => {
    statements++;
    return broken ? 'away' : await state();
  };
});
beforeEach(() => void vi.useFakeTimers({ toFake: ['Date'], now: Date.now() }));
afterEach(() => void vi.useRealTimers());
afterAll(() => api.close());

const looks = async (count: number): Promise<{ statements: number; status: number }> => {
  const before = statements;
  let status = 0;
  for (let i = 0; i < count; i++) {
    // An answer is remembered for half a second at any time.
    later(0.01);
    status = (await fetch(`${api.url}/health/ready`)).status;
  }
  return { statements: statements - before, status };
};
const later = (minutes: number) => vi.setSystemTime(Date.now() + minutes * 60_000);

test('while somebody asks, health asks the database each time; a minute later it remembers; then it asks again', async () => {
  assert.deepEqual(await looks(3), { statements: 3, status: 200 });
  later(2);
  assert.deepEqual(await looks(4), { statements: 0, status: 200 });
  await api.ask('{ serverTime }');
  assert.deepEqual(await looks(2), { statements: 2, status: 200 });
});

test('a bad answer is never remembered', async () => {
  later(10);
  await api.ask('{ serverTime }');
  broken = true;
  assert.deepEqual(await looks(1), { statements: 1, status: 503 });
  later(20);
  assert.deepEqual(await looks(2), { statements: 2, status: 503 });
  broken = false;
  assert.deepEqual(await looks(3), { statements: 1, status: 200 });
});

test('connections that nothing is asked over end by themselves', async () => {
  const { pool } = api.backend.database;
  assert.ok((pool.options.idleTimeoutMillis ?? 0) <= 30_000 && (pool.options.idleTimeoutMillis ?? 0) > 0);
  assert.ok(!pool.options.min, 'none is kept open');
});
