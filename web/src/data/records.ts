import type { LocalSession, RatingValues, SessionState } from '../session/log.ts';
import { store } from './store.ts';

/** One session in the history, from this device or from any other of the person. */
export interface SessionRecord {
  id: string;
  title: string;
  slug: string | null;
  category: string;
  startedAt: string;
  endedAt: string | null;
  state: SessionState;
  playedSeconds: number;
  rating: RatingValues | null;
  /** True while the server does not have all of it. */
  unsent: boolean;
  /** Why the server refused it, or null. */
  refused: string | null;
}

const fromLocal = (session: LocalSession): SessionRecord => ({
  id: session.id,
  title: session.title,
  slug: session.slug,
  category: session.category,
  startedAt: session.startedAt,
  endedAt: session.endedAt,
  state: session.state,
  playedSeconds: session.playedSeconds,
  rating: session.rating,
  unsent: session.unsent === 1,
  refused: session.refused,
});

/** Sessions that this browser knows, newest first. Needs no network. */
export async function localHistory(): Promise<SessionRecord[]> {
  const sessions = await (await store()).getAllFromIndex('sessions', 'startedAt');
  return sessions.reverse().map(fromLocal);
}
