import {
  type ExecutionArgs,
  type ExecutionResult,
  type GraphQLError,
  getOperationAST,
  type OperationDefinitionNode,
  OperationTypeNode,
} from 'graphql';
import type { Plugin } from 'graphql-yoga';
import type { Metrics } from '../../platform/metrics.ts';
import type { Tracing } from '../../platform/tracing.ts';
import { createTurns } from '../../platform/turns.ts';
import type { Admission } from '../admission.ts';
import type { OperationContext } from '../context.ts';
import type { PersistedOperations } from '../persisted-operations.ts';
import { refusal } from '../refusal.ts';
import { complexityOf } from './limits.ts';

/** The part of the connections that queries use at once. With more of them, PostgreSQL and this process take the processors from each other. */
const READERS = 0.6;
/** Mutations at once. Most of what they do is waiting (for locks, for passwords to be hashed), and each has limits of its own. */
const WRITERS = 32;
/** Objects of an answer for which an operation takes one place. */
const OBJECTS_OF_A_PLACE = 1_000;

export const operationOf = ({ document, operationName }: ExecutionArgs) =>
  getOperationAST(document, operationName) as OperationDefinitionNode;

/** When an operation is executed, and what is told of it: turns that are fair by subject, traces and figures, for HTTP and sockets alike. */
export function useOperations(options: {
  operations: PersistedOperations;
  admission: Admission;
  metrics: Metrics;
  tracing: Tracing;
  /** Connections to the database. */
  connections: number;
}): Plugin<OperationContext> {
  const { operations, admission, metrics, tracing, connections } = options;
  // What would wait for a connection waits before it has rows in memory: hundreds in flight would fill the heap with them.
  const reading = createTurns(Math.max(2, Math.ceil(connections * READERS)));
  const writing = createTurns(WRITERS);
  metrics.watch(
    'nes_operations_waiting',
    'Operations that wait for their turn.',
    () => reading.waiting() + writing.waiting(),
  );
  return {
    onExecute({ args, context, executeFn, setExecuteFn }) {
      const operation = operationOf(args);
      const name = operation.name?.value;
      // Names of others are no labels: there is no end of them.
      context.notes.label = operations.has(context.params.query ?? '') ? (name ?? 'other') : 'other';
      const turns = operation.operation === OperationTypeNode.QUERY ? reading : writing;
      const weight = complexityOf(context) / OBJECTS_OF_A_PLACE;
      const { requestId } = context;
      const started = performance.now();
      const execute = executeFn as (args: ExecutionArgs) => Promise<ExecutionResult>;
      setExecuteFn(((asked: ExecutionArgs) =>
        turns.take(context.admitted.subject, weight, () => {
          try {
            admission.begin(context.admitted);
          } catch (error) {
            return { errors: [error as GraphQLError] };
          }
          return tracing.operation(
            { kind: operation.operation, name, requestId },
            async () => await execute(asked),
            ({ errors }) => errors !== undefined,
          );
        })) as typeof executeFn);
      return {
        onExecuteDone({ result }) {
          const outcome = (result as ExecutionResult).errors ? 'errors' : 'ok';
          metrics.operation(
            operation.operation,
            context.notes.label ?? 'other',
            outcome,
            (performance.now() - started) / 1000,
          );
        },
      };
    },
    onSubscribe({ context, setResultAndStopExecution }) {
      // Yoga would answer by server-sent events, around the limits of sockets.
      if (context.asked)
        setResultAndStopExecution({
          errors: [refusal(400, 'BAD_REQUEST', 'Subscriptions are followed over a WebSocket.')],
        } as never);
    },
  };
}
