import { msg, str } from '@lit/localize';
import { localHistory, type SessionRecord } from '../data/records.ts';
import { number } from '../elements/format.ts';
import { showToast } from './toast.ts';

/** Our advice, no finding, shown and not forced: so many minutes and sessions a day are enough. */
export const advice = { minutes: 45, sessions: 2 } as const;

const dayOf = (at: Date): string => at.toLocaleDateString('sv');

/** What was heard on the day of `now`, naps and nights left out: whole minutes, and sessions of at least a minute. */
export function heardToday(records: readonly SessionRecord[], now: Date): { minutes: number; sessions: number } {
  const today = records.filter(
    ({ startedAt, category }) =>
      dayOf(new Date(startedAt)) === dayOf(now) && category !== 'NAP' && category !== 'SLEEP',
  );
  return {
    minutes: Math.round(today.reduce((sum, { playedSeconds }) => sum + playedSeconds, 0) / 60),
    sessions: today.filter(({ playedSeconds }) => playedSeconds >= 60).length,
  };
}

const name = 'nes-advised';

/** Says once a day, when another session begins, that the day has had what the advice calls enough. Nothing is held back. */
export async function advise(now: Date = new Date()): Promise<void> {
  const { minutes, sessions } = heardToday(await localHistory(), now);
  if (minutes < advice.minutes && sessions < advice.sessions) return;
  try {
    if (localStorage.getItem(name) === dayOf(now)) return;
    localStorage.setItem(name, dayOf(now));
  } catch {
    // Without storage it is said at every start.
  }
  showToast({
    message: msg(
      str`Sessions today: ${number(sessions)}, ${number(minutes)} min in all. Our advice, not a finding: two sessions or 45 minutes a day, naps and nights not counted.`,
    ),
  });
}
