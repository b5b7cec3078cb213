import assert from 'node:assert/strict';
import { it } from 'vitest';
import { callEverything } from '../testing/properties.ts';
import { useServer } from '../testing/server.ts';
import { schema } from './schema.ts';

/** `npm run conformance` makes 20,000. */
const CALLS = 600;

it('every mutation answers generated inputs with typed answers only', async () => {
  const api = await useServer();
  try {
    const run = await callEverything(api, schema, CALLS, 20260131);
    assert.ok(run.calls >= CALLS);
    assert.ok(run.done > 0, 'some calls get through');
    assert.deepEqual(run.faults.slice(0, 5), []);
  } finally {
    await api.close();
  }
});
