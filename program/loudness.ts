import { powerOf } from './kinds.ts';
import type { Program } from './model.ts';
import { valueAt } from './values.ts';

/**
 * How loud a program is at second `t` of one pass, as the mean square of its samples at the louder ear with
 * A-weighting: 0.5 is a 1 kHz sine at full scale. Within 1 dB of the rendered sound; 3 dB for bells and drops.
 */
export function loudnessAt(program: Program, t: number): number {
  let power = 0;
  for (const voice of program.voices) power += powerOf(voice, valueAt(voice, t), t);
  return power * program.gain ** 2;
}

/** Level of a program at a second of its pass with the player's volume, dB under full scale, A-weighted. */
export function playedLevelDb(program: Program, seconds: number, volume: number): number {
  // The player's gain is the square of its volume.
  return 10 * Math.log10(loudnessAt(program, seconds) * volume ** 4 || 1e-30);
}
