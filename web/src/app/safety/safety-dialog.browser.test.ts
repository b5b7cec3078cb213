import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { questions } from '../../data/questions.ts';
import { screening } from '../../data/screening.ts';
import { writeValue } from '../../data/store.ts';
import { define } from '../../elements/define.ts';
import { SafetyDialog } from './safety-dialog.ts';
import '../../styles/tokens.css';

define('nes-safety-dialog', SafetyDialog);

async function open(only = false, headphones = false): Promise<SafetyDialog> {
  const dialog = document.createElement('nes-safety-dialog') as SafetyDialog;
  dialog.only = only;
  dialog.headphones = headphones;
  document.body.append(dialog);
  await dialog.updateComplete;
  return dialog;
}

const primary = (dialog: SafetyDialog): HTMLButtonElement =>
  dialog.renderRoot.querySelector('.primary') as HTMLButtonElement;

async function tick(dialog: SafetyDialog, name: string): Promise<void> {
  (dialog.renderRoot.querySelector(`input[name=${name}]`) as HTMLInputElement).click();
  await dialog.updateComplete;
}

async function shown(dialog: SafetyDialog, text: string): Promise<void> {
  await expect.poll(() => dialog.renderRoot.querySelector('h2')?.textContent?.trim()).toBe(text);
}

beforeEach(async () => {
  localStorage.removeItem('nes-driving');
  localStorage.removeItem('nes-headphones');
  await screening.ready;
});

afterEach(async () => {
  document.body.replaceChildren();
  await writeValue('screening', undefined);
});

describe('nes-safety-dialog', () => {
  it('asks all eight questions, then shows the notice about driving, and lets one go on', async () => {
    const dialog = await open();
    expect(dialog.renderRoot.querySelectorAll('ul input')).toHaveLength(questions.length);
    primary(dialog).click();
    await shown(dialog, 'Never while driving');
    primary(dialog).click();
    expect(await dialog.answer).toBe(true);
    expect(screening.permission).toEqual({ lightAllowed: true, maxIsochronicDepth: 1 });
    expect(screening.drivingShownToday).toBe(true);
    expect(dialog.isConnected).toBe(false);
  });

  it('offers the check of the headphones beside the notice about driving, once', async () => {
    const dialog = await open(false, true);
    const sides = () => dialog.renderRoot.querySelectorAll('.sides button').length;
    if (!screening.value) {
      expect(sides()).toBe(0);
      primary(dialog).click();
    }
    await shown(dialog, 'Never while driving');
    expect(sides()).toBe(3);
    primary(dialog).click();
    expect(await dialog.answer).toBe(true);
    localStorage.removeItem('nes-driving');
    const again = await open(false, true);
    await shown(again, 'Never while driving');
    expect(again.renderRoot.querySelectorAll('.sides button').length).toBe(0);
  });

  it('explains a yes, wants an explicit choice, and binds light and depth', async () => {
    const dialog = await open(true);
    await tick(dialog, 'photosensitivity');
    expect(dialog.renderRoot.querySelector('.why')?.textContent).toContain('cannot be switched on');
    expect(primary(dialog).disabled).toBe(true);
    await tick(dialog, 'acceptedRisk');
    expect(primary(dialog).disabled).toBe(false);
    // Another answer asks for the choice again.
    await tick(dialog, 'heart');
    expect(primary(dialog).disabled).toBe(true);
    await tick(dialog, 'acceptedRisk');
    primary(dialog).click();
    expect(await dialog.answer).toBe(true);
    expect(screening.permission).toEqual({ lightAllowed: false, maxIsochronicDepth: 0.5 });
  });

  it('leaves by the button, by Escape and keeps nothing', async () => {
    const before = screening.value;
    const dialog = await open(true);
    await tick(dialog, 'seizures');
    dialog.renderRoot.querySelector<HTMLButtonElement>('.actions button[type=button]')?.click();
    expect(await dialog.answer).toBe(false);
    const again = await open(true);
    again.renderRoot.querySelector('dialog')?.close();
    expect(await again.answer).toBe(false);
    expect(screening.value).toEqual(before);
  });
});
