import { withPulsesAtMost } from '@nes/program/kinds.ts';
import type { Program } from '@nes/program/model.ts';
import type { ScreeningPermission } from '../data/screening.ts';

/** The program as the listener's answers let it be heard: pulses are held at the permitted depth. */
export function permitted(program: Program, permission: ScreeningPermission): Program {
  const { maxIsochronicDepth } = permission;
  const voices = program.voices.map((voice) => withPulsesAtMost(voice, maxIsochronicDepth));
  return voices.every((voice, index) => voice === program.voices[index]) ? program : { ...program, voices };
}

/** The program with each voice's levels multiplied. */
export function withLevels(program: Program, gainOf: (index: number) => number): Program {
  const voices = program.voices.map((voice, index) => {
    const gain = gainOf(index);
    return gain === 1
      ? voice
      : { ...voice, keyframes: voice.keyframes.map((frame) => ({ ...frame, level: frame.level * gain })) };
  });
  return { ...program, voices };
}
