import { readdirSync, readFileSync } from 'node:fs';
import type { Source } from './bibliography.ts';
import { protocolId } from './ids.ts';
import type { LibraryEntry } from './library.ts';

/**
 * The built-in protocols in other languages. Each file of `texts/` is one language, named by its code of two letters: what people read of the library, by the English text
 * it stands for. Another language is another file. What is said of controls stands there once, with `{title}` for the original's title.
 */
const FOLDER = `${import.meta.dirname}/texts`;

/** Languages that the library is written in beside English. */
export const libraryLanguages: readonly string[] = readdirSync(FOLDER)
  .filter((name) => name.endsWith('.json'))
  .map((name) => name.slice(0, -'.json'.length))
  .sort();

interface Texts {
  whole: ReadonlyMap<string, string>;
  /** Of controls: what comes before and after the original's title, and what stands for the text. */
  framed: { before: string; after: string; text: string }[];
}

const TITLE = '{title}';
const read = new Map<string, Texts>();

function textsIn(language: string): Texts | undefined {
  if (!libraryLanguages.includes(language)) return undefined;
  let texts = read.get(language);
  if (!texts) {
    const whole = new Map<string, string>(
      Object.entries(JSON.parse(readFileSync(`${FOLDER}/${language}.json`, 'utf8'))),
    );
    const framed = [...whole].flatMap(([english, text]) => {
      const [before, after] = english.split(TITLE);
      return before === undefined || after === undefined ? [] : [{ before, after, text }];
    });
    texts = { whole, framed };
    read.set(language, texts);
  }
  return texts;
}

/** One text of the library in a language (a code of two letters); as it is where the language has none for it. */
export function libraryText(language: string, english: string): string {
  const texts = textsIn(language);
  if (!texts) return english;
  const whole = texts.whole.get(english);
  if (whole !== undefined) return whole;
  for (const { before, after, text } of texts.framed) {
    if (!english.startsWith(before) || !english.endsWith(after)) continue;
    const title = texts.whole.get(english.slice(before.length, english.length - after.length));
    if (title !== undefined) return text.replaceAll(TITLE, () => title);
  }
  return english;
}

/** Every text of an entry that people read, in the order in which they do. */
export function textsOf(entry: LibraryEntry): string[] {
  return [
    entry.title,
    entry.summary,
    entry.description,
    ...entry.labels.map(({ of }) => of),
    ...entry.whatIsKnown.split('\n\n'),
    ...entry.tags,
    ...entry.program.phases.flatMap(({ name, description }) => [name, description]),
    ...entry.program.voices.map(({ name }) => name),
    ...entry.sources.flatMap(sourceTexts),
  ];
}

/** What is said of a paper. Titles stay as they are printed; one in brackets was not read and is ours. */
export function sourceTexts({ title, participants, stimulus, funding, finding }: Source): string[] {
  return [title.startsWith('[') ? title : undefined, participants, stimulus, funding, finding].filter(
    (text) => text !== undefined,
  );
}

let ids: ReadonlySet<string> | undefined;

/** Ids of all protocols that the library has, or would have as a control; known from the names of its files. */
export function builtInIds(): ReadonlySet<string> {
  ids ??= new Set(
    readdirSync(import.meta.dirname)
      .filter((name) => name.endsWith('.json'))
      .map((name) => name.slice(0, -'.json'.length))
      .flatMap((slug) => [protocolId(slug), protocolId(`${slug}-control`)]),
  );
  return ids;
}
