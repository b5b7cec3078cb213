import type { DropsVoice, Keyframe, NoiseVoice, Voice } from '../program/model.ts';
import { BellTrack, endBellTrack } from './bell-track.ts';
import type { Scratch, Track } from './blocks.ts';
import { DropsTrack } from './drops-track.ts';
import { EnvelopePart } from './envelope-part.ts';
import { gateTone } from './gate.ts';
import { NoiseTrack } from './noise-track.ts';
import type { Sample } from './renderer.ts';
import { Reverb } from './reverb.ts';
import type { Part, Score } from './runs.ts';
import { SampleTrack } from './sample-track.ts';
import { addWave, waveTables } from './waves.ts';

/**
 * All but pure tones: it comes to the audio thread in a file of its own, when a program needs it. Everywhere
 * else it is always there.
 */
export interface Kit {
  waveTables: typeof waveTables;
  addWave: typeof addWave;
  gateTone: typeof gateTone;
  /** The amplitudes of a voice without tone, walked through by its runs. */
  envelope(voice: Voice): Part;
  noise(voice: NoiseVoice, envelope: Track, sampleRate: number, scratch: Scratch, seed: number): Track;
  bell(
    strikes: Keyframe[],
    decaySeconds: number,
    durationSeconds: number,
    passes: number,
    sampleRate: number,
    scratch: Scratch,
  ): Track;
  endBell(secondsBefore: number, score: Score, sampleRate: number, scratch: Scratch): Track;
  drops(voice: DropsVoice, envelope: Track, sampleRate: number, scratch: Scratch, seed: number): Track;
  sample(sample: Sample, envelope: Track, sampleRate: number, scratch: Scratch): Track;
  reverb(sampleRate: number): Reverb;
}

export const KIT: Kit = {
  waveTables,
  addWave,
  gateTone,
  envelope: (voice) => new EnvelopePart(voice),
  noise: (voice, envelope, sampleRate, scratch, seed) => new NoiseTrack(voice, envelope, sampleRate, scratch, seed),
  bell: (strikes, decaySeconds, durationSeconds, passes, sampleRate, scratch) =>
    new BellTrack(strikes, decaySeconds, durationSeconds, passes, sampleRate, scratch),
  endBell: endBellTrack,
  drops: (voice, envelope, sampleRate, scratch, seed) => new DropsTrack(voice, envelope, sampleRate, scratch, seed),
  sample: (sample, envelope, sampleRate, scratch) => new SampleTrack(sample, envelope, sampleRate, scratch),
  reverb: (sampleRate) => new Reverb(sampleRate),
};
