import SchemaBuilder, {
  BasePlugin,
  brandWithType,
  type FieldMap,
  type InputFieldMap,
  type InputShapeFromFields,
  type PothosOutputFieldConfig,
  type SchemaTypes,
} from '@pothos/core';
import ComplexityPlugin from '@pothos/plugin-complexity';
import PrismaPlugin from '@pothos/plugin-prisma';
import RelayPlugin from '@pothos/plugin-relay';
import ScopeAuthPlugin from '@pothos/plugin-scope-auth';
import ValidationPlugin, { InputValidationError } from '@pothos/plugin-validation';
import { GraphQLError, type GraphQLFieldResolver, type GraphQLResolveInfo } from 'graphql';
import { isUuid } from '../platform/ids.ts';
import { getDatamodel, type default as PrismaTypes } from '../platform/prisma/pothos.ts';
import { can } from './can.ts';
import type { Context } from './context.ts';
import { costsPlugin } from './costs.ts';
import { databaseUserError } from './database-errors.ts';
import { errorText } from './error-texts.ts';
import {
  badInput,
  type ErrorCode,
  errorCodes,
  forbidden,
  type UserErrorShape,
  UserErrors,
  unauthenticated,
} from './errors.ts';
import { decodeNodeId, encodeNodeId } from './node-id.ts';
import { isGuarded, readableNode, readerOf } from './node-rules.ts';
import { DEFAULT_PAGE, MAX_PAGE } from './pages.ts';
import { type Scalars, scalars } from './scalars.ts';
import './check-texts.ts';
import { checkScope, classifiedTypes, tokenAccess } from './token-scopes.ts';

/** Payloads of mutations that were refused: every field null but `userErrors`. Pages that are none: a top-level error. */
class UserErrorsPlugin<Types extends SchemaTypes> extends BasePlugin<Types> {
  override wrapArgMappers(
    resolver: GraphQLFieldResolver<unknown, Types['Context'], object>,
    field: PothosOutputFieldConfig<Types>,
  ): GraphQLFieldResolver<unknown, Types['Context'], object> {
    if ('first' in field.args && 'last' in field.args) {
      return (parent, args, context, info) => {
        checkPage(args as PageArguments);
        return resolver(parent, args, context, info);
      };
    }
    if (field.parentType !== 'Mutation') return resolver;
    const { quiet } = field.pothosOptions as { quiet?: boolean };
    return async (parent, args, context, info) => {
      let done = true;
      try {
        return await resolver(parent, args, context, info);
      } catch (error) {
        const refused = asUserErrors(error);
        done = refused === null && !(error instanceof GraphQLError);
        if (!refused) throw error;
        const { language } = context as unknown as Context;
        return {
          ...refused.payload,
          userErrors: refused.errors.map((one) => ({ ...one, message: errorText(language, one.message) })),
        };
      } finally {
        // A fault may have come after the commit.
        if (done && !quiet) await (context as unknown as Context).publicReads.changed();
      }
    };
  }
}

/** Personal access tokens ask only what their scopes are for. */
class TokenScopesPlugin<Types extends SchemaTypes> extends BasePlugin<Types> {
  override wrapArgMappers(
    resolver: GraphQLFieldResolver<unknown, Types['Context'], object>,
    { parentType, name }: PothosOutputFieldConfig<Types>,
  ): GraphQLFieldResolver<unknown, Types['Context'], object> {
    const access = tokenAccess[parentType]?.[name];
    if (access === undefined && classifiedTypes.includes(parentType))
      throw new Error(`${parentType}.${name} needs a line in api/src/schema/token-scopes.ts: which tokens may ask it.`);
    // Nothing is read from the context for what everybody may ask: answers that are the same for all are kept.
    if (access === undefined || access === 'open') return resolver;
    return (parent, args, context, info) => {
      checkScope((context as unknown as Context).viewer, parentType, name);
      return resolver(parent, args, context, info);
    };
  }
}

interface PageArguments {
  first?: number | null;
  last?: number | null;
  after?: string | null;
  before?: string | null;
}

/** Nothing is clamped in silence: a page has 1 to 100 items, counted from one end. */
function checkPage({ first, last, after, before }: PageArguments): void {
  for (const [name, value] of [
    ['first', first],
    ['last', last],
  ] as const) {
    if (value != null && (value < 1 || value > MAX_PAGE)) {
      throw badInput(`${name} is ${value}, but must be from 1 to ${MAX_PAGE}.`);
    }
  }
  if (first != null && last != null) throw badInput('Give first or last, not both.');
  for (const cursor of [after, before]) {
    if (cursor == null) continue;
    const [, id] = CURSOR.exec(cursor.length < 200 ? Buffer.from(cursor, 'base64').toString('utf8') : '') ?? [];
    if (id === undefined || !isUuid(id)) throw badInput('The cursor is none that this list gave out.');
  }
}

/** Cursors of the Prisma plugin over a column of uuids; every list of ours has one. */
const CURSOR = /^GPC:S:(.+)$/;

function asUserErrors(error: unknown): UserErrors | null {
  if (error instanceof UserErrors) return error;
  if (error instanceof InputValidationError) {
    return new UserErrors(
      error.issues.map((issue) => {
        const path = (issue.path ?? []).map((part) => String(typeof part === 'object' ? part.key : part));
        return {
          field: path[0] === 'input' ? path.slice(1) : path,
          code: codeOfIssue(issue as { code?: string; type?: string }),
          message: issue.message,
        };
      }),
    );
  }
  return databaseUserError(error);
}

/** Our code for what zod calls its issue: too_small / too_big of a text or list is its length, of a number or date its range. */
function codeOfIssue(issue: { code?: string; origin?: string }): ErrorCode {
  const sized = issue.origin === 'string' || issue.origin === 'array' || issue.origin === 'set';
  if (issue.code === 'too_small') return sized ? 'TOO_SHORT' : 'OUT_OF_RANGE';
  if (issue.code === 'too_big') return sized ? 'TOO_LONG' : 'OUT_OF_RANGE';
  return 'INVALID';
}

declare global {
  export namespace PothosSchemaTypes {
    interface Plugins<Types extends SchemaTypes> {
      userErrors: UserErrorsPlugin<Types>;
      tokenScopes: TokenScopesPlugin<Types>;
    }
  }
}
SchemaBuilder.registerPlugin('userErrors', UserErrorsPlugin);
SchemaBuilder.registerPlugin('tokenScopes', TokenScopesPlugin);

export type BuilderTypes = {
  Context: Context;
  PrismaTypes: PrismaTypes;
  Scalars: Scalars;
  DefaultFieldNullability: false;
  AuthScopes: {
    /** Somebody, guest or account. */
    signedIn: boolean;
    /** An account, no guest. */
    account: boolean;
    admin: boolean;
  };
};

export const builder = new SchemaBuilder<BuilderTypes>({
  plugins: [
    'tokenScopes',
    'userErrors',
    ScopeAuthPlugin,
    RelayPlugin,
    PrismaPlugin,
    ValidationPlugin,
    ComplexityPlugin,
    costsPlugin,
  ],
  defaultFieldNullability: false,
  prisma: {
    client: (context) => context.database,
    dmmf: getDatamodel(),
    defaultConnectionSize: DEFAULT_PAGE,
    maxConnectionSize: MAX_PAGE,
    onUnusedQuery: null,
  },
  relay: {
    clientMutationId: 'omit',
    // An item each: how many there are the connection itself says.
    nodesOnConnection: { description: 'The items of the page.', complexity: { field: 1, multiplier: 1 } },
    cursorType: 'String',
    nodeTypeOptions: { description: 'Something with an id of its own, to be read again with `node(id:)`.' },
    nodeQueryOptions: {
      description: 'The thing with this id; null when there is none or it is not yours to see.',
      nullable: true,
      args: { id: { description: 'An `id` read before.' } },
      resolve: async (_root, { id }, context, _info, load) => {
        const { typename } = id;
        if (!isGuarded(typename)) return null;
        const read = readerOf(typename);
        if (!read) return readableNode(typename, await load(id), context);
        const node = isUuid(id.id) ? await read(id.id, context) : null;
        if (node) brandWithType(node, typename as never);
        return readableNode(typename, node, context);
      },
    },
    nodesQueryOptions: {
      description: 'The things with these ids, in the same order; null where there is none or it is not yours to see.',
      nullable: { list: false, items: true },
      complexity: ({ ids }) => ({ field: ids.length, multiplier: ids.length }),
      args: { ids: { description: `At most ${MAX_PAGE} ids.` } },
      resolve: async (_root, { ids }, context, _info, load) => {
        if (ids.length > MAX_PAGE) throw badInput(`At most ${MAX_PAGE} ids may be asked for at once.`);
        const guarded = ids.filter((id) => isGuarded(id.typename));
        const nodes = await load(guarded);
        const byId = new Map(guarded.map((id, index) => [id, nodes[index]]));
        return ids.map((id) => readableNode(id.typename, byId.get(id), context));
      },
    },
    pageInfoTypeOptions: { description: 'Where a page lies in its list.' },
    hasNextPageFieldOptions: { description: 'True when the list goes on after this page.' },
    hasPreviousPageFieldOptions: { description: 'True when the list has something before this page.' },
    startCursorFieldOptions: { description: 'Cursor of the first item; null on an empty page.' },
    endCursorFieldOptions: { description: 'Cursor of the last item; null on an empty page.' },
    firstArgOptions: { description: `Number of items from the start, 1 to ${MAX_PAGE}. Default ${DEFAULT_PAGE}.` },
    lastArgOptions: { description: `Number of items from the end, 1 to ${MAX_PAGE}.` },
    afterArgOptions: { description: 'Cursor of the item before the page.' },
    beforeArgOptions: { description: 'Cursor of the item after the page.' },
    edgesFieldOptions: {
      description: 'The items of the page with their cursors.',
      complexity: { field: 0, multiplier: 1 },
    },
    nodeFieldOptions: { description: 'The item.' },
    cursorFieldOptions: { description: 'Where the item lies in its list, for `after` and `before`.' },
    pageInfoFieldOptions: { description: 'Where the page lies in the list.' },
    defaultConnectionTypeOptions: { description: 'A page of a list.' },
    defaultEdgeTypeOptions: { description: 'One item of a list with its place in it.' },
    mutationInputArgOptions: { description: 'What to do it with.' },
    idFieldOptions: { description: 'Global id: base64 of `Type:uuid`.' },
    encodeGlobalID: (typename, id) => encodeNodeId(typename, String(id)),
    decodeGlobalID: decodeNodeId,
  },
  scopeAuth: {
    authorizeOnSubscribe: true,
    treatErrorsAsUnauthorized: false,
    unauthorizedError: (_parent, context) => (context.viewer ? forbidden() : unauthenticated()),
    authScopes: ({ viewer }) => ({
      signedIn: viewer !== null,
      account: viewer !== null && !viewer.isGuest,
      admin: can(viewer, 'service.administer', null),
    }),
  },
  complexity: {
    // Reckoned before anything is executed, at every door (http/plugins/limits.ts); by itself the plugin asks while root fields are resolved.
    disabled: true,
  },
});

for (const [name, scalar] of Object.entries(scalars))
  builder.addScalarType(name as keyof typeof scalars, scalar as never);

builder.queryType({ description: 'What can be read.' });
builder.mutationType({
  description:
    'What can be done: one mutation an intent. Each takes one `input` and answers with a payload whose `userErrors` say what was wrong with it; it is empty when all went well.',
});
builder.subscriptionType({
  description: 'What can be followed over a WebSocket: the present state first, then each change in order.',
});

const ErrorCodeEnum = builder.enumType('ErrorCode', {
  description: 'What was wrong with the input of a mutation.',
  values: Object.fromEntries(
    Object.entries(errorCodes).map(([code, description]) => [code, { value: code, description }]),
  ) as Record<ErrorCode, { value: ErrorCode; description: string }>,
});

/** One thing that is wrong with a mutation's input. */
export const UserErrorType = builder.objectRef<UserErrorShape>('UserError').implement({
  description: 'One thing that was wrong with the input of a mutation.',
  fields: (t) => ({
    field: t.stringList({
      nullable: true,
      description: 'Path in `input`, e.g. `["email"]`; null when it concerns the whole.',
      resolve: (error) => error.field,
    }),
    code: t.field({ type: ErrorCodeEnum, description: 'What kind of mistake, for programs.', resolve: (e) => e.code }),
    message: t.exposeString('message', { description: 'What to tell the person, in English.' }),
  }),
});

/** The builder's types, for functions that take one of its field builders. */
export type SchemaTypesOf = typeof builder extends PothosSchemaTypes.SchemaBuilder<infer T> ? T : never;

/** What an act is reckoned to keep beside its input: rows with their indexes. */
const ROW_BYTES = 500;

/**
 * Adds the mutation `name(input: <Name>Input!): <Name>Payload!`. Keep the order of the properties: types flow from `input` over `resolve` to `payload`.
 *
 * `resolve` gets the checked input and answers with what the fields of `payload` read. It throws `userError(...)` for what is wrong with
 * the input: the payload's own fields are then null (or what the error brought along) and `userErrors` tells. Every field of `payload` must be nullable.
 * Inputs are checked with `validate: z...` on the fields. `authScopes` defaults to `{ signedIn: true }`; `{}` lets everybody in.
 */
export function mutation<Fields extends InputFieldMap, Shape extends object>(
  name: string,
  options: {
    description: string;
    authScopes?: { signedIn?: boolean; account?: boolean; admin?: boolean };
    /**
     * True: everybody sees afterwards what they saw before, or may see something else a moment later (a pause in which somebody becomes a listener of a
     * protocol). After any other mutation all answers that are kept for everybody go.
     */
    quiet?: boolean;
    input: (t: PothosSchemaTypes.InputFieldBuilder<SchemaTypesOf, 'InputObject'>) => Fields;
    resolve: (
      input: InputShapeFromFields<Fields>,
      context: Context,
      info: GraphQLResolveInfo,
    ) => Shape | Promise<Shape>;
    payload: (t: PothosSchemaTypes.ObjectFieldBuilder<SchemaTypesOf, Shape>) => FieldMap;
  },
): void {
  const pascal = name.charAt(0).toUpperCase() + name.slice(1);
  const scopes = options.authScopes ?? { signedIn: true };
  builder.relayMutationField(
    name,
    { description: `Input of \`${name}\`.`, inputFields: options.input },
    {
      description: options.description,
      ...(Object.keys(scopes).length > 0 ? { authScopes: scopes } : {}),
      ...(options.quiet ? { quiet: true } : {}),
      args: {},
      resolve: (_root: unknown, { input }: { input: unknown }, context: Context, info: GraphQLResolveInfo) => {
        context.keeping.count(context, ROW_BYTES + JSON.stringify(input).length);
        return options.resolve(input as InputShapeFromFields<Fields>, context, info);
      },
    } as never,
    {
      name: `${pascal}Payload`,
      description: `Answer of \`${name}\`.`,
      outputFields: (t: PothosSchemaTypes.ObjectFieldBuilder<SchemaTypesOf, Shape>) => ({
        ...options.payload(t),
        userErrors: t.field({
          type: [UserErrorType],
          description: 'What was wrong with the input; empty when it was done.',
          resolve: (payload: Shape) => (payload as { userErrors?: UserErrorShape[] }).userErrors ?? [],
        }),
      }),
    } as never,
  );
}
