import type { Player } from '../audio/player.ts';
import type { Program } from '../program/model.ts';
import { passAt, valueAt } from '../program/values.ts';

/** A beat as it is heard: Hz, its phase from 0 to 1, and the level of its voice. */
export interface Beat {
  beatHz: number;
  beatPhase: number;
  level: number;
}

/** The beat of `program`, played by `player`, that is in the ear at a moment of the page's clock. Null without a beat. */
export function beatHeard(player: Player, program: Program, now: number = performance.now()): Beat | null {
  const heard = player.heardBeatPhase(now);
  const voice = heard && program.voices[heard.voiceIndex];
  if (!voice) return null;
  const { level } = valueAt(voice, passAt(program, player.heardSeconds(now)).seconds);
  return { beatHz: heard.beatHz, beatPhase: heard.beatPhase, level };
}
