import type { Context } from './context.ts';

type Rule = (node: never, context: Context) => boolean | Promise<boolean>;
type Read = (id: string, context: Context) => Promise<object | null>;
const rules = new Map<string, Rule>();
const readers = new Map<string, Read>();

/**
 * Says who may read nodes of a type through `node(id:)` and `nodes(ids:)`: ask `can` there. `node` is the whole row.
 * A type without a rule is never answered. `read` gives the row by its id where that is to be read by hand, else Prisma reads it. Declare the type's `prismaNode` with `nullable: true`, so that what does not exist is null.
 */
export function guardNode<Row>(
  typename: string,
  rule: (node: Row, context: Context) => boolean | Promise<boolean>,
  read?: (id: string, context: Context) => Promise<(Row & object) | null>,
): void {
  rules.set(typename, rule as Rule);
  if (read) readers.set(typename, read);
}

/** How a node of this type is read by hand; undefined where Prisma reads it. */
export const readerOf = (typename: string): Read | undefined => readers.get(typename);

/** True for a type that has a rule. Others are not even looked for. */
export function isGuarded(typename: string): boolean {
  return rules.has(typename);
}

/** The node when the viewer may read it, else null. */
export async function readableNode(typename: string, node: unknown, context: Context): Promise<unknown> {
  const rule = rules.get(typename);
  if (!rule || node === null || node === undefined || node instanceof Error) return null;
  return (await rule(node as never, context)) ? node : null;
}
