import type { ScreeningPermission } from '../data/screening.ts';
import type { Program } from '../program/model.ts';

/** The program as the listener's answers let it be heard: isochronic depth is held at the permitted one. */
export function permitted(program: Program, permission: ScreeningPermission): Program {
  const { maxIsochronicDepth } = permission;
  if (!program.voices.some((voice) => voice.kind === 'ISOCHRONIC' && voice.depth > maxIsochronicDepth)) return program;
  return {
    ...program,
    voices: program.voices.map((voice) =>
      voice.kind === 'ISOCHRONIC' ? { ...voice, depth: Math.min(voice.depth, maxIsochronicDepth) } : voice,
    ),
  };
}
