import type { SessionRecord } from './records.ts';

/** Shorter than this nobody calls it a session: it was tried out. */
const LEAST_SECONDS = 30;

type Heard = Pick<SessionRecord, 'id' | 'title' | 'startedAt' | 'playedSeconds'>;

const heard = <T extends Heard>(records: readonly T[]): T[] =>
  records
    .filter(({ playedSeconds }) => playedSeconds >= LEAST_SECONDS)
    .toSorted((a, b) => a.startedAt.localeCompare(b.startedAt));

const endOf = ({ startedAt, playedSeconds }: Heard): Date => new Date(Date.parse(startedAt) + playedSeconds * 1000);

/** `2026-11-30T21:05:00+01:00`: a moment in this device's zone, as Shortcuts on a phone reads it. */
function local(moment: Date): string {
  const two = (value: number): string => String(Math.floor(Math.abs(value))).padStart(2, '0');
  const offset = -moment.getTimezoneOffset();
  const shifted = new Date(moment.getTime() + offset * 60_000).toISOString().slice(0, 19);
  return `${shifted}${offset < 0 ? '-' : '+'}${two(offset / 60)}:${two(offset % 60)}`;
}

/**
 * Sessions as mindful minutes: a line each with start, end and minutes (two decimals), oldest first. Apple Health takes no file from a page; a shortcut
 * reads this one line by line and logs each as "Mindful Minutes" with its start and end.
 */
export function mindfulMinutes(records: readonly Heard[]): string {
  const lines = heard(records).map((one) =>
    [local(new Date(one.startedAt)), local(endOf(one)), (one.playedSeconds / 60).toFixed(2)].join(','),
  );
  return ['start,end,minutes', ...lines, ''].join('\r\n');
}

/** RFC 5545, 3.1: lines of at most 75 bytes; what is longer goes on after a space. */
function folded(line: string): string {
  const encoder = new TextEncoder();
  const parts: string[] = [];
  let part = '';
  for (const letter of line) {
    if (encoder.encode(part + letter).length > (parts.length === 0 ? 75 : 74)) {
      parts.push(part);
      part = '';
    }
    part += letter;
  }
  return [...parts, part].join('\r\n ');
}

/** Sessions as a calendar (RFC 5545): an event each, by its id, so that a second import adds only what is new. @param now when it is written */
export function sessionCalendar(records: readonly Heard[], now: Date): string {
  const stamp = (moment: Date): string => moment.toISOString().replace(/[-:]|\.\d+/g, '');
  const escaped = (text: string): string => text.replace(/[\\;,]/g, '\\$&').replace(/\r?\n/g, '\\n');
  const events = heard(records).flatMap((one) => [
    'BEGIN:VEVENT',
    `UID:${one.id}@neural-entrainment-system`,
    `DTSTAMP:${stamp(now)}`,
    `DTSTART:${stamp(new Date(one.startedAt))}`,
    `DTEND:${stamp(endOf(one))}`,
    `SUMMARY:${escaped(one.title)}`,
    'TRANSP:TRANSPARENT',
    'END:VEVENT',
  ]);
  const lines = [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    'PRODID:-//Neural Entrainment System//Sessions//EN',
    ...events,
    'END:VCALENDAR',
    '',
  ];
  return lines.map(folded).join('\r\n');
}
