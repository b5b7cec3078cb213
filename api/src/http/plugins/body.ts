import type { IncomingMessage } from 'node:http';
import type { GraphQLParams, Plugin } from 'graphql-yoga';
import type { OperationRequest } from '../persisted-operations.ts';
import { refusal } from '../refusal.ts';

/** Bytes of a request's body. */
export const MAX_BODY_BYTES = 100_000;

const badRequest = (message: string) => refusal(400, 'BAD_REQUEST', message);
const tooLarge = () =>
  refusal(413, 'BAD_REQUEST', `The body may have at most ${MAX_BODY_BYTES} bytes.`, { connection: 'close' });

/** The parameters that were read from the request before Yoga was asked (`OperationRequest` of the server context). */
export function useBody(): Plugin {
  return {
    onRequestParse({ serverContext, setRequestParser }) {
      setRequestParser(() => (serverContext as { asked?: OperationRequest }).asked as GraphQLParams);
    },
  };
}

/** The client went away, or was too slow: there is nobody to answer. */
export class CutOff extends Error {}

/**
 * The parameters of a POST. They are read from Node's request by events: through the body of a `Request` each costs twice the processor time (api.md, "Body").
 * Throws a refusal for anything but one JSON object of at most MAX_BODY_BYTES, and CutOff.
 */
export async function readBody(request: IncomingMessage, onRefused: (rule: string) => void): Promise<OperationRequest> {
  const refused = (rule: string, error: Error) => {
    onRefused(rule);
    return error;
  };
  const type = request.headers['content-type'] ?? '';
  if (!/^application\/json\s*(;\s*charset=("?)utf-?8\2\s*)?$/i.test(type)) {
    const message = 'The body must be application/json in UTF-8.';
    throw refused('content_type', refusal(415, 'BAD_REQUEST', message, { connection: 'close' }));
  }
  if ((request.headers['content-encoding'] ?? 'identity') !== 'identity') {
    const message = 'The body must not be compressed.';
    throw refused('content_encoding', refusal(415, 'BAD_REQUEST', message, { connection: 'close' }));
  }
  if (Number(request.headers['content-length'] ?? 0) > MAX_BODY_BYTES) throw refused('body', tooLarge());
  const bytes = await bytesOf(request).catch((error: Error) => {
    throw error instanceof CutOff ? error : refused('body', error);
  });
  let body: unknown;
  try {
    body = JSON.parse(utf8.decode(bytes));
  } catch {
    throw badRequest('The body is not JSON.');
  }
  if (body === null || typeof body !== 'object' || Array.isArray(body))
    throw refused('batch', badRequest('The body must be one JSON object; batches are not taken.'));
  return checked(body as Record<string, unknown>);
}

/** The parameters in the address of a GET. */
export function readAddress(url: string): OperationRequest {
  const search = new URLSearchParams(url.includes('?') ? url.slice(url.indexOf('?') + 1) : '');
  const object = (name: string): unknown => JSON.parse(search.get(name) || 'null');
  try {
    return checked({
      query: search.get('query') || null,
      operationName: search.get('operationName'),
      variables: object('variables'),
      extensions: object('extensions'),
    });
  } catch (error) {
    if (error instanceof SyntaxError) throw badRequest('The parameters of the address cannot be read.');
    throw error;
  }
}

const utf8 = new TextDecoder('utf-8', { fatal: true });

function bytesOf(request: IncomingMessage): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    request.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size <= MAX_BODY_BYTES) chunks.push(chunk);
      else {
        request.pause();
        reject(tooLarge());
      }
    });
    request.on('end', () => resolve(chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks)));
    request.on('error', () => reject(new CutOff()));
    request.on('close', () => reject(new CutOff()));
  });
}

/** The members of a GraphQL request, each of its kind. */
function checked(body: Record<string, unknown>): OperationRequest {
  const { query, operationName, variables, extensions } = body;
  const isObject = (value: unknown) => typeof value === 'object' && !Array.isArray(value);
  for (const name of Object.keys(body)) {
    if (!['query', 'operationName', 'variables', 'extensions'].includes(name))
      throw badRequest('The body may have query, operationName, variables and extensions only.');
  }
  if (query != null && typeof query !== 'string') throw badRequest('query must be a text.');
  if (query == null && !extensions) throw badRequest('Must provide query string.');
  if (operationName != null && typeof operationName !== 'string') throw badRequest('operationName must be a text.');
  if (variables != null && !isObject(variables)) throw badRequest('variables must be an object.');
  if (extensions != null && !isObject(extensions)) throw badRequest('extensions must be an object.');
  return body as OperationRequest;
}
