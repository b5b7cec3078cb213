import type { Prisma, PrismaClient } from '../platform/prisma/client.ts';
import type { Category, Evidence } from '../platform/prisma/enums.ts';

/** What a protocol in the public list has to be. Parts that are left out do not matter. */
export interface ProtocolFilter {
  text?: string | null;
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

export type ProtocolOrder = 'POPULAR' | 'NEWEST' | 'TITLE' | 'SHORTEST' | 'BEST_RATED';

/** The most that one text search finds: the most played of those that match. */
export const MAXIMUM_MATCHES = 5_000;

/**
 * Every order ends with the id, so that equal rows have a place too. No column may be null: after a cursor on a nullable
 * one Prisma reads all the rest of the list.
 */
export const orders: Record<ProtocolOrder, Prisma.ProtocolOrderByWithRelationInput[]> = {
  POPULAR: [{ sessionCount: 'desc' }, { id: 'desc' }],
  NEWEST: [{ listedAt: 'desc' }, { id: 'desc' }],
  TITLE: [{ title: 'asc' }, { id: 'asc' }],
  SHORTEST: [{ durationSeconds: 'asc' }, { id: 'asc' }],
  BEST_RATED: [{ ratingAverage: 'desc' }, { ratingCount: 'desc' }, { id: 'desc' }],
};

/** The words of a search as a tsquery in which each may be the beginning of a longer one; null without words. */
export function searchQuery(text: string): string | null {
  const words = text.toLowerCase().match(/[\p{L}\p{N}]+/gu);
  return words ? words.map((word) => `${word}:*`).join(' & ') : null;
}

/** The condition that a filter stands for, over what everybody may see. A text is looked up here, by its index. */
export async function publicProtocols(
  database: PrismaClient,
  filter: ProtocolFilter,
): Promise<Prisma.ProtocolWhereInput> {
  const where: Prisma.ProtocolWhereInput = { visibility: 'PUBLIC', hiddenAt: null };
  const query = filter.text == null ? null : searchQuery(filter.text);
  if (query !== null) {
    const found = await database.$queryRaw<{ id: string }[]>`
      SELECT id FROM protocols
      WHERE protocol_words(title, summary, tags) @@ to_tsquery('simple', ${query})
        AND visibility = 'PUBLIC' AND hidden_at IS NULL
      ORDER BY session_count DESC, id DESC LIMIT ${MAXIMUM_MATCHES}`;
    where.id = { in: found.map((row) => row.id) };
  }
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
