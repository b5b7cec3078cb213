import { beatDepth, isIrregular } from './kinds.ts';
import type { Curve, Phase, Program, Voice } from './model.ts';

/** What a voice does at one moment: hertz, hertz, linear amplitude before `gain`, −1 to 1. */
export interface VoiceValues {
  carrier: number;
  beat: number;
  level: number;
  pan: number;
}

/**
 * Share of the way from one keyframe to the next.
 * @param share 0 to 1, the share of the time between them that is over
 */
export function curveShare(curve: Curve, share: number): number {
  if (curve === 'LINEAR') return share;
  return curve === 'HOLD' ? 0 : (1 - Math.cos(Math.PI * share)) / 2;
}

/**
 * Index of the last keyframe at or before `t`, or −1 before the first. Of keyframes at the same time it is the last:
 * at the time of a jump the later keyframe already holds. Takes log2(n) steps.
 */
export function keyframeIndex(voice: Voice, t: number): number {
  const { keyframes } = voice;
  let low = 0;
  let high = keyframes.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const frame = keyframes[middle];
    if (frame && frame.at <= t) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/**
 * The values of a voice at second `t` of one pass of its program. Values before the first and after the last keyframe
 * hold; at the time of a jump the later keyframe holds.
 */
export function valueAt(voice: Voice, t: number): VoiceValues {
  const index = keyframeIndex(voice, t);
  const from = voice.keyframes[Math.max(0, index)];
  if (!from) return { carrier: 0, beat: 0, level: 0, pan: 0 };
  const to = index < 0 ? undefined : voice.keyframes[index + 1];
  const share = to ? curveShare(from.curve, (t - from.at) / (to.at - from.at)) : 0;
  if (!to || share === 0) return { carrier: from.carrier, beat: from.beat, level: from.level, pan: from.pan };
  return {
    carrier: from.carrier + (to.carrier - from.carrier) * share,
    beat: from.beat + (to.beat - from.beat) * share,
    level: from.level + (to.level - from.level) * share,
    pan: from.pan + (to.pan - from.pan) * share,
  };
}

/** Light and displays follow no faster beat. */
const FASTEST_BEAT_HZ = 100;

/** Seconds of all passes together; Infinity for an endless program. */
export function totalSeconds(program: Program): number {
  return program.loop === 0 ? Number.POSITIVE_INFINITY : program.durationSeconds * program.loop;
}

/**
 * Where the played second `seconds` (counted over all passes) lies: `pass` from 0, and `seconds` within it, 0 to
 * `durationSeconds`. The end of the last pass belongs to that pass.
 */
export function passAt(program: Program, seconds: number): { pass: number; seconds: number } {
  let pass = Math.max(0, Math.floor(seconds / program.durationSeconds));
  if (program.loop > 0) pass = Math.min(pass, program.loop - 1);
  const within = seconds - pass * program.durationSeconds;
  return { pass, seconds: Math.min(Math.max(0, within), program.durationSeconds) };
}

/**
 * The phase (chapter) at played second `seconds`, counted over all passes: its number from 0, and the seconds that are
 * left of it. Null for a program without phases.
 */
export function chapterAt(
  program: Program,
  seconds: number,
): { phase: Phase; index: number; leftSeconds: number } | null {
  const at = passAt(program, seconds).seconds;
  let end = 0;
  for (const [index, phase] of program.phases.entries()) {
    end += phase.durationSeconds;
    if (at < end) return { phase, index, leftSeconds: end - at };
  }
  const phase = program.phases.at(-1);
  return phase ? { phase, index: program.phases.length - 1, leftSeconds: 0 } : null;
}

/**
 * The beat that light and displays follow at second `t` of a pass: of the voices that beat then (a tone, gated tone,
 * modulated bed or moving noise with a beat other than 0, its pulses not irregular), the one with the largest level × depth of modulation; of equals the first in
 * the program. Null where nothing beats. `beatHz` is without sign.
 */
export function dominantBeat(program: Program, t: number): { voiceIndex: number; beatHz: number } | null {
  let found: { voiceIndex: number; beatHz: number } | null = null;
  let strongest = 0;
  for (const [voiceIndex, voice] of program.voices.entries()) {
    const values = valueAt(voice, t);
    // A modulation too fast to be followed, or without a rhythm, is heard, and no more.
    const followed = values.beat !== 0 && Math.abs(values.beat) <= FASTEST_BEAT_HZ && !isIrregular(voice);
    const strength = followed ? values.level * beatDepth(voice) : 0;
    if (strength > strongest) {
      strongest = strength;
      found = { voiceIndex, beatHz: Math.abs(values.beat) };
    }
  }
  return found;
}
