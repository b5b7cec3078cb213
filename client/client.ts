import { createClient as createSocket } from 'graphql-ws';
import type { TypedDocumentString } from './generated/graphql.ts';

/** What is told of a mistake in a mutation's input. */
export interface UserError {
  field?: readonly string[] | null;
  code: string;
  message: string;
}

/** The server could not be reached, or refused as a whole. */
export class ApiError extends Error {
  /** `UNAUTHENTICATED`, `FORBIDDEN`, `RATE_LIMITED`, `UNAVAILABLE`, `LIMIT_EXCEEDED`, …; `UNREACHABLE` without an answer. */
  readonly code: string;
  /** Seconds after which it is worth another try; null where it is not said. */
  readonly retryAfter: number | null;
  constructor(code: string, message: string, retryAfter: number | null = null) {
    super(message);
    this.name = 'ApiError';
    this.code = code;
    this.retryAfter = retryAfter;
  }
}

/** A mutation's `userErrors`. */
export class UserErrors extends Error {
  readonly errors: readonly UserError[];
  constructor(errors: readonly UserError[]) {
    super(errors.map(({ message }) => message).join(' '));
    this.name = 'UserErrors';
    this.errors = errors;
  }
}

/** The payload of a mutation; throws its `userErrors`. */
export function accepted<Payload extends { userErrors: readonly UserError[] }>(payload: Payload): Payload {
  if (payload.userErrors.length > 0) throw new UserErrors(payload.userErrors);
  return payload;
}

export interface ClientOptions {
  /** Where the API is, as in `https://nes.example.org/graphql`. */
  url: string;
  /** Access or personal token for what is asked next; null asks as nobody. It is asked for each time, and once for each connection. */
  token?: () => string | null | Promise<string | null>;
  /** For subscriptions, where there is no global one. */
  webSocket?: unknown;
}

export interface Client {
  readonly url: string;
  /** Asks once. Throws ApiError. */
  ask<Data, Variables>(
    document: TypedDocumentString<Data, Variables>,
    variables: Variables,
    headers?: Record<string, string>,
  ): Promise<Data>;
  /**
   * Follows a subscription. After a lost connection it is asked for again, and begins with what is so then; what was between is not told
   * (live.ts fills that gap). It ends when the server ends it, when the loop is left, or by `signal`.
   */
  follow<Data, Variables>(
    document: TypedDocumentString<Data, Variables>,
    variables: Variables,
    signal?: AbortSignal,
  ): AsyncGenerator<Data>;
  /** Closes the socket. */
  close(): Promise<void>;
}

interface Answer<Data> {
  data?: Data | null;
  errors?: readonly { message: string; extensions?: { code?: string; retryAfter?: number } }[];
}

export function createClient({ url, token = () => null, webSocket }: ClientOptions): Client {
  const socket = createSocket({
    url: url.replace(/^http/, 'ws'),
    lazy: true,
    keepAlive: 12_000,
    webSocketImpl: webSocket,
    retryAttempts: Number.POSITIVE_INFINITY,
    // 4403: the token has run out; the next connection asks for a fresh one.
    shouldRetry: () => true,
    retryWait: (tries) =>
      new Promise((resolve) => setTimeout(resolve, Math.min(30_000, 250 * 2 ** tries) * (0.5 + Math.random() / 2))),
    connectionParams: async () => {
      const accessToken = await token();
      return accessToken ? { accessToken } : {};
    },
  });
  return {
    url,
    async ask(document, variables, headers) {
      const accessToken = headers?.authorization === undefined ? await token() : null;
      const response = await fetch(url, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          accept: 'application/graphql-response+json',
          ...(accessToken ? { authorization: `Bearer ${accessToken}` } : {}),
          ...headers,
        },
        body: JSON.stringify({ query: String(document), variables }),
      }).catch((error: Error) => {
        throw new ApiError('UNREACHABLE', error.message);
      });
      return dataOf(await response.json().catch(() => ({})), response.status);
    },
    async *follow<Data>(
      document: TypedDocumentString<Data, unknown>,
      variables: unknown,
      signal?: AbortSignal,
    ): AsyncGenerator<Data> {
      const results = socket.iterate<Data>({
        query: String(document),
        variables: variables as Record<string, unknown>,
      });
      const stop = () => void results.return?.();
      signal?.addEventListener('abort', stop, { once: true });
      try {
        if (signal?.aborted) return;
        for await (const result of results) yield dataOf(result as Answer<Data>, 200);
      } catch (error) {
        throw Array.isArray(error) ? errorOf({ errors: error }, 200) : error;
      } finally {
        signal?.removeEventListener('abort', stop);
        stop();
      }
    },
    async close() {
      await socket.dispose();
    },
  } as Client;
}

function dataOf<Data>(answer: Answer<Data>, status: number): Data {
  if (answer.errors?.length || !answer.data) throw errorOf(answer, status);
  return answer.data;
}

function errorOf({ errors }: Answer<unknown>, status: number): ApiError {
  const [first] = errors ?? [];
  const { code, retryAfter } = first?.extensions ?? {};
  return new ApiError(code ?? 'INTERNAL', first?.message ?? `The server answered ${status}.`, retryAfter ?? null);
}

/**
 * Does it again where the server could not be reached, was busy or away: at most `tries` times. Safe for queries, and for every mutation with ids
 * made by the client (sessions and their events): the same id is answered, and nothing happens twice.
 */
export async function repeated<Result>(work: () => Promise<Result>, tries = 5): Promise<Result> {
  for (let n = 1; ; n++) {
    try {
      return await work();
    } catch (error) {
      const again = error instanceof ApiError && ['UNREACHABLE', 'UNAVAILABLE', 'RATE_LIMITED'].includes(error.code);
      if (!again || n >= tries) throw error;
      const seconds = error.retryAfter ?? Math.min(30, 0.25 * 2 ** n);
      await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
    }
  }
}
