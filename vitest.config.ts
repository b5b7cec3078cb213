/**
 * Every test, as Vitest projects that run in this order: `node` and `database` in Node, `database-real` once more on the PostgreSQL and
 * Redis that DATABASE_URL and REDIS_URL name, `browser` in Chromium, `flows` and `flows-real` whole flows in Chromium against a real API.
 */
import { globSync, readFileSync } from 'node:fs';
import { playwright } from '@vitest/browser-playwright';
import { defineConfig, type TestProjectInlineConfiguration } from 'vitest/config';
import { BrowserMissing, findBrowser } from './scripts/browser.ts';

const root = import.meta.dirname;
const asked = Boolean(process.env.DATABASE_URL || process.env.REDIS_URL);

const find = (...patterns: string[]) =>
  globSync(patterns, { cwd: root, exclude: ['**/node_modules/**'] })
    .map((file) => file.replaceAll('\\', '/'))
    .sort();

/** By itself, or through what makes a schema or a server on it. */
const usesDatabase = (file: string) =>
  /testing\/(ask|backend|server)\.ts|fuzz\/targets\.ts|from '\.\/(ask|backend|server|world)\.ts'/.test(
    readFileSync(file, 'utf8'),
  );

const inNode = find(
  ...['api/src', 'prisma', 'program', 'scripts', 'trials', 'client', 'web/build', 'web/src'].map(
    (part) => `${part}/**/*.test.ts`,
  ),
).filter((file) => !file.endsWith('.browser.test.ts'));
/** What passes only then is named as flaky in the closing lines. Projects do not inherit it. */
const retry = 1;
const flows = find('web/flows/*.flow.test.ts');
/** What these look at is the same whatever the data lies in. */
const looksOnly = /\/(axe|faults|languages|layout|spoken|taps)\.flow\.test\.ts$/;

/** Node runs the files as it runs the server: no transformation, dependencies from their own files, one process a file. */
const native: TestProjectInlineConfiguration['test'] = {
  root,
  pool: 'forks',
  environment: 'node',
  setupFiles: 'api/src/testing/worker.ts',
  experimental: { viteModuleRunner: false, nodeLoader: false },
  restoreMocks: true,
  retry,
  testTimeout: 180_000,
  hookTimeout: 180_000,
};
const embedded = { globalSetup: 'api/src/testing/embedded-server.ts' };
const real = { globalSetup: 'api/src/testing/real-servers.ts' };

async function browserProject(): Promise<TestProjectInlineConfiguration | undefined> {
  try {
    const { executablePath, args, env } = await findBrowser();
    return {
      root: 'web',
      worker: { format: 'es' },
      // Found while a test runs, a dependency would be bundled there and then, and the page reloaded under the test.
      optimizeDeps: {
        include: [
          'lit',
          'lit/decorators.js',
          'axe-core',
          'mediabunny',
          '@mediabunny/flac-encoder',
          '@mediabunny/mp3-encoder',
          '@noble/hashes/legacy.js',
          'three',
        ],
      },
      test: {
        name: 'browser',
        retry,
        include: ['src/**/*.browser.test.ts'],
        setupFiles: 'fresh-origin.ts',
        sequence: { groupOrder: 2 },
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
    };
  } catch (error) {
    // scripts/run-tests.ts counts it as a failure where such tests were asked for.
    if (error instanceof BrowserMissing) return undefined;
    throw error;
  }
}

const browser = await browserProject();
const database = inNode.filter(usesDatabase);
const projects: TestProjectInlineConfiguration[] = [
  {
    test: {
      ...native,
      name: 'node',
      include: inNode.filter((file) => !usesDatabase(file)),
      sequence: { groupOrder: 0 },
    },
  },
  { test: { ...native, ...embedded, name: 'database', include: database, sequence: { groupOrder: 0 } } },
];
if (asked)
  projects.push({
    test: { ...native, ...real, name: 'database-real', include: database, sequence: { groupOrder: 1 } },
  });
if (browser) {
  projects.push(browser, {
    test: { ...native, ...embedded, name: 'flows', include: flows, sequence: { groupOrder: 3 }, maxWorkers: 1 },
  });
  if (asked) {
    projects.push({
      test: {
        ...native,
        ...real,
        name: 'flows-real',
        include: flows.filter((file) => usesDatabase(file) && !looksOnly.test(file)),
        sequence: { groupOrder: 4 },
        maxWorkers: 1,
      },
    });
  }
}

export default defineConfig({
  test: {
    projects,
    maxWorkers: 2,
    slowTestThreshold: 10_000,
    experimental: { viteModuleRunner: false, nodeLoader: false },
  },
});
