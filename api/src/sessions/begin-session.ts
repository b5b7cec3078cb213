import type { Sql } from '../platform/connections.ts';
import type { Session } from '../platform/prisma/client.ts';
import type { Day } from './local-day.ts';
import type { LoggedAct } from './transition.ts';

/**
 * Writes a session, its first event and the day's count in one statement, for a revision that the person may play by their own right.
 * Returns the protocol of the revision; null when nothing was written, because the session is there already, the revision may not be played or
 * an id is taken: what it was, the transaction in act.ts finds out. Eight statements take three times as long.
 */
export async function beginSession(
  sql: Sql,
  row: Omit<Session, 'protocolId' | 'groupId'>,
  event: LoggedAct,
  day: Day,
): Promise<string | null> {
  try {
    const rows = await sql<{ protocolId: string }>(STATEMENT, [
      ...[row.id, row.userId, row.revisionId, row.state, row.version, row.timeZone, row.startedAt, row.endedAt],
      ...[row.positionSeconds, row.positionAt, row.playedSeconds, row.volume, row.scene],
      ...[row.playerDeviceId, row.playerDeviceName, row.expiresAt, row.createdAt],
      ...[event.id, event.kind, new Date(event.occurredAt), event.positionSeconds, event.volume, event.scene],
      ...[event.deviceId, day],
    ]);
    return rows[0]?.protocolId ?? null;
  } catch (error) {
    // Integrity constraint violations (class 23): the event's id is taken, or somebody went away meanwhile.
    if (/^23/.test((error as { code?: string }).code ?? '')) return null;
    throw error;
  }
}

const STATEMENT = `
  WITH playable AS (
    SELECT r.protocol_id FROM revisions r JOIN protocols p ON p.id = r.protocol_id
    WHERE r.id = $3 AND ((p.visibility <> 'DRAFT' AND p.hidden_at IS NULL AND (r.public_at IS NOT NULL OR p.current_revision_id = r.id))
      OR p.owner_id = $2)
  ), begun AS (
    INSERT INTO sessions (id, user_id, protocol_id, revision_id, state, version, time_zone, started_at, ended_at, position_seconds,
      position_at, played_seconds, volume, scene, player_device_id, player_device_name, expires_at, created_at)
    SELECT $1, $2, protocol_id, $3, $4::"SessionState", $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17 FROM playable
    ON CONFLICT (id) DO NOTHING
    RETURNING id, user_id, protocol_id
  ), logged AS (
    INSERT INTO session_events (id, session_id, sequence, kind, occurred_at, received_at, position_seconds, volume, scene, device_id)
    SELECT $18, id, 1, $19::"SessionEventKind", $20, $17, $21, $22, $23, $24 FROM begun
  ), counted AS (
    INSERT INTO daily_metrics (user_id, day, sessions) SELECT user_id, $25::date, 1 FROM begun
    ON CONFLICT (user_id, day) DO UPDATE SET sessions = daily_metrics.sessions + 1
  )
  SELECT protocol_id AS "protocolId" FROM begun`;
