import { type BeatMoment, beatPower, stillCarrier } from './beat-power.ts';
import { LIMITS } from './check.ts';
import { beats, KINDS, still } from './kinds.ts';
import { byItself, highestLevel, LOUDEST } from './levels.ts';
import type { Keyframe, Program, Voice } from './model.ts';
import { phaseAt } from './phase.ts';
import { curveShare } from './values.ts';

/** Shares of level closer to 1 than this are 1: 0.004 dB. Most binaural voices keep their levels exactly. */
const SAME = 5e-4;

/** A course of level between two keyframes may be off the wanted one by this share (0.04 dB). */
const STRAIGHT = 5e-3;

/** Pieces that one course between two keyframes is parted into at most. */
const MOST_PIECES = 16;

/** Whether anything in a voice's sound beats: two tones apart, a bell of two tones, a moving gate or modulation, a spin. */
export function voiceBeats(voice: Voice): boolean {
  if (KINDS[voice.kind].struck) return voice.keyframes.some(({ beat, level }) => beat !== 0 && level > 0);
  return beats(voice);
}

/** Whether anything in a program beats, so that it can have a twin without a beat. */
export function hasBeat(program: Program): boolean {
  return program.voices.some(voiceBeats);
}

/** A keyframe of the twin at share `share` of the way between two of the original. */
function momentAt(voice: Voice, from: Keyframe, to: Keyframe, share: number): BeatMoment {
  const way = curveShare(from.curve, share);
  const between = (key: 'carrier' | 'beat' | 'level' | 'pan') => from[key] + (to[key] - from[key]) * way;
  const moves = from.beat !== 0 || (from.curve !== 'HOLD' && to.beat !== 0);
  return {
    carrier: between('carrier'),
    beat: between('beat'),
    level: between('level'),
    pan: between('pan'),
    beats: moves,
    beatCycles: moves ? 0 : phaseAt(voice, from.at).beatCycles,
  };
}

function twinLevel(voice: Voice, moment: BeatMoment): number {
  const share = Math.sqrt(beatPower(voice, moment));
  return Math.abs(share - 1) < SAME ? moment.level : moment.level * share;
}

/**
 * The course from one keyframe to the next in the twin.
 * @param fine whether it may take more keyframes where its level would leave the straight way
 */
function pieces(voice: Voice, from: Keyframe, to: Keyframe, fine: boolean): Keyframe[] {
  const at = (share: number, curve: Keyframe['curve']): Keyframe => {
    const moment = momentAt(voice, from, to, share);
    const { pan } = moment;
    const carrier = stillCarrier(voice, moment);
    return { at: from.at + (to.at - from.at) * share, carrier, beat: 0, level: twinLevel(voice, moment), pan, curve };
  };
  const first = { ...at(0, from.curve), at: from.at };
  if (from.curve === 'HOLD') return [first];
  const last = { ...at(1, 'LINEAR'), at: to.at };
  const off = [0.25, 0.5, 0.75].some((share) => {
    const wanted = at(share, 'LINEAR');
    const way = curveShare(from.curve, share);
    const carrier = first.carrier + (last.carrier - first.carrier) * way;
    const level = first.level + (last.level - first.level) * way;
    return (
      Math.abs(level - wanted.level) > STRAIGHT * Math.max(wanted.level, 0.01) ||
      Math.abs(carrier - wanted.carrier) > STRAIGHT * wanted.carrier
    );
  });
  if (!off || !fine) return [first, last];
  const inner = Array.from({ length: MOST_PIECES }, (_, piece) => at(piece / MOST_PIECES, 'LINEAR'));
  return [{ ...first, curve: 'LINEAR' }, ...inner.slice(1), last];
}

function sameFrame(a: Keyframe, b: Keyframe): boolean {
  return a.at === b.at && a.carrier === b.carrier && a.level === b.level && a.pan === b.pan;
}

/**
 * The twin of one voice, a copy also where nothing in it beats.
 * @param fine whether it may have more keyframes than the original
 */
export function twinVoice(voice: Voice, fine: boolean): Voice {
  if (!voiceBeats(voice)) return structuredClone(voice);
  const { keyframes } = voice;
  if (KINDS[voice.kind].struck) {
    const struck = keyframes.map((frame) => {
      const moment = { ...frame, beats: frame.beat !== 0, beatCycles: 0 };
      return { ...frame, carrier: stillCarrier(voice, moment), beat: 0, level: twinLevel(voice, moment) };
    });
    return still({ ...voice, keyframes: struck });
  }
  const frames: Keyframe[] = [];
  const put = (frame: Keyframe) => {
    const before = frames.at(-1);
    // A span's end is the next one's beginning unless the level jumps there.
    if (before && sameFrame(before, frame)) before.curve = frame.curve;
    else frames.push(frame);
  };
  const outside = (frame: Keyframe): Keyframe =>
    pieces(voice, { ...frame, curve: 'HOLD' }, frame, false)[0] as Keyframe;
  const [first] = keyframes;
  if (first && first.at > 0) put(outside(first));
  for (const [index, from] of keyframes.entries()) {
    const to = keyframes[index + 1];
    if (!to) put({ ...outside(from), curve: from.curve });
    else if (to.at > from.at) for (const frame of pieces(voice, from, to, fine)) put(frame);
  }
  return still({ ...voice, keyframes: frames });
}

/**
 * The twin of a program: the same carriers, chapters, noise and bells, and nothing in it beats. A tone is the mean
 * carrier in both ears (weighed by their power, where it is panned), pulses are a steady tone, noise is neither modulated nor spun. At every moment it is as loud as
 * the original is on the mean over a beat: by ITU-R BS.1770, and by RMS to the share in which two tones' frequencies
 * are weighted otherwise than their mean (under 0.1 dB from carriers of 100 Hz up).
 *
 * What cannot be the same: a beat below 2.5 Hz in the air is slower than BS.1770's window of 400 ms, so that there the
 * original's loudness itself goes up and down and the twin holds its mean.
 * @throws {RangeError} when nothing beats, because the twin would be the same program
 */
export function withoutBeat(program: Program): Program {
  if (!hasBeat(program)) throw new RangeError('the program has no beat, so it has no twin without one');
  const most = program.voices.reduce((sum, voice) => sum + voice.keyframes.length, 0) * (MOST_PIECES + 1);
  const voices = program.voices.map((voice) => twinVoice(voice, most <= LIMITS.keyframes));
  // What the renderer makes of the original's gain: it lowers a program that is louder than its ceiling as a whole, a listener's
  // own sounds counted, which are there where two programs with them are compared.
  const heard = Math.min(program.gain, LOUDEST / Math.max(highestLevel(program.voices).level, 1e-9));
  // A level above 1 (a carrier below 30 Hz with a wide beat) is written as more gain.
  const levels = voices.flatMap((voice) => voice.keyframes.map((frame) => frame.level));
  const over = levels.reduce((most, level) => Math.max(most, level), 1);
  if (over > 1) for (const voice of voices) for (const frame of voice.keyframes) frame.level /= over;
  const gain = Math.min(1, heard * over, 1 / Math.max(highestLevel(voices, byItself).level, 1e-9));
  return { ...structuredClone(program), voices, gain };
}
