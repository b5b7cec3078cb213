import { afterAll, beforeAll, expect, test } from 'vitest';
import { page } from 'vitest/browser';
import focus from '../../../../prisma/library/focus.json';
import { define } from '../../elements/define.ts';
import { LibraryPage } from './library-page.ts';
import '../../styles/tokens.css';

const COUNT = 60;
const entries = Array.from({ length: COUNT }, (_, index) => ({
  ...focus,
  slug: `focus-${index}`,
  title: index % 2 ? `Meadow ${index}` : `Harbour ${index}`,
  id: `P${index}`,
  revisionId: `R${index}`,
  whatIsKnown: [focus.whatIsKnown],
  sources: [],
  builtIn: true,
  durationSeconds: focus.program.durationSeconds,
  minBeatHz: 4,
  maxBeatHz: 18,
  bands: ['ALPHA'],
  controlSlug: null,
  controlOfSlug: null,
}));

const realFetch = window.fetch;
beforeAll(() => {
  window.fetch = async (input, init) => {
    const address = String(input instanceof Request ? input.url : input);
    if (address.endsWith('library.json')) return Response.json(entries);
    if (address.includes('/graphql')) throw new TypeError('The server is away.');
    return realFetch(input, init);
  };
});
afterAll(() => {
  window.fetch = realFetch;
});

test('what fits is drawn first, the rest when nothing else is to be done, and again after each key', async () => {
  define('nes-library-page', LibraryPage);
  const element = document.createElement('nes-library-page') as LibraryPage;
  document.body.append(element);
  const cards = (): number => element.renderRoot.querySelectorAll('.card').length;
  await expect.poll(cards, { timeout: 20_000 }).toBe(COUNT);
  const field = page.getByRole('searchbox');
  await field.fill('meadow');
  await expect.poll(cards, { timeout: 10_000 }).toBe(COUNT / 2);

  const input = element.renderRoot.querySelector<HTMLInputElement>('input[type=search]') as HTMLInputElement;
  input.value = '';
  input.dispatchEvent(new InputEvent('input', { bubbles: true, composed: true }));
  await element.updateComplete;
  expect(cards()).toBeGreaterThan(3);
  expect(cards()).toBeLessThan(20);
  await expect.poll(cards, { timeout: 20_000 }).toBe(COUNT);
  element.remove();
});
