import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { test } from 'vitest';
import type { SessionEventKind } from '../platform/prisma/enums.ts';
import {
  arrived,
  begin,
  expiryOf,
  isOver,
  type LoggedAct,
  positionAt,
  type Refusal,
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

/** The whole refusal of an act, or of a beginning. */
function refused(facts: SessionFacts | null, next: SessionAct, total = TOTAL): Refusal {
  const step = facts ? transition(facts, next, total) : begin(next, total);
  assert.ok(!step.ok, 'expected a refusal');
  return step.refusal;
}

test('a refusal names the field, its value and what was expected', () => {
  const active = after([act('STARTED', 0)]);
  const paused = after([act('STARTED', 0), act('PAUSED', 10)]);
  const at100 = after([act('STARTED', 0), act('VOLUME_CHANGED', 100, { volume: 0.2 })]);
  const endless = after([act('STARTED', 0)], Number.POSITIVE_INFINITY);
  const told: [Refusal, Refusal][] = [
    [
      refused(null, act('PAUSED', 0)),
      { code: 'INVALID', field: ['kind'], message: 'A session begins with STARTED, not PAUSED.' },
    ],
    [
      refused(null, act('STARTED', 0, { positionSeconds: 601 })),
      { code: 'OUT_OF_RANGE', field: ['positionSeconds'], message: 'positionSeconds is 601, expected 0 to 600.' },
    ],
    [
      refused(null, act('STARTED', 0, { positionSeconds: -1 })),
      { code: 'OUT_OF_RANGE', field: ['positionSeconds'], message: 'positionSeconds is -1, expected 0 to 600.' },
    ],
    [
      refused(after([act('STARTED', 0), act('STOPPED', 10)]), act('PAUSED', 20)),
      { code: 'CONFLICT', field: null, message: 'The session has ended: it is STOPPED.' },
    ],
    [
      refused(active, act('STARTED', 5)),
      { code: 'CONFLICT', field: null, message: 'The session has started already.' },
    ],
    [refused(paused, act('PAUSED', 20)), { code: 'CONFLICT', field: null, message: 'The session is paused already.' }],
    [refused(active, act('RESUMED', 5)), { code: 'CONFLICT', field: null, message: 'The session is playing already.' }],
    [
      refused(at100, act('PAUSED', 69)),
      {
        code: 'OUT_OF_RANGE',
        field: ['occurredAt'],
        message: 'occurredAt is 31 s before the event before it; up to 30 s are taken as a difference of clocks.',
      },
    ],
    [
      refused(at100, act('PAUSED', 110, { positionSeconds: 69.5 })),
      {
        code: 'OUT_OF_RANGE',
        field: ['positionSeconds'],
        message: 'positionSeconds is 69.5, expected 70 to 140 at that time.',
      },
    ],
    [
      refused(active, act('SEEKED', 5)),
      { code: 'OUT_OF_RANGE', field: ['positionSeconds'], message: 'positionSeconds is null, expected 0 to 600.' },
    ],
    [
      refused(active, act('SEEKED', 5, { positionSeconds: 600.1 })),
      { code: 'OUT_OF_RANGE', field: ['positionSeconds'], message: 'positionSeconds is 600.1, expected 0 to 600.' },
    ],
    [
      refused(active, act('VOLUME_CHANGED', 5)),
      { code: 'INVALID', field: ['volume'], message: 'VOLUME_CHANGED needs a volume.' },
    ],
    [
      refused(active, act('SCENE_CHANGED', 5)),
      { code: 'INVALID', field: ['scene'], message: 'SCENE_CHANGED needs a scene.' },
    ],
    [
      refused(endless, act('COMPLETED', 700), Number.POSITIVE_INFINITY),
      {
        code: 'INVALID',
        field: null,
        message: 'An endless program does not complete; stop the session instead.',
      },
    ],
    [
      refused(active, act('COMPLETED', 590)),
      {
        code: 'OUT_OF_RANGE',
        field: ['positionSeconds'],
        message: 'The program ends at 600 s and the session is at 590 s; stop it instead.',
      },
    ],
  ];
  for (const [is, expected] of told) assert.deepEqual(is, expected);
});

test('the ends of what is allowed are allowed', () => {
  for (const positionSeconds of [0, TOTAL])
    assert.equal(after([act('STARTED', 0, { positionSeconds })]).positionSeconds, positionSeconds);
  for (const positionSeconds of [0, TOTAL])
    assert.equal(after([act('STARTED', 0), act('SEEKED', 5, { positionSeconds })]).positionSeconds, positionSeconds);
  const at100 = [act('STARTED', 0), act('VOLUME_CHANGED', 100, { volume: 0.2 })];
  for (const positionSeconds of [70, 140])
    assert.equal(after([...at100, act('PAUSED', 110, { positionSeconds })]).positionSeconds, positionSeconds);
  assert.equal(after([act('STARTED', 0), act('COMPLETED', 595)]).state, 'COMPLETED');
  // A position that is reported with the end of nobody's word is not looked at.
  assert.equal(after([act('STARTED', 0), act('EXPIRED', 700, { positionSeconds: 650 })]).positionSeconds, 0);
});

test('what a beginning and a change leave', () => {
  const bare = after([act('STARTED', 0)]);
  assert.deepEqual(
    [bare.volume, bare.scene, bare.playerDeviceId, bare.playerDeviceName, bare.version, bare.startedAt, bare.endedAt],
    [0.5, '', 'a', '', 1, T0, null],
  );
  const told = after([act('STARTED', 0, { volume: 0.2, scene: 'rings', deviceName: 'Phone', positionSeconds: 30 })]);
  assert.deepEqual([told.volume, told.scene, told.playerDeviceName, told.positionSeconds], [0.2, 'rings', 'Phone', 30]);
  const changed = after([
    act('STARTED', 0),
    act('VOLUME_CHANGED', 1, { volume: 0.9 }),
    act('SCENE_CHANGED', 2, { scene: 'dunes' }),
    act('TAKEN_OVER', 3, { deviceId: 'b', deviceName: 'Tablet' }),
  ]);
  assert.deepEqual(
    [changed.volume, changed.scene, changed.playerDeviceId, changed.playerDeviceName, changed.version],
    [0.9, 'dunes', 'b', 'Tablet', 4],
  );
  const nameless = after([act('STARTED', 0, { deviceName: 'Phone' }), act('TAKEN_OVER', 3, { deviceId: 'c' })]);
  assert.equal(nameless.playerDeviceName, '');
  // Nothing goes on in a pause.
  assert.equal(positionAt(after([act('STARTED', 0), act('PAUSED', 10)]), T0 + 500_000, TOTAL), 10);
});

test('an act that arrives late is word from its player: the session expires as much later', () => {
  const facts = after([act('STARTED', 0)]);
  const expiresAt = facts.expiresAt as number;
  assert.deepEqual(arrived(facts, T0 + 60_000), { ...facts, expiresAt: expiresAt + 60_000 });
  assert.deepEqual(arrived(facts, T0 - 60_000), facts, 'a clock that is ahead takes nothing away');
  const stopped = after([act('STARTED', 0), act('STOPPED', 10)]);
  assert.deepEqual(arrived(stopped, T0 + 60_000), stopped);
});

test('ended for good is what was heard to its end or stopped', () => {
  const states = ['ACTIVE', 'PAUSED', 'COMPLETED', 'STOPPED', 'EXPIRED'] as const;
  assert.deepEqual(states.filter(isOver), ['COMPLETED', 'STOPPED']);
});

test('a whole log: what was heard, what is passed over, and where it is refused', () => {
  const made = replay(
    [
      act('STARTED', 0),
      act('EXPIRED', 50),
      act('PAUSED', 100),
      act('RESUMED', 160),
      act('STOPPED', 200),
      act('SCENE_CHANGED', 210, { scene: 'dunes', positionSeconds: 7 }),
      act('EXPIRED', 900),
    ],
    TOTAL,
  );
  assert.ok(made.ok);
  assert.deepEqual(made.heard, [
    { from: T0, positionSeconds: 0, seconds: 100 },
    { from: T0 + 160_000, positionSeconds: 100, seconds: 40 },
  ]);
  assert.deepEqual(
    made.events.map(({ kind, positionSeconds }) => [kind, positionSeconds]),
    [
      ['STARTED', 0],
      ['EXPIRED', 0],
      ['PAUSED', 100],
      ['RESUMED', 100],
      ['STOPPED', 140],
      ['SCENE_CHANGED', 7],
      ['EXPIRED', 140],
    ],
  );
  assert.equal(made.facts.scene, '');
  const broken = replay([act('STARTED', 0), act('VOLUME_CHANGED', 1), act('STOPPED', 2)], TOTAL);
  assert.deepEqual(broken, {
    ok: false,
    index: 1,
    refusal: { code: 'INVALID', field: ['volume'], message: 'VOLUME_CHANGED needs a volume.' },
  });
  assert.deepEqual(replay([], TOTAL), {
    ok: false,
    index: 0,
    refusal: { code: 'INVALID', field: null, message: 'The log has no events.' },
  });
  // A log that ends with its beginning: nothing comes after an end.
  const begun = replay([act('STARTED', 0)], TOTAL);
  assert.ok(begun.ok);
  assert.deepEqual(begun.heard, []);
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
