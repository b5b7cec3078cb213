import type { Keyframe, Program, Voice } from '@nes/program/model.ts';
import { passAt, valueAt } from '@nes/program/values.ts';

/** What a breath does: in, out, or held. */
export type BreathStep = 'IN' | 'OUT' | 'HOLD';

export interface Breath {
  step: BreathStep;
  /** How full, 0 to 1. */
  full: number;
}

/** A half breath of less is no breathing, one of more is a slow fade. */
const SHORTEST_SECONDS = 0.8;
const LONGEST_SECONDS = 16;
/** So many turns make a pace. */
const FEWEST_TURNS = 6;

const moved = (a: Keyframe, b: Keyframe): number => Math.sign(Math.round((b.level - a.level) * 1e6));

/** The turns of a voice's level between in and out. */
function turnsOf({ keyframes }: Voice): number[] {
  const turns: number[] = [];
  let last = 0;
  for (const [index, frame] of keyframes.entries()) {
    const next = keyframes[index + 1];
    const way = next ? moved(frame, next) : 0;
    if (way !== 0 && way !== last) turns.push(frame.at);
    if (way !== 0) last = way;
  }
  return turns;
}

/** The voice that paces the breath of a program: its level swells and ebbs as people breathe. Null where none does. */
export function pacingVoice(program: Program): Voice | null {
  for (const voice of program.voices) {
    const turns = turnsOf(voice);
    if (turns.length < FEWEST_TURNS) continue;
    const halves = turns
      .slice(1)
      .map((at, index) => at - (turns[index] as number))
      .sort((a, b) => a - b);
    const middle = halves[Math.floor(halves.length / 2)] as number;
    if (middle >= SHORTEST_SECONDS && middle <= LONGEST_SECONDS) return voice;
  }
  return null;
}

/** The breath at a second of the program, counted over all passes. */
export function breathAt(program: Program, voice: Voice, seconds: number): Breath {
  const at = passAt(program, seconds).seconds;
  const { keyframes } = voice;
  const most = Math.max(...keyframes.map(({ level }) => level));
  const index = keyframes.findLastIndex((frame) => frame.at <= at);
  const from = keyframes[Math.max(0, index)] as Keyframe;
  const to = keyframes[index + 1] ?? from;
  const way = moved(from, to);
  return {
    step: way > 0 ? 'IN' : way < 0 ? 'OUT' : 'HOLD',
    full: most > 0 ? Math.min(1, valueAt(voice, at).level / most) : 0,
  };
}

/** Milliseconds of vibration and pause that tell in from out without looking: one long, two short. */
export const hapticOf: Readonly<Record<BreathStep, readonly number[]>> = { IN: [140], OUT: [45, 90, 45], HOLD: [] };
