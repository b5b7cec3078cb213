import type { IncomingMessage, ServerResponse } from 'node:http';
import fastq from 'fastq';
import {
  type ExecutionResult,
  type GraphQLError,
  type GraphQLSchema,
  getOperationAST,
  OperationTypeNode,
} from 'graphql';
import {
  createHandler,
  type Response as HandlerResponse,
  type OperationContext,
  type RequestParams,
} from 'graphql-http';
import type { Metrics } from '../platform/metrics.ts';
import type { Log } from '../platform/telemetry.ts';
import type { Tracing } from '../platform/tracing.ts';
import type { Context, Viewer } from './context.ts';
import type { Admitted, Gate, Judged, OperationRequest } from './gate.ts';
import { mask } from './masking.ts';
import type { PublicReads } from './public-reads.ts';
import { type Asker, executeAt } from './reads.ts';

export interface Endpoint {
  /** Answers from memory, if this is kept there and the viewer may have it: before anything else is made for the request. */
  fromMemory(
    request: IncomingMessage,
    response: ServerResponse,
    viewer: Viewer | null,
    body: OperationRequest,
  ): boolean;
  /** Answers a request whose body (null for GET) was read and parsed already. */
  answer(
    request: IncomingMessage,
    response: ServerResponse,
    context: Context,
    body: OperationRequest | null,
  ): Promise<void>;
}

/** What one request carries through graphql-http. */
interface Carried {
  context: Context;
  /** Null: they cannot be read. */
  asked: OperationRequest | null;
  judged: Judged | null;
  admitted: Admitted | null;
  /** Whether the answer has errors. */
  failed: boolean;
  /** An answer without errors. graphql-http would look at each value of it, whether it is an error. */
  answer: ExecutionResult | null;
  /** Signing in changes the context's viewer. */
  asker: Asker;
}

/** The part of the connections that queries use at once. With more of them, PostgreSQL and this process take the processors from each other. */
const READERS = 0.6;

/** GraphQL over HTTP by graphql-http (negotiation, status codes, GET), with the gate in the place of its parsing and validation. */
export function createEndpoint(options: {
  schema: GraphQLSchema;
  gate: Gate;
  publicReads: PublicReads;
  metrics: Metrics;
  log: Log;
  tracing: Tracing;
  /** Connections to the database. */
  connections: number;
}): Endpoint {
  const { schema, gate, publicReads, metrics, log, tracing, connections } = options;
  // What would wait for a connection waits before it has rows in memory: hundreds in flight would fill the small heap with them. And it waits before
  // the objects of its answer are made, because what has waited long is old, and what hangs on old objects stays until the next full collection.
  // Some connections are left to those who write.
  const turns = fastq.promise((answer: () => Promise<void>) => answer(), Math.ceil(connections * READERS));

  const handler = createHandler<IncomingMessage, Carried, Context & OperationContext>({
    // The gate takes operations that are known by their hash alone, so the text may be missing here.
    parseRequestParams(request) {
      const { asked } = request.context;
      if (asked === null) return badRequest('The parameters of the address cannot be read.');
      return { ...asked, query: asked.query ?? '' } as RequestParams;
    },
    onSubscribe(request, params) {
      const carried = request.context;
      const judged = carried.judged as Judged;
      if ('errors' in judged) return refusal(judged.errors);
      carried.admitted = judged;
      const { context } = carried;
      const near = judged.operation.operation === OperationTypeNode.QUERY ? context.reads.near(context) : null;
      if (near) Object.assign(context, near);
      else {
        const elsewhere = context.reads.elsewhere(request.headers);
        if (elsewhere !== null) {
          if (judged.operation.operation === OperationTypeNode.MUTATION) context.reads.sent(context);
          metrics.replayed(judged.operation.operation);
          return [null, { status: 409, statusText: 'Conflict', headers: { 'fly-replay': elsewhere } }];
        }
      }
      return {
        schema,
        document: judged.document,
        operationName: params.operationName,
        variableValues: params.variables as Record<string, unknown> | undefined,
        contextValue: context as Context & OperationContext,
      };
    },
    execute(args) {
      const { requestId } = args.contextValue as Context;
      const operation = getOperationAST(args.document, args.operationName);
      return tracing.operation(
        { kind: operation?.operation ?? 'operation', name: operation?.name?.value, requestId },
        () => executeAt(args),
        ({ errors }) => errors !== undefined,
      );
    },
    async onOperation(request, _args, result) {
      const { context, admitted, asker } = request.context;
      // Even one that ended with errors may have written.
      if (admitted?.operation.operation === OperationTypeNode.MUTATION)
        await context.reads.wrote(asker, context.viewer);
      const { errors } = result as ExecutionResult;
      if (!errors) {
        request.context.answer = result as ExecutionResult;
        return { data: null };
      }
      request.context.failed = true;
      return { ...(result as ExecutionResult), errors: errors.map((error) => mask(error, context.requestId, log)) };
    },
  });

  const answerJudged = async (
    request: IncomingMessage,
    response: ServerResponse,
    context: Context,
    asked: OperationRequest | null,
    judged: Judged | null,
    started: number,
  ): Promise<void> => {
    const keep = publicReads.begin();
    const asker = { viewer: context.viewer, address: context.address };
    const carried: Carried = { context, asked, judged, admitted: null, failed: false, answer: null, asker };
    const [said, { status, statusText, headers }] = await handler({
      method: request.method ?? 'GET',
      url: request.url ?? '/graphql',
      headers: request.headers,
      body: null,
      raw: request,
      context: carried,
    });
    const text = carried.answer === null ? said : JSON.stringify(carried.answer);
    if (carried.admitted) {
      const { operation, trusted, document } = carried.admitted;
      const name = trusted ? (operation.name?.value ?? 'other') : 'other';
      const outcome = carried.failed ? 'errors' : 'ok';
      metrics.operation(operation.operation, name, outcome, (performance.now() - started) / 1000);
      // What a replica said may be of a moment ago, and there are those who must not be told that any more.
      const ofNow = context.database === context.primary.database;
      if (request.method === 'POST' && asked && text !== null && status === 200 && !carried.failed && ofNow) {
        const { accept } = request.headers;
        keep(asked, accept, context.viewer, document, { headers: headersOf(headers, text), text, name });
      }
    }
    response.writeHead(status, statusText, headersOf(headers, text)).end(text);
  };

  return {
    fromMemory(request, response, viewer, body) {
      const started = performance.now();
      const kept = publicReads.find(body, request.headers.accept, viewer);
      if (!kept) return false;
      response.writeHead(200, kept.headers).end(kept.body);
      metrics.operation('query', kept.name, 'ok', (performance.now() - started) / 1000);
      return true;
    },
    async answer(request, response, context, body) {
      const started = performance.now();
      const asked = body ?? parametersOf(request.url ?? '');
      const judged = asked && gate.judge({ ...asked, query: asked.query || null }, context);
      const isQuery =
        judged !== null && !('errors' in judged) && judged.operation.operation === OperationTypeNode.QUERY;
      const answer = () => answerJudged(request, response, context, asked, judged, started);
      await (isQuery ? turns.push(answer) : answer());
    },
  };
}

function headersOf(headers: Record<string, string> | undefined, text: string | null): Record<string, string> {
  return { ...headers, 'content-length': String(text === null ? 0 : Buffer.byteLength(text)) };
}

/** Parameters of a GET; null when they are not what they should be. */
function parametersOf(url: string): OperationRequest | null {
  const search = new URLSearchParams(url.slice(url.indexOf('?') + 1));
  const object = (name: string): Record<string, unknown> | undefined => {
    const text = search.get(name);
    if (text === null || text === '') return undefined;
    const value: unknown = JSON.parse(text);
    if (value === null || typeof value !== 'object' || Array.isArray(value)) throw new Error(`${name} is no object.`);
    return value as Record<string, unknown>;
  };
  try {
    return {
      query: search.get('query') || null,
      operationName: search.get('operationName'),
      variables: object('variables'),
      extensions: object('extensions'),
    };
  } catch {
    return null;
  }
}

/**
 * How a refusal is answered: limits with 400 whatever the client accepts; an unknown hash with 200, after which Apollo's clients send the text;
 * the rest (syntax, validation) as GraphQL over HTTP has it for the accepted type.
 */
function refusal(errors: readonly GraphQLError[]): HandlerResponse | readonly GraphQLError[] {
  const code = errors[0]?.extensions.code;
  if (code !== 'PERSISTED_QUERY_NOT_FOUND' && code !== 'LIMIT_EXCEEDED') return errors;
  return [
    JSON.stringify({ errors }),
    {
      status: code === 'LIMIT_EXCEEDED' ? 400 : 200,
      statusText: code === 'LIMIT_EXCEEDED' ? 'Bad Request' : 'OK',
      headers: { 'content-type': 'application/json; charset=utf-8' },
    },
  ];
}

function badRequest(message: string): HandlerResponse {
  return [
    JSON.stringify({ errors: [{ message, extensions: { code: 'BAD_REQUEST' } }] }),
    { status: 400, statusText: 'Bad Request', headers: { 'content-type': 'application/json; charset=utf-8' } },
  ];
}
