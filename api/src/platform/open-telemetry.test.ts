/** Traces as a collector gets them: OTLP over HTTP, to a receiver in this process. */
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { type Backend, useBackend } from '../testing/backend.ts';
import { scriptsLoaded } from '../testing/scripts-loaded.ts';
import { openSocket } from '../testing/socket.ts';

interface Received {
  traceId: string;
  spanId: string;
  parentSpanId?: string;
  name: string;
  kind: number;
  status: { code?: number };
  attributes: { key: string; value: { stringValue?: string; intValue?: number | string } }[];
}

const attribute = (span: Received, key: string) => {
  const value = span.attributes.find((one) => one.key === key)?.value;
  return value?.stringValue ?? (value?.intValue === undefined ? undefined : Number(value.intValue));
};

/** Asks with Node's own client, so that the trace is told as an outside caller tells it. */
const post = (url: string, body: object, headers: Record<string, string> = {}) =>
  fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  }).then((response) => response.json());

describe('traces', () => {
  const bodies: string[] = [];
  const authorizations: (string | undefined)[] = [];
  const paths: (string | undefined)[] = [];
  // biome-ignore lint/suspicious/noExplicitAny: OTLP in JSON.
  const resources: any[] = [];
  const spans: Received[] = [];
  const receiver = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
    const body = Buffer.concat(chunks).toString();
    bodies.push(body);
    paths.push(request.url);
    authorizations.push(request.headers.authorization);
    for (const { resource, scopeSpans } of JSON.parse(body).resourceSpans) {
      resources.push(resource);
      for (const scope of scopeSpans) spans.push(...scope.spans);
    }
    response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
  });
  let backend: Backend;
  let child: ReturnType<typeof spawn>;
  let url = '';
  let output = '';

  beforeAll(async () => {
    receiver.listen(0, '127.0.0.1');
    await once(receiver, 'listening');
    backend = await useBackend();
    child = spawn(process.execPath, [join(import.meta.dirname, '../main.ts')], {
      env: {
        PATH: process.env.PATH,
        NODE_ENV: 'production',
        HOST: '127.0.0.1',
        PORT: '0',
        DATABASE_URL: backend.database.url,
        NES_SECRET: 'a secret of tests that is long enough to be one',
        OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${(receiver.address() as AddressInfo).port}`,
        OTEL_EXPORTER_OTLP_HEADERS: 'authorization=Bearer%20of-the-collector',
        OTEL_SERVICE_NAME: 'nes-test',
        OTEL_RESOURCE_ATTRIBUTES: 'team=ours',
        OTEL_BSP_SCHEDULE_DELAY: '200',
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => {
        output += text;
      });
    }
    for (let i = 0; i < 600 && url === ''; i++) {
      url = /"ready: (http:[^"]+)"/.exec(output)?.[1] ?? '';
      if (child.exitCode !== null) throw new Error(output);
      await new Promise((done) => setTimeout(done, 100));
    }
    assert.ok(url, output);
  });
  afterAll(async () => {
    if (child.exitCode === null) {
      child.kill('SIGKILL');
      await once(child, 'exit');
    }
    receiver.close();
    await backend.close();
  });

  const seen = async (name: string, number = 1): Promise<Received[]> => {
    for (let i = 0; i < 200; i++) {
      const found = spans.filter((span) => span.name === name);
      if (found.length >= number) return found;
      await new Promise((done) => setTimeout(done, 50));
    }
    throw new Error(`No ${name} among ${spans.map((span) => span.name).join(', ')}`);
  };

  it("a request is part of the caller's trace, and its operation and statements are within it", async () => {
    const traceId = '0af7651916cd43dd8448eb211c80319c';
    const answer = await post(
      url,
      { query: 'query Shelf { protocol(slug: "energy") { title } }' },
      { traceparent: `00-${traceId}-b7ad6b7169203331-01` },
    );
    assert.ok(answer.data.protocol.title);
    const [operation] = await seen('query Shelf');
    const [request] = await seen('POST /graphql');
    assert.ok(operation && request);
    assert.deepEqual([request.traceId, request.parentSpanId, request.kind], [traceId, 'b7ad6b7169203331', 2]);
    assert.equal(attribute(request, 'http.response.status_code'), 200);
    assert.deepEqual([operation.traceId, operation.parentSpanId], [traceId, request.spanId]);
    assert.equal(attribute(operation, 'graphql.operation.type'), 'query');
    assert.match(String(attribute(operation, 'nes.request_id')), /^[0-9a-f-]{36}$/);
    const statements = (await seen('SELECT')).filter((span) => span.parentSpanId === operation.spanId);
    assert.ok(statements.length > 0);
    assert.ok(statements.some((span) => /protocols/.test(String(attribute(span, 'db.query.text')))));
    const named = resources[0].attributes.map((one: { key: string; value: { stringValue?: string } }) => [
      one.key,
      one.value.stringValue,
    ]);
    assert.deepEqual(new Map(named).get('service.name'), 'nes-test');
    assert.deepEqual(new Map(named).get('team'), 'ours');
    assert.deepEqual([paths[0], authorizations[0]], ['/v1/traces', 'Bearer of-the-collector']);
  });

  it('nothing of what people send is in a trace', async () => {
    const input = {
      email: 'secret.person@example.org',
      password: 'horses in the night 7',
      displayName: 'Hidden Name',
      deviceId: '7f6b4a52-0000-4000-8000-000000000001',
      deviceName: 'Hidden Device',
      timeZone: 'Europe/Berlin',
    };
    const query =
      'mutation Join($input: SignUpInput!) { signUp(input: $input) { tokens { accessToken refreshToken } userErrors { message } } }';
    const { data } = await post(url, { query, variables: { input: { ...input, atLeast16: true } } });
    await seen('mutation Join');
    await seen('INSERT');
    const all = bodies.join('\n');
    for (const secret of [...Object.values(input), data.signUp.tokens.accessToken, data.signUp.tokens.refreshToken]) {
      assert.ok(!all.includes(secret), secret);
    }
  });

  it('an operation with errors is marked, and one on a socket has its trace', async () => {
    await post(url, { query: 'query Broken { protocol(slug: "energy") { id } node(id: "nonsense") { id } }' });
    const [broken] = await seen('query Broken');
    assert.equal(broken?.status.code, 2);
    const socket = await openSocket(url);
    socket.send({
      id: '1',
      type: 'subscribe',
      payload: { query: 'query OnSocket { protocol(slug: "energy") { id } }' },
    });
    await socket.next('1');
    socket.close();
    const [operation] = await seen('query OnSocket');
    assert.ok((await seen('SELECT')).some((span) => span.parentSpanId === operation?.spanId));
  });

  it('what was not sent yet is sent at the end', async () => {
    await post(url, { query: 'query Last { protocol(slug: "energy") { id } }' });
    child.kill('SIGTERM');
    await once(child, 'exit');
    assert.equal(child.exitCode, 0, output);
    await seen('query Last');
  });

  it('a collector that is away is told of once, and hinders nothing', async () => {
    const line = 'Traces could not be sent.';
    const lost = spawn(process.execPath, [join(import.meta.dirname, '../main.ts')], {
      env: {
        PATH: process.env.PATH,
        HOST: '127.0.0.1',
        PORT: '0',
        DATABASE_URL: backend.database.url,
        NES_SECRET: 'a secret of tests that is long enough to be one',
        OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9',
        OTEL_EXPORTER_OTLP_TIMEOUT: '500',
        OTEL_BSP_SCHEDULE_DELAY: '100',
      },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let told = '';
    lost.stdout.setEncoding('utf8').on('data', (text: string) => {
      told += text;
    });
    try {
      const waitFor = async (what: RegExp) => {
        for (let i = 0; i < 600; i++) {
          const found = what.exec(told);
          if (found) return found;
          await new Promise((done) => setTimeout(done, 100));
        }
        throw new Error(told);
      };
      const address = (await waitFor(/ready: (http:\S+)/))[1] as string;
      const answer = await post(address, { query: '{ protocol(slug: "energy") { id } }' });
      assert.ok(answer.data.protocol.id);
      await waitFor(new RegExp(line));
      await post(address, { query: '{ protocol(slug: "energy") { id } }' });
      await new Promise((done) => setTimeout(done, 1_000));
      assert.equal(told.split(line).length, 2, told);
    } finally {
      lost.kill('SIGKILL');
      await once(lost, 'exit');
    }
  });

  it('without its variables nothing of OpenTelemetry is loaded but its interface, which prom-client loads, and nothing of MQTT', () => {
    const folder = mkdtempSync(join(tmpdir(), 'nes-loaded-'));
    try {
      const start = join(import.meta.dirname, '../start.ts');
      execFileSync(process.execPath, ['-e', `import(${JSON.stringify(pathToFileURL(start).href)})`], {
        env: { ...process.env, NODE_V8_COVERAGE: folder },
      });
      const loaded = scriptsLoaded(folder).map((path) => path.replaceAll('\\', '/'));
      assert.deepEqual(
        loaded.filter((path) => /\/node_modules\/mqtt|\/home\/bridge/.test(path)),
        [],
      );
      const telemetry = loaded.filter((path) => path.includes('opentelemetry'));
      assert.ok(telemetry.some((path) => path.includes('/@opentelemetry/api/')));
      assert.deepEqual(
        telemetry.filter((path) => !path.includes('/@opentelemetry/api/')),
        [],
      );
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
