import { readdirSync, readFileSync } from 'node:fs';
import type { Program } from '../../web/src/program/model.ts';
import { controlTwin, hasBeat } from './control.ts';

export type Category =
  | 'FOCUS'
  | 'STUDY'
  | 'ENERGY'
  | 'CREATIVITY'
  | 'RELAXATION'
  | 'STRESS_RELIEF'
  | 'MEDITATION'
  | 'NAP'
  | 'SLEEP'
  | 'WAKE_UP'
  | 'BREATHING'
  | 'CONTROL';

/** PROMISING: several controlled studies agree. MIXED: they do not. UNSUPPORTED: too few or none. */
export type Evidence = 'PROMISING' | 'MIXED' | 'UNSUPPORTED' | 'CONTROL';

/** One paper behind what is known. */
export interface Source {
  title: string;
  /** Family names, as on the paper; more than three become "first author et al.". */
  authors: string;
  year: number;
  /** DOI link. Absent where the link could not be verified. */
  url?: string;
  /** What the paper found, in one plain sentence. */
  finding: string;
}

/** One built-in protocol. */
export interface LibraryEntry {
  slug: string;
  version: number;
  title: string;
  category: Category;
  /** One sentence: what it is for. */
  summary: string;
  /** Plain paragraphs, parted by an empty line. */
  description: string;
  evidence: Evidence;
  whatIsKnown: string;
  sources: Source[];
  tags: string[];
  /** Whether it can be heard over loudspeakers: false where a beat is made from two ears' tones. */
  speakersOk: boolean;
  /** Slug of the protocol that this one is the no-beat control of; null where it is none. */
  controlOf: string | null;
  program: Program;
}

/**
 * The built-in protocols: every JSON file of this folder and, for each that beats, its no-beat control; by slug.
 * @throws when a file is no JSON (the message names it) or its slug is not its file name.
 */
export function readLibrary(): LibraryEntry[] {
  const entries: LibraryEntry[] = [];
  for (const name of readdirSync(import.meta.dirname).filter((file) => file.endsWith('.json'))) {
    let entry: LibraryEntry;
    try {
      entry = { controlOf: null, ...JSON.parse(readFileSync(`${import.meta.dirname}/${name}`, 'utf8')) };
    } catch (error) {
      throw new Error(`${name}: ${error instanceof Error ? error.message : error}`, { cause: error });
    }
    if (`${entry.slug}.json` !== name)
      throw new Error(`${name}: its slug is "${entry.slug}", expected the file's name`);
    entries.push(entry);
    if (hasBeat(entry)) entries.push(controlTwin(entry));
  }
  return entries.sort((a, b) => (a.slug < b.slug ? -1 : 1));
}
