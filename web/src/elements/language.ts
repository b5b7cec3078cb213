import { firstSpoken, speakIn } from './speech.ts';

/** The page's language; a page that does not say it is read in the browser's. */
function speakAsThePage(): void {
  const { lang } = document.documentElement;
  void speakIn(firstSpoken(lang ? [lang] : navigator.languages));
}

/** Follows `<html lang>`, now and when it changes. */
export function followPageLanguage(): void {
  new MutationObserver(speakAsThePage).observe(document.documentElement, { attributeFilter: ['lang'] });
  speakAsThePage();
}
