import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import axe from 'axe-core';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { build } from 'vite';
import { afterAll, beforeAll, test } from 'vitest';
import { findBrowser } from '../../scripts/browser.ts';
import { hostFiles, type StaticHost } from '../../scripts/static-host.ts';

// The application on a plain host of files below /repository/, as a project page has it: no server but that, no API.

const base = '/repository/';
let folder: string;
let host: StaticHost;
let browser: Browser;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'nes-static-'));
  process.env.NES_BASE = base;
  // The runner's NODE_ENV is `test`, with which Vite leaves the service worker's registration out.
  process.env.NODE_ENV = 'production';
  await build({
    configFile: resolve(import.meta.dirname, '../vite.config.ts'),
    logLevel: 'error',
    build: { outDir: folder },
  });
  host = await hostFiles(folder, base);
  const { executablePath, args, env } = await findBrowser();
  browser = await chromium.launch({
    executablePath,
    args: [...args, '--autoplay-policy=user-gesture-required'],
    env,
  });
});

afterAll(async () => {
  await browser?.close();
  await host?.close();
  rmSync(folder, { recursive: true, force: true });
});

async function visit(): Promise<{ page: Page; context: BrowserContext; complaints: string[] }> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, reducedMotion: 'reduce' });
  const page = await context.newPage();
  page.setDefaultTimeout(30_000);
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(`${message.text()} (${message.location().url})`);
  });
  return { page, context, complaints };
}

/** The heading of the page that the application shows. */
const heading = (page: Page, name: string | RegExp) =>
  page.locator('nes-app main').getByRole('heading', { name, level: 1 });

test('deep links and reloads work below a path, under the policy that is shipped, without a complaint', async () => {
  const { page, context, complaints } = await visit();
  const places: [string, string | RegExp][] = [
    ['', /Sound that beats|Now|Tonight/],
    ['protocols/focus', 'Focus'],
    ['play/nap', 'Nap'],
    ['history', 'History'],
    ['progress', 'Progress'],
    ['group', /./],
    ['account', 'Account'],
    ['preferences', 'Preferences'],
    ['safety', 'Safety'],
    ['evidence', /evidence/i],
    ['edit/new', /./],
  ];
  for (const [path, name] of places) {
    const response = await page.goto(host.url + path);
    assert.equal(response?.status(), 200, path);
    await heading(page, name).first().waitFor({ state: 'attached' });
    if (path.includes('/') || path === 'progress') {
      await page.reload();
      await heading(page, name).first().waitFor({ state: 'attached' });
    }
    assert.equal(new URL(page.url()).pathname, base + path);
  }
  // From page to page inside, and back.
  await page.goto(host.url);
  await page.getByRole('link', { name: 'Me', exact: true }).click();
  await heading(page, 'Progress').waitFor();
  assert.equal(new URL(page.url()).pathname, `${base}progress`);
  await page.goBack();
  await heading(page, /Sound that beats|Now|Tonight/).waitFor();
  assert.deepEqual(complaints, []);
  await context.close();
});

test('an address that nobody knew beforehand is answered by 404.html: the application finds its way', async () => {
  const { page, context, complaints } = await visit();
  const response = await page.goto(`${host.url}nowhere/at/all`);
  assert.equal(response?.status(), 404);
  await heading(page, 'There is nothing at this address.').waitFor();
  // The browser itself complains about the status of the document; nothing else may.
  assert.deepEqual(
    complaints.filter((text) => !text.includes('nowhere/at/all')),
    [],
  );
  await context.close();
});

/** What has the focus, through all shadow roots: its role or tag, and its name. */
const focused = (page: Page): Promise<{ tag: string; name: string }> =>
  page.evaluate(() => {
    let element = document.activeElement;
    while (element?.shadowRoot?.activeElement) element = element.shadowRoot.activeElement;
    const label = element?.getAttribute('aria-label') ?? element?.closest('label')?.textContent ?? element?.textContent;
    return { tag: element?.localName ?? '', name: (label ?? '').replace(/\s+/g, ' ').trim() };
  });

/** Presses Tab until what is named has the focus. */
async function tabTo(page: Page, name: string | RegExp, tag = ''): Promise<void> {
  const seen: string[] = [];
  for (let presses = 0; presses < 90; presses++) {
    await page.keyboard.press('Tab');
    const at = await focused(page);
    seen.push(`${at.tag} ${at.name.slice(0, 40)}`);
    const fits = typeof name === 'string' ? at.name === name : name.test(at.name);
    if (fits && (!tag || at.tag === tag)) return;
  }
  throw new Error(`Tab never came to ${name}. It came to:\n${seen.join('\n')}`);
}

test('with the keyboard alone, no server and no pointer: from the first visit through a session to its rating', async () => {
  const { page, context, complaints } = await visit();
  const began = Date.now();
  await page.goto(host.url);
  await page.locator('.aims').getByRole('button', { name: 'Focus', exact: true }).waitFor();
  await tabTo(page, 'Focus', 'button');
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'Before the first sound' }).waitFor();
  await tabTo(page, 'None of these, go on');
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'Never while driving' }).waitFor();
  await page.keyboard.press('Enter');
  const headphones = page.getByRole('heading', { name: 'Are the headphones on?' });
  const pause = page.locator('nes-player-page').getByRole('button', { name: 'Pause', exact: true });
  await headphones.or(pause).first().waitFor();
  if (await headphones.isVisible()) {
    // Focus is on the first side: hear both, then go on.
    await tabTo(page, 'Both');
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'It is right, play' }).waitFor();
    await tabTo(page, 'It is right, play');
    await page.keyboard.press('Enter');
  }
  await pause.waitFor();
  assert.ok(Date.now() - began < 60_000, `from the first sight to sound: ${Date.now() - began} ms`);

  const position = page.locator('nes-player-page').getByRole('slider', { name: 'Position' });
  const before = Number(await position.getAttribute('aria-valuenow'));
  await page.waitForFunction(
    (from) => {
      const player = document.querySelector('nes-app')?.shadowRoot?.querySelector('nes-player-page')?.shadowRoot;
      const slider = player?.querySelector('nes-curve')?.shadowRoot?.querySelector('[role=slider]');
      return Number(slider?.getAttribute('aria-valuenow')) > from;
    },
    before,
    { timeout: 20_000 },
  );
  await tabTo(page, 'Position', 'div');
  await page.keyboard.press('PageUp');
  await page.keyboard.press('v');
  await page.keyboard.press('k');
  await page.locator('nes-player-page').getByRole('button', { name: 'Play', exact: true }).waitFor();
  await page.keyboard.press('k');
  await pause.waitFor();
  await page.keyboard.press('s');
  await page.locator('nes-after-panel').waitFor();
  await tabTo(page, /star/, 'input');
  for (let stars = 0; stars < 3; stars++) await page.keyboard.press('ArrowRight');
  await tabTo(page, /Done|Skip/, 'button');
  await page.keyboard.press('Enter');
  await heading(page, 'History').waitFor();
  await page.getByText('stopped early').first().waitFor();
  assert.deepEqual(complaints, []);
  await context.close();
});

test('away from the network the application starts, and plays', async () => {
  const { page, context, complaints } = await visit();
  await page.goto(host.url);
  await page.locator('.aims').getByRole('button', { name: 'Focus', exact: true }).waitFor();
  // Until the worker has everything.
  await page.evaluate(async () => {
    await navigator.serviceWorker.ready;
  });
  await context.setOffline(true);
  await page.goto(`${host.url}protocols/nap`);
  await heading(page, 'Nap').waitFor();
  await page.locator('nes-protocol-page').getByRole('button', { name: 'Play', exact: true }).click();
  await page.getByRole('button', { name: 'None of these, go on' }).click();
  await page.getByRole('button', { name: 'I am somewhere safe' }).click();
  const pause = page.locator('nes-player-page').getByRole('button', { name: 'Pause', exact: true });
  await pause.waitFor();
  assert.deepEqual(complaints, []);
  await context.close();
});

test('with no script at all a document says what its page says, and leads on', async () => {
  const { page, context } = await visit();
  await page.route('**/*.js', (route) => route.abort());
  const places: [string, string][] = [
    ['', 'Sound that beats, to focus, rest or sleep'],
    ['protocols/nap', 'Nap'],
    ['play/nap', 'Nap'],
    ['evidence', 'About the evidence'],
    ['embed-builder', 'Put it on your page'],
  ];
  for (const [path, name] of places) {
    await page.goto(host.url + path);
    await page.getByRole('heading', { name, level: 1, exact: true }).waitFor();
    assert.equal(await page.getByRole('heading', { level: 1 }).count(), 1, path);
    const found = (await page.evaluate(
      `${axe.source}; axe.run({ runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa'] })`,
    )) as {
      violations: { id: string }[];
    };
    assert.deepEqual(
      found.violations.map(({ id }) => id),
      [],
      path,
    );
  }
  await page.goto(host.url);
  const links = await page
    .getByRole('listitem')
    .getByRole('link')
    .evaluateAll((all) => all.map((link) => (link as HTMLAnchorElement).href));
  assert.ok(links.length >= 8, `${links.length} protocols`);
  for (const link of links) assert.equal((await fetch(link)).status, 200, link);
  await page.getByRole('link', { name: 'Focus', exact: true }).click();
  await page.getByText('Twelve minutes around 18 Hz').waitFor();
  await page.getByText('needs headphones').waitFor();
  await context.close();
});

test('every word of a document stands on its page too', async () => {
  const silent = await visit();
  await silent.page.route('**/*.js', (route) => route.abort());
  const { page, context } = await visit();
  for (const path of [
    '',
    'protocols/nap',
    'play/nap',
    'history',
    'lists',
    'group',
    'embed-builder',
    'account',
    'safety',
  ]) {
    await silent.page.goto(host.url + path);
    const lines = (await silent.page.locator('.paint').innerText()).split('\n').map((line) => line.trim());
    await page.goto(host.url + path);
    for (const line of lines.filter(Boolean))
      await page.locator('nes-app main').getByText(line, { exact: true }).first().waitFor();
  }
  await silent.context.close();
  await context.close();
});

test('words that would be wrong are not seen: in another language, and by somebody who was here before', async () => {
  const { page, context } = await visit();
  await page.route('**/*.js', (route) => route.abort());
  await page.addInitScript(() => localStorage.setItem('nes-language', 'de'));
  await page.goto(host.url);
  assert.equal(await page.getByRole('heading', { level: 1 }).count(), 0);
  await page.goto(`${host.url}protocols/focus`);
  assert.equal(await page.locator('.paint').isVisible(), false);
  await context.close();
  const known = await visit();
  await known.page.route('**/*.js', (route) => route.abort());
  await known.page.addInitScript(() => localStorage.setItem('nes-driving', '2026-01-01'));
  await known.page.goto(host.url);
  assert.equal(await known.page.getByRole('heading', { level: 1 }).count(), 0);
  await known.context.close();
});

test('the page takes the place of the words in one step: never no heading, never two, nothing moves, nothing larger comes', async () => {
  for (const path of ['', 'protocols/focus', 'play/focus']) {
    const context = await browser.newContext({
      viewport: { width: 412, height: 823 },
      deviceScaleFactor: 1.75,
      isMobile: true,
      reducedMotion: 'reduce',
    });
    const page = await context.newPage();
    // The code is there before the data.
    await page.route('**/library.json', async (route) => {
      await new Promise((waited) => setTimeout(waited, 400));
      await route.continue();
    });
    await page.addInitScript(() => {
      const seen = { headings: [] as number[], shifts: [] as number[], largest: '' };
      Object.assign(window, { seen });
      new PerformanceObserver((list) => {
        for (const entry of list.getEntries()) seen.shifts.push((entry as unknown as { value: number }).value);
      }).observe({ type: 'layout-shift', buffered: true });
      new PerformanceObserver((list) => {
        const { element } = list.getEntries().at(-1) as unknown as { element: Element | null };
        seen.largest = element?.closest('.paint') ? 'words' : 'page';
      }).observe({ type: 'largest-contentful-paint', buffered: true });
      const headings = (root: ParentNode): number =>
        [...root.querySelectorAll('*')].reduce(
          (sum, one) =>
            sum +
            (one.localName === 'h1' && one.checkVisibility({ visibilityProperty: true }) && one.clientWidth > 1
              ? 1
              : 0) +
            (one.shadowRoot ? headings(one.shadowRoot) : 0),
          0,
        );
      const look = (): void => {
        if (document.querySelector('nes-app')) seen.headings.push(headings(document));
        requestAnimationFrame(look);
      };
      requestAnimationFrame(look);
    });
    await page.goto(host.url + path);
    await page.locator('nes-app main').getByRole('button', { name: /Play/ }).first().waitFor();
    await page.waitForTimeout(1000);
    const seen = await page.evaluate(() => (window as unknown as { seen: Record<string, unknown> }).seen);
    assert.deepEqual([...new Set(seen.headings as number[])], [1], `/${path}: ${seen.headings}`);
    assert.deepEqual(seen.shifts, [], `/${path}`);
    assert.equal(seen.largest, 'words', `/${path}`);
    assert.equal(await page.locator('.paint').count(), 0, `/${path}`);
    await context.close();
  }
});
