import { checkProgram } from '@nes/program/check.ts';
import { afterEach, expect, test, vi } from 'vitest';
import { userEvent } from 'vitest/browser';
import { noToAll } from '../data/questions.ts';
import { screening } from '../data/screening.ts';
import { readValue } from '../data/store.ts';
import { doseMeter } from './dose-meter.ts';
import { music } from './music.ts';
import { playerSession } from './session.ts';

/** A WAV file of one second of a tone. */
function file(name: string): File {
  const frames = 48_000;
  const view = new DataView(new ArrayBuffer(44 + frames * 2));
  const text = (at: number, value: string): void => {
    for (let n = 0; n < value.length; n++) view.setUint8(at + n, value.charCodeAt(n));
  };
  text(0, 'RIFF');
  view.setUint32(4, 36 + frames * 2, true);
  text(8, 'WAVEfmt ');
  view.setUint32(16, 16, true);
  view.setUint16(20, 1, true);
  view.setUint16(22, 1, true);
  view.setUint32(24, frames, true);
  view.setUint32(28, frames * 2, true);
  view.setUint16(32, 2, true);
  view.setUint16(34, 16, true);
  text(36, 'data');
  view.setUint32(40, frames * 2, true);
  for (let n = 0; n < frames; n++) view.setInt16(44 + 2 * n, 8000 * Math.sin(n / 20), true);
  return new File([view], name, { type: 'audio/wav' });
}

const program = checkProgram({
  durationSeconds: 600,
  voices: [{ kind: 'BINAURAL', keyframes: [{ at: 0, carrier: 220, beat: 16, level: 0.1 }] }],
});

async function play(trialId?: string): Promise<void> {
  await screening.answer(noToAll, false);
  await userEvent.click(document.body);
  playerSession.setVolume(0.3);
  await playerSession.open({
    id: null,
    revisionId: null,
    slug: null,
    title: 'Test',
    category: 'FOCUS',
    program,
    ...(trialId ? { trialId } : {}),
  });
  await playerSession.play();
}

afterEach(async () => {
  playerSession.stop();
  for (const one of music.files) await music.remove(one);
  vi.restoreAllMocks();
});

test('own files play one after the other while the program plays, counted with the loudness of the week, and stop with it', async () => {
  const starts = vi.spyOn(AudioBufferSourceNode.prototype, 'start');
  await music.add([file('a.wav'), file('b.wav')]);
  music.save({ on: true, level: 1, crossFadeSeconds: 0, modulated: true });
  expect(starts).not.toHaveBeenCalled();
  await play();
  await expect.poll(() => starts.mock.calls.length, { timeout: 15_000 }).toBeGreaterThan(2);
  // Each begins where the one before ends; a decoder that resamples may give a frame less.
  const [first, second] = starts.mock.calls.map(([at]) => at ?? 0);
  expect((second ?? 0) - (first ?? 0)).toBeCloseTo(1, 3);
  // −23 LUFS, and −21 dB for a volume of 0.3.
  expect(doseMeter.besideDb()).toBeCloseTo(-23 + 20 * Math.log10(0.09), 3);
  playerSession.emergencyStop();
  expect(doseMeter.besideDb()).toBe(Number.NEGATIVE_INFINITY);
  expect((await readValue<File[]>('music-files'))?.map(({ name }) => name)).toEqual(['a.wav', 'b.wav']);
});

test('nothing plays beside the session of a trial', async () => {
  const starts = vi.spyOn(AudioBufferSourceNode.prototype, 'start');
  await music.add([file('a.wav')]);
  await play('a trial');
  await new Promise((next) => setTimeout(next, 1500));
  expect(starts).not.toHaveBeenCalled();
});

test('what cannot be read is told and left out', async () => {
  const failed = new Promise<string>((tell) =>
    music.addEventListener('failed', (event) => tell((event as CustomEvent<string>).detail), { once: true }),
  );
  await music.add([new File(['no sound'], 'text.txt')]);
  await play();
  expect(await failed).toBe('text.txt');
  expect(music.files).toHaveLength(0);
});
