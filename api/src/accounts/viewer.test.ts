import assert from 'node:assert/strict';
import { type GraphQLObjectType, getNamedType, isLeafType } from 'graphql';
import { afterAll, beforeAll, test } from 'vitest';
import { schema } from '../http/schema.ts';
import { type Asker, useSchema } from '../testing/ask.ts';

let api: Asker;
beforeAll(async () => {
  api = await useSchema();
});
afterAll(() => api.close());

const fields = Object.values((schema.getType('User') as GraphQLObjectType).getFields());
const onlyId = fields.filter(({ extensions }) => extensions.ofIdAlone === true);
const readsPerson = (statements: string[]) => statements.some((text) => /FROM (users|"public"\."users")/.test(text));
const values: Record<string, string> = { Date: '"2026-05-01"' };
const ask = ({ name, args, type }: (typeof fields)[number]) => {
  const needed = args.filter(({ type }) => String(type).endsWith('!'));
  const filled = needed.map((arg) => `${arg.name}: ${values[String(getNamedType(arg.type))]}`).join(', ');
  return `${name}${filled ? `(${filled})` : ''}${isLeafType(getNamedType(type)) ? '' : ' { __typename }'}`;
};

test('fields of the id alone look at nothing else of the person, who is not read for them', async () => {
  const me = await api.person({ email: 'one@example.org' });
  assert.ok(onlyId.length >= 4, 'sessions, live session, metrics, preferences');
  for (const field of onlyId) {
    const statements = await api.statements(() => api.ask(me, `{ viewer { id ${ask(field)} } }`));
    assert.ok(!readsPerson(statements), `${field.name}: ${statements}`);
  }
});

test('with any other field beside them the person is read', async () => {
  const me = await api.person({ email: 'two@example.org' });
  const statements = await api.statements(async () => {
    const { viewer } = await api.ask(me, '{ viewer { ...Mine ... on User { email } } } fragment Mine on User { id }');
    assert.equal(viewer.email, 'two@example.org');
  });
  assert.ok(readsPerson(statements));
  for (const field of fields.filter(({ name }) => name !== 'id' && !onlyId.some((only) => only.name === name))) {
    const asked = await api.statements(() => api.ask(me, `{ viewer { ${ask(field)} } }`));
    assert.ok(readsPerson(asked), field.name);
  }
});
