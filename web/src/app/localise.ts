import { askIn } from '../data/language.ts';
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

let told = 'en';

/** The built-in protocols are English as they come. Without the language's file they stay what they are. */
async function tellIn(code: string): Promise<void> {
  if (code === told) return;
  try {
    await (await import('../data/library-texts.ts')).tellLibraryIn(code);
    told = code;
  } catch {
    // The next choice of a language asks again.
  }
}

let chosen = '';
let speaking: Promise<void> = Promise.resolve();

/** Speaks `language`; empty follows the browser. The last choice holds, however long others took. Where the strings cannot be fetched the present ones stay. */
export function speak(language: string): Promise<void> {
  try {
    localStorage.setItem(name, language);
  } catch {
    // Without storage the first moment of the next visit is in the browser's language.
  }
  const code = firstSpoken([language, ...navigator.languages]);
  chosen = code;
  // A page asks the server before the words are there.
  askIn(code);
  speaking = speaking.then(async () => {
    if (code !== chosen) return;
    await tellIn(code);
    if (await speakIn(code)) document.documentElement.lang = code;
    else if (code === chosen) askIn(document.documentElement.lang);
  });
  return speaking;
}
