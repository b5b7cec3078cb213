/** A node of a parsed source. */
export interface Node {
  type: string;
  [key: string]: unknown;
}

/** The text of a literal, with `{0}`, `{1}` … for what is put in; null for what is none. */
export function textOf(node: Node): string | null {
  if (node.type === 'Literal') return typeof node.value === 'string' ? node.value : null;
  if (node.type !== 'TemplateLiteral') return null;
  const { quasis, expressions } = node as unknown as { quasis: { value: { cooked: string } }[]; expressions: Node[] };
  return quasis.map(({ value }, index) => value.cooked + (index < expressions.length ? `{${index}}` : '')).join('');
}
