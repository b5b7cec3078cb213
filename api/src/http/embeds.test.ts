/** What pages of other origins get: the embeds' reads, as nobody, and nothing else. On the wire. */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkProgram } from '@nes/program/check.ts';
import { readProgramFile } from '@nes/program/file.ts';
import { afterAll, beforeAll, test } from 'vitest';
import { newId } from '../platform/ids.ts';
import { type TestServer, useServer } from '../testing/server.ts';
import { openSocket } from '../testing/socket.ts';

const garden = 'https://garden.example';
const documents = JSON.parse(
  readFileSync(join(import.meta.dirname, '../../../web/src/data/generated/persisted-documents.json'), 'utf8'),
) as Record<string, string>;
const hashOf = (name: string) => {
  const found = Object.entries(documents).find(([, text]) => text.includes(`query ${name}(`))?.[0];
  assert.ok(found, `${name} is registered`);
  return found;
};
const address = (api: TestServer, hash: string, variables: object) =>
  `${api.url}/graphql?${new URLSearchParams({
    variables: JSON.stringify(variables),
    extensions: JSON.stringify({ persistedQuery: { version: 1, sha256Hash: hash } }),
  })}`;
const read = (api: TestServer, slug: string, headers: Record<string, string> = { origin: garden }) =>
  fetch(address(api, hashOf('EmbedProtocol'), { slug }), { headers });

const program = {
  durationSeconds: 60,
  phases: [{ name: 'All', description: '', durationSeconds: 60, colour: '#446688' }],
  voices: [{ kind: 'MONAURAL', name: 'Tone', keyframes: [{ at: 0, carrier: 200, beat: 8, level: 0.3 }] }],
};

/** One protocol of each visibility, by slug. */
async function someProtocols(api: TestServer): Promise<Record<'PUBLIC' | 'UNLISTED' | 'DRAFT', string>> {
  const { accessToken, userId } = await api.account();
  await api.backend.database.prisma.user.update({ where: { id: userId }, data: { emailVerifiedAt: new Date() } });
  const slugs = { PUBLIC: '', UNLISTED: '', DRAFT: '' };
  for (const visibility of Object.keys(slugs) as (keyof typeof slugs)[]) {
    const { data, text } = await api.ask(
      'mutation ($input: CreateProtocolInput!) { createProtocol(input: $input) { protocol { id slug } userErrors { message } } }',
      { input: { title: `Embed ${newId().slice(-12)}`, summary: 'For pages.', category: 'FOCUS', program } },
      accessToken,
    );
    assert.ok(data?.createProtocol.protocol, text);
    slugs[visibility] = data.createProtocol.protocol.slug;
    await api.backend.database.prisma.protocol.update({ where: { slug: slugs[visibility] }, data: { visibility } });
  }
  return slugs;
}

let open: TestServer;
let closed: TestServer;
beforeAll(async () => {
  open = await useServer({
    environment: { EMBED_ORIGINS: `${garden}, https://other.example`, PUBLIC_URL: 'https://nes.example' },
  });
  closed = await useServer({ beside: open });
});
afterAll(async () => {
  await closed?.close();
  await open?.close();
});

test('a page of a listed origin reads public and unlisted protocols, drafts never', async () => {
  const slugs = await someProtocols(open);
  for (const visibility of ['PUBLIC', 'UNLISTED'] as const) {
    const response = await read(open, slugs[visibility]);
    assert.equal(response.status, 200);
    assert.equal(response.headers.get('access-control-allow-origin'), garden);
    assert.equal(response.headers.get('access-control-allow-credentials'), null);
    assert.match(response.headers.get('vary') ?? '', /Origin/);
    const { data } = (await response.json()) as { data: { protocol: { revision: { program: typeof program } } } };
    assert.equal(data.protocol.revision.program.durationSeconds, 60, visibility);
  }
  const draft = (await (await read(open, slugs.DRAFT)).json()) as { data: { protocol: null } };
  assert.equal(draft.data.protocol, null);
  const listed: string[] = [];
  let after: string | null = null;
  do {
    const list = await fetch(address(open, hashOf('EmbedProtocols'), { first: 50, after }), {
      headers: { origin: garden },
    });
    const { data } = (await list.json()) as {
      data: { protocols: { nodes: { slug: string }[]; pageInfo: { hasNextPage: boolean; endCursor: string } } };
    };
    listed.push(...data.protocols.nodes.map(({ slug }) => slug));
    after = data.protocols.pageInfo.hasNextPage ? data.protocols.pageInfo.endCursor : null;
  } while (after !== null);
  assert.ok(listed.includes(slugs.PUBLIC));
  assert.ok(!listed.includes(slugs.UNLISTED) && !listed.includes(slugs.DRAFT));
  const count = await fetch(address(open, hashOf('EmbedCount'), { slug: slugs.PUBLIC }), {
    headers: { origin: garden },
  });
  assert.deepEqual(
    ((await count.json()) as { data: { protocol: { ratingCount: number } } }).data.protocol.ratingCount,
    0,
  );
});

test('it gets nothing but that: no other operation, no text, no writing, no token, no socket', async () => {
  const slugs = await someProtocols(open);
  const { accessToken } = await open.account();
  const refused = async (what: string, address: string, init: RequestInit = {}) => {
    const response = await fetch(address, { ...init, headers: { origin: garden, ...init.headers } });
    assert.equal(response.status, 403, what);
    assert.equal(response.headers.get('access-control-allow-credentials'), null, what);
  };
  await refused('another operation', address(open, hashOf('Protocol'), { slug: slugs.PUBLIC }));
  await refused('a text', `${open.url}/graphql?query=%7BserverTime%7D`);
  await refused(
    'a text beside a hash',
    `${address(open, hashOf('EmbedProtocol'), { slug: slugs.PUBLIC })}&query=%7BserverTime%7D`,
  );
  await refused('a POST', `${open.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query: '{ serverTime }' }),
  });
  await refused('a token', address(open, hashOf('EmbedProtocol'), { slug: slugs.PUBLIC }), {
    headers: { authorization: `Bearer ${accessToken}` },
  });
  await refused('a download', `${open.url}/export/account.json`, {
    headers: { authorization: `Bearer ${accessToken}` },
  });
  await assert.rejects(openSocket(open.url, { raw: true, headers: { origin: garden } }), /403/);
  const preflight = await fetch(`${open.url}/graphql`, {
    method: 'OPTIONS',
    headers: {
      origin: garden,
      'access-control-request-method': 'POST',
      'access-control-request-headers': 'authorization',
    },
  });
  assert.equal(preflight.headers.get('access-control-allow-methods'), 'GET, OPTIONS');
  assert.equal(preflight.headers.get('access-control-allow-headers'), null);
});

test('a token of the person is not looked at, a cookie does not matter', async () => {
  const slugs = await someProtocols(open);
  const response = await read(open, slugs.PUBLIC, { origin: garden, cookie: 'session=1' });
  assert.equal(response.status, 200);
  assert.equal(response.headers.get('set-cookie'), null);
});

test('an origin that is not listed gets nothing; without the variable nobody does; * is everybody', async () => {
  const slugs = await someProtocols(open);
  for (const origin of [
    'https://evil.example',
    'null',
    'https://garden.example.evil.example',
    'http://garden.example',
  ]) {
    const response = await read(open, slugs.PUBLIC, { origin });
    assert.equal(response.status, 403, origin);
    assert.equal(response.headers.get('access-control-allow-origin'), null, origin);
  }
  assert.equal((await read(closed, slugs.PUBLIC)).status, 403);
  const everybody = await useServer({ beside: open, environment: { EMBED_ORIGINS: '*' } });
  try {
    const response = await read(everybody, slugs.PUBLIC, { origin: 'https://anybody.example' });
    assert.equal(response.status, 200);
    assert.equal(response.headers.get('access-control-allow-origin'), 'https://anybody.example');
    assert.equal((await read(everybody, slugs.PUBLIC, { origin: 'null' })).status, 403);
  } finally {
    await everybody.close();
  }
});

test('each origin has a limit of its own', async () => {
  const narrow = await useServer({
    beside: open,
    environment: { EMBED_ORIGINS: '*', RATE_LIMIT_FACTOR: '1', TRUST_PROXY: '1' },
  });
  try {
    const slug = 'there-is-none';
    let visitor = 0;
    // Every visitor has an address of their own: it is the origin that is asked for too much.
    const ask = (origin: string) => {
      visitor++;
      const address = `10.${visitor >> 16}.${(visitor >> 8) & 255}.${visitor & 255}`;
      return read(narrow, slug, { origin, 'x-forwarded-for': address });
    };
    const answers = await Promise.all(Array.from({ length: 600 }, () => ask('https://busy.example')));
    const limited = answers.find(({ status }) => status === 429);
    await Promise.all(answers.filter((one) => one !== limited).map((one) => one.body?.cancel()));
    assert.ok(limited, 'a busy origin is held back');
    assert.ok(Number(limited.headers.get('retry-after')) >= 1);
    assert.equal(limited.headers.get('access-control-allow-origin'), 'https://busy.example');
    assert.equal((await ask('https://calm.example')).status, 200);
  } finally {
    await narrow.close();
  }
});

test('the module and its parts are given to every origin, and what is not there is a 404', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'nes-embed-files-'));
  mkdirSync(join(folder, 'embed/v1.2.3'), { recursive: true });
  mkdirSync(join(folder, 'embed/latest'), { recursive: true });
  writeFileSync(join(folder, 'index.html'), '<!doctype html>');
  for (const version of ['v1.2.3', 'latest']) writeFileSync(join(folder, 'embed', version, 'nes.js'), 'export {};');
  const server = await useServer({ beside: open, environment: { NES_WEB_DIR: folder } });
  try {
    const get = (path: string) => fetch(`${server.url}${path}`, { headers: { origin: 'https://anybody.example' } });
    const pinned = await get('/embed/v1.2.3/nes.js');
    assert.equal(pinned.status, 200);
    assert.equal(pinned.headers.get('access-control-allow-origin'), '*');
    assert.equal(pinned.headers.get('cross-origin-resource-policy'), 'cross-origin');
    assert.match(pinned.headers.get('content-type') ?? '', /javascript/);
    assert.match(pinned.headers.get('cache-control') ?? '', /immutable/);
    assert.equal((await get('/embed/latest/nes.js')).headers.get('cache-control'), 'no-cache');
    assert.equal((await get('/embed/v9.9.9/nes')).status, 404);
    assert.equal((await get('/')).headers.get('access-control-allow-origin'), null);
  } finally {
    await server.close();
    rmSync(folder, { recursive: true, force: true });
  }
});

test('a site that knows oEmbed gets the frame of a protocol, as large as it has room for; nothing for other addresses', async () => {
  const slugs = await someProtocols(open);
  const base = 'https://nes.example/';
  const ask = (query: Record<string, string>) => fetch(`${open.url}/oembed?${new URLSearchParams(query)}`);
  const built = await ask({ url: `${base}protocols/focus`, maxwidth: '400' });
  assert.equal(built.status, 200);
  assert.equal(built.headers.get('access-control-allow-origin'), '*');
  const { type, version, title, html, width, height } = (await built.json()) as Record<string, unknown>;
  assert.deepEqual(
    { type, version, title, width, height },
    { type: 'rich', version: '1.0', title: 'Focus', width: 400, height: 480 },
  );
  assert.match(String(html), /^<iframe src="[^"]+\/embed\/frame\.html\?protocol=focus" title="Focus" width="400" /);
  const published = (await (await ask({ url: `${base}protocols/${slugs.PUBLIC}` })).json()) as { html: string };
  assert.match(published.html, /protocol=[a-z0-9-]+&amp;api=http/);
  for (const url of [
    `${base}protocols/${slugs.DRAFT}`,
    `${base}protocols/none`,
    'https://elsewhere.example/protocols/focus',
    'focus',
    '',
  ])
    assert.equal((await ask({ url })).status, 404, url);
  assert.equal((await ask({ url: `${base}protocols/focus`, format: 'xml' })).status, 501);
  assert.equal((await ask({ url: `${base}protocols/focus`, maxwidth: '20' })).status, 501);
});

test('a site that knows oEmbed gets a frame for a short link as well, whose file the player reads', async () => {
  const { data, text } = await open.ask(
    'mutation ($input: ShareProgramInput!) { shareProgram(input: $input) { shared { code } } }',
    { input: { title: 'For "Anna"', program } },
  );
  assert.ok(data?.shareProgram.shared, text);
  const { code } = data.shareProgram.shared;
  const ask = (path: string) =>
    fetch(`${open.url}/oembed?${new URLSearchParams({ url: `https://nes.example${path}` })}`);
  const found = (await (await ask(`/l/${code}`)).json()) as { title: string; html: string };
  assert.equal(found.title, 'For "Anna"');
  assert.match(found.html, / title="For &quot;Anna&quot;" /);
  const frame = new URL(/src="([^"]+)"/.exec(found.html)?.[1] ?? '');
  assert.equal(frame.href.split('?')[0], 'https://nes.example/embed/frame.html');
  const file = frame.searchParams.get('src') ?? '';
  assert.equal(file, `https://nes.example/l/${code}.json`);

  const read = await fetch(open.url + new URL(file).pathname);
  assert.equal(read.status, 200);
  const heard = await readProgramFile(`${code}.json`, new Uint8Array(await read.arrayBuffer()));
  assert.equal(heard.title, 'For "Anna"');
  assert.deepEqual(heard.program, checkProgram(program));

  await open.backend.database.prisma.sharedProgram.update({ where: { code }, data: { expiresAt: new Date(0) } });
  for (const path of [`/l/${code}`, '/l/aaaaaaaaaa', '/l/NONE']) assert.equal((await ask(path)).status, 404, path);
  for (const path of [`/l/${code}.json`, '/l/aaaaaaaaaa.json'])
    assert.equal((await fetch(open.url + path)).status, 404, path);
  assert.equal((await fetch(`${open.url}/l/${code}.json`, { method: 'POST' })).status, 405);
});
