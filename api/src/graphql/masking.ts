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
  if (original === null || original === undefined) {
    // Made by graphql itself (e.g. a variable that does not fit) or by us.
    if (graphqlError?.extensions.code) return graphqlError;
    return new GraphQLError((graphqlError as GraphQLError).message, {
      ...place,
      extensions: { code: 'BAD_USER_INPUT' },
    });
  }
  // Pothos' own complaints about arguments: cursors and page sizes that make no sense. Ids are checked where they come
  // in, so a value that PostgreSQL cannot read as a uuid (P2007) was a cursor.
  if ((original as Error).name === 'PothosValidationError' || (original as { code?: unknown }).code === 'P2007') {
    return new GraphQLError(cursorMessage((original as Error).message), {
      ...place,
      extensions: badInput('').extensions,
    });
  }
  if (original instanceof GraphQLError) return original;
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
