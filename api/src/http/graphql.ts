import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Viewer } from '../schema/viewer.ts';
import type { Admitted } from './admission.ts';
import { viewerOf } from './authentication.ts';
import { createContext } from './context.ts';
import { allowEmbed, allowOrigin, embedAllowed, originAllowed } from './origins.ts';
import { hashOf, type OperationRequest, type PersistedOperations } from './persisted-operations.ts';
import { answerPlayground } from './playground.ts';
import { CutOff, readAddress, readBody } from './plugins/body.ts';
import { refusal } from './refusal.ts';
import { originOf, subjectOfRequest } from './request.ts';
import type { Shared } from './services.ts';
import type { Unread } from './unread.ts';
import type { Yoga } from './yoga.ts';

type Handle = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

/** `/graphql` over HTTP: who may ask, and what is asked. The answer is Yoga's. */
export function createGraphQLRoute(options: {
  shared: Shared;
  operations: PersistedOperations;
  yoga: Yoga;
  unread: Unread;
  onRequest: () => void;
}): Handle {
  const { shared, operations, yoga, unread, onRequest } = options;
  const { services, config, admission, answers, metrics } = shared;

  const answer = async (
    request: IncomingMessage,
    response: ServerResponse,
    admitted: Admitted,
    viewer: Viewer | null,
    asked: OperationRequest,
  ): Promise<void> => {
    response.setHeader('cache-control', 'no-store');
    const origin = originOf(request, config);
    // Answers are kept by their form and language.
    const accept = `${acceptable(request)} ${origin.language}`;
    response.setHeader('content-language', origin.language);
    onRequest();
    const started = performance.now();
    const kept = answers.find(asked, accept);
    if (kept) {
      response.writeHead(200, kept.headers).end(kept.body);
      unread.watch(admitted.subject, response, kept.body.length);
      admission.answered(admitted, kept.body.length);
      metrics.operation('query', kept.name, 'ok', (performance.now() - started) / 1000);
      return;
    }
    const { headers } = request;
    const context = createContext(services, admitted, origin, viewer, { asked, accept, headers });
    response.setHeader('x-request-id', context.requestId);
    const answer = await yoga.handleNodeRequestAndResponse(request, response, context);
    const text = await answer.text();
    const length = Buffer.byteLength(text);
    answer.headers.forEach((value, name) => {
      response.setHeader(name, value);
    });
    context.notes.keep?.(text, answer.headers.get('content-type') ?? '');
    response.writeHead(answer.status, { 'content-length': String(length) }).end(text);
    unread.watch(admitted.subject, response, length);
    admission.answered(admitted, length);
  };

  /**
   * A page of another origin with an embed in it. It reads public and unlisted protocols by the embeds' own operations,
   * and nothing else; it does so as nobody, whatever it sends along.
   */
  const embed = async (request: IncomingMessage, response: ServerResponse, origin: string): Promise<void> => {
    allowEmbed(request, response, origin);
    if (request.method === 'OPTIONS') {
      response.writeHead(204, { 'content-length': '0' }).end();
      return;
    }
    const asked = request.method === 'GET' ? readAddress(request.url ?? '') : null;
    const hash = asked && asked.query === null ? hashOf(asked) : null;
    const text = hash === null ? undefined : operations.get(hash);
    if (!asked || !text || !/\bquery Embed\w+/.test(text) || request.headers.authorization !== undefined) {
      metrics.refused('embed');
      throw refusal(403, 'FORBIDDEN', 'Pages of this origin may only read protocols here, as nobody.');
    }
    // The address first: whoever makes up origins does not get far.
    const admitted = admission.admit('persisted', subjectOfRequest(request, config));
    admission.admit('embeds', origin);
    await answer(request, response, admitted, null, asked);
  };

  return async (request, response) => {
    const { method } = request;
    const { origin } = request.headers;
    if (origin !== undefined && !originAllowed(request, config) && embedAllowed(origin, config))
      return await embed(request, response, origin);
    if (!allowOrigin(request, response, config)) {
      metrics.refused('origin');
      throw refusal(403, 'FORBIDDEN', 'Pages of this origin may not ask here.');
    }
    if (method === 'OPTIONS') {
      response.writeHead(204, { 'content-length': '0' }).end();
      return;
    }
    if (asksForPlayground(request)) {
      if (!config.playground) throw refusal(404, 'NOT_FOUND', 'There is no playground here.');
      return await answerPlayground(request, response);
    }
    if (method !== 'POST' && method !== 'GET')
      throw refusal(405, 'BAD_REQUEST', 'Use POST.', { allow: 'GET, POST, OPTIONS' });
    if (method === 'GET' && !config.introspection && !/[?&]extensions=/.test(request.url ?? '')) {
      metrics.refused('get');
      throw refusal(405, 'BAD_REQUEST', 'Use POST, or GET for registered operations.', { allow: 'POST, OPTIONS' });
    }
    let asked: OperationRequest;
    try {
      asked = method === 'POST' ? await readBody(request, metrics.refused) : readAddress(request.url ?? '');
    } catch (error) {
      if (!(error instanceof CutOff)) throw error;
      response.destroy();
      return;
    }
    const admitted = admission.admit(operations.rateOf(asked), subjectOfRequest(request, config));
    const viewer = await viewerOf(request, services);
    await answer(request, response, admitted, viewer, asked);
  };
}

const MEDIA_TYPES = ['application/graphql-response+json', 'application/json'] as const;

/** What is answered of what a client accepts, in its order. Yoga would answer queries as an event stream or in parts, too. */
function acceptable(request: IncomingMessage): string {
  const { accept = '*/*' } = request.headers;
  for (const part of accept.toLowerCase().split(',')) {
    const [range = '', ...parameters] = part.split(';').map((text) => text.trim());
    if (parameters.some((text) => text.startsWith('charset=') && text !== 'charset=utf-8')) continue;
    const exact = MEDIA_TYPES.find((type) => type === range);
    const found = exact ?? (['*/*', 'application/*'].includes(range) ? 'application/json' : undefined);
    if (!found) continue;
    request.headers.accept = found;
    return found;
  }
  throw refusal(406, 'BAD_REQUEST', 'The answer is application/graphql-response+json or application/json.', {
    accept: MEDIA_TYPES.join(', '),
  });
}

function asksForPlayground({ method, headers, url }: IncomingMessage): boolean {
  return method === 'GET' && /\btext\/html\b/.test(headers.accept ?? '') && !url?.includes('query=');
}
