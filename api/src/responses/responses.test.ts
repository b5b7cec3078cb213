import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { type TestServer, useServer } from '../testing/server.ts';

let api: TestServer;
beforeAll(async () => {
  api = await useServer();
});
afterAll(() => api.close());

const RECORD =
  'mutation ($input: RecordResponseInput!) { recordResponse(input: $input) { response { responseId rateHz channels { name verdict p } } userErrors { field code } } }';
const MINE =
  '{ viewer { responses { responseId measuredAt rateHz windows channels { name verdict p minutes smallestVisibleMicrovolts } } } }';

const input = (change: object = {}) => ({
  responseId: randomUUID(),
  consent: true,
  measuredAt: '2026-03-04T05:06:07.000Z',
  device: 'Muse-1234',
  rateHz: 40,
  windows: 96,
  leftOutShare: 0.05,
  earphonesAway: false,
  channels: [
    { name: 'TP9', verdict: 'FOLLOWS', p: 0.0004, minutes: 3.2, smallestVisibleMicrovolts: 0.3 },
    { name: 'AF7', verdict: 'CANNOT_TELL', minutes: 0 },
  ],
  ...change,
});

describe('measured responses', () => {
  it('keeps the answer with consent, once for one id, and shows it to its person alone', async () => {
    const person = await api.guest();
    const other = await api.guest();
    const sent = input();
    const record = (token: string, what: object) => api.ask(RECORD, { input: what }, token);
    const first = (await record(person.accessToken, sent)).data.recordResponse;
    assert.deepEqual(first.userErrors, []);
    assert.deepEqual(first.response.channels, [
      { name: 'TP9', verdict: 'FOLLOWS', p: 0.0004 },
      { name: 'AF7', verdict: 'CANNOT_TELL', p: null },
    ]);
    const again = (await record(person.accessToken, { ...sent, rateHz: 10 })).data.recordResponse;
    assert.equal(again.response.rateHz, 40);
    const mine = (await api.ask(MINE, {}, person.accessToken)).data.viewer.responses;
    assert.equal(mine.length, 1);
    assert.equal(mine[0].responseId, sent.responseId);
    assert.equal(mine[0].channels[1].smallestVisibleMicrovolts, null);
    assert.deepEqual((await api.ask(MINE, {}, other.accessToken)).data.viewer.responses, []);
    const stolen = (await record(other.accessToken, sent)).data.recordResponse;
    assert.deepEqual(stolen.userErrors, [{ field: ['responseId'], code: 'TAKEN' }]);
  });

  for (const [change, field, code] of [
    [{ consent: false }, ['consent'], 'NOT_ALLOWED'],
    [{ measuredAt: new Date(Date.now() + 3_600_000).toISOString() }, ['measuredAt'], 'OUT_OF_RANGE'],
    [{ rateHz: 0 }, ['rateHz'], 'OUT_OF_RANGE'],
    [{ leftOutShare: 1.1 }, ['leftOutShare'], 'OUT_OF_RANGE'],
    [{ channels: [] }, ['channels'], 'TOO_SHORT'],
    [{ session: btoa(`Session:${randomUUID()}`) }, ['session'], 'NOT_FOUND'],
  ] as const) {
    it(`${JSON.stringify(change).slice(0, 40)} is refused as ${code}, and nothing is kept`, async () => {
      const person = await api.guest();
      const { data } = await api.ask(RECORD, { input: input(change) }, person.accessToken);
      assert.deepEqual(
        data.recordResponse.userErrors.map((one: object) => ({ ...one })),
        [{ field: [...field], code }],
      );
      assert.equal(data.recordResponse.response, null);
      assert.deepEqual((await api.ask(MINE, {}, person.accessToken)).data.viewer.responses, []);
    });
  }

  it('a kept answer can be taken away, by its person alone', async () => {
    const person = await api.guest();
    const other = await api.guest();
    const sent = input();
    await api.ask(RECORD, { input: sent }, person.accessToken);
    const remove = (token: string) =>
      api.ask(
        'mutation ($input: DeleteResponseInput!) { deleteResponse(input: $input) { deletedId userErrors { code } } }',
        { input: { responseId: sent.responseId } },
        token,
      );
    assert.equal((await remove(other.accessToken)).data.deleteResponse.userErrors[0].code, 'NOT_FOUND');
    assert.equal((await remove(person.accessToken)).data.deleteResponse.deletedId, sent.responseId);
    assert.deepEqual((await api.ask(MINE, {}, person.accessToken)).data.viewer.responses, []);
  });
});
