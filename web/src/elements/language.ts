import { firstSpoken, speakIn } from './speech.ts';

/** The page's language, as a code of two letters; a page that does not say it is read in the browser's. */
export function pageLanguage(): string {
  const { lang } = document.documentElement;
  return firstSpoken(lang ? [lang] : navigator.languages);
}

function speakAsThePage(): void {
  void speakIn(pageLanguage());
}

/** Follows `<html lang>`, now and when it changes. */
export function followPageLanguage(): void {
  new MutationObserver(speakAsThePage).observe(document.documentElement, { attributeFilter: ['lang'] });
  speakAsThePage();
}
