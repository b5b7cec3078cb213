import { language } from './format.ts';

/** `one, two and three`, as the page's language joins them. Not in `format.ts`, which every page brings. */
export const list = (items: readonly string[]): string =>
  new Intl.ListFormat(language === 'en' ? 'en-GB' : language).format(items);
