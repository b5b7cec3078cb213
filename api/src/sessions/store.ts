import type { BANDS, BandProfile } from '@nes/program/bands.ts';
import type { Program } from '@nes/program/model.ts';
import type { Prisma, Session, SessionEvent } from '../platform/prisma/client.ts';
import { keptProfile, profileOf } from '../protocols/kept-profiles.ts';
import type { DaySeconds } from './heard-days.ts';
import { type Day, dayDate } from './local-day.ts';
import type { LoggedAct, SessionAct, SessionFacts } from './transition.ts';

type Transaction = Prisma.TransactionClient;

/** The session with its row locked until the transaction ends; null when there is none of that id that is the person's. */
export async function lockSession(tx: Transaction, id: string, userId: string): Promise<Session | null> {
  const locked = await tx.$queryRaw<Session[]>`
    SELECT id, user_id AS "userId", protocol_id AS "protocolId", revision_id AS "revisionId", group_id AS "groupId",
      state::text AS state, version, time_zone AS "timeZone", started_at AS "startedAt", ended_at AS "endedAt",
      position_seconds AS "positionSeconds", position_at AS "positionAt", played_seconds AS "playedSeconds",
      volume, scene, player_device_id AS "playerDeviceId", player_device_name AS "playerDeviceName",
      expires_at AS "expiresAt", created_at AS "createdAt"
    FROM sessions WHERE id = ${id}::uuid AND user_id = ${userId}::uuid FOR UPDATE`;
  return locked[0] ?? null;
}

/** What is known of a revision's bands and length; its program is read only when it is not in memory. */
export async function revisionProfile(tx: Transaction, revisionId: string): Promise<BandProfile> {
  const known = keptProfile(revisionId);
  if (known) return known;
  const { program } = await tx.revision.findUniqueOrThrow({ where: { id: revisionId }, select: { program: true } });
  return profileOf(revisionId, program as unknown as Program);
}

/** The facts of a row, as the state machine reads them. */
export function factsOf(row: Session): SessionFacts {
  return {
    state: row.state,
    version: row.version,
    startedAt: row.startedAt.getTime(),
    endedAt: row.endedAt?.getTime() ?? null,
    positionSeconds: row.positionSeconds,
    positionAt: row.positionAt.getTime(),
    playedSeconds: row.playedSeconds,
    volume: row.volume,
    scene: row.scene,
    playerDeviceId: row.playerDeviceId,
    playerDeviceName: row.playerDeviceName,
    expiresAt: row.expiresAt?.getTime() ?? null,
  };
}

/** The columns of a session that its events decide. */
export function columnsOf(facts: SessionFacts) {
  const date = (time: number | null) => (time === null ? null : new Date(time));
  return {
    ...facts,
    startedAt: new Date(facts.startedAt),
    endedAt: date(facts.endedAt),
    positionAt: new Date(facts.positionAt),
    expiresAt: date(facts.expiresAt),
  };
}

/** A row of the log, as the state machine reads it. */
export function actOf(event: SessionEvent): SessionAct {
  return { ...event, occurredAt: event.occurredAt.getTime(), deviceName: null };
}

/** A row of the log that is to be written. */
export function eventRow(sessionId: string, act: LoggedAct, sequence: number, receivedAt: Date) {
  return {
    id: act.id,
    sessionId,
    sequence,
    kind: act.kind,
    occurredAt: new Date(act.occurredAt),
    receivedAt,
    positionSeconds: act.positionSeconds,
    volume: act.volume,
    scene: act.scene,
    deviceId: act.deviceId,
  };
}

/** The days of a session as the database has them. */
export async function storedDays(tx: Transaction, sessionId: string): Promise<Map<Day, DaySeconds>> {
  const rows = await tx.sessionDay.findMany({ where: { sessionId } });
  return new Map(
    rows.map((row) => [
      row.day.toISOString().slice(0, 10),
      {
        seconds: row.seconds,
        bands: {
          delta: row.deltaSeconds,
          theta: row.thetaSeconds,
          alpha: row.alphaSeconds,
          beta: row.betaSeconds,
          gamma: row.gammaSeconds,
          noBeat: row.noBeatSeconds,
        },
      },
    ]),
  );
}

/** What changes in the counts of the day on which a session began. */
export interface DayCounts {
  day: Day;
  sessions: number;
  completed: number;
}

/**
 * Adds heard seconds to a session's days and to the person's, and counts to one of the person's days. Returns the
 * days that changed, in order.
 */
export async function addToDays(
  tx: Transaction,
  session: { id: string; userId: string },
  seconds: Map<Day, DaySeconds>,
  counts: DayCounts | null,
): Promise<Day[]> {
  const changed = new Map<Day, { part: DaySeconds | null; sessions: number; completed: number }>();
  for (const [day, part] of seconds) if (part.seconds !== 0) changed.set(day, { part, sessions: 0, completed: 0 });
  if (counts && (counts.sessions !== 0 || counts.completed !== 0)) {
    const { sessions, completed } = counts;
    changed.set(counts.day, { part: changed.get(counts.day)?.part ?? null, sessions, completed });
  }
  const days = [...changed.keys()].sort();
  if (days.length === 0) return [];
  const of = (list: Day[], band: (typeof BANDS)[number]) => list.map((day) => changed.get(day)?.part?.bands[band] ?? 0);
  const heard = days.filter((day) => changed.get(day)?.part);
  if (heard.length > 0) {
    await tx.$executeRaw`
      INSERT INTO session_days (session_id, day, seconds, delta_seconds, theta_seconds, alpha_seconds, beta_seconds, gamma_seconds, no_beat_seconds)
      SELECT ${session.id}::uuid, day, 0, 0, 0, 0, 0, 0, 0 FROM unnest(${heard.map(dayDate)}::date[]) AS t (day)
      ON CONFLICT DO NOTHING`;
    await tx.$executeRaw`
      UPDATE session_days d SET
        seconds = d.seconds + t.seconds, delta_seconds = d.delta_seconds + t.delta, theta_seconds = d.theta_seconds + t.theta,
        alpha_seconds = d.alpha_seconds + t.alpha, beta_seconds = d.beta_seconds + t.beta,
        gamma_seconds = d.gamma_seconds + t.gamma, no_beat_seconds = d.no_beat_seconds + t.none
      FROM unnest(
        ${heard.map(dayDate)}::date[], ${heard.map((day) => changed.get(day)?.part?.seconds ?? 0)}::float8[],
        ${of(heard, 'delta')}::float8[], ${of(heard, 'theta')}::float8[], ${of(heard, 'alpha')}::float8[],
        ${of(heard, 'beta')}::float8[], ${of(heard, 'gamma')}::float8[], ${of(heard, 'noBeat')}::float8[]
      ) AS t (day, seconds, delta, theta, alpha, beta, gamma, none)
      WHERE d.session_id = ${session.id}::uuid AND d.day = t.day`;
  }
  await lockDays(tx, session.userId, days);
  await tx.$executeRaw`
    UPDATE daily_metrics d SET
      sessions = d.sessions + t.sessions, completed = d.completed + t.completed,
      seconds = d.seconds + t.seconds, delta_seconds = d.delta_seconds + t.delta, theta_seconds = d.theta_seconds + t.theta,
      alpha_seconds = d.alpha_seconds + t.alpha, beta_seconds = d.beta_seconds + t.beta,
      gamma_seconds = d.gamma_seconds + t.gamma, no_beat_seconds = d.no_beat_seconds + t.none
    FROM unnest(
      ${days.map(dayDate)}::date[], ${days.map((day) => changed.get(day)?.sessions ?? 0)}::int[],
      ${days.map((day) => changed.get(day)?.completed ?? 0)}::int[],
      ${days.map((day) => changed.get(day)?.part?.seconds ?? 0)}::float8[],
      ${of(days, 'delta')}::float8[], ${of(days, 'theta')}::float8[], ${of(days, 'alpha')}::float8[],
      ${of(days, 'beta')}::float8[], ${of(days, 'gamma')}::float8[], ${of(days, 'noBeat')}::float8[]
    ) AS t (day, sessions, completed, seconds, delta, theta, alpha, beta, gamma, none)
    WHERE d.user_id = ${session.userId}::uuid AND d.day = t.day`;
  return days;
}

/** Makes the person's rows of these days, where there are none, and locks them in the order of the days. */
export async function lockDays(tx: Transaction, userId: string, days: Day[]): Promise<void> {
  await tx.$executeRaw`
    INSERT INTO daily_metrics (user_id, day)
    SELECT ${userId}::uuid, day FROM unnest(${[...days].sort().map(dayDate)}::date[]) AS t (day)
    ON CONFLICT (user_id, day) DO UPDATE SET user_id = excluded.user_id`;
}
