import { checkProgram } from '@nes/program/check.ts';
import { placeByClock } from '@nes/program/clock.ts';
import { expect, test } from 'vitest';
import { preferences } from '../data/preferences.ts';
import { store } from '../data/store.ts';
import { quietSessions } from '../testing/quiet-sessions.ts';
import { playerSession } from './session.ts';

/** All day, from midnight. */
const protocol = {
  id: null,
  revisionId: null,
  slug: 'all-day',
  title: 'All day',
  category: 'SLEEP',
  program: checkProgram({
    durationSeconds: 86_400,
    loop: 0,
    startClockSeconds: 0,
    voices: [{ kind: 'BINAURAL', keyframes: [{ at: 0, carrier: 120, beat: 2.5, level: 0.2 }] }],
  }),
};

const due = () => placeByClock(protocol.program, Date.now(), preferences.timeZone) ?? Number.NaN;

const kept = async () => {
  const [session] = await (await store()).getAll('sessions');
  return session;
};

quietSessions();

test('a session by the clock is one again after its page was gone, at the place of the time that it is then', async () => {
  await playerSession.open(protocol, 'CLOCK');
  await playerSession.play();
  expect(Math.abs(playerSession.positionSeconds() - due())).toBeLessThan(2);
  playerSession.pause();
  await expect.poll(async () => (await kept())?.state).toBe('PAUSED');
  const record = await kept();
  expect(record?.byClock).toBe(true);
  if (!record) return;
  // The page is gone; of the session there is what was kept, and it was heard hours ago.
  const [event] = record.events;
  if (event) event.positionSeconds = 3;
  await playerSession.open({ ...protocol, program: structuredClone(protocol.program) }, 5);
  expect(playerSession.byClock).toBe(false);
  await playerSession.takeUp(protocol, record);
  expect(playerSession.byClock).toBe(true);
  await playerSession.play();
  expect(Math.abs(playerSession.positionSeconds() - due())).toBeLessThan(2);
  // Who goes elsewhere by hand leaves the clock, for after a reload too.
  playerSession.seek(100);
  expect(playerSession.byClock).toBe(false);
  await expect.poll(async () => (await kept())?.byClock).toBe(false);
});
