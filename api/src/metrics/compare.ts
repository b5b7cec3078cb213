import type { PrismaClient, Protocol } from '../platform/prisma/client.ts';
import { type Day, dayDate } from '../sessions/local-day.ts';
import { type Estimate, estimate } from './student.ts';

export const SCALE_NAMES = ['STARS', 'MOOD', 'FOCUS', 'CALM', 'SLEEPINESS'] as const;
export type Scale = (typeof SCALE_NAMES)[number];

/** One scale of one protocol, beside the same scale of its no-beat control. */
export interface Comparison extends Estimate {
  protocol: Protocol;
  scale: Scale;
  /** Null where the protocol has no control or the control was never rated on this scale. */
  control: Estimate | null;
}

type Row = { protocolId: string } & {
  [Name in `${Lowercase<Scale>}${'Count' | 'Mean' | 'Deviation'}`]: number | null;
};

/**
 * How a person's ratings of sessions that began on these days differ from protocol to protocol: stars, and the changes
 * (after − before) of the four scales. Only what was rated is there; the protocols rated most come first.
 */
export async function compareProtocols(
  database: PrismaClient,
  userId: string,
  from: Day,
  to: Day,
): Promise<Comparison[]> {
  const rows = await database.$queryRaw<Row[]>`
    SELECT r.protocol_id AS "protocolId",
      count(r.stars)::int AS "starsCount", avg(r.stars)::float8 AS "starsMean", stddev_samp(r.stars)::float8 AS "starsDeviation",
      count(r.mood_after - r.mood_before)::int AS "moodCount", avg(r.mood_after - r.mood_before)::float8 AS "moodMean",
      stddev_samp(r.mood_after - r.mood_before)::float8 AS "moodDeviation",
      count(r.focus_after - r.focus_before)::int AS "focusCount", avg(r.focus_after - r.focus_before)::float8 AS "focusMean",
      stddev_samp(r.focus_after - r.focus_before)::float8 AS "focusDeviation",
      count(r.calm_after - r.calm_before)::int AS "calmCount", avg(r.calm_after - r.calm_before)::float8 AS "calmMean",
      stddev_samp(r.calm_after - r.calm_before)::float8 AS "calmDeviation",
      count(r.sleepiness_after - r.sleepiness_before)::int AS "sleepinessCount",
      avg(r.sleepiness_after - r.sleepiness_before)::float8 AS "sleepinessMean",
      stddev_samp(r.sleepiness_after - r.sleepiness_before)::float8 AS "sleepinessDeviation"
    FROM sessions s JOIN ratings r ON r.session_id = s.id
    WHERE s.user_id = ${userId}::uuid
      -- A zone's day begins at most 14 hours before and ends at most 12 hours after the one of UTC; these bounds use the index.
      AND s.started_at >= ${dayDate(from)}::timestamptz - interval '1 day'
      AND s.started_at < ${dayDate(to)}::timestamptz + interval '2 days'
      AND (s.started_at AT TIME ZONE s.time_zone)::date BETWEEN ${dayDate(from)}::date AND ${dayDate(to)}::date
    GROUP BY r.protocol_id
    ORDER BY count(*) DESC, r.protocol_id`;
  if (rows.length === 0) return [];
  const ids = rows.map((row) => row.protocolId);
  const protocols = new Map(
    (await database.protocol.findMany({ where: { id: { in: ids } } })).map((protocol) => [protocol.id, protocol]),
  );
  const controls = new Map<string, Row>();
  for (const row of rows) {
    const original = protocols.get(row.protocolId)?.controlOfId;
    if (original && !controls.has(original)) controls.set(original, row);
  }
  const of = (row: Row, scale: Scale): Estimate => {
    const name = scale.toLowerCase() as Lowercase<Scale>;
    return estimate(row[`${name}Count`] ?? 0, row[`${name}Mean`], row[`${name}Deviation`]);
  };
  const comparisons: Comparison[] = [];
  for (const row of rows) {
    const protocol = protocols.get(row.protocolId);
    if (!protocol) continue;
    const controlRow = controls.get(row.protocolId);
    for (const scale of SCALE_NAMES) {
      const own = of(row, scale);
      if (own.sessions === 0) continue;
      const control = controlRow ? of(controlRow, scale) : null;
      comparisons.push({ protocol, scale, ...own, control: control && control.sessions > 0 ? control : null });
    }
  }
  return comparisons;
}
