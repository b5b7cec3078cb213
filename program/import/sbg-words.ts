import { checkText, ImportError, type Place } from './import-error.ts';

/** A blank-separated word of a line and where it begins. */
export interface Word {
  text: string;
  place: Place;
}

/** A line that holds more than a comment. */
export interface SbgLine {
  words: Word[];
  place: Place;
}

export interface SbgText {
  lines: SbgLine[];
  /** What stands behind `##`: comments that SBaGen shows to the listener. */
  remarks: string[];
}

/** Unfolded, a sequence has at most 20,000 time lines; the rest are tones and comments. */
const MOST_LINES = 50_000;
/** SBaGen itself reads 4,095 characters of a line. */
const LONGEST_LINE = 65_536;

/**
 * Splits a `.sbg` text into lines and words. Comments begin with `#`; line ends are LF, CRLF or CR.
 * @throws {ImportError} for a text that is no text, or too much of it
 */
export function readWords(text: string, file: string): SbgText {
  checkText(text, file);
  const lines: SbgLine[] = [];
  const remarks: string[] = [];
  let number = 0;
  let start = text.startsWith('\uFEFF') ? 1 : 0;
  while (start <= text.length) {
    number++;
    let end = start;
    while (end < text.length && text[end] !== '\n' && text[end] !== '\r') end++;
    if (number > MOST_LINES || end - start > LONGEST_LINE) {
      const expected = `at most ${MOST_LINES} lines of at most ${LONGEST_LINE} characters`;
      const problem = number > MOST_LINES ? 'the file has too many lines' : `the line has ${end - start} characters`;
      throw new ImportError({ file, line: number, column: 1 }, problem, expected);
    }
    const line = text.slice(start, end);
    const comment = line.indexOf('#');
    if (comment >= 0 && line[comment + 1] === '#') remarks.push(line.slice(comment).replace(/^#+/, '').trim());
    const words: Word[] = [];
    for (const found of (comment < 0 ? line : line.slice(0, comment)).matchAll(/\S+/g)) {
      words.push({ text: found[0], place: { file, line: number, column: found.index + 1 } });
    }
    if (words[0]) lines.push({ words, place: words[0].place });
    start = end + (text[end] === '\r' && text[end + 1] === '\n' ? 2 : 1);
  }
  return { lines, remarks };
}
