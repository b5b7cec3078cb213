import assert from 'node:assert/strict';
import { createServer, request as forward, type IncomingHttpHeaders } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { afterAll, beforeAll, test } from 'vitest';
import { type TestServer, useServer } from '../api/src/testing/server.ts';
import { examine } from './doctor.ts';

const SITE = 'https://you.example';

let api: TestServer;
beforeAll(async () => {
  api = await useServer({
    environment: {
      NODE_ENV: 'production',
      ALLOWED_ORIGINS: SITE,
      METRICS_TOKEN: 'x'.repeat(24),
      SMTP_URL: 'smtp://127.0.0.1:1025',
      MAIL_FROM: 'nes@example.org',
    },
  });
});
afterAll(() => api?.close());

/** What stands between the world and the API, and what it spoils. */
interface Proxy {
  /** Changes the request; false answers 404 itself. */
  ask?: (path: string, headers: IncomingHttpHeaders) => boolean | undefined;
  /** Changes the answer. */
  answer?: (path: string, headers: IncomingHttpHeaders, body: string) => { body?: string; status?: number } | undefined;
  /** Hands sockets on. */
  sockets?: boolean;
}

async function through<T>(proxy: Proxy, act: (address: URL) => Promise<T>): Promise<T> {
  const target = new URL(api.url);
  const server = createServer((request, response) => {
    const path = (request.url ?? '/').split('?')[0] ?? '/';
    const headers = { ...request.headers };
    if (proxy.ask?.(path, headers) === false) return void response.writeHead(404).end('not found');
    const inner = forward(
      { host: target.hostname, port: target.port, method: request.method, path: request.url, headers },
      (answer) => {
        const parts: Buffer[] = [];
        answer.on('data', (part: Buffer) => parts.push(part));
        answer.on('end', () => {
          const out = { ...answer.headers };
          const body = Buffer.concat(parts).toString('utf8');
          const changed = proxy.answer?.(path, out, body);
          const text = changed?.body ?? body;
          delete out['transfer-encoding'];
          out['content-length'] = String(Buffer.byteLength(text));
          response.writeHead(changed?.status ?? answer.statusCode ?? 500, out as never).end(text);
        });
      },
    );
    inner.on('error', () => response.destroy());
    request.pipe(inner);
  });
  server.on('upgrade', (request, socket, head) => {
    if (proxy.sockets === false) return void socket.end('HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\n\r\n');
    const headers = { ...request.headers };
    proxy.ask?.('/graphql', headers);
    const far = connect(Number(target.port), target.hostname, () => {
      const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
      far.write(`GET ${request.url} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n`);
      far.write(head);
      far.pipe(socket);
      socket.pipe(far);
    });
    for (const end of [far, socket]) end.on('error', () => far.destroy());
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  try {
    return await act(new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}`));
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

const wrong = async (proxy: Proxy): Promise<string[]> =>
  through(proxy, async (address) => (await examine(address, SITE)).filter(({ ok }) => !ok).map(({ name }) => name));

/** A field of the readiness answer as a misconfigured deployment has it. */
const told =
  (change: Record<string, unknown>): NonNullable<Proxy['answer']> =>
  (path, _headers, body) =>
    path === '/health/ready' ? { body: JSON.stringify({ ...JSON.parse(body), ...change }) } : undefined;

test('nothing is wrong with a deployment in order', async () => {
  assert.deepEqual(await wrong({}), []);
});

test('each planted fault is named, and nothing else', async () => {
  const planted: [string, Proxy, string[]][] = [
    [
      'another program at the address',
      { answer: (path) => (path === '/health/live' ? { status: 404 } : undefined) },
      ['reachable'],
    ],
    [
      'the database is away',
      { answer: (path, _headers, body) => (path === '/health/ready' ? { status: 503, body } : undefined) },
      ['ready'],
    ],
    ['a read-only standby', { answer: told({ writes: 'read-only' }) }, ['writes']],
    ['Redis is away', { answer: told({ bus: 'away' }) }, ['bus']],
    ['an old release', { answer: told({ version: undefined }) }, ['version']],
    ['a database newer than the program', { answer: told({ migrations: 'newer' }) }, ['migrations']],
    ['no mails', { answer: told({ mail: 'log' }) }, ['mails']],
    [
      'a clock that is off by a minute',
      {
        answer: (path, _headers, body) =>
          path === '/graphql'
            ? { body: body.replace(/("serverTime":)(\d+)/, (_all, name, time) => name + (Number(time) + 60_000)) }
            : undefined,
      },
      ['clock'],
    ],
    [
      'a proxy that adds a wide CORS header',
      {
        answer: (path, headers) => {
          if (path === '/graphql') headers['access-control-allow-origin'] = '*';
          return undefined;
        },
      },
      ['CORS for the site', 'CORS for strangers'],
    ],
    ['a proxy without sockets', { sockets: false }, ['WebSocket']],
    [
      'a proxy that takes the Origin away',
      {
        ask: (_path, headers) => {
          delete headers.origin;
          return undefined;
        },
      },
      ['CORS for the site', 'WebSocket for strangers'],
    ],
    [
      'a proxy that takes every content type for JSON',
      {
        ask: (_path, headers) => {
          if (headers['content-type']) headers['content-type'] = 'application/json';
          return undefined;
        },
      },
      ['cross-site forms'],
    ],
    ['GraphQL blocked', { ask: (path) => path !== '/graphql' }, ['GraphQL', 'CORS for the site', 'cross-site forms']],
  ];
  for (const [name, proxy, expected] of planted) assert.deepEqual(await wrong(proxy), expected, name);
});

test('nobody at the address is one sentence', async () => {
  const findings = await examine(new URL('http://127.0.0.1:9'));
  assert.deepEqual(
    findings.map(({ name, ok }) => [name, ok]),
    [['reachable', false]],
  );
  assert.match(findings[0]?.found ?? '', /ECONNREFUSED/);
});
