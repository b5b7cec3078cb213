import { afterAll, afterEach, expect, test, vi } from 'vitest';
import { askedLanguage } from '../data/language.ts';
import { bandName } from '../elements/bands.ts';
import { number } from '../elements/format.ts';
import { speakIn } from '../elements/speech.ts';
import { speak } from './localise.ts';

/** The library's file of a language comes when it is let go. */
const held = new Map<string, () => void>();
const real = window.fetch;
window.fetch = (async (address: RequestInfo | URL, init?: RequestInit) => {
  const code = /library\.(\w\w)\.json/.exec(String(address))?.[1];
  if (String(address).endsWith('library.json')) return Response.json([]);
  if (!code) return real(address, init);
  await new Promise<void>((come) => held.set(code, come));
  return Response.json({});
}) as typeof fetch;

afterAll(() => {
  window.fetch = real;
});
afterEach(async () => {
  for (const come of held.values()) come();
  await speak('en');
});

const spoken = () => [document.documentElement.lang, bandName('gamma'), number(1.5, 1)];

test('of two languages chosen quickly the last one is spoken, though the first comes later', async () => {
  await speak('en');
  const english = spoken();
  const first = speak('de');
  await vi.waitFor(() => expect([...held.keys()]).toEqual(['de']));
  const second = speak('en');
  held.get('de')?.();
  await Promise.all([first, second]);
  expect(spoken()).toEqual(english);

  const german = speak('de');
  const french = speak('fr');
  await vi.waitFor(() => expect([...held.keys()]).toContain('fr'));
  held.get('fr')?.();
  held.get('de')?.();
  await Promise.all([german, french]);
  expect(document.documentElement.lang).toBe('fr');
  expect(localStorage.getItem('nes-language')).toBe('fr');
  expect(number(1.5, 1)).toBe('1,5');
});

test('the server is asked in the language that was chosen before its words are there', async () => {
  await speak('en');
  held.clear();
  const german = speak('de');
  await vi.waitFor(() => expect([...held.keys()]).toEqual(['de']));
  expect([document.documentElement.lang, askedLanguage()]).toEqual(['en', 'de']);
  held.get('de')?.();
  await german;
  expect([document.documentElement.lang, askedLanguage()]).toEqual(['de', 'de']);
});

test('words that are on their way do not come over those that were chosen after them', async () => {
  await speakIn('en');
  const english = [bandName('gamma'), number(1.5, 1)];
  expect(await Promise.all([speakIn('es'), speakIn('en')])).toEqual([false, true]);
  // Time for the first to do harm.
  await new Promise((later) => setTimeout(later, 300));
  expect([bandName('gamma'), number(1.5, 1)]).toEqual(english);
});
