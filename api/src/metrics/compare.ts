import { partOf, someColumns } from '../platform/columns.ts';
import type { Sql } from '../platform/connections.ts';
import type { Protocol } from '../platform/prisma/client.ts';
import type { Day } from '../sessions/local-day.ts';
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
 * (after − before) of the four scales. Only what was rated is there; the protocols rated most come first. Of protocols these `columns` are read,
 * the id and that of what it is the control of among them.
 */
export async function compareProtocols(
  sql: Sql,
  userId: string,
  from: Day,
  to: Day,
  columns: readonly string[],
): Promise<Comparison[]> {
  const rows = await sql<Row & Record<string, unknown>>(
    `SELECT r.*, ${someColumns(columns, 'p', 'p.')} FROM (SELECT r.protocol_id AS "protocolId",
      count(r.stars)::int AS "starsCount", avg(r.stars)::float8 AS "starsMean", stddev_samp(r.stars)::float8 AS "starsDeviation",
      count(r.mood_after - r.mood_before)::int AS "moodCount", avg(r.mood_after - r.mood_before)::float8 AS "moodMean",
      stddev_samp(r.mood_after - r.mood_before)::float8 AS "moodDeviation",
      count(r.focus_after - r.focus_before)::int AS "focusCount", avg(r.focus_after - r.focus_before)::float8 AS "focusMean",
      stddev_samp(r.focus_after - r.focus_before)::float8 AS "focusDeviation",
      count(r.calm_after - r.calm_before)::int AS "calmCount", avg(r.calm_after - r.calm_before)::float8 AS "calmMean",
      stddev_samp(r.calm_after - r.calm_before)::float8 AS "calmDeviation",
      count(r.sleepiness_after - r.sleepiness_before)::int AS "sleepinessCount",
      avg(r.sleepiness_after - r.sleepiness_before)::float8 AS "sleepinessMean",
      stddev_samp(r.sleepiness_after - r.sleepiness_before)::float8 AS "sleepinessDeviation",
      count(*) AS rated
    FROM sessions s JOIN ratings r ON r.session_id = s.id
    WHERE s.user_id = $1
      -- A zone's day begins at most 14 hours before and ends at most 12 hours after the one of UTC; these bounds use the index.
      AND s.started_at >= $2::date::timestamp AT TIME ZONE 'UTC' - interval '1 day'
      AND s.started_at < $3::date::timestamp AT TIME ZONE 'UTC' + interval '2 days'
      -- A session of a trial may have been its control; the trial's own answer tells.
      AND NOT EXISTS (SELECT 1 FROM trial_periods p WHERE p.session_id = s.id)
      AND (s.started_at AT TIME ZONE s.time_zone)::date BETWEEN $2::date AND $3::date
    GROUP BY r.protocol_id) r JOIN protocols p ON p.id = r."protocolId"
    ORDER BY r.rated DESC, r."protocolId"`,
    [userId, from, to],
  );
  const protocolOf = partOf<Protocol>('p.', columns, 'id');
  const protocols = new Map(rows.map((row) => [row.protocolId, protocolOf(row) as Protocol]));
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
