import { type FieldNode, type GraphQLResolveInfo, Kind, type SelectionNode } from 'graphql';
import type { Context } from '../graphql/context.ts';
import { DEFAULT_PAGE, MAX_PAGE } from '../graphql/pages.ts';
import type { Straight } from '../graphql/straight.ts';
import type { Sql } from '../platform/database.ts';
import type { ProtocolOrder } from './search.ts';

const orders: Record<ProtocolOrder, string> = {
  POPULAR: 'p.session_count DESC, p.id DESC',
  NEWEST: 'p.listed_at DESC, p.id DESC',
  TITLE: 'p.title, p.id',
  SHORTEST: 'p.duration_seconds, p.id',
  BEST_RATED: 'p.rating_average DESC, p.rating_count DESC, p.id DESC',
};

/** The columns that fields of a protocol read, under the names that Prisma gives them. A field that is missing here is left to Prisma. */
const columns: Record<string, string> = {
  __typename: '',
  id: '',
  slug: 'p.slug',
  title: 'p.title',
  summary: 'p.summary',
  category: 'p.category',
  evidence: 'p.evidence',
  tags: 'p.tags',
  visibility: 'p.visibility',
  builtIn: 'p.library_version AS "libraryVersion"',
  speakersOk: 'p.speakers_ok AS "speakersOk"',
  durationSeconds: 'p.duration_seconds AS "durationSeconds"',
  minBeatHz: 'p.min_beat_hz AS "minBeatHz"',
  maxBeatHz: 'p.max_beat_hz AS "maxBeatHz"',
  bands: 'p.bands',
  author: 'u.id AS "authorId", u.display_name AS "authorName"',
  revision: 'p.current_revision_id AS "revisionId"',
  'revision.number': 'r.number AS "revisionNumber"',
  isMine: 'p.owner_id AS "ownerId"',
  sessionCount: 'p.session_count AS "sessionCount"',
  ratingCount: 'p.rating_count AS "ratingCount"',
  ratingAverage: 'p.rating_average AS "ratingAverage"',
  viewerRating: `(SELECT avg(r.stars)::float8 FROM ratings r WHERE r.user_id = $1 AND r.protocol_id = p.id) AS "viewerRating"`,
  publishedAt: 'p.published_at AS "publishedAt"',
  updatedAt: 'p.updated_at AS "updatedAt"',
};
const authorFields = ['__typename', 'id', 'displayName'];
const revisionFields = ['__typename', 'id', 'number'];

/** Sets of fields that are read by a statement of their own. Connections keep each, so whoever asks for yet another set has all of them read. */
const MOST_SETS = 16;
const sets = new Set<string>();

/** Fields of a protocol that a document asks of a list, found once for each document; null: more than stands above. */
const askedOf = new WeakMap<FieldNode, readonly string[] | null>();

/** The fields of a protocol that are asked of the list, or null when they are not all columns. */
function askedFields({ fieldNodes, fragments }: GraphQLResolveInfo): readonly string[] | null {
  const [list] = fieldNodes;
  if (!list || fieldNodes.length > 1) return null;
  let asked = askedOf.get(list);
  if (asked === undefined) {
    // Everything that may be asked, whatever `@skip` and `@include` say.
    const below = (nodes: readonly FieldNode[]): FieldNode[] => {
      // Fragments that spread each other twice would double what is looked at with each of them.
      const spread = new Set<string>();
      const flat = (selection: SelectionNode): FieldNode[] => {
        if (selection.kind === Kind.FIELD) return [selection];
        if (selection.kind === Kind.INLINE_FRAGMENT) return selection.selectionSet.selections.flatMap(flat);
        const name = selection.name.value;
        if (spread.has(name)) return [];
        spread.add(name);
        return fragments[name]?.selectionSet.selections.flatMap(flat) ?? [];
      };
      return nodes.flatMap((node) => node.selectionSet?.selections.flatMap(flat) ?? []);
    };
    const named = (nodes: FieldNode[], name: string) => nodes.filter((node) => node.name.value === name);
    const page = below([list]);
    const fields = below([...named(page, 'nodes'), ...named(below(named(page, 'edges')), 'node')]);
    const namesOf = (nodes: FieldNode[]) => nodes.map(({ name }) => name.value);
    const ofRevision = namesOf(below(named(fields, 'revision')));
    const names = [...namesOf(fields), ...(ofRevision.includes('number') ? ['revision.number'] : [])];
    const known =
      names.every((name) => name in columns) &&
      namesOf(below(named(fields, 'author'))).every((name) => authorFields.includes(name)) &&
      ofRevision.every((name) => revisionFields.includes(name));
    asked = known ? setOf(names) : null;
    askedOf.set(list, asked);
  }
  return asked;
}

function setOf(names: string[]): readonly string[] {
  const all = Object.keys(columns);
  // Without ratings there is no mean, whatever stands in its column.
  const read = names.includes('ratingAverage') ? [...names, 'ratingCount'] : names;
  const set = all.filter((name) => read.includes(name) && columns[name] !== '');
  const key = set.join(' ');
  if (sets.size < MOST_SETS) sets.add(key);
  return sets.has(key) ? set : all.filter((name) => columns[name] !== '');
}

interface ListedProtocol {
  id: string;
  authorId?: string | null;
  authorName?: string;
  author?: { id: string; displayName: string } | null;
  revisionId?: string;
  revisionNumber?: number;
  revision?: { id: string; protocolId: string; number: number | undefined };
  viewerRating?: number | null;
}

/** What a row of the first page brought along; undefined for rows of Prisma. */
export const listed = {
  author: (row: unknown) => (row as ListedProtocol).author,
  revision: (row: unknown) => (row as ListedProtocol).revision,
  revisionNumber: (revision: unknown) => (revision as ListedProtocol['revision'])?.number,
  viewerRating: (row: unknown) => (row as ListedProtocol).viewerRating,
};

/** A row in its list, with its place as the Prisma plugin writes it for later pages. */
class Edge {
  readonly node: ListedProtocol;

  constructor(node: ListedProtocol) {
    this.node = node;
  }

  get cursor(): string {
    return Buffer.from(`GPC:S:${this.node.id}`).toString('base64');
  }
}

/** What is asked of `Query.protocols`. */
interface ListArguments {
  first?: number | null;
  last?: number | null;
  after?: string | null;
  before?: string | null;
  filter?: object | null;
  order?: ProtocolOrder | null;
}

/**
 * The beginning of the public list, in one statement that reads what is asked and no more. It is the most read of all lists, and Prisma's three
 * statements, plans and mapping take several times as long. Undefined when another page is asked for, or more than rows of the list have.
 */
export function firstPage(
  _root: unknown,
  list: ListArguments,
  { sql, viewer }: Context,
  info: GraphQLResolveInfo,
): Promise<object> | undefined {
  const asked = isFirstPage(list, info) ? askedFields(info) : null;
  return asked === null
    ? undefined
    : readPage(sql, list.order ?? 'POPULAR', list.first ?? DEFAULT_PAGE, viewer?.userId ?? null, asked);
}

/** Whether `firstPage` answers; then its rows bring along all that is asked of them. */
export const isFirstPage: Straight = ({ last, after, before, filter }: ListArguments, info) =>
  [last, after, before, filter].every((argument) => argument == null) && askedFields(info) !== null;

/**
 * So many rows are read: what a page has, or a little more. As a number in the text they let PostgreSQL plan once; as a parameter they made it plan
 * each time, which took twice as long as the reading.
 */
const readSizes = [DEFAULT_PAGE, 50, MAX_PAGE];

async function readPage(
  sql: Sql,
  order: ProtocolOrder,
  size: number,
  userId: string | null,
  asked: readonly string[],
): Promise<object> {
  const withAuthor = asked.includes('author');
  const withNumber = asked.includes('revision.number');
  const withRating = userId !== null && asked.includes('viewerRating');
  const read = asked.filter((name) => name !== 'viewerRating' || withRating);
  const most = readSizes.find((rows) => rows >= size) ?? size;
  const found = await sql<ListedProtocol>(
    `SELECT ${['p.id', ...read.map((name) => columns[name])].join(', ')}
    FROM protocols p${withAuthor ? ' LEFT JOIN users u ON u.id = p.owner_id' : ''}${
      withNumber ? ' LEFT JOIN revisions r ON r.id = p.current_revision_id' : ''
    }
    WHERE p.visibility = 'PUBLIC' AND p.hidden_at IS NULL
    ORDER BY ${orders[order]} LIMIT ${most + 1}`,
    withRating ? [userId] : [],
  );
  // One more than the page has tells whether there is a next one.
  const hasNextPage = found.length > size;
  const rows = found.slice(0, size);
  const edges = rows.map((row) => {
    if (withAuthor) row.author = row.authorId == null ? null : { id: row.authorId, displayName: row.authorName ?? '' };
    if (row.revisionId) row.revision = { id: row.revisionId, protocolId: row.id, number: row.revisionNumber };
    row.viewerRating ??= null;
    return new Edge(row);
  });
  const startCursor = edges[0]?.cursor ?? null;
  const endCursor = edges.at(-1)?.cursor ?? null;
  return { edges, pageInfo: { hasNextPage, hasPreviousPage: false, startCursor, endCursor } };
}
