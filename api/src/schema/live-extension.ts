import type { Context } from './context.ts';

/**
 * `extensions: { live: { audience } }` of a subscription field whose answer is the same for many people: such an execution has no viewer, only the audience
 * (`context.audiences`), so nothing personal can be read through it, and `audience` itself must refuse those who may not listen.
 */
export interface LiveExtension {
  /**
   * Name of the audience the viewer belongs to for these arguments, e.g. `group:ABCDEF`.
   * Throws a top-level error (`unauthenticated()`, `forbidden()`, `badInput()`) for those who may not listen.
   */
  audience: (args: Record<string, unknown>, context: Context) => Promise<string> | string;
}
