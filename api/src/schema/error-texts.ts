import { type Sentences, teller } from '@nes/program/sentences.ts';
import programDe from '@nes/program/texts/de.json' with { type: 'json' };
import programEs from '@nes/program/texts/es.json' with { type: 'json' };
import programFr from '@nes/program/texts/fr.json' with { type: 'json' };
import { GraphQLError } from 'graphql';
import de from './error-texts/de.json' with { type: 'json' };
import es from './error-texts/es.json' with { type: 'json' };
import fr from './error-texts/fr.json' with { type: 'json' };
import type { Language } from './languages.ts';

/**
 * What errors say, by the English that the sources have (program/sentences.ts). One file a language; error-texts.test.ts reads the sources and names what is missing.
 * What is wrong with a program stands in program/texts. Codes are the same in every language.
 */
const texts: Record<Exclude<Language, 'en'>, Sentences> = {
  de: { ...programDe, ...de },
  es: { ...programEs, ...es },
  fr: { ...programFr, ...fr },
};

const tellers = new Map<Language, (english: string) => string>();

/** A sentence of an error in `language`; as it is where the language has none for it. What is put in is told in the language, too. */
export function errorText(language: Language, english: string): string {
  if (language === 'en') return english;
  let tell = tellers.get(language);
  if (!tell) {
    tell = teller(texts[language]);
    tellers.set(language, tell);
  }
  return tell(english);
}

/** The same error, told in `language`. */
export function errorIn(language: Language, error: GraphQLError): GraphQLError {
  const message = errorText(language, error.message);
  if (message === error.message) return error;
  const { nodes, source, positions, path, originalError, extensions } = error;
  return new GraphQLError(message, { nodes, source, positions, path, originalError, extensions });
}
