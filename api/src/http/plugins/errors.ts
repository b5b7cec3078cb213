import { type ExecutionResult, GraphQLError } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import { absenceOf } from '../../platform/absence.ts';
import type { Context } from '../../schema/context.ts';
import { errorIn } from '../../schema/error-texts.ts';
import { badInput, unavailable } from '../../schema/errors.ts';
import type { OperationContext } from '../context.ts';

/** What is told of errors, by whatever door they leave: results of executions, each result of a subscription, and what was thrown before there was one. */
export function useErrors(): Plugin<OperationContext> {
  const masked = <Result extends object>(result: Result, context: OperationContext): Result => {
    const { errors } = result as ExecutionResult;
    return errors ? { ...result, errors: errors.map((error) => mask(error, context)) } : result;
  };
  return {
    onExecute({ context }) {
      return { onExecuteDone: ({ result, setResult }) => setResult(masked(result, context)) };
    },
    onSubscribe({ context }) {
      return {
        onSubscribeResult({ result, setResult }) {
          if (!(Symbol.asyncIterator in result)) setResult(masked(result, context));
          return { onNext: ({ result, setResult }) => setResult(masked(result, context)) };
        },
      };
    },
    onResultProcess({ result, setResult, serverContext }) {
      if (!Array.isArray(result)) setResult(masked(result, serverContext as unknown as OperationContext));
    },
  };
}

/**
 * What clients are told of an error: those made on purpose as they are, what PostgreSQL cannot do at the moment as UNAVAILABLE, everything else as INTERNAL with the id
 * under which the log has it.
 */
export function mask(
  error: unknown,
  context: Pick<Context, 'requestId' | 'log' | 'writes' | 'language'>,
): GraphQLError {
  return errorIn(context.language, maskInEnglish(error, context));
}

function maskInEnglish(
  error: unknown,
  { requestId, log, writes }: Pick<Context, 'requestId' | 'log' | 'writes'>,
): GraphQLError {
  const graphqlError = error instanceof GraphQLError ? error : null;
  const original = graphqlError?.originalError ?? (graphqlError ? null : error);
  const { nodes, path, source, positions } = graphqlError ?? {};
  const place = { nodes, path, source, positions };
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
  const absence = absenceOf(original);
  if (absence) {
    writes.met(original);
    log.warn(`The database is ${absence}.`, { requestId, reason: (original as Error).message.slice(0, 200) });
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
