import type { NoiseVoice } from '../program/model.ts';
import type { Block, Scratch, Track } from './blocks.ts';
import { Noise } from './noise.ts';
import { Spin } from './spin.ts';

/** Noise by its envelope; a spinning one is read through a moving delay. */
export class NoiseTrack implements Track {
  private readonly envelope: Track;
  private readonly noise: Noise;
  private readonly scratch: Scratch;
  private readonly spin: Track | null;

  constructor(voice: NoiseVoice, envelope: Track, sampleRate: number, scratch: Scratch, seed: number) {
    this.envelope = envelope;
    this.noise = new Noise(voice.colour, voice.correlation, seed, sampleRate);
    this.scratch = scratch;
    this.spin = voice.spin ? new Spin(this.noise, sampleRate, scratch) : null;
  }

  render(block: Block, left: Float64Array, right: Float64Array): void {
    const { scratch } = this;
    const { count } = block;
    scratch.voiceLeft.fill(0, 0, count);
    scratch.voiceRight.fill(0, 0, count);
    scratch.spin.fill(0, 0, count);
    this.envelope.render(block, scratch.voiceLeft, scratch.voiceRight);
    if (this.spin) {
      this.spin.render(block, left, right);
      return;
    }
    this.noise.fill(scratch.noiseLeft, scratch.noiseRight, block.index, count);
    for (let n = 0; n < count; n++) {
      left[n] = (left[n] as number) + (scratch.voiceLeft[n] as number) * (scratch.noiseLeft[n] as number);
      right[n] = (right[n] as number) + (scratch.voiceRight[n] as number) * (scratch.noiseRight[n] as number);
    }
  }
}
