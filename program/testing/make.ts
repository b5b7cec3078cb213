/** Programs for tests. */
import type { Keyframe, Program, Voice } from '../model.ts';

export const frame = (at: number, beat: number, more: Partial<Keyframe> = {}): Keyframe => ({
  at,
  carrier: 200,
  beat,
  level: 0.5,
  pan: 0,
  curve: 'LINEAR',
  ...more,
});

export const binaural = (keyframes: Keyframe[]): Voice => ({
  kind: 'BINAURAL',
  name: 'v',
  waveform: 'SINE',
  keyframes,
});

export const programOf = (durationSeconds: number, voices: Voice[], loop = 1): Program => ({
  durationSeconds,
  phases: [],
  voices,
  gain: 1,
  loop,
  seed: 1,
});
