import type { NoiseVoice } from '@nes/program/model.ts';
import type { Block, Scratch, Track } from './blocks.ts';
import { Noise } from './noise.ts';
import { Spin } from './spin.ts';

/** Noise by its envelope; a spinning one is read through a moving delay. */
export class NoiseTrack implements Track {
  private readonly envelope: Track;
  private readonly noise: Noise;
  private readonly scratch: Scratch;
  private readonly spin: Track | null;
  #next = 0;

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
    if (block.realigned) this.#crossfade(block);
    else this.noise.fill(scratch.noiseLeft, scratch.noiseRight, block.index, count);
    this.#next = block.index + count;
    for (let n = 0; n < count; n++) {
      left[n] = (left[n] as number) + (scratch.voiceLeft[n] as number) * (scratch.noiseLeft[n] as number);
      right[n] = (right[n] as number) + (scratch.voiceRight[n] as number) * (scratch.noiseRight[n] as number);
    }
  }

  /** The noise that went on becomes, over the block, that of the new number. */
  #crossfade({ index, count }: Block): void {
    const { noiseLeft, noiseRight } = this.scratch;
    this.noise.fill(noiseLeft, noiseRight, this.#next, count);
    const left = noiseLeft.slice(0, count);
    const right = noiseRight.slice(0, count);
    this.noise.fill(noiseLeft, noiseRight, index, count);
    for (let n = 0; n < count; n++) {
      // Two noises that have nothing to do with each other: their powers add up.
      const angle = ((n + 0.5) / count) * (Math.PI / 2);
      noiseLeft[n] = (left[n] as number) * Math.cos(angle) + (noiseLeft[n] as number) * Math.sin(angle);
      noiseRight[n] = (right[n] as number) * Math.cos(angle) + (noiseRight[n] as number) * Math.sin(angle);
    }
  }
}
