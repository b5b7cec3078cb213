import { configureLocalization } from '@lit/localize';
import { setFormatLanguage } from './format.ts';

/** What the product speaks. */
export const spoken = ['en', 'es', 'fr', 'de'] as const;

const { setLocale, getLocale } = configureLocalization({
  sourceLocale: 'en',
  targetLocales: ['es', 'fr', 'de'],
  loadLocale: (locale) => {
    switch (locale) {
      case 'es':
        return import('../locales/es.ts');
      case 'fr':
        return import('../locales/fr.ts');
      default:
        return import('../locales/de.ts');
    }
  },
});

/** The first of these language tags that is spoken, as a code of two letters. */
export const firstSpoken = (tags: readonly string[]): string =>
  tags.map((tag) => tag.slice(0, 2).toLowerCase()).find((code) => spoken.some((one) => one === code)) ?? 'en';

/**
 * Words and numbers in the language `code`; of several that are asked for at once, in the last. False: its strings cannot be fetched, or another was asked
 * for meanwhile; the present ones stay.
 */
export async function speakIn(code: string): Promise<boolean> {
  try {
    // Also where it is the present one: another may be on its way.
    await setLocale(code);
  } catch {
    return false;
  }
  if (code !== getLocale()) return false;
  setFormatLanguage(code);
  return true;
}
