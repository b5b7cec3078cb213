import { afterEach, beforeEach, expect, it } from 'vitest';
import { noToAll } from '../data/questions.ts';
import { screening } from '../data/screening.ts';
import { writeValue } from '../data/store.ts';
import { mayPlay } from './play.ts';

const dialog = () => document.querySelector('nes-safety-dialog');

beforeEach(async () => {
  await screening.ready;
  await screening.answer(noToAll, false);
  localStorage.setItem('nes-headphones', 'done');
});

afterEach(async () => {
  dialog()?.remove();
  localStorage.removeItem('nes-driving');
  localStorage.removeItem('nes-headphones');
  await writeValue('screening', undefined);
});

it('shows the notice about driving before the first sound of a device, also where the answers were given elsewhere', async () => {
  void mayPlay();
  await expect.poll(() => dialog()?.shadowRoot?.querySelector('h2')?.textContent?.trim()).toBe('Never while driving');
});

it('is silent about it on the same day, and asks nothing on a later one', async () => {
  screening.showedDriving();
  expect(await mayPlay()).toBe(true);
  localStorage.setItem('nes-driving', '2026-01-01');
  expect(await mayPlay()).toBe(true);
  expect(dialog()).toBeNull();
  expect(screening.drivingShownToday).toBe(true);
});
