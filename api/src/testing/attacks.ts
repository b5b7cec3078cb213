/**
 * What an attacker tries, each with what must come of it. Run by api/src/http/attacks.test.ts and by `npm run conformance`.
 * Every one gets a fresh look at the same server; none may leave it slower or larger.
 */
import assert from 'node:assert/strict';
import { createHmac, randomBytes } from 'node:crypto';
import { request as httpRequest } from 'node:http';
import { connect, type Socket } from 'node:net';
import { gzipSync } from 'node:zlib';
import { generateKeyPair, SignJWT } from 'jose';
import { newId } from '../platform/ids.ts';
import { PASSWORD, type TestPerson, type TestServer } from './server.ts';
import { openSocket, type TestSocket } from './socket.ts';

export interface Attack {
  name: string;
  run(api: TestServer): Promise<void>;
}

const SIGN_IN =
  'mutation ($input: SignInInput!) { signIn(input: $input) { tokens { accessToken } userErrors { code } } }';
const REFRESH =
  'mutation ($input: RefreshTokensInput!) { refreshTokens(input: $input) { tokens { accessToken refreshToken } userErrors { code } } }';

/** What no answer may show: places in our code, SQL, addresses of databases, hashes. */
const LEAKS =
  /\bat .*\.(ts|js):\d+|node_modules|file:\/\/|postgres(ql)?:\/\/|\bSELECT\b|\bINSERT INTO\b|PrismaClient|P\d{4}\b|\$argon2|ECONNREFUSED/;

function noLeak(text: string): void {
  assert.doesNotMatch(text, LEAKS);
}

/** The operation is refused before execution by this rule, with 400. */
async function refusedBy(
  api: TestServer,
  rule: string,
  query: string,
  variables?: Record<string, unknown>,
): Promise<void> {
  const { status, errors, data, text } = await api.ask(query, variables);
  assert.equal(status, 400, text.slice(0, 300));
  assert.equal(data, undefined);
  assert.equal(errors?.[0]?.extensions?.rule ?? errors?.[0]?.extensions?.code, rule, text.slice(0, 300));
  noLeak(text);
}

/** Not a fault: an answer below 500 without anything of our inside. */
async function typed(api: TestServer, query: string, variables?: Record<string, unknown>, token?: string | null) {
  const answer = await api.ask(query, variables, token);
  assert.ok(answer.status < 500, `${answer.status}: ${answer.text.slice(0, 300)}`);
  assert.ok(!answer.errors?.some((error) => error.extensions?.code === 'INTERNAL'), answer.text.slice(0, 300));
  noLeak(answer.text);
  return answer;
}

const post = (api: TestServer, body: string | Buffer, headers: Record<string, string> = {}, method = 'POST') =>
  fetch(`${api.url}/graphql`, {
    method,
    headers: { 'content-type': 'application/json', accept: 'application/graphql-response+json', ...headers },
    ...(method === 'GET' ? {} : { body: body as BodyInit }),
  });

/** Writes bytes to the server's port and gives what comes back until it closes or `ms` have gone. */
function raw(
  api: TestServer,
  bytes: string,
  ms = 3_000,
  then?: (socket: Socket) => void,
): Promise<{ text: string; ms: number }> {
  return new Promise((resolve) => {
    const started = performance.now();
    const socket = connect(api.server.port, '127.0.0.1');
    let text = '';
    const done = () => {
      clearTimeout(timer);
      socket.destroy();
      resolve({ text, ms: performance.now() - started });
    };
    const timer = setTimeout(done, ms);
    socket.on('data', (chunk) => {
      text += chunk;
    });
    socket.on('close', done);
    socket.on('error', done);
    socket.write(bytes);
    then?.(socket);
  });
}

/** A JWT like ours, but for what is given. */
async function forge(
  api: TestServer,
  person: TestPerson,
  options: {
    header?: Record<string, unknown>;
    claims?: Record<string, unknown>;
    secret?: string;
    lifetime?: number;
  } = {},
): Promise<string> {
  const [, middle] = person.accessToken.split('.');
  const claims = JSON.parse(Buffer.from(middle as string, 'base64url').toString());
  return new SignJWT({ ...claims, ...options.claims })
    .setProtectedHeader({ alg: 'HS256', typ: 'at+jwt', ...options.header })
    .sign(new TextEncoder().encode(options.secret ?? api.config.secret));
}

async function tokenRefused(api: TestServer, token: string): Promise<void> {
  const { status, errors, data, text } = await api.ask('{ viewer { id } }', {}, token);
  assert.equal(status, 401, text);
  assert.equal(errors?.[0]?.extensions?.code, 'UNAUTHENTICATED');
  assert.equal(data, undefined);
  assert.ok(!text.includes(token.slice(0, 40)) || token === '', 'the token is not echoed');
  const socket = await openSocket(api.url, { raw: true });
  socket.send({ type: 'connection_init', payload: { accessToken: token } });
  assert.equal(await socket.closed(), 4403);
}

const b64 = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

const shape: Attack[] = [
  {
    name: 'shape: 10,000 aliases',
    run: (api) => refusedBy(api, 'tokens', `{ ${Array.from({ length: 10_000 }, (_, i) => `a${i}:x`).join(' ')} }`),
  },
  {
    name: 'shape: 16 aliases',
    run: (api) =>
      refusedBy(api, 'aliases', `{ ${Array.from({ length: 16 }, (_, i) => `a${i}:serverTime`).join(' ')} }`),
  },
  {
    name: 'shape: 16 aliases of __typename',
    run: (api) =>
      refusedBy(api, 'aliases', `{ ${Array.from({ length: 16 }, (_, i) => `a${i}:__typename`).join(' ')} }`),
  },
  {
    name: 'shape: aliases hidden in a fragment',
    run: (api) =>
      refusedBy(
        api,
        'aliases',
        `{ ...f } fragment f on Query { ${Array.from({ length: 16 }, (_, i) => `a${i}:serverTime`).join(' ')} }`,
      ),
  },
  {
    name: 'shape: many passwords in one request by aliases',
    run: async (api) => {
      const tries = Array.from(
        { length: 16 },
        (_, i) =>
          `a${i}: signIn(input: {email: "x@example.org", password: "guess number ${i}"}) { userErrors { code } }`,
      );
      await refusedBy(api, 'aliases', `mutation { ${tries.join(' ')} }`);
    },
  },
  {
    name: 'shape: a batch',
    run: async (api) => {
      const response = await post(api, JSON.stringify([{ query: '{ serverTime }' }, { query: '{ serverTime }' }]));
      assert.equal(response.status, 400);
      noLeak(await response.text());
    },
  },
  {
    name: 'shape: 11 levels deep',
    run: (api) =>
      refusedBy(
        api,
        'depth',
        `{ viewer ${'{ sessions { edges { node { protocol { revision { protocol '.repeat(2)}{ id } ${'} } } } } } '.repeat(2)} }`,
      ),
  },
  {
    name: 'shape: deep through fragments',
    run: (api) =>
      refusedBy(
        api,
        'depth',
        `{ protocols(first: 1) { edges { node { ...a } } } }
         fragment a on Protocol { revision { protocol { ...b } } } fragment b on Protocol { revision { protocol { ...c } } }
         fragment c on Protocol { revision { protocol { revision { protocol { id } } } } }`,
      ),
  },
  {
    name: 'shape: a fragment bomb of 2^30',
    run: async (api) => {
      const fragments = Array.from(
        { length: 30 },
        (_, i) => `fragment f${i} on Query { ...f${i + 1} ...f${i + 1} }`,
      ).join(' ');
      const started = performance.now();
      const { status, text } = await typed(api, `{ ...f0 } ${fragments} fragment f30 on Query { serverTime }`);
      assert.ok(status === 200 || status === 400, text);
      assert.ok(performance.now() - started < 1_000, 'it takes no time');
    },
  },
  {
    name: 'shape: a bomb of fragments with lists',
    run: (api) => {
      const fragments = Array.from(
        { length: 3 },
        (_, i) =>
          `fragment f${i} on Protocol { revisions(first: 100) { edges { node { protocol { ...f${i + 1} } } } } }`,
      ).join(' ');
      return refusedBy(
        api,
        'depth',
        `{ protocols(first: 100) { edges { node { ...f0 } } } } ${fragments} fragment f3 on Protocol { id }`,
      );
    },
  },
  {
    name: 'shape: fragments in a circle',
    run: (api) =>
      refusedBy(api, 'GRAPHQL_VALIDATION_FAILED', '{ ...a } fragment a on Query { ...b } fragment b on Query { ...a }'),
  },
  {
    name: 'shape: one field 900 times',
    run: async (api) => {
      const started = performance.now();
      // graphql-js itself gives up comparing them.
      const { status } = await typed(api, `{ ${'serverTime '.repeat(900)} }`);
      assert.ok(status === 200 || status === 400);
      assert.ok(performance.now() - started < 1_500);
    },
  },
  {
    name: 'shape: 1,001 tokens',
    run: (api) => refusedBy(api, 'tokens', `{ ${'serverTime '.repeat(1_001)} }`),
  },
  {
    name: 'shape: six directives',
    run: (api) => refusedBy(api, 'directives', `{ serverTime ${'@include(if: true) '.repeat(6)} }`),
  },
  {
    name: 'shape: 10,000 braces',
    run: async (api) => {
      for (const text of ['{'.repeat(10_000), '{a'.repeat(10_000), `{ a(b: ${'['.repeat(10_000)} ) }`]) {
        const { status } = await typed(api, text);
        assert.equal(status, 400);
      }
    },
  },
  {
    name: 'shape: a query of 1.5 MB',
    run: async (api) => {
      const response = await post(api, JSON.stringify({ query: `{ serverTime } #${'x'.repeat(1_500_000)}` })).catch(
        () => null,
      );
      if (response) assert.equal(response.status, 413);
    },
  },
  {
    name: 'shape: pages in pages',
    run: (api) =>
      refusedBy(
        api,
        'complexity',
        '{ protocols(first: 100) { edges { node { revisions(first: 100) { edges { node { id } } } } } } }',
      ),
  },
  {
    name: 'shape: programs by the hundred, twelve times',
    run: (api) =>
      refusedBy(
        api,
        'complexity',
        `{ ${Array.from({ length: 12 }, (_, n) => `a${n}: protocols(first: 100) { nodes { revision { program } } }`).join(' ')} }`,
      ),
  },
  {
    name: 'shape: pages in pages by variables',
    run: (api) =>
      refusedBy(
        api,
        'complexity',
        'query ($n: Int) { protocols(first: $n) { edges { node { revisions(first: $n) { edges { node { id } } } } } } }',
        { n: 100 },
      ),
  },
  {
    name: 'shape: pages in pages beside an argument that is wrong',
    run: (api) =>
      refusedBy(
        api,
        'complexity',
        '{ node(id: "nonsense") { id } protocols(first: 100) { edges { node { revisions(first: 100) { edges { node { id } } } } } } }',
      ),
  },
  {
    name: 'shape: pages in pages in the second operation',
    run: async (api) => {
      const response = await post(
        api,
        JSON.stringify({
          query:
            'query a { serverTime } query b { protocols(first: 100) { edges { node { revisions(first: 100) { edges { node { id } } } } } } }',
          operationName: 'b',
        }),
      );
      assert.equal(response.status, 400);
      assert.match(await response.text(), /complexity/);
    },
  },
  {
    name: 'shape: 1,000 ids at once',
    run: async (api) => {
      const { status } = await typed(api, 'query ($ids: [ID!]!) { nodes(ids: $ids) { id } }', {
        ids: Array(1_000).fill('VXNlcjox'),
      });
      assert.ok(status === 400 || status === 200);
      const { errors } = await api.ask('query ($ids: [ID!]!) { nodes(ids: $ids) { id } }', {
        ids: Array(1_000).fill('VXNlcjox'),
      });
      assert.ok(errors && errors.length > 0);
    },
  },
  {
    name: 'shape: an introspection bomb',
    run: async (api) => {
      const bomb = `{ __schema { types { ${'fields { type { '.repeat(5)} name ${'} } '.repeat(5)} } } }`;
      const { status, data } = await typed(api, bomb);
      assert.equal(status, 400);
      assert.equal(data, undefined);
    },
  },
  {
    name: 'shape: variables nested 5,000 deep',
    run: async (api) => {
      // While an answer is kept, every request is compared with it before its shape is looked at.
      await api.ask('{ protocols(first: 1) { nodes { id } } }');
      const deep = `${'{"a":'.repeat(5_000)}1${'}'.repeat(5_000)}`;
      const response = await post(api, `{"query":"query($x: JSON) { serverTime }","variables":{"x":${deep}}}`);
      assert.equal(response.status, 400);
      noLeak(await response.text());
    },
  },
  {
    name: 'shape: 20,000 variables',
    run: async (api) => {
      const variables = Object.fromEntries(Array.from({ length: 6_000 }, (_, i) => [`v${i}`, i]));
      const started = performance.now();
      await typed(api, '{ serverTime }', variables);
      assert.ok(performance.now() - started < 1_000);
    },
  },
  {
    name: 'shape: __proto__ keys',
    run: async (api) => {
      const response = await post(
        api,
        '{"query":"mutation($input: SavePreferencesInput!){savePreferences(input:$input){userErrors{code}}}","variables":{"__proto__":{"role":"ADMIN"},"input":{"__proto__":{"volume":0.9},"constructor":{"prototype":{"polluted":1}}}}}',
      );
      assert.ok(response.status < 500);
      assert.equal(({} as Record<string, unknown>).polluted, undefined);
      assert.equal(({} as Record<string, unknown>).role, undefined);
    },
  },
];

const http: Attack[] = [
  {
    name: 'HTTP: a mutation by GET',
    run: async (api) => {
      const query = encodeURIComponent('mutation { requestPasswordReset(input: {email: "x@example.org"}) { done } }');
      const response = await fetch(`${api.url}/graphql?query=${query}`, { headers: { accept: 'application/json' } });
      assert.equal(response.status, 405);
    },
  },
  ...(
    [
      ['application/x-www-form-urlencoded', 'query=%7BserverTime%7D'],
      [
        'multipart/form-data; boundary=x',
        '--x\r\nContent-Disposition: form-data; name="query"\r\n\r\n{serverTime}\r\n--x--\r\n',
      ],
      ['text/plain', '{"query":"{ serverTime }"}'],
      ['application/graphql', '{ serverTime }'],
      ['application/json; charset=utf-16', '{"query":"{ serverTime }"}'],
      ['', '{"query":"{ serverTime }"}'],
    ] as const
  ).map(([type, body]) => ({
    name: `HTTP: POST as ${type || 'nothing'}`,
    run: async (api: TestServer) => {
      const response = await post(api, body, { 'content-type': type });
      assert.equal(response.status, 415);
      noLeak(await response.text());
    },
  })),
  {
    name: 'HTTP: a page of another origin',
    run: async (api) => {
      for (const origin of ['https://evil.example', 'null', `http://127.0.0.1:1`]) {
        const response = await post(api, '{"query":"{ serverTime }"}', { origin });
        assert.equal(response.status, 403, origin);
        assert.equal(response.headers.get('access-control-allow-origin'), null);
        const preflight = await fetch(`${api.url}/graphql`, {
          method: 'OPTIONS',
          headers: {
            origin,
            'access-control-request-method': 'POST',
            'access-control-request-headers': 'content-type',
          },
        });
        assert.equal(preflight.headers.get('access-control-allow-origin'), null);
      }
    },
  },
  {
    name: 'HTTP: an allowed origin gets no credentials',
    run: async (api) => {
      const response = await post(api, '{"query":"{ serverTime }"}', { origin: api.url });
      assert.equal(response.status, 200);
      assert.equal(response.headers.get('access-control-allow-origin'), api.url);
      assert.equal(response.headers.get('access-control-allow-credentials'), null);
      assert.match(response.headers.get('vary') ?? '', /Origin/);
    },
  },
  {
    name: 'HTTP: a socket opened by a page of another origin',
    run: async (api) => {
      await assert.rejects(openSocket(api.url, { raw: true, headers: { origin: 'https://evil.example' } }), /403/);
    },
  },
  {
    name: 'HTTP: two Content-Lengths',
    run: async (api) => {
      const { text } = await raw(
        api,
        'POST /graphql HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 5\r\nContent-Length: 50\r\n\r\n{"query":"{ serverTime }"}',
      );
      assert.match(text, /^HTTP\/1\.1 400/);
      noLeak(text);
    },
  },
  {
    name: 'HTTP: Content-Length with chunks',
    run: async (api) => {
      const { text } = await raw(
        api,
        'POST /graphql HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
      );
      assert.match(text, /^HTTP\/1\.1 400/);
    },
  },
  {
    name: 'HTTP: headers sent slowly',
    run: async (api) => {
      const { text, ms } = await raw(api, 'POST /graphql HTTP/1.1\r\nHost: x\r\nX-A: ', 14_000, (socket) => {
        const drip = setInterval(() => socket.write('a'), 500);
        socket.once('close', () => clearInterval(drip));
      });
      assert.ok(ms < 13_000, `ended after ${Math.round(ms)} ms`);
      assert.match(text, /408|^$/);
    },
  },
  {
    name: 'HTTP: a body sent slowly',
    run: async (api) => {
      const { ms } = await raw(
        api,
        'POST /graphql HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 5000\r\n\r\n',
        19_000,
        (socket) => {
          const drip = setInterval(() => socket.write(' '), 500);
          socket.once('close', () => clearInterval(drip));
        },
      );
      assert.ok(ms < 18_000, `ended after ${Math.round(ms)} ms`);
    },
  },
  {
    name: 'HTTP: 20 KB of headers',
    run: async (api) => {
      const { text } = await raw(api, `GET /health/live HTTP/1.1\r\nHost: x\r\nX-A: ${'a'.repeat(20_000)}\r\n\r\n`);
      assert.match(text, /^HTTP\/1\.1 431/);
    },
  },
  {
    name: 'HTTP: a body of 20 MB in chunks',
    run: async (api) => {
      const status = await new Promise<number>((resolve) => {
        const request = httpRequest(`${api.url}/graphql`, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
        });
        request.on('response', (response) => {
          response.resume();
          resolve(response.statusCode ?? 0);
        });
        request.on('error', () => resolve(-1));
        const chunk = Buffer.alloc(64 * 1024, 'a');
        let sent = 0;
        const more = () => {
          if (sent >= 20e6 || request.destroyed) return request.end();
          sent += chunk.length;
          request.write(chunk, () => setImmediate(more));
        };
        more();
      });
      assert.ok(status === 413 || status === -1, `status ${status}`);
    },
  },
  {
    name: 'HTTP: a gzip bomb',
    run: async (api) => {
      const response = await post(api, gzipSync(Buffer.alloc(50e6)), { 'content-encoding': 'gzip' });
      assert.equal(response.status, 415);
    },
  },
  {
    name: 'HTTP: an address made up in X-Forwarded-For',
    run: async (api) => {
      // 400 free-form operations at once from one address are too many, whatever the header says.
      const strict = await import('./server.ts').then(({ useServer }) =>
        useServer({ beside: api, environment: { RATE_LIMIT_FACTOR: '1' } }),
      );
      try {
        const answers = await Promise.all(
          Array.from({ length: 400 }, (_, i) =>
            post(strict, '{"query":"{ serverTime }"}', { 'x-forwarded-for': `10.0.${i >> 8}.${i & 255}` }),
          ),
        );
        const limited = answers.filter(({ status }) => status === 429);
        assert.ok(limited.length > 0, 'some are turned away');
        for (const { headers } of limited) assert.ok(Number(headers.get('retry-after')) >= 1);
      } finally {
        await strict.close();
      }
    },
  },
  {
    name: "HTTP: an address made up beside the one that the host's proxy tells",
    run: async (api) => {
      const strict = await import('./server.ts').then(({ useServer }) =>
        useServer({
          beside: api,
          environment: { RATE_LIMIT_FACTOR: '1', TRUST_PROXY: '1', CLIENT_ADDRESS_HEADER: 'Fly-Client-IP' },
        }),
      );
      try {
        // As on Fly.io, X-Forwarded-For ends with an address of the proxy's own, the same for all.
        const ask = (client: string, made: string) =>
          post(strict, '{"query":"{ serverTime }"}', {
            'fly-client-ip': client,
            'x-forwarded-for': `${made}, ${client}, 66.241.0.1`,
          });
        const answers = await Promise.all(
          Array.from({ length: 400 }, (_, i) => ask('203.0.113.7', `10.0.${i >> 8}.${i & 255}`)),
        );
        assert.ok(
          answers.some(({ status }) => status === 429),
          'some are turned away',
        );
        assert.equal((await ask('203.0.113.8', '203.0.113.7')).status, 200, 'somebody else is not');
      } finally {
        await strict.close();
      }
    },
  },
  {
    name: 'HTTP: many addresses of one network, and many ports of one address',
    run: async (api) => {
      const { useServer } = await import('./server.ts');
      const strict = await useServer({
        beside: api,
        environment: { RATE_LIMIT_FACTOR: '1', CLIENT_ADDRESS_HEADER: 'X-Real-Ip' },
      });
      try {
        const refused = async () => {
          const text = await (await fetch(`${strict.url}/metrics`)).text();
          return Number(/^nes_refused_total\{rule="rate_signInAddress"\} (\d+)/m.exec(text)?.[1] ?? 0);
        };
        const limited = async (addressOf: (index: number) => string) => {
          const before = await refused();
          await Promise.all(
            Array.from({ length: 45 }, (_, i) =>
              strict.ask(SIGN_IN, { input: { email: `nobody${i}@example.org`, password: 'certainly not' } }, null, {
                'x-real-ip': addressOf(i),
              }),
            ),
          );
          return (await refused()) - before;
        };
        for (const addressOf of [
          (i: number) => `2001:db8:77:1::${i.toString(16)}`,
          (i: number) => `[2001:db8:77:2::1]:${5_000 + i}`,
          (i: number) => `198.51.100.9:${5_000 + i}`,
        ]) {
          assert.ok((await limited(addressOf)) >= 10, addressOf(1));
        }
      } finally {
        await strict.close();
      }
    },
  },
  {
    name: 'HTTP: broken JSON is not echoed',
    run: async (api) => {
      const response = await post(api, '{"query": "{ secretword" ');
      assert.equal(response.status, 400);
      assert.doesNotMatch(await response.text(), /secretword/);
      const syntax = await api.ask('{ secretword(((');
      assert.equal(syntax.status, 400);
      assert.doesNotMatch(syntax.text, /secretword/);
    },
  },
  {
    name: 'HTTP: paths out of the web folder',
    run: async (api) => {
      for (const path of [
        '/../package.json',
        '/..%2f..%2fpackage.json',
        '/%2e%2e/%2e%2e/etc/passwd',
        '/.env',
        '/%00',
      ]) {
        const { text } = await raw(api, `GET ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`);
        assert.doesNotMatch(text, /root:|"workspaces"|NES_SECRET/);
        assert.doesNotMatch(text, /^HTTP\/1\.1 5/);
      }
    },
  },
];

const tokens: Attack[] = [
  {
    name: 'tokens: none where one is needed',
    run: async (api) => {
      const { errors, data } = await typed(
        api,
        'mutation { updateProfile(input: {displayName: "x"}) { viewer { id } } }',
      );
      assert.equal(errors?.[0]?.extensions?.code, 'UNAUTHENTICATED');
      assert.ok(!data?.updateProfile);
    },
  },
  {
    name: 'tokens: alg none, other algorithms, other secrets',
    run: async (api) => {
      const person = await api.guest();
      const [, middle] = person.accessToken.split('.') as [string, string];
      await tokenRefused(api, `${b64({ alg: 'none', typ: 'at+jwt' })}.${middle}.`);
      const head = b64({ alg: 'HS512', typ: 'at+jwt' });
      const signature = createHmac('sha512', api.config.secret).update(`${head}.${middle}`).digest('base64url');
      await tokenRefused(api, `${head}.${middle}.${signature}`);
      await tokenRefused(api, await forge(api, person, { secret: 'another secret that is long enough' }));
      const { privateKey } = await generateKeyPair('ES256');
      const es = await new SignJWT(JSON.parse(Buffer.from(middle, 'base64url').toString()))
        .setProtectedHeader({ alg: 'ES256', typ: 'at+jwt' })
        .sign(privateKey);
      await tokenRefused(api, es);
    },
  },
  {
    name: 'tokens: keys named inside the token (kid, jku, jwk)',
    run: async (api) => {
      const person = await api.guest();
      const own = randomBytes(32).toString('base64url');
      for (const header of [
        { kid: '../../../dev/null' },
        { jku: 'http://127.0.0.1:1/keys' },
        { jwk: { kty: 'oct', k: Buffer.from(own).toString('base64url') } },
      ]) {
        await tokenRefused(api, await forge(api, person, { header, secret: own }));
      }
    },
  },
  {
    name: 'tokens: times, issuer, audience, type',
    run: async (api) => {
      const person = await api.guest();
      const now = Math.floor(Date.now() / 1000);
      for (const claims of [
        { exp: now - 1 },
        { nbf: now + 3_600 },
        { iss: 'somebody' },
        { aud: 'another' },
        { exp: undefined },
        { sid: undefined },
        { sub: newId() },
        { sub: "x' OR 1=1" },
      ]) {
        await tokenRefused(api, await forge(api, person, { claims }));
      }
      await tokenRefused(api, await forge(api, person, { header: { typ: 'JWT' } }));
      await tokenRefused(api, person.refreshToken);
      await tokenRefused(api, `${person.accessToken}x`);
    },
  },
  {
    name: 'tokens: a role written into the token does not count',
    run: async (api) => {
      const person = await api.account();
      const { errors } = await api.ask(
        '{ serviceMetrics { accounts } }',
        {},
        await forge(api, person, { claims: { role: 'ADMIN' } }),
      );
      assert.equal(errors?.[0]?.extensions?.code, 'FORBIDDEN');
    },
  },
  {
    name: 'tokens: an access token as refresh token, and a used one',
    run: async (api) => {
      const person = await api.guest();
      const refresh = (refreshToken: string) => api.ask(REFRESH, { input: { refreshToken } });
      assert.equal(
        (await refresh(person.accessToken)).data?.refreshTokens.userErrors[0].code ?? 'TOO_LONG',
        'TOO_LONG',
      );
      assert.equal((await refresh(person.refreshToken)).data.refreshTokens.userErrors.length, 0);
      assert.equal((await refresh(person.refreshToken)).data.refreshTokens.userErrors[0].code, 'TOKEN_EXPIRED');
    },
  },
  {
    name: 'tokens: no token or password stands in the log',
    run: async (api) => {
      const person = await api.account();
      await api.ask('{ viewer { id } }', {}, `${person.accessToken}broken`);
      await api.ask(SIGN_IN, { input: { email: person.email, password: 'a very wrong password' } });
      const log = api.lines.join('');
      for (const secret of [person.accessToken, person.refreshToken, PASSWORD, 'a very wrong password']) {
        assert.ok(!log.includes(secret));
      }
    },
  },
];

const accounts: Attack[] = [
  {
    name: 'accounts: many passwords for one account',
    run: async (api) => {
      const { useServer } = await import('./server.ts');
      const strict = await useServer({ beside: api, environment: { RATE_LIMIT_FACTOR: '1' } });
      try {
        const { email } = await api.account();
        let limited = 0;
        for (let i = 0; i < 12; i++) {
          const { errors } = await strict.ask(SIGN_IN, { input: { email, password: `guess number ${i}` } });
          const code = errors?.[0]?.extensions?.code;
          if (code === undefined) continue;
          assert.equal(code, 'RATE_LIMITED');
          assert.ok(Number(errors?.[0]?.extensions?.retryAfter) >= 1);
          limited++;
        }
        assert.ok(limited >= 4, `${limited} of 12 were limited`);
      } finally {
        await strict.close();
      }
    },
  },
  {
    name: 'accounts: one password for many accounts',
    run: async (api) => {
      const { useServer } = await import('./server.ts');
      const strict = await useServer({ beside: api, environment: { RATE_LIMIT_FACTOR: '1' } });
      try {
        const codes = [];
        for (let i = 0; i < 40; i++) {
          const { errors, status } = await strict.ask(SIGN_IN, {
            input: { email: `somebody${i}@example.org`, password: 'password1234' },
          });
          codes.push(status === 429 ? 'RATE_LIMITED' : errors?.[0]?.extensions?.code);
        }
        assert.ok(codes.includes('RATE_LIMITED'));
      } finally {
        await strict.close();
      }
    },
  },
  {
    name: 'accounts: a flood of hashes',
    run: async (api) => {
      const { useServer } = await import('./server.ts');
      const open = await useServer({ beside: api, environment: { TRUST_PROXY: '1' } });
      try {
        const signIn = (email: string, address: string) =>
          open.ask(SIGN_IN, { input: { email, password: 'x'.repeat(100) } }, null, { 'x-forwarded-for': address });
        let answered = 0;
        const flood = Array.from({ length: 40 }, async (_, i) => {
          const { status } = await signIn(`flood${i}@example.org`, '203.0.113.9');
          assert.ok(status < 500);
          answered++;
        });
        const other = await signIn('somebody@example.org', '198.51.100.9');
        assert.equal(other.data.signIn.userErrors[0].code, 'WRONG_CREDENTIALS');
        assert.ok(answered < 20, `somebody else waited for ${answered} of the flood`);
        await Promise.all(flood);
      } finally {
        await open.close();
      }
      const { status } = await api.ask('{ serverTime }');
      assert.equal(status, 200);
    },
  },
  {
    name: 'accounts: fields that nobody may set',
    run: async (api) => {
      const person = await api.guest();
      for (const extra of ['role: ADMIN', 'isGuest: false', 'emailVerified: true', 'id: "x"', 'suspendedAt: null']) {
        const { status } = await typed(
          api,
          `mutation { updateProfile(input: {displayName: "x", ${extra}}) { viewer { id } } }`,
          {},
          person.accessToken,
        );
        assert.equal(status, 400);
      }
    },
  },
  {
    name: 'accounts: a line break in an address or a name',
    run: async (api) => {
      for (const email of [
        'a@example.org\r\nBcc: all@example.org',
        'a@example.org\nX: y',
        '<a@example.org>',
        'a@b@c',
        'a b@example.org',
      ]) {
        const { data } = await typed(
          api,
          'mutation ($input: SignUpInput!) { signUp(input: $input) { tokens { accessToken } userErrors { code field } } }',
          { input: { email, password: PASSWORD, atLeast16: true } },
        );
        assert.equal(data.signUp.tokens, null, email);
        assert.equal(data.signUp.userErrors[0].code, 'INVALID');
      }
      const person = await api.guest();
      for (const displayName of ['a\r\nb', '\u202egnp.exe', 'x'.repeat(81)]) {
        const { data } = await typed(
          api,
          'mutation ($input: UpdateProfileInput!) { updateProfile(input: $input) { userErrors { code } } }',
          { input: { displayName } },
          person.accessToken,
        );
        assert.equal(data.updateProfile.userErrors.length, 1);
      }
    },
  },
];

const objects: Attack[] = [
  {
    name: "objects: another person's things by their ids",
    run: async (api) => {
      const victim = await api.account();
      const thief = await api.account();
      const { data } = await api.ask('{ viewer { id devices { id } } }', {}, victim.accessToken);
      const ids = [data.viewer.id, data.viewer.devices[0].id];
      const nobody = [`User:${newId()}`, `Device:${newId()}`].map((id) => Buffer.from(id).toString('base64'));
      for (const token of [thief.accessToken, null]) {
        const theirs = await typed(api, 'query ($ids: [ID!]!) { nodes(ids: $ids) { id __typename } }', { ids }, token);
        const none = await typed(
          api,
          'query ($ids: [ID!]!) { nodes(ids: $ids) { id __typename } }',
          { ids: nobody },
          token,
        );
        assert.deepEqual(theirs.data.nodes, [null, null]);
        assert.equal(theirs.text, none.text, 'what is foreign looks like what does not exist');
        const one = await typed(
          api,
          'query ($id: ID!) { node(id: $id) { id ... on User { email } } }',
          { id: ids[0] },
          token,
        );
        assert.equal(one.data.node, null);
      }
    },
  },
  {
    name: 'objects: ids that are none',
    run: async (api) => {
      const ids = [
        '',
        'x',
        'VXNlcjo=',
        Buffer.from(`User:${'1'.repeat(500)}`).toString('base64'),
        Buffer.from('User:1; DROP TABLE users').toString('base64'),
        Buffer.from(`__proto__:${newId()}`).toString('base64'),
        Buffer.from(`RefreshSession:${newId()}`).toString('base64'),
        Buffer.from(`MailToken:${newId()}`).toString('base64'),
      ];
      for (const id of ids) {
        const { data } = await typed(api, 'query ($id: ID!) { node(id: $id) { id } }', { id });
        assert.ok(!data?.node);
      }
    },
  },
  {
    name: 'objects: cursors that are none, pages that are none',
    run: async (api) => {
      for (const args of [
        'first: -5',
        'first: 0',
        'first: 101',
        'first: 2147483647',
        'last: -1',
        'first: 1, after: "nonsense"',
        `first: 1, after: "${Buffer.from('GPC:S:not a uuid').toString('base64')}"`,
        `first: 1, after: "${Buffer.from('GPC:N:99999999999999999999').toString('base64')}"`,
        `first: 1, after: "${Buffer.from(`GPC:S:${newId()}`).toString('base64')}"`,
        'first: 1, after: ""',
        'first: 1, last: 1',
        'first: 1, before: "R1BDOlM6eA=="',
      ]) {
        const { data, status } = await typed(api, `{ protocols(${args}) { edges { node { id } } } }`);
        const count = data?.protocols?.edges?.length ?? 0;
        assert.ok(count <= 100, `${args}: ${count} rows`);
        assert.ok(status < 500, args);
        if (/-|: 0|101|2147483647|nonsense|999|last: 1$/.test(args)) assert.ok(!data?.protocols, `${args} is refused`);
      }
    },
  },
  {
    name: "objects: the subscription of another person's session",
    run: async (api) => {
      const thief = await api.guest();
      const socket = await openSocket(api.url, { token: thief.accessToken });
      const id = Buffer.from(`Session:${newId()}`).toString('base64');
      socket.send({
        type: 'subscribe',
        id: '1',
        payload: { query: 'subscription ($id: ID!) { sessionChanged(id: $id) { id } }', variables: { id } },
      });
      await assert.rejects(socket.next('1', 400));
      socket.close();
      const nobody = await openSocket(api.url);
      nobody.send({ type: 'subscribe', id: '1', payload: { query: 'subscription { myLiveSession { id } }' } });
      const answer = await nobody.next('1');
      assert.match(JSON.stringify(answer), /UNAUTHENTICATED/);
      nobody.close();
    },
  },
];

const nasty: unknown[] = [
  2 ** 31,
  -1,
  1.5,
  1e308,
  -(2 ** 53),
  '2147483648',
  '',
  ' ',
  'a\0b',
  '\ud800',
  '\u202eabc',
  'x'.repeat(60_000),
  '1e309',
  '__proto__',
  "'; DROP TABLE users; --",
  '$where',
  '{{7*7}}',
  '\r\nX: y',
  '9999-12-31T23:59:59Z',
  '0000-00-00',
  '2026-02-30',
  [],
  [[[[]]]],
  {},
  { __proto__: null },
  { constructor: { prototype: 1 } },
  null,
  true,
  `${'a'.repeat(30_000)}!`,
  `${'('.repeat(5_000)}`,
];

const input: Attack[] = [
  {
    name: 'input: nasty values in every field of our mutations',
    run: async (api) => {
      const person = await api.guest();
      const cases: [string, string, string[]][] = [
        [
          'savePreferences',
          'SavePreferencesInput',
          [
            'volume',
            'scene',
            'reminderMinute',
            'dailyGoalMinutes',
            'theme',
            'language',
            'timeZone',
            'defaultProtocol',
            'version',
          ],
        ],
        ['updateProfile', 'UpdateProfileInput', ['displayName']],
        ['endDevice', 'EndDeviceInput', ['id']],
        ['verifyEmail', 'VerifyEmailInput', ['token']],
        ['refreshTokens', 'RefreshTokensInput', ['refreshToken']],
        ['requestPasswordReset', 'RequestPasswordResetInput', ['email']],
      ];
      for (const [name, type, fields] of cases) {
        for (const field of fields) {
          for (const value of nasty) {
            const started = performance.now();
            await typed(
              api,
              `mutation ($input: ${type}!) { ${name}(input: $input) { userErrors { code field message } } }`,
              { input: { [field]: value } },
              person.accessToken,
            );
            assert.ok(performance.now() - started < 2_000, `${name}.${field} takes too long`);
          }
        }
      }
    },
  },
  {
    name: 'input: nasty literals in the document',
    run: async (api) => {
      for (const literal of [
        '2147483648',
        '-1',
        '1.5',
        '1e999',
        '"\\u0000"',
        '"\\ud800"',
        '""""""',
        'null',
        '[1]',
        '{a: 1}',
        'ENUM',
      ]) {
        await typed(api, `{ protocols(first: ${literal}) { edges { node { id } } } }`);
        await typed(api, `{ protocol(slug: ${literal}) { id } }`);
        await typed(api, `{ node(id: ${literal}) { id } }`);
      }
    },
  },
  {
    name: 'input: no suggestions in production',
    run: async (api) => {
      const { useServer } = await import('./server.ts');
      const production = await useServer({ beside: api, environment: { INTROSPECTION: 'off', PLAYGROUND: 'off' } });
      try {
        const typo = await production.ask('{ serverTim }');
        assert.equal(typo.status, 400);
        assert.doesNotMatch(typo.text, /Did you mean|serverTime/);
        const schema = await production.ask('{ __schema { types { name } } }');
        assert.equal(schema.status, 400);
        const page = await fetch(`${production.url}/graphql`, { headers: { accept: 'text/html' } });
        assert.equal(page.status, 404);
        const get = await fetch(`${production.url}/graphql?query=%7BserverTime%7D`);
        assert.equal(get.status, 405);
      } finally {
        await production.close();
      }
    },
  },
];

const sub = (id: string, query = 'subscription { myLiveSession { id } }') => ({
  type: 'subscribe',
  id,
  payload: { query },
});

/** The socket is closed with this code after what is done to it. */
async function closesWith(
  api: TestServer,
  code: number,
  open: { token?: string; raw?: boolean; protocol?: string },
  act: (socket: TestSocket) => void,
  ms = 5_000,
): Promise<void> {
  const socket = await openSocket(api.url, open);
  act(socket);
  assert.equal(await socket.closed(ms), code);
}

const sockets: Attack[] = [
  { name: 'socket: 4400 for what is no message', run: (api) => closesWith(api, 4400, {}, (s) => s.send('nonsense')) },
  {
    name: 'socket: 4400 for an unknown type',
    run: (api) => closesWith(api, 4400, {}, (s) => s.send({ type: 'start', id: '1' })),
  },
  {
    name: 'socket: 4400 for bytes',
    run: (api) => closesWith(api, 4400, {}, (s) => s.socket.send(Buffer.from([1, 2, 3]))),
  },
  {
    name: 'socket: 4401 before connection_init',
    run: (api) => closesWith(api, 4401, { raw: true }, (s) => s.send(sub('1'))),
  },
  {
    name: 'socket: 4403 for a token that does not hold',
    run: (api) =>
      closesWith(api, 4403, { raw: true }, (s) =>
        s.send({ type: 'connection_init', payload: { accessToken: 'nonsense' } }),
      ),
  },
  {
    name: 'socket: 4403 when the sign-in ends',
    run: async (api) => {
      const person = await api.guest();
      const socket = await openSocket(api.url, { token: person.accessToken });
      await api.ask('mutation { signOut(input: {}) { done } }', {}, person.accessToken);
      assert.equal(await socket.closed(1_500), 4403);
    },
  },
  {
    name: 'socket: 4403 when the token ends',
    run: async (api) => {
      const person = await api.guest();
      const soon = await forge(api, person, { claims: { exp: Math.floor(Date.now() / 1000) + 2 } });
      const socket = await openSocket(api.url, { token: soon });
      assert.equal(await socket.closed(4_000), 4403);
    },
  },
  {
    name: 'socket: 4406 for another protocol',
    run: async (api) => {
      const status = await raw(
        api,
        'GET /graphql HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Protocol: graphql-ws\r\n\r\n',
        1_000,
      );
      // The handshake succeeds without a protocol, then the server closes with 4406 (0x1136).
      assert.ok(Buffer.from(status.text, 'binary').length > 0);
      assert.match(status.text, /101 Switching Protocols[\s\S]*Subprotocol not acceptable/);
    },
  },
  { name: 'socket: 4408 without connection_init in 3 s', run: (api) => closesWith(api, 4408, { raw: true }, () => {}) },
  {
    name: 'socket: 4409 for an id that is in use',
    run: async (api) => {
      const person = await api.guest();
      await closesWith(api, 4409, { token: person.accessToken }, (s) => {
        s.send(sub('1'));
        s.send(sub('1'));
      });
    },
  },
  {
    name: 'socket: 4429 for a second connection_init',
    run: (api) => closesWith(api, 4429, {}, (s) => s.send({ type: 'connection_init' })),
  },
  {
    name: 'socket: 1009 for a frame of 65 KB',
    run: (api) => closesWith(api, 1009, {}, (s) => s.send({ type: 'ping', payload: { a: 'x'.repeat(65 * 1024) } })),
  },
  {
    name: 'socket: 1008 for a flood of messages',
    run: (api) =>
      closesWith(api, 1008, {}, (s) => {
        for (let i = 0; i < 500; i++) s.send({ type: 'ping' });
      }),
  },
  {
    name: 'socket: a syntax error ends the operation, not the socket',
    run: async (api) => {
      const socket = await openSocket(api.url);
      socket.send({ type: 'subscribe', id: '1', payload: { query: '{{{' } });
      assert.equal((await socket.next('1')).type, 'error');
      socket.send({ type: 'subscribe', id: '2', payload: { query: '{ serverTime }' } });
      assert.equal((await socket.next('2')).type, 'next');
      socket.close();
    },
  },
  {
    name: 'socket: the limits of documents hold here too',
    run: async (api) => {
      const socket = await openSocket(api.url);
      socket.send({
        type: 'subscribe',
        id: '1',
        payload: { query: `{ ${Array.from({ length: 16 }, (_, i) => `a${i}:serverTime`).join(' ')} }` },
      });
      const answer = await socket.next('1');
      assert.equal(answer.type, 'error');
      assert.match(JSON.stringify(answer), /aliases/);
      socket.close();
    },
  },
  {
    name: 'socket: the 21st operation is refused',
    run: async (api) => {
      const person = await api.guest();
      const socket = await openSocket(api.url, { token: person.accessToken });
      for (let i = 0; i < 21; i++) socket.send(sub(`s${i}`));
      const refused = await socket.next('s20');
      assert.equal(refused.type, 'error');
      assert.match(JSON.stringify(refused), /socket_operations/);
      assert.equal((await socket.next('s3')).type, 'next');
      socket.close();
    },
  },
  {
    name: 'socket: the 11th of one account, and the many of one address',
    run: async (api) => {
      const { useServer } = await import('./server.ts');
      const strict = await useServer({ beside: api, environment: { MAX_SOCKETS_PER_ADDRESS: '15' } });
      try {
        const person = await api.guest();
        const open: TestSocket[] = [];
        for (let i = 0; i < 10; i++) open.push(await openSocket(strict.url, { token: person.accessToken }));
        const more = await openSocket(strict.url, { raw: true });
        more.send({ type: 'connection_init', payload: { accessToken: person.accessToken } });
        assert.equal(await more.closed(), 1013);
        for (let i = 0; i < 5; i++) open.push(await openSocket(strict.url));
        await assert.rejects(openSocket(strict.url), /429/);
        for (const socket of open) socket.close();
      } finally {
        await strict.close();
      }
    },
  },
  {
    name: 'socket: one that does not read is dropped, one that is gone is found',
    run: async (api) => {
      const before = api.server.services.live.counts().members;
      const person = await api.guest();
      const socket = await openSocket(api.url, { token: person.accessToken });
      socket.send(sub('1'));
      await socket.next('1');
      assert.equal(api.server.services.live.counts().members, before + 1);
      // Pulled plug: nothing is said, nothing is read any more.
      socket.socket.terminate();
      for (const end = Date.now() + 2_000; Date.now() < end && api.server.services.live.counts().members > before; ) {
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
      assert.equal(api.server.services.live.counts().members, before);
    },
  },
];

/** All of them, in the order of design: shape, HTTP, tokens, accounts, objects, input, sockets. */
export const attacks: readonly Attack[] = [...shape, ...http, ...tokens, ...accounts, ...objects, ...input, ...sockets];
