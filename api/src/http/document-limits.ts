import {
  type ASTVisitor,
  type DocumentNode,
  type FragmentDefinitionNode,
  GraphQLError,
  Kind,
  parse,
  type SelectionSetNode,
  visit,
} from 'graphql';
import { isStorable } from '../schema/scalars.ts';
import { refusal } from './refusal.ts';

/** What an operation may be at most. Everything is refused before it is executed. */
export const limits = {
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

/** A refusal by one of the limits: HTTP 400 whatever the client accepts, with the rule's name in `extensions.rule`. */
export function limitExceeded(rule: LimitRule, message: string): GraphQLError {
  return refusal(400, 'LIMIT_EXCEEDED', message, {}, { rule });
}

/** Reads a document within the limit of tokens. Throws a syntax error without the text, or a refusal. */
export function parseWithin(text: string): DocumentNode {
  try {
    return parse(text, { maxTokens: limits.tokens, noLocation: false });
  } catch (error) {
    const { message, locations } = error as GraphQLError;
    // The words of graphql-js: "Document contains more that 1000 tokens. Parsing aborted."
    if (message.includes('tokens. Parsing aborted')) {
      throw limitExceeded('tokens', `The document has more than ${limits.tokens} tokens.`);
    }
    if (!(error instanceof GraphQLError)) {
      // Braces nested so deep that the parser's stack ended.
      throw limitExceeded('tokens', 'The document is nested too deep.');
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
    return limitExceeded('definitions', `The document has more than ${limits.definitions} definitions.`);
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
    return limitExceeded('aliases', `The document has ${aliases} aliases; ${limits.aliases} are allowed.`);
  }
  if (directives > limits.directives) {
    return limitExceeded('directives', `The document has ${directives} directives; ${limits.directives} are allowed.`);
  }
  if (!storable) return limitExceeded('text', 'Text must not hold NUL or half a surrogate pair.');
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
    if (depth > most) return limitExceeded('depth', `The operation is ${depth} fields deep; ${most} are allowed.`);
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
    : limitExceeded(
        'text',
        'Variables must not hold NUL or half a surrogate pair, nor be nested more than 24 levels deep.',
      );
}
