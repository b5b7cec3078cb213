/** Control characters, and those that turn the direction of text around (a name could then disguise what stands beside it). */
export const HIDDEN = /[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/u;

/** A line of at most `longest` characters, made of any text. */
export function lineOf(text: string, longest: number): string {
  return text.toWellFormed().replaceAll(new RegExp(HIDDEN, 'gu'), ' ').trim().slice(0, longest).trim().toWellFormed();
}
