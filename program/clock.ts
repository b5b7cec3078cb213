import type { Program } from './model.ts';

const DAY = 86_400;

/** A formatter takes long to make and is asked often. */
const formatters = new Map<string, Intl.DateTimeFormat>();

/**
 * Seconds since midnight that a clock on the wall shows, to the millisecond.
 * @param epochMs milliseconds since 1970 UTC
 * @param timeZone an IANA name, such as Europe/Berlin
 */
export function secondOfDay(epochMs: number, timeZone: string): number {
  let formatter = formatters.get(timeZone);
  if (!formatter) {
    formatter = new Intl.DateTimeFormat('en', {
      timeZone,
      hourCycle: 'h23',
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
    });
    formatters.set(timeZone, formatter);
  }
  const parts: Record<string, number> = {};
  for (const { type, value } of formatter.formatToParts(epochMs)) parts[type] = Number(value);
  const { hour = 0, minute = 0, second = 0 } = parts;
  return hour * 3600 + minute * 60 + second + (((epochMs % 1000) + 1000) % 1000) / 1000;
}

/**
 * The played second at which a program is by the clock: that of the wall clock's present time, after as many passes as
 * lie nearest to `near`. When summer time begins or ends an hour is skipped or repeated, so that what is due at 06:30 comes
 * at 06:30. Null for a program without a start clock, and at a time of day that it does not have.
 * @param near played second, counted over all passes
 */
export function placeByClock(program: Program, epochMs: number, timeZone: string, near = 0): number | null {
  const { startClockSeconds, durationSeconds, loop } = program;
  if (startClockSeconds === undefined) return null;
  const place = (secondOfDay(epochMs, timeZone) - startClockSeconds + DAY) % DAY;
  if (place >= durationSeconds) return null;
  // Only a program that lasts a day comes round in step with it.
  if (durationSeconds !== DAY || loop === 1) return place;
  const pass = Math.max(0, Math.round((near - place) / DAY));
  return (loop === 0 ? pass : Math.min(pass, loop - 1)) * DAY + place;
}
