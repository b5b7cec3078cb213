/**
 * No English sentence stands in any page or state in another language: pages are walked with a dictionary of all English texts that have a
 * translation, those of the application, of the library, of errors and of programs. Names of works and of people are in none of them.
 */
import { globSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readLibrary } from '../../prisma/library/library.ts';
import { furnish, year } from '../../scripts/resident.ts';
import { translated } from './pseudo-locale.ts';
import { type State, states } from './states.ts';
import { openWorld, sign, type World } from './world.ts';

const root = resolve(import.meta.dirname, '../..');

/** A text that says nothing in itself: figures, units, a name that is the same everywhere. */
const WORD = /\p{L}{3,}/gu;
const words = (text: string): number => text.match(WORD)?.length ?? 0;
const flat = (text: string): string => text.replace(/\s+/g, ' ').trim();

interface Dictionary {
  whole: ReadonlySet<string>;
  /** Texts into which something is put. */
  frames: readonly RegExp[];
}

function dictionaryOf(language: string): Dictionary {
  const pairs: [string, string][] = [];
  for (const file of globSync(
    `{api/src/schema/error-texts,program/texts,prisma/library/texts,web/src/locales/errors}/${language}.json`,
    { cwd: root },
  ))
    pairs.push(...Object.entries(JSON.parse(readFileSync(resolve(root, file), 'utf8')) as Record<string, string>));
  pairs.push(...translated(language));
  const whole = new Set<string>();
  const frames: RegExp[] = [];
  for (const [english, told] of pairs) {
    if (english === told) continue;
    const parts = english.split(/\{\d\}/);
    if (parts.length === 1) whole.add(flat(english));
    else if (words(parts.join(' ')) >= 2)
      frames.push(
        new RegExp(`^${parts.map((part) => flat(` ${part} `).replace(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('.+?')}$`),
      );
  }
  // A word that says something in the other language as well.
  for (const [, told] of pairs) whole.delete(flat(told));
  return { whole, frames };
}

/** What a person sees, hears from a screen reader or is shown by the pointer, in every shadow tree. */
const textsOf = (page: Page): Promise<string[]> =>
  page.evaluate(() => {
    const found = new Set<string>([document.title]);
    const visit = (node: Node): void => {
      if (node instanceof Text) found.add(node.data);
      if (node instanceof Element) {
        if (node.matches('script, style, code, pre, [lang]:not(html)')) return;
        for (const name of ['aria-label', 'aria-description', 'aria-valuetext', 'title', 'placeholder', 'alt']) {
          const text = node.getAttribute(name);
          if (text) found.add(text);
        }
        if (node.shadowRoot) for (const child of node.shadowRoot.childNodes) visit(child);
      }
      for (const child of node.childNodes) visit(child);
    };
    visit(document.body);
    return [...found];
  });

function english(texts: readonly string[], { whole, frames }: Dictionary): string[] {
  return texts
    .map(flat)
    .filter((text) => words(text) > 0 && (whole.has(text) || frames.some((frame) => frame.test(text))));
}

let world: World;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world?.close());

const languages = ['de', 'fr', 'es'];

describe.each(languages)('in %s', (language) => {
  const dictionary = dictionaryOf(language);

  test('the dictionary is one', () => {
    expect(dictionary.whole.size).toBeGreaterThan(1_500);
    expect(dictionary.frames.length).toBeGreaterThan(400);
    expect(english(['Carry on from 5:10', 'Sign up'], dictionary)).toHaveLength(2);
  });

  test('no page or state has an English sentence', { timeout: 300_000 }, async () => {
    const { page, context } = await world.visit({ serviceWorkers: 'block', viewport: { width: 390, height: 844 } });
    await context.addInitScript(() => {
      const wanted = sessionStorage.getItem('walk-language') ?? 'en';
      Object.defineProperty(navigator, 'languages', { get: () => [wanted] });
    });
    const found = new Map<string, string[]>();
    const look = async ({ path, act, stranger }: State): Promise<void> => {
      await page.goto(`/${path}`);
      await page.locator('nes-app main > * >> h1').first().waitFor({ state: 'attached' });
      await page.locator(`html[lang=${language}]`).waitFor({ state: 'attached' });
      // The document's own first words, which are nobody's language, have given way to the page.
      await page.waitForFunction(() => document.querySelector('nes-app')?.childElementCount === 0);
      await act?.(page);
      // What comes after the heading: lists, curves, counts.
      await page.waitForTimeout(300);
      const where = `/${path.slice(0, 40)}${act ? ' (acted)' : ''}${stranger ? ' (stranger)' : ''}`;
      for (const text of english(await textsOf(page), dictionary)) found.set(text, [...(found.get(text) ?? []), where]);
      if (!path.startsWith('play/')) return;
      // The first closes a dialog, the second silences.
      await page.keyboard.press('Escape');
      await page.waitForTimeout(200);
      await page.keyboard.press('Escape');
    };
    const speak = (spoken: string) =>
      page.evaluate((wanted) => sessionStorage.setItem('walk-language', wanted), spoken);
    await page.goto('/');
    await speak(language);
    for (const state of states) if (state.stranger) await look(state);
    await speak('en');
    await page.evaluate(() => localStorage.removeItem('nes-language'));
    await page.goto('/');
    await furnish(page, year(readLibrary()).slice(-40));
    await page.goto('/account');
    await sign(page, 'Sign up', `${language}${Date.now()}@example.org`);
    await speak(language);
    await page.evaluate(() => localStorage.removeItem('nes-language'));
    for (const state of states) if (!state.stranger) await look(state);
    await context.close();
    expect([...found].map(([text, where]) => `${text} [${where.join(', ')}]`)).toEqual([]);
  });
});
