import SchemaBuilder, { BasePlugin, type PothosOutputFieldConfig, type SchemaTypes } from '@pothos/core';
import type { GraphQLFieldResolver } from 'graphql';
import { encodeNodeId } from './node-id.ts';

/**
 * What is asked most answers without the way around: a field with the extension `atOnce`, a resolver, first asks that one, and goes on to its own
 * when the answer is undefined. Rights (`authScopes`) are asked before either.
 *
 * The ids of nodes always answer so. Pothos gives a promise for each, and one promise makes the whole list around it wait for its rows one by one.
 */
class AtOncePlugin<Types extends SchemaTypes> extends BasePlugin<Types> {
  override onOutputFieldConfig(field: PothosOutputFieldConfig<Types>): PothosOutputFieldConfig<Types> {
    if (field.name !== 'id') return field;
    const type = this.buildCache.getTypeConfig(field.parentType);
    const isNode =
      type.kind === 'Object' &&
      type.interfaces.some((ref) => this.buildCache.getTypeConfig(ref, 'Interface').name === 'Node');
    if (!isNode) return field;
    const atOnce = (row: { id: string }) => encodeNodeId(type.name, row.id);
    return { ...field, extensions: { ...field.extensions, atOnce } };
  }

  override wrapResolve(
    resolver: GraphQLFieldResolver<unknown, Types['Context'], object>,
    field: PothosOutputFieldConfig<Types>,
  ): GraphQLFieldResolver<unknown, Types['Context'], object> {
    const atOnce = field.extensions?.atOnce as typeof resolver | undefined;
    if (!atOnce) return resolver;
    return (parent, args, context, info) => {
      const answer = atOnce(parent, args, context, info);
      return answer === undefined ? resolver(parent, args, context, info) : answer;
    };
  }
}

declare global {
  export namespace PothosSchemaTypes {
    interface Plugins<Types extends SchemaTypes> {
      atOnce: AtOncePlugin<Types>;
    }
  }
}

export const atOncePlugin = 'atOnce';
SchemaBuilder.registerPlugin(atOncePlugin, AtOncePlugin);
