import { type LibraryProtocol, library } from './library.ts';

/** English texts of the library with what stands for them in another language; written by web/build/data-files.ts. */
type Texts = Record<string, string>;

/** Where a text stands, and how it is in English. */
type Place = [holder: Record<string | number, unknown>, key: string | number, english: string];

function placesOf(protocol: LibraryProtocol): Place[] {
  const at = (holder: object, ...keys: (string | number)[]): Place[] =>
    keys.flatMap((key): Place[] => {
      const text = (holder as Place[0])[key];
      return typeof text === 'string' ? [[holder as Place[0], key, text]] : [];
    });
  const list = (texts: readonly string[]) => at(texts, ...texts.keys());
  const { whatIsKnown, labels, tags, sources, program } = protocol;
  return [
    ...at(protocol, 'title', 'summary', 'description'),
    ...list(whatIsKnown),
    ...list(tags),
    ...labels.flatMap((label) => at(label, 'of')),
    ...sources.flatMap((source) => at(source, 'title', 'participants', 'stimulus', 'funding', 'finding')),
    ...program.phases.flatMap((phase) => at(phase, 'name', 'description')),
    ...program.voices.flatMap((voice) => at(voice, 'name')),
  ];
}

let places: Place[] | undefined;
let wanted = '';

/**
 * From now on the built-in protocols say everything in the language `code` (two letters), those that a page holds as well: it shows them anew when its own words change.
 * Rejects where the language's file cannot be fetched; they say then what they said.
 */
export async function tellLibraryIn(code: string): Promise<void> {
  wanted = code;
  const [protocols, texts]: [LibraryProtocol[], Texts] = await Promise.all([
    library(),
    code === 'en' ? {} : fetchTexts(code),
  ]);
  // Somebody chose another language meanwhile.
  if (wanted !== code) return;
  places ??= protocols.flatMap(placesOf);
  for (const [holder, key, english] of places) holder[key] = texts[english] ?? english;
  protocols.sort((one, other) => one.title.localeCompare(other.title, code));
}

async function fetchTexts(code: string): Promise<Texts> {
  const response = await fetch(`${import.meta.env.BASE_URL}library.${code}.json`);
  if (!response.ok) throw new Error(`The library’s texts could not be read: the server answered ${response.status}.`);
  return (await response.json()) as Texts;
}
