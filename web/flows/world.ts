/** What a whole flow needs: an API process of its own, browsers, and a look into the database. */
import { cpSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { type Browser, type BrowserContext, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { type Backend, useBackend } from '../../api/src/testing/backend.ts';
import { startApi } from '../../api/src/testing/process.ts';
import { findBrowser } from '../../scripts/browser.ts';

const root = resolve(import.meta.dirname, '..', '..');

export interface World {
  /** Where the application is served. */
  url: string;
  /** The folder that the application's files are served from, the world's own copy. */
  web: string;
  backend: Backend;
  /** Rows of a query, as PostgreSQL gives them. */
  // biome-ignore lint/suspicious/noExplicitAny: rows are looked at, not typed, in tests
  rows(sql: string, ...values: unknown[]): Promise<any[]>;
  /** A new person at a new browser. What the page complains about is collected in `complaints`. */
  visit(options?: BrowserContextOptions): Promise<{ page: Page; context: BrowserContext; complaints: string[] }>;
  /** Ends the API process as a power cut would. */
  kill(): Promise<void>;
  /** Starts it again on the same port and database. */
  start(): Promise<void>;
  close(): Promise<void>;
}

export async function openWorld(): Promise<World> {
  if (!existsSync(join(root, 'web/dist/index.html'))) throw new Error('The application is not built: npm run build.');
  const backend = await useBackend();
  const folder = mkdtempSync(join(tmpdir(), 'nes-flow-'));
  // A build that runs meanwhile must not pull the files from under the test.
  cpSync(join(root, 'web/dist'), join(folder, 'web'), { recursive: true });
  const { executablePath, args, env } = await findBrowser();
  const browser: Browser = await chromium.launch({
    executablePath,
    args: [...args, '--autoplay-policy=user-gesture-required'],
    env,
  });
  const api = await startApi(backend, {
    // All visitors of a flow come from one address.
    environment: { NES_DATA_DIR: folder, NES_WEB_DIR: join(folder, 'web'), RATE_LIMIT_FACTOR: '10' },
  });
  return {
    url: api.url,
    web: join(folder, 'web'),
    backend,
    rows: async (sql, ...values) => (await backend.database.pool.query(sql, values)).rows,
    async visit(options) {
      // A still picture: drawing by software would take the processor from everything that is looked at here.
      const context = await browser.newContext({
        baseURL: api.url,
        viewport: { width: 1280, height: 800 },
        reducedMotion: 'reduce',
        ...options,
      });
      const page = await context.newPage();
      page.setDefaultTimeout(30_000);
      const complaints: string[] = [];
      page.on('pageerror', (error) => complaints.push(error.message));
      page.on('console', (message) => {
        if (message.type() === 'error') complaints.push(message.text());
      });
      return { page, context, complaints };
    },
    kill: () => api.end('SIGKILL'),
    start: api.start,
    async close() {
      await browser.close();
      await api.end();
      await backend.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** An address that nobody has yet: a test that is tried again begins with a person of its own. */
export const newAddress = (name: string): string => `${name}-${crypto.randomUUID().slice(0, 8)}@example.org`;

/** Signs up or in on the account page, which is open, and waits until the account is there. */
export async function sign(page: Page, how: 'Sign up' | 'Sign in', email: string): Promise<void> {
  await page.getByRole('tab', { name: how }).click();
  await page.getByLabel('E-mail').fill(email);
  await page.getByLabel('Password').fill('a long walk by the sea');
  if (how === 'Sign up') await page.getByLabel('I am 16 or older').check();
  await page.locator('form').getByRole('button', { name: how, exact: true }).click();
  await page.getByText(email).first().waitFor();
}

/** Waits until something holds, asking five times a second for at most `seconds`. Returns what was found. */
export async function until<T>(what: string, look: () => Promise<T>, seconds = 45): Promise<NonNullable<T>> {
  const end = Date.now() + seconds * 1000;
  for (;;) {
    const found = await look();
    if (found) return found as NonNullable<T>;
    if (Date.now() > end) throw new Error(`Waited ${seconds} s in vain until ${what}.`);
    await new Promise((next) => setTimeout(next, 200));
  }
}
