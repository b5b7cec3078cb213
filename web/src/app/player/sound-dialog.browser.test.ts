import { checkProgram } from '@nes/program/check.ts';
import axe from 'axe-core';
import { afterEach, assert, expect, test } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { readValue } from '../../data/store.ts';
import { playerSession } from '../../session/session.ts';
import { soundChoices } from '../../session/sound-choices.ts';
import { openSound } from './sound-dialog.ts';

const program = checkProgram({
  durationSeconds: 60,
  voices: [
    { kind: 'BINAURAL', name: 'Carrier', keyframes: [{ at: 0, carrier: 220, beat: 10, level: 0.4 }] },
    { kind: 'NOISE', name: 'Bed', keyframes: [{ at: 0, level: 0.2 }] },
    { kind: 'SAMPLE', name: 'Mine', sampleName: 'sea.ogg', keyframes: [{ at: 0, level: 0.2 }] },
  ],
});

async function open(): Promise<ShadowRoot> {
  await playerSession.open({
    id: 'test',
    slug: '',
    revisionId: null,
    title: 'Test',
    category: 'FOCUS',
    program,
  } as unknown as Parameters<typeof playerSession.open>[0]);
  openSound();
  const element = document.querySelector('nes-sound');
  assert(element?.shadowRoot);
  await (element as unknown as { updateComplete: Promise<boolean> }).updateComplete;
  return element.shadowRoot;
}

afterEach(() => {
  document.querySelector('nes-sound')?.remove();
  soundChoices.save({ tone: null, reverb: 0, speakers: null, endBellSeconds: null, wakeUpSeconds: null });
});

test('each voice can be muted or heard alone, and the buttons say which is', async () => {
  await open();
  await page.getByRole('button', { name: 'Mute Bed' }).click();
  expect([...playerSession.muted]).toEqual([1]);
  await expect.element(page.getByRole('button', { name: 'Mute Bed' })).toHaveAttribute('aria-pressed', 'true');
  await page.getByRole('button', { name: 'Only Carrier' }).click();
  expect([...playerSession.soloed]).toEqual([0]);
  await page.getByRole('button', { name: 'Mute Bed' }).click();
  await page.getByRole('button', { name: 'Only Carrier' }).click();
  expect(playerSession.muted.size + playerSession.soloed.size).toBe(0);
});

test('what is chosen for every program is kept on this device, and loudspeakers change the voices', async () => {
  await open();
  await userEvent.selectOptions(page.getByLabelText('Bell before the end'), '30');
  await userEvent.selectOptions(page.getByLabelText('Binaural voices are made for'), 'MONAURAL');
  expect(playerSession.program?.voices[0]?.kind).toBe('MONAURAL');
  await expect.poll(async () => (await readValue<{ endBellSeconds: number }>('sound'))?.endBellSeconds).toBe(30);
  await userEvent.selectOptions(page.getByLabelText('Binaural voices are made for'), '');
  expect(playerSession.program?.voices[0]?.kind).toBe('BINAURAL');
});

test('a letter typed in it is not a command of the page, and Done closes it', async () => {
  const root = await open();
  let commands = 0;
  const count = () => commands++;
  window.addEventListener('keydown', count);
  root.querySelector<HTMLElement>('button')?.focus();
  await userEvent.keyboard('s');
  window.removeEventListener('keydown', count);
  expect(commands).toBe(0);
  await page.getByRole('button', { name: 'Done' }).click();
  await expect.poll(() => document.querySelector('nes-sound')).toBeNull();
});

test('axe finds nothing wrong with it', async () => {
  await open();
  const { violations } = await axe.run(document.querySelector('nes-sound') as Element, {
    runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa'],
  });
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`)).toEqual([]);
});

test('a fader for every voice and a level for every ear, remembered on this device', async () => {
  await open();
  const fader = page.getByLabelText('Level of Bed').element() as HTMLInputElement;
  fader.value = '1.5';
  fader.dispatchEvent(new Event('input'));
  const level = (): number | undefined => playerSession.player.program?.voices[1]?.keyframes[0]?.level;
  expect(level()).toBeCloseTo(0.3, 9);
  // The program that is shown and logged stays what it is.
  expect(playerSession.program?.voices[1]?.keyframes[0]?.level).toBe(0.2);
  const ear = page.getByLabelText('Left ear').element() as HTMLInputElement;
  ear.value = '0.5';
  ear.dispatchEvent(new Event('input'));
  await page.getByLabelText('Swap the ears').click();
  await expect
    .poll(async () => await readValue<object>('sound'))
    .toMatchObject({ ears: { left: 0.5, right: 1, swapped: true }, levels: { '': [1, 1.5] } });
  soundChoices.save({ levels: {}, ears: { left: 1, right: 1, swapped: false } });
  expect(level()).toBe(0.2);
});
