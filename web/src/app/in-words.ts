import { type Sentences, teller } from '@nes/program/sentences.ts';
import { language } from '../elements/format.ts';

/** What the readers of recordings, the devices and the parts below the pages say in English, by language. */
const sentences: Record<string, () => Promise<{ default: Sentences }>> = {
  de: () => import('../locales/errors/de.json', { with: { type: 'json' } }),
  es: () => import('../locales/errors/es.json', { with: { type: 'json' } }),
  fr: () => import('../locales/errors/fr.json', { with: { type: 'json' } }),
};

/** A sentence of theirs in the page's language; as it is where it is none of these, or they cannot be fetched. */
export async function inWords(english: string): Promise<string> {
  const known = await sentences[language]?.().catch(() => undefined);
  return teller(known?.default ?? {})(english);
}
