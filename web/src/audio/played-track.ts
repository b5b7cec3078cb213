import type { Program, SampleVoice } from '@nes/program/model.ts';
import type { Block, Scratch, Track } from './blocks.ts';
import type { Renderer, RenderOptions } from './renderer.ts';
import type { Score } from './runs.ts';

/** A whole program that a voice plays. */
export interface Played {
  program: Program;
  score: Score;
  options: RenderOptions;
  /** Second of the queue at which it begins; between its end and there nothing is rendered. */
  startSeconds: number;
  lengthSeconds: number;
}

/** A voice whose sound is a program: how a queue is played as one program. Its keyframes are the cross-fades. */
export interface PlayedVoice extends SampleVoice {
  played: Played;
}

/** Renders a program at its place in a queue, through the envelope of its voice. */
export class PlayedTrack implements Track {
  private readonly make: () => Renderer;
  /** Made when it begins to be heard, and given back after its end: a long night does not begin with the work of all. */
  private renderer: Renderer | null = null;
  private readonly envelope: Track;
  private readonly scratch: Scratch;
  private readonly sampleRate: number;
  private readonly startFrame: number;
  private readonly startSeconds: number;
  private readonly endSeconds: number;
  private left = new Float32Array(0);
  private right = new Float32Array(0);

  constructor(played: Played, make: () => Renderer, envelope: Track, sampleRate: number, scratch: Scratch) {
    this.make = make;
    this.envelope = envelope;
    this.scratch = scratch;
    this.sampleRate = sampleRate;
    this.startSeconds = played.startSeconds;
    this.startFrame = Math.round(played.startSeconds * sampleRate);
    this.endSeconds = played.startSeconds + played.lengthSeconds;
  }

  render(block: Block, left: Float64Array, right: Float64Array): void {
    const { start, dt, count } = block;
    if (start + count * dt <= this.startSeconds || start >= this.endSeconds) {
      this.renderer = null;
      return;
    }
    const { scratch } = this;
    this.renderer ??= this.make();
    const step = dt * this.sampleRate;
    const place = start * this.sampleRate - this.startFrame;
    // Frames before its beginning. Rounding of the place is no frame.
    const skip = Math.max(0, Math.ceil(-place / step - 1e-3));
    if (skip >= count) return;
    // Made anew only where a program begins.
    if (this.left.length !== count - skip) {
      this.left = new Float32Array(count - skip);
      this.right = new Float32Array(count - skip);
    }
    this.renderer.render(Math.max(0, place + skip * step), this.left, this.right, step);
    scratch.voiceLeft.fill(0, 0, count);
    scratch.voiceRight.fill(0, 0, count);
    this.envelope.render(block, scratch.voiceLeft, scratch.voiceRight);
    for (let n = skip; n < count; n++) {
      left[n] = (left[n] as number) + (scratch.voiceLeft[n] as number) * (this.left[n - skip] as number);
      right[n] = (right[n] as number) + (scratch.voiceRight[n] as number) * (this.right[n - skip] as number);
    }
  }
}
