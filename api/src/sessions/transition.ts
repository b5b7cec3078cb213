import type { SessionEventKind, SessionState } from '../platform/prisma/enums.ts';

/** What the server knows of a session. Times are milliseconds since 1970, positions seconds over all passes. */
export interface SessionFacts {
  state: SessionState;
  version: number;
  startedAt: number;
  endedAt: number | null;
  /** Program position at `positionAt`; while ACTIVE it goes on from there in real time. */
  positionSeconds: number;
  positionAt: number;
  playedSeconds: number;
  volume: number;
  scene: string;
  playerDeviceId: string;
  playerDeviceName: string;
  expiresAt: number | null;
}

/** Something that happened to a session, as it goes into the log. */
export interface SessionAct {
  id: string;
  kind: SessionEventKind;
  occurredAt: number;
  /** Where the program was (for SEEKED: where it went). Null: as computed from the times of the events. */
  positionSeconds: number | null;
  /** 0 to 1, with STARTED and VOLUME_CHANGED. */
  volume: number | null;
  /** With STARTED and SCENE_CHANGED. */
  scene: string | null;
  deviceId: string;
  /** With STARTED and TAKEN_OVER. */
  deviceName: string | null;
}

/** A stretch of the program that was heard: from an instant and a position on, without a break. */
export interface Heard {
  from: number;
  positionSeconds: number;
  seconds: number;
}

export interface Refusal {
  field: string[] | null;
  code: 'CONFLICT' | 'OUT_OF_RANGE' | 'INVALID';
  message: string;
}

/** An act as it stands in the log. */
export type LoggedAct = SessionAct & { positionSeconds: number };

export type Transition =
  | { ok: true; facts: SessionFacts; event: LoggedAct; heard: Heard | null }
  | { ok: false; refusal: Refusal };

/**
 * Two devices' clocks differ. An act may bear a time up to this many seconds before the act that came before it (it is
 * then put at the same instant), and a position this far from the one computed from the times.
 */
export const CLOCK_TOLERANCE_SECONDS = 30;
/** A program counts as heard to its end from this many seconds before it. */
export const END_TOLERANCE_SECONDS = 5;

const HOUR = 3_600_000;
/** How long after the end of its program an ACTIVE session waits for word from its player. */
const GRACE = HOUR / 4;
/** How long an endless program may play without any word. */
const ENDLESS = 12 * HOUR;
/** How long a pause may last. */
const PAUSE = 24 * HOUR;

/** When a session that nobody touches any more becomes EXPIRED, in milliseconds since 1970; null for an ended one. */
export function expiryOf(
  facts: Pick<SessionFacts, 'state' | 'positionAt' | 'positionSeconds'>,
  totalSeconds: number,
): number | null {
  if (facts.state === 'PAUSED') return facts.positionAt + PAUSE;
  if (facts.state !== 'ACTIVE') return null;
  if (!Number.isFinite(totalSeconds)) return facts.positionAt + ENDLESS;
  return facts.positionAt + Math.round((totalSeconds - facts.positionSeconds) * 1000) + GRACE;
}

/**
 * What a live act leaves: its arrival is word from the player, whatever the device's clock says. A session on a device whose clock is a day
 * behind must neither expire while it plays nor be hidden from the person's other devices.
 */
export function arrived(facts: SessionFacts, now: number): SessionFacts {
  if (facts.expiresAt === null) return facts;
  return { ...facts, expiresAt: facts.expiresAt + Math.max(0, now - facts.positionAt) };
}

/** Where a session's program is at an instant. */
export function positionAt(
  facts: Pick<SessionFacts, 'state' | 'positionAt' | 'positionSeconds'>,
  instant: number,
  totalSeconds: number,
): number {
  if (facts.state !== 'ACTIVE') return facts.positionSeconds;
  return Math.min(totalSeconds, facts.positionSeconds + Math.max(0, instant - facts.positionAt) / 1000);
}

/** Whether a session in this state has ended for good. An EXPIRED one can be taken up again by its late log. */
export function isOver(state: SessionState): boolean {
  return state === 'COMPLETED' || state === 'STOPPED';
}

function refuse(code: Refusal['code'], field: string | null, message: string): Transition {
  return { ok: false, refusal: { code, field: field === null ? null : [field], message } };
}

/** The session that a STARTED act makes. `totalSeconds` is the length of all passes of its program. */
export function begin(act: SessionAct, totalSeconds: number): Transition {
  if (act.kind !== 'STARTED') return refuse('INVALID', 'kind', `A session begins with STARTED, not ${act.kind}.`);
  const positionSeconds = act.positionSeconds ?? 0;
  if (!(positionSeconds >= 0 && positionSeconds <= totalSeconds)) {
    return refuse(
      'OUT_OF_RANGE',
      'positionSeconds',
      `positionSeconds is ${positionSeconds}, expected 0 to ${totalSeconds}.`,
    );
  }
  const facts: SessionFacts = {
    state: 'ACTIVE',
    version: 1,
    startedAt: act.occurredAt,
    endedAt: null,
    positionSeconds,
    positionAt: act.occurredAt,
    playedSeconds: 0,
    volume: act.volume ?? 0.5,
    scene: act.scene ?? '',
    playerDeviceId: act.deviceId,
    playerDeviceName: act.deviceName ?? '',
    expiresAt: null,
  };
  facts.expiresAt = expiryOf(facts, totalSeconds);
  return { ok: true, facts, event: { ...act, positionSeconds }, heard: null };
}

/**
 * What an act makes of a session. Changes nothing itself.
 *
 * The time between two acts of an ACTIVE session was heard. The position that the player reports decides how much of
 * it, because sound can stall while the clock goes on; it can never be more than the time that went by.
 *
 * @param fromLog the act comes from a log that is read as a whole, see `replay`
 */
export function transition(facts: SessionFacts, act: SessionAct, totalSeconds: number, fromLog = false): Transition {
  const { kind } = act;
  const { state } = facts;
  if (state !== 'ACTIVE' && state !== 'PAUSED') {
    return refuse('CONFLICT', null, `The session has ended: it is ${state}.`);
  }
  if (kind === 'STARTED') return refuse('CONFLICT', null, 'The session has started already.');
  if (!fromLog) {
    if (kind === 'PAUSED' && state === 'PAUSED') return refuse('CONFLICT', null, 'The session is paused already.');
    if (kind === 'RESUMED' && state === 'ACTIVE') return refuse('CONFLICT', null, 'The session is playing already.');
  }

  const early = facts.positionAt - act.occurredAt;
  if (early > CLOCK_TOLERANCE_SECONDS * 1000) {
    return refuse(
      'OUT_OF_RANGE',
      'occurredAt',
      `occurredAt is ${early / 1000} s before the event before it; up to ${CLOCK_TOLERANCE_SECONDS} s are taken as a difference of clocks.`,
    );
  }
  const occurredAt = Math.max(facts.positionAt, act.occurredAt);
  const elapsed = state === 'ACTIVE' ? (occurredAt - facts.positionAt) / 1000 : 0;
  const computed = positionAt(facts, occurredAt, totalSeconds);

  // A seek reports where it goes to; where it came from is computed.
  const reported = kind === 'SEEKED' || kind === 'EXPIRED' ? null : act.positionSeconds;
  if (reported !== null) {
    const lowest = fromLog ? 0 : Math.max(0, facts.positionSeconds - CLOCK_TOLERANCE_SECONDS);
    const highest = fromLog ? totalSeconds : Math.min(totalSeconds, computed + CLOCK_TOLERANCE_SECONDS);
    if (!(reported >= lowest && reported <= highest)) {
      return refuse(
        'OUT_OF_RANGE',
        'positionSeconds',
        `positionSeconds is ${reported}, expected ${lowest} to ${highest} at that time.`,
      );
    }
  }
  // Nothing vouches for what an expired session played after its last event.
  const reached = kind === 'EXPIRED' ? facts.positionSeconds : (reported ?? computed);
  const seconds = Math.round(Math.min(elapsed, Math.max(0, reached - facts.positionSeconds)) * 1000) / 1000;
  const heard = seconds > 0 ? { from: facts.positionAt, positionSeconds: facts.positionSeconds, seconds } : null;

  const next: SessionFacts = {
    ...facts,
    version: facts.version + 1,
    positionSeconds: reached,
    positionAt: occurredAt,
    playedSeconds: facts.playedSeconds + seconds,
  };
  switch (kind) {
    case 'PAUSED':
      next.state = 'PAUSED';
      break;
    case 'RESUMED':
      next.state = 'ACTIVE';
      break;
    case 'SEEKED': {
      const target = act.positionSeconds;
      if (target === null || !(target >= 0 && target <= totalSeconds)) {
        return refuse(
          'OUT_OF_RANGE',
          'positionSeconds',
          `positionSeconds is ${target}, expected 0 to ${totalSeconds}.`,
        );
      }
      next.positionSeconds = target;
      break;
    }
    case 'VOLUME_CHANGED':
      if (act.volume === null) return refuse('INVALID', 'volume', 'VOLUME_CHANGED needs a volume.');
      next.volume = act.volume;
      break;
    case 'SCENE_CHANGED':
      if (act.scene === null) return refuse('INVALID', 'scene', 'SCENE_CHANGED needs a scene.');
      next.scene = act.scene;
      break;
    case 'TAKEN_OVER':
      next.playerDeviceId = act.deviceId;
      next.playerDeviceName = act.deviceName ?? '';
      break;
    case 'COMPLETED':
      if (!Number.isFinite(totalSeconds)) {
        return refuse('INVALID', null, 'An endless program does not complete; stop the session instead.');
      }
      if (reached < totalSeconds - END_TOLERANCE_SECONDS) {
        return refuse(
          'OUT_OF_RANGE',
          'positionSeconds',
          `The program ends at ${totalSeconds} s and the session is at ${reached} s; stop it instead.`,
        );
      }
      next.state = 'COMPLETED';
      break;
    case 'STOPPED':
    case 'EXPIRED':
      next.state = kind;
      break;
  }
  next.endedAt = next.state === 'ACTIVE' || next.state === 'PAUSED' ? null : occurredAt;
  next.expiresAt = expiryOf(next, totalSeconds);
  return { ok: true, facts: next, event: { ...act, occurredAt, positionSeconds: next.positionSeconds }, heard };
}

export type Replay =
  | { ok: true; facts: SessionFacts; events: LoggedAct[]; heard: Heard[] }
  | { ok: false; index: number; refusal: Refusal };

/**
 * The session that a whole log makes, in the order of its times. A log may hold the acts of several devices that did
 * not hear of each other, so it is read more kindly than a single act:
 * - the position that a player reports is believed wherever it lies in the program (what was heard is still never more
 *   than the time that went by);
 * - pausing what is paused and resuming what plays changes nothing;
 * - EXPIRED is passed over, and of several ends the last one counts: the player had not heard of the others;
 * - acts after the end stand in the log and have no effect.
 */
export function replay(acts: SessionAct[], totalSeconds: number): Replay {
  let facts: SessionFacts | undefined;
  const heard: Heard[] = [];
  const events: LoggedAct[] = [];
  const isEnd = (act: SessionAct) => act.kind === 'COMPLETED' || act.kind === 'STOPPED';
  const lastEnd = acts.findLastIndex(isEnd);
  for (const [index, act] of acts.entries()) {
    const passedOver = act.kind === 'EXPIRED' || (isEnd(act) && index < lastEnd) || (lastEnd >= 0 && index > lastEnd);
    if (passedOver && facts) {
      events.push({ ...act, positionSeconds: act.positionSeconds ?? facts.positionSeconds });
      continue;
    }
    const step = facts ? transition(facts, act, totalSeconds, true) : begin(act, totalSeconds);
    if (!step.ok) return { ok: false, index, refusal: step.refusal };
    facts = step.facts;
    events.push(step.event);
    if (step.heard) heard.push(step.heard);
  }
  if (!facts) {
    return { ok: false, index: 0, refusal: { field: null, code: 'INVALID', message: 'The log has no events.' } };
  }
  return { ok: true, facts, events, heard };
}
