/**
 * Languages that nobody speaks, made of the English texts while a test runs: one with texts 40 % longer, one that reads from
 * right to left. They take the place of the German chunk of a built application, and are in no bundle.
 */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { BrowserContext } from 'playwright-core';

const xliff = (language: string) => resolve(import.meta.dirname, '..', 'src', 'locales', 'xliff', `${language}.xlf`);

/** How much longer the longer texts are. */
const LONGER = 1.4;

/** Every word drawn out, so that words that do not break are longer as well: "Settings" becomes "Seeettiings". */
export function longer(text: string): string {
  let owed = 0;
  return text.replace(/\p{L}+/gu, (word) => {
    owed += word.length * (LONGER - 1);
    const more = Math.round(owed);
    owed -= more;
    const letters = [...word];
    for (let one = 0; one < more; one++) {
      const at = Math.floor(((one + 0.5) * word.length) / more);
      letters[at] += (letters[at] as string).slice(-1).toLowerCase();
    }
    return letters.join('');
  });
}

/** Every word from right to left, whatever its letters (as Android's `ar-XB`). */
export const mirrored = (text: string): string => text.replace(/\S+/g, (word) => `\u202e${word}\u202c`);

const entities: Record<string, string> = { lt: '<', gt: '>', quot: '"', apos: "'", amp: '&' };
const plain = (text: string): string => text.replace(/&(lt|gt|quot|apos|amp);/g, (_, name) => entities[name] as string);

interface Unit {
  id: string;
  /** Text around the values. */
  strings: string[];
}

/** Every English text of the application, as the translators have it. */
export function units(): Unit[] {
  const found: Unit[] = [];
  const file = readFileSync(xliff('de'), 'utf8');
  for (const [, id, source] of file.matchAll(/<trans-unit id="([^"]+)">\s*<source>([\s\S]*?)<\/source>/g)) {
    found.push({ id: id as string, strings: (source as string).split(/<x id="\d+" equiv-text="[^"]*"\/>/).map(plain) });
  }
  if (found.length < 500) throw new Error(`de.xlf has only ${found.length} texts: is it read rightly?`);
  return found;
}

/** The same with what stands for them in a language, `{0}`, `{1}` … for what is put in. */
export function translated(language: string): [english: string, told: string][] {
  const file = readFileSync(xliff(language), 'utf8');
  const text = (part: string) => plain(part.replace(/<x id="(\d+)" equiv-text="[^"]*"\/>/g, '{$1}'));
  return [...file.matchAll(/<source>([\s\S]*?)<\/source>\s*<target>([\s\S]*?)<\/target>/g)].map(
    ([, source = '', target = '']) => [text(source), text(target)],
  );
}

/** Puts a language made by `change` where the German texts are fetched, from the next page on; null: German again. */
export async function speakInstead(context: BrowserContext, change: ((text: string) => string) | null): Promise<void> {
  const german = /\/assets\/de-[^/]+\.js$/;
  await context.unroute(german);
  if (!change) return;
  const templates = units().map(({ id, strings }) => {
    const texts = strings.map(change);
    return [
      id,
      texts.length === 1 ? texts[0] : { strTag: true, strings: texts, values: texts.slice(1).map((_, at) => at) },
    ];
  });
  const body = `export const templates = ${JSON.stringify(Object.fromEntries(templates))};`;
  await context.route(german, (route) => route.fulfill({ contentType: 'text/javascript', body }));
}
