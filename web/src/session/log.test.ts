import assert from 'node:assert/strict';
import { test } from 'vitest';
import { type EventKind, isOver, type LocalSession, type LogEvent, playedSeconds, withEvent } from './log.ts';

const start = Date.parse('2026-03-01T22:00:00.000Z');
let count = 0;
const at = (seconds: number, kind: EventKind, more: Partial<LogEvent> = {}): LogEvent => ({
  id: `event-${++count}`,
  kind,
  occurredAt: new Date(start + seconds * 1000).toISOString(),
  positionSeconds: 0,
  sent: false,
  ...more,
});
const empty: LocalSession = {
  id: 's',
  protocolId: 'p',
  revisionId: 'r',
  slug: 'focus',
  title: 'Focus',
  category: 'FOCUS',
  durationSeconds: 600,
  timeZone: 'UTC',
  startedAt: new Date(start).toISOString(),
  endedAt: null,
  state: 'ACTIVE',
  volume: 0.5,
  scene: '',
  playedSeconds: 0,
  events: [],
  rating: null,
  ratingSent: false,
  refused: null,
  unsent: 0,
};
const log = (...events: LogEvent[]): LocalSession => events.reduce(withEvent, empty);

test('only time that sounded counts; pauses and seeks do not', () => {
  const session = log(
    at(0, 'STARTED'),
    at(30, 'SEEKED', { positionSeconds: 500 }),
    at(60, 'PAUSED'),
    at(70, 'SEEKED', { positionSeconds: 0 }),
    at(100, 'RESUMED'),
    at(110, 'VOLUME_CHANGED', { volume: 0.2 }),
    at(140, 'COMPLETED'),
  );
  assert.equal(session.playedSeconds, 100);
  assert.equal(session.state, 'COMPLETED');
  assert.equal(session.volume, 0.2);
  assert.equal(session.endedAt, new Date(start + 140_000).toISOString());
  assert.equal(session.unsent, 1);
  assert.ok(isOver(session.state));
});

test('a clock that is set back does not turn the log around', () => {
  const session = log(at(0, 'STARTED'), at(60, 'PAUSED'), at(-3600, 'RESUMED'), at(90, 'STOPPED'));
  const times = session.events.map((event) => event.occurredAt);
  assert.deepEqual(times, [...times].sort());
  assert.equal(session.playedSeconds, 90);
});

test('a session of a program that is only here has nothing to send', () => {
  assert.equal(withEvent({ ...empty, revisionId: null }, at(0, 'STARTED')).unsent, 0);
  assert.equal(withEvent({ ...empty, refused: 'no such revision' }, at(0, 'STARTED')).unsent, 0);
});

test('an unfinished log counts to its last line', () => {
  assert.equal(playedSeconds([at(0, 'STARTED'), at(12.5, 'SCENE_CHANGED')]), 12.5);
});
