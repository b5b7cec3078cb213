import { allColumns, partOf, someColumns } from '../platform/columns.ts';
import type { Sql } from '../platform/connections.ts';
import type { Preferences, Protocol } from '../platform/prisma/client.ts';
import { can } from '../schema/can.ts';
import type { Context } from '../schema/context.ts';
import { userError } from '../schema/errors.ts';
import { decodeNodeId } from '../schema/node-id.ts';
import type { Viewer } from '../schema/viewer.ts';

/** What may be changed; what is left out (or null) stays as it is. */
export interface PreferencesChange {
  volume?: number | null;
  visuals?: boolean | null;
  intensity?: number | null;
  scene?: string | null;
  reducedFlashing?: boolean | null;
  reminder?: boolean | null;
  reminderMinute?: number | null;
  dailyGoalMinutes?: number | null;
  theme?: string | null;
  language?: string | null;
  timeZone?: string | null;
  /** Id of a protocol; null takes it away; undefined leaves it. */
  defaultProtocol?: string | null;
}

/** Preferences, with the default protocol where it was read along. */
export type PreferencesRead = Preferences & { defaultProtocol?: Protocol | null };

/** The person's preferences with these columns of the default protocol; undefined when there are none yet. */
export async function readWithProtocol(
  sql: Sql,
  userId: string,
  columns: readonly string[],
): Promise<PreferencesRead | undefined> {
  const [row] = await sql<Preferences>(
    `SELECT ${allColumns('Preferences', 'p')}, ${someColumns(columns, 'd', 'd.')}
     FROM preferences p LEFT JOIN protocols d ON d.id = p.default_protocol_id WHERE p.user_id = $1`,
    [userId],
  );
  return row && { ...row, defaultProtocol: partOf<Protocol>('d.', columns, 'id')(row as never) };
}

/** The person's preferences, made with their defaults when there are none yet. */
export async function preferencesOf(context: Context, userId: string): Promise<Preferences> {
  const { sql, primary } = context;
  const [found] = await sql<Preferences>(
    `SELECT ${allColumns('Preferences', 'p')} FROM preferences p WHERE p.user_id = $1`,
    [userId],
  );
  return found ?? (await primary.database.preferences.upsert({ where: { userId }, create: { userId }, update: {} }));
}

/**
 * Saves some of the preferences. `version` is that of the preferences the change was made on: an older one is refused with CONFLICT and
 * the present ones, since another device was faster. Null saves in any case.
 */
export async function savePreferences(
  context: Context,
  viewer: Viewer,
  change: PreferencesChange,
  version: number | null,
): Promise<Preferences> {
  const { defaultProtocol, ...rest } = change;
  const data = Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== null && value !== undefined));
  const present = await preferencesOf(context, viewer.userId);
  const defaultProtocolId =
    defaultProtocol === undefined
      ? present.defaultProtocolId
      : await readableProtocol(context, viewer, defaultProtocol);
  const { count } = await context.database.preferences.updateMany({
    where: { userId: viewer.userId, ...(version === null ? {} : { version }) },
    data: { ...data, defaultProtocolId, version: { increment: 1 } },
  });
  const saved = await preferencesOf(context, viewer.userId);
  if (count === 0) {
    throw userError('CONFLICT', 'version', 'Another device has saved preferences meanwhile.', { preferences: saved });
  }
  return saved;
}

async function readableProtocol(context: Context, viewer: Viewer, nodeId: string | null): Promise<string | null> {
  if (nodeId === null) return null;
  const { typename, id } = decodeNodeId(nodeId);
  const protocol = typename === 'Protocol' ? await context.database.protocol.findUnique({ where: { id } }) : null;
  if (!protocol || !can(viewer, 'protocol.read', protocol)) {
    throw userError('NOT_FOUND', 'defaultProtocol', 'There is no such protocol.');
  }
  return protocol.id;
}
