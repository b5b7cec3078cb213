/** Generated inputs for every mutation of the schema: whatever is sent, the answer is a typed one. */
import fc from 'fast-check';
import {
  type GraphQLInputField,
  type GraphQLInputType,
  type GraphQLSchema,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
} from 'graphql';
import { newId } from '../platform/ids.ts';
import type { TestServer } from './server.ts';

/** Texts that often go wrong, beside random ones. */
const text = fc.oneof(
  fc.string({ maxLength: 40 }),
  fc.string({ unit: 'grapheme', maxLength: 40 }),
  fc.string({ unit: 'binary', maxLength: 20 }),
  fc.constantFrom(
    '',
    ' ',
    'a\0b',
    '\ud800',
    '\u202eabc',
    "'; DROP TABLE users; --",
    '__proto__',
    'x'.repeat(20_000),
    'someone@example.org',
    'Europe/Berlin',
    'correct horse 42',
  ),
);
const number = fc.oneof(
  fc.constantFrom(0, -1, 1, 0.5, 2 ** 31 - 1, 2 ** 31, -(2 ** 31) - 1, 1e308, -1e308, Number.MIN_VALUE, 1e15),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.integer(),
);
const typenames = ['User', 'Protocol', 'Revision', 'Session', 'Device', 'Report', 'Nothing'];

/** `known` are ids of things that exist, so that calls get past the first check. */
export function valuesOf(type: GraphQLInputType, known: readonly string[], depth = 0): fc.Arbitrary<unknown> {
  if (isNonNullType(type)) return valuesOf(type.ofType, known, depth);
  if (isListType(type)) return fc.array(valuesOf(type.ofType, known, depth + 1), { maxLength: 4 });
  if (isEnumType(type)) return fc.constantFrom(...type.getValues().map(({ name }) => name));
  if (isInputObjectType(type)) return objectOf(Object.values(type.getFields()), known, depth + 1);
  switch (type.name) {
    case 'Int':
      return fc.oneof({ weight: 3, arbitrary: fc.integer({ min: -5, max: 2_000 }) }, { weight: 1, arbitrary: number });
    case 'Float':
      return fc.oneof(
        { weight: 3, arbitrary: fc.double({ min: 0, max: 100, noNaN: true }) },
        { weight: 1, arbitrary: number },
      );
    case 'Boolean':
      return fc.boolean();
    case 'UUID':
      return fc.oneof(
        fc.uuid(),
        fc.constantFrom(...known.map((id) => Buffer.from(id, 'base64').toString().split(':')[1] ?? id)),
        text,
      );
    case 'ID':
      return fc.oneof(
        { weight: 3, arbitrary: fc.constantFrom(...known) },
        {
          weight: 1,
          arbitrary: fc
            .tuple(fc.constantFrom(...typenames), fc.uuid())
            .map(([name, id]) => Buffer.from(`${name}:${id}`).toString('base64')),
        },
        { weight: 1, arbitrary: text },
      );
    case 'DateTime':
      return fc.oneof(
        fc.integer({ min: -3_600, max: 400 }).map((s) => new Date(Date.now() + s * 1000).toISOString()),
        fc.constantFrom(
          '1969-12-31T23:59:59.999Z',
          '9999-12-31T23:59:59Z',
          '2026-02-30T00:00:00Z',
          '275760-09-13T00:00:00Z',
          'x',
        ),
      );
    case 'Date':
      return fc.constantFrom('2026-01-31', '2026-02-30', '0000-00-00', '9999-12-31', 'x');
    case 'JSON':
      return fc.oneof(fc.jsonValue({ maxDepth: 4 }), fc.constant({ version: 1, phases: [], layers: [] }));
    default:
      return text;
  }
}

function objectOf(
  fields: readonly GraphQLInputField[],
  known: readonly string[],
  depth: number,
): fc.Arbitrary<unknown> {
  const required = fields.filter((field) => isNonNullType(field.type)).map((field) => field.name);
  return fc.record(
    Object.fromEntries(
      fields.map((field) => [field.name, depth > 4 ? fc.constant(null) : valuesOf(field.type, known, depth)]),
    ),
    { requiredKeys: required },
  );
}

/** What came of the calls. */
export interface PropertyRun {
  calls: number;
  /** Calls that were carried out without any error. */
  done: number;
  /** What no call may be answered with: status 5xx, INTERNAL, something that is no JSON. */
  faults: { mutation: string; input: unknown; answer: string }[];
}

/** Calls every mutation `calls / mutations` times. The same seed makes the same calls. */
export async function callEverything(
  api: TestServer,
  schema: GraphQLSchema,
  calls: number,
  seed: number,
): Promise<PropertyRun> {
  const mutations = Object.values(schema.getMutationType()?.getFields() ?? {});
  const { prisma } = api.backend.database;
  const revision = await prisma.revision.findFirstOrThrow();
  const each = Math.ceil(calls / mutations.length);
  const run: PropertyRun = { calls: 0, done: 0, faults: [] };
  for (const [index, mutation] of mutations.entries()) {
    const inputType = mutation.args.find((argument) => argument.name === 'input')?.type;
    if (!inputType) throw new Error(`${mutation.name} has no input`);
    let person = await api.guest();
    const known = [
      person.id,
      ...[`Revision:${revision.id}`, `Protocol:${revision.protocolId}`, `Session:${newId()}`].map((id) =>
        Buffer.from(id).toString('base64'),
      ),
    ];
    const inputs = fc.sample(valuesOf(inputType, known), { numRuns: each, seed: seed + index });
    const operation = `mutation ($input: ${String(inputType)}) { ${mutation.name}(input: $input) { userErrors { code field message } } }`;
    for (let at = 0; at < inputs.length; at += 8) {
      await Promise.all(
        inputs.slice(at, at + 8).map(async (input) => {
          run.calls++;
          try {
            const { status, errors, data, text: answer } = await api.ask(operation, { input }, person.accessToken);
            const internal = errors?.some((error) => !error.extensions?.code || error.extensions.code === 'INTERNAL');
            if (status >= 500 || internal)
              run.faults.push({ mutation: mutation.name, input, answer: answer.slice(0, 300) });
            else if (!errors && data?.[mutation.name]?.userErrors.length === 0) run.done++;
          } catch (error) {
            run.faults.push({ mutation: mutation.name, input, answer: String(error) });
          }
        }),
      );
      // Some mutations sign the person out or remove them.
      if ((await api.ask('{ viewer { id } }', {}, person.accessToken)).status === 401) person = await api.guest();
    }
  }
  return run;
}
