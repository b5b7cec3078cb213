/**
 * The program: the one model that player, visuals, editor, metrics, import and export all read.
 * A program is data. Every number is finite; times are seconds, frequencies hertz, levels linear amplitude.
 */

/** How a value goes from one keyframe to the next: straight, not at all, or by a raised-cosine ease. */
export type Curve = 'LINEAR' | 'HOLD' | 'SMOOTH';

/** Wave of a tone. All but SINE are band-limited; HARMONICS takes the voice's own `harmonics`. */
export type Waveform = 'SINE' | 'TRIANGLE' | 'SQUARE' | 'SAWTOOTH' | 'HARMONICS';

export type NoiseColour = 'WHITE' | 'PINK' | 'BROWN';

/** One point of a voice's course. Two keyframes at the same time are a jump. */
export interface Keyframe {
  /** Seconds from the program's start, 0 to `durationSeconds`, never decreasing within a voice. */
  at: number;
  /**
   * Carrier in Hz. 0 where the voice has none. For a spinning NOISE voice it is the width of the spin in
   * microseconds, as in SBaGen's `spin:` (that format's own convention, so that files keep their meaning).
   */
  carrier: number;
  /** Beat in Hz, −100 to 100. A negative beat swaps the ears of a binaural voice. */
  beat: number;
  /** Linear amplitude, 0 to 1, before the program's `gain`. */
  level: number;
  /** −1 (left) to 1 (right). Balance: the nearer ear keeps its level, the other falls to 0. */
  pan: number;
  /** Course to the next keyframe. */
  curve: Curve;
}

interface VoiceBase {
  name: string;
  keyframes: Keyframe[];
}

interface Tone extends VoiceBase {
  waveform: Waveform;
  /** Amplitudes of the sine partials 1, 2, 3 … (1 to 64 of them, each −1 to 1), only with waveform HARMONICS. */
  harmonics?: number[];
}

/** Left ear carrier + beat / 2, right ear carrier − beat / 2. */
export interface BinauralVoice extends Tone {
  kind: 'BINAURAL';
}

/** Both tones, each at half the level, in both ears. */
export interface MonauralVoice extends Tone {
  kind: 'MONAURAL';
}

/** Pulses at the beat. */
interface Pulsing {
  /**
   * Share of the silence in a pulse's period by which its onset is put off, drawn anew for each from the program's seed: 1 draws
   * from all of it. Left out: 0, every pulse is on the beat. Light follows no irregular pulses.
   */
  irregularity?: number;
}

/** A bed, modulated at the beat. */
interface ModulatedBed extends Pulsing {
  /** Share of the beat period that sounds, 0.05 to 1. Left out: 1, the modulation is a sine; below it is a gate. */
  duty?: number;
  /** Length of each raised-cosine edge of the gate in seconds, 0.001 to 0.25; left out 0.005. */
  edgeSeconds?: number;
}

/** The carrier, gated at the beat. */
export interface IsochronicVoice extends Tone, Pulsing {
  kind: 'ISOCHRONIC';
  /** Share of the beat period that sounds, 0.05 to 0.95. */
  duty: number;
  /** Length of each raised-cosine edge in seconds, 0.001 to 0.25; never more than half of the sounding time. */
  edgeSeconds: number;
  /** 1 gates to silence, 0 not at all. */
  depth: number;
  /** Each pulse in the other ear. */
  alternating: boolean;
}

/** The carrier, its amplitude modulated by a sine at the beat: full at beat phase 0. */
export interface ModulatedVoice extends Tone {
  kind: 'MODULATED';
  /** 1 modulates down to silence, 0 not at all. */
  depth: number;
}

export interface NoiseVoice extends VoiceBase, ModulatedBed {
  kind: 'NOISE';
  colour: NoiseColour;
  /** Correlation of left and right, −1 to 1; 1 is mono. */
  correlation: number;
  /** Depth of the amplitude modulation at the beat, 0 to 1. */
  modulationDepth: number;
  /** The noise moves between the ears at the beat by an interaural delay; its width is the keyframes' `carrier`. */
  spin: boolean;
}

/** Struck at every keyframe whose level is above 0. */
export interface BellVoice extends VoiceBase {
  kind: 'BELL';
  /** Time in which the bell falls to 1/1000 (−60 dB), 0.1 to 60 s. */
  decaySeconds: number;
}

export interface DropsVoice extends VoiceBase {
  kind: 'DROPS';
  texture: 'WATER' | 'RAIN';
  /** Mean drops per second, 0.01 to 1000. */
  dropsPerSecond: number;
  /** Drops that may sound at the same time, 1 to 64. */
  count: number;
}

/** A listener's own audio file as a bed. The file stays on the device; without it the voice is silent. */
export interface SampleVoice extends VoiceBase, ModulatedBed {
  kind: 'SAMPLE';
  /** What file is meant, for people. */
  sampleName: string;
  /** Depth of the amplitude modulation at the beat, 0 to 1; left out 0. */
  modulationDepth?: number;
}

export type ToneVoice = BinauralVoice | MonauralVoice | IsochronicVoice | ModulatedVoice;
export type Voice = ToneVoice | NoiseVoice | BellVoice | DropsVoice | SampleVoice;
export type VoiceKind = Voice['kind'];

/** A chapter for people. Phases tile the program's duration in order. */
export interface Phase {
  name: string;
  description: string;
  durationSeconds: number;
  /** `#rrggbb`. */
  colour: string;
}

export interface Program {
  /** Length of one pass, 0.1 to 86,400 s. */
  durationSeconds: number;
  phases: Phase[];
  voices: Voice[];
  /** 0 to 1; gain × the sum of voice levels is at most 1 at every instant; SAMPLE voices do not count. */
  gain: number;
  /** How many times the program is played; 0 is endless. */
  loop: number;
  /** Seed of noise and drops, a whole number from 0 to 2^32 − 1. */
  seed: number;
  /**
   * Time of day that second 0 belongs to, in seconds from 0 to below 86,400: such a program can be played by the clock.
   * Left out where its times are no times of day.
   */
  startClockSeconds?: number;
}

/** Something an import changed or could not keep, in plain words. Line 0 is the file as a whole. */
export interface Note {
  line: number;
  message: string;
}

/** What a file of any format holds once read. */
export interface ProgramFile {
  title: string;
  program: Program;
  /** Second 0 on the file's own clock, where the format has one; in a sequence that counts from NOW, that is 0. */
  startClockSeconds: number | null;
  notes: Note[];
}
