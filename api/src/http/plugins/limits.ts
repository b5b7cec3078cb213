import { complexityFromQuery } from '@pothos/plugin-complexity';
import {
  type DocumentNode,
  GraphQLError,
  type GraphQLSchema,
  getOperationAST,
  getVariableValues,
  Kind,
  NoSchemaIntrospectionCustomRule,
  type OperationDefinitionNode,
  specifiedRules,
  validate,
} from 'graphql';
import type { Plugin } from 'graphql-yoga';
import { limitExceeded, limits, parseWithin, shapeRefusal, variablesRefusal } from '../document-limits.ts';
import type { OperationRequest } from '../persisted-operations.ts';
import { refusal } from '../refusal.ts';

/** Errors of validation that are told; a document may have thousands. */
const MAX_ERRORS = 10;

/**
 * What an operation may be, at every door: all of it is part of parsing and validation, so nothing that breaks a limit is ever executed. The operation's name and
 * variables are read from `context.params`.
 */
export function useLimits(options: {
  schema: GraphQLSchema;
  introspection: boolean;
  onRefused: (rule: string) => void;
}): Plugin<{ params: OperationRequest }> {
  const { schema, introspection, onRefused } = options;
  const rules = introspection ? specifiedRules : [...specifiedRules, NoSchemaIntrospectionCustomRule];
  const documentErrors = new WeakMap<DocumentNode, readonly GraphQLError[]>();
  const count = (errors: readonly GraphQLError[]) => {
    for (const error of errors) onRefused(String(error.extensions.rule ?? error.extensions.code));
  };
  const errorsOf = (document: DocumentNode): readonly GraphQLError[] => {
    let errors = documentErrors.get(document);
    if (!errors) {
      const refused = shapeRefusal(document);
      errors = refused
        ? [refused]
        : validate(schema, document, rules, { maxErrors: MAX_ERRORS, hideSuggestions: !introspection }).map(withCode);
      documentErrors.set(document, errors);
    }
    return errors;
  };
  return {
    onParse({ setParseFn }) {
      setParseFn(((source: string | { body: string }) =>
        parseWithin(typeof source === 'string' ? source : source.body)) as never);
      return ({ result }) => {
        if (result instanceof GraphQLError) count([result]);
      };
    },
    onValidate({ context, setValidationFn }) {
      setValidationFn(((_schema: GraphQLSchema, document: DocumentNode) => {
        let errors = errorsOf(document);
        if (errors.length === 0) errors = requestErrors(schema, document, context.params, context);
        count(errors);
        return errors;
      }) as typeof validate);
    },
  };
}

/** Operations without variables that were found to be small enough: they are the same each time. */
const smallEnough = new WeakMap<OperationDefinitionNode, number>();
const costs = new WeakMap<object, number>();

/** How many objects the operation of this context may be answered with, as its complexity was reckoned. */
export const complexityOf = (context: object): number => costs.get(context) ?? 1;

function requestErrors(
  schema: GraphQLSchema,
  document: DocumentNode,
  { operationName, variables }: OperationRequest,
  context: object,
): readonly GraphQLError[] {
  const operation = getOperationAST(document, operationName);
  if (!operation)
    return [
      refusal(
        400,
        'BAD_REQUEST',
        operationName
          ? 'The document has no operation of this name.'
          : 'The document has several operations; say which in operationName.',
      ),
    ];
  const refused = variablesRefusal(variables);
  if (refused) return [refused];
  let complexity = smallEnough.get(operation);
  if (complexity === undefined) {
    const fragments = document.definitions.filter(({ kind }) => kind === Kind.FRAGMENT_DEFINITION);
    try {
      const asked = { ...document, definitions: [operation, ...fragments] };
      ({ complexity } = complexityFromQuery(asked, { schema, variables: variables ?? {}, ctx: context }));
    } catch (error) {
      // Nothing is executed with variables that do not fit: the execution tells what is wrong with them.
      if (getVariableValues(schema, operation.variableDefinitions ?? [], variables ?? {}).errors) return [];
      const { message, extensions } = error as GraphQLError;
      return [refusal(400, String(extensions?.code ?? 'BAD_USER_INPUT'), message)];
    }
    if (complexity > limits.complexity)
      return [
        limitExceeded(
          'complexity',
          `The operation may answer with ${complexity} objects; ${limits.complexity} are allowed.`,
        ),
      ];
    if (!operation.variableDefinitions?.length) smallEnough.set(operation, complexity);
  }
  costs.set(context, complexity);
  return [];
}

function withCode(error: GraphQLError): GraphQLError {
  if (error.extensions.code) return error;
  return new GraphQLError(error.message, { nodes: error.nodes, extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } });
}
