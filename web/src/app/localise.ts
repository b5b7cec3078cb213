import { configureLocalization } from '@lit/localize';
import { setFormatLanguage } from '../elements/format.ts';

export const languages = [
  { code: 'en', name: 'English' },
  { code: 'es', name: 'Español' },
  { code: 'fr', name: 'Français' },
  { code: 'de', name: 'Deutsch' },
] as const;

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

/** The first of the browser's languages that the application speaks. */
const browserLanguage = (): string =>
  navigator.languages.map((tag) => tag.slice(0, 2)).find((code) => languages.some((one) => one.code === code)) ?? 'en';

const name = 'nes-language';

/** The language chosen on this device, known before any preferences are read; empty follows the browser. */
export function languageHere(): string {
  try {
    return localStorage.getItem(name) ?? '';
  } catch {
    return '';
  }
}

/** Speaks `language`; empty follows the browser. Where the strings cannot be fetched the present ones stay. */
export async function speak(language: string): Promise<void> {
  try {
    localStorage.setItem(name, language);
  } catch {
    // Without storage the first moment of the next visit is in the browser's language.
  }
  const code = languages.some((one) => one.code === language) ? language : browserLanguage();
  if (code !== getLocale()) {
    try {
      await setLocale(code);
    } catch {
      return;
    }
  }
  setFormatLanguage(code);
  document.documentElement.lang = code;
}
