import type { Keyframe } from '@nes/program/model.ts';
import {
  audibleShare,
  type Block,
  END_BELL,
  fraction,
  frameAt,
  type Scratch,
  smoothStep,
  type Track,
} from './blocks.ts';
import { ATTACK_SECONDS, addDecay, LN_1000 } from './decay.ts';
import type { Score } from './runs.ts';

/** A bell is silent once it has fallen by 140 dB; its decay time is that of 60 dB. */
const RING = 140 / 60;

const END_BELL_HZ = 528;
const END_BELL_DECAY_SECONDS = 5;

/**
 * One strike after another. A new one takes the place of the last while it rises: their shares are 1 together, so that
 * two strikes are never louder than the louder one, as the rule of levels counts them.
 */
export class BellTrack implements Track {
  private readonly strikes: Keyframe[];
  private readonly decaySeconds: number;
  private readonly durationSeconds: number;
  private readonly passes: number;
  private readonly sampleRate: number;
  private readonly scratch: Scratch;

  constructor(
    strikes: Keyframe[],
    decaySeconds: number,
    durationSeconds: number,
    passes: number,
    sampleRate: number,
    scratch: Scratch,
  ) {
    this.strikes = strikes;
    this.decaySeconds = decaySeconds;
    this.durationSeconds = durationSeconds;
    this.passes = passes;
    this.sampleRate = sampleRate;
    this.scratch = scratch;
  }

  /** Played second of the strike with number `at`, counted through all passes. */
  private time(at: number): number {
    const { length } = this.strikes;
    const pass = Math.floor(at / length);
    if (at < 0) return Number.NEGATIVE_INFINITY;
    if (pass >= this.passes) return Number.POSITIVE_INFINITY;
    return pass * this.durationSeconds + (this.strikes[at - pass * length]?.at ?? 0);
  }

  render(block: Block, left: Float64Array, right: Float64Array): void {
    const { strikes } = this;
    if (strikes.length === 0) return;
    const end = block.start + block.count * block.dt;
    const pass = Math.min(this.passes - 1, Math.floor(block.start / this.durationSeconds));
    let low = 0;
    let high = strikes.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.time(pass * strikes.length + middle) <= block.start) low = middle + 1;
      else high = middle;
    }
    // The last strike rings, the one before it is just being damped.
    for (let at = Math.max(0, pass * strikes.length + low - 2); this.time(at) < end; at++) {
      const strike = strikes[at % strikes.length] as Keyframe;
      this.ring(block, strike, this.time(at), this.time(at + 1), left, right);
    }
  }

  private ring(
    block: Block,
    strike: Keyframe,
    time: number,
    next: number,
    left: Float64Array,
    right: Float64Array,
  ): void {
    const { start, dt, count } = block;
    const over = Math.min(time + this.decaySeconds * RING, next + ATTACK_SECONDS);
    const from = Math.max(0, frameAt(time, start, dt));
    const to = Math.min(count, frameAt(over, start, dt));
    if (to <= from) return;
    const { mono } = this.scratch;
    const since = start + from * dt - time;
    const ratio = Math.exp((-LN_1000 * dt) / this.decaySeconds);
    const amplitude = strike.level * Math.exp((-LN_1000 * since) / this.decaySeconds);
    for (let ear = 0; ear < 2; ear++) {
      const hertz = strike.carrier + (ear === 0 ? strike.beat : -strike.beat) / 2;
      const pan = Math.min(1, ear === 0 ? 1 - strike.pan : 1 + strike.pan);
      const share = amplitude * pan * audibleShare(hertz, this.sampleRate);
      const out = ear === 0 ? left : right;
      mono.fill(0, from, to);
      addDecay(mono, from, to, fraction(hertz * since), hertz * dt, share, ratio);
      for (let n = from; n < to; n++) {
        const seconds = start + n * dt;
        let weight = 1;
        if (seconds < time + ATTACK_SECONDS) weight = smoothStep((seconds - time) / ATTACK_SECONDS);
        if (seconds > next) weight *= 1 - smoothStep((seconds - next) / ATTACK_SECONDS);
        out[n] = (out[n] as number) + weight * (mono[n] as number);
      }
    }
  }
}

/** A soft bell so many seconds before the end of the last pass. */
export function endBellTrack(secondsBefore: number, score: Score, sampleRate: number, scratch: Scratch): Track {
  const { totalSeconds, scale } = score;
  const at = Math.max(0, totalSeconds - secondsBefore);
  const level = END_BELL / Math.max(1e-9, scale);
  const strike: Keyframe = { at, carrier: END_BELL_HZ, beat: 0, level, pan: 0, curve: 'HOLD' };
  return new BellTrack([strike], END_BELL_DECAY_SECONDS, totalSeconds, 1, sampleRate, scratch);
}
