import { getDatamodel } from './prisma/pothos.ts';

interface Datamodel {
  datamodel: { models: Record<string, { fields: { name: string; kind: string; dbName?: string }[] }> };
}

/** Names of the columns of each model, as Prisma calls them. Read once: `getDatamodel` parses the whole model each time it is called. */
const columnsOfModel = new Map(
  Object.entries((getDatamodel() as unknown as Datamodel).datamodel.models).map(([model, { fields }]) => [
    model,
    fields.filter(({ kind }) => kind !== 'object').map(({ name }) => name) as readonly string[],
  ]),
);

/** Names of a model's columns; always the same list. */
export const columnsOf = (model: string): readonly string[] => columnsOfModel.get(model) ?? [];

/** A column for a statement written by hand, in the name that Prisma gives it: in the database names have underscores. */
export const column = (table: string, name: string, as = name): string =>
  `${table}.${name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)} AS "${as}"`;

const texts = new WeakMap<readonly string[], Map<string, string>>();

/** Columns of a table, each called `<prefix><name>`. Written once for each list. */
export function someColumns(names: readonly string[], table: string, prefix = ''): string {
  const written = texts.get(names) ?? new Map<string, string>();
  texts.set(names, written);
  const key = `${table} ${prefix}`;
  let text = written.get(key);
  if (text === undefined) {
    text = names.map((name) => column(table, name, `${prefix}${name}`)).join(', ');
    written.set(key, text);
  }
  return text;
}

/** All columns of a model, each called `<prefix><name>`. */
export const allColumns = (model: string, table: string, prefix = ''): string =>
  someColumns(columnsOf(model), table, prefix);

/** How what of a row is called `<prefix><name>` is taken as a row of its own; null where there is none, because its `key` is null. */
export function partOf<Row>(
  prefix: string,
  names: readonly string[],
  key: string,
): (row: Record<string, unknown>) => Row | null {
  const pairs = names.map((name) => [name, prefix + name] as const);
  return (row) => {
    if (row[prefix + key] === null) return null;
    const part: Record<string, unknown> = {};
    for (const [name, called] of pairs) part[name] = row[called];
    return part as Row;
  };
}
