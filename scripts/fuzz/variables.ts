/** What the application's own operations are sent with: `name`, a space, and the text of their variables. */
import fc from 'fast-check';

import type { GraphQLInputType } from 'graphql';
import { schema } from '../../api/src/http/schema.ts';
import { valuesOf } from '../../api/src/testing/properties.ts';
import type { TestServer } from '../../api/src/testing/server.ts';
import type { Target } from './fuzz.ts';

/** Every field of the schema's roots as an operation with variables for all its arguments. */
function operations(): Map<string, { text: string; types: [string, GraphQLInputType][] }> {
  const made = new Map<string, { text: string; types: [string, GraphQLInputType][] }>();
  for (const [kind, root] of [
    ['query', schema.getQueryType()],
    ['mutation', schema.getMutationType()],
  ] as const) {
    for (const field of Object.values(root?.getFields() ?? {})) {
      const declared = field.args.map(({ name, type }) => `$${name}: ${String(type)}`).join(', ');
      const passed = field.args.map(({ name }) => `${name}: $${name}`).join(', ');
      const text = `${kind}${declared && ` (${declared})`} { ${field.name}${passed && `(${passed})`} { __typename } }`;
      const plain = text.replace(' { __typename }', '');
      for (const one of [text, plain]) {
        // Fields of scalars have no selection.
        const hasSelection = one === text;
        const named = String(field.type).replace(/[[\]!]/g, '');
        const isLeaf =
          !('getFields' in (schema.getType(named) ?? {})) && !('getTypes' in (schema.getType(named) ?? {}));
        if (hasSelection !== isLeaf)
          made.set(field.name, { text: one, types: field.args.map(({ name, type }) => [name, type]) });
      }
    }
  }
  return made;
}

export async function variables(api: TestServer): Promise<Target> {
  const all = operations();
  let person = await api.guest();
  const revision = await api.backend.database.prisma.revision.findFirst();
  const known = [
    person.id,
    ...(revision
      ? [`Revision:${revision.id}`, `Protocol:${revision.protocolId}`].map((id) => Buffer.from(id).toString('base64'))
      : []),
  ];
  const seeds = [...all].flatMap(([name, { types }], index) => {
    const values = fc.record(Object.fromEntries(types.map(([argument, type]) => [argument, valuesOf(type, known)])));
    return fc
      .sample(values, { numRuns: types.length === 0 ? 1 : 2, seed: 11 + index })
      .map((sample) => Buffer.from(`${name} ${JSON.stringify(sample)}`));
  });
  return {
    seeds,
    words: [
      ...[
        'null',
        'true',
        '{',
        '}',
        '[',
        ']',
        ',',
        '"',
        ':',
        '{"input":',
        '"__proto__":{',
        '"constructor":',
        '\\u0000',
        '\\ud800',
        '\u202e',
      ],
      ...[
        '1e999',
        '-1',
        '2147483648',
        '"2026-13-45T00:00:00Z"',
        '"+275760-09-13T00:00:00Z"',
        '"id":',
        '"first":',
        '"after":"',
        known[0] ?? '',
      ],
    ],
    async run(input) {
      const text = Buffer.from(input).toString();
      const space = text.indexOf(' ');
      const name = text.slice(0, Math.max(space, 0));
      const operation = all.get(name);
      const body = `{"query":${JSON.stringify(operation?.text ?? name)},"variables":${text.slice(space + 1)}}`;
      const response = await fetch(`${api.url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${person.accessToken}` },
        body,
      });
      const answer = await response.text();
      const { errors, data } = JSON.parse(answer) as {
        errors?: { extensions?: { code?: string } }[];
        data?: Record<string, { userErrors?: { code: string }[] } | null>;
      };
      const codes = errors?.map(({ extensions }) => extensions?.code) ?? [];
      if (response.status >= 500 || codes.includes('INTERNAL') || codes.includes(undefined))
        throw new TypeError(`${name}: ${response.status} ${answer.slice(0, 300)}`);
      if (response.status === 401) person = await api.guest();
      const payload = data && Object.values(data)[0];
      return `${name} ${response.status} ${codes.join()} ${payload?.userErrors?.map(({ code }) => code).join() ?? typeof payload}`;
    },
  };
}
