import { GraphQLError } from 'graphql';
import de from './error-texts/de.json' with { type: 'json' };
import es from './error-texts/es.json' with { type: 'json' };
import fr from './error-texts/fr.json' with { type: 'json' };
import type { Language } from './languages.ts';

/**
 * What errors say, by the English that the sources have: `{0}`, `{1}` … stand for what is put in, in the order of the English. One file a language;
 * error-texts.test.ts reads the sources and names what is missing. Codes are the same in every language.
 */
const texts: Record<Exclude<Language, 'en'>, Record<string, string>> = { de, es, fr };

interface Pattern {
  whole: RegExp;
  text: string;
}

const MARK = /\{(\d)\}/g;

/** Longer frames first: of two that fit, the one that says more. */
function patternsOf(language: Exclude<Language, 'en'>): Pattern[] {
  return Object.entries(texts[language])
    .filter(([english]) => english.includes('{0}'))
    .sort(([one], [other]) => other.length - one.length)
    .map(([english, text]) => {
      const parts = english.split(MARK).filter((_, index) => index % 2 === 0);
      const frame = parts.map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('(.+?)');
      return { whole: new RegExp(`^${frame}$`, 's'), text };
    });
}

const patterns = new Map<Language, Pattern[]>();
/** Of a longer one only its beginning would be ours. */
const LONGEST = 2_000;

/** A sentence of an error in `language`; as it is where the language has none for it. What is put in is told in the language, too. */
export function errorText(language: Language, english: string): string {
  if (language === 'en' || english.length > LONGEST) return english;
  const whole = texts[language];
  if (Object.hasOwn(whole, english)) return whole[english] as string;
  let known = patterns.get(language);
  if (!known) {
    known = patternsOf(language);
    patterns.set(language, known);
  }
  for (const { whole, text } of known) {
    const found = whole.exec(english);
    if (found) return text.replace(MARK, (_, index: string) => errorText(language, found[Number(index) + 1] ?? ''));
  }
  return english;
}

/** The same error, told in `language`. */
export function errorIn(language: Language, error: GraphQLError): GraphQLError {
  const message = errorText(language, error.message);
  if (message === error.message) return error;
  const { nodes, source, positions, path, originalError, extensions } = error;
  return new GraphQLError(message, { nodes, source, positions, path, originalError, extensions });
}
