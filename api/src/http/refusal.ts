import type { ServerResponse } from 'node:http';
import { GraphQLError } from 'graphql';
import { errorIn } from '../schema/error-texts.ts';
import { UNAVAILABLE_SECONDS } from '../schema/errors.ts';
import { acceptedLanguage } from '../schema/languages.ts';

/** How an error is answered over HTTP; Yoga reads it from `extensions.http` and leaves it out of the answer. */
interface HttpExtension {
  status: number;
  headers?: Record<string, string>;
}

/** An error with the status and headers that it is answered with over HTTP. */
export function refusal(
  status: number,
  code: string,
  message: string,
  headers: Record<string, string> = {},
  extensions: Record<string, unknown> = {},
): GraphQLError {
  return new GraphQLError(message, { extensions: { code, ...extensions, http: { status, headers } } });
}

/** PostgreSQL cannot do it at the moment. */
export function unavailableNow(): GraphQLError {
  return refusal(
    503,
    'UNAVAILABLE',
    'The server cannot do this right now. Try again.',
    { 'retry-after': String(UNAVAILABLE_SECONDS) },
    { retryAfter: UNAVAILABLE_SECONDS },
  );
}

/** The same for one who does not speak HTTP: status and headers are no part of what is told. */
export function withoutHttp(error: GraphQLError): GraphQLError {
  const { http, ...extensions } = error.extensions;
  if (http === undefined) return error;
  const { message, nodes, source, positions, path, originalError } = error;
  return new GraphQLError(message, { nodes, source, positions, path, originalError, extensions });
}

/** Answers with an error in the form of GraphQL, where GraphQL itself is not asked. */
export function refuse(response: ServerResponse, error: GraphQLError): void {
  const { status, headers } = error.extensions.http as HttpExtension;
  const language = acceptedLanguage(response.req.headers['accept-language'] ?? null);
  const body = JSON.stringify({ errors: [withoutHttp(errorIn(language, error))] });
  response.writeHead(status, {
    'content-type': 'application/json; charset=utf-8',
    'content-language': language,
    'content-length': String(Buffer.byteLength(body)),
    'cache-control': 'no-store',
    ...headers,
  });
  response.end(body);
}

/** Whether an error says how it is answered over HTTP. */
export function isRefusal(error: unknown): error is GraphQLError {
  return error instanceof GraphQLError && error.extensions.http !== undefined;
}
