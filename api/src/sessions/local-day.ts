/** A calendar day as YYYY-MM-DD. */
export type Day = string;

const formats = new Map<string, Intl.DateTimeFormat>();

/** @throws RangeError when `timeZone` is no IANA zone name */
function formatOf(timeZone: string): Intl.DateTimeFormat {
  const known = formats.get(timeZone);
  if (known) return known;
  const made = new Intl.DateTimeFormat('en-CA', { timeZone, year: 'numeric', month: '2-digit', day: '2-digit' });
  // Zone names come from outside; the number of real ones (about 600 with their aliases) bounds this map.
  formats.set(timeZone, made);
  return made;
}

/** Whether `timeZone` is an IANA zone name (`Europe/Berlin`, `UTC`). Plain offsets such as `+02:00` are none. */
export function isTimeZone(timeZone: string): boolean {
  if (!/^[A-Za-z][A-Za-z0-9_+\-/]{0,63}$/.test(timeZone)) return false;
  try {
    formatOf(timeZone);
    return true;
  } catch {
    return false;
  }
}

/** The calendar day of an instant (milliseconds since 1970) in a zone. */
export function localDay(instant: number, timeZone: string): Day {
  return formatOf(timeZone).format(instant);
}

/** A day as the database's DATE wants it: midnight UTC of that date. */
export function dayDate(day: Day): Date {
  return new Date(`${day}T00:00:00.000Z`);
}

/** The other way round. */
export function dayOf(date: Date): Day {
  return date.toISOString().slice(0, 10);
}

/** The day `days` after another. */
export function addDays(day: Day, days: number): Day {
  return dayOf(new Date(dayDate(day).getTime() + days * 86_400_000));
}

const HOUR = 3_600_000;

/**
 * Splits the time from one instant to another (milliseconds) where the calendar day changes in a zone. Days of 23 and
 * 25 hours come out right, because the borders are looked for and not computed from 24 hours.
 */
export function splitByDay(from: number, to: number, timeZone: string): { day: Day; from: number; to: number }[] {
  const parts: { day: Day; from: number; to: number }[] = [];
  let start = from;
  let day = localDay(from, timeZone);
  for (let at = from; at < to; ) {
    const next = Math.min(at + HOUR, to);
    if (localDay(next, timeZone) !== day) {
      let low = at;
      let high = next;
      while (high - low > 1) {
        const middle = Math.floor((low + high) / 2);
        if (localDay(middle, timeZone) === day) low = middle;
        else high = middle;
      }
      if (high > start) parts.push({ day, from: start, to: high });
      start = high;
      day = localDay(high, timeZone);
      at = high;
    } else at = next;
  }
  if (to > start) parts.push({ day, from: start, to });
  return parts;
}
