import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import focus from '../../../../prisma/library/focus.json';
import nap from '../../../../prisma/library/nap.json';
import pulsed from '../../../../prisma/library/pulsed-focus.json';
import '../../styles/tokens.css';
import { define } from '../../elements/define.ts';
import { CreatePage } from './create-page.ts';

define('nes-create-page', CreatePage);

const entries = [focus, nap, pulsed].map((entry, index) => ({
  ...entry,
  ...{ id: `P${index}`, revisionId: `R${index}`, whatIsKnown: [], sources: [], builtIn: true },
  ...{ durationSeconds: entry.program.durationSeconds, minBeatHz: 4, maxBeatHz: 18, bands: ['ALPHA'] },
  ...{ controlSlug: null, controlOfSlug: null },
}));

const realFetch = window.fetch;
beforeEach(() => {
  window.fetch = async (input) => {
    const address = String(input instanceof Request ? input.url : input);
    if (address.endsWith('library.json')) return Response.json(entries);
    if (address.includes('/graphql')) throw new TypeError('The server is away.');
    return realFetch(input);
  };
});
afterEach(() => {
  window.fetch = realFetch;
  document.body.replaceChildren();
});

test('one protocol of each category stands there to begin with, and opens in the editor', async () => {
  const page = document.createElement('nes-create-page') as CreatePage;
  document.body.append(page);
  const links = () => [...page.renderRoot.querySelectorAll<HTMLAnchorElement>('.templates a')];
  await vi.waitFor(() => expect(links().length).toBeGreaterThan(0), 10_000);
  // Focus and pulsed focus are for the same.
  expect(pulsed.category).toBe(focus.category);
  expect(links().map((link) => new URL(link.href).pathname)).toEqual(['/edit/focus', '/edit/nap']);
  expect(links().map((link) => link.textContent)).toEqual([focus.title, nap.title]);
});
