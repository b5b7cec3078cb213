import { firstSpoken, speakIn } from '../elements/speech.ts';

export const languages = [
  { code: 'en', name: 'English' },
  { code: 'es', name: 'Español' },
  { code: 'fr', name: 'Français' },
  { code: 'de', name: 'Deutsch' },
] as const;

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
  const code = firstSpoken([language, ...navigator.languages]);
  if (await speakIn(code)) document.documentElement.lang = code;
}
