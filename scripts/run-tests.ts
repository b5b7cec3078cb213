/**
 * Every test by Vitest (vitest.config.ts), with closing lines that say what failed, what passed only when it was tried once more, and
 * which back ends were exercised.
 *
 * Arguments choose files by a part of their path. NES_TEST_REQUIRE="postgresql redis" makes the run fail where one of them was not used.
 * The last line is `N passed, N failed`, with `, N skipped` where some were.
 */
import { resolve } from 'node:path';
import { createVitest, type TestModule, type Vitest } from 'vitest/node';
import { findBrowser } from './browser.ts';

const root = resolve(import.meta.dirname, '..');
const chosen = process.argv.slice(2);
const started = Date.now();
const totals = { passed: 0, failed: 0, skipped: 0 };
const exercised = new Set<string>();
const flaky: string[] = [];
const failures: string[] = [];
const fail = (text: string) => {
  totals.failed++;
  failures.push(text);
};

function count(module: TestModule): void {
  const where = `${module.relativeModuleId} [${module.project.name}]`;
  for (const line of module.project.getProvidedContext().exercised ?? []) exercised.add(line);
  const before = totals.failed;
  for (const test of module.children.allTests()) {
    const { state } = test.result();
    if (state === 'passed') totals.passed++;
    else if (state === 'failed') fail(`${where}: ${test.fullName}`);
    else totals.skipped++;
    if (test.diagnostic()?.flaky) flaky.push(`${where}: ${test.fullName}`);
  }
  // A file that cannot be loaded, or whose hooks fail, may have no test that failed.
  if (module.state() === 'failed' && totals.failed === before) fail(`${where}: failed outside its tests`);
}

async function run(vitest: Vitest): Promise<void> {
  const found = await vitest.globTestSpecifications(chosen);
  const browsers = found.some(({ project }) => project.name === 'flows' || project.name === 'browser');
  if (!browsers && (chosen.length === 0 || chosen.some((part) => /flow|browser/.test(part))))
    await findBrowser().catch((error: Error) => fail(error.message));
  if (found.length === 0) return;
  const { testModules, unhandledErrors } = await vitest.start(chosen);
  testModules.forEach(count);
  for (const error of unhandledErrors) fail(`outside every test: ${(error as Error).message}`);
}

const vitest = await createVitest('test', { root, watch: false, reporters: ['default'] });
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  // Vitest would end at once; what the run has started is to be ended first, the embedded PostgreSQL above all.
  process.removeAllListeners(signal);
  process.once(signal, () => {
    vitest.close().finally(() => process.exit(130));
  });
}
try {
  await run(vitest);
} catch (error) {
  fail((error as Error).message);
} finally {
  await vitest.close();
}

for (const name of (process.env.NES_TEST_REQUIRE ?? '')
  .toLowerCase()
  .split(/[\s,]+/)
  .filter(Boolean)) {
  if (![...exercised].some((line) => line.toLowerCase().startsWith(name)))
    fail(`${name} was required, but not exercised`);
}
if (flaky.length > 0) console.log(`\n${flaky.map((line) => `Flaky (failed, then passed): ${line}`).join('\n')}`);
if (failures.length > 0) console.log(`\n${failures.map((line) => `Failed: ${line}`).join('\n')}`);
const backends = exercised.size > 0 ? [...exercised].join('; ') : 'no database';
console.log(`\nTook ${Math.round((Date.now() - started) / 1000)} s. Exercised: ${backends}.`);
const skipped = totals.skipped > 0 ? `, ${totals.skipped} skipped` : '';
console.log(`${totals.passed} passed, ${totals.failed} failed${skipped}`);
process.exitCode = totals.failed > 0 || totals.passed === 0 ? 1 : 0;
