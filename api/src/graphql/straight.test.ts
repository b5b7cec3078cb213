import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type ExecutionArgs, execute, parse, validate } from 'graphql';
import { newId } from '../platform/ids.ts';
import { schema } from './schema.ts';
import { answerStraight } from './straight.ts';

const columns = {
  slug: 'a-slug',
  title: 'A title',
  summary: 'What it is for.',
  category: 'FOCUS',
  evidence: 'UNRATED',
  tags: ['one', 'two'],
  visibility: 'PUBLIC',
  libraryVersion: null,
  speakersOk: true,
  durationSeconds: 1800,
  minBeatHz: 4.5,
  maxBeatHz: null,
  bands: ['THETA', 'ALPHA'],
  sessionCount: 3,
  ratingCount: 2,
  ratingAverage: 4.5,
  publishedAt: new Date('2026-11-27T10:00:00Z'),
  updatedAt: new Date('2026-11-27T11:00:00Z'),
};

/** What the database would say: of ten rows, as many as are asked for. */
function rowsFor(size: number, change: object) {
  return Array.from({ length: Math.min(size, 10) }, (_, index) => ({
    ...columns,
    id: `0190a6f0-7c1e-7abc-8def-00000000000${index}`,
    authorId: index % 2 ? null : '0190a6f0-7c1e-7abc-8def-0123456789ab',
    authorName: 'Somebody',
    ownerId: '0190a6f0-7c1e-7abc-8def-0123456789ab',
    revisionId: `0190a6f0-7c1e-7abc-8def-00000000001${index}`,
    revisionNumber: 3,
    ...(index === 1 ? change : {}),
  }));
}

interface Case {
  query: string;
  variables?: Record<string, unknown>;
  signedIn?: boolean;
  /** Of the second row. */
  row?: object;
}

async function bothWays({ query, variables, signedIn = false, row = {} }: Case) {
  const document = parse(query);
  assert.deepEqual(validate(schema, document), []);
  const args = (): ExecutionArgs => ({
    schema,
    document,
    variableValues: variables,
    contextValue: {
      requestId: newId(),
      viewer: signedIn
        ? { userId: '0190a6f0-7c1e-7abc-8def-0123456789ab', sessionId: newId(), role: 'USER', isGuest: false }
        : null,
      sql: async (text: string) => rowsFor(Number(/LIMIT (\d+)$/.exec(text)?.[1]), row),
    },
  });
  const straight = await answerStraight(args());
  return { straight: straight && JSON.stringify(straight), usual: JSON.stringify(await execute(args())) };
}

const everything = `id slug title summary category evidence tags visibility builtIn speakersOk durationSeconds minBeatHz maxBeatHz bands
  author { __typename id displayName } revision { __typename id number } isMine sessionCount ratingCount ratingAverage viewerRating publishedAt updatedAt`;

const straight: Record<string, Case> = {
  'a list': { query: `{ protocols(first: 3) { nodes { ${everything} } } }` },
  'with edges and its place, other names and fragments': {
    query: `query Page($first: Int, $order: ProtocolOrder) {
      list: protocols(first: $first, order: $order) { __typename ...Edges pageInfo { hasNextPage hasPreviousPage startCursor endCursor } }
    }
    fragment Edges on QueryProtocolsConnection { edges { cursor at: node { ...Name ... on Protocol { name: title slug } } } }
    fragment Name on Protocol { slug __typename }`,
    variables: { first: 4, order: 'NEWEST' },
  },
  'to somebody': { query: `{ protocols { nodes { ${everything} } } }`, signedIn: true },
  'without ratings': { query: '{ protocols { nodes { ratingAverage } } }', row: { ratingCount: 0 } },
  'refused arguments': { query: '{ protocols(first: 1000) { nodes { slug } } }' },
};

for (const [name, asked] of Object.entries(straight)) {
  test(`straight as the usual way: ${name}`, async () => {
    const answer = await bothWays(asked);
    assert.equal(answer.straight, answer.usual);
  });
}

const usual: Record<string, Case> = {
  'a directive': { query: '{ protocols { nodes { slug @include(if: true) } } }' },
  'a directive of a fragment': { query: '{ protocols { nodes { ... on Protocol @skip(if: false) { slug } } } }' },
  'a fragment of an interface': { query: '{ protocols { nodes { ... on Node { id } } } }' },
  'two fields': { query: '{ protocols { nodes { slug } } __typename }' },
  'a name that means something to JavaScript': { query: '{ protocols { nodes { __proto__: slug } } }' },
  'one object in two parts': { query: '{ protocols { nodes { author { id } author { displayName } } } }' },
  'a value that is missing': { query: '{ protocols { nodes { slug } } }', row: { slug: null } },
  'a value that does not fit its type': { query: '{ protocols { nodes { category } } }', row: { category: 'NONE' } },
  'a list that is none': { query: '{ protocols { nodes { tags } } }', row: { tags: 'one' } },
  'variables that do not fit': {
    query: 'query Page($first: Int!) { protocols(first: $first) { nodes { slug } } }',
    variables: { first: 'many' },
  },
};

for (const [name, asked] of Object.entries(usual)) {
  test(`left to graphql-js: ${name}`, async () => {
    const answer = await bothWays(asked);
    assert.equal(answer.straight, undefined);
    assert.ok(answer.usual.includes('"data"') || answer.usual.includes('"errors"'));
  });
}
