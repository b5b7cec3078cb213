import { useEngine } from '@envelop/core';
import { execute, type GraphQLSchema, subscribe } from 'graphql';
import { createYoga } from 'graphql-yoga';
import type { Metrics } from '../platform/metrics.ts';
import type { Tracing } from '../platform/tracing.ts';
import type { Admission } from './admission.ts';
import type { AnswerCache } from './answer-cache.ts';
import type { OperationContext } from './context.ts';
import { createDocuments } from './documents.ts';
import type { PersistedOperations } from './persisted-operations.ts';
import { useBody } from './plugins/body.ts';
import { useErrors } from './plugins/errors.ts';
import { useLimits } from './plugins/limits.ts';
import { useOperations } from './plugins/operations.ts';
import { usePersistedOperations } from './plugins/persisted-operations.ts';
import { usePublicCache } from './plugins/public-cache.ts';
import { useRegions } from './plugins/regions.ts';
import type { Reads } from './reads.ts';

export type Yoga = ReturnType<typeof createGraphQL>;

/** GraphQL as every door has it: HTTP by Yoga itself, sockets by `getEnveloped` (sockets/operations.ts). */
export function createGraphQL(options: {
  schema: GraphQLSchema;
  operations: PersistedOperations;
  introspection: boolean;
  admission: Admission;
  answers: AnswerCache;
  reads: Reads;
  metrics: Metrics;
  tracing: Tracing;
  /** Connections to the database. */
  connections: number;
}) {
  const { schema, operations, introspection, admission, answers, reads, metrics, tracing, connections } = options;
  return createYoga<OperationContext>({
    schema,
    graphqlEndpoint: '/graphql',
    // Read by plugins/body.ts; Yoga's own limit copies the body through a stream, which takes twice the processor time.
    maxRequestBodySize: false,
    multipart: false,
    // Origins are judged before Yoga is asked, for every path (origins.ts); so are health and playground.
    cors: false,
    graphiql: false,
    landingPage: false,
    healthCheckEndpoint: '/health/yoga',
    // Masked by plugins/errors.ts, which knows the request's id.
    maskedErrors: false,
    logging: false,
    parserAndValidationCache: { ...createDocuments(operations), validationCache: false },
    plugins: [
      useEngine({ execute, subscribe }),
      useBody(),
      usePersistedOperations({ operations, onRefused: metrics.refused }),
      useLimits({ schema, introspection, onRefused: metrics.refused }),
      usePublicCache(answers),
      useRegions({ reads, metrics }),
      useOperations({ operations, admission, metrics, tracing, connections }),
      useErrors(),
    ],
  });
}
