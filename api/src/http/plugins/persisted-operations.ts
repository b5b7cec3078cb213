import { usePersistedOperations as useLookup } from '@graphql-yoga/plugin-persisted-operations';
import type { Plugin } from 'graphql-yoga';
import { hashOf, type OperationRequest, type PersistedOperations, unknownOperation } from '../persisted-operations.ts';

/** Operations may be asked for by the hash of their text; where both are sent, they must belong together. */
export function usePersistedOperations(options: {
  operations: PersistedOperations;
  onRefused: (rule: string) => void;
}): Plugin {
  const { operations, onRefused } = options;
  return {
    onPluginInit({ addPlugin }) {
      addPlugin(
        useLookup({
          allowArbitraryOperations: true,
          extractPersistedOperationId: hashOf as (params: object) => string | null,
          getPersistedOperation: (hash) => operations.get(hash) ?? null,
          customErrors: { notFound: unknownOperation },
        }) as Plugin,
      );
    },
    onParams({ params }) {
      try {
        operations.textOf(params as OperationRequest);
      } catch (error) {
        onRefused((error as { extensions: { code: string } }).extensions.code);
        throw error;
      }
    },
  };
}
