/** Where in a file something stands: both counted from 1. `file` is empty where there is only one. */
export interface Place {
  file: string;
  line: number;
  column: number;
}

/** A file that cannot be read: the place, what is wrong there, and what was expected instead. */
export class ImportError extends Error {
  override readonly name = 'ImportError';
  readonly line: number;
  readonly column: number;
  readonly expected: string;

  /**
   * @param problem a clause without a full stop, such as `"zzz" is no tone`
   * @param expected a clause without a full stop, such as `a time as hh:mm or hh:mm:ss`
   */
  constructor(place: Place, problem: string, expected: string) {
    const file = place.file === '' ? '' : `${place.file}: `;
    super(`${file}line ${place.line}, column ${place.column}: ${problem}. Expected ${expected}.`);
    this.line = place.line;
    this.column = place.column;
    this.expected = expected;
  }
}

/** A word of a file for a message: never longer than 40 characters. */
export function quoted(text: string): string {
  return JSON.stringify(text.length > 40 ? `${text.slice(0, 40)}…` : text);
}

/** Line and column of the character at `index` of a text. */
export function placeAt(text: string, index: number, file = ''): Place {
  const before = text.slice(0, index);
  const start = Math.max(before.lastIndexOf('\n'), before.lastIndexOf('\r')) + 1;
  return { file, line: before.split(/\r\n|\n|\r/).length, column: index - start + 1 };
}

/** Longest text that an import reads, in characters. A full program written out one keyframe a line is below 4 million. */
export const LONGEST_TEXT = 16 * 1024 * 1024;

/**
 * Refuses at once what cannot be a text file of a program.
 * @throws {ImportError} for a text that is too long or holds NUL characters
 */
export function checkText(text: string, file = ''): void {
  if (text.length > LONGEST_TEXT) {
    throw new ImportError(
      { file, line: 1, column: 1 },
      `the file has ${text.length} characters`,
      `at most ${LONGEST_TEXT}`,
    );
  }
  const nul = text.indexOf('\0');
  if (nul >= 0) throw new ImportError(placeAt(text, nul, file), 'there is a NUL character here', 'a text file');
}
