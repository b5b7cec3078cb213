import type { StrobeChannel } from '../strobe-signals.ts';

/**
 * What an analysis says. Times are seconds from the recording's first sample, levels dBFS of RMS (a sine at full scale has
 * −3.01), uncertainties one standard deviation.
 */

export type Ear = 'left' | 'right';

/** A sine that holds, or that goes straight from one frequency to another. */
export interface Tone {
  ear: Ear;
  fromSeconds: number;
  toSeconds: number;
  startHz: number;
  endHz: number;
  levelDb: number;
  uncertaintyHz: number;
}

/**
 * binaural: a tone in each ear, apart by the beat. monaural: both tones in one ear or in both. isochronic: one tone, gated.
 * modulation: the amplitude of noise or music goes up and down.
 */
export type BeatKind = 'binaural' | 'monaural' | 'isochronic' | 'modulation';

export interface Beat {
  kind: BeatKind;
  /** Where it is heard. */
  ear: Ear | 'both';
  /** At the middle of the stretch. */
  beatHz: number;
  /** Middle of the two tones, or the gated tone; null where what beats has no pitch. */
  carrierHz: number | null;
  fromSeconds: number;
  toSeconds: number;
  startHz: number;
  endHz: number;
  /** The carrier at both ends, null where there is none. */
  carrierStartHz: number | null;
  carrierEndHz: number | null;
  /** Share of the period that sounds, edges included; null where there are no pulses. */
  duty: number | null;
  /** 1: to silence. */
  depth: number | null;
  /** Length of a raised-cosine edge in seconds; null where there are no pulses. */
  edgeSeconds: number | null;
  /** Each pulse in the other ear; the beat counts all of them. */
  alternating: boolean;
  /** Of a binaural beat, the ear with the higher tone; else null. */
  upperEar: Ear | null;
  /** Level of the tone while it sounds, or of each of the two tones. */
  levelDb: number;
  uncertaintyHz: number;
}

export interface NoiseFinding {
  /** From 40 Hz to 16 kHz, or to where the recording ends: white 0, pink −3.01, brown −6.02. */
  slopeDbPerOctave: number;
  /** Of the ears, −1 to 1. */
  correlation: number;
  levelDb: number;
}

/** Light signals in the sound, for glasses: `audio/strobe-signals.ts`. */
export interface StrobeFinding {
  kind: 'SpectraStrobe' | 'AudioStrobe';
  fromSeconds: number;
  toSeconds: number;
  /** 19,200 Hz alone is AudioStrobe's brightness; it may be SpectraStrobe's green as well. */
  signals: { channel: StrobeChannel | 'brightness'; hertz: number; levelDb: number }[];
}

export interface Coding {
  /** Above this the recording is empty though its rate would hold more; null where it goes as far as the rate lets it. */
  lowPassHz: number | null;
}

export interface Levels {
  /** Integrated loudness, ITU-R BS.1770-4; null where all of it is below the gate. */
  lufs: number | null;
  truePeakDb: number;
}

export interface Analysis {
  seconds: number;
  sampleRateHz: number;
  channels: 1 | 2;
  tones: Tone[];
  beats: Beat[];
  noise: NoiseFinding | null;
  strobe: StrobeFinding | null;
  levels: Levels;
  coding: Coding;
}
