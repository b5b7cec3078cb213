/** Somebody who has listened for a year, for pictures and tests of full pages. */
import type { Page } from 'playwright-core';
import { protocolId, revisionId } from '../prisma/library/ids.ts';
import type { LibraryEntry } from '../prisma/library/library.ts';
import type { LocalSession } from '../web/src/session/log.ts';

/** Sessions of a year, more of them lately, as the browser that heard them keeps them. */
export function year(library: readonly LibraryEntry[]): LocalSession[] {
  const favourites = ['focus', 'sleep', 'meditation', 'relaxation', 'stress-relief', 'nap', 'focus-control'];
  const known = favourites.flatMap((slug) => library.filter((one) => one.slug === slug));
  let state = 12345;
  const random = (): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
  const sessions: LocalSession[] = [];
  const uuid = (): string => crypto.randomUUID();
  for (let day = 300; day > 0; day--) {
    if (random() > (day < 9 ? 1 : 0.16 + 0.3 * (1 - day / 300))) continue;
    const entry = known[Math.floor(random() * known.length)];
    if (!entry) continue;
    const startedAt = new Date(Date.now() - day * 86_400_000 + (random() - 0.5) * 20_000_000);
    const whole = random() > 0.3;
    const seconds = entry.program.durationSeconds * (whole ? 1 : 0.3 + random() * 0.5);
    const endedAt = new Date(startedAt.getTime() + seconds * 1000);
    const before = 3 + Math.floor(random() * 3);
    const after = Math.min(10, before + Math.floor(random() * 4) - (entry.controlOf ? 1 : 0));
    const control = entry.category === 'SLEEP' || entry.category === 'NAP';
    sessions.push({
      id: uuid(),
      protocolId: Buffer.from(`Protocol:${protocolId(entry.slug)}`).toString('base64'),
      revisionId: Buffer.from(`Revision:${revisionId(entry.slug, entry.version)}`).toString('base64'),
      slug: entry.slug,
      title: entry.title,
      category: entry.category,
      durationSeconds: entry.program.durationSeconds,
      timeZone: 'Europe/Berlin',
      startedAt: startedAt.toISOString(),
      endedAt: endedAt.toISOString(),
      state: whole ? 'COMPLETED' : 'STOPPED',
      volume: 0.4,
      scene: 'flower-of-life',
      playedSeconds: seconds,
      events: [
        {
          id: uuid(),
          kind: 'STARTED',
          occurredAt: startedAt.toISOString(),
          positionSeconds: 0,
          volume: 0.4,
          scene: 'flower-of-life',
          sent: false,
        },
        {
          id: uuid(),
          kind: whole ? 'COMPLETED' : 'STOPPED',
          occurredAt: endedAt.toISOString(),
          positionSeconds: seconds,
          sent: false,
        },
      ],
      rating: {
        stars: 3 + Math.floor(random() * 3),
        calmBefore: before,
        calmAfter: after,
        ...(control
          ? { sleepinessBefore: before, sleepinessAfter: after }
          : { focusBefore: before, focusAfter: after }),
        ...(random() > 0.7
          ? { comment: ['Quiet evening.', 'Hard to begin, easy to go on.', 'Slept at once.'][Math.floor(random() * 3)] }
          : {}),
      },
      ratingSent: false,
      refused: null,
      unsent: 1,
    });
  }
  return sessions;
}

/** Puts the sessions and the answers into the browser's database, where the application keeps them. */
export async function furnish(page: Page, sessions: LocalSession[]): Promise<void> {
  await page.evaluate(async (given) => {
    const database = await new Promise<IDBDatabase>((opened, failed) => {
      const request = indexedDB.open('nes');
      request.onsuccess = () => opened(request.result);
      request.onerror = () => failed(request.error);
    });
    const work = database.transaction(['sessions', 'values'], 'readwrite');
    for (const session of given) work.objectStore('sessions').put(session);
    const no = { seizures: false, photosensitivity: false, heart: false, psychosis: false, headInjury: false };
    work.objectStore('values').put(
      {
        own: {
          answers: {
            ...{ ...no, pregnancy: false, under18: false, hearing: false, migraine: false, lungs: false, panic: false },
            ...{ sedatives: false, acceptedRisk: false },
          },
          version: 2,
          agreedBy: null,
          replaces: null,
        },
        account: null,
        toForget: false,
      },
      'screening',
    );
    await new Promise<void>((done) => {
      work.oncomplete = () => done();
    });
    database.close();
    localStorage.setItem('nes-driving', new Date().toLocaleDateString('sv'));
    localStorage.setItem('nes-headphones', 'done');
  }, sessions);
}
