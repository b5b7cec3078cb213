import assert from 'node:assert/strict';
import { type GraphQLError, parse } from 'graphql';
import { describe, it } from 'vitest';
import { thrown } from '../testing/thrown.ts';
import { parseWithin, shapeRefusal, variablesRefusal } from './document-limits.ts';

const told = (error: GraphQLError | null) => error && `${error.extensions.rule}: ${error.message}`;
const shape = (text: string) => told(shapeRefusal(parse(text)));
const repeat = (count: number, part: (n: number) => string) =>
  Array.from({ length: count }, (_, n) => part(n)).join(' ');
const nest = (depth: number, inner = '') =>
  `${repeat(depth - 1, () => 'a {')} b ${inner} ${repeat(depth - 1, () => '}')}`;

describe('the text of a document', () => {
  it('has a thousand tokens at most', () => {
    assert.equal(parseWithin(`{ ${repeat(998, () => 'a')} }`).definitions.length, 1);
    const error = thrown(() => parseWithin(`{ ${repeat(999, () => 'a')} }`));
    assert.equal(told(error), 'tokens: The document has more than 1000 tokens.');
    assert.deepEqual([error.extensions.code, error.extensions.http], ['LIMIT_EXCEEDED', { status: 400, headers: {} }]);
  });
  it('that is no GraphQL is refused with its place and without its words', () => {
    const error = thrown(() => parseWithin('{ a\n  secret( }'));
    assert.equal(error.message, 'Syntax Error at line 2, column 11.');
    assert.deepEqual(error.extensions, { code: 'GRAPHQL_PARSE_FAILED' });
  });
  it('keeps the places of what it names', () => assert.ok(parseWithin('{ a }').loc));
});

describe('the shape of a document', () => {
  it('at the limits is let through', () => {
    for (const text of [
      `{ a } ${repeat(49, (n) => `fragment f${n} on T { a }`)}`,
      `{ ${repeat(15, (n) => `x${n}: a`)} b c }`,
      `{ ${repeat(5, () => 'a @skip(if: true)')} }`,
      `{ ${nest(10)} }`,
      `{ ... { ${nest(10)} } }`,
      `{ __schema { ${nest(15)} } __type { a } }`,
      '{ a(b: "é") }',
    ])
      assert.equal(shape(text), null, text);
  });
  it('beyond one is refused by that one', () => {
    assert.equal(
      shape(`{ a } ${repeat(50, (n) => `fragment f${n} on T { a }`)}`),
      'definitions: The document has more than 50 definitions.',
    );
    assert.equal(
      shape(`{ ${repeat(16, (n) => `x${n}: __typename`)} }`),
      'aliases: The document has 16 aliases; 15 are allowed.',
    );
    assert.equal(
      shape(`{ ${repeat(6, () => 'a @skip(if: true)')} }`),
      'directives: The document has 6 directives; 5 are allowed.',
    );
    assert.equal(shape('{ a(b: "\\u0000") }'), 'text: Text must not hold NUL or half a surrogate pair.');
    assert.equal(shape(`{ ${nest(11)} }`), 'depth: The operation is 11 fields deep; 10 are allowed.');
    assert.equal(shape(`{ b ${nest(11)} b }`), 'depth: The operation is 11 fields deep; 10 are allowed.');
    assert.equal(shape(`{ __schema { ${nest(16)} } }`), 'depth: The operation is 17 fields deep; 16 are allowed.');
    assert.equal(shape(`{ a __schema { ${nest(10)} } }`), 'depth: The operation is 11 fields deep; 10 are allowed.');
    assert.equal(
      shape(`{ ... { __schema { ${nest(10)} } } }`),
      'depth: The operation is 11 fields deep; 10 are allowed.',
    );
    assert.equal(shape(`{ a } query B { ${nest(12)} }`), 'depth: The operation is 12 fields deep; 10 are allowed.');
  });
  it('counts what fragments hold, each once; what is spread in a circle is for validation', () => {
    const chain = `{ a { ...f0 } } ${repeat(9, (n) => `fragment f${n} on T { a { ...f${n + 1} } }`)} fragment f9 on T { a }`;
    assert.equal(shape(chain), 'depth: The operation is 11 fields deep; 10 are allowed.');
    assert.equal(shape(`{ a { ...f } b { ...f } } fragment f on T { ${nest(9)} }`), null);
    assert.equal(
      shape(`{ ...f b { ...f } } fragment f on T { ${nest(10)} }`),
      'depth: The operation is 11 fields deep; 10 are allowed.',
    );
    assert.equal(shape(`{ a ...${'f'} } fragment f on T { ${nest(11)} }`)?.startsWith('depth'), true);
    assert.equal(shape(`fragment f on T { ${nest(30)} }`), null, 'no operation asks for it');
    assert.equal(shape('{ ...a } fragment a on T { x ...b } fragment b on T { ...a }'), null);
    assert.equal(shape('{ ...nowhere }'), null);
    const bomb = `{ ...f0 } ${repeat(40, (n) => `fragment f${n} on T { ...f${n + 1} ...f${n + 1} }`)} fragment f40 on T { a }`;
    assert.equal(shape(bomb), null);
  });
});

describe('variables', () => {
  const deep = (levels: number): unknown => (levels === 0 ? 'x' : { a: deep(levels - 1) });
  it('that PostgreSQL can keep are let through', () => {
    for (const value of [undefined, null, {}, { a: 1, b: [null, 'é', { c: true }] }, deep(25), [[['x']]]])
      assert.equal(variablesRefusal(value), null);
  });
  it('with NUL or half a pair anywhere, or nested deeper than 24 levels, are refused', () => {
    const message =
      'text: Variables must not hold NUL or half a surrogate pair, nor be nested more than 24 levels deep.';
    for (const value of [
      { a: '\0' },
      { a: ['x', '\ud800'] },
      { 'a\0': 1 },
      { a: 1, b: { c: [{ d: '\0' }] } },
      deep(26),
      { a: Array.from({ length: 30 }).reduce((inner) => [inner], 'x' as unknown) },
    ])
      assert.equal(told(variablesRefusal(value)), message);
  });
});
