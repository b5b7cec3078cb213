let chosen: string | undefined;

/** The language in which the server is asked, a code of two letters: what was chosen, though its words may still be on their way to the page. */
export const askedLanguage = (): string => chosen ?? document.documentElement.lang;

/** From now on the server is asked in `code`. */
export function askIn(code: string): void {
  chosen = code;
}
