import { checkProgram } from '@nes/program/check.ts';
import type { Program } from '@nes/program/model.ts';
import { afterEach, expect, test } from 'vitest';
import type { PlayedVoice } from '../audio/played-track.ts';
import { noToAll } from '../data/questions.ts';
import { screening } from '../data/screening.ts';
import { store } from '../data/store.ts';
import { quietSessions } from '../testing/quiet-sessions.ts';
import { type Queued, queue } from './queue.ts';
import { playerSession } from './session.ts';
import { soundChoices } from './sound-choices.ts';

const entry = (title: string, durationSeconds: number, seconds: number | null = null): Queued => ({
  seconds,
  protocol: {
    id: null,
    revisionId: null,
    slug: title.toLowerCase(),
    title,
    category: 'FOCUS',
    program: checkProgram({
      durationSeconds,
      voices: [{ kind: 'ISOCHRONIC', depth: 1, keyframes: [{ at: 0, carrier: 220, beat: 10, level: 0.2 }] }],
    }),
  },
});

/** The programs that the player has joined. */
const joined = (): Program[] =>
  (playerSession.player.program?.voices ?? []).map((voice) => (voice as PlayedVoice).played.program);

quietSessions();

afterEach(() => soundChoices.save({ levels: {} }));

test('each of a queue is a session of its own, complete where it was heard to its end', async () => {
  await queue.open([entry('One', 4), entry('Two', 60, 3), entry('Three', 2)], { crossFadeSeconds: 0.5 });
  await playerSession.play();
  expect(playerSession.protocol?.title).toBe('One');
  await expect.poll(() => playerSession.protocol?.title, { timeout: 20_000 }).toBe('Two');
  expect(playerSession.state).toBe('playing');
  // A place is the program's own, wherever in the queue that is.
  expect(playerSession.positionSeconds()).toBeLessThan(2.5);
  await expect.poll(() => playerSession.state, { timeout: 30_000 }).toBe('finished');
  expect(playerSession.protocol?.title).toBe('Three');
  await expect
    .poll(
      async () =>
        (await (await store()).getAll('sessions'))
          .sort((a, b) => a.startedAt.localeCompare(b.startedAt))
          .map(({ title, state }) => `${title} ${state}`),
      { timeout: 20_000 },
    )
    .toEqual(['One COMPLETED', 'Two STOPPED', 'Three COMPLETED']);
});

test('what plays by itself becomes the first of a queue, and goes on where it is', async () => {
  await playerSession.open(entry('One', 60).protocol);
  await playerSession.play();
  const before = playerSession.positionSeconds();
  const then = performance.now();
  queue.playLater(entry('Later', 30));
  queue.playNext(entry('Next', 30));
  expect(queue.entries.map(({ protocol }) => protocol.title)).toEqual(['One', 'Next', 'Later']);
  queue.move(2, -1);
  expect(queue.entries.map(({ protocol }) => protocol.title)).toEqual(['One', 'Later', 'Next']);
  // What sounds and what was heard stays.
  queue.move(1, -1);
  queue.remove(0);
  expect(queue.entries.map(({ protocol }) => protocol.title)).toEqual(['One', 'Later', 'Next']);
  queue.remove(1);
  expect(joined()).toHaveLength(2);
  await new Promise((next) => setTimeout(next, 500));
  const passed = (performance.now() - then) / 1000;
  expect(Math.abs(playerSession.positionSeconds() - before - passed)).toBeLessThan(0.4);
});

test('answers and levels bind in all of a queue, also in what is to come', async () => {
  await queue.open([entry('One', 60), entry('Two', 60)], {});
  const depths = (): unknown[] => joined().map(({ voices }) => voices[0]?.kind === 'ISOCHRONIC' && voices[0].depth);
  expect(depths()).toEqual([1, 1]);
  await screening.answer({ ...noToAll, seizures: true }, false);
  await expect.poll(depths).toEqual([0.5, 0.5]);
  soundChoices.save({ levels: { two: [0.5] } });
  // Shallower pulses have more power, √(0.4375 / 0.584375): their level is less by it, and they are as loud.
  const levels = joined().map(({ voices }) => voices[0]?.keyframes[0]?.level ?? 0);
  expect(levels[0]).toBeCloseTo(0.17305, 5);
  expect(levels[1]).toBeCloseTo(0.17305 / 2, 5);
});

test('repeats from the first', async () => {
  await queue.open([entry('One', 2), entry('Two', 2)], { repeat: true });
  await playerSession.play();
  await expect.poll(() => queue.at, { timeout: 30_000 }).toBe(2);
  expect(queue.entries[2]?.protocol.title).toBe('One');
  expect(playerSession.state).toBe('playing');
});

test('a start at a set time is in the ear within 50 ms of it', async () => {
  const moment = Date.now() + 4_000;
  await new Promise((next) => setTimeout(next, 2_500));
  await queue.startAt(moment, [entry('One', 60)]);
  await new Promise((next) => setTimeout(next, moment - Date.now() + 300));
  for (let look = 0; look < 5; look++) {
    await new Promise((next) => setTimeout(next, 200));
    // Both clocks are read at once: what the machine does in between does not count.
    const heard = playerSession.positionSeconds(performance.now());
    const due = (Date.now() - moment) / 1000;
    expect(Math.abs(heard - due)).toBeLessThan(0.05);
  }
});
