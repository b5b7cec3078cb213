import type { FieldNode, GraphQLResolveInfo } from 'graphql';
import { someColumns } from '../platform/columns.ts';
import type { Sql } from '../platform/connections.ts';
import type { Prisma, Protocol } from '../platform/prisma/client.ts';
import { fieldsBelow } from '../schema/asked-fields.ts';
import { DEFAULT_PAGE, MAX_PAGE } from '../schema/pages.ts';
import { protocolColumns } from './asked-columns.ts';
import type { ProtocolOrder } from './search.ts';

/** As `orders` of search.ts. */
const orders: Record<ProtocolOrder, string> = {
  RECOMMENDED: 'p.place, p.session_count DESC, p.id DESC',
  POPULAR: 'p.session_count DESC, p.id DESC',
  NEWEST: 'p.listed_at DESC, p.id DESC',
  TITLE: 'p.title, p.id',
  SHORTEST: 'p.duration_seconds, p.id',
  BEST_RATED: 'p.rating_average DESC, p.rating_count DESC, p.id DESC',
};

/** The columns that a list of protocols is answered from. */
function columnsOfList({ fieldNodes, fragments, schema }: GraphQLResolveInfo): readonly string[] {
  const named = (nodes: readonly FieldNode[], name: string) => nodes.filter((node) => node.name.value === name);
  return protocolColumns(
    fieldNodes,
    () => {
      const page = fieldsBelow(fieldNodes, fragments);
      const nodes = [...named(page, 'nodes'), ...named(fieldsBelow(named(page, 'edges'), fragments), 'node')];
      return fieldsBelow(nodes, fragments);
    },
    schema,
  );
}

/** What the Prisma plugin asks for: the protocol's columns, with what is related to it. */
type Query = { take?: number; skip?: number; cursor?: object; include?: Prisma.ProtocolInclude };

/**
 * So many rows are read: what a page has and one more, or a little more. As a number in the text they let PostgreSQL plan once; as a parameter they made it plan
 * each time, which took twice as long as the reading.
 */
const readSizes = [DEFAULT_PAGE, 50, MAX_PAGE].map((size) => size + 1);

/**
 * The beginning of the public list in one statement, in the form that Prisma gives its rows: it is the most read of all lists, and Prisma's three statements, plans and
 * mapping take several times as long. Undefined for another page, and where more is asked than author, number of the revision and the person's own stars.
 */
export function firstPage(
  sql: Sql,
  query: Query,
  order: ProtocolOrder,
  info: GraphQLResolveInfo,
): Promise<Protocol[]> | undefined {
  const { take = 0, skip = 0, cursor, include = {}, ...other } = query;
  const { owner, currentRevision, ratings, ...more } = include;
  if (take <= 0 || skip > 0 || cursor || [other, more].some((parts) => Object.keys(parts).length > 0)) return undefined;
  const author = selects(owner, ['id', 'displayName']);
  const revision = selects(currentRevision, ['id', 'protocolId', 'number']);
  const number = revision && 'number' in (currentRevision as { select: object }).select;
  const stars = selects(ratings, ['stars']);
  if (author === null || revision === null || stars === null) return undefined;
  const userId = (ratings as { where?: { userId?: string } } | undefined)?.where?.userId;
  const size = readSizes.find((rows) => rows >= take) ?? take;
  return readPage(sql, order, size, take, {
    columns: columnsOfList(info),
    author,
    revision,
    number: number === true,
    userId,
  });
}

/** Whether a relation is asked for; null where more of it is than `known`. */
function selects(relation: unknown, known: readonly string[]): boolean | null {
  if (relation === undefined || relation === false) return false;
  const { select } = relation as { select?: object };
  return select && Object.keys(select).every((name) => known.includes(name)) ? true : null;
}

interface Row extends Protocol {
  owner?: { id: string; displayName: string } | null;
  authorName?: string;
  currentRevision?: { id: string | null; protocolId: string; number: number };
  revisionNumber?: number;
  ratings?: { stars: number }[];
  stars?: number[];
}

interface Asked {
  columns: readonly string[];
  author: boolean;
  revision: boolean;
  /** Of the revision. */
  number: boolean;
  /** Whose stars. */
  userId: string | undefined;
}

async function readPage(
  sql: Sql,
  order: ProtocolOrder,
  size: number,
  take: number,
  { columns, author, revision, number, userId }: Asked,
): Promise<Protocol[]> {
  const found = await sql<Row>(
    `SELECT ${someColumns(columns, 'p')}${author ? ', u.display_name AS "authorName"' : ''}${number ? ', r.number AS "revisionNumber"' : ''}${
      userId === undefined
        ? ''
        : ', ARRAY(SELECT g.stars FROM ratings g WHERE g.user_id = $1 AND g.protocol_id = p.id AND g.stars IS NOT NULL) AS stars'
    }
    FROM protocols p${author ? ' LEFT JOIN users u ON u.id = p.owner_id' : ''}${
      number ? ' LEFT JOIN revisions r ON r.id = p.current_revision_id' : ''
    }
    WHERE p.visibility = 'PUBLIC' AND p.hidden_at IS NULL
    ORDER BY ${orders[order]} LIMIT ${size}`,
    userId === undefined ? [] : [userId],
  );
  const rows = found.slice(0, take);
  for (const row of rows) {
    if (author) row.owner = row.ownerId === null ? null : { id: row.ownerId, displayName: row.authorName ?? '' };
    if (revision)
      row.currentRevision = { id: row.currentRevisionId, protocolId: row.id, number: row.revisionNumber ?? 0 };
    if (userId !== undefined) row.ratings = (row.stars ?? []).map((stars) => ({ stars }));
  }
  return rows;
}
