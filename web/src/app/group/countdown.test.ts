import assert from 'node:assert/strict';
import { test } from 'vitest';
import { nextTime, secondsToStart } from './countdown.ts';

test('a set start is counted down to; the second that every start lies ahead is none', () => {
  const now = Date.parse('2026-11-30T20:00:00Z');
  const at = (iso: string, state = 'PLAYING') => secondsToStart({ state, positionAt: iso }, now);
  assert.equal(at('2026-11-30T20:05:00Z'), 300);
  assert.equal(at('2026-11-30T20:00:01Z'), 0);
  assert.equal(at('2026-11-30T19:00:00Z'), 0);
  assert.equal(at('2026-11-30T20:05:00Z', 'PAUSED'), 0);
});

test('the next time that a clock shows it is today or tomorrow', () => {
  const now = new Date(2026, 10, 30, 20, 15).getTime();
  assert.equal(nextTime('20:30', now), new Date(2026, 10, 30, 20, 30).toISOString());
  assert.equal(nextTime('20:15', now), new Date(2026, 11, 1, 20, 15).toISOString());
  assert.equal(nextTime('07:00', now), new Date(2026, 11, 1, 7, 0).toISOString());
});
