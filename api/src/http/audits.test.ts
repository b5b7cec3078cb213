import assert from 'node:assert/strict';
import { serverAudits } from 'graphql-http';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { type TestServer, useServer } from '../testing/server.ts';

/** GraphQL over HTTP, as the working group's audits see it: https://graphql.github.io/graphql-over-http/ */
const AUDITS = 61;

describe('GraphQL over HTTP', () => {
  let api: TestServer;
  beforeAll(async () => {
    api = await useServer();
  });
  afterAll(() => api.close());
  // The address is read when an audit asks.
  const audits = serverAudits({ url: () => `${api.url}/graphql`, fetchFn: fetch });
  it('has as many audits as when they were last counted', () => assert.equal(audits.length, AUDITS));
  for (const audit of audits) {
    it(`${audit.id} ${audit.name}`, async () => {
      const result = await audit.fn();
      assert.equal(result.status, 'ok', 'reason' in result ? result.reason : undefined);
    });
  }
});
