import type { Keyframe, Program } from '@nes/program/model.ts';
import { totalSeconds } from '@nes/program/values.ts';
import type { PlayedVoice } from './played-track.ts';
import type { RenderOptions } from './renderer.ts';
import { makeScore } from './score.ts';

/** One of a queue: a program, and for how long it sounds (it is repeated or cut); null is its own length. */
export interface Joinable {
  program: Program;
  seconds: number | null;
}

/** What lies between two of a queue: a cross-fade, or silence. */
export interface Seam {
  crossFadeSeconds: number;
  gapSeconds: number;
}

/** Silence before the first, and the length of its rise. */
export interface Lead {
  silenceSeconds: number;
  riseSeconds: number;
}

export interface Joined {
  /** All of it as one program. */
  program: Program;
  /** Second at which each begins in it. */
  starts: number[];
  /** How long each sounds, its fades included. */
  lengths: number[];
}

/** An endless program without a length of its own ends here. */
const LONGEST_SECONDS = 86_400;

/** Beginnings lie on this grid, which is whole frames at every usual sample rate. */
const onGrid = (seconds: number): number => Math.round(seconds * 100) / 100;

/**
 * Joins programs into one, in which each is a voice: the player, its clock and its switches see a single long program.
 * Cross-faded with two shares that sum to 1, so that no seam is louder than what it joins. `reverb` is each program's
 * own, a bell and a swell belong to the end of the whole.
 */
export function joinPrograms(
  items: readonly Joinable[],
  seam: Seam,
  options: RenderOptions = {},
  lead: Lead = { silenceSeconds: 0, riseSeconds: 0 },
): Joined {
  const lengths = items.map(({ program, seconds }) =>
    onGrid(Math.min(LONGEST_SECONDS, seconds ?? totalSeconds(program))),
  );
  const fades = lengths.slice(1).map((length, index) => {
    const shorter = Math.min(length, lengths[index] as number);
    return onGrid(Math.min(seam.crossFadeSeconds, shorter / 2));
  });
  const starts = [onGrid(lead.silenceSeconds)];
  for (let index = 1; index < items.length; index++) {
    const end = (starts[index - 1] as number) + (lengths[index - 1] as number);
    const fade = fades[index - 1] as number;
    starts.push(onGrid(fade > 0 ? end - fade : end + seam.gapSeconds));
  }
  const voices = items.map(({ program, seconds }, index): PlayedVoice => {
    const startSeconds = starts[index] as number;
    const lengthSeconds = lengths[index] as number;
    const repeated = seconds !== null && seconds > totalSeconds(program) ? { ...program, loop: 0 } : program;
    const { reverb = 0, endBellSeconds = null } = options;
    return {
      kind: 'SAMPLE',
      name: '',
      sampleName: '',
      keyframes: envelope(startSeconds, lengthSeconds, fades[index - 1] ?? lead.riseSeconds, fades[index] ?? 0),
      played: {
        program,
        // A bell needs room above everything.
        score: makeScore(repeated, { endBellSeconds }),
        options: { reverb, toSeconds: lengthSeconds },
        startSeconds,
        lengthSeconds,
      },
    };
  });
  const durationSeconds = (starts.at(-1) ?? 0) + (lengths.at(-1) ?? 0);
  return {
    program: { durationSeconds, phases: [], voices, gain: 1, loop: 1, seed: 0 },
    starts,
    lengths,
  };
}

/** The program's own ends are ramped; a fade is needed only where two sound at once. */
function envelope(start: number, length: number, fadeIn: number, fadeOut: number): Keyframe[] {
  const frame = (at: number, level: number): Keyframe => ({
    at,
    carrier: 0,
    // What beats is kept out of the room: each program has its own.
    beat: 1,
    level,
    pan: 0,
    curve: 'SMOOTH',
  });
  const end = start + length;
  const frames: Keyframe[] = [];
  if (fadeIn > 0) frames.push(frame(start, 0));
  frames.push(frame(start + fadeIn, 1));
  if (fadeOut > 0) frames.push(frame(end - fadeOut, 1), frame(end, 0));
  return frames;
}
