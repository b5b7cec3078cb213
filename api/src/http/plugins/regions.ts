import type { IncomingHttpHeaders } from 'node:http';
import {
  type ExecutionArgs,
  type ExecutionResult,
  GraphQLError,
  getOperationAST,
  type OperationDefinitionNode,
  OperationTypeNode,
} from 'graphql';
import type { Plugin } from 'graphql-yoga';
import type { Metrics } from '../../platform/metrics.ts';
import type { Context } from '../../schema/context.ts';
import type { Reads } from '../reads.ts';

/** Sends each operation where it is to be answered; what a replica could not answer (it went away, or its own housekeeping was in the way) is asked of the primary. */
export function useRegions(options: {
  reads: Reads;
  metrics: Metrics;
}): Plugin<Context & { headers?: IncomingHttpHeaders }> {
  const { reads, metrics } = options;
  return {
    onExecute({ args, context, executeFn, setExecuteFn, setResultAndStopExecution }) {
      const { operation } = getOperationAST(args.document, args.operationName) as OperationDefinitionNode;
      const asker = { viewer: context.viewer, address: context.address };
      const near = operation === OperationTypeNode.QUERY ? reads.near(asker) : null;
      if (near) {
        Object.assign(context, near);
        setExecuteFn((async (asked: ExecutionArgs) => {
          const result = (await executeFn(asked)) as ExecutionResult;
          if (!result.errors?.some(isFault)) return result;
          // Another context: what was found out with the replica hangs on the first one.
          return await executeFn({ ...asked, contextValue: { ...context, ...context.primary } });
        }) as typeof executeFn);
        return;
      }
      // A socket cannot be handed on, so what is written through it is written from here.
      const elsewhere = context.headers ? reads.elsewhere(context.headers) : null;
      if (elsewhere !== null) {
        if (operation === OperationTypeNode.MUTATION) reads.sent(asker);
        metrics.replayed(operation);
        setResultAndStopExecution({ extensions: { http: { status: 409, headers: { 'fly-replay': elsewhere } } } });
        return;
      }
      if (operation !== OperationTypeNode.MUTATION) return;
      // Even one that ended with errors may have written; and signing in changes who asks.
      return { onExecuteDone: () => reads.wrote(asker, context.viewer) as never };
    },
  };
}

/** Whether an error was made by something that failed, and not on purpose. */
const isFault = ({ originalError }: GraphQLError) => originalError && !(originalError instanceof GraphQLError);
