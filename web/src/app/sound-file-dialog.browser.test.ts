import { checkProgram } from '@nes/program/check.ts';
import { afterEach, assert, expect, test } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { decodeBed } from '../audio/bed.ts';
import { toneIn } from '../audio/measure.ts';
import { frameBytes, SampleWriter, wavHeader } from '../audio/wav.ts';
import { noToAll, type ScreeningAnswers } from '../data/questions.ts';
import { screening } from '../data/screening.ts';
import { saveAsSound } from './sound-file-dialog.ts';

const program = checkProgram({
  durationSeconds: 2,
  voices: [{ kind: 'BINAURAL', keyframes: [{ at: 0, carrier: 200, beat: 10, level: 0.4 }] }],
});

const answers = (yes: string | null): ScreeningAnswers => (yes ? { ...noToAll, [yes]: true } : noToAll);

async function open(): Promise<HTMLElement> {
  saveAsSound(program, 'test');
  const element = document.querySelector('nes-sound-file');
  assert(element?.shadowRoot);
  await screening.ready;
  await (element as unknown as { updateComplete: Promise<boolean> }).updateComplete;
  return element as HTMLElement;
}

afterEach(() => document.querySelector('nes-sound-file')?.remove());

const glasses = () => page.getByLabelText('Signals for light glasses');

test('signals for light glasses are offered after the safety questions only, in formats without loss', async () => {
  await screening.answer(answers(null));
  await open();
  await userEvent.selectOptions(glasses(), 'SpectraStrobe');
  await expect.element(page.getByText(/Flicker can start a seizure/)).toBeVisible();
  await userEvent.selectOptions(page.getByLabelText('Format'), 'MP3, 192 kbit/s');
  await expect.element(glasses()).not.toBeInTheDocument();
});

for (const yes of ['seizures', 'photosensitivity', 'migraine']) {
  test(`after a yes to ${yes} they are not offered`, async () => {
    await screening.answer(answers(yes));
    await open();
    await expect.element(page.getByLabelText('Format')).toBeVisible();
    await expect.element(glasses()).not.toBeInTheDocument();
  });
}

test('a listener’s own file keeps its signals for those who may see them, and for nobody else', async () => {
  const tone = Float32Array.from(
    { length: 24_000 },
    (_, n) => 0.02 * Math.sin(2 * Math.PI * 0.4 * n) + 0.5 * Math.sin(n / 30),
  );
  const bytes = new Uint8Array(frameBytes(tone.length, '24'));
  new SampleWriter('24', 1).write(tone, tone, tone.length, bytes);
  const file = new Blob([wavHeader(tone.length, 48_000, '24'), bytes]);
  const context = new OfflineAudioContext(2, 1, 48_000);
  const level = async (lights: boolean) =>
    toneIn((await decodeBed(context, file, lights)).right.subarray(8000, 20_000), 48_000, 19_200);
  expect(await level(true)).toBeCloseTo(0.02, 4);
  expect(await level(false)).toBeLessThan(1e-6);
});

test('a round that repeats without a seam takes the place of from and to, in formats without loss', async () => {
  await open();
  await expect.element(page.getByLabelText('From')).toBeVisible();
  await userEvent.click(page.getByLabelText('One round that repeats without a seam'));
  await expect.element(page.getByLabelText('From')).not.toBeInTheDocument();
  await userEvent.selectOptions(page.getByLabelText('Format'), 'MP3, 192 kbit/s');
  await expect.element(page.getByLabelText('One round that repeats without a seam')).not.toBeInTheDocument();
  await expect.element(page.getByLabelText('From')).toBeVisible();
});
