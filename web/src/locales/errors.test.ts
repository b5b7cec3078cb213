/** What is thrown below the pages, and told by them, is there in every language. */
import assert from 'node:assert/strict';
import { globSync, readdirSync, readFileSync } from 'node:fs';
import { textOf } from '@nes/program/testing/literal-text.ts';
import { parseAst } from 'rolldown/parseAst';
import { describe, test } from 'vitest';

const folder = new URL('..', import.meta.url).pathname;

/** Told to those who write pages and experiments with our modules, or to nobody but us. */
const DEVELOPERS =
  /\.test\.ts$|(^|\/)testing\/|^(jspsych|visuals|elements|locales|data\/generated)\/|^(audio\/fft|session\/group-clock|data\/apollo)\.ts$/;
/** Caught where they are thrown; and what joins a list. */
const NO_SENTENCE = /^(no protocol|no length|, )$/;
interface Node {
  type: string;
  start: number;
  end: number;
  callee?: Node;
  key?: Node;
}

/** Every text there is, and of two words or more those in an error or in a note of a file. */
function textsOfSources() {
  const every = new Set<string>();
  const told = new Set<string>();
  for (const file of globSync('**/*.ts', { cwd: folder })) {
    if (DEVELOPERS.test(file.replaceAll('\\', '/'))) continue;
    const source = readFileSync(folder + file, 'utf8');
    const of = (node?: Node): string => (node ? source.slice(node.start, node.end) : '');
    const visit = (value: unknown, inside: boolean): void => {
      if (Array.isArray(value)) for (const one of value) visit(one, inside);
      if (value === null || typeof value !== 'object' || typeof (value as Node).type !== 'string') return;
      const node = value as Node;
      const callee = of(node.callee);
      // These are translated where they stand.
      if (callee === 'msg') return;
      const tells =
        inside ||
        (node.type === 'NewExpression' && /Error$/.test(callee)) ||
        /(^|\.)notes\.push$/.test(callee) ||
        (node.type === 'Property' && of(node.key) === 'notes');
      const text = textOf(value as Parameters<typeof textOf>[0]);
      if (text !== null) every.add(text);
      if (tells && text?.includes(' ') && !NO_SENTENCE.test(text)) told.add(text);
      for (const part of Object.values(node)) visit(part, tells);
    };
    visit(parseAst(source, { lang: 'ts' }), false);
  }
  return { every, told };
}

const marks = (text: string) => (text.match(/\{\d\}/g) ?? []).sort();
const { every, told: all } = textsOfSources();

test('the sentences are read from the sources', () => {
  assert.ok(all.size > 100, `${all.size}`);
  for (const text of ['the file is empty', 'The order of this trial lies sealed on another device.'])
    assert.ok(all.has(text), text);
});

describe.each(readdirSync(`${folder}locales/errors`))('in %s', (name) => {
  const texts = JSON.parse(readFileSync(`${folder}locales/errors/${name}`, 'utf8')) as Record<string, string>;

  test('every sentence is there, with all that is put in, and none that nobody says', () => {
    assert.deepEqual(
      [...all].filter((text) => !(text in texts)),
      [],
    );
    for (const [english, text] of Object.entries(texts)) {
      assert.deepEqual(marks(text), marks(english), english);
      assert.notEqual(text, english === '{0}: {1}' ? '' : english);
      assert.ok(every.has(english), english);
    }
  });
});
