/** One line of a diary: when it was written, and the day of the trial that it says it belongs to. */
export interface Entry {
  /** Local time, `2026-02-18 10:06:00` or with a `T`. */
  at: string;
  /** Number of the day or period, from 1. */
  day: number;
}

export interface CalendarFault {
  kind: 'UNREADABLE_TIME' | 'DAY_ON_TWO_DATES' | 'DATE_IN_TWO_DAYS' | 'SAME_MOMENT' | 'OUT_OF_ORDER';
  /** Place of the line in the diary, from 0. */
  index: number;
  day: number;
  message: string;
}

const LOCAL = /^(\d{4}-\d{2}-\d{2})[ T]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?$/;

/** What cannot be in a diary of one person: a day on two dates, a date in two days, two lines of one moment, days that go back. */
export function calendarFaults(entries: readonly Entry[]): CalendarFault[] {
  const faults: CalendarFault[] = [];
  const dateOf = new Map<number, string>();
  const dayOf = new Map<string, number>();
  const moments = new Set<string>();
  let before: { at: string; day: number } | undefined;
  for (const [index, { at, day }] of entries.entries()) {
    const fault = (kind: CalendarFault['kind'], message: string) => faults.push({ kind, index, day, message });
    const date = LOCAL.exec(at)?.[1];
    if (date === undefined) {
      fault('UNREADABLE_TIME', `The time "${at}" is none.`);
      continue;
    }
    const knownDate = dateOf.get(day);
    const knownDay = dayOf.get(date);
    if (knownDate === undefined) dateOf.set(day, date);
    else if (knownDate !== date) fault('DAY_ON_TWO_DATES', `Day ${day} stands on ${knownDate} and on ${date}.`);
    if (knownDay === undefined) dayOf.set(date, day);
    else if (knownDay !== day) fault('DATE_IN_TWO_DAYS', `${date} is day ${knownDay} and day ${day}.`);
    if (moments.has(at)) fault('SAME_MOMENT', `${at} stands there twice.`);
    moments.add(at);
    if (before && (day < before.day || at < before.at)) fault('OUT_OF_ORDER', `${at} comes after ${before.at}.`);
    before = { at, day };
  }
  return faults;
}

export interface Compliance {
  prompts: number;
  records: number;
  /** Records for each hundred prompts. */
  recordsPercent: number;
  /** Prompts with a record in the hours after them, each counted once, for each hundred prompts. */
  inWindowPercent: number;
}

/**
 * How many prompts were answered, and how many in time.
 * @param startDate `2026-02-18`, the first day
 * @param times of the prompts, `10:00`
 * @param windowHours a record in so many hours from a prompt answers it
 */
export function compliance(
  moments: readonly string[],
  {
    startDate,
    days,
    times,
    windowHours,
  }: { startDate: string; days: number; times: readonly string[]; windowHours: number },
): Compliance {
  const seconds = (local: string) => Date.parse(`${local.replace(' ', 'T')}Z`) / 1000;
  const records = moments.map(seconds);
  const first = Date.parse(`${startDate}T00:00:00Z`) / 1000;
  let prompts = 0;
  let answered = 0;
  for (let day = 0; day < days; day++) {
    for (const time of times) {
      const [hour = 0, minute = 0] = time.split(':').map(Number);
      const from = first + day * 86_400 + hour * 3_600 + minute * 60;
      prompts++;
      if (records.some((at) => at >= from && at < from + windowHours * 3_600)) answered++;
    }
  }
  return {
    prompts,
    records: records.length,
    recordsPercent: (100 * records.length) / prompts,
    inWindowPercent: (100 * answered) / prompts,
  };
}
