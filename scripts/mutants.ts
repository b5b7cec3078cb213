/**
 * `npm run mutants -- AREA [FILE…]`: StrykerJS makes one small change after another in the code that an area stands on, and runs the area's tests on each: a change
 * that no test notices is a guard that nothing holds. Without a name it lists the areas. Words after it choose files by a part of their path.
 *
 * Standard output is a table of the files, and every change that survived with the reason from scripts/mutants/survivors.ts. The command fails where the score
 * is below 85 %, or the reason of a survivor is missing.
 */
import { readFileSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import type { MutantResult } from '@stryker-mutator/api/core';
import { Stryker } from '@stryker-mutator/core';
import { survivors } from './mutants/survivors.ts';

const LEAST = 85;

/** What is changed, each file with the quick tests that look at it. */
const AREAS: Record<string, Record<string, string[]>> = {
  rights: {
    'api/src/schema/can.ts': ['api/src/schema/can.test.ts'],
    'api/src/protocols/rights.ts': ['api/src/protocols/rights.test.ts'],
  },
  limits: {
    'api/src/http/document-limits.ts': ['api/src/http/document-limits.test.ts'],
    'api/src/http/plugins/limits.ts': ['api/src/http/plugins/limits.test.ts'],
    'api/src/schema/costs.ts': ['api/src/http/plugins/limits.test.ts'],
    'api/src/http/admission.ts': ['api/src/http/admission.test.ts'],
    'api/src/accounts/limits.ts': ['api/src/accounts/limits.test.ts'],
    'api/src/sessions/limits.ts': ['api/src/sessions/limits.test.ts'],
  },
  cache: {
    'api/src/http/answer-cache.ts': ['api/src/http/answer-cache.test.ts'],
    'api/src/http/plugins/public-cache.ts': ['api/src/http/plugins/public-cache.test.ts'],
  },
  tokens: {
    'api/src/accounts/tokens.ts': ['api/src/accounts/tokens.test.ts'],
    'api/src/accounts/refresh-tokens.ts': ['api/src/accounts/refresh-tokens.test.ts'],
    'api/src/accounts/secrets.ts': ['api/src/accounts/secrets.test.ts'],
  },
  transitions: { 'api/src/sessions/transition.ts': ['api/src/sessions/transition.test.ts'] },
  'program-check': { 'program/check.ts': ['program/check.test.ts'] },
  governor: { 'web/src/visuals/governor.ts': ['web/src/visuals/light.browser.test.ts'] },
};

const root = resolve(import.meta.dirname, '..');
const [name = '', ...parts] = process.argv.slice(2);
const area = AREAS[name];
if (!area) {
  process.stderr.write(`Usage: npm run mutants -- AREA [FILE…]\nAreas: ${Object.keys(AREAS).join(', ')}\n`);
  process.exit(64);
}
const chosen = Object.entries(area).filter(([file]) => parts.length === 0 || parts.some((part) => file.includes(part)));
const files = chosen.map(([file]) => file);

process.chdir(root);
process.env.NES_MUTANTS_TESTS = JSON.stringify(chosen.flatMap(([, tests]) => tests));
const results = await new Stryker({
  mutate: files,
  testRunner: 'vitest',
  plugins: ['@stryker-mutator/vitest-runner'],
  vitest: { configFile: 'scripts/mutants/vitest.config.ts', related: false, pool: 'forks' },
  // A change that makes a loop endless counts as noticed; a busy machine is not one.
  timeoutMS: 60_000,
  timeoutFactor: 4,
  dryRunTimeoutMinutes: 15,
  concurrency: 1,
  reporters: process.stderr.isTTY ? ['progress'] : [],
  ignorePatterns: ['.data', '.wireit', '**/dist', 'docs/screens'],
  // It would be rewritten with TypeScript's old interface, which version 7 has no more; the sandbox needs no change of it.
  tsconfigFile: 'none.json',
  allowConsoleColors: false,
  logLevel: 'error' as never,
}).runMutationTest();

/** The text of the source that a change replaced, on one line. */
function codeOf({ fileName, location: { start, end } }: MutantResult): string {
  const lines = readFileSync(fileName, 'utf8')
    .split('\n')
    .slice(start.line - 1, end.line);
  lines[lines.length - 1] = lines.at(-1)?.slice(0, end.column - 1) ?? '';
  lines[0] = lines[0]?.slice(start.column - 1) ?? '';
  return lines.join(' ').replaceAll(/\s+/g, ' ');
}

const NOTICED = ['Killed', 'Timeout'];
const scoreOf = (some: readonly MutantResult[]) =>
  (100 * some.filter(({ status }) => NOTICED.includes(status)).length) / Math.max(some.length, 1);
const counted = results.filter(({ status }) => [...NOTICED, 'Survived', 'NoCoverage'].includes(status));
const told = counted.filter(({ status }) => !NOTICED.includes(status));
let unexplained = 0;

console.log(`| ${name} | changes | noticed | survived | score |\n|---|---|---|---|---|`);
for (const file of [...files, '']) {
  const some = counted.filter(({ fileName }) => file === '' || relative(root, fileName).replaceAll('\\', '/') === file);
  const survived = some.filter((one) => told.includes(one)).length;
  console.log(
    `| ${file || 'all'} | ${some.length} | ${some.length - survived} | ${survived} | ${scoreOf(some).toFixed(1)} % |`,
  );
}
for (const one of told) {
  const file = relative(root, one.fileName).replaceAll('\\', '/');
  const code = codeOf(one);
  const becomes = one.replacement?.replaceAll(/\s+/g, ' ') ?? '';
  const known = survivors.find((entry) => entry.file === file && entry.code === code && entry.becomes === becomes);
  if (!known) unexplained++;
  console.log(
    `\n${file}:${one.location.start.line}\n  ${code}\n  → ${becomes}\n  ${known?.why ?? 'NO REASON IS GIVEN'}`,
  );
}
const other = results.length - counted.length;
if (other > 0) console.log(`\n${other} changes that do not load were left out.`);
if (scoreOf(counted) < LEAST || unexplained > 0) {
  console.log(`\n${scoreOf(counted).toFixed(1)} % (at least ${LEAST} % is asked), ${unexplained} without a reason.`);
  process.exitCode = 1;
}
