import { mean } from './compare.ts';
import type { Order } from './order.ts';

/** What a person thought of a period after it. */
export interface Guess {
  /** Chance that it was the beat, above 0 and below 1; 0.5 is "I do not know". */
  beatChance: number;
  beat: 0 | 1;
}

/** Mean ln of the chance that was given to the true arm. Guessing nothing scores ln 0.5 = −0.693; higher is better, 0 is perfect. */
export function logScore(guesses: readonly Guess[]): number {
  return mean(guesses.map(({ beatChance, beat }) => Math.log(beat === 1 ? beatChance : 1 - beatChance)));
}

/**
 * Bang's blinding index of one arm: (right − wrong) / all, where undecided guesses count among all. 0 is chance, 1 is all right, −1 is all
 * wrong (Bang, Ni & Davis 2004).
 * @returns null where the arm has no guess
 */
export function bangIndex(guesses: readonly Guess[], beat: 0 | 1): number | null {
  const ofArm = guesses.filter((guess) => guess.beat === beat);
  if (ofArm.length === 0) return null;
  return mean(ofArm.map(({ beatChance }) => Math.sign(beatChance - 0.5) * (beat === 1 ? 1 : -1)));
}

export interface GuessScores {
  guesses: number;
  logScore: number;
  /** Bang's index of each arm; null where it has no guess. */
  bangBeat: number | null;
  bangControl: number | null;
  /** Share of decided guesses that were right; null when none was decided. */
  right: number | null;
}

/**
 * @param beatChances one a period, null where nothing was guessed
 * @returns null without any guess
 */
export function scoreGuesses(order: Order, beatChances: readonly (number | null)[]): GuessScores | null {
  const guesses = beatChances.flatMap((beatChance, place): Guess[] =>
    beatChance === null ? [] : [{ beatChance, beat: order[place] === 'B' ? 1 : 0 }],
  );
  if (guesses.length === 0) return null;
  const decided = guesses.filter(({ beatChance }) => beatChance !== 0.5);
  const right = decided.filter(({ beatChance, beat }) => beatChance > 0.5 === (beat === 1));
  return {
    guesses: guesses.length,
    logScore: logScore(guesses),
    bangBeat: bangIndex(guesses, 1),
    bangControl: bangIndex(guesses, 0),
    right: decided.length === 0 ? null : right.length / decided.length,
  };
}
