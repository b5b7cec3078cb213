import { after, before, describe, it } from 'node:test';
import { attacks } from '../testing/attacks.ts';
import { type TestServer, useServer } from '../testing/server.ts';

describe('attacks', { concurrency: false }, () => {
  let api: TestServer;
  before(async () => {
    api = await useServer();
  });
  after(() => api.close());
  for (const { name, run } of attacks) it(name, () => run(api));
});
