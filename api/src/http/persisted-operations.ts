import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { refusal } from './refusal.ts';

/** What a client sends, over HTTP or a socket. */
export interface OperationRequest {
  query?: string | null;
  operationName?: string | null;
  variables?: Record<string, unknown> | null;
  extensions?: Record<string, unknown> | null;
}

/** Operations of our own web application, by the SHA-256 of their text. */
export interface PersistedOperations {
  /** The text with this hash. */
  get(hash: string): string | undefined;
  /** Whether a text is one of them. */
  has(text: string): boolean;
  texts(): Iterable<string>;
  /** The text that a request asks for, by itself or by its hash. Throws where there is none, and where the hash is not that of the text. */
  textOf(request: OperationRequest): string;
  /** Which of the limits' rates counts for it: operations of our own application may be asked more often. */
  rateOf(request: OperationRequest): 'persisted' | 'free';
}

/** Reads the file that the web application's code generation writes: `{ "sha256:<hex>": text }`. None when it was not built yet. */
export function readPersistedOperations(file: string): PersistedOperations {
  let json = '{}';
  try {
    json = readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  return persistedOperations(JSON.parse(json) as Record<string, string>, file);
}

/** @param entries hash and text of each; `place` is named where one is not the other's. */
export function persistedOperations(entries: Record<string, string>, place: string): PersistedOperations {
  const byHash = new Map<string, string>();
  for (const [name, text] of Object.entries(entries)) {
    const hash = plain(name);
    if (sha256(text) !== hash)
      throw new Error(`${place}: the hash ${name} is not that of its text (${text.slice(0, 60)}).`);
    byHash.set(hash, text);
  }
  const texts = new Set(byHash.values());
  return {
    get: (hash) => byHash.get(plain(hash)),
    has: (text) => texts.has(text),
    texts: () => texts,
    textOf(request) {
      const hash = hashOf(request);
      const { query } = request;
      if (query == null || query === '') {
        if (hash === null) throw refusal(400, 'BAD_REQUEST', 'Must provide query string.');
        const text = byHash.get(plain(hash));
        if (text === undefined) throw unknownOperation();
        return text;
      }
      if (hash !== null && sha256(query) !== plain(hash))
        throw refusal(400, 'BAD_REQUEST', 'The hash is not that of the query.');
      return query;
    },
    rateOf(request) {
      const hash = hashOf(request);
      return hash !== null && byHash.has(plain(hash)) ? 'persisted' : 'free';
    },
  };
}

/** In the words that Apollo's clients wait for before they send the text as well. */
export const unknownOperation = () => refusal(200, 'PERSISTED_QUERY_NOT_FOUND', 'PersistedQueryNotFound');

/** The hash that a request names. */
export function hashOf({ extensions }: Pick<OperationRequest, 'extensions'>): string | null {
  const hash = (extensions as { persistedQuery?: { sha256Hash?: unknown } } | null | undefined)?.persistedQuery
    ?.sha256Hash;
  return typeof hash === 'string' ? hash : null;
}

const plain = (hash: string) => hash.replace(/^sha256:/, '');

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
