/**
 * Search: from a key to the frame that shows what was found, in a library of 500 protocols, for every text of
 * program/search-fixture.ts; with the network, and after a start without it. On the production build in web/dist (`npm run build` first).
 */
import { cpSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { searchesWanted } from '@nes/program/search-fixture.ts';
import { chromium, type Page } from 'playwright-core';
import { libraryProtocols } from '../../web/build/data-files.ts';
import type { Figure } from '../bench.ts';
import { findBrowser } from '../browser.ts';
import { many } from '../many-protocols.ts';
import { hostFiles } from '../static-host.ts';

const dist = resolve(import.meta.dirname, '../../web/dist');
/** People wait for nothing that comes sooner. */
const LIMIT = 100;

interface Found {
  milliseconds: number;
  /** Address of the first card. */
  first: string;
}

/** Opens the library and waits until all its cards stand there. */
async function wholeLibrary(page: Page, url: string): Promise<void> {
  await page.goto(url);
  await page.waitForFunction(
    () =>
      (
        document.querySelector('nes-app')?.shadowRoot?.querySelector('nes-library-page')?.shadowRoot ?? document
      ).querySelectorAll('.card').length >= 500,
    undefined,
    { timeout: 120_000 },
  );
}

/** Types each text as a whole into the empty field: the worst of the keys that make it. */
const type = (page: Page, texts: readonly string[]): Promise<Found[]> =>
  page.evaluate(async (wanted) => {
    const shadow = document.querySelector('nes-app')?.shadowRoot?.querySelector('nes-library-page')?.shadowRoot;
    const input = shadow?.querySelector<HTMLInputElement>('input[type=search]');
    if (!shadow || !input) throw new Error('There is no field to search in.');
    const put = async (text: string): Promise<number> => {
      const begin = performance.now();
      input.value = text;
      input.dispatchEvent(new InputEvent('input', { bubbles: true, composed: true }));
      await new Promise<void>((painted) => requestAnimationFrame(() => setTimeout(painted)));
      return performance.now() - begin;
    };
    // What searches is fetched with the first key.
    await put('x');
    await new Promise((fetched) => setTimeout(fetched, 1_000));
    const found: Found[] = [];
    for (const text of wanted) {
      await put('');
      await new Promise((rest) => setTimeout(rest, 50));
      const milliseconds = await put(text);
      found.push({ milliseconds, first: shadow.querySelector<HTMLAnchorElement>('.card a')?.pathname ?? '' });
    }
    return found;
  }, texts);

function figuresOf(name: string, found: readonly Found[], categories: ReadonlyMap<string, string>): Figure[] {
  const times = found.map(({ milliseconds }) => milliseconds).sort((a, b) => a - b);
  const at = (share: number): number => Math.round((times[Math.floor(share * (times.length - 1))] as number) * 10) / 10;
  const wrong = searchesWanted.filter(([, hit], index) => {
    const slug = found[index]?.first.split('/').at(-1)?.replace(/-\d+$/, '') ?? '';
    return slug !== hit && categories.get(slug) !== hit;
  });
  return [
    { name: `key to frame, ${name}, median`, value: at(0.5), unit: 'ms', limit: LIMIT, must: 'at most' },
    {
      name: `key to frame, ${name}, slowest of ${times.length}`,
      value: at(1),
      unit: 'ms',
      limit: LIMIT,
      must: 'at most',
    },
    {
      name: `right first, ${name}`,
      value: searchesWanted.length - wrong.length,
      unit: `of ${searchesWanted.length}`,
      limit: searchesWanted.length,
      must: 'at least',
      ...(wrong.length > 0 ? { note: wrong.map(([text]) => text).join(', ') } : {}),
    },
  ];
}

export default async function bench(): Promise<Figure[]> {
  if (!existsSync(join(dist, 'index.html'))) throw new Error('The application is not built: npm run build.');
  const library = libraryProtocols();
  const categories = new Map(library.map(({ slug, category }) => [slug, category as string]));
  const folder = mkdtempSync(join(tmpdir(), 'nes-search-'));
  cpSync(dist, folder, { recursive: true });
  writeFileSync(join(folder, 'library.json'), JSON.stringify(many(library)));
  const host = await hostFiles(folder);
  const { executablePath, args, env } = await findBrowser();
  const browser = await chromium.launch({ executablePath, args, env });
  try {
    const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, reducedMotion: 'reduce' });
    const page = await context.newPage();
    const texts = searchesWanted.map(([text]) => text);
    await wholeLibrary(page, host.url);
    const online = await type(page, texts);
    // Until the worker has everything.
    await page.evaluate(async () => {
      await navigator.serviceWorker.ready;
    });
    await context.setOffline(true);
    await wholeLibrary(page, host.url);
    const offline = await type(page, texts);
    return [...figuresOf('online', online, categories), ...figuresOf('offline', offline, categories)];
  } finally {
    await browser.close();
    await host.close();
    rmSync(folder, { recursive: true, force: true });
  }
}
