import { createHash } from 'node:crypto';
import type { Page } from 'playwright-core';

/** A number that is not taken for one that changes by itself. */
const inLetters = (count: number): string =>
  String(count).replaceAll(/\d/g, (digit) => 'abcdefghij'[Number(digit)] as string);

/** What stands for one moment or one session only, and says nothing about an arm: ids, seals, hashes, times, counts. */
const plain = (text: string): string =>
  text
    .replaceAll(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/gi, 'ID')
    .replaceAll(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z/g, 'TIME')
    // Their length stays: a seal or a token of another size would be a sign.
    .replaceAll(/[\w+/=-]{40,}/g, (found) => `LETTERS ${inLetters(found.length)}`)
    .replaceAll(/\d+(?:\.\d+)?(?:e-?\d+)?/g, 'N');

/** Everything a page keeps in this browser, one text a value. */
function keptHere(): Promise<string[]> {
  return new Promise((done, fail) => {
    const opened = indexedDB.open('nes');
    opened.onerror = () => fail(opened.error);
    opened.onsuccess = async () => {
      const database = opened.result;
      const texts = [`localStorage ${JSON.stringify({ ...localStorage })}`];
      for (const name of database.objectStoreNames) {
        const request = database.transaction(name).objectStore(name).openCursor();
        await new Promise<void>((end) => {
          request.onsuccess = () => {
            const cursor = request.result;
            if (!cursor) return end();
            texts.push(`${name} ${String(cursor.key)} ${JSON.stringify(cursor.value)}`);
            cursor.continue();
          };
        });
      }
      database.close();
      done(texts);
    };
  });
}

/** What was seen of the sessions of a trial, by place and text. */
export class Notes {
  /** The session that is lived now, from 1; 0 is none. */
  session = 0;
  readonly #seen = new Map<string, Set<number>>();

  add(place: string, text: string, session = this.session): void {
    if (session === 0) return;
    const key = `${place}\n${plain(text)}`;
    const sessions = this.#seen.get(key) ?? new Set();
    this.#seen.set(key, sessions.add(session));
  }

  places(): Set<string> {
    return new Set([...this.#seen.keys()].map((key) => key.slice(0, key.indexOf('\n'))));
  }

  /** A page as it is read out, drawn, told to the lock screen and kept. */
  async look(moment: string, page: Page): Promise<void> {
    this.add(`${moment} page`, await page.locator('body').ariaSnapshot());
    this.add(`${moment} title`, await page.title());
    const lockScreen = await page.evaluate(() => {
      const { metadata, playbackState } = navigator.mediaSession;
      const { title, artist, album, artwork } = metadata ?? {};
      return JSON.stringify([title, artist, album, artwork, playbackState]);
    });
    this.add(`${moment} lock screen`, lockScreen);
    for (const text of await page.evaluate(keptHere)) this.add(`${moment} store`, text);
    // Numbers of sessions and seconds differ in any case.
    const mask = [page.locator('.figures'), page.locator('nes-live-bar')];
    const picture = await page.screenshot({ mask, animations: 'disabled', caret: 'hide' });
    this.add(
      `${moment} picture`,
      createHash('sha256').update(picture).digest('base64url').replaceAll(/\d/g, '.').slice(0, 30),
    );
  }

  /** Texts that stood in every session of one arm and in none of the other. */
  telling(count: number, isBeat: (session: number) => boolean): { place: string; text: string }[] {
    const all = Array.from({ length: count }, (_, index) => index + 1);
    const arms = [all.filter(isBeat), all.filter((session) => !isBeat(session))];
    return [...this.#seen]
      .filter(([, sessions]) =>
        arms.some((arm) => sessions.size === arm.length && arm.every((session) => sessions.has(session))),
      )
      .map(([key]) => ({ place: key.slice(0, key.indexOf('\n')), text: key.slice(key.indexOf('\n') + 1) }));
  }
}

/** Notes what the server tells a page. */
export function watch(page: Page, who: string, notes: Notes): void {
  page.on('response', async (response) => {
    if (!response.url().endsWith('/graphql')) return;
    const { session } = notes;
    const text = await response.text().catch(() => '');
    notes.add(`${who} answer`, text, session);
  });
  page.on('websocket', (socket) =>
    socket.on('framereceived', ({ payload }) => notes.add(`${who} socket`, payload.toString())),
  );
}
