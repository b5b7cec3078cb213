import { configureLocalization } from '@lit/localize';
import { setFormatLanguage } from './format.ts';

const { setLocale } = configureLocalization({
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

const spoken = ['en', 'es', 'fr', 'de'];

/** The page's language; a page that does not say it is read in the browser's. */
async function speakAsThePage(): Promise<void> {
  const asked = [document.documentElement.lang, ...navigator.languages].map((tag) => tag.slice(0, 2).toLowerCase());
  const language = document.documentElement.lang ? asked[0] : asked.find((code) => spoken.includes(code));
  const code = language && spoken.includes(language) ? language : 'en';
  try {
    await setLocale(code);
    setFormatLanguage(code);
  } catch {
    // The strings cannot be fetched: the present ones stay.
  }
}

/** Follows `<html lang>`, now and when it changes. */
export function followPageLanguage(): void {
  new MutationObserver(() => void speakAsThePage()).observe(document.documentElement, { attributeFilter: ['lang'] });
  void speakAsThePage();
}
