import type { Kit } from './kit.ts';
import { makeRenderer } from './renderer.ts';
import { type Command, type Report, Transport } from './transport.ts';

declare const sampleRate: number;
declare const currentFrame: number;
declare function registerProcessor(name: string, processor: new () => AudioWorkletProcessor): void;
declare class AudioWorkletProcessor {
  readonly port: MessagePort;
}

/** Seconds by which sound may fall behind the wall clock within half a second before it counts as an underrun. */
const LATE_SECONDS = 0.08;

/** What the audio thread tells: where it is, or that it came `seconds` late while playing. */
export type WorkletReport = Report | { type: 'late'; seconds: number };

/** Where the file with the kit leaves it; both files run in the scope of one context. */
export const workletScope = globalThis as { nesKit?: Kit };

class TransportProcessor extends AudioWorkletProcessor {
  #alive = true;
  readonly #silent = new Float32Array(128);
  #windowDate = 0;
  #windowFrame = 0;
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
    const [left, right] = outputs[0] ?? [];
    if (!left) return this.#alive;
    this.#transport.process(currentFrame, left, right ?? this.#silent);
    this.#watch();
    return this.#alive;
  }

  #watch(): void {
    const seconds = (currentFrame - this.#windowFrame) / sampleRate;
    if (seconds < 0.5) return;
    const now = Date.now();
    const late = (now - this.#windowDate) / 1000 - seconds;
    if (this.#windowDate > 0 && late > LATE_SECONDS) this.port.postMessage({ type: 'late', seconds: late });
    this.#windowDate = now;
    this.#windowFrame = currentFrame;
  }
}

registerProcessor('nes-transport', TransportProcessor);
