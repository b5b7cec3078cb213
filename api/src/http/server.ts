import type { Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { GraphQLError } from 'graphql';
import { repositoryRoot } from '../config.ts';
import { absenceOf } from '../platform/absence.ts';
import type { Services } from '../schema/context.ts';
import { createDownloads } from './downloads.ts';
import { createGraphQLRoute } from './graphql.ts';
import { createHealth } from './health.ts';
import { createHeld } from './held.ts';
import { isIdle } from './idle.ts';
import { createOEmbed } from './oembed.ts';
import { originAllowed } from './origins.ts';
import { packedText } from './packed.ts';
import { readPersistedOperations } from './persisted-operations.ts';
import { isRefusal, refusal, refuse, unavailableNow } from './refusal.ts';
import { originOf, pathOf, subjectOfRequest } from './request.ts';
import { schema } from './schema.ts';
import { createServices, type ServerOptions } from './services.ts';
import { createSharedFile, SHARED_FILE } from './shared-file.ts';
import { createSockets } from './sockets.ts';
import { createUnread } from './unread.ts';
import { webFiles } from './web-files.ts';
import { createGraphQL } from './yoga.ts';

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
   * For `graceMs` all is answered as before, sockets too: kept connections end with their next answer, and balancers see that `/health/ready` fails.
   */
  close(graceMs?: number): Promise<void>;
}

/** What can be asked, for programs that make types of it. It is the same for everybody and in the repository, so every page may read it. */
const schemaFile = packedText(async () => (await import('./schema-text.ts')).schemaText(), {
  'content-type': 'text/plain; charset=utf-8',
  'cache-control': 'no-cache',
  'access-control-allow-origin': '*',
  'cross-origin-resource-policy': 'cross-origin',
});

const MAX_HEADER_BYTES = 16 * 1024;
const HEADERS_MS = 10_000;
const BODY_MS = 15_000;
/** What runs may take so long to finish after the port has closed. */
const DRAIN_MS = 2_000;

/** Starts HTTP, GraphQL and WebSockets on the configured port. Rejects when the port is taken. */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const shared = await createServices(options);
  const { services, config, admission, metrics, log, tracing, reads, answers } = shared;
  const operations = readPersistedOperations(join(repositoryRoot, 'web/src/data/generated/persisted-documents.json'));
  const yoga = createGraphQL({
    ...{ schema, operations, admission, answers, reads, metrics, log, tracing },
    introspection: config.introspection,
    connections: config.databasePool,
  });
  let draining = false;
  let closing = false;
  let lastRequest = 0;
  const unread = createUnread(metrics.refused);
  const graphql = createGraphQLRoute({
    ...{ shared, operations, yoga, unread },
    onRequest: () => {
      lastRequest = Date.now();
    },
  });
  const sockets = createSockets({ shared, schema, operations, yoga });
  const began = Date.now();
  const health = createHealth(
    shared,
    () => draining,
    () => isIdle(began, lastRequest),
  );
  const download = createDownloads(shared);
  const oEmbed = createOEmbed(shared);
  const sharedFile = createSharedFile(shared);
  const files = webFiles(config);
  const held = createHeld(config.limits.rateFactor);
  /** Requests that are being answered. */
  const running = new Set<ServerResponse>();

  const errorToTell = (error: Error, path: string): GraphQLError => {
    if (isRefusal(error)) return error;
    const absence = absenceOf(error);
    if (!absence) {
      log.error('A request failed.', { path, reason: error.stack ?? error.message });
      return refusal(500, 'INTERNAL', 'Something went wrong on the server.');
    }
    services.writes.met(error);
    log.warn(`The database is ${absence}.`, { path, reason: error.message.slice(0, 200) });
    return unavailableNow();
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
      running.add(response);
      response.once('close', () => running.delete(response));
      response.setHeader('x-content-type-options', 'nosniff');
      response.setHeader('referrer-policy', 'no-referrer');
      if (draining) response.setHeader('connection', 'close');
      const path = pathOf(request);
      const answer = async (): Promise<void> => {
        if (path === '/graphql') await tracing.request(request, response, path, () => graphql(request, response));
        else if (path === '/health/live') health.live(response);
        else if (path === '/health/ready') await health.ready(request, response);
        else if (path === '/schema.graphql') await schemaFile(request, response);
        else if (path === '/oembed') await oEmbed(request, response);
        else if (SHARED_FILE.test(path)) await sharedFile(request, response);
        else if (path === '/metrics') await health.figures(request, response);
        else if (path.startsWith('/export/'))
          await tracing.request(request, response, path, () => download(request, response));
        else {
          const wait = admission.wait(admission.admit('files', subjectOfRequest(request, config)));
          if (wait > 0) await new Promise((turn) => setTimeout(turn, wait * 1000));
          files(request, response);
        }
      };
      answer().catch(async (error: Error) => {
        const told = errorToTell(error, path);
        const { status } = told.extensions.http as { status: number };
        // What is our fault is told at once.
        const sent = status >= 500 || (await held.wait(subjectOfRequest(request, config), status === 429));
        if (response.headersSent || response.destroyed || !sent) response.destroy();
        else refuse(response, told);
      });
    },
  );
  http.on('upgrade', (request, socket, head) => {
    socket.on('error', () => socket.destroy());
    const turnAway = (status: string) => {
      socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
    };
    if (closing) return turnAway('503 Service Unavailable');
    if (pathOf(request) !== '/graphql') return turnAway('404 Not Found');
    if (!originAllowed(request, config)) {
      metrics.refused('origin');
      return turnAway('403 Forbidden');
    }
    const subject = subjectOfRequest(request, config);
    try {
      sockets.accept(request, socket, head, subject, originOf(request, config));
    } catch (error) {
      if (!isRefusal(error)) throw error;
      const after = (error.extensions.http as { headers: Record<string, string> }).headers['retry-after'];
      void held.wait(subject, true).then((sent) => {
        if (sent) turnAway(`429 Too Many Requests\r\nRetry-After: ${after}`);
        else socket.destroy();
      });
    }
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
    // Later ones are connections that could not be taken, for want of file descriptors for instance.
    http.on('error', (error) => {
      log.warn('The port could not be used.', { reason: error.message });
      reject(error);
    });
    http.listen(config.port, config.host, resolve);
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
      for (const response of running) if (!response.headersSent) response.setHeader('connection', 'close');
      await new Promise((resolve) => setTimeout(resolve, graceMs));
      closing = true;
      const closed = new Promise<void>((resolve) => http.close(() => resolve()));
      await sockets.close();
      http.closeIdleConnections();
      const deadline = Date.now() + DRAIN_MS;
      while (running.size > 0 && Date.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 20));
      http.closeAllConnections();
      await closed;
      await shared.close();
    },
  };
}
