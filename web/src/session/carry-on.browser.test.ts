import { checkProgram } from '@nes/program/check.ts';
import { expect, test } from 'vitest';
import { store } from '../data/store.ts';
import { quietSessions } from '../testing/quiet-sessions.ts';
import { playerSession } from './session.ts';

const protocol = {
  id: null,
  revisionId: null,
  slug: 'ten-minutes',
  title: 'Ten minutes',
  category: 'FOCUS',
  program: checkProgram({
    durationSeconds: 600,
    voices: [{ kind: 'BINAURAL', keyframes: [{ at: 0, carrier: 200, beat: 10, level: 0.2 }] }],
  }),
};

const logs = async () =>
  (await (await store()).getAll('sessions'))
    .sort((a, b) => a.startedAt.localeCompare(b.startedAt))
    .map(({ events }) => events.map(({ kind }) => kind));

quietSessions();

test('carried on after a stop and paused before its first sound, nothing is written into the session that was stopped', async () => {
  await playerSession.open(protocol, 10);
  await playerSession.play();
  playerSession.stop();
  expect(playerSession.carryOnSeconds).toBeGreaterThanOrEqual(10);
  await expect.poll(logs).toEqual([['STARTED', 'STOPPED']]);

  const begun = playerSession.play();
  playerSession.pause();
  await begun.catch(() => undefined);
  expect(playerSession.state).toBe('ready');
  expect(await logs()).toEqual([['STARTED', 'STOPPED']]);

  // What is heard then is a session of its own.
  await playerSession.play();
  playerSession.pause();
  await playerSession.play();
  playerSession.stop();
  await expect.poll(logs).toEqual([
    ['STARTED', 'STOPPED'],
    ['STARTED', 'PAUSED', 'RESUMED', 'STOPPED'],
  ]);
});
