import SchemaBuilder, { BasePlugin, type PothosOutputFieldConfig, type SchemaTypes } from '@pothos/core';
import type { FieldComplexity } from '@pothos/plugin-complexity';
import { DEFAULT_PAGE, MAX_PAGE } from './pages.ts';

/** Items that a list without arguments is reckoned as. */
const LIST_ITEMS = 10;

/**
 * What a field costs where it does not say so itself: objects are counted, scalars are free, so the sum over an operation is what the database may have to fetch. Only
 * pages look at their arguments; so an argument that is wrong elsewhere does not stand in the way of reckoning the rest.
 */
class CostsPlugin<Types extends SchemaTypes> extends BasePlugin<Types> {
  override onOutputFieldConfig(field: PothosOutputFieldConfig<Types>): PothosOutputFieldConfig<Types> {
    const options = field.pothosOptions as { complexity?: FieldComplexity<object, object> };
    if (options.complexity !== undefined) return field;
    return { ...field, pothosOptions: { ...options, complexity: this.#costOf(field) } } as typeof field;
  }

  #costOf({ type }: PothosOutputFieldConfig<Types>): FieldComplexity<object, object> {
    const inner = type.kind === 'List' ? type.type : type;
    if (inner.kind === 'Scalar' || inner.kind === 'Enum') return { field: 0, multiplier: 0 };
    if (inner.kind !== 'List' && this.buildCache.getTypeConfig(inner.ref).name.endsWith('Connection'))
      return costOfPage;
    return { field: 1, multiplier: type.kind === 'List' ? LIST_ITEMS : 1 };
  }
}

function costOfPage(args: object): { field: number; multiplier: number } {
  const { first, last } = args as { first?: number | null; last?: number | null };
  return { field: 1, multiplier: Math.min(Math.max(first ?? last ?? DEFAULT_PAGE, 1), MAX_PAGE) };
}

declare global {
  export namespace PothosSchemaTypes {
    interface Plugins<Types extends SchemaTypes> {
      costs: CostsPlugin<Types>;
    }
  }
}

export const costsPlugin = 'costs';
SchemaBuilder.registerPlugin(costsPlugin, CostsPlugin);
