import {
  type DocumentNode,
  type ExecutionArgs,
  type ExecutionResult,
  type FieldNode,
  type GraphQLField,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLResolveInfo,
  type GraphQLSchema,
  getArgumentValues,
  getVariableValues,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  Kind,
  locatedError,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql';
import type { Context } from './context.ts';

/**
 * The way of the few operations that are asked most: one field with the extension `straight`, whose answer brings along all that is asked of it.
 * graphql-js makes an index of arguments, a path and a note of where it is for each of 240 values of a list, and a promise and a wrapper may stand
 * around each. Here a document is read once, and each value is then taken from its row and put into its scalar's form, nothing else.
 *
 * What is anything but plain (directives, arguments below the field, rights, a value that does not fit its type) goes the way of graphql-js.
 */

/** Whether the answer to these arguments will have all that is asked, so that nothing more need be read for a field of it. */
export type Straight = (args: object, info: GraphQLResolveInfo) => boolean;

type Read = (source: unknown, args: object, context: Context) => unknown;
/** Puts a value into the form of its type. */
type Complete = (value: unknown, context: Context) => unknown;

interface Plan {
  operation: OperationDefinitionNode;
  key: string;
  node: FieldNode;
  field: GraphQLField<unknown, unknown>;
  parentType: GraphQLObjectType;
  fragments: GraphQLResolveInfo['fragments'];
  complete: Complete;
}

/** Found out once for each document; null: the way of graphql-js. */
const plans = new WeakMap<DocumentNode, Plan | null>();
const notStraight = Symbol('not straight');

/** The answer, or undefined where the operation is to go the usual way. */
export async function answerStraight(args: ExecutionArgs): Promise<ExecutionResult | undefined> {
  const { schema, document } = args;
  let plan = plans.get(document);
  if (plan === undefined) {
    plan = planOf(schema, document);
    plans.set(document, plan);
  }
  if (plan === null) return undefined;
  const { operation, key, node, field, parentType, fragments } = plan;
  const context = args.contextValue as Context;
  const given = getVariableValues(schema, operation.variableDefinitions ?? [], args.variableValues ?? {});
  if (!given.coerced) return undefined;
  let fieldArguments: Record<string, unknown>;
  try {
    fieldArguments = getArgumentValues(field, node, given.coerced);
  } catch {
    return undefined;
  }
  const info: GraphQLResolveInfo = {
    fieldName: field.name,
    fieldNodes: [node],
    returnType: field.type,
    parentType,
    path: { prev: undefined, key, typename: parentType.name },
    schema,
    fragments,
    rootValue: undefined,
    operation,
    variableValues: given.coerced,
  };
  if (!(field.extensions.straight as Straight)(fieldArguments, info)) return undefined;
  let value: unknown;
  try {
    value = await field.resolve?.(undefined, fieldArguments, context, info);
  } catch (error) {
    return { errors: [locatedError(error, [node], [key])], data: null };
  }
  try {
    return { data: { [key]: plan.complete(value, context) } };
  } catch (error) {
    if (error === notStraight) return undefined;
    throw error;
  }
}

function planOf(schema: GraphQLSchema, document: DocumentNode): Plan | null {
  const parentType = schema.getQueryType();
  const operations = document.definitions.filter((part) => part.kind === Kind.OPERATION_DEFINITION);
  const fragments = Object.fromEntries(
    document.definitions
      .filter((part) => part.kind === Kind.FRAGMENT_DEFINITION)
      .map((fragment) => [fragment.name.value, fragment]),
  );
  const [operation] = operations;
  if (!parentType || !operation || operations.length > 1 || operation.operation !== 'query') return null;
  try {
    const fields = fieldsOf(parentType, operation.selectionSet, fragments);
    const [[key, node] = notPlain()] = fields;
    const field = parentType.getFields()[node.name.value];
    // Only such a field may be null as a whole when it fails.
    if (fields.size > 1 || !field?.extensions.straight || !isNonNullType(field.type) || operation.directives?.length)
      return null;
    return { operation, key, node, field, parentType, fragments, complete: completer(field.type, node, fragments) };
  } catch (error) {
    if (error === notStraight) return null;
    throw error;
  }
}

function notPlain(): never {
  throw notStraight;
}

/** The fields that are asked of a type, fragments put in their places. */
function fieldsOf(
  type: GraphQLObjectType,
  { selections }: SelectionSetNode,
  fragments: Plan['fragments'],
  found = new Map<string, FieldNode>(),
  spread = new Set<string>(),
): Map<string, FieldNode> {
  for (const selection of selections) {
    if (selection.directives?.length) notPlain();
    if (selection.kind !== Kind.FIELD) {
      if (selection.kind === Kind.FRAGMENT_SPREAD) {
        // Fragments that spread each other twice would double what is looked at with each of them.
        if (spread.has(selection.name.value)) continue;
        spread.add(selection.name.value);
      }
      const fragment = selection.kind === Kind.INLINE_FRAGMENT ? selection : fragments[selection.name.value];
      if (!fragment || fragment.directives?.length || fragment.typeCondition?.name.value !== type.name) notPlain();
      else fieldsOf(type, fragment.selectionSet, fragments, found, spread);
      continue;
    }
    const key = selection.alias?.value ?? selection.name.value;
    const before = found.get(key);
    // Asked twice of something that has fields itself: they would have to be put together.
    if (before && (before.selectionSet || before.name.value !== selection.name.value)) notPlain();
    if (key === '__proto__') notPlain();
    found.set(key, selection);
  }
  return found;
}

function completer(type: GraphQLOutputType, node: FieldNode, fragments: Plan['fragments']): Complete {
  if (isNonNullType(type)) {
    const complete = completer(type.ofType, node, fragments);
    return (value, context) => complete(value, context) ?? notPlain();
  }
  if (isListType(type)) {
    const complete = completer(type.ofType, node, fragments);
    return (value, context) => {
      if (value == null) return null;
      return Array.isArray(value) ? value.map((item) => complete(item, context)) : notPlain();
    };
  }
  if (isLeafType(type)) {
    return (value) => {
      if (value == null) return null;
      try {
        return type.serialize(value) ?? notPlain();
      } catch {
        return notPlain();
      }
    };
  }
  return isObjectType(type) ? objectCompleter(type, node, fragments) : notPlain();
}

function objectCompleter(type: GraphQLObjectType, node: FieldNode, fragments: Plan['fragments']): Complete {
  if (hasRights(type) || !node.selectionSet) notPlain();
  const fields = type.getFields();
  const parts = [...fieldsOf(type, node.selectionSet as SelectionSetNode, fragments)].map(([key, asked]) => {
    const name = asked.name.value;
    if (name === '__typename') return { key, read: () => type.name, complete: (value: unknown) => value };
    const field = fields[name];
    if (!field || hasRights(field) || asked.arguments?.length) return notPlain();
    return { key, read: readerOf(field), complete: completer(field.type, asked, fragments) };
  });
  const none = {};
  return (source, context) => {
    if (source == null) return null;
    const answer: Record<string, unknown> = {};
    for (const { key, read, complete } of parts) answer[key] = complete(read(source, none, context), context);
    return answer;
  };
}

function hasRights({ extensions }: { extensions: Readonly<Record<string, unknown>> }): boolean {
  const options = extensions.pothosOptions as Record<string, unknown> | undefined;
  return ['authScopes', 'grantScopes', 'runScopesOnType', 'skipTypeScopes'].some(
    (name) => options?.[name] !== undefined,
  );
}

/** The field's own resolver, without what Pothos puts around it to read what a row did not bring along. */
function readerOf(field: GraphQLField<unknown, unknown>): Read {
  const { atOnce, pothosExposedField: column, pothosOriginalResolve } = field.extensions;
  if (atOnce) return atOnce as Read;
  if (typeof column === 'string') return (source) => (source as Record<string, unknown>)[column];
  return pothosOriginalResolve ? (pothosOriginalResolve as Read) : notPlain();
}
