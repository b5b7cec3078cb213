import { afterEach, beforeEach } from 'vitest';
import { userEvent } from 'vitest/browser';
import { noToAll } from '../data/questions.ts';
import { screening } from '../data/screening.ts';
import { store } from '../data/store.ts';
import { playerSession } from '../session/session.ts';

/** Every test begins without sessions, may play, quietly, and leaves none: other files of the run play on this origin, too. */
export function quietSessions(): void {
  beforeEach(async () => {
    await (await store()).clear('sessions');
    await screening.answer(noToAll, false);
    playerSession.setVolume(0.05);
    await userEvent.click(document.body);
  });
  afterEach(async () => {
    playerSession.stop();
    await (await store()).clear('sessions');
  });
}
