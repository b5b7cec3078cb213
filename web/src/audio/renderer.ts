import { BLOCK, type Block, EDGE_SECONDS, Scratch, smoothStep, type Track } from './blocks.ts';
import type { Kit } from './kit.ts';
import type { Reverb } from './reverb.ts';
import { type Part, Runs, type Score, type ScoreVoice } from './runs.ts';
import { TonePart } from './tone-part.ts';

/** A listener's own sound at the renderer's sample rate, peaks at most ±1. */
export interface Sample {
  left: Float32Array;
  right: Float32Array;
}

export interface RenderOptions {
  /** Played seconds (over all passes) between which there is sound; it is ramped in and out there. Default: all. */
  fromSeconds?: number;
  toSeconds?: number;
  /** 0 to 1: room for the voices without beat; never for those with one. */
  reverb?: number;
  /** Seconds before the end of the last pass at which a soft bell is struck. */
  endBellSeconds?: number | null;
  /**
   * Seconds before the end of the last pass in which everything swells, evenly in dB, from {@link BEFORE_WAKING} to its own
   * level; before them it plays that much lower. Nothing for an endless program. Default: no swell.
   */
  wakeUpSeconds?: number | null;
  /** Sounds of SAMPLE voices by the voice's index; a voice without one is silent. */
  samples?: ReadonlyMap<number, Sample>;
  /** What every amplitude is multiplied with, in place of what the program's levels ask for. */
  scale?: number;
}

/** Gain of what is heard before the wake-up swell: −14 dB. */
export const BEFORE_WAKING = 0.2;

export interface Renderer {
  /**
   * Renders as many frames as `left` holds.
   * @param startFrame played seconds × sample rate, 0 or more; need not be whole. Any order is allowed.
   * @param step program frames that pass in one frame, 1 by default; 1.0005 plays 0.05 % faster. Noise keeps its pitch.
   */
  render(startFrame: number, left: Float32Array, right: Float32Array, step?: number): void;
  /** Fades a voice to a gain of 0 or 1 within 20 ms. */
  setVoiceOn(index: number, on: boolean): void;
}

/** A voice's track, its switch, and whether it may enter the room. */
interface Channel {
  track: Track | null;
  on: boolean;
  /** 0 to 1; it moves towards `goal`, which follows `on` only at rest: turning round half-way would be a kink. */
  fade: number;
  goal: number;
  bed: boolean;
}

class ProgramRenderer implements Renderer {
  readonly #channels: Channel[];
  readonly #reverb: Reverb | null;
  readonly #wet: number;
  readonly #scale: number;
  readonly #fromSeconds: number;
  readonly #toSeconds: number;
  /** Where the wake-up swell begins and ends; both infinite without one. */
  readonly #swellFrom: number;
  readonly #swellTo: number;
  readonly #sampleRate: number;
  readonly #left = new Float64Array(BLOCK);
  readonly #right = new Float64Array(BLOCK);
  readonly #bedLeft = new Float64Array(BLOCK);
  readonly #bedRight = new Float64Array(BLOCK);
  readonly #fadeLeft = new Float64Array(BLOCK);
  readonly #fadeRight = new Float64Array(BLOCK);
  readonly #block: Block = { start: 0, dt: 0, count: 0, index: 0, realigned: false };
  #expected = Number.NaN;

  constructor(score: Score, sampleRate: number, options: RenderOptions, kit: Kit | null) {
    this.#sampleRate = sampleRate;
    const total = score.totalSeconds;
    this.#fromSeconds = options.fromSeconds ?? 0;
    this.#toSeconds = Math.min(total, options.toSeconds ?? total);
    this.#wet = options.reverb ?? 0;
    this.#reverb = this.#wet > 0 && kit ? kit.reverb(sampleRate) : null;
    const bell = options.endBellSeconds ?? null;
    const wakeUp = Number.isFinite(total) ? (options.wakeUpSeconds ?? 0) : 0;
    this.#swellTo = wakeUp > 0 ? total : Number.NEGATIVE_INFINITY;
    this.#swellFrom = wakeUp > 0 ? Math.max(0, total - wakeUp) : Number.NEGATIVE_INFINITY;

    this.#scale = score.scale;
    const scratch = new Scratch();
    this.#channels = score.voices.map((part, index) => ({
      track: makeTrack(part, index, score, sampleRate, scratch, options.samples, kit),
      on: true,
      fade: 1,
      goal: 1,
      bed: this.#reverb !== null && !part.beats && !('waveform' in part.voice),
    }));
    if (kit && bell !== null && Number.isFinite(total)) {
      const track = kit.endBell(bell, score, sampleRate, scratch);
      this.#channels.push({ track, on: true, fade: 1, goal: 1, bed: this.#reverb !== null });
    }
  }

  setVoiceOn(index: number, on: boolean): void {
    const channel = this.#channels[index];
    if (channel) channel.on = on;
  }

  render(startFrame: number, left: Float32Array, right: Float32Array, step = 1): void {
    const block = this.#block;
    block.dt = step / this.#sampleRate;
    // A place that follows the last one up to rounding goes on; any other begins anew.
    const follows = Math.abs(startFrame - this.#expected) < 1e-3;
    if (!follows) {
      block.index = Math.round(startFrame);
      this.#reverb?.reset();
      for (const channel of this.#channels) channel.fade = channel.goal = channel.on ? 1 : 0;
    } else if (step === 1 && Math.abs(startFrame - block.index) > 0.75) {
      // After a correction of the speed, in which noise went on by itself, it is that of its place again.
      block.index = Math.round(startFrame);
      block.realigned = true;
    }
    for (let done = 0; done < left.length; done += BLOCK) {
      block.count = Math.min(BLOCK, left.length - done);
      block.start = (startFrame + done * step) / this.#sampleRate;
      this.#blockInto(left, right, done);
      block.index += block.count;
      block.realigned = false;
    }
    this.#expected = startFrame + left.length * step;
  }

  #blockInto(left: Float32Array, right: Float32Array, at: number): void {
    const block = this.#block;
    const bedLeft = this.#bedLeft;
    const bedRight = this.#bedRight;
    const scale = this.#scale;
    const { count, start, dt } = block;
    const mixLeft = this.#left;
    const mixRight = this.#right;
    const fromSeconds = this.#fromSeconds;
    const toSeconds = this.#toSeconds;
    const end = start + count * dt;
    if (start >= toSeconds || end <= fromSeconds) {
      left.fill(0, at, at + count);
      right.fill(0, at, at + count);
      return;
    }
    mixLeft.fill(0, 0, count);
    mixRight.fill(0, 0, count);
    if (this.#reverb) {
      bedLeft.fill(0, 0, count);
      bedRight.fill(0, 0, count);
    }
    for (let index = 0; index < this.#channels.length; index++) {
      const channel = this.#channels[index] as Channel;
      if (channel.bed) this.#channel(channel, bedLeft, bedRight);
      else this.#channel(channel, mixLeft, mixRight);
    }
    if (this.#reverb) {
      for (let n = 0; n < count; n++) {
        mixLeft[n] = (mixLeft[n] as number) + (bedLeft[n] as number);
        mixRight[n] = (mixRight[n] as number) + (bedRight[n] as number);
      }
      this.#reverb.process(bedLeft, bedRight, mixLeft, mixRight, count, this.#wet);
    }
    if (start < fromSeconds + EDGE_SECONDS || end > toSeconds - EDGE_SECONDS) {
      for (let n = 0; n < count; n++) {
        const time = start + n * dt;
        const weight = smoothStep((time - fromSeconds) / EDGE_SECONDS) * smoothStep((toSeconds - time) / EDGE_SECONDS);
        mixLeft[n] = (mixLeft[n] as number) * weight;
        mixRight[n] = (mixRight[n] as number) * weight;
      }
    }
    const gain = scale * this.#swell(start);
    const slope = (scale * this.#swell(end) - gain) / count;
    for (let n = 0; n < count; n++) {
      left[at + n] = (mixLeft[n] as number) * (gain + n * slope);
      right[at + n] = (mixRight[n] as number) * (gain + n * slope);
    }
  }

  /** The wake-up swell's gain at a played second. */
  #swell(seconds: number): number {
    if (seconds >= this.#swellTo) return 1;
    return BEFORE_WAKING ** (1 - smoothStep((seconds - this.#swellFrom) / (this.#swellTo - this.#swellFrom)));
  }

  #channel(channel: Channel, left: Float64Array, right: Float64Array): void {
    const { track } = channel;
    if (channel.fade === channel.goal) channel.goal = channel.on ? 1 : 0;
    const { goal } = channel;
    if (!track || (channel.fade === 0 && goal === 0)) return;
    if (channel.fade === goal) {
      track.render(this.#block, left, right);
      return;
    }
    const { count } = this.#block;
    const fadeLeft = this.#fadeLeft;
    const fadeRight = this.#fadeRight;
    fadeLeft.fill(0, 0, count);
    fadeRight.fill(0, 0, count);
    track.render(this.#block, fadeLeft, fadeRight);
    const step = (goal ? 1 : -1) / (EDGE_SECONDS * this.#sampleRate);
    for (let n = 0; n < count; n++) {
      channel.fade = Math.min(1, Math.max(0, channel.fade + step));
      const weight = smoothStep(channel.fade);
      left[n] = (left[n] as number) + weight * (fadeLeft[n] as number);
      right[n] = (right[n] as number) + weight * (fadeRight[n] as number);
    }
  }
}

function makeTrack(
  part: ScoreVoice,
  index: number,
  score: Score,
  sampleRate: number,
  scratch: Scratch,
  samples: ReadonlyMap<number, Sample> | undefined,
  kit: Kit | null,
): Track | null {
  // Each voice has a seed of its own; the kit mixes it.
  const seed = (score.seed + Math.imul(index + 1, 0x9e3779b1)) | 0;
  const { voice } = part;
  const runs = (player: Part) => new Runs(part, score, sampleRate, scratch, player);
  const envelope = (found: Kit) => runs(found.envelope(voice, seed));
  if ('waveform' in voice) return runs(new TonePart(voice, kit, seed));
  switch (voice.kind) {
    case 'NOISE':
      return kit ? kit.noise(voice, envelope(kit), sampleRate, scratch, seed) : null;
    case 'BELL': {
      if (!kit) return null;
      const strikes = voice.keyframes.filter((frame) => frame.level > 0);
      return kit.bell(strikes, voice.decaySeconds, score.durationSeconds, score.passes, sampleRate, scratch);
    }
    case 'DROPS':
      return kit ? kit.drops(voice, envelope(kit), sampleRate, scratch, seed) : null;
    case 'SAMPLE':
      return kit ? kit.sample(voice, samples?.get(index), envelope(kit), sampleRate, scratch, makeRenderer) : null;
  }
}

/**
 * A renderer of one program, in the pieces that the audio thread needs. Without a kit, voices that need it are silent
 * or plain sines.
 */
export function makeRenderer(score: Score, sampleRate: number, options: RenderOptions, kit: Kit | null): Renderer {
  return new ProgramRenderer(score, sampleRate, options, kit);
}
