import type { Program } from '@nes/program/model.ts';
import { playedPhaseAt } from '@nes/program/phase.ts';
import { dominantBeat, passAt, valueAt } from '@nes/program/values.ts';

/** A beat as it is heard: Hz without sign, its phase from 0 to 1, and the level of its voice. */
export interface Beat {
  beatHz: number;
  /** At 0 the tones of a binaural voice meet, a pulse begins, a modulated noise is loudest. */
  beatPhase: number;
  level: number;
}

/** The beat that light follows at a played second of a program. Null without a beat. */
export function beatHeard(program: Program, seconds: number): Beat | null {
  const within = passAt(program, seconds).seconds;
  const beat = dominantBeat(program, within);
  const voice = beat && program.voices[beat.voiceIndex];
  if (!voice) return null;
  const { beatCycles } = playedPhaseAt(program, voice, seconds);
  return {
    beatHz: beat.beatHz,
    beatPhase: beatCycles - Math.floor(beatCycles),
    level: valueAt(voice, within).level,
  };
}
