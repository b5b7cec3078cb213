declare function registerProcessor(name: string, processor: new () => AudioWorkletProcessor): void;
declare class AudioWorkletProcessor {
  readonly port: MessagePort;
}

import { FrameCount } from '../audio/frame-count.ts';

/** Samples that are handed to the page at once. */
const PIECE = 4096;

/** Runs on the audio thread: hands over the first channel of what comes in, with the frame of the context's clock in which each piece begins. */
class LoopRecorder extends AudioWorkletProcessor {
  readonly #frames = new FrameCount();
  #piece = new Float32Array(PIECE);
  #filled = 0;
  #first = 0;
  #open = true;

  constructor() {
    super();
    this.port.onmessage = () => {
      this.#open = false;
    };
  }

  process([input]: Float32Array[][]): boolean {
    const frame = this.#frames.next();
    const samples = input?.[0];
    // A piece holds no gap: where quanta were left out, the next piece begins.
    if (this.#filled > 0 && frame !== this.#first + this.#filled) this.#hand();
    if (this.#filled === 0) this.#first = frame;
    if (samples) {
      this.#piece.set(samples, this.#filled);
      this.#filled += samples.length;
    } else if (this.#filled > 0) this.#hand();
    if (this.#filled === PIECE) this.#hand();
    return this.#open;
  }

  #hand(): void {
    const samples = this.#piece.slice(0, this.#filled);
    this.port.postMessage({ frame: this.#first, samples }, [samples.buffer]);
    this.#filled = 0;
  }
}

registerProcessor('nes-loop-recorder', LoopRecorder);
