import { randomInt } from 'node:crypto';

/** Capital letters without I and O, which are read as 1 and 0. */
const LETTERS = 'ABCDEFGHJKLMNPQRSTUVWXYZ';

/** Six letters: 191 million codes. */
export function newCode(): string {
  return Array.from({ length: 6 }, () => LETTERS[randomInt(LETTERS.length)]).join('');
}

/** The code that a person typed: any case, with spaces or dashes; null when it cannot be one. */
export function readCode(typed: string): string | null {
  const code = typed.slice(0, 40).toUpperCase().replace(/[\s-]/g, '');
  return /^[A-HJ-NP-Z]{6}$/.test(code) ? code : null;
}
