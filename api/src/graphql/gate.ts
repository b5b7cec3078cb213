import { createHash } from 'node:crypto';
import {
  type DocumentNode,
  type GraphQLError,
  GraphQLError as GraphQLErrorClass,
  type GraphQLSchema,
  getOperationAST,
  NoSchemaIntrospectionCustomRule,
  type OperationDefinitionNode,
  specifiedRules,
  type ValidationRule,
  validate,
} from 'graphql';
import { complexityRefusal, parseWithin, shapeRefusal, variablesRefusal } from './limits.ts';
import type { TrustedDocuments } from './trusted-documents.ts';

/** What a client sends, over HTTP or a socket. */
export interface OperationRequest {
  query?: string | null;
  operationName?: string | null;
  variables?: Record<string, unknown> | null;
  extensions?: Record<string, unknown> | null;
}

/** An operation that may be executed. */
export interface Admitted {
  document: DocumentNode;
  text: string;
  /** SHA-256 of the text, hex. */
  hash: string;
  operation: OperationDefinitionNode;
  /** One of our own application's operations. */
  trusted: boolean;
}

export type Judged = Admitted | { errors: readonly GraphQLError[] };

export interface Gate {
  /** Reads, checks and measures an operation without executing it. */
  judge(request: OperationRequest, context: object): Judged;
}

/** Free-form documents remembered, and the longest text that is. */
const REMEMBERED = 64;
const REMEMBERED_LENGTH = 8_000;
/** Errors of validation that are told; a document may have thousands. */
const MAX_ERRORS = 10;

interface Checked {
  document: DocumentNode;
  errors: readonly GraphQLError[];
}

/** The one way in for operations. `onRefused` counts what each rule refuses. */
export function createGate(options: {
  schema: GraphQLSchema;
  trusted: TrustedDocuments;
  introspection: boolean;
  onRefused: (rule: string) => void;
}): Gate {
  const { schema, trusted, introspection, onRefused } = options;
  const rules: readonly ValidationRule[] = introspection
    ? specifiedRules
    : [...specifiedRules, NoSchemaIntrospectionCustomRule];
  const trustedChecked = new Map<string, Checked>();
  const recent = new Map<string, Checked>();
  /** Operations that were found to be within the limits, and ask the same each time because they take no variables. */
  const withinLimits = new WeakSet<OperationDefinitionNode>();

  const check = (text: string): Checked => {
    const document = parseWithin(text);
    const refused = shapeRefusal(document);
    if (refused) return { document, errors: [refused] };
    const errors = validate(schema, document, rules, { maxErrors: MAX_ERRORS, hideSuggestions: !introspection });
    return { document, errors: errors.map(asValidationError) };
  };

  const remember = (hash: string, text: string, isTrusted: boolean): Checked => {
    const kept = isTrusted ? trustedChecked.get(hash) : recent.get(hash);
    if (kept) return kept;
    const checked = check(text);
    if (isTrusted) trustedChecked.set(hash, checked);
    else if (text.length <= REMEMBERED_LENGTH) {
      recent.set(hash, checked);
      if (recent.size > REMEMBERED) recent.delete(recent.keys().next().value as string);
    }
    return checked;
  };

  const refuse = (...errors: GraphQLError[]): { errors: readonly GraphQLError[] } => {
    for (const error of errors) onRefused(String(error.extensions.rule ?? error.extensions.code));
    return { errors };
  };

  return {
    judge(request, context) {
      let text = request.query ?? null;
      let hash: string;
      const asked = (request.extensions as { persistedQuery?: { sha256Hash?: unknown } } | null | undefined)
        ?.persistedQuery?.sha256Hash;
      if (text === null) {
        if (typeof asked !== 'string') return refuse(badRequest('Must provide query string.'));
        const known = trusted.get(asked);
        if (known === undefined) return refuse(unknownDocument());
        text = known;
        hash = asked;
      } else {
        hash = createHash('sha256').update(text).digest('hex');
        if (typeof asked === 'string' && asked !== hash && trusted.get(asked) !== text) {
          return refuse(badRequest('The hash is not that of the query.'));
        }
      }
      const isTrusted = trusted.has(hash);
      let checked: Checked;
      try {
        checked = remember(hash, text, isTrusted);
      } catch (error) {
        return refuse(error as GraphQLError);
      }
      if (checked.errors.length > 0) return refuse(...checked.errors);
      const operation = getOperationAST(checked.document, request.operationName);
      if (!operation) {
        return refuse(
          badRequest(
            request.operationName
              ? 'The document has no operation of this name.'
              : 'The document has several operations; say which in operationName.',
          ),
        );
      }
      const variables = request.variables ?? undefined;
      const known = withinLimits.has(operation);
      const refused =
        variablesRefusal(variables) ??
        (known ? null : complexityRefusal(schema, checked.document, operation, variables, context));
      if (refused) return refuse(refused);
      if (!operation.variableDefinitions?.length) withinLimits.add(operation);
      return { document: checked.document, text, hash, operation, trusted: isTrusted };
    },
  };
}

function badRequest(message: string): GraphQLError {
  return new GraphQLErrorClass(message, { extensions: { code: 'BAD_REQUEST' } });
}

/** In the words that Apollo's clients wait for before they send the text as well. */
function unknownDocument(): GraphQLError {
  return new GraphQLErrorClass('PersistedQueryNotFound', {
    extensions: { code: 'PERSISTED_QUERY_NOT_FOUND' },
  });
}

function asValidationError(error: GraphQLError): GraphQLError {
  if (error.extensions.code) return error;
  return new GraphQLErrorClass(error.message, {
    nodes: error.nodes,
    extensions: { code: 'GRAPHQL_VALIDATION_FAILED' },
  });
}
