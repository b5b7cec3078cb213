import type { PlanEntry, PlayList } from './lists.ts';

/** What a person's devices have in common. */
export interface ListsBody {
  /** Slugs, the latest first. */
  favourites: readonly string[];
  lists: readonly PlayList[];
  plan: readonly PlanEntry[];
}

export const noLists: ListsBody = { favourites: [], lists: [], plan: [] };

/** With the keys of objects in the order of the alphabet: a database gives them back in an order of its own. */
const canonical = (value: unknown): string =>
  JSON.stringify(value, (_key, part: unknown) =>
    part && typeof part === 'object' && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );

export const same = (a: unknown, b: unknown): boolean => canonical(a) === canonical(b);

/**
 * One of each id, from two states that grew from the same one. What changed on one side only is taken; where both changed it, this device's
 * stays; what was changed on one side and removed on the other stays too. The order is that of the side that changed it, this device's where both did.
 */
function mergeById<T>(base: readonly T[], mine: readonly T[], theirs: readonly T[], idOf: (one: T) => string): T[] {
  const find = (all: readonly T[], id: string): T | undefined => all.find((one) => idOf(one) === id);
  const moved = !same(mine.map(idOf), base.map(idOf));
  const ids = [...new Set((moved ? [...mine, ...theirs] : [...theirs, ...mine]).map(idOf))];
  return ids.flatMap((id) => {
    const [before, here, there] = [find(base, id), find(mine, id), find(theirs, id)];
    if (same(here, before)) return there === undefined ? [] : [there];
    if (here !== undefined) return [here];
    // Removed here: gone, unless it was changed elsewhere.
    return same(there, before) ? [] : [there as T];
  });
}

/** @param base what both had in common last */
export function mergeLists(base: ListsBody, mine: ListsBody, theirs: ListsBody): ListsBody {
  return {
    favourites: mergeById(base.favourites, mine.favourites, theirs.favourites, (slug) => slug),
    lists: mergeById(base.lists, mine.lists, theirs.lists, ({ id }) => id),
    plan: mergeById(base.plan, mine.plan, theirs.plan, ({ id }) => id).sort(
      (a, b) => a.time.localeCompare(b.time) || a.id.localeCompare(b.id),
    ),
  };
}
