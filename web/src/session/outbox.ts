import { globalId } from '@nes/client/ids.ts';
import { account } from '../data/account.ts';
import { apiAddress } from '../data/address.ts';
import { tell, type UserError } from '../data/client.ts';
import { clockKnown, measureClock, serverNow } from '../data/clock.ts';
import { connection } from '../data/connection.ts';
import { device } from '../data/device.ts';
import { RateSessionDocument, RecordSessionDocument } from '../data/generated/session.ts';
import { preferences } from '../data/preferences.ts';
import { screening } from '../data/screening.ts';
import { keeping, store } from '../data/store.ts';
import type { LocalSession } from './log.ts';

const shortestWait = 2_000;
const longestWait = 120_000;

/**
 * Carries what happened here to the server, exactly once: ids are made here, so sending again is harmless. Every change
 * is written to the browser's database first; a page that dies loses nothing. Fires `sent` with the session's id.
 */
class Outbox extends EventTarget {
  #running: Promise<void> | null = null;
  #again = false;
  #wait = shortestWait;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** Begins to send what earlier visits left, and again whenever the network comes back. */
  start(): void {
    window.addEventListener('online', () => this.send());
    document.addEventListener('visibilitychange', () => {
      if (document.visibilityState === 'visible') this.send();
    });
    account.addEventListener('change', () => this.send());
    this.send();
  }

  async has(id: string): Promise<boolean> {
    return (await (await store()).getKey('sessions', id)) !== undefined;
  }

  /** Reads, changes and writes one session in one transaction; tabs and sending never overwrite each other. */
  async change(id: string, change: (session: LocalSession) => LocalSession): Promise<LocalSession> {
    const changed = await keeping(this.#change(id, change));
    if (changed.unsent) this.send();
    return changed;
  }

  async #change(id: string, change: (session: LocalSession) => LocalSession): Promise<LocalSession> {
    const transaction = (await store()).transaction('sessions', 'readwrite');
    const session = await transaction.store.get(id);
    if (!session) throw new Error(`There is no session ${id} on this device.`);
    const changed = change(session);
    await transaction.store.put(changed);
    await transaction.done;
    return changed;
  }

  /** Writes a session that begins on this device. */
  async put(session: LocalSession): Promise<void> {
    await keeping(store().then((database) => database.put('sessions', session)));
    if (session.unsent) this.send();
  }

  /** Sends everything that waits, oldest first. Failures are tried again later; the promise resolves in any case. */
  send(): Promise<void> {
    if (apiAddress() === null) return Promise.resolve();
    if (this.#running) {
      this.#again = true;
      return this.#running;
    }
    clearTimeout(this.#timer);
    this.#running = this.#sendAll()
      .then(() => {
        this.#wait = shortestWait;
      })
      .catch(() => {
        this.#timer = setTimeout(() => this.send(), this.#wait * (0.75 + Math.random() / 2));
        this.#wait = Math.min(longestWait, this.#wait * 2);
        this.#again = false;
      })
      .finally(() => {
        this.#running = null;
        if (this.#again) {
          this.#again = false;
          this.send();
        }
      });
    return this.#running;
  }

  async #sendAll(): Promise<void> {
    const work = async () => {
      const sessions = await this.#waiting();
      if (sessions.length === 0 && !account.viewer) return;
      if (sessions.length > 0) await account.beSomebody();
      if (!clockKnown()) await measureClock();
      // What one of them meets stops none of the others.
      const failures: unknown[] = [];
      const parts = [
        () => screening.send(),
        () => preferences.send(),
        ...sessions.map((session) => () => this.#sendSession(session)),
      ];
      for (const part of parts) await part().catch((error) => failures.push(error));
      await this.#waiting();
      if (failures.length > 0) throw failures[0];
    };
    if (!navigator.locks) return work();
    await navigator.locks.request('nes-outbox', work);
  }

  async #waiting(): Promise<LocalSession[]> {
    const sessions = await (await store()).getAllFromIndex('sessions', 'unsent', 1);
    connection.pending = sessions.length;
    return sessions.sort((a, b) => a.startedAt.localeCompare(b.startedAt));
  }

  async #sendSession(held: LocalSession): Promise<void> {
    if (!held.revisionId) return;
    const session = await this.#byServerClock(held);
    const events = session.events.filter((event) => !event.sent);
    if (events.length > 0) {
      const { recordSession } = await tell(RecordSessionDocument, {
        input: {
          id: session.id,
          revision: held.revisionId,
          group: session.groupId ?? null,
          timeZone: session.timeZone,
          deviceId: device().id,
          deviceName: device().name,
          events: events.map(({ sent: _, ...event }) => event),
        },
      });
      if (this.#refused(recordSession.userErrors)) return this.#keepHere(session.id, recordSession.userErrors);
      const ids = new Set(events.map((event) => event.id));
      await this.#acknowledge(session.id, (held) => ({
        ...held,
        events: held.events.map((event) => (ids.has(event.id) ? { ...event, sent: true } : event)),
      }));
    }
    const { rating } = session;
    if (rating && !session.ratingSent) {
      const { rateSession } = await tell(RateSessionDocument, {
        input: { session: globalId('Session', session.id), ...rating },
      });
      if (this.#refused(rateSession.userErrors)) return this.#keepHere(session.id, rateSession.userErrors);
      await this.#acknowledge(session.id, (held) => ({
        ...held,
        ratingSent: held.rating === rating || same(held.rating, rating),
      }));
    }
    this.dispatchEvent(new CustomEvent('sent', { detail: session.id }));
  }

  /** The session with its log in the server's time. How far this device's clock was off is measured once, so that a log stays in order. */
  async #byServerClock(session: LocalSession): Promise<LocalSession> {
    if (session.clockOffset === undefined) return session;
    let offset = session.clockOffset;
    if (offset === null) {
      offset = Math.round(serverNow() - Date.now());
      const clockOffset = offset;
      await this.change(session.id, (kept) => ({ ...kept, clockOffset: kept.clockOffset ?? clockOffset }));
    }
    const shift = offset;
    const moved = (at: string): string => new Date(Date.parse(at) + shift).toISOString();
    return { ...session, events: session.events.map((event) => ({ ...event, occurredAt: moved(event.occurredAt) })) };
  }

  /** A temporary refusal throws, so that it is tried again; true is one for good. */
  #refused(errors: readonly UserError[]): boolean {
    const [error] = errors;
    if (!error) return false;
    if (error.code === 'UNAVAILABLE' || error.code === 'CONFLICT') throw new Error(error.message);
    return true;
  }

  async #keepHere(id: string, errors: readonly UserError[]): Promise<void> {
    await this.change(id, (session) => ({ ...session, refused: errors[0]?.message ?? '', unsent: 0 }));
  }

  async #acknowledge(id: string, change: (session: LocalSession) => LocalSession): Promise<void> {
    await this.change(id, (session) => {
      const changed = change(session);
      const open = changed.events.some((event) => !event.sent) || (changed.rating !== null && !changed.ratingSent);
      return { ...changed, unsent: open ? 1 : 0 };
    });
  }
}

const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);

export const outbox = new Outbox();
