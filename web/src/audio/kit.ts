import type { DropsVoice, Keyframe, NoiseVoice, SampleVoice, Voice } from '@nes/program/model.ts';
import { BellTrack, endBellTrack } from './bell-track.ts';
import type { Scratch, Track } from './blocks.ts';
import { DropsTrack } from './drops-track.ts';
import { EnvelopePart } from './envelope-part.ts';
import { gateTone } from './gate.ts';
import { NoiseTrack } from './noise-track.ts';
import { PlayedTrack, type PlayedVoice } from './played-track.ts';
import type { Renderer, RenderOptions, Sample } from './renderer.ts';
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
  /** The amplitudes of a voice without tone, walked through by its runs. @param seed of its irregular pulses */
  envelope(voice: Voice, seed: number): Part;
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
  /** Null: silent, because nobody has given the voice its sound. @param make renders what a voice of a queue holds */
  sample(
    voice: SampleVoice | PlayedVoice,
    sample: Sample | undefined,
    envelope: Track,
    sampleRate: number,
    scratch: Scratch,
    make: (score: Score, sampleRate: number, options: RenderOptions, kit: Kit) => Renderer,
  ): Track | null;
  reverb(sampleRate: number): Reverb;
}

export const KIT: Kit = {
  waveTables,
  addWave,
  gateTone,
  envelope: (voice, seed) => new EnvelopePart(voice, seed),
  noise: (voice, envelope, sampleRate, scratch, seed) => new NoiseTrack(voice, envelope, sampleRate, scratch, seed),
  bell: (strikes, decaySeconds, durationSeconds, passes, sampleRate, scratch) =>
    new BellTrack(strikes, decaySeconds, durationSeconds, passes, sampleRate, scratch),
  endBell: endBellTrack,
  drops: (voice, envelope, sampleRate, scratch, seed) => new DropsTrack(voice, envelope, sampleRate, scratch, seed),
  sample: (voice, sample, envelope, sampleRate, scratch, make) => {
    if ('played' in voice) {
      const { score, options } = voice.played;
      return new PlayedTrack(voice.played, () => make(score, sampleRate, options, KIT), envelope, sampleRate, scratch);
    }
    return sample ? new SampleTrack(sample, envelope, sampleRate, scratch) : null;
  },
  reverb: (sampleRate) => new Reverb(sampleRate),
};
