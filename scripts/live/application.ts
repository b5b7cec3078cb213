/** The built application on an API process of its own and a Chromium, for the live benches that look at whole devices. */
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';
import type { Backend } from '../../api/src/testing/backend.ts';
import { type ApiProcess, startApi } from '../../api/src/testing/process.ts';
import { findBrowser } from '../browser.ts';

const root = resolve(import.meta.dirname, '..', '..');

export interface Application {
  api: ApiProcess;
  browser: Browser;
  close(): Promise<void>;
}

/** `files` are served beside the application: their names and what is in them. */
export async function startApplication(backend: Backend, files: Record<string, string> = {}): Promise<Application> {
  const folder = mkdtempSync(join(tmpdir(), 'nes-bench-'));
  // A build that runs meanwhile must not pull the files from under the bench.
  cpSync(join(root, 'web/dist'), join(folder, 'web'), { recursive: true });
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, 'web', name), content);
  const api = await startApi(backend, {
    environment: {
      ...{ NES_DATA_DIR: folder, NES_WEB_DIR: join(folder, 'web'), RATE_LIMIT_FACTOR: '100' },
      ...{ MAX_SOCKETS_PER_ADDRESS: '1000', LOG_LEVEL: 'warn' },
    },
  });
  const { executablePath, args, env } = await findBrowser();
  const browser = await chromium.launch({ executablePath, args, env });
  return {
    api,
    browser,
    async close() {
      await browser.close();
      await api.end();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Answers what is asked before the first sound on a device. */
export async function answerQuestions(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'None of these, go on' }).click();
  await page.getByRole('button', { name: 'I am somewhere safe' }).click();
}
