import { columnsOf, someColumns } from '../platform/columns.ts';
import type { Sql } from '../platform/connections.ts';
import type { DailyMetric, PrismaClient } from '../platform/prisma/client.ts';
import { badInput } from '../schema/errors.ts';
import { addDays, type Day, dayDate, isTimeZone, localDay } from '../sessions/local-day.ts';

/** The days that one question may span: ten years. */
export const MAXIMUM_DAYS = 3_660;

/** The figures of one day or of several together. */
export type Figures = Omit<DailyMetric, 'userId' | 'day'>;

const FIELDS = [
  'sessions',
  'completed',
  'seconds',
  'deltaSeconds',
  'thetaSeconds',
  'alphaSeconds',
  'betaSeconds',
  'gammaSeconds',
  'noBeatSeconds',
  'starsCount',
  'starsSum',
  'moodChangeCount',
  'moodChangeSum',
  'focusChangeCount',
  'focusChangeSum',
  'calmChangeCount',
  'calmChangeSum',
  'sleepinessChangeCount',
  'sleepinessChangeSum',
] as const satisfies (keyof Figures)[];

export function emptyFigures(): Figures {
  return Object.fromEntries(FIELDS.map((name) => [name, 0])) as Figures;
}

/** All days together. */
export function total(days: Figures[]): Figures {
  const sum = emptyFigures();
  for (const day of days) for (const name of FIELDS) sum[name] += day[name];
  return sum;
}

const columnsOfDay = columnsOf('DailyMetric').filter((name) => name !== 'day');

/** The person's days from `from` to `to` on which anything happened, in order. */
export async function readDays(sql: Sql, userId: string, from: Day, to: Day): Promise<DailyMetric[]> {
  if (to < from) throw badInput(`"to" (${to}) must not be before "from" (${from}).`);
  if (addDays(from, MAXIMUM_DAYS) < to) throw badInput(`At most ${MAXIMUM_DAYS} days may be asked for at once.`);
  // A DATE would come as midnight of this process' zone.
  return await sql<DailyMetric>(
    `SELECT ${someColumns(columnsOfDay, 'm')}, m.day::timestamp AT TIME ZONE 'UTC' AS day
     FROM daily_metrics m WHERE m.user_id = $1 AND m.day BETWEEN $2::date AND $3::date ORDER BY m.day`,
    [userId, from, to],
  );
}

const columnsOfGoal = ['timeZone', 'dailyGoalMinutes'];

export interface Goal {
  /** IANA zone in which the person lives now. */
  timeZone: string;
  /** What the person wants to listen each day, in seconds; 0 is no goal. */
  seconds: number;
}

export async function readGoal(sql: Sql, userId: string): Promise<Goal> {
  const [preferences] = await sql<{ timeZone: string; dailyGoalMinutes: number }>(
    `SELECT ${someColumns(columnsOfGoal, 'p')} FROM preferences p WHERE p.user_id = $1`,
    [userId],
  );
  const timeZone = preferences && isTimeZone(preferences.timeZone) ? preferences.timeZone : 'UTC';
  return { timeZone, seconds: (preferences?.dailyGoalMinutes ?? 0) * 60 };
}

/** Days in a row on which anything was heard: up to now (today may still be to come), and the longest row there was. */
export async function readStreaks(
  sql: Sql,
  userId: string,
  timeZone: string,
  now: Date,
): Promise<{ streakDays: number; longestStreakDays: number }> {
  const yesterday = addDays(localDay(now.getTime(), timeZone), -1);
  const [row] = await sql<{ now: number | null; longest: number | null }>(
    `SELECT max(days) FILTER (WHERE last >= $2::date)::int AS now, max(days)::int AS longest
    FROM (
      SELECT count(*) AS days, max(day) AS last
      FROM (
        SELECT day, day - (row_number() OVER (ORDER BY day))::int AS island
        FROM daily_metrics WHERE user_id = $1 AND seconds > 0
      ) AS heard
      GROUP BY island
    ) AS rows`,
    [userId, yesterday],
  );
  return { streakDays: row?.now ?? 0, longestStreakDays: row?.longest ?? 0 };
}

/** The person's day as it is now, with nothing in it when nothing happened yet. */
export async function readDay(database: PrismaClient, userId: string, day: Day): Promise<DailyMetric> {
  const date = dayDate(day);
  const row = await database.dailyMetric.findUnique({ where: { userId_day: { userId, day: date } } });
  return row ?? { userId, day: date, ...emptyFigures() };
}
