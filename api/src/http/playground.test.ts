import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { get } from 'node:http';
import { join } from 'node:path';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, it, vi } from 'vitest';
import { repositoryRoot } from '../config.ts';
import { type TestServer, useServer } from '../testing/server.ts';
import { fetcher } from './playground.ts';

let api: TestServer;
beforeAll(async () => {
  api = await useServer();
});
afterAll(() => api.close());

/** As it comes over the wire. */
const read = (path: string, headers: Record<string, string>): Promise<{ encoding?: string; body: Buffer }> =>
  new Promise((resolve, reject) => {
    get(`${api.url}${path}`, { headers }, (response) => {
      const parts: Buffer[] = [];
      response.on('data', (part) => parts.push(part));
      response.on('end', () =>
        resolve({ encoding: response.headers['content-encoding'] as string, body: Buffer.concat(parts) }),
      );
    }).on('error', reject);
  });

it('GET /schema.graphql answers with the schema that is checked in, to every page', async () => {
  const printed = readFileSync(join(repositoryRoot, 'schema.graphql'), 'utf8');
  const response = await fetch(`${api.url}/schema.graphql`, { headers: { origin: 'https://elsewhere.example' } });
  assert.equal(response.status, 200);
  assert.equal(response.headers.get('access-control-allow-origin'), '*');
  assert.equal(await response.text(), printed);
  const packed = await read('/schema.graphql', { 'accept-encoding': 'gzip' });
  assert.equal(packed.encoding, 'gzip');
  assert.equal(String(gunzipSync(packed.body)), printed);
});

it('the playground comes packed, in the application’s colours', async () => {
  const plain = await read('/graphql', { accept: 'text/html' });
  assert.equal(plain.encoding, undefined);
  const page = String(plain.body);
  assert.ok(page.includes('class="graphiql-') || page.includes('graphiql-dark'));
  assert.ok(page.includes('--color-primary: 175, 47%, 60%'));
  for (const [encoding, unpack] of [
    ['gzip', gunzipSync],
    ['br', brotliDecompressSync],
  ] as const) {
    const packed = await read('/graphql', { accept: 'text/html', 'accept-encoding': encoding });
    assert.equal(packed.encoding, encoding);
    assert.ok(packed.body.length < plain.body.length / 3, `${encoding}: ${packed.body.length} bytes`);
    assert.ok(unpack(packed.body).equals(plain.body));
  }
});

it('whoever signs in in one tab of the playground is signed in in all, until the sign-in ends', async () => {
  const kept = new Map<string, string>();
  vi.stubGlobal('window', { location: { origin: api.url, pathname: '/graphql' } });
  vi.stubGlobal('sessionStorage', {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => kept.set(key, value),
    removeItem: (key: string) => kept.delete(key),
  });
  try {
    // biome-ignore lint/suspicious/noExplicitAny: answers of any operation
    const run = (query: string, variables?: object, headers?: Record<string, string>): any =>
      fetcher({ query, variables }, { headers });
    const me = async (headers?: Record<string, string>) =>
      (await run('{ viewer { id } }', {}, headers)).data.viewer?.id ?? null;
    assert.equal(await me(), null);
    const signIn =
      'mutation ($input: StartGuestInput!) { startGuest(input: $input) { tokens { accessToken accessExpiresAt refreshToken } viewer { id } } }';
    const deviceId = '6f1c2f0e-3d5a-4b7c-9e8f-0123456789ab';
    const answer = await run(signIn, { input: { deviceId, deviceName: 'Playground', timeZone: 'UTC' } });
    const mine = answer.data.startGuest.viewer.id;
    assert.equal(await me(), mine);
    const other = await api.account();
    assert.equal(await me({ Authorization: `Bearer ${other.accessToken}` }), other.id, 'Headers go before');
    // Soon over: renewed by itself.
    const [[key, text]] = [...kept] as [[string, string]];
    const old = JSON.parse(text);
    kept.set(key, JSON.stringify({ ...old, accessExpiresAt: new Date().toISOString() }));
    assert.equal(await me(), mine);
    assert.notEqual(JSON.parse(kept.get(key) as string).refreshToken, old.refreshToken);
    await run('mutation { signOut(input: {}) { done } }');
    assert.equal(kept.size, 0);
    assert.equal(await me(), null);
  } finally {
    vi.unstubAllGlobals();
  }
});
