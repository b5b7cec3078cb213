import type { Sql } from '../platform/database.ts';
import type { Protocol } from '../platform/prisma/client.ts';
import type { ProtocolOrder } from './search.ts';

/** What a row of the list needs: the columns that fields of a protocol read. */
type ListedProtocol = Omit<
  Protocol,
  | 'hiddenAt'
  | 'currentRevisionId'
  | 'forkedFromId'
  | 'controlOfId'
  | 'ratingSum'
  | 'deletedAt'
  | 'createdAt'
  | 'listedAt'
> & {
  owner: { id: string; displayName: string } | null;
  ratings: { stars: number }[];
};

const orders: Record<ProtocolOrder, string> = {
  POPULAR: 'p.session_count DESC, p.id DESC',
  NEWEST: 'p.listed_at DESC, p.id DESC',
  TITLE: 'p.title, p.id',
  SHORTEST: 'p.duration_seconds, p.id',
  BEST_RATED: 'p.rating_average DESC, p.rating_count DESC, p.id DESC',
};

/** What Prisma's `findMany` would be asked for. */
interface Asked {
  include?: object;
  select?: object;
  cursor?: unknown;
  skip?: number;
  take?: number;
}

/** Whether `readFirstPage` reads all that is asked for: nothing related but authors and one's own stars, from the beginning. */
export function isFirstPage(query: Asked): query is Asked & { take: number } {
  const related = Object.keys(query.include ?? {});
  return (
    query.select === undefined &&
    query.cursor === undefined &&
    !query.skip &&
    (query.take ?? 0) > 0 &&
    related.every((name) => name === 'owner' || name === 'ratings')
  );
}

/**
 * The beginning of the public list with authors and the stars of `userId`, in one statement. It is the most read of all lists, and Prisma's three
 * statements and mapping take more than twice as long.
 */
export async function readFirstPage(
  sql: Sql,
  order: ProtocolOrder,
  take: number,
  userId: string | null,
): Promise<ListedProtocol[]> {
  const stars =
    userId === null
      ? 'NULL'
      : '(SELECT array_agg(r.stars) FROM ratings r WHERE r.user_id = $2 AND r.protocol_id = p.id AND r.stars IS NOT NULL)';
  const rows = await sql<ListedProtocol & { authorName: string | null; stars: number[] | null }>(
    `SELECT p.id, p.slug, p.owner_id AS "ownerId", p.visibility, p.category, p.evidence, p.tags, p.title, p.summary,
      p.speakers_ok AS "speakersOk", p.duration_seconds AS "durationSeconds", p.min_beat_hz AS "minBeatHz", p.max_beat_hz AS "maxBeatHz",
      p.bands, p.library_version AS "libraryVersion", p.session_count AS "sessionCount", p.rating_count AS "ratingCount",
      p.rating_average AS "ratingAverage", p.updated_at AS "updatedAt", p.published_at AS "publishedAt",
      u.display_name AS "authorName", ${stars} AS stars
    FROM protocols p LEFT JOIN users u ON u.id = p.owner_id
    WHERE p.visibility = 'PUBLIC' AND p.hidden_at IS NULL
    ORDER BY ${orders[order]} LIMIT $1`,
    userId === null ? [take] : [take, userId],
  );
  for (const row of rows) {
    row.owner = row.ownerId === null ? null : { id: row.ownerId, displayName: row.authorName ?? '' };
    row.ratings = (row.stars ?? []).map((star) => ({ stars: star }));
  }
  return rows;
}
