import { GraphQLError } from 'graphql';
import type { Log } from '../platform/telemetry.ts';
import { isDatabaseAway } from './database-errors.ts';
import { badInput, unavailable } from './errors.ts';

/**
 * What clients are told of an error: those made on purpose as they are, PostgreSQL's absence as UNAVAILABLE, everything else as INTERNAL with the id
 * under which the log has it.
 */
export function mask(error: unknown, requestId: string, log: Log): GraphQLError {
  const graphqlError = error instanceof GraphQLError ? error : null;
  const original = graphqlError?.originalError ?? (graphqlError ? null : error);
  const place = graphqlError
    ? {
        nodes: graphqlError.nodes,
        path: graphqlError.path,
        source: graphqlError.source,
        positions: graphqlError.positions,
      }
    : {};
  // Pothos' own complaints about arguments: cursors and page sizes that make no sense. Ids are checked where they come
  // in, so a value that PostgreSQL cannot read as a uuid (P2007) was a cursor.
  const { name, code } = (original ?? {}) as { name?: string; code?: string };
  if (name === 'PothosValidationError' || code === 'P2007') {
    return new GraphQLError(cursorMessage((original as Error).message), {
      ...place,
      extensions: badInput('').extensions,
    });
  }
  if (graphqlError && (original === null || original === undefined || original instanceof GraphQLError)) {
    // Made on purpose by us, with a code; or by graphql-js and our scalars for a value that does not fit.
    if (graphqlError.extensions.code) return graphqlError;
    return new GraphQLError(graphqlError.message, { ...place, extensions: badInput('').extensions });
  }
  if (isDatabaseAway(original)) {
    log.warn('The database is away.', { requestId, reason: (original as Error).message.slice(0, 200) });
    return new GraphQLError(unavailable().message, { ...place, extensions: unavailable().extensions });
  }
  log.error('An operation failed.', {
    requestId,
    path: graphqlError?.path?.join('.'),
    reason: original instanceof Error ? (original.stack ?? original.message) : String(original),
  });
  return new GraphQLError('Something went wrong on the server.', {
    ...place,
    extensions: { code: 'INTERNAL', requestId },
  });
}

function cursorMessage(message: string): string {
  return message.startsWith('Invalid cursor') || message.includes('for type uuid')
    ? 'The cursor is none that this list gave out.'
    : message;
}
