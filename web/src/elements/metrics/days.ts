/** Days of listening: seconds by day (YYYY-MM-DD, of this device's calendar). */
export type Days = ReadonlyMap<string, number>;

export interface DayFile {
  days: Days;
  sessions: number;
}

export const dayName = (date: Date): string => date.toLocaleDateString('sv');

/** Days in a row up to `today`, which may still be empty. */
export function streakOf(days: Days, today: Date = new Date()): number {
  const day = new Date(today);
  if (!days.get(dayName(day))) day.setDate(day.getDate() - 1);
  let run = 0;
  while ((days.get(dayName(day)) ?? 0) > 0) {
    run++;
    day.setDate(day.getDate() - 1);
  }
  return run;
}

/**
 * Days from a file: `{ "sessions": [{ "startedAt", "playedSeconds" }] }`, as the application's export gives it, or
 * `{ "days": { "2026-03-01": 1200 } }`.
 * @throws {TypeError} naming what is wrong
 */
export function readDays(value: unknown): DayFile {
  const file = value as { sessions?: unknown; days?: unknown } | null;
  const days = new Map<string, number>();
  const add = (day: unknown, seconds: unknown, place: string): void => {
    if (typeof day !== 'string' || !/^\d{4}-\d{2}-\d{2}$/.test(day))
      throw new TypeError(`${place}: expected a day like 2026-03-01, got ${JSON.stringify(day)}`);
    if (typeof seconds !== 'number' || !(seconds >= 0))
      throw new TypeError(`${place}: expected seconds from 0 up, got ${JSON.stringify(seconds)}`);
    days.set(day, (days.get(day) ?? 0) + seconds);
  };
  if (Array.isArray(file?.sessions)) {
    for (const [index, one] of (file.sessions as { startedAt?: unknown; playedSeconds?: unknown }[]).entries()) {
      const begun = new Date(String(one?.startedAt));
      const day = Number.isNaN(begun.getTime()) ? one?.startedAt : dayName(begun);
      add(day, one?.playedSeconds, `sessions[${index}]`);
    }
    return { days, sessions: file.sessions.length };
  }
  if (file?.days && typeof file.days === 'object' && !Array.isArray(file.days)) {
    for (const [day, seconds] of Object.entries(file.days)) add(day, seconds, `days["${day}"]`);
    return { days, sessions: [...days.values()].filter((seconds) => seconds > 0).length };
  }
  throw new TypeError('expected an object with sessions or days');
}
