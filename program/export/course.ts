import type { Keyframe, Note, Program, Voice } from '../model.ts';
import { curveShare, keyframeIndex, type VoiceValues, valueAt } from '../values.ts';

/** A program written in another format, and what that format could not hold. */
export interface Exported {
  text: string;
  notes: Note[];
}

/** Straight pieces that stand for one SMOOTH curve: off by at most π² / 16 / 16², 0.25 % of its rise. */
const SMOOTH_PIECES = 16;

/** The values just before `t`: those that a jump at `t` leaves. */
export function valueBefore(voice: Voice, t: number): VoiceValues {
  let index = keyframeIndex(voice, t);
  while (index >= 0 && voice.keyframes[index]?.at === t) index--;
  const to = voice.keyframes[index + 1];
  if (!to) return valueAt(voice, t);
  // Before the first keyframe its values hold.
  const from = voice.keyframes[index] ?? to;
  if (from === to) return { carrier: to.carrier, beat: to.beat, level: to.level, pan: to.pan };
  const share = curveShare(from.curve, (t - from.at) / (to.at - from.at));
  const mix = (key: keyof VoiceValues) => (share === 1 ? to[key] : from[key] + (to[key] - from[key]) * share);
  return { carrier: mix('carrier'), beat: mix('beat'), level: mix('level'), pan: mix('pan') };
}

/**
 * The curves of a voice made straight: SMOOTH ones by pieces. Says whether there were any.
 * @param whole whether the pieces meet at whole seconds, so that no rounding moves them later
 */
export function straightened(voice: Voice, whole: boolean): { voice: Voice; changed: boolean } {
  if (!voice.keyframes.some(({ curve }) => curve === 'SMOOTH')) return { voice, changed: false };
  const keyframes = voice.keyframes.flatMap((frame, index): Keyframe[] => {
    const next = voice.keyframes[index + 1];
    if (frame.curve !== 'SMOOTH') return [frame];
    const start: Keyframe = { ...frame, curve: 'LINEAR' };
    if (!next || next.at === frame.at) return [start];
    const step = (next.at - frame.at) / SMOOTH_PIECES;
    const times = new Set<number>();
    for (let piece = 1; piece < SMOOTH_PIECES; piece++) {
      const at = frame.at + piece * step;
      times.add(whole ? Math.round(at) : at);
    }
    const inside = [...times].filter((at) => at > frame.at && at < next.at);
    return [start, ...inside.map((at): Keyframe => ({ ...valueAt(voice, at), at, curve: 'LINEAR' }))];
  });
  return { voice: { ...voice, keyframes }, changed: true };
}

/** What no format but JSON holds of a program as a whole. */
export function noteWhole(program: Program, notes: Note[]): void {
  if (program.phases.length > 1) {
    notes.push({
      line: 0,
      message: `The ${program.phases.length} phases are not kept; only the first one's description is.`,
    });
  }
}

/** A number as short as it can be read back, without an exponent where that is possible. */
export function decimal(value: number): string {
  const rounded = Number(value.toPrecision(15));
  const text = String(rounded);
  return text.includes('e') ? rounded.toFixed(20).replace(/\.?0+$/, '') : text;
}
