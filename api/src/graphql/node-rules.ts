import type { Context } from './context.ts';

type Rule = (node: never, context: Context) => boolean | Promise<boolean>;
const rules = new Map<string, Rule>();

/**
 * Says who may read nodes of a type through `node(id:)` and `nodes(ids:)`: ask `can` there. `node` is the whole row.
 * A type without a rule is never answered. Declare the type's `prismaNode` with `nullable: true`, so that what does not exist is null.
 */
export function guardNode<Row>(
  typename: string,
  rule: (node: Row, context: Context) => boolean | Promise<boolean>,
): void {
  rules.set(typename, rule as Rule);
}

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
