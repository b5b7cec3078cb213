import assert from 'node:assert/strict';
import { buildSchema, GraphQLSchema, validateSchema } from 'graphql';
import { it } from 'vitest';
import { schema } from '../http/schema.ts';
import { schemaBreaches } from './schema-rules.ts';

it('the schema keeps to the rules of nodes, connections, mutations and descriptions', () => {
  assert.deepEqual(schemaBreaches(schema), []);
});

it('the schema is valid, which a start takes for granted', () => {
  assert.deepEqual(validateSchema(new GraphQLSchema({ ...schema.toConfig(), assumeValid: false })), []);
});

it('a schema that breaks them is told where', () => {
  const broken = buildSchema(
    '"d" type Query { "d" things(first: Int): ThingConnection } type ThingConnection { edges: [Thing] } type QueryThingsConnection { edges: [QueryThingsConnectionEdge] nodes: [Thing] } type QueryThingsConnectionEdge { cursor: String! node: Thing } type Thing { id: ID } type Mutation { do(id: ID): Thing! }',
  );
  const breaches = schemaBreaches(broken).join('\n');
  for (const expected of [
    'There is no type PageInfo.',
    'Query.things must take after: String.',
    'ThingConnection.edges must be a list of edges.',
    'QueryThingsConnection must be called ThingConnection.',
    'QueryThingsConnection.edges must be a list of ThingEdge.',
    'Mutation.do must take input: DoInput! and nothing else.',
    'Thing.id has no description.',
  ]) {
    assert.ok(breaches.includes(expected), expected);
  }
});
