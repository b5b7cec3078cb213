import { LOCALE_STATUS_EVENT } from '@lit/localize';
import { type Sentences, teller } from '@nes/program/sentences.ts';
import { language } from '../elements/format.ts';

let tell = (english: string): string => english;
let spoken = 'en';

const sentences: Record<string, () => Promise<{ default: Sentences }>> = {
  de: () => import('@nes/program/texts/de.json', { with: { type: 'json' } }),
  es: () => import('@nes/program/texts/es.json', { with: { type: 'json' } }),
  fr: () => import('@nes/program/texts/fr.json', { with: { type: 'json' } }),
};

/** From now on `told` speaks the page's language; where its sentences cannot be fetched it stays what it was. */
export async function speakOfPrograms(wanted = language): Promise<void> {
  if (spoken === wanted) return;
  try {
    tell = wanted === 'en' ? (english) => english : teller((await sentences[wanted]?.())?.default ?? {});
    spoken = wanted;
  } catch {
    // The next page that asks tries again.
  }
}

// A page that opens first is drawn before its language has come.
window.addEventListener(LOCALE_STATUS_EVENT, ({ detail }) => {
  if (detail.status === 'ready') speakOfPrograms(detail.readyLocale);
});

/** What the readers, writers and checks of programs say in English (program/texts), in the page's language. */
export const told = (english: string): string => tell(english);

/** An error of theirs, so told. */
export const toldError = (error: unknown): Error =>
  new Error(told(error instanceof Error ? error.message : String(error)));
