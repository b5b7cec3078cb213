import assert from 'node:assert/strict';
import { type DocumentNode, type GraphQLError, parse } from 'graphql';
import { describe, it } from 'vitest';
import type { OperationRequest } from '../persisted-operations.ts';
import { schema } from '../schema.ts';
import { complexityOf, useLimits } from './limits.ts';

const told = (error: GraphQLError | null) => error && `${error.extensions.rule}: ${error.message}`;
const repeat = (count: number, part: (n: number) => string) =>
  Array.from({ length: count }, (_, n) => part(n)).join(' ');
const nest = (depth: number, inner = '') =>
  `${repeat(depth - 1, () => 'a {')} b ${inner} ${repeat(depth - 1, () => '}')}`;

/** The plugin as Yoga and the sockets use it: what it makes of a text, and of a document with its request. */
function plugin(introspection = false) {
  const refused: string[] = [];
  const hooks = useLimits({ schema, introspection, onRefused: (rule) => refused.push(rule) });
  const parseText = (source: string | { body: string }) => {
    let parser: ((source: string | { body: string }) => DocumentNode) | undefined;
    const after = hooks.onParse?.({ setParseFn: (fn: never) => (parser = fn) } as never) as unknown as (of: {
      result: unknown;
    }) => void;
    let result: unknown;
    try {
      result = parser?.(source);
    } catch (error) {
      result = error;
    }
    after({ result });
    return result as DocumentNode;
  };
  const validateAs = (document: DocumentNode, params: OperationRequest = {}) => {
    let validator: ((schema: unknown, document: DocumentNode) => readonly GraphQLError[]) | undefined;
    const context = { params };
    hooks.onValidate?.({ context, setValidationFn: (fn: never) => (validator = fn) } as never);
    const errors = validator?.(schema, document) ?? [];
    return { errors, cost: complexityOf(context) };
  };
  const check = (text: string, params: OperationRequest = {}) => validateAs(parseText(text), params);
  return { refused, parseText, validateAs, check };
}
const messages = (errors: readonly GraphQLError[]) =>
  errors.map((error) => `${error.extensions.code}: ${error.message}`);

describe('the limits at every door', () => {
  it('a text is parsed within the limits, and what is refused is counted', () => {
    const { parseText, refused } = plugin();
    assert.equal(parseText({ body: '{ serverTime }' }).kind, 'Document');
    assert.equal(parseText('{ serverTime }').kind, 'Document');
    assert.deepEqual(refused, []);
    parseText('{');
    parseText(`{ ${repeat(1_000, () => 'a')} }`);
    assert.deepEqual(refused, ['GRAPHQL_PARSE_FAILED', 'tokens']);
  });

  it('a shape that is refused is counted by its rule, each time', () => {
    const { check, validateAs, refused } = plugin();
    const document = parse(`{ ${nest(12)} }`);
    for (let n = 0; n < 2; n++)
      assert.deepEqual(messages(validateAs(document).errors), [
        'LIMIT_EXCEEDED: The operation is 12 fields deep; 10 are allowed.',
      ]);
    check('{ nothingOfTheKind }');
    assert.deepEqual(refused, ['depth', 'depth', 'GRAPHQL_VALIDATION_FAILED']);
  });

  it('errors of validation bear a code, suggest nothing, and are ten at most', () => {
    const { check } = plugin();
    assert.deepEqual(messages(check('{ serverTim }').errors), [
      'GRAPHQL_VALIDATION_FAILED: Cannot query field "serverTim" on type "Query".',
    ]);
    const { errors } = check(`{ ${repeat(30, (n) => `no${n}`)} }`);
    assert.equal(errors.length, 11);
    assert.match(errors.at(-1)?.message ?? '', /Too many validation errors/);
    assert.match(messages(plugin(true).check('{ serverTim }').errors)[0] ?? '', /Did you mean "serverTime"/);
    assert.ok(errors[0]?.nodes?.length);
  });

  it('the schema is told only where introspection is on', () => {
    const asked = '{ __schema { queryType { name } } }';
    assert.equal(plugin().check(asked).errors.length > 0, true);
    assert.deepEqual(plugin(true).check(asked).errors, []);
  });

  it('an operation must be named where there are several', () => {
    const { check, refused } = plugin();
    const two = 'query A { serverTime } query B { operator { name } }';
    assert.deepEqual(check(two, { operationName: 'B' }).errors, []);
    assert.deepEqual(messages(check(two).errors), [
      'BAD_REQUEST: The document has several operations; say which in operationName.',
    ]);
    assert.deepEqual(messages(check(two, { operationName: 'C' }).errors), [
      'BAD_REQUEST: The document has no operation of this name.',
    ]);
    assert.deepEqual(refused, ['BAD_REQUEST', 'BAD_REQUEST']);
  });

  it('variables are looked at each time, also with a document that is known', () => {
    const { validateAs, refused } = plugin();
    const document = parse('query ($slug: String!) { protocol(slug: $slug) { title } }');
    assert.deepEqual(validateAs(document, { variables: { slug: 'a' } }).errors, []);
    assert.equal(validateAs(document, { variables: { slug: '\0' } }).errors[0]?.extensions.rule, 'text');
    assert.deepEqual(refused, ['text']);
    // What does not fit is told by the execution.
    assert.deepEqual(validateAs(document, { variables: {} }).errors, []);
    assert.deepEqual(validateAs(document).errors, []);
  });

  it('complexity counts the objects that may be answered, pages multiplied', () => {
    const { check } = plugin();
    const cost = (text: string, variables?: Record<string, unknown>) => check(text, { variables }).cost;
    assert.equal(cost('{ serverTime }'), 0);
    assert.equal(cost('{ protocol(slug: "a") { title } }'), 1);
    const page = (first: string, inner: string) => `{ protocols${first} { nodes { ${inner} } } }`;
    const one = cost(page('(first: 1)', 'title'));
    const twenty = cost(page('(first: 20)', 'title'));
    assert.ok(twenty >= 20 && twenty < 45 && one <= 4, `${one} ${twenty}`);
    assert.equal(cost(page('', 'title')), twenty, 'a page without a size is of twenty');
    assert.equal(cost(page('(last: 20)', 'title')), twenty);
    assert.equal(cost('query ($n: Int!) { protocols(first: $n) { nodes { title } } }', { n: 20 }), twenty);
    assert.ok(cost(page('(first: 20)', 'author { displayName }')) >= twenty + 20);
    assert.equal(cost('{ viewer { responses { channels { __typename } } } }'), 112, 'a list is reckoned as ten');
    assert.equal(cost('{ protocol(slug: "a") { whatIsKnown tags category durationSeconds } }'), 1, 'scalars are free');
    assert.equal(cost(page('(first: 100000)', 'title')), cost(page('(first: 100)', 'title')));
    assert.equal(cost(page('(first: -5)', 'title')), one);
  });

  it('more than five thousand objects are refused, the same operation each time', () => {
    const { check, validateAs, refused } = plugin();
    const bomb = 'query ($n: Int!) { protocols(first: $n) { nodes { revisions(first: 100) { nodes { id } } } } }';
    const document = parse(bomb);
    const small = validateAs(document, { variables: { n: 2 } });
    assert.deepEqual(small.errors, []);
    for (let n = 0; n < 2; n++) {
      const [error] = validateAs(document, { variables: { n: 100 } }).errors;
      assert.match(
        told(error ?? null) ?? '',
        /^complexity: The operation may answer with \d+ objects; 5000 are allowed\.$/,
      );
    }
    assert.deepEqual(refused, ['complexity', 'complexity']);
    // Of several operations the one that is asked for counts, with the fragments that it spreads.
    const several = `query A { serverTime } query B { ...f } fragment f on Query { protocols(first: 100) { nodes { revisions(first: 100) { nodes { id } } } } }`;
    assert.deepEqual(check(several, { operationName: 'A' }).errors, []);
    assert.equal(check(several, { operationName: 'B' }).errors[0]?.extensions.rule, 'complexity');
  });

  it('what was never reckoned counts as one', () => assert.equal(complexityOf({}), 1));
});
