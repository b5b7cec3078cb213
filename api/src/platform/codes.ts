import { randomInt } from 'node:crypto';

/** Capital letters without I and O, which are read as 1 and 0. */
const LETTERS = 'ABCDEFGHJKLMNPQRSTUVWXYZ';

/** A code of so many letters that people read aloud and type: 4.6 bits each. */
export function randomCode(length: number): string {
  return Array.from({ length }, () => LETTERS[randomInt(LETTERS.length)]).join('');
}

/** The code of so many letters that a person typed: any case, with spaces or dashes; null when it cannot be one. */
export function typedCode(typed: string, length: number): string | null {
  const code = typed.slice(0, 40).toUpperCase().replace(/[\s-]/g, '');
  return code.length === length && /^[A-HJ-NP-Z]+$/.test(code) ? code : null;
}
