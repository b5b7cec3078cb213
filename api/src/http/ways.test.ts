/** Which way each of the application's own operations takes: from what is kept for everybody, or executed for the one who asks. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { getNamedType, isEnumType, type OperationDefinitionNode, parse, typeFromAST } from 'graphql';
import { afterAll, beforeAll, test } from 'vitest';
import { protocolId } from '../../../prisma/library/ids.ts';
import { presentRevisionId } from '../../../prisma/library/library.ts';
import { encodeNodeId } from '../schema/node-id.ts';
import { type TestPerson, type TestServer, useServer } from '../testing/server.ts';
import { schema } from './schema.ts';

const documents = JSON.parse(
  readFileSync(new URL('../../../web/src/data/generated/persisted-documents.json', import.meta.url), 'utf8'),
) as Record<string, string>;

let api: TestServer;
let person: TestPerson;
beforeAll(async () => {
  api = await useServer();
  person = await api.account();
});
afterAll(() => api.close());

const protocol = encodeNodeId('Protocol', protocolId('focus'));
const byName: Record<string, unknown> = {
  slug: 'focus',
  code: 'ABC234',
  ids: [protocol],
  id: encodeNodeId('Revision', presentRevisionId('focus')),
  protocol,
};
const byType: Record<string, unknown> = {
  Int: 5,
  String: 'focus',
  ID: protocol,
  Date: '2026-05-01',
  Float: 1,
  Boolean: true,
};

/** A query's variables, filled by what they are called or by their types; those that may be left out are. */
function variablesOf({ variableDefinitions = [] }: OperationDefinitionNode): Record<string, unknown> {
  const needed = variableDefinitions.filter(({ type }) => type.kind === 'NonNullType');
  return Object.fromEntries(
    needed.map(({ variable, type }) => {
      const name = variable.name.value;
      const named = getNamedType(typeFromAST(schema, type as never));
      const value = byName[name] ?? (isEnumType(named) ? named.getValues()[0]?.name : byType[String(named)]);
      return [name, value];
    }),
  );
}

const own = Object.entries(documents).map(([hash, text]) => {
  const operation = parse(text).definitions.find(
    ({ kind }) => kind === 'OperationDefinition',
  ) as OperationDefinitionNode;
  return { hash: hash.replace('sha256:', ''), name: operation.name?.value ?? '', operation };
});

/** Asks by hash, again and again: what is kept grows old after a moment, so it is enough that one of the answers has no request of its own. */
async function way({ hash, name, operation }: (typeof own)[number], token?: string): Promise<'kept' | 'executed'> {
  const ask = () =>
    fetch(`${api.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...(token ? { authorization: `Bearer ${token}` } : {}) },
      body: JSON.stringify({
        operationName: name,
        variables: variablesOf(operation),
        extensions: { persistedQuery: { version: 1, sha256Hash: hash } },
      }),
    });
  for (let time = 0; time < 5; time++) {
    const answer = await ask();
    const text = await answer.text();
    if (answer.headers.has('x-request-id')) continue;
    assert.equal(JSON.parse(text).errors, undefined, `${name} was kept with errors`);
    return 'kept';
  }
  return 'executed';
}

test('of the application’s own operations these alone are answered from what is kept, and for everybody alike', async () => {
  const queries = own.filter(({ operation }) => operation.operation === 'query');
  assert.ok(queries.length > 20);
  const kept: string[] = [];
  for (const query of queries) {
    const theirs = await way(query, person.accessToken);
    assert.equal(await way(query), theirs, `${query.name}: somebody and nobody go the same way`);
    if (theirs === 'kept') kept.push(query.name);
  }
  assert.deepEqual(kept.sort(), ['EmbedCount', 'EmbedProtocol', 'EmbedProtocols', 'Operator', 'TrialsAcrossPeople']);
});

test('nothing that changes or follows something is kept', async () => {
  const others = own.filter(({ operation }) => operation.operation !== 'query');
  assert.ok(others.length > 20);
  for (const one of others) assert.equal(await way(one), 'executed', one.name);
});
