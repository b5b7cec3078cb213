import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { test } from 'vitest';
import type { SessionEventKind } from '../platform/prisma/enums.ts';
import {
  begin,
  expiryOf,
  type LoggedAct,
  positionAt,
  replay,
  type SessionAct,
  type SessionFacts,
  transition,
} from './transition.ts';

const T0 = Date.UTC(2026, 2, 1, 12);
const TOTAL = 600;

function act(kind: SessionEventKind, seconds: number, more: Partial<SessionAct> = {}): SessionAct {
  return {
    id: randomUUID(),
    kind,
    occurredAt: T0 + seconds * 1000,
    positionSeconds: null,
    volume: null,
    scene: null,
    deviceId: 'a',
    deviceName: null,
    ...more,
  };
}

function after(acts: SessionAct[], total = TOTAL): SessionFacts {
  const [first, ...rest] = acts;
  const begun = begin(first as SessionAct, total);
  assert.ok(begun.ok);
  return rest.reduce((facts, next) => {
    const step = transition(facts, next, total);
    assert.ok(step.ok, JSON.stringify(step));
    return step.facts;
  }, begun.facts);
}

function refusal(facts: SessionFacts, next: SessionAct, total = TOTAL): string {
  const step = transition(facts, next, total);
  assert.ok(!step.ok, 'expected a refusal');
  return step.refusal.code;
}

test('position and heard seconds come from the times of the events', () => {
  const facts = after([
    act('STARTED', 0),
    act('PAUSED', 100),
    act('RESUMED', 160),
    act('SEEKED', 170, { positionSeconds: 300 }),
  ]);
  assert.equal(facts.state, 'ACTIVE');
  assert.equal(facts.positionSeconds, 300);
  assert.equal(facts.playedSeconds, 110);
  assert.equal(positionAt(facts, T0 + 200_000, TOTAL), 330);
  assert.equal(positionAt(facts, T0 + 9_000_000, TOTAL), TOTAL);
});

test('sound that stalled is not counted: the reported position decides', () => {
  const facts = after([act('STARTED', 0), act('PAUSED', 100, { positionSeconds: 80 })]);
  assert.equal(facts.positionSeconds, 80);
  assert.equal(facts.playedSeconds, 80);
});

test('no more is counted than the time that went by', () => {
  const facts = after([act('STARTED', 0), act('PAUSED', 100, { positionSeconds: 120 })]);
  assert.equal(facts.positionSeconds, 120);
  assert.equal(facts.playedSeconds, 100);
  assert.equal(refusal(after([act('STARTED', 0)]), act('PAUSED', 100, { positionSeconds: 131 })), 'OUT_OF_RANGE');
});

test('a clock 30 s behind is taken for the same instant, one 31 s behind is refused', () => {
  const facts = after([act('STARTED', 0), act('VOLUME_CHANGED', 100, { volume: 0.2 })]);
  const step = transition(facts, act('PAUSED', 70), TOTAL);
  assert.ok(step.ok);
  assert.equal(step.facts.positionAt, T0 + 100_000);
  assert.equal(step.facts.playedSeconds, 100);
  assert.equal(refusal(facts, act('PAUSED', 69)), 'OUT_OF_RANGE');
});

test('what a state does not allow is a conflict', () => {
  const active = after([act('STARTED', 0)]);
  const paused = after([act('STARTED', 0), act('PAUSED', 10)]);
  const stopped = after([act('STARTED', 0), act('STOPPED', 10)]);
  assert.equal(refusal(active, act('RESUMED', 5)), 'CONFLICT');
  assert.equal(refusal(paused, act('PAUSED', 20)), 'CONFLICT');
  assert.equal(refusal(active, act('STARTED', 20)), 'CONFLICT');
  for (const kind of ['PAUSED', 'RESUMED', 'SEEKED', 'VOLUME_CHANGED', 'COMPLETED', 'STOPPED', 'EXPIRED'] as const) {
    assert.equal(refusal(stopped, act(kind, 20, { positionSeconds: 10, volume: 0.1 })), 'CONFLICT');
  }
});

test('a session completes only at the end of its program, an endless one never', () => {
  assert.equal(refusal(after([act('STARTED', 0)]), act('COMPLETED', 590)), 'OUT_OF_RANGE');
  assert.equal(after([act('STARTED', 0), act('COMPLETED', 596)]).state, 'COMPLETED');
  assert.equal(after([act('STARTED', 0), act('COMPLETED', 700)]).playedSeconds, TOTAL);
  const endless = after([act('STARTED', 0)], Number.POSITIVE_INFINITY);
  assert.equal(refusal(endless, act('COMPLETED', 700), Number.POSITIVE_INFINITY), 'INVALID');
});

test('an expired session counts nothing after its last event, and its late log takes it up again', () => {
  const acts = [act('STARTED', 0), act('VOLUME_CHANGED', 60, { volume: 0.3 }), act('EXPIRED', 1500)];
  const expired = after(acts);
  assert.equal(expired.state, 'EXPIRED');
  assert.equal(expired.playedSeconds, 60);
  assert.equal(expired.expiresAt, null);
  const whole = replay(
    [...acts.slice(0, 2), act('COMPLETED', 600, { positionSeconds: 600 }), acts[2] as SessionAct],
    TOTAL,
  );
  assert.ok(whole.ok);
  assert.equal(whole.facts.state, 'COMPLETED');
  assert.equal(whole.facts.playedSeconds, 600);
  assert.equal(whole.events.length, 4);
});

test('expiry: a quarter of an hour after the end, a day of pause, half a day of an endless program', () => {
  const at = T0 + 10_000;
  assert.equal(expiryOf({ state: 'ACTIVE', positionAt: at, positionSeconds: 100 }, TOTAL), at + 500_000 + 900_000);
  assert.equal(expiryOf({ state: 'PAUSED', positionAt: at, positionSeconds: 100 }, TOTAL), at + 86_400_000);
  assert.equal(
    expiryOf({ state: 'ACTIVE', positionAt: at, positionSeconds: 100 }, Number.POSITIVE_INFINITY),
    at + 43_200_000,
  );
  assert.equal(expiryOf({ state: 'COMPLETED', positionAt: at, positionSeconds: 600 }, TOTAL), null);
});

test('a log of two devices that did not hear of each other', () => {
  // Stopped from elsewhere at 100 s while the player had no network and played to the end.
  const log = [
    act('STARTED', 0),
    act('STOPPED', 100, { deviceId: 'b' }),
    act('COMPLETED', 600, { positionSeconds: 600 }),
  ];
  const made = replay(log, TOTAL);
  assert.ok(made.ok);
  assert.equal(made.facts.state, 'COMPLETED');
  assert.equal(made.facts.playedSeconds, 600);
  // What comes after the end stands in the log and changes nothing.
  const late = replay([act('STARTED', 0), act('STOPPED', 100), act('VOLUME_CHANGED', 130, { volume: 0.9 })], TOTAL);
  assert.ok(late.ok);
  assert.equal(late.facts.state, 'STOPPED');
  assert.equal(late.facts.volume, 0.5);
  assert.equal(late.facts.playedSeconds, 100);
  assert.equal(late.events.length, 3);
  // Both paused.
  const both = replay([act('STARTED', 0), act('PAUSED', 50, { deviceId: 'b' }), act('PAUSED', 51)], TOTAL);
  assert.ok(both.ok);
  assert.equal(both.facts.playedSeconds, 50);
  // A log must begin with a start.
  const headless = replay([act('PAUSED', 50)], TOTAL);
  assert.ok(!headless.ok);
  assert.equal(headless.refusal.code, 'INVALID');
});

const kinds = [
  'PAUSED',
  'RESUMED',
  'SEEKED',
  'VOLUME_CHANGED',
  'SCENE_CHANGED',
  'TAKEN_OVER',
  'COMPLETED',
  'STOPPED',
] as const;
const command = fc.record({
  kind: fc.constantFrom(...kinds),
  wait: fc.integer({ min: -40_000, max: 300_000 }),
  position: fc.option(fc.double({ min: -1, max: 700, noNaN: true }), { nil: null }),
  device: fc.constantFrom('a', 'b'),
});

test('property: whatever is sent, the state machine keeps its promises', () => {
  fc.assert(
    fc.property(
      fc.array(command, { maxLength: 30 }),
      fc.constantFrom(600, 600.5, Number.POSITIVE_INFINITY),
      (commands, total) => {
        const first = act('STARTED', 0);
        const begun = begin(first, total);
        assert.ok(begun.ok);
        let facts = begun.facts;
        const log: LoggedAct[] = [begun.event];
        let time = T0;
        for (const { kind, wait, position, device } of commands) {
          time = Math.max(T0 - 40_000, time + wait);
          const next = act(kind, (time - T0) / 1000, {
            positionSeconds: position,
            volume: 0.3,
            scene: 's',
            deviceId: device,
          });
          const before = structuredClone(facts);
          const step = transition(facts, next, total);
          assert.deepEqual(facts, before, 'the facts given are not changed');
          if (!step.ok) continue;
          const { facts: now, heard } = step;
          assert.equal(now.version, before.version + 1);
          assert.ok(now.positionSeconds >= 0 && now.positionSeconds <= total);
          assert.ok(now.positionAt >= before.positionAt, 'time never goes back');
          const elapsed = (now.positionAt - before.positionAt) / 1000;
          const gained = now.playedSeconds - before.playedSeconds;
          assert.ok(gained >= 0 && gained <= elapsed + 1e-9, 'never more than went by');
          assert.ok(Math.abs(gained - (heard?.seconds ?? 0)) < 1e-9);
          if (before.state === 'PAUSED') assert.equal(heard, null, 'nothing is heard in a pause');
          assert.ok(before.state === 'ACTIVE' || before.state === 'PAUSED', 'an end is an end');
          const over = now.state === 'COMPLETED' || now.state === 'STOPPED';
          assert.equal(now.endedAt !== null, over);
          assert.equal(now.expiresAt === null, over);
          if (now.expiresAt !== null) assert.ok(now.expiresAt > now.positionAt);
          facts = now;
          log.push(step.event);
        }
        // The log alone makes the same session.
        const again = replay(log, total);
        assert.ok(again.ok, JSON.stringify(again));
        assert.deepEqual({ ...again.facts, playedSeconds: 0 }, { ...facts, playedSeconds: 0 });
        assert.ok(Math.abs(again.facts.playedSeconds - facts.playedSeconds) < 1e-6);
      },
    ),
    { numRuns: 2_000, seed: 5 },
  );
});
