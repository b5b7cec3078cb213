import assert from 'node:assert/strict';
import { test } from 'vitest';
import { reminderCalendar, reminderDue } from './reminder.ts';

test('a reminder is one daily event at the local minute, with escaped text and CRLF', () => {
  const text = reminderCalendar({
    minute: 20 * 60 + 5,
    title: 'Listen, now; or later',
    address: 'https://example.org/app/',
    now: new Date(2026, 2, 4, 9, 30),
  });
  const lines = text.split('\r\n');
  assert.equal(lines[0], 'BEGIN:VCALENDAR');
  assert.equal(lines.at(-2), 'END:VCALENDAR');
  assert.ok(lines.includes('DTSTART:20260304T200500'));
  assert.ok(lines.includes('RRULE:FREQ=DAILY'));
  assert.ok(lines.includes('SUMMARY:Listen\\, now\\; or later'));
  assert.equal(text.replaceAll('\r\n', '').includes('\n'), false);
});

test('a reminder is due in the quarter of an hour after its minute, once a day', () => {
  const at = (hours: number, minutes: number): Date => new Date(2026, 4, 6, hours, minutes);
  assert.equal(reminderDue(at(19, 59), 1200, null), false);
  assert.equal(reminderDue(at(20, 0), 1200, null), true);
  assert.equal(reminderDue(at(20, 14), 1200, '2026-05-05'), true);
  assert.equal(reminderDue(at(20, 15), 1200, null), false);
  assert.equal(reminderDue(at(20, 5), 1200, '2026-05-06'), false);
});
