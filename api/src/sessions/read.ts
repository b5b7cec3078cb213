import type { FieldNode, GraphQLResolveInfo } from 'graphql';
import { allColumns, columnsOf, partOf, someColumns } from '../platform/columns.ts';
import type { Sql } from '../platform/connections.ts';
import type { Protocol, Rating, Session, SessionEvent } from '../platform/prisma/client.ts';
import { protocolColumns } from '../protocols/asked-columns.ts';
import { heardRights } from '../protocols/rights.ts';
import { fieldsBelow } from '../schema/asked-fields.ts';

/** What the Prisma plugin asks for: so many rows, with what is related to them. */
interface Query {
  take?: number;
  skip?: number;
  cursor?: object;
  include?: object;
}

type Read = Session & { protocol?: Protocol | null; rating?: Rating | null };

const sessionOf = partOf<Session>('s.', columnsOf('Session'), 'id');
const ratingOf = partOf<Rating>('r.', columnsOf('Rating'), 'sessionId');

/** Whether no more is asked for than whole rows of these relations. */
const only = (include: object, known: readonly string[]): boolean =>
  Object.entries(include).every(([name, asked]) => known.includes(name) && asked === true);

/**
 * Sessions with their protocols and ratings in one statement, in the form that Prisma gives its rows: the history and the live state are asked for with every
 * visit, and Prisma's three statements, plans and mapping take several times as long. Of protocols the columns in `protocol` are read. Undefined where more is
 * asked for, or a later page. `where` is the rest of the statement; it names the session `s`.
 */
export async function readSessions(
  sql: Sql,
  { take, skip = 0, cursor, include = {}, ...other }: Query,
  where: string,
  values: unknown[],
  protocol: readonly string[],
): Promise<Read[] | undefined> {
  if (skip !== 0 || cursor || take === undefined || take <= 0) return undefined;
  if (Object.keys(other).length > 0 || !only(include, ['protocol', 'rating'])) return undefined;
  const asked = include as { protocol?: true; rating?: true };
  const rows = await sql<Record<string, unknown>>(
    `SELECT ${allColumns('Session', 's', 's.')}${asked.protocol ? `, ${someColumns(protocol, 'p', 'p.')}` : ''}${
      asked.rating ? `, ${allColumns('Rating', 'r', 'r.')}` : ''
    } FROM sessions s${asked.protocol ? ' JOIN protocols p ON p.id = s.protocol_id' : ''}${
      asked.rating ? ' LEFT JOIN ratings r ON r.session_id = s.id' : ''
    } WHERE ${where} ORDER BY s.started_at DESC, s.id DESC LIMIT ${take}`,
    values,
  );
  const protocolOf = partOf<Protocol>('p.', protocol, 'id');
  return rows.map((row) => {
    const session = sessionOf(row) as Read;
    if (asked.protocol) session.protocol = protocolOf(row);
    if (asked.rating) session.rating = ratingOf(row);
    return session;
  });
}

/** The columns that the protocols of a page of sessions, or of one session, are answered from. */
export function protocolColumnsAsked({ fieldNodes, fragments, schema }: GraphQLResolveInfo): readonly string[] {
  const named = (nodes: readonly FieldNode[], name: string) => nodes.filter((node) => node.name.value === name);
  const below = (nodes: readonly FieldNode[]) => fieldsBelow(nodes, fragments);
  return protocolColumns(
    fieldNodes,
    () => {
      const fields = below(fieldNodes);
      const nodes = [...named(fields, 'nodes'), ...named(below(named(fields, 'edges')), 'node')];
      return below(named([...fields, ...below(nodes)], 'protocol'));
    },
    schema,
    heardRights,
  );
}

/** One session. */
export async function readSession(sql: Sql, id: string): Promise<Session | null> {
  const [row] = await sql<Session>(`SELECT ${allColumns('Session', 's')} FROM sessions s WHERE s.id = $1`, [id]);
  return row ?? null;
}

/** The first `take` lines of a session's log, up to the one with `version`; undefined for another page of it. */
export async function readEvents(
  sql: Sql,
  { take, skip = 0, cursor }: Pick<Query, 'take' | 'skip' | 'cursor'>,
  { id, version }: Pick<Session, 'id' | 'version'>,
): Promise<SessionEvent[] | undefined> {
  if (skip !== 0 || cursor || take === undefined || take <= 0) return undefined;
  return await sql<SessionEvent>(
    `SELECT ${allColumns('SessionEvent', 'e')} FROM session_events e
     WHERE e.session_id = $1 AND e.sequence <= $2 ORDER BY e.sequence LIMIT ${take}`,
    [id, version],
  );
}
