/** Milliseconds of a day, on which a sequence runs. */
export const DAY_MS = 86_400_000;

/**
 * Milliseconds from `from` forward to `to` on the clock; 0 where they are equal.
 */
export function clockSpan(from: number, to: number): number {
  return (to - from + DAY_MS) % DAY_MS;
}

/**
 * Reads `hh:mm` or `hh:mm:ss` at `index` of a word.
 * @returns milliseconds and the index behind it, or null where no such time stands
 */
export function readClock(word: string, index: number): { ms: number; end: number } | null {
  const pattern = /(\d{1,2}):(\d{1,2})(?::(\d{1,2}))?/y;
  pattern.lastIndex = index;
  const found = pattern.exec(word);
  if (!found) return null;
  const [hours, minutes, seconds] = [Number(found[1]), Number(found[2]), Number(found[3] ?? 0)];
  if (hours > 23 || minutes > 59 || seconds > 59) return null;
  return { ms: ((hours * 60 + minutes) * 60 + seconds) * 1000, end: pattern.lastIndex };
}
