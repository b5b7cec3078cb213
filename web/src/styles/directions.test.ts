import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { test } from 'vitest';

// Pages read from right to left are the same pages mirrored: styles say start and end. Where left and right themselves are meant, a
// comment on the line or above it begins with "physical:" and says why.

const web = resolve(import.meta.dirname, '..', '..');
const sides = new RegExp(
  [
    String.raw`\b(?:margin|padding|border|scroll-margin|scroll-padding)-(?:left|right)\b`,
    String.raw`\bborder-(?:top|bottom)-(?:left|right)-radius\b`,
    String.raw`\b(?:text-align|float|clear):\s*(?:left|right)\b`,
    String.raw`^\s*(?:left|right):[^,]*;$`,
    String.raw`[;"\`] *(?:left|right): *\$`,
  ].join('|'),
);
const four =
  /\b(margin|padding|inset|border-width|border-color|border-style|border-radius|scroll-padding):\s*([^;{}]+);/g;

/** The values of a shorthand, split at its outermost spaces. */
function values(text: string): string[] {
  const found: string[] = [];
  let depth = 0;
  let one = '';
  for (const letter of `${text.trim()} `) {
    if (letter === '(') depth++;
    if (letter === ')') depth--;
    if (/\s/.test(letter) && depth === 0) {
      if (one) found.push(one);
      one = '';
    } else one += letter;
  }
  return found;
}

/** The styles of a module, at their lines; what is around them is blank. Styles of one element stand in quotes after `style`. */
function stylesOf(module: string): string {
  let from = 0;
  let out = '';
  for (const match of module.matchAll(/css`[^`]*`|style=\$?\{?["'`][^"'`]*["'`]/g)) {
    out += module.slice(from, match.index).replace(/[^\n]/g, '') + match[0];
    from = match.index + match[0].length;
  }
  return out + module.slice(from).replace(/[^\n]/g, '');
}

/** Lines of styles that tell left from right without a reason. */
function physical(source: string): string[] {
  const lines = source.split('\n');
  const excused = (at: number): boolean => /physical: \S/.test(`${lines[at - 1] ?? ''}${lines[at] ?? ''}`);
  const found = lines.flatMap((line, at) => (sides.test(line) && !excused(at) ? [`${at + 1}: ${line.trim()}`] : []));
  for (const match of source.matchAll(four)) {
    const [top, right, bottom, left] = values(match[2] as string);
    // The corners of a radius go round: top left, top right, bottom right, bottom left.
    const same = match[1] === 'border-radius' ? top === right && bottom === left : right === left;
    const at = source.slice(0, match.index).split('\n').length - 1;
    if (left !== undefined && !same && !excused(at)) found.push(`${at + 1}: ${match[0].trim()}`);
  }
  return found;
}

test('a side without a reason is found, one with a reason is not', () => {
  for (const line of [
    'margin-left: 1px;',
    'padding: 0 1px 0 2px;',
    'text-align: right;',
    'left: 0;',
    'inset: 0 auto 0 0;',
    'border-radius: 4px 0 0 4px;',
    stylesOf(['html`<p .style=$', '{`left: $', '{share}%`}></p>`'].join('')),
  ])
    assert.equal(physical(line).length, 1, line);
  for (const line of [
    'margin-inline-start: 1px;',
    'padding: 0 1px;',
    'padding: 1px max(2px, 3vw) 0 max(2px, 3vw);',
    'text-align: start;',
    '/* physical: the left ear */\nleft: 0;',
    stylesOf('interface Ears {\n  left: number;\n}'),
  ])
    assert.deepEqual(physical(line), [], line);
});

test('styles say start and end, not left and right', () => {
  const files = globSync(['src/**/*.{ts,css}', 'embed/**/*.{html,css,ts}', 'index.html'], { cwd: web }).filter(
    (file) => !/\.test\.ts$|generated|locales/.test(file),
  );
  assert.ok(files.length > 100, 'the sources are found');
  assert.deepEqual(
    files.flatMap((file) => {
      const source = readFileSync(resolve(web, file), 'utf8');
      return physical(file.endsWith('.ts') ? stylesOf(source) : source).map((line) => `${file}:${line}`);
    }),
    [],
  );
});
