import { FrameCount } from './frame-count.ts';
import type { Kit } from './kit.ts';
import { makeRenderer } from './renderer.ts';
import { type Command, type Report, Transport } from './transport.ts';

declare const sampleRate: number;
declare function registerProcessor(name: string, processor: new () => AudioWorkletProcessor): void;
declare class AudioWorkletProcessor {
  readonly port: MessagePort;
}

/** Seconds of sound that, lost against the wall clock from one half second to the next, count as an underrun. */
const LATE_SECONDS = 0.015;

/** What the audio thread tells: where it is, or that `seconds` of sound were lost while playing. */
export type WorkletReport = Report | { type: 'late'; seconds: number };

/** Where the file with the kit leaves it; both files run in the scope of one context. */
export const workletScope = globalThis as { nesKit?: Kit };

class TransportProcessor extends AudioWorkletProcessor {
  #alive = true;
  readonly #frames = new FrameCount();
  readonly #silent = new Float32Array(128);
  #windowFrame = 0;
  /** How far sound is behind the wall clock at least, in this window and in the one before. */
  #behind = Number.POSITIVE_INFINITY;
  #before = Number.POSITIVE_INFINITY;
  readonly #transport = new Transport(
    sampleRate,
    (score, rate, options) => makeRenderer(score, rate, options, workletScope.nesKit ?? null),
    (report) => this.port.postMessage(report),
  );

  constructor() {
    super();
    this.port.onmessage = (event: MessageEvent<Command | { type: 'close' }>) => {
      if (event.data.type === 'close') this.#alive = false;
      else this.#transport.command(event.data);
    };
  }

  process(_inputs: Float32Array[][], outputs: Float32Array[][]): boolean {
    const frame = this.#frames.next();
    const [left, right] = outputs[0] ?? [];
    if (!left) return this.#alive;
    this.#transport.process(frame, left, right ?? this.#silent);
    this.#watch(frame);
    return this.#alive;
  }

  /** A block that comes late and is caught up with is no loss, so the least lag of each half second is compared. */
  #watch(frame: number): void {
    this.#behind = Math.min(this.#behind, Date.now() / 1000 - frame / sampleRate);
    if (frame - this.#windowFrame < sampleRate / 2) return;
    const lost = this.#behind - this.#before;
    if (lost > LATE_SECONDS) this.port.postMessage({ type: 'late', seconds: lost });
    this.#before = this.#behind;
    this.#behind = Number.POSITIVE_INFINITY;
    this.#windowFrame = frame;
  }
}

registerProcessor('nes-transport', TransportProcessor);
