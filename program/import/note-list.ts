import type { Note } from '../model.ts';
import type { Place } from './import-error.ts';

/** Notes kept at most; the number left out stands in the last one. */
const MOST_NOTES = 200;

/** Collects what an import changed or dropped. The same sentence for the same line stands once. */
export class NoteList {
  readonly #notes: Note[] = [];
  readonly #seen = new Set<string>();
  #left = 0;

  /** Line 0 is the file as a whole. */
  add(place: Place | null, message: string): void {
    const line = place?.line ?? 0;
    const text = place?.file ? `${place.file}: ${message}` : message;
    const key = `${line} ${text}`;
    if (this.#seen.has(key)) return;
    if (this.#notes.length >= MOST_NOTES) {
      this.#left++;
      return;
    }
    this.#seen.add(key);
    this.#notes.push({ line, message: text });
  }

  /** The notes in order of their lines. */
  list(): Note[] {
    const notes = this.#notes.toSorted((a, b) => a.line - b.line);
    if (this.#left > 0) notes.push({ line: 0, message: `${this.#left} more notes are left out.` });
    return notes;
  }
}
