/**
 * Every page and state, from the smallest phone to a wide screen, dark and light, in English, in German, in a language with texts 40 %
 * longer, in one from right to left, with text twice as large and with text spaced out: nothing overlaps, nothing is cut, nothing
 * scrolls sideways. One browser context, whose pages are laid out anew by a change of the window. It runs where it is asked for:
 * `NES_LAYOUT=all npm test -- layout.flow`, or with the beginning of an address (`NES_LAYOUT=edit`) only for the states there.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readLibrary } from '../../prisma/library/library.ts';
import { furnish, year } from '../../scripts/resident.ts';
import { faults } from './boxes.ts';
import { longer, speakInstead, units } from './pseudo-locale.ts';
import { heights, type Setting, type State, states, texts } from './states.ts';
import { openWorld, sign, type World } from './world.ts';

const asked = process.env.NES_LAYOUT ?? '';
const ask = test.skipIf(asked === '');

ask('every route has a state that is looked at', () => {
  const routes = readFileSync(resolve(import.meta.dirname, '../src/app/routes.ts'), 'utf8');
  const patterns = [...routes.matchAll(/pattern: '([^']*)'/g)].map(([, pattern]) => pattern as string);
  assert.ok(patterns.length > 20, 'the routes are read');
  for (const pattern of patterns) {
    const like = new RegExp(`^${pattern.replace('*', '.*').replaceAll(/:[^/]+/g, '[^/]+')}$`);
    assert.ok(
      states.some(({ path }) => like.test(path.split('?')[0] as string)),
      `no state of /${pattern} is looked at`,
    );
  }
});

ask('the longer texts are longer by 40 %', () => {
  const all = units().flatMap(({ strings }) => strings);
  const count = (list: string[]) => list.join('').replace(/\P{L}/gu, '').length;
  const share = count(all.map(longer)) / count(all);
  assert.ok(Math.abs(share - 1.4) < 0.02, `longer by ${share}`);
});

let world: World;
beforeAll(async () => {
  if (asked) world = await openWorld();
});
afterAll(async () => world?.close());

/** What a person sets for all pages, in every shadow tree: a style of the page would not reach them. */
const set = (page: Page, setting: Setting): Promise<void> =>
  page.evaluate((wanted) => {
    if (wanted === 'twice as large') document.documentElement.style.fontSize = '200%';
    if (wanted !== 'spaced') return;
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(
      '* { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important } p { margin-bottom: 2em !important }',
    );
    const reach = (root: Document | ShadowRoot): void => {
      if (!root.adoptedStyleSheets.includes(sheet)) root.adoptedStyleSheets.push(sheet);
      for (const { shadowRoot } of root.querySelectorAll('*')) if (shadowRoot) reach(shadowRoot);
    };
    reach(document);
  }, setting);

ask('what is planted is found, and nothing else', async () => {
  const { page, context } = await world.visit();
  await page.setContent(`<body style="margin: 0; font: 16px/1.5 sans-serif"><h1>Fine</h1>
    <div style="position: relative; height: 40px"><b style="position: absolute; left: 4px">Under</b><i style="position: absolute; left: 9px">Over</i></div>
    <p style="width: 60px; overflow: hidden; white-space: nowrap">Longer than its box</p>
    <button style="width: 60px; white-space: nowrap; padding: 0">Longer than its button</button>
    <p style="width: 60px; overflow: auto; white-space: nowrap">Scrolls where it may not</p></body>`);
  const found = await faults(page);
  for (const [what, where] of [
    ['overlap by', 'Under'],
    ['cut at the side', 'Longer than its box'],
    ['stands outside its control', 'Longer than its button'],
    ['scrolls sideways', 'p'],
  ] as const)
    assert.ok(
      found.some((fault) => fault.startsWith(what) && fault.includes(where)),
      `${what} ${where}: ${found.join('; ')}`,
    );
  assert.equal(found.length, 4, found.join('; '));
  await context.close();
});

ask(
  'nothing overlaps, nothing is cut, nothing scrolls sideways',
  {
    timeout: 3_000_000,
  },
  async () => {
    const { page, context } = await world.visit({ serviceWorkers: 'block', timezoneId: 'Europe/Berlin' });
    // The language that the browser's person prefers.
    await context.addInitScript(() => {
      const language = localStorage.getItem('layout-language') ?? 'en';
      Object.defineProperty(navigator, 'languages', { get: () => [language] });
      if (localStorage.getItem('nes-language')) localStorage.setItem('nes-language', language);
    });
    await page.goto('/');
    await page.locator('.card a').first().waitFor();
    const found = new Map<string, string[]>();

    const note = (state: State, fault: string, where: string): void => {
      const key = `/${state.path.slice(0, 40)}${state.act ? ' (acted)' : ''}${state.stranger ? ' (stranger)' : ''}: ${fault}`;
      found.set(key, [...(found.get(key) ?? []), where]);
    };

    const look = async (state: State, text: (typeof texts)[number]): Promise<void> => {
      await page.setViewportSize({ width: 1440, height: 900 });
      await page.goto(`/${state.path}`);
      await page.locator('nes-app main > * >> h1').first().waitFor({ state: 'attached' });
      await page.locator(`html[lang=${text.language}]`).waitFor({ state: 'attached' });
      await page.evaluate((direction) => document.documentElement.setAttribute('dir', direction), text.direction);
      await page.emulateMedia({ colorScheme: text.theme });
      await page.evaluate(() => document.fonts.ready);
      await state.act?.(page);
      // What comes after the heading: lists, curves, counts.
      await page.waitForTimeout(150);
      await set(page, text.setting);
      for (const width of text.widths) {
        await page.setViewportSize({ width, height: heights[width] as number });
        await page.evaluate(() => new Promise((next) => requestAnimationFrame(() => requestAnimationFrame(next))));
        for (const fault of await faults(page)) note(state, fault, `${text.name} ${width}`);
      }
      if (state.path.startsWith('play/')) {
        // The first closes a dialog, the second silences.
        await page.keyboard.press('Escape');
        await page.waitForTimeout(200);
        await page.keyboard.press('Escape');
        await page.waitForTimeout(300);
      }
    };

    for (const stranger of [true, false]) {
      if (!stranger) {
        await speakInstead(context, null);
        await page.evaluate(() => localStorage.setItem('layout-language', 'en'));
        await furnish(page, year(readLibrary()).slice(-40));
        await page.goto('/account');
        await sign(page, 'Sign up', 'mira@example.org');
      }
      for (const text of texts) {
        await speakInstead(context, text.change);
        await page.evaluate((language) => localStorage.setItem('layout-language', language), text.language);
        for (const state of states)
          if (Boolean(state.stranger) === stranger && (asked === 'all' || state.path.startsWith(asked)))
            await look(state, text).catch((error: Error) =>
              // Told with the rest: the other states are looked at all the same.
              note(state, `did not come: ${error.message.split('\n')[0]}`, text.name),
            );
      }
    }
    await context.close();
    expect([...found].map(([fault, where]) => `${fault} [${where.join(', ')}]`)).toEqual([]);
  },
);

ask('more contrast and less transparency are given to whoever asks for them', async () => {
  const { page, context } = await world.visit();
  await page.emulateMedia({ contrast: 'more', colorScheme: 'dark' });
  const session = await context.newCDPSession(page);
  await session.send('Emulation.setEmulatedMedia', {
    features: [
      { name: 'prefers-contrast', value: 'more' },
      { name: 'prefers-reduced-transparency', value: 'reduce' },
      { name: 'prefers-color-scheme', value: 'dark' },
    ],
  });
  for (const path of ['', 'protocols/focus', 'play/focus', 'preferences']) {
    await page.goto(`/${path}`);
    await page.locator('nes-app main > * >> h1').first().waitFor({ state: 'attached' });
    await page.waitForTimeout(500);
    const found = await page.evaluate(() => {
      const faults: string[] = [];
      const text = getComputedStyle(document.body).color;
      const visit = (root: ParentNode): void => {
        for (const element of root.querySelectorAll<HTMLElement>('*')) {
          if (element.shadowRoot) visit(element.shadowRoot);
          const its = getComputedStyle(element);
          if (element.matches('.quiet') && its.color !== text) faults.push(`${element.className} is ${its.color}`);
          if (!/fixed|sticky|absolute/.test(its.position)) continue;
          if (/ \/ 0?\.[0-9]/.test(its.backgroundColor + its.backgroundImage) || its.backdropFilter !== 'none')
            faults.push(
              `${element.localName}.${element.className} shows what is under it: ${its.backgroundColor} ${its.backgroundImage}`,
            );
        }
      };
      visit(document);
      return faults;
    });
    assert.deepEqual(found, [], path);
  }
  await context.close();
});
