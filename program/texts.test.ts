/** What the importers, the exporters and the checks say to people is there in every language. */
import assert from 'node:assert/strict';
import { globSync, readdirSync, readFileSync } from 'node:fs';
import { parseAst } from 'rolldown/parseAst';
import { describe, test } from 'vitest';
import { checkProgram, type ProgramError } from './check.ts';
import { importSbg } from './import/sbg.ts';
import { teller } from './sentences.ts';
import { type Node, textOf } from './testing/literal-text.ts';

const folder = import.meta.dirname;
const languages = readdirSync(`${folder}/texts`).map((name) => name.slice(0, -'.json'.length));

/** What is no sentence for people: parts of files, words to search by, descriptions of the schema; names that an importer gives. */
const ELSEWHERE = /(\.test|search|search-fixture|random-files|kinds|kind-schemas|hed)\.ts$/;
const NO_SENTENCE =
  /^<|^-p (slide|drop) [t{]|^\{0\}: where left and right volume change by different shares$|^\{0\}, (points are|level and)|^(noise|Channel|Track) \{0\} |^\{0\} to \{1\} s$|^ and $|^\{0\} (noise|ramp|steps)$|^\{0\}, \{1\} (ear|tone)$/;
/** Sentences that are made of two. */
const WHOLE: Record<string, string[]> = {
  ' (and {0} more)': ['{0}: expected {1}, got {2} (and {3} more)'],
  '{0}: expected {1}, got {2}{3}': ['{0}: expected {1}, got {2}'],
  '{0}line {1}, column {2}: {3}. Expected {4}.': [
    'line {0}, column {1}: {2}. Expected {3}.',
    '{0}: line {1}, column {2}: {3}. Expected {4}.',
  ],
};

/** Sentences by where they stand: every text of two words or more. */
function sentences(): string[] {
  const found = new Set<string>();
  for (const file of globSync('**/*.ts', { cwd: folder })) {
    if (ELSEWHERE.test(file)) continue;
    const visit = (value: unknown): void => {
      if (Array.isArray(value)) value.forEach(visit);
      if (value === null || typeof value !== 'object' || typeof (value as Node).type !== 'string') return;
      const text = textOf(value as Node);
      if (text !== null && / /.test(text) && /(^|[ {}])[a-z]{2,}( |\.?$)/.test(text) && !NO_SENTENCE.test(text))
        found.add(text);
      Object.values(value as Node).forEach(visit);
    };
    visit(parseAst(readFileSync(`${folder}/${file}`, 'utf8'), { lang: 'ts' }));
  }
  return [...found];
}

const marks = (text: string) => (text.match(/\{\d\}/g) ?? []).sort();

describe.each(languages)('in %s', (language) => {
  const texts = JSON.parse(readFileSync(`${folder}/texts/${language}.json`, 'utf8')) as Record<string, string>;
  const tell = teller(texts);

  test('every sentence is there, with all that is put in', () => {
    const all = sentences();
    assert.ok(all.length > 250, `${all.length}`);
    assert.deepEqual(
      all
        .flatMap((text) => WHOLE[text] ?? text)
        .filter((text) => !(text in texts) && !/^(Voice|Phase|Session)/.test(text)),
      [],
    );
    for (const [english, text] of Object.entries(texts)) assert.deepEqual(marks(text), marks(english), english);
  });

  test('notes and faults of real files are told, and nothing English stays', () => {
    const english = /\b(the|is|are|not|and|with|of|expected|line|left out)\b/i;
    const { notes } = importSbg(
      '-SE -I d=0.3\n-c 1=2\nts: 300@8/20 mix/40\noff: -\n00:00 off\n00:01 ts ->\n00:05 ts\n00:09 off\n',
    );
    assert.ok(notes.length > 0);
    const said = notes.map(({ message }) => message);
    for (const wrong of ['-SE\nts: zzz\n', '00:00 nobody\n', 'ts: 200+10/20\nNOW ts\n00:99 ts\n']) {
      try {
        importSbg(wrong);
      } catch (error) {
        said.push((error as Error).message);
      }
    }
    assert.throws(
      () => checkProgram({ durationSeconds: 60.5, voices: [{ kind: 'X' }], loop: 1.5 }),
      (error: ProgramError) => {
        said.push(...error.issues.map(({ expected }) => expected));
        return true;
      },
    );
    for (const text of said) assert.doesNotMatch(tell(text).replace(/"[^"]*"/g, ''), english, `${text}: ${tell(text)}`);
  });
});
