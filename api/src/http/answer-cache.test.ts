import assert from 'node:assert/strict';
import { test, vi } from 'vitest';
import { type Bus, createLocalBus } from '../platform/bus.ts';
import { publicReadsChannel } from '../platform/bus-keys.ts';
import { createAnswerCache } from './answer-cache.ts';
import type { OperationRequest } from './persisted-operations.ts';

const REQUEST: OperationRequest = { query: '{ protocols(first: 1) { nodes { title } } }' };
const TYPE = 'application/json';

/** A cache with a clock of its own, on a bus whose state can be told. */
async function cacheOf(options: { enabled?: boolean } = {}) {
  const at = { ms: 0, healthy: true };
  const reconnects: (() => void)[] = [];
  const local = createLocalBus();
  const bus: Bus = {
    ...local,
    healthy: () => at.healthy,
    onReconnect(listener) {
      reconnects.push(listener);
      return () => reconnects.splice(reconnects.indexOf(listener), 1);
    },
  };
  const cache = await createAnswerCache({ bus, enabled: options.enabled ?? true, now: () => at.ms });
  const find = (request = REQUEST, accept?: string) => cache.find(request, accept)?.body.toString();
  const make = (text: string, request = REQUEST, accept?: string) =>
    cache.begin()(request, accept, { contentType: TYPE, text, name: 'Library' });
  return { cache, bus, at, find, make, reconnects };
}

test('an answer is found as it was made, by exactly the same request', async () => {
  const { cache, find, make } = await cacheOf();
  assert.equal(find(), undefined);
  make('é');
  const { headers, body, name } = cache.find(REQUEST, undefined) ?? {};
  assert.deepEqual(headers, { 'content-type': TYPE, 'content-length': '2' });
  assert.deepEqual([body?.toString(), name], ['é', 'Library']);
  const others: OperationRequest[] = [
    { query: '{ serverTime }' },
    { ...REQUEST, operationName: 'A' },
    { ...REQUEST, variables: { first: 1 } },
    { ...REQUEST, extensions: { persistedQuery: { sha256Hash: 'a' } } },
  ];
  for (const other of others) assert.equal(find(other), undefined, JSON.stringify(other));
  assert.equal(find(REQUEST, 'text/html'), undefined);
  for (const [n, other] of others.entries()) make(`answer ${n}`, other);
  assert.deepEqual(
    others.map((other) => find(other)),
    ['answer 0', 'answer 1', 'answer 2', 'answer 3'],
  );
  assert.equal(find(), 'é');
  assert.equal(find({ ...REQUEST }, ''), 'é');
});

test('where nothing may be kept nothing is', async () => {
  const { find, make } = await cacheOf({ enabled: false });
  make('first');
  assert.equal(find(), undefined);
});

test('while the bus is not heard nothing is kept, and nothing kept is told', async () => {
  const { at, find, make, reconnects } = await cacheOf();
  make('first');
  at.healthy = false;
  assert.equal(find(), undefined);
  make('second');
  at.healthy = true;
  assert.equal(find(), undefined, 'neither the one from before nor the one made meanwhile');
  make('third');
  assert.equal(find(), 'third');
  for (const listener of reconnects) listener();
  assert.equal(find(), undefined, 'what was said meanwhile was not heard');
});

test('what others say on the bus ends what is kept, until the cache is closed', async () => {
  const { cache, bus, find, make, reconnects } = await cacheOf();
  const said: string[] = [];
  const end = await bus.subscribe(publicReadsChannel, (message) => said.push(message));
  make('first');
  await bus.publish(publicReadsChannel, '');
  assert.equal(find(), undefined);
  make('second');
  await cache.changed();
  assert.equal(find(), undefined);
  assert.deepEqual(said, ['', '']);
  end();
  cache.close();
  assert.deepEqual(reconnects, []);
  make('third');
  await bus.publish(publicReadsChannel, '');
  assert.equal(find(), 'third', 'a closed one listens no more');
});

test('too long requests and answers are not kept, those of just the length are', async () => {
  const { find, make } = await cacheOf();
  const half = 512 * 1024;
  make('x'.repeat(half));
  assert.equal(find()?.length, half);
  make('x'.repeat(half + 1), { query: '{ a }' });
  assert.equal(find({ query: '{ a }' }), undefined);
  // The key of a request is its parts as JSON: `["",null,null,null,"…"]`.
  const around = '["",null,null,null,""]'.length;
  const long = { query: 'x'.repeat(8 * 1024 - around) };
  make('first', long);
  assert.equal(find(long), 'first');
  make('second', { query: `${long.query}x` });
  assert.equal(find({ query: `${long.query}x` }), undefined);
  let deep: Record<string, unknown> = {};
  for (let n = 0; n < 100_000; n++) deep = { deep };
  make('third', { ...REQUEST, variables: deep });
  assert.equal(find({ ...REQUEST, variables: deep }), undefined);
});

test('all together take eight megabytes: the oldest go for the newest, and one that is made anew counts once', async () => {
  const { at, find, make } = await cacheOf();
  const text = 'x'.repeat(512 * 1024);
  const request = (n: number) => ({ query: `{ a${n} }` });
  const there = (count: number) =>
    Array.from({ length: count }, (_, n) => (find(request(n)) === undefined ? '.' : 'x'));
  for (let n = 0; n < 16; n++) make(text, request(n));
  for (let again = 0; again < 20; again++) make(text, request(15));
  assert.equal(there(16).join(''), 'x'.repeat(16));
  make('y', request(16));
  assert.equal(there(17).join(''), `.${'x'.repeat(16)}`);
  make(text, request(17));
  assert.equal(there(18).join(''), `..${'x'.repeat(16)}`);
  // What has grown old leaves its room when it is asked for.
  at.ms = 2_001;
  assert.equal(there(18).join(''), '.'.repeat(18));
  for (let n = 0; n < 16; n++) make(text, request(n));
  assert.equal(there(16).join(''), 'x'.repeat(16));
});

test('all that was kept leaves its room when something changes', async () => {
  const { cache, find, make } = await cacheOf();
  const text = 'x'.repeat(512 * 1024);
  const fill = () => {
    for (let n = 0; n < 16; n++) make(text, { query: `{ a${n} }` });
  };
  fill();
  await cache.changed();
  fill();
  for (let n = 0; n < 16; n++) assert.notEqual(find({ query: `{ a${n} }` }), undefined, `the ${n}th`);
});

test('without a clock of its own the time of the process counts', async () => {
  const clock = vi.spyOn(performance, 'now').mockReturnValue(1_000);
  const cache = await createAnswerCache({ bus: createLocalBus(), enabled: true });
  cache.begin()(REQUEST, undefined, { contentType: TYPE, text: 'first', name: 'Library' });
  assert.notEqual(cache.find(REQUEST, undefined), undefined);
  clock.mockReturnValue(3_001);
  assert.equal(cache.find(REQUEST, undefined), undefined);
  cache.close();
});

test('where something changes what is kept goes before the others have heard of it', async () => {
  const { cache, bus, find, make } = await cacheOf();
  bus.publish = async () => {};
  make('first');
  await cache.changed();
  assert.equal(find(), undefined);
});

test('at two seconds to the moment an answer is still told', async () => {
  const { at, find, make } = await cacheOf();
  make('first');
  at.ms = 2_000;
  assert.deepEqual([find(), find()], [undefined, 'first']);
});

test('an answer that was being read while something changed is not kept', async () => {
  const bus = createLocalBus();
  const answers = await createAnswerCache({ bus, enabled: true });
  const request = { query: '{ protocols(first: 1) { nodes { title } } }' };
  const answer = { contentType: 'application/json', text: '{"data":"old"}', name: 'other' };
  const keep = answers.begin();
  await answers.changed();
  keep(request, undefined, answer);
  assert.equal(answers.find(request, undefined), undefined);
  answers.begin()(request, undefined, answer);
  assert.equal(answers.find(request, undefined)?.body.toString(), '{"data":"old"}');
  await answers.changed();
  assert.equal(answers.find(request, undefined), undefined);
  answers.close();
  await bus.close();
});

test('of those who ask for an answer that grows old one makes it anew, the others get it as it is, and nobody gets it after two seconds', async () => {
  const bus = createLocalBus();
  let time = 0;
  const reads = await createAnswerCache({ bus, enabled: true, now: () => time });
  const request = { query: '{ protocols(first: 1) { nodes { title } } }' };
  const find = () => reads.find(request, undefined)?.body.toString();
  const make = (text: string) =>
    reads.begin()(request, undefined, { contentType: 'application/json', text, name: 'other' });
  make('first');
  time = 1_500;
  assert.deepEqual([find(), find()], ['first', 'first']);
  time = 1_501;
  assert.deepEqual([find(), find(), find()], [undefined, 'first', 'first']);
  make('second');
  time = 3_001;
  assert.deepEqual([find(), find()], ['second', 'second']);
  // Nobody made it: another one is asked to.
  time = 3_002;
  assert.deepEqual([find(), find()], [undefined, 'second']);
  time = 3_253;
  assert.deepEqual([find(), find()], [undefined, 'second']);
  time = 3_502;
  assert.deepEqual([find(), find()], [undefined, undefined]);
  reads.close();
  await bus.close();
});
