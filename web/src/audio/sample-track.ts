import { type Block, type Scratch, smoothStep, type Track } from './blocks.ts';
import type { Sample } from './renderer.ts';

/** A bed that is shorter than the program is repeated with this overlap. */
const BED_OVERLAP_SECONDS = 0.5;

/** Frames of the overlap of a bed that has `length` frames. */
function overlapOf(length: number, sampleRate: number): number {
  return Math.floor(Math.min(BED_OVERLAP_SECONDS * sampleRate, length / 2));
}

/** Frames after which a bed of `length` frames is heard anew. */
export function bedPeriod(length: number, sampleRate: number): number {
  return length - overlapOf(length, sampleRate);
}

/** How alike two stretches are: 1 the same, 0 nothing to do with each other, −1 turned. */
function likeness(sample: Sample, overlap: number): number {
  let product = 0;
  let first = 0;
  let second = 0;
  const period = sample.left.length - overlap;
  for (const ear of [sample.left, sample.right]) {
    for (let n = 0; n < overlap; n++) {
      const a = ear[n] as number;
      const b = ear[n + period] as number;
      product += a * b;
      first += a * a;
      second += b * b;
    }
  }
  return first > 0 && second > 0 ? product / Math.sqrt(first * second) : 0;
}

/** The listener's own sound, repeated with an overlap for as long as the program lasts. */
export class SampleTrack implements Track {
  private readonly envelope: Track;
  private readonly scratch: Scratch;
  private readonly sample: Sample;
  private readonly overlap: number;
  /** The overlap as it is heard: its end going over into its beginning. */
  private readonly seamLeft: Float32Array;
  private readonly seamRight: Float32Array;

  constructor(sample: Sample, envelope: Track, sampleRate: number, scratch: Scratch) {
    this.envelope = envelope;
    this.scratch = scratch;
    this.sample = sample;
    this.overlap = overlapOf(sample.left.length, sampleRate);
    this.seamLeft = new Float32Array(this.overlap);
    this.seamRight = new Float32Array(this.overlap);
    this.#makeSeam();
  }

  /**
   * Two shares s and 1 − s of stretches whose likeness is r have the power s² + (1 − s)² + 2 r s (1 − s): divided by its
   * root the seam is as loud as what lies around it, for a hum that goes on as for noise.
   */
  #makeSeam(): void {
    const { sample, overlap, seamLeft, seamRight } = this;
    const period = sample.left.length - overlap;
    const alike = Math.max(0, likeness(sample, overlap));
    for (let n = 0; n < overlap; n++) {
      const share = smoothStep(n / overlap);
      const power = share * share + (1 - share) * (1 - share) + 2 * alike * share * (1 - share);
      let scale = 1 / Math.sqrt(power);
      const l = (sample.left[n] as number) * share + (sample.left[n + period] as number) * (1 - share);
      const r = (sample.right[n] as number) * share + (sample.right[n + period] as number) * (1 - share);
      // A peak never passes what a bed may reach.
      const peak = Math.max(Math.abs(l), Math.abs(r)) * scale;
      if (peak > 1) scale /= peak;
      seamLeft[n] = l * scale;
      seamRight[n] = r * scale;
    }
  }

  render(block: Block, left: Float64Array, right: Float64Array): void {
    const { scratch, sample, overlap } = this;
    const { count } = block;
    scratch.voiceLeft.fill(0, 0, count);
    scratch.voiceRight.fill(0, 0, count);
    scratch.spin.fill(0, 0, count);
    this.envelope.render(block, scratch.voiceLeft, scratch.voiceRight);
    const period = sample.left.length - overlap;
    if (period <= 0) return;
    for (let n = 0; n < count; n++) {
      const index = block.index + n;
      const place = index % period;
      let l = sample.left[place] ?? 0;
      let r = sample.right[place] ?? 0;
      if (place < overlap && index >= period) {
        l = this.seamLeft[place] as number;
        r = this.seamRight[place] as number;
      }
      left[n] = (left[n] as number) + (scratch.voiceLeft[n] as number) * l;
      right[n] = (right[n] as number) + (scratch.voiceRight[n] as number) * r;
    }
  }
}
