/**
 * A daily reminder as a calendar file (RFC 5545), in the calendar's own local time.
 * @param minute minutes after midnight, 0 to 1439
 */
export function reminderCalendar(reminder: { minute: number; title: string; address: string; now: Date }): string {
  const two = (value: number): string => String(value).padStart(2, '0');
  const { minute, now } = reminder;
  const day = `${now.getFullYear()}${two(now.getMonth() + 1)}${two(now.getDate())}`;
  const stamp = now.toISOString().replace(/[-:]|\.\d+/g, '');
  const escaped = (text: string): string => text.replace(/[\\;,]/g, '\\$&').replace(/\n/g, '\\n');
  return [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    'PRODID:-//Neural Entrainment System//Reminder//EN',
    'BEGIN:VEVENT',
    `UID:reminder-${minute}@neural-entrainment-system`,
    `DTSTAMP:${stamp}`,
    // Without a zone the time is local wherever the calendar is.
    `DTSTART:${day}T${two(Math.floor(minute / 60))}${two(minute % 60)}00`,
    'DURATION:PT15M',
    'RRULE:FREQ=DAILY',
    `SUMMARY:${escaped(reminder.title)}`,
    `URL:${reminder.address}`,
    'BEGIN:VALARM',
    'ACTION:DISPLAY',
    `DESCRIPTION:${escaped(reminder.title)}`,
    'TRIGGER:PT0S',
    'END:VALARM',
    'END:VEVENT',
    'END:VCALENDAR',
    '',
  ].join('\r\n');
}

/** Whether the reminder is due: within the quarter of an hour after its minute, and not shown on that day yet. */
export function reminderDue(now: Date, reminderMinute: number, shownOn: string | null): boolean {
  const minute = now.getHours() * 60 + now.getMinutes();
  return minute >= reminderMinute && minute < reminderMinute + 15 && shownOn !== now.toLocaleDateString('sv');
}
