import { checkProgram, ProgramError, type ProgramIssue } from '@nes/program/check.ts';
import { byItself, highestLevel } from '@nes/program/levels.ts';
import type { Program } from '@nes/program/model.ts';
import type { Parameter } from './axis.ts';

/** Where in the editor something stands. */
export interface Place {
  voice: number | null;
  keyframe: number | null;
  phase: number | null;
  /** Name of the field that is meant, such as `beat` or `durationSeconds`. */
  field: string | null;
  /** Second to look at. */
  seconds: number | null;
}

export interface Problem {
  issue: ProgramIssue;
  place: Place;
  /** What can be done about it in one step, where there is such a thing. */
  remedy: 'gain' | 'phases' | null;
}

/** The place that a path of `checkProgram` names: `voices[3].keyframes[12].beat`, `phases[1].colour`, `gain`. */
export function placeOf(path: string, program: Program): Place {
  const place: Place = { voice: null, keyframe: null, phase: null, field: null, seconds: null };
  const parts = [...path.matchAll(/([a-zA-Z]+)|\[(\d+)\]/g)].map(([, name, index]) => name ?? Number(index));
  for (const [position, part] of parts.entries()) {
    const index = parts[position + 1];
    if (part === 'voices' && typeof index === 'number') place.voice = index;
    else if (part === 'keyframes' && typeof index === 'number') place.keyframe = index;
    else if (part === 'phases' && typeof index === 'number') place.phase = index;
    else if (typeof part === 'string') place.field = part;
  }
  const frame = place.voice === null ? undefined : program.voices[place.voice]?.keyframes[place.keyframe ?? -1];
  if (frame) place.seconds = frame.at;
  return place;
}

/** Which scale shows a field of a keyframe. */
export const parameterOfField = (field: string | null): Parameter | null =>
  field === 'beat' || field === 'carrier' || field === 'level' || field === 'pan' ? field : null;

/** What keeps a program from being played, saved or exported, the first of it. Empty: it is sound. */
export function problemsOf(program: Program): Problem[] {
  try {
    checkProgram(program);
    return [];
  } catch (error) {
    if (!(error instanceof ProgramError)) throw error;
    return error.issues.map((issue) => {
      const place = placeOf(issue.path, program);
      const clips = issue.path === 'voices' && issue.expected.startsWith('gain');
      if (clips) place.seconds = highestLevel(program.voices, byItself).at;
      return { issue, place, remedy: clips ? 'gain' : issue.path === 'phases' ? 'phases' : null };
    });
  }
}
