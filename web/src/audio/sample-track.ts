import { type Block, type Scratch, smoothStep, type Track } from './blocks.ts';
import type { Sample } from './renderer.ts';

/** A bed that is shorter than the program is repeated with this overlap. */
const BED_OVERLAP_SECONDS = 0.5;

/** The listener's own sound, repeated with an overlap for as long as the program lasts. */
export class SampleTrack implements Track {
  private readonly envelope: Track;
  private readonly scratch: Scratch;
  private readonly sample: Sample;
  private readonly overlap: number;

  constructor(sample: Sample, envelope: Track, sampleRate: number, scratch: Scratch) {
    this.envelope = envelope;
    this.scratch = scratch;
    this.sample = sample;
    this.overlap = Math.floor(Math.min(BED_OVERLAP_SECONDS * sampleRate, sample.left.length / 2));
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
        const share = smoothStep(place / overlap);
        l = l * share + (sample.left[place + period] ?? 0) * (1 - share);
        r = r * share + (sample.right[place + period] ?? 0) * (1 - share);
      }
      left[n] = (left[n] as number) + (scratch.voiceLeft[n] as number) * l;
      right[n] = (right[n] as number) + (scratch.voiceRight[n] as number) * r;
    }
  }
}
