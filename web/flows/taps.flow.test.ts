/** How many touches lie before sound, on a phone: at a first visit, and to hear again what was heard yesterday. */
import assert from 'node:assert/strict';
import type { Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, test } from 'vitest';
import { openWorld, until, type World } from './world.ts';

/** A session begins very quietly. */
const AUDIBLE = 1e-5;
/** Words that stand together before the first sound at most. */
const MOST_WORDS = 25;

let world: World;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(async () => world?.close());

/** Whatever goes to the loudspeaker goes through an analyser as well. */
const listen = (): void => {
  const ears: AnalyserNode[] = [];
  Object.assign(window, {
    loudest: () =>
      Math.max(
        0,
        ...ears.map((ear) => {
          const samples = new Float32Array(ear.fftSize);
          ear.getFloatTimeDomainData(samples);
          return samples.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0);
        }),
      ),
  });
  const { connect } = AudioNode.prototype;
  // biome-ignore lint/suspicious/noExplicitAny: every overload goes through
  (AudioNode.prototype as any).connect = function (this: AudioNode, to: AudioNode, ...rest: number[]) {
    // A phone plays through an element, so that it goes on behind a locked screen.
    const out = to instanceof AudioDestinationNode || to instanceof MediaStreamAudioDestinationNode;
    if (out && this.context instanceof AudioContext) {
      const ear = this.context.createAnalyser();
      (connect as (to: AudioNode) => void).call(this, ear);
      ears.push(ear);
    }
    // biome-ignore lint/suspicious/noExplicitAny: every overload goes through
    return (connect as any).call(this, to, ...rest);
  };
};

const loudest = (page: Page): Promise<number> =>
  page.evaluate(() => (window as unknown as { loudest(): number }).loudest());

/** Texts in sight that have more words together than they may: what holds no other block. */
const longTexts = (page: Page): Promise<string[]> =>
  page.evaluate((most) => {
    const blocks = 'p, li, h1, h2, h3, legend, label, button, a, dd, dt, summary';
    const found: string[] = [];
    const look = (root: ParentNode): void => {
      for (const element of root.querySelectorAll<HTMLElement>('*')) {
        if (element.shadowRoot) look(element.shadowRoot);
        if (!element.matches(blocks) || element.querySelector(blocks) || !element.checkVisibility()) continue;
        const text = element.innerText.trim().replace(/\s+/g, ' ');
        if (text.split(' ').length > most) found.push(text);
      }
    };
    look(document);
    return found;
  }, MOST_WORDS);

test('a first visit: three touches to sound, all questions asked, no text longer than 25 words; the next day one', async () => {
  const { page, context, complaints } = await world.visit({
    viewport: { width: 390, height: 844 },
    isMobile: true,
    hasTouch: true,
  });
  await context.addInitScript(listen);
  let taps = 0;
  const tap = async (what: Locator): Promise<void> => {
    assert.deepEqual(await longTexts(page), []);
    await what.tap();
    taps++;
  };
  await page.goto('/');
  const sleep = page.getByRole('button', { name: 'Sleep', exact: true }).first();
  await sleep.waitFor();
  const box = await sleep.boundingBox();
  assert.ok(box && box.y + box.height <= 844 && box.height >= 44, `in sight without scrolling: ${JSON.stringify(box)}`);
  await tap(sleep);

  const dialog = page.locator('nes-safety-dialog');
  const none = dialog.getByRole('button', { name: 'None of these, go on' });
  await none.waitFor();
  assert.equal(await dialog.getByRole('checkbox').count(), 12, 'every question is asked');
  assert.equal(await loudest(page), 0);
  await tap(none);
  const safe = dialog.getByRole('button', { name: 'I am somewhere safe' });
  await safe.waitFor();
  await dialog.getByRole('heading', { name: 'Never while driving' }).waitFor();
  for (const side of ['Left', 'Both', 'Right']) await dialog.getByRole('button', { name: side }).waitFor();
  assert.equal(await loudest(page), 0);
  await tap(safe);
  await until('it sounds', async () => (await loudest(page)) > AUDIBLE, 90);
  assert.ok(taps <= 3, `${taps} touches`);

  // Long enough to be remembered.
  await page.waitForFunction(() => Object.keys(localStorage).some((key) => key.startsWith('nes-playing ')));
  await page.waitForTimeout(2_000);
  await page.keyboard.press('s');
  await page.locator('nes-after-panel').waitFor();

  // The next day.
  await page.evaluate(() => localStorage.setItem('nes-driving', '2026-01-01'));
  await page.goto('/');
  const again = page.locator('nes-library-page .suggestion').filter({ hasText: 'You played it last.' });
  await again.waitFor();
  taps = 0;
  await tap(again.getByRole('button', { name: /^Play/ }));
  await page.getByText('Never while driving. Esc stops at once.').waitFor();
  await until('it sounds again', async () => (await loudest(page)) > AUDIBLE, 90);
  assert.equal(taps, 1);
  assert.deepEqual(complaints, []);
  await context.close();
});
