import type { Curve, Keyframe, Program, Voice } from './model.ts';
import { keyframeIndex, passAt } from './values.ts';

/** Cycles since second 0, never wrapped: carrier and beat. Left ear = carrier + beat / 2, right = carrier − beat / 2. */
export interface PhaseCycles {
  carrierCycles: number;
  beatCycles: number;
}

/** Cycles from second 0 to each keyframe. */
interface Prepared {
  carrier: Float64Array;
  beat: Float64Array;
}

/** A voice's keyframes are never changed in place, so what is summed from them is kept with the array. */
const prepared = new WeakMap<Keyframe[], Prepared>();

/**
 * Integral of a course from `from` to `to` over its first `seconds` of `length`.
 * SMOOTH is from + (to − from)(1 − cos πu)/2, whose integral is length·(from·u + (to − from)(u/2 − sin(πu)/2π)).
 */
export function courseIntegral(from: number, to: number, curve: Curve, seconds: number, length: number): number {
  if (curve === 'HOLD' || from === to) return from * seconds;
  const share = seconds / length;
  if (curve === 'LINEAR') return seconds * (from + ((to - from) * share) / 2);
  return length * (from * share + (to - from) * (share / 2 - Math.sin(Math.PI * share) / (2 * Math.PI)));
}

/** Sums the phase at every keyframe of the voice, once; later calls cost nothing. */
export function prepareVoice(voice: Voice): Prepared {
  const { keyframes } = voice;
  const known = prepared.get(keyframes);
  if (known) return known;
  const sums = { carrier: new Float64Array(keyframes.length), beat: new Float64Array(keyframes.length) };
  let before: Keyframe | undefined;
  let carrier = 0;
  let beat = 0;
  for (const [index, frame] of keyframes.entries()) {
    if (before) {
      const length = frame.at - before.at;
      if (length > 0) {
        carrier += courseIntegral(before.carrier, frame.carrier, before.curve, length, length);
        beat += courseIntegral(before.beat, frame.beat, before.curve, length, length);
      }
    } else {
      carrier = frame.carrier * frame.at;
      beat = frame.beat * frame.at;
    }
    sums.carrier[index] = carrier;
    sums.beat[index] = beat;
    before = frame;
  }
  prepared.set(keyframes, sums);
  return sums;
}

/**
 * The closed-form integral of carrier and beat from second 0 to `t` of one pass, in cycles. Beyond the last keyframe
 * (and before the first) the frequency holds, so any `t` is answered. Sound and light both use it.
 */
export function phaseAt(voice: Voice, t: number): PhaseCycles {
  const sums = prepareVoice(voice);
  const index = keyframeIndex(voice, t);
  const from = voice.keyframes[Math.max(0, index)];
  if (!from) return { carrierCycles: 0, beatCycles: 0 };
  if (index < 0) return { carrierCycles: from.carrier * t, beatCycles: from.beat * t };
  const to = voice.keyframes[index + 1] ?? from;
  const curve = to === from ? 'HOLD' : from.curve;
  const seconds = t - from.at;
  const length = to.at - from.at;
  return {
    carrierCycles: (sums.carrier[index] ?? 0) + courseIntegral(from.carrier, to.carrier, curve, seconds, length),
    beatCycles: (sums.beat[index] ?? 0) + courseIntegral(from.beat, to.beat, curve, seconds, length),
  };
}

/**
 * The phase at a played second counted over all passes: at the border of a loop the phase goes on, it does not begin
 * anew.
 */
export function playedPhaseAt(program: Program, voice: Voice, seconds: number): PhaseCycles {
  const place = passAt(program, seconds);
  const here = phaseAt(voice, place.seconds);
  if (place.pass === 0) return here;
  const whole = phaseAt(voice, program.durationSeconds);
  return {
    carrierCycles: place.pass * whole.carrierCycles + here.carrierCycles,
    beatCycles: place.pass * whole.beatCycles + here.beatCycles,
  };
}
