import type { Program } from '@nes/program/model.ts';
import { createRenderer } from '../audio/engine.ts';
import type { Renderer } from '../audio/renderer.ts';
import { INAUDIBLE } from './inaudible.ts';
import { playableFrame } from './moment.ts';
import meterUrl from './onset-meter.ts?worker&url';

/** Rendered and handed to the audio thread at once. */
const PIECE_SECONDS = 1;
/** As much of the program lies ready on the audio thread while it plays. */
const AHEAD_SECONDS = 3;
const LOOK_MILLISECONDS = 200;

const meters = new WeakMap<BaseAudioContext, Promise<void>>();

function loadMeter(context: BaseAudioContext): Promise<void> {
  const known = meters.get(context) ?? context.audioWorklet.addModule(meterUrl);
  meters.set(context, known);
  known.catch(() => meters.delete(context));
  return known;
}

/** A stretch in which nothing was heard because the page did not render it in time. Seconds of the program. */
export interface Gap {
  fromSeconds: number;
  toSeconds: number;
}

/** How a sound began. Seconds and frames are those of `AudioContext.currentTime`. */
export interface Onset {
  /** Frame in which the sound's first sample was played, as the audio thread saw it; null where all of its first second is silent. */
  frame: number | null;
  seconds: number | null;
  /** Seconds after the moment that was asked for; null as above. Never negative. */
  lateSeconds: number | null;
}

export interface SoundOptions {
  /** Where in the program to begin, seconds. */
  fromSeconds: number;
  /** How long to play, seconds; to the end of the program at most. */
  seconds: number;
  /** 0 to 1. */
  gain: number;
}

/**
 * Plays a stretch of a program from an exact moment of a context's clock: sample after sample as every file of that program has them. When it
 * began is not taken on trust: a node beside the sound looks for its first sample.
 */
export class ScheduledSound {
  readonly context: AudioContext;
  /** Solved when the last sample was played, or the sound was stopped. */
  readonly ended: Promise<void>;
  /** Solved when the beginning was seen; once `ended` is solved it is, too. */
  readonly onset: Promise<Onset>;
  readonly gaps: Gap[] = [];
  readonly #options: SoundOptions;
  readonly #renderer: Renderer;
  readonly #output: GainNode;
  readonly #frames: number;
  readonly #first: AudioBuffer;
  /** Frame of the sound's first sample that is not silence; −1 where its first piece is silent. */
  readonly #silentFrames: number;
  readonly #sources = new Set<AudioBufferSourceNode>();
  #meter: AudioWorkletNode | null = null;
  #begin = 0;
  #scheduled = 0;
  #timer: ReturnType<typeof setInterval> | undefined;
  #askedFrame = 0;
  #done = false;
  #saw: (onset: Onset) => void = () => undefined;
  #end: () => void = () => undefined;

  private constructor(context: AudioContext, program: Program, options: SoundOptions) {
    this.context = context;
    this.#options = options;
    this.#renderer = createRenderer(program, context.sampleRate);
    this.#frames = Math.round(options.seconds * context.sampleRate);
    this.#output = new GainNode(context, { gain: options.gain });
    this.#output.connect(context.destination);
    this.onset = new Promise((saw) => {
      this.#saw = saw;
    });
    this.ended = new Promise((end) => {
      this.#end = end;
    });
    this.#first = this.#render(0);
    const heard = [0, 1]
      .map((channel) =>
        this.#first.getChannelData(channel).findIndex((value) => Math.abs(value) * options.gain > INAUDIBLE),
      )
      .filter((frame) => frame >= 0);
    this.#silentFrames = heard.length > 0 ? Math.min(...heard) : -1;
  }

  /** A sound that can begin at once. @throws where the context has no audio thread to run code on */
  static async prepare(context: AudioContext, program: Program, options: SoundOptions): Promise<ScheduledSound> {
    const sound = new ScheduledSound(context, program, options);
    await loadMeter(context);
    const meter = new AudioWorkletNode(context, 'nes-onset-meter', { numberOfOutputs: 0 });
    sound.#meter = meter;
    sound.#output.connect(meter);
    // A suspended context runs no code; it then begins when the context does.
    if (context.state === 'running')
      await new Promise<void>((ready) => {
        meter.port.onmessage = () => ready();
      });
    meter.port.onmessage = ({ data }: MessageEvent<number | 'ready'>) => {
      if (data !== 'ready') sound.#seen(data);
    };
    return sound;
  }

  /**
   * Begins at a moment of `context.currentTime`, which is rounded to a frame. What has passed already begins as soon as possible, and `onset`
   * says how late.
   * @returns the moment that is meant, seconds
   */
  start(atSeconds: number): number {
    const { asked, frame } = playableFrame(this.context, atSeconds);
    this.#askedFrame = asked;
    this.#begin = frame;
    this.#more();
    this.#timer = setInterval(() => this.#more(), LOOK_MILLISECONDS);
    return frame / this.context.sampleRate;
  }

  /** Where the program is, seconds; null before it began and after its end. */
  get positionSeconds(): number | null {
    const played = this.context.currentTime - this.#begin / this.context.sampleRate;
    if (!this.#timer || played < 0 || played > this.#options.seconds) return null;
    return this.#options.fromSeconds + played;
  }

  /** Silences it, by a fade of 10 ms. */
  stop(): void {
    const { currentTime } = this.context;
    this.#output.gain.setValueAtTime(this.#options.gain, currentTime);
    this.#output.gain.linearRampToValueAtTime(0, currentTime + 0.01);
    for (const source of this.#sources) source.stop(currentTime + 0.01);
    clearInterval(this.#timer);
    this.#scheduled = this.#frames;
    if (this.#sources.size === 0) this.#finish();
  }

  #render(frame: number): AudioBuffer {
    const { sampleRate } = this.context;
    const length = Math.min(Math.round(PIECE_SECONDS * sampleRate), this.#frames - frame);
    const buffer = new AudioBuffer({ length, numberOfChannels: 2, sampleRate });
    const start = Math.round(this.#options.fromSeconds * sampleRate) + frame;
    this.#renderer.render(start, buffer.getChannelData(0), buffer.getChannelData(1));
    return buffer;
  }

  /** Hands over what is played within the next seconds, each piece at its frame. */
  #more(): void {
    const { sampleRate } = this.context;
    const until = (this.context.currentTime + AHEAD_SECONDS) * sampleRate;
    while (this.#scheduled < this.#frames && this.#begin + this.#scheduled < until) {
      const frame = this.#scheduled;
      const buffer = frame === 0 ? this.#first : this.#render(frame);
      const source = new AudioBufferSourceNode(this.context, { buffer });
      source.connect(this.#output);
      this.#sources.add(source);
      this.#scheduled += buffer.length;
      const last = this.#scheduled >= this.#frames;
      source.onended = () => {
        this.#sources.delete(source);
        source.disconnect();
        if (last || (this.#sources.size === 0 && this.#scheduled >= this.#frames)) this.#finish();
      };
      const missed = Math.ceil(this.context.currentTime * sampleRate) - (this.#begin + frame);
      if (frame === 0 || missed <= 0) source.start((this.#begin + frame) / sampleRate);
      else {
        // The page was kept from rendering. The program goes on where it would be, and the hole is told.
        const lost = Math.min(missed, buffer.length);
        const from = this.#options.fromSeconds + frame / sampleRate;
        this.gaps.push({ fromSeconds: from, toSeconds: from + lost / sampleRate });
        source.start((this.#begin + frame + lost) / sampleRate, lost / sampleRate);
      }
    }
  }

  #seen(frame: number): void {
    if (this.#silentFrames < 0) return;
    const first = frame - this.#silentFrames;
    const { sampleRate } = this.context;
    this.#saw({
      frame: first,
      seconds: first / sampleRate,
      lateSeconds: Math.max(0, first - this.#askedFrame) / sampleRate,
    });
  }

  #finish(): void {
    if (this.#done) return;
    this.#done = true;
    clearInterval(this.#timer);
    this.#timer = undefined;
    // The audio thread's last word may still be on its way.
    setTimeout(() => {
      this.#saw({ frame: null, seconds: null, lateSeconds: null });
      this.#meter?.port.postMessage('close');
      if (this.#meter) this.#meter.port.onmessage = null;
      this.#output.disconnect();
      this.#end();
    }, 20);
  }
}
