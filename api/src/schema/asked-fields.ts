import { type FieldNode, type GraphQLResolveInfo, Kind, type SelectionSetNode } from 'graphql';

/** The fields below these as a document asks for them, fragments opened, whatever `@skip` and `@include` say. */
export function fieldsBelow(
  nodes: readonly { selectionSet?: SelectionSetNode }[],
  fragments: GraphQLResolveInfo['fragments'],
  seen = new Set<string>(),
): FieldNode[] {
  return nodes.flatMap((node) =>
    (node.selectionSet?.selections ?? []).flatMap((selection): FieldNode[] => {
      if (selection.kind === Kind.FIELD) return [selection];
      if (selection.kind === Kind.INLINE_FRAGMENT) return fieldsBelow([selection], fragments, seen);
      const { value } = selection.name;
      const fragment = seen.has(value) ? undefined : fragments[value];
      seen.add(value);
      return fragment ? fieldsBelow([fragment], fragments, seen) : [];
    }),
  );
}
