import { afterAll, beforeAll, describe, it } from 'vitest';
import { attacks } from '../testing/attacks.ts';
import { type TestServer, useServer } from '../testing/server.ts';

describe('attacks', () => {
  let api: TestServer;
  beforeAll(async () => {
    api = await useServer();
  });
  afterAll(() => api.close());
  for (const { name, run } of attacks) it(name, () => run(api));
});
