import type { DocumentNode } from 'graphql';
import type { PersistedOperations } from './persisted-operations.ts';

/** Documents of others that are remembered, and the longest text that is: Yoga's own cache has 1,024 of any length. */
const REMEMBERED = 64;
const REMEMBERED_LENGTH = 8_000;

interface Store<Value> {
  get(text: string): Value | undefined;
  set(text: string, value: Value): void;
}

/** Documents and syntax errors by their text: those of the application stay, of others the last short ones. */
export function createDocuments(operations: PersistedOperations): {
  documentCache: Store<DocumentNode>;
  errorCache: Store<Error>;
} {
  return { documentCache: createStore(operations), errorCache: createStore(operations) };
}

function createStore<Value>(operations: PersistedOperations): Store<Value> {
  const own = new Map<string, Value>();
  const recent = new Map<string, Value>();
  return {
    get: (text) => own.get(text) ?? recent.get(text),
    set(text, value) {
      if (operations.has(text)) own.set(text, value);
      else if (text.length <= REMEMBERED_LENGTH) {
        recent.set(text, value);
        if (recent.size > REMEMBERED) recent.delete(recent.keys().next().value as string);
      }
    },
  };
}
