import { msg, str } from '@lit/localize';
import { PUBLISHED_PLACE, TIER } from '../../../../prisma/library/places.ts';
import type { LibraryProtocol } from '../../data/library.ts';
import type { SessionRecord } from '../../data/records.ts';
import { categoryName } from '../names.ts';

export interface Suggestion {
  protocol: LibraryProtocol;
  /** Why just this one, in one sentence. */
  reason: string;
}

/** Less is earlier. What people published comes where the server puts it (`Protocol.place`): before what repeats a study. */
export const recommendedPlace = ({ place = PUBLISHED_PLACE }: LibraryProtocol): number => place;

/** What studies support, what none does, what repeats a study's sound. */
const tier = (protocol: LibraryProtocol): number => Math.floor(recommendedPlace(protocol) / TIER);

/** What people look for at an hour of the day, most likely first. */
const byHour = (hour: number): readonly string[] => {
  if (hour < 5) return ['SLEEP', 'RELAXATION', 'BREATHING'];
  if (hour < 9) return ['WAKE_UP', 'ENERGY', 'FOCUS'];
  if (hour < 12) return ['FOCUS', 'STUDY', 'CREATIVITY'];
  if (hour < 15) return ['NAP', 'ENERGY', 'STUDY'];
  if (hour < 18) return ['FOCUS', 'CREATIVITY', 'STRESS_RELIEF'];
  if (hour < 21) return ['STRESS_RELIEF', 'RELAXATION', 'MEDITATION'];
  return ['SLEEP', 'RELAXATION', 'MEDITATION'];
};

function hourReason(category: string, hour: number): string {
  const name = categoryName(category);
  if (hour < 5) return msg(str`It is the middle of the night: ${name}.`);
  if (hour < 9) return msg(str`For this early in the day: ${name}.`);
  if (hour < 12) return msg(str`For the morning: ${name}.`);
  if (hour < 15) return msg(str`For the middle of the day: ${name}.`);
  if (hour < 18) return msg(str`For the afternoon: ${name}.`);
  if (hour < 21) return msg(str`For the evening: ${name}.`);
  return msg(str`For the night ahead: ${name}.`);
}

/**
 * Three protocols for this moment: the one that the person begins with, one that was rated best at such hours, the one
 * played last, then by the hour itself.
 * @param first id of the protocol to begin with; null where none was chosen
 */
export function suggest(
  protocols: readonly LibraryProtocol[],
  records: readonly SessionRecord[],
  now: Date,
  first: string | null = null,
): Suggestion[] {
  const hour = now.getHours();
  const wanted = byHour(hour);
  const found: Suggestion[] = [];
  const add = (protocol: LibraryProtocol | undefined, reason: string): void => {
    if (protocol && !found.some((one) => one.protocol.slug === protocol.slug)) found.push({ protocol, reason });
  };

  add(
    protocols.find(({ id }) => id === first),
    msg('You chose to begin with it.'),
  );

  const liked = records
    .filter((record) => (record.rating?.stars ?? 0) >= 4)
    .filter((record) => Math.abs(((new Date(record.startedAt).getHours() - hour + 36) % 24) - 12) <= 3)
    .map((record) => protocols.find(({ slug }) => slug === record.slug))
    .find((protocol) => protocol !== undefined);
  if (liked) add(liked, msg('You rated it highly around this time of day.'));

  const recent = new Set(records.slice(0, 5).map(({ slug }) => slug));
  const ofCategory = (category: string) =>
    protocols.filter((protocol) => protocol.category === category && !protocol.controlOfSlug);
  const best = new Map(wanted.map((category) => [category, Math.min(...ofCategory(category).map(tier))]));
  // What no study supports is nobody's first card, where the hour has something else as well.
  for (const category of wanted.toSorted((a, b) => (best.get(a) as number) - (best.get(b) as number))) {
    const ones = ofCategory(category).filter((one) => tier(one) === best.get(category));
    // Another one than last time, so that the library gets known; the day of the year decides among the rest.
    const fresh = ones.filter(({ slug }) => !recent.has(slug));
    const from = fresh.length > 0 ? fresh : ones;
    const day = Math.floor(now.getTime() / 86_400_000);
    add(from[day % Math.max(1, from.length)], hourReason(category, hour));
    if (found.length === 3) break;
  }

  // What was played last stays one touch away, beside what is best now.
  const last = protocols.find(({ slug }) => slug === records.find((record) => record.slug !== null)?.slug);
  if (last && !found.some(({ protocol }) => protocol.slug === last.slug))
    found.splice(1, 0, { protocol: last, reason: msg('You played it last.') });
  return found.slice(0, 3);
}
