import { categories } from './categories.ts';
import type { LibraryEntry } from './library.ts';

/** Places from one tier to the next. */
export const TIER = 1000;
/** Where stands what people published: behind the built-in ones that no study supports, before what repeats a study. The database has it as its default. */
export const PUBLISHED_PLACE = 2 * TIER - 1;

type Placed = Pick<LibraryEntry, 'slug' | 'title' | 'category' | 'evidence' | 'labels' | 'tags'>;

/** How well it is supported, 0 the best: by the label of the sound, or by the best of what is done while it plays where nothing is claimed for the sound. */
function support({ evidence, labels }: Placed): number {
  const told = evidence === 'UNRATED' ? labels.map((label) => label.evidence) : [evidence];
  return Math.min(2, ...told.map((one) => (one === 'PROMISING' ? 0 : one === 'MIXED' ? 1 : 2)));
}

/** What studies agree or disagree on, what none supports, what repeats a study's sound, what is made to compare with. */
function tier(entry: Placed): number {
  if (entry.category === 'CONTROL') return 3;
  if (entry.tags.includes('replication')) return 2;
  return support(entry) < 2 ? 0 : 1;
}

const unsupportedParts = ({ labels }: Placed): number => labels.filter((one) => one.evidence === 'UNSUPPORTED').length;

/** Which is called like its aim: Focus, Sleep. */
const namesake = ({ slug, category }: Placed): boolean => slug === category.toLowerCase().replaceAll('_', '-');

/**
 * The places of the built-in protocols in the order that is recommended, by slug: whole numbers, less is earlier, of {@link TIER} a tier. What
 * is supported comes first, of each category one before the second of any; of a category the best supported, the one that is called like it, then by title.
 */
export function recommendedPlaces(entries: readonly Placed[]): Map<string, number> {
  const best = [...entries].sort(
    (a, b) =>
      tier(a) - tier(b) ||
      support(a) - support(b) ||
      Number(namesake(b)) - Number(namesake(a)) ||
      unsupportedParts(a) - unsupportedParts(b) ||
      a.title.localeCompare(b.title, 'en'),
  );
  const before = new Map<string, number>();
  return new Map(
    best.map((entry) => {
      const row = `${tier(entry)} ${entry.category}`;
      const rank = before.get(row) ?? 0;
      before.set(row, rank + 1);
      return [entry.slug, tier(entry) * TIER + rank * categories.length + categories.indexOf(entry.category)];
    }),
  );
}
