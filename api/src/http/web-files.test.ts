import assert from 'node:assert/strict';
import { once } from 'node:events';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readlinkSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, test, vi } from 'vitest';
import { readConfig } from '../config.ts';
import { webFiles } from './web-files.ts';

const folder = mkdtempSync(join(tmpdir(), 'nes-web-'));
mkdirSync(join(folder, 'assets'));
mkdirSync(join(folder, 'embed'));
for (const file of [
  'index.html',
  'embed/index.html',
  'embed/frame.html',
  'assets/a-12345678.js',
  'assets/a-12345678.js.map',
])
  writeFileSync(join(folder, file), file);
afterAll(() => rmSync(folder, { recursive: true }));

async function served(environment: NodeJS.ProcessEnv, path: string): Promise<Response> {
  const config = { ...readConfig(environment), webFolder: folder };
  const server = createServer(webFiles(config)).listen(0, '127.0.0.1');
  await new Promise((done) => server.once('listening', done));
  try {
    return await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`);
  } finally {
    server.close();
  }
}

const production = {
  NODE_ENV: 'production',
  NES_SECRET: 'x'.repeat(32),
  DATABASE_URL: 'postgresql://a@b/c',
  PUBLIC_URL: 'https://nes.example',
};

test('every page says who may frame it and what it may do, those of the embeds and unknown paths too', async () => {
  for (const path of ['/', '/protocols/focus', '/embed/', '/embed/nothing.html']) {
    const { headers } = await served(production, path);
    assert.match(headers.get('content-security-policy') ?? '', /frame-ancestors 'self'/, path);
    assert.equal(headers.get('cross-origin-opener-policy'), 'same-origin', path);
    assert.match(headers.get('permissions-policy') ?? '', /microphone=\(\)/, path);
    assert.equal(headers.get('strict-transport-security'), 'max-age=31536000', path);
  }
});

test('a page of another site may read that a file of the embeds is not there, and may hold the page of a frame', async () => {
  const missing = await served(production, '/embed/latest/library/no-such.json');
  assert.equal(missing.status, 404);
  assert.equal(missing.headers.get('access-control-allow-origin'), '*');
  assert.equal((await served(production, '/assets/none-12345678.js')).headers.get('access-control-allow-origin'), null);
  const frame = await served(production, '/embed/frame.html');
  assert.equal(frame.status, 200);
  assert.match(frame.headers.get('content-security-policy') ?? '', /frame-ancestors \*/);
});

test('a page to listen names where its description for other sites is', async () => {
  const { headers } = await served(production, '/protocols/focus');
  assert.equal(
    headers.get('link'),
    '<https://nes.example/oembed?url=https%3A%2F%2Fnes.example%2Fprotocols%2Ffocus&format=json>; rel="alternate"; type="application/json+oembed"',
  );
  assert.match(
    (await served(production, '/l/abcdefghjk')).headers.get('link') ?? '',
    /oembed\?url=[^&]+l%2Fabcdefghjk&/,
  );
  assert.equal((await served(production, '/')).headers.get('link'), null);
});

test('plain http promises no TLS', async () => {
  const { headers } = await served({ NODE_ENV: 'development' }, '/');
  assert.equal(headers.get('strict-transport-security'), null);
});

/** Where the system tells them, the files of the folder that this process has open. */
const openFiles = (): string[] =>
  readdirSync('/proc/self/fd').flatMap((descriptor) => {
    try {
      const path = readlinkSync(`/proc/self/fd/${descriptor}`);
      return path.startsWith(realpathSync(folder)) ? [path] : [];
    } catch {
      // Closed since it was listed.
      return [];
    }
  });

test.skipIf(!existsSync('/proc/self/fd'))(
  'who leaves in the middle of a file, or before it begins, leaves none open',
  async () => {
    // More than fits between the two.
    writeFileSync(join(folder, 'assets/large-12345678.js'), Buffer.alloc(32 * 1024 * 1024));
    const files = webFiles({ ...readConfig(production), webFolder: folder });
    const server = createServer(async (request, response) => {
      if (request.headers['x-late']) await once(response, 'close');
      files(request, response);
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    for (const header of ['', 'x-late: 1\r\n']) {
      const asked = connect(port, '127.0.0.1');
      asked.write(`GET /assets/large-12345678.js HTTP/1.1\r\nhost: a\r\n${header}\r\n`);
      if (header) await new Promise((later) => setTimeout(later, 200));
      else await once(asked, 'data');
      if (!header) assert.equal(openFiles().length, 1);
      asked.destroy();
      await vi.waitFor(() => assert.deepEqual(openFiles(), [], header), { timeout: 5_000 });
      await new Promise((later) => setTimeout(later, 300));
      assert.deepEqual(openFiles(), [], header);
    }
    server.close();
  },
);

test('source maps are not served in production', async () => {
  assert.ok(existsSync(join(folder, 'assets/a-12345678.js.map')));
  for (const path of ['/assets/a-12345678.js.map', '/assets/a-12345678.js.map?x']) {
    assert.equal((await served(production, path)).status, 404, path);
    assert.equal((await served({ NODE_ENV: 'development' }, path)).status, 200, path);
  }
  assert.equal((await served(production, '/assets/a-12345678.js')).status, 200);
});
