import { existsSync } from 'node:fs';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import sirv from 'sirv';
import { createAccounts } from './accounts/accounts.ts';
import { exportAccount } from './accounts/export-account.ts';
import { type Config, repositoryRoot } from './config.ts';
import type { Context, Services, Viewer } from './graphql/context.ts';
import { isDatabaseAway } from './graphql/database-errors.ts';
import { createEndpoint } from './graphql/endpoint.ts';
import { createGate } from './graphql/gate.ts';
import { limits } from './graphql/limits.ts';
import { createLive } from './graphql/live.ts';
import { playground } from './graphql/playground.ts';
import { createPublicReads } from './graphql/public-reads.ts';
import { createReads } from './graphql/reads.ts';
import { schema } from './graphql/schema.ts';
import { createSockets } from './graphql/socket.ts';
import { readTrustedDocuments } from './graphql/trusted-documents.ts';
import { exportRecord } from './metrics/export.ts';
import { type Bus, LocalStore } from './platform/bus.ts';
import type { Clock } from './platform/clock.ts';
import type { Database } from './platform/database.ts';
import { newId } from './platform/ids.ts';
import { createMailer, type Mailer } from './platform/mail.ts';
import { createMetrics } from './platform/metrics.ts';
import type { Log } from './platform/telemetry.ts';
import { noTracing, type Tracing } from './platform/tracing.ts';

/** A running server. */
export interface RunningServer {
  port: number;
  /** `http://host:port`. */
  url: string;
  services: Services;
  http: Server;
  /** When something was last asked, ms since 1970; 0: never. */
  lastRequest(): number;
  /**
   * Lets what runs finish, ends sockets and subscriptions, closes what the server opened (not database and bus). At most 8 s.
   * For `graceMs` the port stays open: kept connections end with their next answer, and balancers see that `/health/ready` fails.
   */
  close(graceMs?: number): Promise<void>;
}

/** Operations of one address at once and a second after that: our own application's, and free-form ones. */
const TRUSTED_RATE = { capacity: 300, perSecond: 60 };
const FREE_RATE = { capacity: 100, perSecond: 15 };
/** Operations of all embeds on the pages of one origin, whoever visits them. */
const EMBED_RATE = { capacity: 300, perSecond: 30 };

const MAX_HEADER_BYTES = 16 * 1024;
const HEADERS_MS = 10_000;
const BODY_MS = 15_000;

/** Starts HTTP, GraphQL and WebSockets on the configured port. Rejects when the port is taken. */
export async function startServer(options: {
  config: Config;
  database: Database;
  bus: Bus;
  clock: Clock;
  log: Log;
  tracing?: Tracing;
  mail?: Mailer;
}): Promise<RunningServer> {
  const { config, database, bus, clock, log, tracing = noTracing } = options;
  const metrics = createMetrics();
  const live = await createLive(bus, metrics.delivered);
  const publicReads = await createPublicReads({ schema, bus, enabled: config.publicCache });
  const mail = options.mail ?? createMailer(config, log);
  const accounts = await createAccounts({ config, database: database.prisma, bus, clock, mail });
  const reads = await createReads({ config, replica: database.replica, bus });
  const services: Services = {
    config,
    database: database.prisma,
    sql: database.sql,
    primary: { database: database.prisma, sql: database.sql },
    reads,
    bus,
    clock,
    live,
    publicReads,
    accounts,
    log,
    refused: metrics.refused,
  };
  const trusted = readTrustedDocuments(join(repositoryRoot, 'web/src/data/generated/persisted-documents.json'));
  const embedOperations = new Set(
    [...trusted].filter(([, text]) => /\bquery Embed\w+/.test(text)).map(([hash]) => hash),
  );
  const gate = createGate({ schema, trusted, introspection: config.introspection, onRefused: metrics.refused });
  const endpoint = createEndpoint({
    schema,
    gate,
    publicReads,
    metrics,
    log,
    tracing,
    connections: config.databasePool,
  });
  const sockets = createSockets({ schema, gate, live, accounts, config, metrics, log, tracing });
  const rates = new LocalStore();
  let draining = false;
  /**
   * Requests that are being answered, and the places that are free among them. A set makes a new table every few requests; and an old table that a
   * small collection no longer looks at keeps all later ones with their responses, until a large one stops everything for 10 ms.
   */
  const running: (ServerResponse | undefined)[] = [];
  const free: number[] = [];
  let lastRequest = 0;

  metrics.watch('nes_sockets', 'WebSockets open.', () => sockets.count());
  metrics.watch(
    'nes_live_executions',
    'Subscriptions executed now, each for all of its followers.',
    () => live.counts().executions,
  );
  metrics.watch('nes_live_followers', 'Followers of subscriptions.', () => live.counts().members);
  metrics.watch('nes_database_connections', 'Connections to the database.', () => database.pool.totalCount);
  metrics.watch('nes_database_waiting', 'Requests waiting for a connection.', () => database.pool.waitingCount);
  metrics.watch('nes_bus_healthy', '1 while instances can tell each other things.', () => (bus.healthy() ? 1 : 0));

  const { replica } = database;
  if (replica) {
    metrics.watch(
      'nes_replica_lag_seconds',
      'How far the replica is behind the primary at most.',
      () => (Date.now() - replica.freshTo()) / 1000,
    );
    metrics.watch('nes_replica_used', '1 while reads go to the replica.', () => (replica.usable() ? 1 : 0));
  }

  const newContext = (request: IncomingMessage, viewer: Viewer | null): Context => ({
    ...services,
    requestId: newId(),
    viewer,
    audiences: [],
    address: addressOf(request, config),
    language: languageOf(request),
    proof: {
      header: headerOf(request, 'dpop'),
      method: request.method ?? 'GET',
      url: `http://${hostOf(request, config)}${pathOf(request)}`,
    },
  });

  /** Who asks by the `Authorization` header; answers with 401 itself (and undefined) when its token does not hold. */
  const viewerOf = async (request: IncomingMessage, response: ServerResponse): Promise<Viewer | null | undefined> => {
    const header = request.headers.authorization;
    if (header === undefined) return null;
    const token = /^Bearer ([\w.~+/-]{1,4000}=*)$/i.exec(header)?.[1];
    let verified: Awaited<ReturnType<typeof accounts.authenticate>>;
    try {
      verified = token ? await accounts.authenticate(token) : { problem: 'invalid' };
    } catch (error) {
      if (!isDatabaseAway(error)) throw error;
      log.warn('The database is away.', { reason: (error as Error).message.slice(0, 200) });
      refuse(response, 503, 'UNAVAILABLE', 'The server cannot do this right now. Try again.', { 'retry-after': '2' });
      return undefined;
    }
    if (!('problem' in verified)) return verified.viewer;
    metrics.refused(`token_${verified.problem}`);
    const message = verified.problem === 'expired' ? 'The access token has ended.' : 'The access token does not hold.';
    refuse(response, 401, 'UNAUTHENTICATED', message, { 'www-authenticate': 'Bearer error="invalid_token"' });
    return undefined;
  };

  /** Takes one operation from a limit; answers with 429 itself where nothing is left. */
  const within = (response: ServerResponse, key: string, rate: { capacity: number; perSecond: number }): boolean => {
    const factor = config.limits.rateFactor;
    const taken = rates.take(key, { capacity: rate.capacity * factor, perSecond: rate.perSecond * factor }, 1);
    if (taken.allowed) return true;
    metrics.refused('rate_operations');
    const seconds = Math.ceil(taken.retryAfterSeconds);
    refuse(
      response,
      429,
      'RATE_LIMITED',
      `Too many requests. Try again in ${seconds} s.`,
      { 'retry-after': `${seconds}` },
      { retryAfter: seconds },
    );
    return false;
  };

  /**
   * A page of another origin with an embed in it. It reads public and unlisted protocols by the embeds' own operations,
   * and nothing else; it does so as nobody, whatever it sends along.
   */
  const embed = async (request: IncomingMessage, response: ServerResponse, origin: string): Promise<void> => {
    response.setHeader('access-control-allow-origin', origin);
    response.setHeader('access-control-expose-headers', 'x-request-id, retry-after');
    if (request.method === 'OPTIONS') {
      response.setHeader('access-control-allow-methods', 'GET, OPTIONS');
      response.setHeader('access-control-max-age', '7200');
      response.writeHead(204, { 'content-length': '0' }).end();
      return;
    }
    const hash = request.method === 'GET' ? askedHash(request.url) : null;
    if (hash === null || !embedOperations.has(hash) || request.headers.authorization !== undefined) {
      metrics.refused('embed');
      refuse(response, 403, 'FORBIDDEN', 'Pages of this origin may only read protocols here, as nobody.');
      return;
    }
    // The address first: whoever makes up origins does not get far.
    if (!within(response, `trusted:${limitAddress(addressOf(request, config))}`, TRUSTED_RATE)) return;
    if (!within(response, `embed:${origin}`, EMBED_RATE)) return;
    const context = newContext(request, null);
    response.setHeader('x-request-id', context.requestId);
    response.setHeader('cache-control', 'no-store');
    lastRequest = Date.now();
    await endpoint.answer(request, response, context, null);
  };

  const graphql = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { method } = request;
    const { origin } = request.headers;
    if (origin !== undefined && !originAllowed(request, config) && embedAllowed(origin, config)) {
      response.setHeader('vary', 'Origin');
      await embed(request, response, origin);
      return;
    }
    if (!allowOrigin(request, response, config)) {
      metrics.refused('origin');
      refuse(response, 403, 'FORBIDDEN', 'Pages of this origin may not ask here.');
      return;
    }
    if (method === 'OPTIONS') {
      response.writeHead(204, { 'content-length': '0' }).end();
      return;
    }
    if (method === 'GET' && /\btext\/html\b/.test(request.headers.accept ?? '') && !request.url?.includes('query=')) {
      if (!config.playground) {
        refuse(response, 404, 'NOT_FOUND', 'There is no playground here.');
        return;
      }
      response.writeHead(200, {
        'content-type': 'text/html; charset=utf-8',
        'cache-control': 'no-cache',
        'content-security-policy':
          "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval' blob:; worker-src blob:; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self' data:; connect-src 'self' ws: wss:; frame-ancestors 'none'",
      });
      response.end(await playground());
      return;
    }
    if (method !== 'POST' && method !== 'GET') {
      refuse(response, 405, 'BAD_REQUEST', 'Use POST.', { allow: 'GET, POST, OPTIONS' });
      return;
    }
    let body: object | null = null;
    if (method === 'POST') {
      const read = await readBody(request, response);
      if (read === undefined) return;
      body = read;
    } else if (!config.introspection && !/[?&]extensions=/.test(request.url ?? '')) {
      metrics.refused('get');
      refuse(response, 405, 'BAD_REQUEST', 'Use POST, or GET for registered operations.', { allow: 'POST, OPTIONS' });
      return;
    }
    const address = limitAddress(addressOf(request, config));
    const hash = (body as { extensions?: { persistedQuery?: { sha256Hash?: string } } } | null)?.extensions
      ?.persistedQuery?.sha256Hash;
    const own = typeof hash === 'string' && trusted.has(hash);
    if (!within(response, `${own ? 'trusted' : 'free'}:${address}`, own ? TRUSTED_RATE : FREE_RATE)) return;
    const viewer = await viewerOf(request, response);
    if (viewer === undefined) return;
    response.setHeader('cache-control', 'no-store');
    lastRequest = Date.now();
    if (body !== null && endpoint.fromMemory(request, response, viewer, body)) return;
    const context = newContext(request, viewer);
    response.setHeader('x-request-id', context.requestId);
    await endpoint.answer(request, response, context, body);
  };

  /** The parsed JSON body; answers itself (and gives undefined) for one that is none, too large or too slow. */
  const readBody = async (request: IncomingMessage, response: ServerResponse): Promise<object | undefined> => {
    const type = request.headers['content-type'] ?? '';
    if (!/^application\/json\s*(;\s*charset=("?)utf-?8\2\s*)?$/i.test(type)) {
      metrics.refused('content_type');
      refuse(response, 415, 'BAD_REQUEST', 'The body must be application/json in UTF-8.', { connection: 'close' });
      return undefined;
    }
    if ((request.headers['content-encoding'] ?? 'identity') !== 'identity') {
      metrics.refused('content_encoding');
      refuse(response, 415, 'BAD_REQUEST', 'The body must not be compressed.', { connection: 'close' });
      return undefined;
    }
    const tooLarge = () => {
      metrics.refused('body');
      refuse(response, 413, 'BAD_REQUEST', `The body may have at most ${limits.bodyBytes} bytes.`, {
        connection: 'close',
      });
      return undefined;
    };
    if (Number(request.headers['content-length'] ?? 0) > limits.bodyBytes) return tooLarge();
    const bytes = await bytesOf(request, limits.bodyBytes);
    if (bytes === 'too large') return tooLarge();
    if (bytes === 'cut off') {
      // The client went away, or was too slow.
      response.destroy();
      return undefined;
    }
    let body: unknown;
    try {
      body = JSON.parse(utf8.decode(bytes));
    } catch {
      refuse(response, 400, 'BAD_REQUEST', 'The body is not JSON.');
      return undefined;
    }
    if (body === null || typeof body !== 'object' || Array.isArray(body)) {
      metrics.refused('batch');
      refuse(response, 400, 'BAD_REQUEST', 'The body must be one JSON object; batches are not taken.');
      return undefined;
    }
    const problem = shapeOfBody(body as Record<string, unknown>);
    if (problem) {
      refuse(response, 400, 'BAD_REQUEST', problem);
      return undefined;
    }
    return body;
  };

  /** Files that belong to a person: the archive of everything, and the record in formats of research. */
  const download = async (request: IncomingMessage, response: ServerResponse, path: string): Promise<void> => {
    if (!allowOrigin(request, response, config)) {
      refuse(response, 403, 'FORBIDDEN', 'Pages of this origin may not ask here.');
      return;
    }
    if (request.method === 'OPTIONS') {
      response.writeHead(204, { 'content-length': '0' }).end();
      return;
    }
    if (request.method !== 'GET') {
      refuse(response, 405, 'BAD_REQUEST', 'Use GET.', { allow: 'GET, OPTIONS' });
      return;
    }
    const viewer = await viewerOf(request, response);
    if (viewer === undefined) return;
    if (viewer === null) {
      refuse(response, 401, 'UNAUTHENTICATED', 'Sign in first.', { 'www-authenticate': 'Bearer' });
      return;
    }
    const context = newContext(request, viewer);
    Object.assign(context, reads.near(context));
    response.setHeader('x-request-id', context.requestId);
    response.setHeader('cache-control', 'no-store');
    const query = new URL(request.url ?? '', 'http://localhost').searchParams;
    if (path === '/export/account.json') await exportAccount(context, viewer, response);
    else if (!(await exportRecord(context, viewer, path, query, response)))
      refuse(response, 404, 'NOT_FOUND', 'There is no such file.');
  };

  const health = async (response: ServerResponse): Promise<void> => {
    const databaseReady = await Promise.race([
      database.pool.query('SELECT 1').then(
        () => true,
        () => false,
      ),
      new Promise<boolean>((resolve) => setTimeout(() => resolve(false), 2_000).unref()),
    ]);
    // While the primary is away a replica still answers what it can.
    const ready = (databaseReady || replica?.usable() === true) && !draining;
    json(response, ready ? 200 : 503, {
      status: ready ? 'ready' : draining ? 'draining' : 'not ready',
      database: databaseReady ? 'ok' : 'away',
      ...(replica ? { replica: replica.usable() ? 'ok' : 'not used' } : {}),
      bus: bus.healthy() ? 'ok' : 'away',
    });
  };

  const figures = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    if (!mayReadFigures(request, config)) {
      refuse(response, 404, 'NOT_FOUND', 'There is nothing here.');
      return;
    }
    const { type, body } = await metrics.text();
    response.writeHead(200, { 'content-type': type }).end(body);
  };

  const files = webFiles(config);

  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    response.setHeader('x-content-type-options', 'nosniff');
    response.setHeader('referrer-policy', 'no-referrer');
    if (draining) response.setHeader('connection', 'close');
    const path = pathOf(request);
    if (path === '/graphql') await tracing.request(request, response, path, () => graphql(request, response));
    else if (path === '/health/live') json(response, 200, { status: 'live' });
    else if (path === '/health/ready') await health(response);
    else if (path === '/metrics') await figures(request, response);
    else if (path.startsWith('/export/'))
      await tracing.request(request, response, path, () => download(request, response, path));
    else files(request, response);
  };

  // An import would also run every getter of this module to name its exports, and one of them loads Node's whole fetch: 60 ms and 14 MB.
  const http = process.getBuiltinModule('node:http').createServer(
    {
      maxHeaderSize: MAX_HEADER_BYTES,
      headersTimeout: HEADERS_MS,
      requestTimeout: BODY_MS,
      keepAliveTimeout: 65_000,
      connectionsCheckingInterval: 1_000,
      requireHostHeader: true,
    },
    (request, response) => {
      const place = free.pop() ?? running.length;
      running[place] = response;
      response.once('close', () => {
        running[place] = undefined;
        free.push(place);
      });
      handle(request, response).catch((error: Error) => {
        log.error('A request failed.', { path: pathOf(request), reason: error.stack ?? error.message });
        if (response.headersSent) response.destroy();
        else refuse(response, 500, 'INTERNAL', 'Something went wrong on the server.');
      });
    },
  );
  http.on('upgrade', (request, socket, head) => {
    socket.on('error', () => socket.destroy());
    const turnAway = (status: string) => {
      socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
    };
    if (draining) return turnAway('503 Service Unavailable');
    if (pathOf(request) !== '/graphql') return turnAway('404 Not Found');
    if (!originAllowed(request, config)) {
      metrics.refused('origin');
      return turnAway('403 Forbidden');
    }
    const address = limitAddress(addressOf(request, config));
    sockets.accept(request, socket, head, address, (viewer) => newContext(request, viewer));
  });
  // Node's own answers for headers that are too large, too slow or not HTTP tell nothing about the request.
  http.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    if (error.code === 'ECONNRESET' || !socket.writable) return socket.destroy();
    const status =
      error.code === 'HPE_HEADER_OVERFLOW'
        ? '431 Request Header Fields Too Large'
        : error.code === 'ERR_HTTP_REQUEST_TIMEOUT'
          ? '408 Request Timeout'
          : '400 Bad Request';
    socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
  });

  await new Promise<void>((resolve, reject) => {
    http.once('error', reject);
    http.listen(config.port, config.host, () => {
      http.off('error', reject);
      resolve();
    });
  });
  const { port } = http.address() as AddressInfo;
  const host = config.host === '0.0.0.0' || config.host === '::' ? 'localhost' : config.host;

  return {
    port,
    url: `http://${host.includes(':') ? `[${host}]` : host}:${port}`,
    services,
    http,
    lastRequest: () => lastRequest,
    async close(graceMs = 0) {
      draining = true;
      for (const response of running) if (response?.headersSent === false) response.setHeader('connection', 'close');
      await new Promise((resolve) => setTimeout(resolve, graceMs));
      const closed = new Promise<void>((resolve) => http.close(() => resolve()));
      await sockets.close();
      http.closeIdleConnections();
      const deadline = Date.now() + 5_000;
      while (running.length > free.length && Date.now() < deadline)
        await new Promise((resolve) => setTimeout(resolve, 20));
      http.closeAllConnections();
      await closed;
      await live.close();
      await Promise.race([mail.settled(), new Promise((resolve) => setTimeout(resolve, 1_000))]);
      publicReads.close();
      accounts.close();
      reads.close();
    },
  };
}

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** The whole body, by events: an iterator over the stream costs a tenth of what a kept answer takes. */
function bytesOf(request: IncomingMessage, most: number): Promise<Buffer | 'too large' | 'cut off'> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let size = 0;
    request.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size <= most) chunks.push(chunk);
      else {
        request.pause();
        resolve('too large');
      }
    });
    request.on('end', () => resolve(chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks)));
    request.on('error', () => resolve('cut off'));
    request.on('close', () => resolve('cut off'));
  });
}

/** What is wrong with the members of a GraphQL request; null when nothing is. */
function shapeOfBody(body: Record<string, unknown>): string | null {
  const { query, operationName, variables, extensions } = body;
  const isObject = (value: unknown) => typeof value === 'object' && !Array.isArray(value);
  for (const name of Object.keys(body)) {
    if (!['query', 'operationName', 'variables', 'extensions'].includes(name)) {
      return 'The body may have query, operationName, variables and extensions only.';
    }
  }
  if (query !== undefined && query !== null && typeof query !== 'string') return 'query must be a text.';
  if ((query === undefined || query === null) && !extensions) return 'Must provide query string.';
  if (operationName !== undefined && operationName !== null && typeof operationName !== 'string') {
    return 'operationName must be a text.';
  }
  if (variables !== undefined && variables !== null && !isObject(variables)) return 'variables must be an object.';
  if (extensions !== undefined && extensions !== null && !isObject(extensions)) return 'extensions must be an object.';
  return null;
}

function json(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store' });
  response.end(JSON.stringify(body));
}

/** An answer in the form of GraphQL errors, given before GraphQL is asked. */
function refuse(
  response: ServerResponse,
  status: number,
  code: string,
  message: string,
  headers: Record<string, string> = {},
  extensions: Record<string, unknown> = {},
): void {
  const body = JSON.stringify({ errors: [{ message, extensions: { code, ...extensions } }] });
  response.writeHead(status, {
    'content-type': 'application/json; charset=utf-8',
    'content-length': String(Buffer.byteLength(body)),
    'cache-control': 'no-store',
    ...headers,
  });
  response.end(body);
}

function headerOf(request: IncomingMessage, name: string): string | null {
  const value = request.headers[name];
  return typeof value === 'string' ? value : null;
}

function pathOf(request: IncomingMessage): string {
  const url = request.url ?? '/';
  const end = url.search(/[?#]/);
  return end < 0 ? url : url.slice(0, end);
}

function hostOf(request: IncomingMessage, config: Config): string {
  const forwarded = config.trustProxy > 0 ? headerOf(request, 'x-forwarded-host') : null;
  return forwarded ?? request.headers.host ?? 'localhost';
}

/**
 * Address of the client: from the header that the host's own proxy sets, if there is one. Else each trusted proxy adds the address it saw to the right of `X-Forwarded-For`;
 * what stands further left was written by the client itself and is not believed.
 */
function addressOf(request: IncomingMessage, config: Config): string {
  const direct = request.socket.remoteAddress ?? 'unknown';
  const told = config.clientAddressHeader ? headerOf(request, config.clientAddressHeader)?.trim() : undefined;
  if (told) return told;
  if (config.trustProxy === 0) return direct;
  const hops = (headerOf(request, 'x-forwarded-for') ?? '')
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
  return hops.at(-config.trustProxy) ?? direct;
}

/** The part of an address that one person has: of IPv6 the first 64 bits. */
function limitAddress(address: string): string {
  if (!address.includes(':') || address.startsWith('::ffff:')) return address.replace(/^::ffff:/, '');
  const [head = '', tail] = address.split('::');
  const groups = head.split(':').filter((group) => group !== '');
  if (tail !== undefined) while (groups.length < 4) groups.push('0');
  return groups.slice(0, 4).join(':');
}

function languageOf(request: IncomingMessage): string {
  return /^\s*([a-z]{2})\b/i.exec(headerOf(request, 'accept-language') ?? '')?.[1]?.toLowerCase() ?? 'en';
}

/** Pages of the server's own address and of the list may ask; what is no page (no Origin) may as well: it has no cookies to borrow. */
function originAllowed(request: IncomingMessage, config: Config): boolean {
  const origin = request.headers.origin;
  if (origin === undefined) return true;
  if (config.allowedOrigins.includes(origin)) return true;
  const url = URL.parse(origin);
  return url !== null && (url.host === hostOf(request, config) || url.origin === new URL(config.publicUrl).origin);
}

/** Pages with embeds: of the listed origins, or of every one that has a name. */
function embedAllowed(origin: string, config: Config): boolean {
  return (
    config.embedOrigins.includes(origin) || (config.embedOrigins.includes('*') && URL.parse(origin)?.origin === origin)
  );
}

/** The hash of the operation that a GET asks for; null where it asks in another way. */
function askedHash(address: string | undefined): string | null {
  const search = new URL(address ?? '/', 'http://localhost').searchParams;
  if (search.has('query')) return null;
  try {
    const hash: unknown = JSON.parse(search.get('extensions') ?? 'null')?.persistedQuery?.sha256Hash;
    return typeof hash === 'string' ? hash : null;
  } catch {
    return null;
  }
}

/** Sets the CORS headers for an allowed origin. Tokens travel in a header, so credentials are never allowed. */
function allowOrigin(request: IncomingMessage, response: ServerResponse, config: Config): boolean {
  response.setHeader('vary', 'Origin');
  if (!originAllowed(request, config)) return false;
  const { origin } = request.headers;
  if (origin === undefined) return true;
  response.setHeader('access-control-allow-origin', origin);
  response.setHeader('access-control-expose-headers', 'x-request-id, retry-after, content-disposition');
  if (request.method === 'OPTIONS') {
    response.setHeader('access-control-allow-methods', 'GET, POST, OPTIONS');
    response.setHeader('access-control-allow-headers', 'authorization, content-type, dpop');
    response.setHeader('access-control-max-age', '7200');
  }
  return true;
}

/** Those who know the token; without one, this machine itself and nobody through a proxy. */
function mayReadFigures(request: IncomingMessage, config: Config): boolean {
  if (config.metricsToken !== undefined) return request.headers.authorization === `Bearer ${config.metricsToken}`;
  const address = request.socket.remoteAddress ?? '';
  return /^(::ffff:)?127\.|^::1$/.test(address) && request.headers['x-forwarded-for'] === undefined;
}

/** The built web application: files with a hash in their name for ever, everything else asked for anew; unknown paths are its routes. */
function webFiles(config: Config): (request: IncomingMessage, response: ServerResponse) => void {
  if (!existsSync(join(config.webFolder, 'index.html'))) {
    return (_request, response) => {
      response.writeHead(404, { 'content-type': 'text/plain; charset=utf-8' });
      response.end('The web application is not built. Run: npm run build\n');
    };
  }
  const serve = sirv(config.webFolder, {
    // Its list of files is only as old as the process: a new build beside a running one would leave dead entries.
    dev: config.environment !== 'production',
    single: true,
    // A file that is not there is no route of the application.
    ignores: [/^\/embed\//],
    etag: true,
    gzip: true,
    brotli: true,
    dotfiles: false,
    setHeaders(response, path) {
      const hashed = /[.-][\w-]{8,}\.(js|css|woff2|wasm|png|svg|webp|jpg)$/.test(path) && path.startsWith('/assets/');
      const kept = hashed || /^\/embed\/v[^/]+\//.test(path);
      response.setHeader('cache-control', kept ? 'public, max-age=31536000, immutable' : 'no-cache');
      // A plain host of files does not say this: there the application does not ask for an API that nobody promised.
      if (path === '/library.json') response.setHeader('nes-api', '/graphql');
      if (!path.startsWith('/embed/')) return;
      // Modules, worklets and library of the embeds are read by pages of any origin.
      response.setHeader('access-control-allow-origin', '*');
      response.setHeader('cross-origin-resource-policy', 'cross-origin');
    },
  });
  return (request, response) => {
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      refuse(response, 405, 'BAD_REQUEST', 'Use GET.', { allow: 'GET, HEAD' });
      return;
    }
    serve(request, response, () => {
      response.writeHead(404, { 'content-type': 'text/plain; charset=utf-8' }).end('There is no such file.\n');
    });
  };
}
