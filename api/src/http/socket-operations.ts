import {
  type DocumentNode,
  type ExecutionArgs,
  type ExecutionResult,
  GraphQLError,
  type GraphQLSchema,
  getArgumentValues,
  getOperationAST,
  getVariableValues,
  Kind,
  type OperationDefinitionNode,
} from 'graphql';
import type { Context } from '../schema/context.ts';
import type { Live } from '../schema/live.ts';
import type { LiveExtension } from '../schema/live-extension.ts';
import { checkScope } from '../schema/token-scopes.ts';
import type { OperationContext } from './context.ts';
import type { OperationRequest, PersistedOperations } from './persisted-operations.ts';
import { mask } from './plugins/errors.ts';
import { withoutHttp } from './refusal.ts';
import type { SocketConnection } from './socket-connection.ts';
import type { Yoga } from './yoga.ts';

/** An operation of a socket that may be executed. */
export interface SocketOperation {
  text: string;
  args: ExecutionArgs;
  context: OperationContext;
  enveloped: ReturnType<Yoga['getEnveloped']>;
}

const TAIL = Buffer.from('}');

/** What a socket asks, parsed and validated by the plugins that HTTP has as well. */
export function prepare(
  options: { schema: GraphQLSchema; operations: PersistedOperations; yoga: Yoga },
  request: OperationRequest,
  context: OperationContext,
): SocketOperation | readonly GraphQLError[] {
  const { schema, operations, yoga } = options;
  try {
    const text = operations.textOf(request);
    context.params = { ...request, query: text };
    const enveloped = yoga.getEnveloped(context);
    const document = enveloped.parse(text) as DocumentNode;
    const errors = enveloped.validate(schema, document) as readonly GraphQLError[];
    if (errors.length > 0) return errors.map(withoutHttp);
    const { operationName, variables: variableValues } = request;
    return {
      text,
      context,
      enveloped,
      args: { schema, document, operationName, variableValues, contextValue: context },
    };
  } catch (error) {
    if (error instanceof GraphQLError) return [withoutHttp(error)];
    throw error;
  }
}

/** Joins the shared execution. Its results are written to the socket directly; the iterator only says when it is over. */
export async function follow(
  live: Live,
  connection: SocketConnection,
  id: string,
  { text, args, context, enveloped }: SocketOperation,
): Promise<ExecutionResult | AsyncIterableIterator<ExecutionResult>> {
  const audience = await audienceOf(args, context);
  const shared = audience.personal
    ? context
    : { ...context, viewer: null, audiences: [audience.name], address: connection.subject };
  let end: (error?: unknown) => void = () => {};
  const ended = new Promise<unknown>((resolve) => {
    end = resolve;
  });
  const head = Buffer.from(`{"id":${JSON.stringify(id)},"type":"next","payload":`);
  const joined = await live.join(
    {
      document: args.document,
      documentKey: `${context.language} ${text}`,
      operationName: args.operationName ?? null,
      variables: (args.variableValues as Record<string, unknown> | undefined) ?? null,
      audience: audience.name,
    },
    {
      userId: context.viewer?.userId ?? null,
      send: (result) => connection.sendParts(head, result, TAIL),
      end,
      mayStay: async () => (await audienceOf(args, contextAnew(context))).name === audience.name,
    },
    async () => (await enveloped.subscribe({ ...args, contextValue: shared })) as AsyncIterable<ExecutionResult>,
  );
  if ('refused' in joined) return joined.refused;
  const leave = () => {
    joined.leave();
    end();
  };
  const until: AsyncIterableIterator<ExecutionResult> = {
    next: async () => {
      const error = await ended;
      joined.leave();
      if (error !== undefined) throw mask(error, context);
      return { value: undefined, done: true };
    },
    return: async () => {
      leave();
      return { value: undefined, done: true };
    },
    throw: async (error) => {
      leave();
      throw error;
    },
    [Symbol.asyncIterator]: () => until,
  };
  return until;
}

/** What Pothos has found out for a context hangs on it; rights are asked of another one. */
const contextAnew = (context: OperationContext): OperationContext => ({ ...context });

/** Who may share the execution of a subscription: the audience its field names, else the signed-in person alone. */
async function audienceOf(args: ExecutionArgs, context: Context): Promise<{ name: string; personal: boolean }> {
  const { schema, document } = args;
  const { viewer } = context;
  const personal = {
    name: `person:${viewer ? `${viewer.userId}:${viewer.role}:${viewer.isGuest}:${viewer.scopes?.join() ?? 'all'}` : ''}`,
    personal: true,
  };
  const operation = getOperationAST(document, args.operationName) as OperationDefinitionNode;
  // Validation has made sure that a subscription has one root field; it may stand in a fragment.
  let [selection] = operation.selectionSet.selections;
  while (selection && selection.kind !== Kind.FIELD) {
    const spread: typeof selection = selection;
    const fragment =
      spread.kind === Kind.INLINE_FRAGMENT
        ? spread
        : document.definitions.find(
            (definition) => definition.kind === Kind.FRAGMENT_DEFINITION && definition.name.value === spread.name.value,
          );
    selection = (fragment as { selectionSet?: OperationDefinitionNode['selectionSet'] } | undefined)?.selectionSet
      ?.selections[0];
  }
  const field = selection && schema.getSubscriptionType()?.getFields()[selection.name.value];
  // Whoever joins an execution that runs already is asked here.
  if (field) checkScope(viewer, 'Subscription', field.name);
  const extension = field?.extensions.live as LiveExtension | undefined;
  if (!field || !selection || !extension) return personal;
  const values = getVariableValues(schema, operation.variableDefinitions ?? [], { ...(args.variableValues ?? {}) });
  if (!values.coerced) return personal;
  return {
    name: await extension.audience(getArgumentValues(field, selection, values.coerced), context),
    personal: false,
  };
}
