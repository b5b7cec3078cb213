/** A Chromium page on a development server of `web/`, for measurements that need the real modules and a secure origin. */
import { join } from 'node:path';
import { chromium, type Page } from 'playwright-core';
import { createServer } from 'vite';
import { findBrowser } from './browser.ts';

const root = join(import.meta.dirname, '..');

/** Modules are imported in the page as `${location.origin}/src/…`. The page has been clicked, so sound may play. */
export async function withServedPage<T>(use: (page: Page) => Promise<T>): Promise<T> {
  const server = await createServer({
    root: join(root, 'web'),
    configFile: false,
    logLevel: 'error',
    worker: { format: 'es' },
    cacheDir: join(root, 'node_modules/.cache/bench'),
    // What is measured has next to no dependencies; the application's own need not be looked at.
    optimizeDeps: { noDiscovery: true },
    server: { port: 0, host: '127.0.0.1', watch: null, hmr: false },
    // Really served: what a test tool makes up is of no address, and may not reach a server on this machine.
    plugins: [
      {
        name: 'nes-bench-page',
        configureServer: ({ middlewares }) => {
          middlewares.use('/bench', (_, response) => {
            response.setHeader('content-type', 'text/html');
            response.end('<!doctype html><title>bench</title><body>bench');
          });
        },
      },
    ],
  });
  await server.listen();
  const { executablePath, args, env } = await findBrowser();
  const browser = await chromium.launch({ executablePath, args, env });
  try {
    const page = await browser.newPage();
    const address = server.resolvedUrls?.local[0] ?? '';
    await page.goto(`${address}bench`);
    // Sound needs a touch.
    await page.mouse.click(20, 20);
    return await use(page);
  } finally {
    await browser.close();
    await server.close();
  }
}
