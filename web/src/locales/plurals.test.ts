/** Every count that is shown, with 0, 1, 2, 5 and 21 of it, in every language. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { describe, test } from 'vitest';
import { isOne, setFormatLanguage } from '../elements/format.ts';

const languages = ['en', 'de', 'fr', 'es'] as const;
const counts = [0, 1, 2, 5, 21];

/** Texts by their English, with `{0}`, `{1}` … for what is put in. */
function textsOf(language: 'de' | 'fr' | 'es'): Map<string, string> {
  const file = readFileSync(new URL(`./xliff/${language}.xlf`, import.meta.url), 'utf8');
  const marked = (text: string) => text.replace(/<x id="(\d+)"[^>]*\/>/g, '{$1}');
  return new Map(
    [...file.matchAll(/<source>(.*?)<\/source>\s*<target>(.*?)<\/target>/gs)].map(([, source = '', target = '']) => [
      marked(source),
      marked(target),
    ]),
  );
}

const told = { de: textsOf('de'), fr: textsOf('fr'), es: textsOf('es') };
const english = [...told.de.keys()];
const inLanguage = (language: (typeof languages)[number], source: string): string =>
  language === 'en' ? source : (told[language].get(source) ?? '');

/** What is said of many, with what is said of one where there is such a text. */
const COUNTED = /\{(\d)\} (people|(?!(?:is|has|ms|shows|plays|begins|comes|invites)\b)[a-z]+s)\b/;
const many = english.filter((text) => COUNTED.test(text));
/** What says less of one. */
const SHORTER: Record<string, string> = {
  'Heard on {0} days, {1} in all, {2} on such a day.': 'Heard on {0} day, {1}.',
};
const singular = (text: string): string | undefined => {
  const one =
    SHORTER[text] ??
    text.replace(COUNTED, (_, at, noun) => `{${at}} ${noun === 'people' ? 'person' : noun.slice(0, -1)}`);
  return english.includes(one) ? one : undefined;
};
const pairs = many.flatMap((text) => {
  const one = singular(text);
  return one ? [[one, text] as const] : [];
});

/** Counts that are never 0 or 1, or are measured and have decimals. */
const NEVER_ONE: Record<string, string> = {
  'Stops in {0} minutes': 'one of the timer’s steps',
  '{0} changed by {1} on average; it rose in {2} of {3} sessions.': 'of three sessions or more',
  '{0} on average over {1} sessions, likely between {2} and {3}.': 'of three sessions or more',
  '{0} sessions are too few to find even a very large effect four times in five.': 'a trial has more',
  '{0} sessions find an effect of {1} standard deviations four times in five.': 'a trial has more',
  '{0} of {1} sessions': 'a trial has more',
  'Stopped early at {0} of {1} sessions': 'a trial has more',
  'Stopped early at {0} of {1} sessions. A trial that ends when somebody likes its course says less than it seems to.':
    'a trial has more',
  '{0} points of 100': 'a mean',
  '{0} answers a second': 'a mean',
  '{0} people, {1} milliseconds apart at most.': 'of two or more',
  '{0} people tried this blinded for “{1}” and agreed to be counted. On the mean the beat changed it by {2} standard deviations ({3}); above zero it helped.':
    'told from ten people on',
  'First {0} of {1} differences': 'more than are listed',
  '{0} pulses of a {1} tone': 'a frequency',
  '{0} pulses of a {1} tone that change ears': 'a frequency',
  'A list holds at most {0} programs. Put the next ones into another list.': 'the limit',
  'At most {0} lists are kept. Delete one first.': 'the limit',
  'A plan holds at most {0} times. Take one out first.': 'the limit',
  'It carries {0} signals for light glasses.': 'a frequency',
};
/** Nouns that one and many share. */
const ALIKE: Record<string, RegExp> = { en: /^$/, de: /^$/, fr: /\bvoix\b/, es: /^$/ };

test('whatever is counted has a text for one, or is never one', () => {
  assert.ok(pairs.length >= 15, `${pairs.length} pairs`);
  assert.deepEqual(
    many.filter((text) => !singular(text) && !(text in NEVER_ONE)),
    [],
  );
  assert.deepEqual(
    Object.keys(NEVER_ONE).filter((text) => !many.includes(text)),
    [],
  );
});

describe.each(languages)('in %s', (language) => {
  test('the rule is that of Intl, for any count', () => {
    setFormatLanguage(language);
    const rules = new Intl.PluralRules(language);
    for (let count = 0; count <= 10_000; count++)
      assert.equal(isOne(count), rules.select(count) === 'one', `${count}`);
  });

  test.each(pairs)('%s | %s', (one, text) => {
    setFormatLanguage(language);
    const at = (COUNTED.exec(text) as RegExpExecArray)[1] as string;
    const said = counts.map((count) =>
      inLanguage(language, isOne(count) ? one : text)
        .replace(`{${at}}`, String(count))
        .replace(/\{\d\}/g, '…'),
    );
    const rules = new Intl.PluralRules(language);
    // Each has its number, and the word that goes with it: what is said of two but for the number is said of 5 and 21, and of 0 where it is plural.
    for (const [index, count] of counts.entries()) {
      assert.match(said[index] as string, new RegExp(`(?<!\\d)${count}(?!\\d)`));
      const bare = (said[index] as string).replace(String(count), '#');
      const two = (said[2] as string).replace('2', '#');
      if (rules.select(count) === 'other') assert.equal(bare, two, `${count}`);
      else if (!(ALIKE[language] as RegExp).test(bare)) assert.notEqual(bare, two, `${count}`);
    }
  });
});

test('nothing beside the one rule decides between one and many', () => {
  const shown = /=== 1\s*\?\s*msg\((?:str)?`?[^)]*\)\s*:\s*msg\(str/;
  for (const file of sources()) assert.doesNotMatch(readFileSync(file, 'utf8'), shown, file.pathname);
});

function sources(): URL[] {
  return readdirSync(new URL('..', import.meta.url), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts') && !name.startsWith('locales'))
    .map((name) => new URL(`../${name.replaceAll('\\', '/')}`, import.meta.url));
}
