import { LIMITS } from '../check.ts';
import { KINDS } from '../kinds.ts';
import type { Keyframe, Voice } from '../model.ts';
import type { Place } from './import-error.ts';
import type { NoteList } from './note-list.ts';

/** What an import had to change so that a program can hold the values of a voice. */
export interface Fitted {
  /** A carrier or a spin's width below 0 was turned: its size is kept, and the beat changes its sign. */
  turnedCarrier: boolean;
  /** A level below 0 was turned: its size is kept. */
  turnedLevel: boolean;
  /** Values that were held at the limits of a program, with the farthest one. */
  held: { what: 'carrier' | 'beat' | 'level'; value: number; limit: number }[];
}

function between(from: Keyframe, to: Keyframe, share: number): Keyframe {
  const mix = (key: 'at' | 'carrier' | 'beat' | 'level' | 'pan') => from[key] + (to[key] - from[key]) * share;
  return {
    at: mix('at'),
    carrier: mix('carrier'),
    beat: mix('beat'),
    level: mix('level'),
    pan: mix('pan'),
    curve: from.curve,
  };
}

/**
 * The keyframes with a point, or two of a jump, where a straight course crosses `value`; exactly there in `key`, so that
 * each piece lies on one side.
 */
function splitAt(frames: Keyframe[], key: 'carrier' | 'beat' | 'level', value: number): Keyframe[] {
  return frames.flatMap((from, index) => {
    const to = frames[index + 1];
    if (!to || from.curve !== 'LINEAR' || to.at <= from.at) return [from];
    if ((from[key] - value) * (to[key] - value) >= 0) return [from];
    const share = (value - from[key]) / (to[key] - from[key]);
    const middle = { ...between(from, to, share), [key]: value };
    return middle.at > from.at && middle.at < to.at ? [from, middle] : [from];
  });
}

/**
 * Brings a voice's values into a program's ranges without changing what is heard, as far as that is possible: a sine of
 * −200 Hz is one of 200 Hz with its wave turned, so a negative carrier changes the sign of the beat; a negative level
 * turns the wave. What lies beyond the ranges is held at their ends. Changes the voice's keyframes in place.
 */
export function fitKeyframes(voice: Voice): Fitted {
  const unit = KINDS[voice.kind].carrier(voice as unknown as Record<string, unknown>);
  const most = unit === 'MICROSECONDS' ? LIMITS.spinMicroseconds : LIMITS.carrierHz;
  const turnedCarrier = voice.keyframes.some(({ carrier }) => carrier < 0);
  const turnedLevel = voice.keyframes.some(({ level }) => level < 0);
  const limits = { carrier: most, beat: LIMITS.beatHz, level: Number.POSITIVE_INFINITY };
  let frames = voice.keyframes;
  if (turnedCarrier) {
    frames = splitAt(frames, 'carrier', 0).flatMap((frame, index, all) => {
      const next = all[index + 1];
      const before = all[index - 1];
      if (frame.carrier !== 0 || !before || !next || before.carrier * next.carrier >= 0) return [frame];
      // At 0 the beat jumps to its other sign.
      return [frame, { ...frame }];
    });
    let sign = 1;
    frames = frames.map((frame, index) => {
      const next = frames[index + 1];
      const before = frames[index - 1];
      if (frame.carrier !== 0) sign = frame.carrier < 0 ? -1 : 1;
      else if (before?.at === frame.at && before.carrier === 0) sign = (next?.carrier ?? 0) < 0 ? -1 : 1;
      else if (!before) sign = (next?.carrier ?? 0) < 0 ? -1 : 1;
      return sign < 0 ? { ...frame, carrier: -frame.carrier, beat: -frame.beat } : frame;
    });
  }
  if (turnedLevel) {
    frames = splitAt(frames, 'level', 0).map((frame) => (frame.level < 0 ? { ...frame, level: -frame.level } : frame));
  }
  const held: Fitted['held'] = [];
  for (const what of ['carrier', 'beat', 'level'] as const) {
    const limit = limits[what];
    let farthest = 0;
    for (const frame of frames) if (Math.abs(frame[what]) > Math.abs(farthest)) farthest = frame[what];
    if (Math.abs(farthest) <= limit) continue;
    held.push({ what, value: farthest, limit });
    frames = splitAt(splitAt(frames, what, limit), what, -limit).map((frame) => ({
      ...frame,
      [what]: Math.max(-limit, Math.min(limit, frame[what])),
    }));
  }
  voice.keyframes = frames.map((frame) => ({
    ...frame,
    carrier: frame.carrier === 0 ? 0 : frame.carrier,
    beat: frame.beat === 0 ? 0 : frame.beat,
    level: frame.level === 0 ? 0 : frame.level,
  }));
  return { turnedCarrier, turnedLevel, held };
}

/**
 * A tone whose two sides lie farther apart than a program's beat reaches, as two tones: of a binaural voice one for each
 * ear, of a monaural one both in both ears. Any other voice is the only one of the answer.
 */
export function splitWideBeat(voice: Voice): Voice[] {
  if (voice.kind !== 'BINAURAL' && voice.kind !== 'MONAURAL') return [voice];
  if (voice.keyframes.every(({ beat }) => Math.abs(beat) <= LIMITS.beatHz)) return [voice];
  const binaural = voice.kind === 'BINAURAL';
  return ([1, -1] as const).map((side): Voice => {
    const ear = side > 0 ? 'left' : 'right';
    return {
      ...voice,
      kind: 'BINAURAL',
      name: binaural ? `${voice.name}, ${ear} ear` : `${voice.name}, ${side > 0 ? 'upper' : 'lower'} tone`,
      keyframes: voice.keyframes.map((frame) => ({
        ...frame,
        carrier: frame.carrier + (side * frame.beat) / 2,
        beat: 0,
        level: frame.level * (binaural ? Math.min(1, 1 - side * frame.pan) : 0.5),
        pan: binaural ? -side : frame.pan,
      })),
    };
  });
}

/** How much of a voice is heard: level times seconds of its straight course. */
function heard({ keyframes }: Voice): number {
  return keyframes.reduce((sum, from, index) => {
    const to = keyframes[index + 1];
    return sum + (to ? ((from.level + to.level) / 2) * (to.at - from.at) : from.level);
  }, 0);
}

/**
 * Brings voices into a program's ranges and notes what had to be changed. Where there are more voices than a program has,
 * those that are heard most are kept.
 * @param placeOf where a voice stands; null where its values were noted as they were read
 */
export function fitVoices(voices: Voice[], notes: NoteList, placeOf: ((voice: Voice) => Place | null) | null): Voice[] {
  const places = new Map<Voice, Place | null>();
  const fitted = voices.flatMap((voice) => {
    const place = placeOf?.(voice) ?? null;
    const parts = splitWideBeat(voice);
    if (parts.length > 1 && placeOf) {
      notes.add(
        place,
        `${voice.name}: the two tones lie more than ${LIMITS.beatHz} Hz apart; they are kept as two voices, without a beat for the light.`,
      );
    }
    for (const part of parts) {
      const { turnedCarrier, turnedLevel, held } = fitKeyframes(part);
      if (!placeOf) continue;
      if (turnedCarrier) {
        notes.add(place, `${part.name}: a frequency below 0 Hz sounds as one of its size with the wave turned.`);
      }
      if (turnedLevel) notes.add(place, `${part.name}: a level below 0 is kept by its size; the wave is not turned.`);
      for (const { what, value, limit } of held) {
        notes.add(place, `${part.name}: ${what} ${value} is held at ${Math.sign(value) * limit}, the nearest value.`);
      }
    }
    for (const part of parts) places.set(part, place);
    return parts;
  });
  if (fitted.length <= LIMITS.voices) return fitted;
  const kept = fitted.toSorted((a, b) => heard(b) - heard(a)).slice(0, LIMITS.voices);
  for (const voice of fitted) {
    if (!kept.includes(voice))
      notes.add(places.get(voice) ?? null, `${voice.name} is left out: a program has ${LIMITS.voices} voices.`);
  }
  return fitted.filter((voice) => kept.includes(voice));
}
