/** A Chromium page with the product's own scenes, picture and judge on it, for scripts that capture or measure light. */
import { fileURLToPath } from 'node:url';
import { chromium, type Page } from 'playwright-core';
import { build } from 'vite';
import { findBrowser } from './browser.ts';

const entry = fileURLToPath(new URL('../web/src/visuals/capture/page.ts', import.meta.url));

export interface LightPage {
  page: Page;
  close(): Promise<void>;
}

/** Opens the page. `globalThis.light` holds `Film`, `Judge` and `sceneIds`. */
export async function openLightPage(): Promise<LightPage> {
  const code = await bundle();
  const { executablePath, args, env } = await findBrowser();
  const browser = await chromium.launch({ executablePath, args, env });
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
  page.on('pageerror', (error) => console.error(`light page: ${error.message}`));
  page.on('console', (message) => {
    if (message.type() === 'error') console.error(`light page: ${message.text()}`);
  });
  await page.setContent('<!doctype html><title>light</title><body style="margin:0;background:#000"></body>');
  await page.addScriptTag({ content: code, type: 'module' });
  await page.waitForFunction(() => 'light' in globalThis);
  return { page, close: () => browser.close() };
}

async function bundle(): Promise<string> {
  const result = await build({
    configFile: false,
    logLevel: 'error',
    build: {
      write: false,
      target: 'es2023',
      minify: false,
      lib: { entry, formats: ['es'], fileName: 'light' },
      rolldownOptions: { output: { codeSplitting: false } },
    },
  });
  const outputs = (Array.isArray(result) ? result : [result]).flatMap((one) => ('output' in one ? one.output : []));
  const chunk = outputs.find((one) => one.type === 'chunk');
  if (chunk?.type !== 'chunk') throw new Error('The light page has no code after bundling');
  return chunk.code;
}
