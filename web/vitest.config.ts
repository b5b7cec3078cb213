import { playwright } from '@vitest/browser-playwright';
import { defineConfig } from 'vitest/config';
import { findBrowser } from '../scripts/browser.ts';
import { slimThree } from './three-plugin.ts';

const { executablePath, args, env } = await findBrowser();

/** What needs a real Chromium: elements, the worklet, rendered pixels. Everything else runs under `node --test`. */
export default defineConfig({
  root: import.meta.dirname,
  worker: { format: 'es' },
  plugins: [slimThree()],
  // Found while a test runs, a dependency would be bundled there and then, and the page reloaded under the test.
  optimizeDeps: {
    // Not bundled ahead, so that the pixels are tested with the three.js that is shipped.
    exclude: ['three'],
    include: ['lit', 'lit/decorators.js', 'axe-core', 'mediabunny', '@mediabunny/flac-encoder'],
  },
  test: {
    include: ['src/**/*.browser.test.ts'],
    passWithNoTests: false,
    testTimeout: 30_000,
    hookTimeout: 30_000,
    browser: {
      enabled: true,
      headless: true,
      screenshotFailures: false,
      // One page at a time: two cores draw by software, and the sound clock of a starved page stutters.
      fileParallelism: false,
      // No finger touches these pages. The whole flows are played by clicks, under the browser's own rule.
      provider: playwright({
        launchOptions: { executablePath, args: [...args, '--autoplay-policy=no-user-gesture-required'], env },
      }),
      instances: [{ browser: 'chromium', viewport: { width: 1280, height: 800 } }],
    },
  },
});
