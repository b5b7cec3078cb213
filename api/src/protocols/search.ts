import { categoriesMeant, SearchIndex, searchWords } from '@nes/program/search.ts';
import { Prisma, type PrismaClient } from '../platform/prisma/client.ts';
import type { Category, Evidence } from '../platform/prisma/enums.ts';
import type { Language } from '../schema/languages.ts';
import { textIn } from './library-texts.ts';

/** What a protocol in the public list has to be. Parts that are left out do not matter. */
export interface ProtocolFilter {
  categories?: Category[] | null;
  bands?: string[] | null;
  minDurationSeconds?: number | null;
  maxDurationSeconds?: number | null;
  evidence?: Evidence[] | null;
  speakersOk?: boolean | null;
  /** Id of a person. */
  authorId?: string | null;
  builtIn?: boolean | null;
  tags?: string[] | null;
}

/** Orders of rows; `BEST_MATCH` is that of a search's hits. */
export type ProtocolOrder = 'RECOMMENDED' | 'POPULAR' | 'NEWEST' | 'TITLE' | 'SHORTEST' | 'BEST_RATED';

/** So many are looked at for one search: those with the words in their short texts, with the words in their description, with the words in another language, of a category that is meant, each at most. */
const MOST_HITS = 300;
/** The nearest names to each typed word. */
const NEAREST = 40;
const bandNames = ['DELTA', 'THETA', 'ALPHA', 'BETA', 'GAMMA'];
/** What is typed beyond so many words narrows nothing any more. */
const MOST_WORDS = 8;

/**
 * Every order ends with the id, so that equal rows have a place too. No column may be null: after a cursor on a nullable
 * one Prisma reads all the rest of the list.
 */
export const orders: Record<ProtocolOrder, Prisma.ProtocolOrderByWithRelationInput[]> = {
  RECOMMENDED: [{ place: 'asc' }, { sessionCount: 'desc' }, { id: 'desc' }],
  POPULAR: [{ sessionCount: 'desc' }, { id: 'desc' }],
  NEWEST: [{ listedAt: 'desc' }, { id: 'desc' }],
  TITLE: [{ title: 'asc' }, { id: 'asc' }],
  SHORTEST: [{ durationSeconds: 'asc' }, { id: 'asc' }],
  BEST_RATED: [{ ratingAverage: 'desc' }, { ratingCount: 'desc' }, { id: 'desc' }],
};

interface Hit {
  id: string;
  title: string;
  summary: string;
  description: string;
  category: string;
  tags: string[];
  bands: string[];
  control: boolean;
  author: string | null;
  /** Of its author, as `Revision.translations`. */
  translations: unknown;
}

/**
 * Ids of public protocols that fit a typed text, best first; null without a word in it. PostgreSQL finds by its indexes what may be meant: the words or their beginnings in
 * full text, names that resemble them by trigrams, categories that the words mean. They are found by what they say in `language`. The order among these is the one that a device without a server has (`SearchIndex`).
 */
export async function matching(database: PrismaClient, text: string, language: Language): Promise<string[] | null> {
  const words = searchWords(text).slice(0, MOST_WORDS);
  if (words.length === 0) return null;
  const query = words.map((word) => `${word}:*`).join(' | ');
  const named = bandNames.filter((band) =>
    words.some((word) => word.length >= 3 && band.startsWith(word.toUpperCase())),
  );
  const hits = await database.$queryRaw<Hit[]>`
    WITH hits AS (
      (SELECT id FROM protocols
        WHERE protocol_words(title, summary, tags) @@ to_tsquery('simple', ${query}) AND visibility = 'PUBLIC' AND hidden_at IS NULL
        ORDER BY session_count DESC, id DESC LIMIT ${MOST_HITS})
      UNION
      (SELECT p.id FROM revisions r JOIN protocols p ON p.current_revision_id = r.id
        WHERE description_words(r.description) @@ to_tsquery('simple', ${query}) AND p.visibility = 'PUBLIC' AND p.hidden_at IS NULL
        ORDER BY p.session_count DESC, p.id DESC LIMIT ${MOST_HITS})
      UNION
      (SELECT p.id FROM revisions r JOIN protocols p ON p.current_revision_id = r.id
        WHERE translated_words(r.translations) @@ to_tsquery('simple', ${query}) AND r.translations <> '{}' AND p.visibility = 'PUBLIC' AND p.hidden_at IS NULL
        ORDER BY p.session_count DESC, p.id DESC LIMIT ${MOST_HITS})
      UNION
      (SELECT near.id FROM unnest(${words}::text[]) AS typed(word) CROSS JOIN LATERAL (
        SELECT id FROM protocols WHERE visibility = 'PUBLIC' AND hidden_at IS NULL
        ORDER BY protocol_names(title, tags) <->> typed.word LIMIT ${NEAREST}) near)
      UNION
      (SELECT meant.id FROM unnest(${categoriesMeant(words)}::"Category"[]) AS one(category) CROSS JOIN LATERAL (
        SELECT id FROM protocols WHERE category = one.category AND visibility = 'PUBLIC' AND hidden_at IS NULL
        ORDER BY session_count DESC, id DESC LIMIT ${MOST_HITS}) meant)
      ${
        // Indexed are the English texts; the built-in protocols are few enough to be looked through in any other language.
        language === 'en'
          ? Prisma.empty
          : Prisma.sql`UNION (SELECT id FROM protocols WHERE library_version IS NOT NULL AND visibility = 'PUBLIC' AND hidden_at IS NULL)`
      }
      ${
        named.length === 0
          ? Prisma.empty
          : Prisma.sql`UNION
            (SELECT id FROM protocols WHERE bands && ${named}::text[] AND visibility = 'PUBLIC' AND hidden_at IS NULL
              ORDER BY session_count DESC, id DESC LIMIT ${MOST_HITS})`
      }
    )
    SELECT p.id, p.title, p.summary, coalesce(r.description, '') AS description, p.category::text AS category, p.tags, p.bands,
      p.control_of_id IS NOT NULL AS control, u.display_name AS author, r.translations
    FROM protocols p LEFT JOIN revisions r ON r.id = p.current_revision_id LEFT JOIN users u ON u.id = p.owner_id
    WHERE p.id = ANY(ARRAY(SELECT id FROM hits))
    ORDER BY p.session_count DESC, p.title, p.id`;
  const index = new SearchIndex(hits, (hit) => ({
    ...hit,
    title: textIn(language, hit.id, hit.title, hit.translations),
    summary: textIn(language, hit.id, hit.summary, hit.translations),
    description: textIn(language, hit.id, hit.description, hit.translations),
    tags: hit.tags.map((tag) => textIn(language, hit.id, tag)),
    categoryName: hit.category.replace('_', ' '),
    more: [...hit.bands, hit.author ?? ''],
  }));
  return index.find(words.join(' ')).map(({ id }) => id);
}

/** What the Prisma plugin asks a page with. */
interface PageQuery {
  take?: number;
  skip?: number;
  cursor?: { id?: string };
}

/** The part of `ids` that a page's query stands for, as Prisma cuts its own lists: back from the end, or from the cursor, where `take` is negative. */
export function cut(ids: readonly string[], { take = ids.length, skip = 0, cursor }: PageQuery): string[] {
  const at = cursor?.id === undefined ? null : ids.indexOf(cursor.id);
  if (at === -1) return [];
  if (take >= 0) return ids.slice((at ?? 0) + skip, (at ?? 0) + skip + take);
  const end = (at === null ? ids.length : at + 1) - skip;
  return ids.slice(Math.max(0, end + take), Math.max(0, end));
}

/**
 * The condition that a filter stands for, over what everybody may see.
 * @param matches ids that a text search found; null without one
 */
export function publicProtocols(filter: ProtocolFilter, matches: readonly string[] | null): Prisma.ProtocolWhereInput {
  const where: Prisma.ProtocolWhereInput = { visibility: 'PUBLIC', hiddenAt: null };
  if (matches) where.id = { in: [...matches] };
  if (filter.categories != null) where.category = { in: filter.categories };
  if (filter.evidence != null) where.evidence = { in: filter.evidence };
  if (filter.bands != null) where.bands = { hasSome: filter.bands };
  if (filter.tags != null) where.tags = { hasEvery: filter.tags };
  if (filter.speakersOk != null) where.speakersOk = filter.speakersOk;
  if (filter.authorId != null) where.ownerId = filter.authorId;
  if (filter.builtIn != null) where.libraryVersion = filter.builtIn ? { not: null } : null;
  if (filter.minDurationSeconds != null || filter.maxDurationSeconds != null) {
    where.durationSeconds = {
      ...(filter.minDurationSeconds == null ? {} : { gte: filter.minDurationSeconds }),
      ...(filter.maxDurationSeconds == null ? {} : { lte: filter.maxDurationSeconds }),
    };
  }
  return where;
}
