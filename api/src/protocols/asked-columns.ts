import type { FieldNode, GraphQLObjectType, GraphQLSchema } from 'graphql';
import { columnsOf } from '../platform/columns.ts';

const allColumns = columnsOf('Protocol');

/** Columns of the fields that are more than one; a field that is neither here nor a column has all of them read. */
const columnsOfField: Record<string, readonly string[]> = {
  ...{ __typename: [], id: [], viewerRating: [], builtIn: ['libraryVersion'], bands: ['bands'], isMine: ['ownerId'] },
  ...{ title: ['title', 'translations'], summary: ['summary', 'translations'], tags: ['tags'], labels: ['labels'] },
  ...{ author: ['ownerId'], revision: ['currentRevisionId'], ratingAverage: ['ratingAverage', 'ratingCount'] },
};

/** Sets of columns that are read by a statement of their own. Connections keep each, so whoever asks for yet another set has all of them read. */
const MOST_SETS = 16;
const sets = new Map<string, readonly string[]>();
/** Found once for each document. */
const known = new WeakMap<FieldNode, readonly string[]>();

/**
 * The columns that fields of protocols are answered from, with those that are `always` needed beside them. `place`: the field whose answer they stand in;
 * `asked`: the fields below it that are asked of a protocol.
 */
export function protocolColumns(
  place: readonly FieldNode[],
  asked: () => readonly FieldNode[],
  schema: GraphQLSchema,
  always: readonly string[] = [],
): readonly string[] {
  const [only] = place.length === 1 ? place : [];
  const before = only && known.get(only);
  if (before) return before;
  const fields = (schema.getType('Protocol') as GraphQLObjectType).getFields();
  const wanted = new Set(['id', ...always]);
  for (const { name } of asked()) {
    const exposed = fields[name.value]?.extensions.pothosExposedField as string | undefined;
    for (const column of columnsOfField[name.value] ?? (exposed ? [exposed] : allColumns)) wanted.add(column);
  }
  const columns = allColumns.filter((column) => wanted.has(column));
  const key = columns.join();
  if (!sets.has(key) && sets.size < MOST_SETS) sets.set(key, columns);
  const found = sets.get(key) ?? allColumns;
  if (only) known.set(only, found);
  return found;
}
