import { byItself, highestLevel } from '../levels.ts';
import type { Voice } from '../model.ts';
import type { NoteList } from './note-list.ts';

/**
 * Makes the levels of a file fit. A voice that is louder than 1 is scaled as a whole; the answer is the gain at which
 * the sum of all voices never exceeds 1. Both are noted. The voices are changed in place.
 */
export function fitLevels(voices: Voice[], notes: NoteList): number {
  let loudestSum = 0;
  for (const voice of voices) {
    let loudest = 0;
    for (const frame of voice.keyframes) if (frame.level > loudest) loudest = frame.level;
    if (byItself(voice)) loudestSum += Math.min(1, loudest);
    if (loudest <= 1) continue;
    for (const frame of voice.keyframes) frame.level = Math.min(1, frame.level / loudest);
    notes.add(
      null,
      `${voice.name} reaches ${percent(loudest)} of full scale; all its levels are divided by ${round(loudest)}.`,
    );
  }
  if (loudestSum <= 1) return 1;
  const { level, at } = highestLevel(voices, byItself);
  // Sums of decimals such as 0.4 + 0.2 + … are off by rounding.
  if (level <= 1 + 1e-9) return 1;
  // Rounded down, so that the product stays below 1.
  const gain = Math.floor(1e9 / level) / 1e9;
  notes.add(
    null,
    `The levels add up to ${percent(level)} at ${round(at)} s. They are kept as written; the program's gain is ${round(gain)} so that nothing clips.`,
  );
  return gain;
}

function round(value: number): number {
  return Number(value.toPrecision(6));
}

function percent(level: number): string {
  return `${round(level * 100)} %`;
}
