declare function registerProcessor(name: string, processor: new () => AudioWorkletProcessor): void;
declare class AudioWorkletProcessor {
  readonly port: MessagePort;
}

import { FrameCount } from '../audio/frame-count.ts';
import { INAUDIBLE } from './inaudible.ts';

/** Runs on the audio thread: says in which frame of the context's clock sound begins after a quantum of silence. */
class OnsetMeter extends AudioWorkletProcessor {
  readonly #frames = new FrameCount();
  #sounding = false;
  #open = true;

  constructor() {
    super();
    this.port.onmessage = () => {
      this.#open = false;
    };
    this.port.postMessage('ready');
  }

  process([input]: Float32Array[][]): boolean {
    const frame = this.#frames.next();
    let first = -1;
    for (const channel of input ?? []) {
      const at = channel.findIndex((value) => Math.abs(value) > INAUDIBLE);
      if (at >= 0 && (first < 0 || at < first)) first = at;
    }
    if (first >= 0 && !this.#sounding) this.port.postMessage(frame + first);
    this.#sounding = first >= 0;
    return this.#open;
  }
}

registerProcessor('nes-onset-meter', OnsetMeter);
