import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, it, vi } from 'vitest';
import WebSocket from 'ws';
import { type TestServer, useServer } from '../testing/server.ts';
import { openSocket } from '../testing/socket.ts';
import { createHeld } from './held.ts';

describe('refusals of those who do not stop', () => {
  it('the first are told at once, those for asking too much never; five hundred are held, then connections are cut', async () => {
    vi.useFakeTimers();
    try {
      const { wait } = createHeld(1);
      const told: (string | boolean)[] = [];
      const ask = (subject: string, forTooMuch = false) =>
        void wait(subject, forTooMuch).then((sent) => told.push(sent ? subject : false));
      for (let n = 0; n < 20; n++) ask('one');
      await vi.advanceTimersByTimeAsync(0);
      assert.equal(told.length, 20);
      for (let n = 0; n < 501; n++) ask('one');
      ask('two', true);
      ask('three');
      await vi.advanceTimersByTimeAsync(900);
      assert.deepEqual(
        told.slice(20),
        [false, 'three'].sort(() => 0),
      );
      await vi.advanceTimersByTimeAsync(200);
      assert.equal(told.filter((sent) => sent === 'one').length, 520);
      assert.equal(told.filter((sent) => sent === 'two').length, 1);
    } finally {
      vi.useRealTimers();
    }
  });
});

describe('over the wire', () => {
  let api: TestServer;
  beforeAll(async () => {
    api = await useServer({ environment: { RATE_LIMIT_FACTOR: '1', TRUST_PROXY: '1' } });
  });
  afterAll(() => api.close());

  /** How often one subject is answered in two seconds that asks over eight connections without a pause. */
  async function answers(path: string, address: string, init: RequestInit = {}): Promise<number> {
    let count = 0;
    const until = Date.now() + 2_000;
    await Promise.all(
      Array.from({ length: 8 }, async () => {
        while (Date.now() < until) {
          await (
            await fetch(api.url + path, { ...init, headers: { ...init.headers, 'x-forwarded-for': address } })
          ).text();
          count++;
        }
      }),
    );
    return count;
  }

  it('files of one address come at their rate after the first, none is refused, and a neighbour does not wait', async () => {
    const { hostname, port } = new URL(api.url);
    /** Asks for so many files over one connection, without waiting for an answer: the states of all, and the milliseconds until the last. */
    const ask = async (address: string, count: number): Promise<{ states: Set<string>; ms: number }> => {
      const began = performance.now();
      const socket = connect(Number(port), hostname);
      socket.write(`HEAD /favicon.svg HTTP/1.1\r\nhost: a\r\nx-forwarded-for: ${address}\r\n\r\n`.repeat(count));
      const states: string[] = [];
      for await (const text of socket.setEncoding('latin1')) {
        states.push(...[...`${text}`.matchAll(/^HTTP\/1\.1 (\d+)/gm)].map(([, state]) => `${state}`));
        if (states.length >= count) break;
      }
      return { states: new Set(states), ms: performance.now() - began };
    };
    assert.ok((await ask('192.0.2.8', 400)).ms < 1_000);
    // Three hundred over, at two hundred a second.
    const [all, neighbour] = await Promise.all([
      ask('192.0.2.9', 700),
      new Promise((later) => setTimeout(later, 500)).then(() => ask('192.0.2.10', 1)),
    ]);
    assert.ok(all.ms > 1_300, `all of them within ${all.ms} ms`);
    assert.ok(all.states.size === 1 && !all.states.has('429'), [...all.states].join());
    assert.ok(neighbour.ms < 500, `the neighbour waited for ${neighbour.ms} ms`);
  });

  it('whatever the door, a refusal a second is the most that one connection gets', async () => {
    // What is let in, and eight connections with three refusals each, with the prompt ones.
    assert.ok((await answers('/health/ready', '203.0.113.1')) <= 60 + 12 + 24 + 24);
    assert.ok((await answers('/graphql', '203.0.113.2', { method: 'PUT' })) <= 24 + 24);
    assert.ok((await answers('/export/account.json', '203.0.113.3')) <= 10 + 24 + 24);
    const post = { method: 'POST', headers: { 'content-type': 'text/plain' }, body: 'x' };
    assert.ok((await answers('/graphql', '203.0.113.4', post)) <= 24 + 24);
  });

  it('who goes away while a refusal is held ends nothing', async () => {
    await Promise.all(
      Array.from({ length: 40 }, async () => {
        const signal = AbortSignal.timeout(300);
        const headers = { 'x-forwarded-for': '203.0.113.5' };
        await fetch(`${api.url}/graphql`, { method: 'PUT', headers, signal }).catch(() => {});
      }),
    );
    await Promise.all(
      Array.from({ length: 10 }, async (_, n) => {
        const one = new WebSocket(`${api.url.replace('http', 'ws')}/graphql?${n}`, 'graphql-transport-ws', {
          headers: { 'x-forwarded-for': '203.0.113.6' },
        });
        one.on('error', () => {});
        await new Promise((next) => setTimeout(next, 100));
        one.terminate();
      }),
    );
    await new Promise((next) => setTimeout(next, 1_500));
    assert.equal((await fetch(`${api.url}/health/live`)).status, 200);
  });

  it('a socket that asks too much is not read for a second', async () => {
    const body = JSON.stringify({ query: '{ serverTime }' });
    const post = { method: 'POST', headers: { 'content-type': 'application/json' }, body };
    const statuses = await Promise.all(
      Array.from({ length: 130 }, async () => (await fetch(`${api.url}/graphql`, post)).status),
    );
    assert.ok(statuses.includes(429));
    const socket = await openSocket(api.url);
    const ask = (id: string) => {
      socket.send({ type: 'subscribe', id, payload: { query: '{ serverTime }' } });
      return socket.next(id, 10_000);
    };
    // Until one is refused; what is in the bucket by then is little.
    let n = 0;
    while ((await ask(`${n++}`)).type !== 'error') assert.ok(n < 55);
    const begun = Date.now();
    await ask('after');
    assert.ok(Date.now() - begun >= 900, `${Date.now() - begun} ms`);
    socket.close();
  });
});
