import assert from 'node:assert/strict';
import { test } from 'vitest';
import { mindfulMinutes, sessionCalendar } from './health-files.ts';

const one = (id: string, startedAt: string, playedSeconds: number, title = 'Sleep') => ({
  id,
  title,
  startedAt,
  playedSeconds,
});

const records = [
  one('b', '2026-11-30T20:05:00.000Z', 754, 'Sleep; deep, slow'),
  one('a', '2026-11-29T06:00:00.000Z', 600),
  one('c', '2026-11-30T21:00:00.000Z', 12),
];

test('mindful minutes: a line for each session, oldest first, each moment with its zone; what was only tried is left out', () => {
  const [head, ...lines] = mindfulMinutes(records).trimEnd().split('\r\n');
  assert.equal(head, 'start,end,minutes');
  assert.equal(lines.length, 2);
  const rows = lines.map((line) => line.split(','));
  for (const [start = '', end = ''] of rows)
    for (const moment of [start, end]) assert.match(moment, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d\d:\d\d$/);
  assert.deepEqual(
    rows.map(([start = '', end = '', minutes]) => [
      new Date(start).toISOString(),
      Date.parse(end) - Date.parse(start),
      minutes,
    ]),
    [
      ['2026-11-29T06:00:00.000Z', 600_000, '10.00'],
      ['2026-11-30T20:05:00.000Z', 754_000, '12.57'],
    ],
  );
});

test('the calendar holds each session once, by its id, with escaped titles and folded lines', () => {
  const text = sessionCalendar(
    [...records, one('d', '2026-12-01T06:00:00.000Z', 60, 'Ü'.repeat(60))],
    new Date('2026-12-02T00:00:00Z'),
  );
  assert.equal(text.match(/BEGIN:VEVENT/g)?.length, 3);
  assert.match(
    text,
    /UID:b@neural-entrainment-system\r\nDTSTAMP:20261202T000000Z\r\nDTSTART:20261130T200500Z\r\nDTEND:20261130T201734Z\r\n/,
  );
  assert.match(text, /SUMMARY:Sleep\\; deep\\, slow\r\n/);
  for (const line of text.split('\r\n')) assert.ok(new TextEncoder().encode(line).length <= 75, line);
  assert.ok(text.replaceAll('\r\n ', '').includes(`SUMMARY:${'Ü'.repeat(60)}\r\n`));
  assert.ok(text.endsWith('END:VCALENDAR\r\n'));
});
