import type { Program } from '@nes/program/model.ts';

export type EventKind =
  | 'STARTED'
  | 'PAUSED'
  | 'RESUMED'
  | 'SEEKED'
  | 'VOLUME_CHANGED'
  | 'SCENE_CHANGED'
  | 'TAKEN_OVER'
  | 'COMPLETED'
  | 'STOPPED';

export type SessionState = 'ACTIVE' | 'PAUSED' | 'COMPLETED' | 'STOPPED' | 'EXPIRED';

/** One line of the log. `sent` is true once the server has acknowledged it. */
export interface LogEvent {
  id: string;
  kind: EventKind;
  /** ISO 8601; by the server's clock, or by this device's (see `clockOffset`). */
  occurredAt: string;
  positionSeconds: number;
  volume?: number;
  scene?: string;
  sent: boolean;
}

/** Before and after on scales of 0 to 10, stars 1 to 5. */
export interface RatingValues {
  stars?: number | null;
  moodBefore?: number | null;
  moodAfter?: number | null;
  focusBefore?: number | null;
  focusAfter?: number | null;
  calmBefore?: number | null;
  calmAfter?: number | null;
  sleepinessBefore?: number | null;
  sleepinessAfter?: number | null;
  comment?: string;
}

/** What can be played: a protocol of the library or the server, or a program that is only on this device. */
export interface Playable {
  /** The API's id; null for a program that is only here. */
  id: string | null;
  revisionId: string | null;
  slug: string | null;
  title: string;
  category: string;
  program: Program;
  /** The API's id of the group that hears it together. */
  groupId?: string;
  /** What sounds in place of `program`, in a blinded trial; shown, logged and named is `program`. Never written down. */
  sounds?: Program;
  /** The trial whose period this is. */
  trialId?: string;
  /** Where it is one of several: all of them as they sound now, and the second at which this one begins there. */
  queue?: { sounds: () => Program; startSeconds: number };
}

/** One playing, as this browser saw it. It is kept here and sent to the server, which may be asleep or away, later. */
export interface LocalSession {
  /** UUID made here; also the session's id on the server. */
  id: string;
  protocolId: string | null;
  revisionId: string | null;
  /** The API's id of the group in which it was heard. */
  groupId?: string;
  /** The trial of which it was a period. */
  trialId?: string;
  slug: string | null;
  title: string;
  category: string;
  durationSeconds: number;
  timeZone: string;
  startedAt: string;
  endedAt: string | null;
  state: SessionState;
  volume: number;
  scene: string;
  playedSeconds: number;
  events: LogEvent[];
  rating: RatingValues | null;
  ratingSent: boolean;
  /** Why the server refused it for good, in the server's words; it is kept here and not sent again. */
  refused: string | null;
  /**
   * Milliseconds from this device's clock, by which the log is written, to the server's. Null where nobody could tell yet; absent where
   * the log is in the server's time already.
   */
  clockOffset?: number | null;
  /** Played by the clock, at the place of the time of day; so it is taken up again after the page was gone. */
  byClock?: boolean;
  /** 1 while something of it has not been acknowledged (a number, because IndexedDB cannot index booleans). */
  unsent: 0 | 1;
}

/** The record of a playing that begins; `more` says when, and what is not as on every such record. */
export const newRecord = (
  { id: protocolId, revisionId, groupId, trialId, slug, title, category }: Playable,
  durationSeconds: number,
  more: Pick<LocalSession, 'id' | 'timeZone' | 'startedAt' | 'volume' | 'scene'> & Partial<LocalSession>,
): LocalSession => ({
  protocolId,
  revisionId,
  ...(groupId ? { groupId } : {}),
  ...(trialId ? { trialId } : {}),
  slug,
  title,
  category,
  durationSeconds,
  endedAt: null,
  state: 'ACTIVE',
  playedSeconds: 0,
  events: [],
  rating: null,
  ratingSent: false,
  refused: null,
  unsent: 0,
  ...more,
});

/** Seconds heard: the time spent ACTIVE between the events. Seeking neither adds nor takes away. */
export function playedSeconds(events: readonly LogEvent[]): number {
  let played = 0;
  let since: number | null = null;
  for (const event of events) {
    const at = Date.parse(event.occurredAt);
    if (since !== null) played += Math.max(0, at - since) / 1000;
    if (event.kind === 'STARTED' || event.kind === 'RESUMED' || event.kind === 'TAKEN_OVER') since = at;
    else if (event.kind === 'PAUSED' || event.kind === 'COMPLETED' || event.kind === 'STOPPED') since = null;
    else if (since !== null) since = at;
  }
  return played;
}

const stateAfter: Partial<Record<EventKind, SessionState>> = {
  STARTED: 'ACTIVE',
  RESUMED: 'ACTIVE',
  PAUSED: 'PAUSED',
  COMPLETED: 'COMPLETED',
  STOPPED: 'STOPPED',
};

/** The session with one more line in its log. Times never go backwards: a clock set back is held at the last line's time. */
export function withEvent(session: LocalSession, event: LogEvent): LocalSession {
  const last = session.events.at(-1);
  const occurredAt = last && event.occurredAt < last.occurredAt ? last.occurredAt : event.occurredAt;
  const events = [...session.events, { ...event, occurredAt }];
  const state = stateAfter[event.kind] ?? session.state;
  return {
    ...session,
    events,
    state,
    volume: event.volume ?? session.volume,
    scene: event.scene ?? session.scene,
    endedAt: state === 'COMPLETED' || state === 'STOPPED' ? occurredAt : session.endedAt,
    playedSeconds: playedSeconds(events),
    unsent: session.revisionId && !session.refused && !event.sent ? 1 : session.unsent,
  };
}

/** Nothing more can happen to it but a rating. */
export const isOver = (state: SessionState): boolean =>
  state === 'COMPLETED' || state === 'STOPPED' || state === 'EXPIRED';
