import type { ServerResponse } from 'node:http';

/** Bytes of answers that may wait for one subject to read them, and how long each may. */
const MOST_BYTES = 8 * 1024 * 1024;
const MOST_MS = 20_000;

/** Cuts those who ask and do not read: what they do not take stays in our memory. */
export interface Unread {
  /** An answer was handed over: what of it the connection could not take is counted until it could. */
  watch(subject: string, response: ServerResponse, bytes: number): void;
}

export function createUnread(onRefused: (rule: string) => void): Unread {
  const waiting = new Map<string, Set<{ response: ServerResponse; bytes: number }>>();
  return {
    watch(subject, response, bytes) {
      if (response.writableFinished || response.destroyed || response.writableLength === 0) return;
      const mine = waiting.get(subject) ?? new Set();
      waiting.set(subject, mine);
      const entry = { response, bytes };
      mine.add(entry);
      const cut = (one: typeof entry) => {
        onRefused('slow_reader');
        one.response.destroy();
      };
      const timer = setTimeout(cut, MOST_MS, entry).unref();
      response.once('close', () => {
        clearTimeout(timer);
        mine.delete(entry);
        if (mine.size === 0 && waiting.get(subject) === mine) waiting.delete(subject);
      });
      let sum = 0;
      for (const one of mine) sum += one.bytes;
      // The oldest first: whoever reads at all has read it by now.
      for (const oldest of mine) {
        if (sum <= MOST_BYTES) break;
        sum -= oldest.bytes;
        cut(oldest);
      }
    },
  };
}
