import { checkProgram } from '@nes/program/check.ts';
import { afterEach, expect, test, vi } from 'vitest';
import { readValue } from '../data/store.ts';
import { pressPlay } from '../testing/press-play.ts';
import { playerSession } from './session.ts';
import { dueBetween, voiceCues } from './voice-cues.ts';

const program = checkProgram({
  durationSeconds: 600,
  voices: [{ kind: 'BINAURAL', keyframes: [{ at: 0, carrier: 220, beat: 6, level: 0.1 }] }],
});

const open = (trialId?: string) =>
  playerSession.open({
    id: null,
    revisionId: null,
    slug: null,
    title: 'With words',
    category: 'SLEEP',
    program,
    ...(trialId ? { trialId } : {}),
  });

afterEach(async () => {
  playerSession.stop();
  await open();
  await voiceCues.keep([]);
  vi.restoreAllMocks();
});

test('what falls due is said once, in each pass; what a seek jumps over is not', () => {
  const cue = (atSeconds: number) => ({ atSeconds, text: `${atSeconds}`, file: null });
  const [start, ten, after, end] = [cue(0), cue(10), cue(10.1), cue(59.9)];
  const due = (from: number, to: number, pass = 60) => dueBetween([start, ten, after, end], from, to, pass);
  expect(due(0, 0.2)).toEqual([start]);
  expect(due(9.9, 10)).toEqual([]);
  expect(due(10, 10.2)).toEqual([ten, after]);
  expect(due(10, 10)).toEqual([]);
  expect(due(0, 60)).toEqual([]);
  expect(due(12, 3)).toEqual([]);
  // A program that repeats goes from its end to its beginning.
  expect(due(59.8, 0.1)).toEqual([end, start]);
  expect(due(59.95, 0)).toEqual([]);
  expect(due(10, 3, Number.POSITIVE_INFINITY)).toEqual([]);
});

test('more voice cues than a program holds are refused, and those there stay', async () => {
  await open();
  const cue = (atSeconds: number) => ({ atSeconds, text: 'Breathe', file: null });
  await voiceCues.keep([cue(5)]);
  await expect(voiceCues.keep(Array.from({ length: 101 }, (_, n) => cue(n)))).rejects.toThrow(/at most 100/);
  expect(voiceCues.present).toEqual([cue(5)]);
  await voiceCues.keep(Array.from({ length: 100 }, (_, n) => cue(n)));
  expect(voiceCues.present).toHaveLength(100);
});

test('the device says the words at their second of the program, and is silent with the sound', async () => {
  await open();
  const said: { text: string; at: number }[] = [];
  vi.spyOn(speechSynthesis, 'speak').mockImplementation(({ text }) => {
    said.push({ text, at: playerSession.positionSeconds() });
  });
  const silent = vi.spyOn(speechSynthesis, 'cancel');
  await voiceCues.keep([
    { atSeconds: 121, text: 'Let go', file: null },
    { atSeconds: 300, text: 'Much later', file: null },
  ]);
  expect(localStorage.getItem('nes-cues')).toBe('');
  expect(Object.keys((await readValue<object>('voice-cues')) ?? {})).toEqual(['With words']);
  await pressPlay();
  playerSession.seek(120);
  await vi.waitFor(() => expect(said).toHaveLength(1), { timeout: 8_000 });
  expect(said[0]?.text).toBe('Let go');
  expect(said[0]?.at).toBeGreaterThanOrEqual(121);
  expect(said[0]?.at).toBeLessThan(123);
  const before = silent.mock.calls.length;
  playerSession.emergencyStop();
  expect(silent.mock.calls.length).toBeGreaterThan(before);
  await voiceCues.keep([]);
  expect(localStorage.getItem('nes-cues')).toBeNull();
});

test('a trial hears nothing beside its programs', async () => {
  await open('7b0cf9a2-0000-4000-8000-000000000000');
  const speak = vi.spyOn(speechSynthesis, 'speak').mockImplementation(() => {});
  await voiceCues.keep([{ atSeconds: 121, text: 'Let go', file: null }]);
  await pressPlay();
  playerSession.seek(120);
  await vi.waitFor(() => expect(playerSession.positionSeconds()).toBeGreaterThan(122), { timeout: 8_000 });
  expect(speak).not.toHaveBeenCalled();
});
