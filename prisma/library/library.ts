import { readdirSync, readFileSync } from 'node:fs';
import type { Program } from '@nes/program/model.ts';
import { BIBLIOGRAPHY, type Source, sourceOf } from './bibliography.ts';
import type { Category } from './categories.ts';
import { controlTwin, hasControl } from './control.ts';
import { revisionId } from './ids.ts';

/**
 * What the studies of one thing come to. PROMISING: several agree. MIXED: they do not. UNSUPPORTED: too few or none.
 * CONTROL: made to compare with. UNRATED: nothing is claimed for it.
 */
export type Evidence = 'PROMISING' | 'MIXED' | 'UNSUPPORTED' | 'CONTROL' | 'UNRATED';

/** A label rates one thing: the sound, or what is done while it plays. */
export interface EvidenceLabel {
  /** What is rated, in a few words; {@link THIS_SOUND} for the sound itself. */
  of: string;
  evidence: 'PROMISING' | 'MIXED' | 'UNSUPPORTED';
  /** Keys of the studies that speak for it, and of those that speak against it or found nothing. */
  for: string[];
  against: string[];
}

export const THIS_SOUND = 'This sound';

/** Reviews pool many studies: one is enough for several to agree. */
const POOLED = /\b(studies|trials|publications|review)\b/;

/**
 * What is wrong with a label; null where it says what its studies say. PROMISING needs a review or three studies for it
 * and none against; MIXED one for and one against; whatever has fewer is UNSUPPORTED.
 */
export function labelFault(label: EvidenceLabel): string | null {
  const speakFor = new Set(label.for).size;
  const speakAgainst = new Set(label.against).size;
  switch (label.evidence) {
    case 'PROMISING': {
      const pooled = label.for.some((key) => POOLED.test(BIBLIOGRAPHY[key]?.participants ?? ''));
      if (speakAgainst > 0) return 'PROMISING with a study against it';
      return pooled || speakFor >= 3 ? null : 'PROMISING needs a review or three studies';
    }
    case 'MIXED':
      return speakFor > 0 && speakAgainst > 0 ? null : 'MIXED needs two studies, one for and one against';
    case 'UNSUPPORTED':
      return speakFor > 0 && speakAgainst > 0 ? 'studies for and against are MIXED' : null;
  }
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
  /** The label of the sound. */
  evidence: Evidence;
  /** What is rated, the sound first; empty where nothing is claimed. */
  labels: EvidenceLabel[];
  whatIsKnown: string;
  sources: Source[];
  tags: string[];
  /** Whether it can be heard over loudspeakers: false where a beat is made from two ears' tones. */
  speakersOk: boolean;
  /** Slug of the protocol that this one is the control of; null where it is none. */
  controlOf: string | null;
  program: Program;
}

/**
 * The built-in protocols: every JSON file of this folder and, where what it is about can be left out, its control; by slug.
 * @throws when a file is no JSON (the message names it) or its slug is not its file name.
 */
export function readLibrary(): LibraryEntry[] {
  const entries: LibraryEntry[] = [];
  for (const name of readdirSync(import.meta.dirname).filter((file) => file.endsWith('.json'))) {
    let entry: LibraryEntry;
    try {
      const file = JSON.parse(readFileSync(`${import.meta.dirname}/${name}`, 'utf8'));
      entry = { controlOf: null, ...file, sources: file.sources.map(sourceOf) };
    } catch (error) {
      throw new Error(`${name}: ${error instanceof Error ? error.message : error}`, { cause: error });
    }
    if (`${entry.slug}.json` !== name)
      throw new Error(`${name}: its slug is "${entry.slug}", expected the file's name`);
    entries.push(entry);
    if (hasControl(entry)) entries.push(controlTwin(entry));
  }
  return entries.sort((a, b) => (a.slug < b.slug ? -1 : 1));
}

/**
 * Id of the revision that the library now has of a built-in protocol.
 * @throws when it has none of this slug
 */
export function presentRevisionId(slug: string): string {
  const entry = readLibrary().find((one) => one.slug === slug);
  if (!entry) throw new Error(`the library has no protocol "${slug}"`);
  return revisionId(slug, entry.version);
}
