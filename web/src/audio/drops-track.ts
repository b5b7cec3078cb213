import type { DropsVoice } from '@nes/program/model.ts';
import { audibleShare, BLOCK, type Block, fraction, frameAt, type Scratch, smoothStep, type Track } from './blocks.ts';
import { ATTACK_SECONDS, addDecay, LN_1000 } from './decay.ts';
import { mix32 } from './noise.ts';

/** Longest drop in seconds, and its range of pitches. */
const DROP = {
  WATER: { seconds: 0.16, low: 500, high: 2200 },
  RAIN: { seconds: 0.03, low: 1800, high: 7000 },
} as const;

/** Brings single drops near full scale: they rise and fall too fast to reach their own amplitude. */
const LOUDNESS = 4;
const KNEE = 0.8;

/** Many drops at once may pass 1 for a moment; a voice never passes its level. Below the knee nothing changes. */
function held(value: number): number {
  const size = Math.abs(value);
  if (size <= KNEE) return value;
  return Math.sign(value) * (KNEE + (1 - KNEE) * Math.tanh((size - KNEE) / (1 - KNEE)));
}

/**
 * Drops: `count` rows, each with one drop in every `count / dropsPerSecond` seconds at a random moment, pitch, place and
 * strength. All of it is a function of seed, row and number, so any moment can be rendered by itself.
 */
export class DropsTrack implements Track {
  private readonly envelope: Track;
  private readonly voice: DropsVoice;
  private readonly seed: number;
  private state = 0;
  private readonly sampleRate: number;
  private readonly scratch: Scratch;
  private readonly bedLeft = new Float64Array(BLOCK);
  private readonly bedRight = new Float64Array(BLOCK);

  constructor(voice: DropsVoice, envelope: Track, sampleRate: number, scratch: Scratch, seed: number) {
    this.envelope = envelope;
    this.voice = voice;
    this.seed = mix32(seed);
    this.sampleRate = sampleRate;
    this.scratch = scratch;
  }

  render(block: Block, left: Float64Array, right: Float64Array): void {
    const { scratch, bedLeft, bedRight } = this;
    const { start, dt, count } = block;
    scratch.voiceLeft.fill(0, 0, count);
    scratch.voiceRight.fill(0, 0, count);
    scratch.spin.fill(0, 0, count);
    this.envelope.render(block, scratch.voiceLeft, scratch.voiceRight);
    bedLeft.fill(0, 0, count);
    bedRight.fill(0, 0, count);
    const rows = this.voice.count;
    const cell = rows / this.voice.dropsPerSecond;
    for (let row = 0; row < rows; row++) {
      const offset = (row / rows) * cell;
      const last = Math.floor((start + count * dt - offset) / cell);
      for (let number = Math.floor((start - offset) / cell); number <= last; number++) {
        this.drop(block, row, number, offset + number * cell, cell);
      }
    }
    for (let n = 0; n < count; n++) {
      left[n] = (left[n] as number) + (scratch.voiceLeft[n] as number) * held(bedLeft[n] as number);
      right[n] = (right[n] as number) + (scratch.voiceRight[n] as number) * held(bedRight[n] as number);
    }
  }

  /** The next random number of the drop at hand, 0 to 1. */
  private random(): number {
    this.state = mix32(this.state + 0x9e3779b9);
    return (this.state >>> 0) / 2 ** 32;
  }

  private drop(block: Block, row: number, number: number, cellStart: number, cell: number): void {
    const { start, dt, count } = block;
    const kind = DROP[this.voice.texture];
    this.state = mix32(this.seed ^ mix32(Math.imul(number, 64) + row + 0x51ed270b));
    const seconds = Math.min(kind.seconds, cell * 0.98);
    const time = cellStart + this.random() * (cell - seconds);
    const over = time + seconds;
    if (time >= start + count * dt || over <= start) return;
    const hertz = kind.low * (kind.high / kind.low) ** this.random();
    const strength = (LOUDNESS * (0.25 + 0.75 * this.random())) / (1 + (this.voice.count - 1) / 4);
    const pan = this.random() * 1.6 - 0.8;
    const from = Math.max(0, frameAt(time, start, dt));
    const to = Math.min(count, frameAt(over, start, dt));
    if (to <= from) return;
    const { mono } = this.scratch;
    const attack = Math.min(this.voice.texture === 'RAIN' ? 0.001 : ATTACK_SECONDS, seconds / 4);
    const since = start + from * dt - time;
    const share = strength * Math.exp((-LN_1000 * since) / seconds) * audibleShare(hertz, this.sampleRate);
    mono.fill(0, from, to);
    addDecay(mono, from, to, fraction(hertz * since), hertz * dt, share, Math.exp((-LN_1000 * dt) / seconds));
    const panLeft = Math.min(1, 1 - pan);
    const panRight = Math.min(1, 1 + pan);
    for (let n = from; n < to; n++) {
      const place = start + n * dt - time;
      const weight = smoothStep(place / attack) * smoothStep((seconds - place) / (seconds / 4));
      const value = weight * (mono[n] as number);
      this.bedLeft[n] = (this.bedLeft[n] as number) + panLeft * value;
      this.bedRight[n] = (this.bedRight[n] as number) + panRight * value;
    }
  }
}
