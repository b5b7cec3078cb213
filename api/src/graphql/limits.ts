import {
  type ASTVisitor,
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  GraphQLError,
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLSchema,
  getArgumentValues,
  getNamedType,
  getVariableValues,
  isInterfaceType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  parse,
  type SelectionSetNode,
  visit,
} from 'graphql';
import { MAX_PAGE } from './pages.ts';
import { isStorable } from './scalars.ts';

/** What an operation may be at most. Everything is refused before it is executed. */
export const limits = {
  /** Bytes of a request's body. */
  bodyBytes: 100_000,
  tokens: 1_000,
  /** Fields below each other; more for questions about the schema alone, which nest by themselves. */
  depth: 10,
  introspectionDepth: 16,
  /** Fields under another name, `__typename` too. */
  aliases: 15,
  directives: 5,
  /** Objects that may be answered: pages multiplied by what is asked of each item. */
  complexity: 5_000,
  /** Fragments and operations in one document. */
  definitions: 50,
} as const;

/** The rules by name, for `/metrics`. */
export type LimitRule = 'tokens' | 'depth' | 'aliases' | 'directives' | 'complexity' | 'definitions' | 'text';

/** A refusal by one of the limits: HTTP 400, with the rule's name in `extensions.rule`. */
export function refusal(rule: LimitRule, message: string): GraphQLError {
  return new GraphQLError(message, {
    extensions: { code: 'LIMIT_EXCEEDED', rule },
  });
}

/** Reads a document within the limit of tokens. Throws a syntax error without the text, or a refusal. */
export function parseWithin(text: string): DocumentNode {
  try {
    return parse(text, { maxTokens: limits.tokens, noLocation: false });
  } catch (error) {
    const { message, locations } = error as GraphQLError;
    // The words of graphql-js: "Document contains more that 1000 tokens. Parsing aborted."
    if (message.includes('tokens. Parsing aborted')) {
      throw refusal('tokens', `The document has more than ${limits.tokens} tokens.`);
    }
    if (!(error instanceof GraphQLError)) {
      // Braces nested so deep that the parser's stack ended.
      throw refusal('tokens', 'The document is nested too deep.');
    }
    const place = locations?.[0];
    throw new GraphQLError(
      `${/^Syntax Error/.test(message) ? 'Syntax Error' : 'Error'}${place ? ` at line ${place.line}, column ${place.column}` : ''}.`,
      { extensions: { code: 'GRAPHQL_PARSE_FAILED' } },
    );
  }
}

/** Shape of a document that does not depend on variables. Returns the first rule that it breaks. */
export function shapeRefusal(document: DocumentNode): GraphQLError | null {
  if (document.definitions.length > limits.definitions) {
    return refusal('definitions', `The document has more than ${limits.definitions} definitions.`);
  }
  let aliases = 0;
  let directives = 0;
  let storable = true;
  const count: ASTVisitor = {
    Field(node) {
      if (node.alias) aliases++;
    },
    Directive() {
      directives++;
    },
    StringValue(node) {
      if (!isStorable(node.value)) storable = false;
    },
  };
  visit(document, count);
  if (aliases > limits.aliases) {
    return refusal('aliases', `The document has ${aliases} aliases; ${limits.aliases} are allowed.`);
  }
  if (directives > limits.directives) {
    return refusal('directives', `The document has ${directives} directives; ${limits.directives} are allowed.`);
  }
  if (!storable) return refusal('text', 'Text must not hold NUL or half a surrogate pair.');
  return depthRefusal(document);
}

function depthRefusal(document: DocumentNode): GraphQLError | null {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const definition of document.definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition);
  }
  // Each fragment is measured once, however often it is spread; a circle of fragments is left to validation.
  const measured = new Map<string, number>();
  const depthOf = (set: SelectionSetNode | undefined, open: Set<string>): number => {
    let deepest = 0;
    for (const selection of set?.selections ?? []) {
      let depth = 0;
      if (selection.kind === Kind.FIELD) depth = 1 + depthOf(selection.selectionSet, open);
      else if (selection.kind === Kind.INLINE_FRAGMENT) depth = depthOf(selection.selectionSet, open);
      else {
        const name = selection.name.value;
        const known = measured.get(name);
        if (known !== undefined) depth = known;
        else if (!open.has(name)) {
          open.add(name);
          depth = depthOf(fragments.get(name)?.selectionSet, open);
          open.delete(name);
          measured.set(name, depth);
        }
      }
      if (depth > deepest) deepest = depth;
    }
    return deepest;
  };
  for (const definition of document.definitions) {
    if (definition.kind !== Kind.OPERATION_DEFINITION) continue;
    const aboutSchema = definition.selectionSet.selections.every(
      (selection) => selection.kind === Kind.FIELD && selection.name.value.startsWith('__'),
    );
    const most = aboutSchema ? limits.introspectionDepth : limits.depth;
    const depth = depthOf(definition.selectionSet, new Set());
    if (depth > most) return refusal('depth', `The operation is ${depth} fields deep; ${most} are allowed.`);
  }
  return null;
}

/** Variables that PostgreSQL could not keep. Deeper than any input of ours is refused as well. */
export function variablesRefusal(variables: unknown): GraphQLError | null {
  const allStorable = (value: unknown, depth: number): boolean => {
    if (typeof value === 'string') return isStorable(value);
    if (value === null || typeof value !== 'object') return true;
    if (depth > 24) return false;
    if (Array.isArray(value)) return value.every((item) => allStorable(item, depth + 1));
    return Object.entries(value).every(([key, part]) => isStorable(key) && allStorable(part, depth + 1));
  };
  return allStorable(variables, 0)
    ? null
    : refusal('text', 'Variables must not hold NUL or half a surrogate pair, nor be nested more than 24 levels deep.');
}

/** What a field says of its cost, as `complexity` in the builder. */
type Cost = number | { field?: number; multiplier?: number };
type CostOf = (args: Record<string, unknown>, context: object, field: GraphQLField<unknown, unknown>) => Cost;

/**
 * Refuses an operation that may answer with too many objects: each field costs what its `complexity` says, times the lengths of the lists around it.
 * Arguments are read as they came; where they do not fit their types, a page counts as the largest one.
 */
export function complexityRefusal(
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
  variables: Record<string, unknown> | undefined,
  context: object,
): GraphQLError | null {
  const root = schema.getRootType(operation.operation);
  if (!root) return null;
  const coerced = getVariableValues(schema, operation.variableDefinitions ?? [], variables ?? {});
  // Nothing is executed then: the execution tells what is wrong with the variables.
  if (!coerced.coerced) return null;
  const values = coerced.coerced;
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const definition of document.definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition);
  }
  const known = new Map<SelectionSetNode, Map<string, number>>();

  const costOfSet = (set: SelectionSetNode, type: GraphQLNamedType): number => {
    const seen = known.get(set)?.get(type.name);
    if (seen !== undefined) return seen;
    let sum = 0;
    for (const selection of set.selections) {
      if (selection.kind === Kind.FIELD) sum += costOfField(selection, type);
      else {
        const part = selection.kind === Kind.INLINE_FRAGMENT ? selection : fragments.get(selection.name.value);
        const condition = part?.typeCondition ? schema.getType(part.typeCondition.name.value) : type;
        if (part && condition) sum += costOfSet(part.selectionSet, condition);
      }
    }
    if (!known.has(set)) known.set(set, new Map());
    known.get(set)?.set(type.name, sum);
    return sum;
  };

  const costOfField = (node: FieldNode, type: GraphQLNamedType): number => {
    const field = isObjectType(type) || isInterfaceType(type) ? type.getFields()[node.name.value] : undefined;
    if (!field) return 0;
    let args: Record<string, unknown>;
    try {
      args = getArgumentValues(field, node, values);
    } catch {
      args = { first: MAX_PAGE };
    }
    const declared = field.extensions.complexity as Cost | CostOf | undefined;
    const cost = (typeof declared === 'function' ? declared(args, context, field) : declared) ?? 0;
    const own = typeof cost === 'number' ? cost : (cost.field ?? 1);
    const multiplier = typeof cost === 'number' ? 1 : (cost.multiplier ?? 1);
    return own + (node.selectionSet ? multiplier * costOfSet(node.selectionSet, getNamedType(field.type)) : 0);
  };

  const complexity = costOfSet(operation.selectionSet, root);
  return complexity > limits.complexity
    ? refusal('complexity', `The operation may answer with ${complexity} objects; ${limits.complexity} are allowed.`)
    : null;
}
