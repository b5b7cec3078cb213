/** Figures of hosts grow old: each one in docs/HOSTING*.md and docs/SCALING.md says where and when it was read, measured or counted. */
import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { test } from 'vitest';

const root = resolve(import.meta.dirname, '..');

const MONTH = '(?:January|February|March|April|May|June|July|August|September|October|November|December)';
const DATE = new RegExp(`\\b${MONTH} 20\\d\\d\\b`);
/** A page, a command, a file of this repository, the brief, a sum that stands there, or what was tried by hand. */
const SOURCE =
  /\b[\w-]+\.(?:com|io|org|dev)\/|`npm run |`(?:api|docs|scripts)\/|project brief|arithmetic|[Tt]ried by hand/;

/** Rows of tables and paragraphs with a digit that name no source or no date. Headings, and what only refers elsewhere, have none to name. */
function without(markdown: string): string[] {
  const blocks = markdown
    .split('\n\n')
    .flatMap((block) => (block.startsWith('|') ? block.split('\n').slice(2) : [block]));
  return blocks.filter((block) => {
    const text = block.replace(/\]\([^)]*\)/g, ']');
    return !text.startsWith('#') && /\d/.test(text.replace(DATE, '')) && !(DATE.test(text) && SOURCE.test(text));
  });
}

for (const file of globSync(['docs/HOSTING*.md', 'docs/SCALING.md'], { cwd: root }).sort()) {
  test(`${file}: every figure has its source and date`, () => {
    assert.deepEqual(without(readFileSync(join(root, file), 'utf8')), []);
  });
}

test('a figure without source, or without date, is found', () => {
  const row = (read: string) => `| host | gives | read |\n|---|---|---|\n| A | 5 GB | ${read} |`;
  assert.equal(without(row('a.com/plans, 3 May 2026')).length, 0);
  assert.equal(without(row('a.com/plans')).length, 1);
  assert.equal(without(row('3 May 2026')).length, 1);
  assert.equal(without('It costs 5 USD a month.').length, 1);
  assert.equal(without('It costs nothing.').length, 0);
});
