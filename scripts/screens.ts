/**
 * `npm run screens [-- WORD…]`: photographs every page of the built application into docs/screens, dark at 1440 px and
 * light at 390 px, with a real API on a database of its own and a year of sessions. With words only the pages whose
 * names contain one of them. Options for looking around: `--out DIR`, `--widths 768,2560`, `--themes dark,light`,
 * `--language de`, `--url ADDRESS` (a running application instead of the built one).
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { type BrowserContext, chromium, type Page } from 'playwright-core';
import { readLibrary } from '../prisma/library/library.ts';
import { findBrowser } from './browser.ts';
import { furnish, year } from './resident.ts';

const root = resolve(import.meta.dirname, '..');
const { values: options, positionals: words } = parseArgs({
  allowPositionals: true,
  options: {
    out: { type: 'string', default: join(root, 'docs/screens') },
    widths: { type: 'string' },
    themes: { type: 'string' },
    language: { type: 'string', default: 'en' },
    url: { type: 'string' },
    text: { type: 'string', default: '100' },
    full: { type: 'boolean', default: false },
  },
});

interface Place {
  name: string;
  path: string;
  /** What is done before the picture. */
  act?: (page: Page) => Promise<void>;
  /** A visitor who was never here, without answers and history. */
  stranger?: boolean;
}

const places: Place[] = [
  { name: 'library', path: '' },
  { name: 'first-visit', path: '', stranger: true },
  { name: 'protocol', path: 'protocols/focus' },
  {
    name: 'safety-questions',
    path: 'protocols/focus',
    stranger: true,
    act: (page) => page.locator('button.play').first().click(),
  },
  { name: 'player-ready', path: 'play/focus' },
  {
    name: 'player',
    path: 'play/meditation',
    act: async (page) => {
      await page.locator('button.begin').click();
      await page.locator('.telling').waitFor();
      for (const chapter of [2, 3]) {
        await page.keyboard.press('n');
        await page.waitForTimeout(500 * chapter);
      }
      await page
        .locator('nes-player-page .stage canvas')
        .waitFor({ timeout: 60_000 })
        .catch(() => {});
      await page.waitForTimeout(6_000);
      await page.mouse.move(300, 300);
      await page.mouse.move(320, 300);
      await page.waitForTimeout(600);
    },
  },
  {
    name: 'after',
    path: 'play/focus',
    act: async (page) => {
      await page.locator('button.begin').click();
      await page.locator('.telling').waitFor();
      // Stopped before its first sound a session leaves nothing to be asked about.
      await page.waitForTimeout(4_000);
      await page.keyboard.press('s');
      await page.locator('nes-after-panel').waitFor();
    },
  },
  { name: 'history', path: 'history' },
  { name: 'lists', path: 'lists' },
  { name: 'create', path: 'create' },
  { name: 'experiments', path: 'trials' },
  { name: 'measure', path: 'measure' },
  { name: 'recordings', path: 'recordings' },
  { name: 'privacy', path: 'privacy' },
  { name: 'embed-builder', path: 'embed-builder' },
  { name: 'progress', path: 'progress' },
  { name: 'group', path: 'group' },
  { name: 'account', path: 'account' },
  { name: 'sign-in', path: 'account', stranger: true },
  { name: 'preferences', path: 'preferences' },
  { name: 'safety', path: 'safety' },
  { name: 'evidence', path: 'evidence' },
  { name: 'editor', path: 'edit/relaxation' },
  { name: 'missing', path: 'nowhere' },
  { name: 'shortcuts', path: 'evidence', act: (page) => page.keyboard.press('?') },
];

async function signUp(page: Page, url: string): Promise<void> {
  await page.goto(`${url}account`);
  await page.locator('#tab-up').click();
  await page.locator('[name=email]').fill(options.url ? `mira.${Date.now()}@example.org` : 'mira@example.org');
  await page.locator('[name=password]').fill('a long walk by the sea');
  await page.locator('[name=displayName]').fill('Mira');
  await page.locator('[name=atLeast16]').check();
  await page.locator('#panel .primary').click();
  await page.getByText('@example.org').first().waitFor();
}

/** Until everything of this browser is on the server; then the numbers of the library are asked for anew. */
async function allSent(page: Page): Promise<void> {
  for (let tries = 0; ; tries++) {
    const left = await page.evaluate(async () => {
      const database = await new Promise<IDBDatabase>((opened) => {
        const request = indexedDB.open('nes');
        request.onsuccess = () => opened(request.result);
      });
      const work = database.transaction(['sessions', 'values'], 'readwrite');
      work.objectStore('values').delete('shelf');
      const request = work.objectStore('sessions').index('unsent').count(1);
      await new Promise<void>((done) => {
        work.oncomplete = () => done();
      });
      database.close();
      return request.result;
    });
    if (left === 0) return;
    if (tries > 300) throw new Error(`${left} sessions are still not on the server.`);
    await page.waitForTimeout(1_000);
  }
}

const freePort = (): Promise<number> =>
  new Promise((found) => {
    const server = createServer();
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => found(typeof address === 'object' && address ? address.port : 0));
    });
  });

async function serve(folder: string): Promise<{ url: string; end: () => void }> {
  if (!existsSync(join(root, 'web/dist/index.html'))) throw new Error('The application is not built: npm run build.');
  const port = await freePort();
  const child: ChildProcess = spawn(process.execPath, [join(root, 'api/src/main.ts')], {
    cwd: root,
    env: {
      ...process.env,
      NODE_ENV: 'development',
      HOST: '127.0.0.1',
      PORT: String(port),
      DATABASE_URL: '',
      REDIS_URL: '',
      NES_DATA_DIR: folder,
      NES_SECRET: 'a secret of the photographs, long enough for it',
    },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const url = `http://127.0.0.1:${port}/`;
  for (let tries = 0; ; tries++) {
    if ((await fetch(`${url}health/ready`).catch(() => null))?.ok) break;
    if (tries > 300 || child.exitCode !== null) throw new Error('The API did not start.');
    await new Promise((next) => setTimeout(next, 200));
  }
  return { url, end: () => child.kill('SIGTERM') };
}

const folder = mkdtempSync(join(tmpdir(), 'nes-screens-'));
const server = options.url ? { url: options.url, end: () => {} } : await serve(folder);
const { executablePath, args, env } = await findBrowser();
const browser = await chromium.launch({
  executablePath,
  args: [
    ...args,
    '--autoplay-policy=no-user-gesture-required',
    // The size of text that a person sets in the browser: what is written in rem follows it, style and media query.
    `--blink-settings=defaultFontSize=${(16 * Number(options.text)) / 100}`,
  ],
  env,
});
mkdirSync(options.out, { recursive: true });

const shots: [number, 'dark' | 'light'][] =
  options.widths || options.themes
    ? (options.widths ?? '390,1440')
        .split(',')
        .flatMap((width) =>
          (options.themes ?? 'dark').split(',').map((theme) => [Number(width), theme as 'dark'] as [number, 'dark']),
        )
    : [
        [1440, 'dark'],
        [390, 'light'],
      ];
const heights: Record<number, number> = { 390: 844, 768: 1024, 1440: 900, 2560: 1440 };

try {
  const wanted = places.filter(({ name }) => words.length === 0 || words.some((word) => name.includes(word)));
  const open = (): Promise<BrowserContext> =>
    browser.newContext({ baseURL: server.url, timezoneId: 'Europe/Berlin', locale: options.language });
  const resident = await open();
  const first = await resident.newPage();
  await first.goto(server.url);
  await first.locator('.card a').first().waitFor();
  await furnish(first, year(readLibrary()));
  await signUp(first, server.url);
  await allSent(first);
  await first.close();
  for (const place of wanted) {
    for (const [width, theme] of shots) {
      const context = place.stranger ? await open() : resident;
      const page = await context.newPage();
      await page.setViewportSize({ width, height: heights[width] ?? 900 });
      // The light stands still: drawn by software, it would leave no time for the picture.
      await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' });
      await page.addInitScript((language) => localStorage.setItem('nes-language', language), options.language);
      await page.goto(`${server.url}${place.path}`);
      await page.locator('nes-app main > * >> h1').first().waitFor({ state: 'attached' });
      await page.waitForTimeout(900);
      await place.act?.(page);
      await page.waitForTimeout(500);
      const file = join(options.out, `${place.name}-${theme}-${width}.png`);
      await page.screenshot({ path: file, fullPage: options.full, timeout: 180_000 });
      console.log(file);
      // A page that goes while it plays leaves a session that the next visit is offered.
      if (place.path.startsWith('play/')) {
        await page.keyboard.press('s');
        await page.waitForTimeout(800);
      }
      await page.close();
      if (place.stranger) await context.close();
    }
  }
} finally {
  await browser.close();
  server.end();
  rmSync(folder, { recursive: true, force: true });
}
