import { parseXml, XmlElement, XmlError } from '@rgrove/parse-xml';
import { checkText, ImportError, type Place, placeAt, quoted } from './import-error.ts';
import type { NoteList } from './note-list.ts';

const DEEPEST = 16;
/** A full program written with child elements has six of them in each of 20,000 entries. */
const MOST_ELEMENTS = 200_000;

/** The beginning of a text that is a number. */
const NUMBER = /^[+-]?(?:\d+(?:[.,]\d*)?|[.,]\d+)(?:e[+-]?\d+)?/i;
/** No frequency, volume or duration of a real schedule comes near. */
const LARGEST = 1e9;

/** Fields of an entry in the order in which Gnaural writes them, and the entry as it does. */
const FIELDS = ['duration', 'volume_left', 'volume_right', 'beatfreq', 'basefreq'];
const WRITTEN =
  /<entry( parent="\d+" duration="([\d.]+)" volume_left="([\d.]+)" volume_right="([\d.]+)" beatfreq="(-?[\d.]+)" basefreq="([\d.]+)"(?: state="\d")?)\s*\/>/y;

/** The plain form of an entry: lower-case attributes in double quotes, without references. */
const ENTRY = /<entry((?:\s+[a-z_]+="[^"<&]*")*)\s*\/>/y;

/** Finds lines by offsets. */
class Lines {
  readonly #starts: number[] = [0];

  constructor(text: string) {
    for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) this.#starts.push(at + 1);
  }

  place(index: number): Place {
    let low = 0;
    let high = this.#starts.length;
    while (low + 1 < high) {
      const middle = (low + high) >>> 1;
      if ((this.#starts[middle] ?? 0) <= index) low = middle;
      else high = middle;
    }
    return { file: '', line: low + 1, column: index - (this.#starts[low] ?? 0) + 1 };
  }
}

/** Something with named texts at a place of the file. */
export abstract class Entry {
  abstract readonly name: string;
  readonly start: number;
  readonly #lines: Lines;

  constructor(start: number, lines: Lines) {
    this.start = start;
    this.#lines = lines;
  }

  abstract text(name: string): string | null;

  get place(): Place {
    return this.#lines.place(this.start);
  }

  /**
   * A number of the file, read as Gnaural does: what begins as a number counts as far as it goes; "nan" is 0. Some
   * versions write a comma for the point. What was changed, missing without `missing` or beyond ±1e9 is noted.
   * @throws {ImportError} for what does not begin as a number
   */
  number(name: string, notes: NoteList, missing?: number): number {
    const text = this.text(name)?.trim() ?? '';
    if (text === '' && missing !== undefined) return missing;
    const begun = NUMBER.exec(text)?.[0] ?? '';
    if (text !== '' && begun === '' && !/nan|inf/i.test(text)) {
      throw new ImportError(this.place, `${name} is ${quoted(text)}`, 'a number');
    }
    const read = Number(begun.replace(',', '.')) || 0;
    const value = Math.max(-LARGEST, Math.min(LARGEST, read));
    if (text === '') notes.add(this.place, `${this.name} has no ${name}; it is taken as 0.`);
    else if (begun !== text)
      notes.add(this.place, `${name} is ${quoted(text)}, which is no number; it is read as ${value}.`);
    else if (value !== read) notes.add(this.place, `${name} ${quoted(text)} is held at ${value}.`);
    return value === 0 ? 0 : value;
  }

  /** 0 is false, any other number true; false where it is missing. */
  flag(name: string, notes: NoteList): boolean {
    return this.number(name, notes, 0) !== 0;
  }
}

/** An entry in its plain form, taken out of the text. */
class PlainEntry extends Entry {
  readonly name = 'entry';
  readonly end: number;
  /** Its place in the text that is left. */
  readonly restStart: number;
  readonly #attributes: string;
  readonly #numbers: number[] | null;

  constructor(
    attributes: string,
    numbers: number[] | null,
    start: number,
    end: number,
    restStart: number,
    lines: Lines,
  ) {
    super(start, lines);
    this.end = end;
    this.restStart = restStart;
    this.#attributes = attributes;
    this.#numbers = numbers;
  }

  text(name: string): string | null {
    const mark = `${name}="`;
    const at = this.#attributes.indexOf(mark);
    if (at < 0) return null;
    if (this.#attributes.indexOf(mark, at + mark.length) >= 0) {
      throw new ImportError(this.place, `the entry has ${name} twice`, 'each attribute once');
    }
    return this.#attributes.slice(at + mark.length, this.#attributes.indexOf('"', at + mark.length));
  }

  override number(name: string, notes: NoteList, missing?: number): number {
    const value = this.#numbers?.[FIELDS.indexOf(name)];
    if (value !== undefined && Math.abs(value) <= LARGEST) return value === 0 ? 0 : value;
    return super.number(name, notes, missing);
  }
}

/** An element with its fields by lower-case name, be they attributes or child elements. */
export class Fields extends Entry {
  readonly name: string;
  readonly #attributes: Map<string, string>;
  readonly #children = new Map<string, Entry[]>();
  readonly #content: string;
  readonly #read = new Set<string>();

  constructor(name: string, start: number, lines: Lines, attributes: Map<string, string>, content: string) {
    super(start, lines);
    this.name = name;
    this.#attributes = attributes;
    this.#content = content;
  }

  add(written: string, child: Entry): void {
    const name = written.toLowerCase();
    const same = this.#children.get(name);
    if (same) same.push(child);
    else this.#children.set(name, [child]);
  }

  /** The elements of that name in it. */
  children(name: string): Fields[] {
    return (this.#children.get(name) ?? []).filter((child) => child instanceof Fields);
  }

  /** The `entry` elements in it, in the order of the file. */
  get entries(): Entry[] {
    const entries = this.#children.get('entry') ?? [];
    const sorted = entries.every((entry, index) => index === 0 || entry.start > (entries[index - 1]?.start ?? 0));
    return sorted ? entries : entries.toSorted((a, b) => a.start - b.start);
  }

  text(name: string): string | null {
    const [child] = this.children(name);
    this.#read.add(name);
    return this.#attributes.get(name) ?? (child ? child.#content : null);
  }

  /** Fields that nothing has asked for, of this element and of those in it, each with its first place. */
  unread(): Map<string, Place> {
    const found = new Map<string, Place>();
    const add = (name: string, place: Place) => found.has(name) || found.set(name, place);
    for (const name of this.#attributes.keys()) if (!this.#read.has(name)) add(name, this.place);
    for (const [name, children] of this.#children) {
      for (const child of children) {
        if (!(child instanceof Fields)) continue;
        // A field is read by its name, an element by what is in it.
        if (child.#children.size === 0 && child.#attributes.size === 0 && !this.#read.has(name)) add(name, child.place);
        for (const [within, place] of child.unread()) add(within, place);
      }
    }
    return found;
  }
}

/** The plain entry at `at`, or null where it has another form and is the parser's business. */
function plainEntry(xml: string, at: number, restStart: number, lines: Lines): PlainEntry | null {
  WRITTEN.lastIndex = at;
  const written = WRITTEN.exec(xml);
  if (written) {
    // Two points make NaN, which the entry reads again by its text.
    const numbers = [
      Number(written[2]),
      Number(written[3]),
      Number(written[4]),
      Number(written[5]),
      Number(written[6]),
    ];
    return new PlainEntry(written[1] as string, numbers, at, WRITTEN.lastIndex, restStart, lines);
  }
  ENTRY.lastIndex = at;
  const found = ENTRY.exec(xml);
  return found && new PlainEntry(found[1] as string, null, at, ENTRY.lastIndex, restStart, lines);
}

interface Scan {
  /** The text without its plain entries. */
  rest: string;
  taken: PlainEntry[];
}

/**
 * Goes over the markup once: refuses document types and deep or endless nesting before the parser builds anything, and
 * takes out the plain entries, nearly all of a schedule. (10,080 of them: the parser alone takes 70 to 180 ms.)
 * @throws {ImportError} at the place
 */
function scanMarkup(xml: string, lines: Lines): Scan {
  const pieces: string[] = [];
  const taken: PlainEntry[] = [];
  let kept = 0;
  let removed = 0;
  let depth = 0;
  let elements = 0;
  for (let at = xml.indexOf('<'); at >= 0; at = xml.indexOf('<', at)) {
    const second = xml[at + 1];
    if (second === '?' || xml.startsWith('<!--', at) || xml.startsWith('<![CDATA[', at)) {
      const close = second === '?' ? '?>' : xml[at + 2] === '-' ? '-->' : ']]>';
      const end = xml.indexOf(close, at + 2);
      if (end < 0) break;
      at = end + close.length;
      continue;
    }
    if (second === '!') {
      throw new ImportError(placeAt(xml, at), 'there is a document type', 'XML without DOCTYPE or entities');
    }
    if (second === '/') {
      depth--;
      at += 2;
      continue;
    }
    if (++elements > MOST_ELEMENTS) {
      throw new ImportError(placeAt(xml, at), 'there are too many elements', `at most ${MOST_ELEMENTS}`);
    }
    const entry = second === 'e' ? plainEntry(xml, at, at - removed, lines) : null;
    if (entry) {
      taken.push(entry);
      pieces.push(xml.slice(kept, at));
      removed += entry.end - at;
      kept = entry.end;
      at = entry.end;
      continue;
    }
    const end = xml.indexOf('>', at);
    if (end < 0) break;
    if (xml[end - 1] !== '/') depth++;
    if (depth > DEEPEST) throw new ImportError(placeAt(xml, at), `elements lie deeper than ${DEEPEST}`, 'a schedule');
    at = end;
  }
  return { rest: pieces.join('') + xml.slice(kept), taken };
}

/** Index of the first taken entry whose place in the rest is `restIndex` or behind it. */
function firstTaken(taken: PlainEntry[], restIndex: number): number {
  let low = 0;
  let high = taken.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((taken[middle]?.restStart ?? 0) < restIndex) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Where an offset of the rest stands in the whole text. */
function wholeOffset(taken: PlainEntry[], restIndex: number): number {
  const before = taken[firstTaken(taken, restIndex) - 1];
  return before ? before.end + restIndex - before.restStart : restIndex;
}

/** Turns an element into fields; the plain entries that stood directly in it are its own. */
function fieldsOf(element: XmlElement, lines: Lines, taken: PlainEntry[]): Fields {
  const attributes = new Map<string, string>();
  for (const name in element.attributes) attributes.set(name.toLowerCase(), element.attributes[name] ?? '');
  const children = element.children.filter((child) => child instanceof XmlElement);
  const content = children.length === 0 ? element.text.trim() : '';
  const start = wholeOffset(taken, element.start);
  const fields = new Fields(element.name, start, lines, attributes, content);
  for (const child of children) fields.add(child.name, fieldsOf(child, lines, taken));
  let child = 0;
  // An entry before the end tag has a place up to the tag itself, so both ends count.
  for (let index = firstTaken(taken, element.start + 1); index < taken.length; index++) {
    const entry = taken[index] as PlainEntry;
    const { restStart } = entry;
    if (restStart >= element.end) break;
    while ((children[child]?.end ?? Number.POSITIVE_INFINITY) <= restStart) child++;
    if ((children[child]?.start ?? Number.POSITIVE_INFINITY) >= restStart) fields.add('entry', entry);
  }
  return fields;
}

/** A text in which every `&` begins a reference that XML knows; others are meant as they stand, and noted. */
function withReferences(xml: string, notes: NoteList): string {
  const lone = /&(?!(?:amp|lt|gt|quot|apos|#\d{1,7}|#x[0-9a-f]{1,6});)/gi;
  if (!lone.test(xml)) return xml;
  lone.lastIndex = 0;
  const lines = new Lines(xml);
  return xml.replace(lone, (_, index: number) => {
    notes.add(lines.place(index), 'A lone & is read as that sign.');
    return '&amp;';
  });
}

/**
 * Parses XML without document type and entities of its own.
 * @returns the root element
 * @throws {ImportError} for what is no such XML
 */
export function readXml(written: string, notes: NoteList): Fields {
  checkText(written);
  const xml = withReferences(written, notes);
  // Said before anything is looked for: what is no XML at all can be long.
  const first = /[^\s\uFEFF]/.exec(xml);
  if (first?.[0] !== '<') {
    throw new ImportError(placeAt(xml, first?.index ?? 0), 'the file is no XML', 'a schedule element');
  }
  const lines = new Lines(xml);
  const { rest, taken } = scanMarkup(xml, lines);
  try {
    const { root } = parseXml(rest, { includeOffsets: true });
    if (root) return fieldsOf(root, lines, taken);
  } catch (error) {
    if (!(error instanceof XmlError)) throw error;
    const [problem = 'not XML'] = error.message.split('\n');
    throw new ImportError(
      lines.place(wholeOffset(taken, error.pos)),
      // It may repeat a name of the file, which has no bound.
      problem
        .slice(0, 200)
        .replace(/\s*\(line .*$/, '')
        .replace(/[.\s]+$/, ''),
      'well-formed XML',
    );
  }
  throw new ImportError({ file: '', line: 1, column: 1 }, 'there is no element', 'a schedule element');
}
