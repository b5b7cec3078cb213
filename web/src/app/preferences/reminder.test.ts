import assert from 'node:assert/strict';
import { test } from 'node:test';
import { reminderCalendar } from './reminder.ts';

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
