import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'vitest';
import { BIBLIOGRAPHY } from './bibliography.ts';
import { controlText } from './control.ts';
import { readLibrary } from './library.ts';
import { libraryLanguages, libraryText, sourceTexts, textsOf } from './texts.ts';

const entries = readLibrary();
const units = [...new Set([...entries.flatMap(textsOf), ...Object.values(BIBLIOGRAPHY).flatMap(sourceTexts)])];

/** Words that a language has as English has them: names, or the same word. */
const SAME: Record<string, string[]> = {
  de: ['Meditation', 'Modulation', 'Beat', 'Still', 'Start', 'binaural', 'monaural'],
  es: ['beta', 'binaural', 'delta', 'gamma', 'ideas', 'theta'],
  fr: ['Six', 'alpha', 'binaural', 'delta', 'gamma', 'long', 'monaural'],
};

/** Words that only an English sentence has. */
const ENGLISH = /(?<!\p{L})(the|with|and|you|your|were|that|this|from|than|which|people)(?!\p{L})/iu;

const numbersOf = (text: string): string[] =>
  (text.match(/\d+(?:[.,]\d+)?/g) ?? []).map((number) => number.replace(',', '.')).sort();

test('the languages are the files', () => {
  assert.deepEqual(libraryLanguages, ['de', 'es', 'fr']);
  assert.equal(libraryText('it', 'Focus'), 'Focus');
  assert.equal(libraryText('en', 'Focus'), 'Focus');
});

describe.each([...libraryLanguages])('%s', (language) => {
  const file = JSON.parse(readFileSync(`${import.meta.dirname}/texts/${language}.json`, 'utf8')) as Record<
    string,
    string
  >;

  test('every text of the library is there, and none is English', () => {
    assert.ok(units.length > 700, `${units.length}`);
    const untold = units.filter((unit) => libraryText(language, unit) === unit);
    assert.deepEqual(
      untold.filter((unit) => !/^Schumann/.test(unit)).sort(),
      SAME[language]?.filter((unit) => units.includes(unit)).sort(),
    );
    for (const unit of units) {
      const text = libraryText(language, unit);
      assert.doesNotMatch(text, ENGLISH, text);
      assert.doesNotMatch(text, /\{title\}/);
    }
  });

  test('nothing stands there that the library does not say', () => {
    const titles = entries.map(({ title }) => title);
    const said = new Set(units);
    for (const english of Object.keys(file)) {
      const found = english.includes('{title}')
        ? titles.some((title) => said.has(controlText(english, title)))
        : said.has(english);
      assert.ok(found, english);
    }
  });

  test('no number is lost or added', () => {
    for (const [english, text] of Object.entries(file)) {
      // “0.25”, spelled-out numbers and the ones of “one ear” are words; digits are digits in every language.
      assert.deepEqual(numbersOf(text), numbersOf(english), text);
    }
  });

  test('a title is one, whatever else has its name', () => {
    const titles = entries.map(({ title }) => libraryText(language, title));
    assert.equal(new Set(titles).size, titles.length);
    for (const title of titles) assert.ok(title.length <= 60, title);
  });

  test('a summary is one sentence of at most 180 characters, and paragraphs stay', () => {
    for (const entry of entries) {
      const summary = libraryText(language, entry.summary);
      assert.ok(summary.endsWith('.') && summary.length <= 180, summary);
      assert.equal(
        libraryText(language, entry.description).split('\n\n').length,
        entry.description.split('\n\n').length,
        entry.slug,
      );
    }
  });

  test('nothing is claimed that English does not claim', () => {
    for (const unit of units) {
      assert.doesNotMatch(
        libraryText(language, unit),
        /\b(heilt|garantiert|bewiesen|guérit|garanti|prouvé|cura|garantiza|demostrado que ayuda)\b/i,
      );
    }
  });
});

test('French has a narrow no-break space before high punctuation and inside its quotation marks', () => {
  for (const unit of units)
    assert.doesNotMatch(libraryText('fr', unit), /[^\u202f][;?!»]|[^\u202f\d]:|«[^\u202f]| %/, unit);
});

test('German and Spanish have their own quotation marks', () => {
  for (const unit of units) {
    assert.doesNotMatch(libraryText('de', unit), /["”»«]|“[^\s,.;:!?)]/, unit);
    assert.doesNotMatch(libraryText('es', unit), /["“”„]/, unit);
  }
});
