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

class TransportProcessor extends AudioWorkletProcessor {
  private alive = true;
  private readonly silent = new Float32Array(128);
  private windowDate = 0;
  private windowFrame = 0;
  private readonly transport = new Transport(sampleRate, (report) => this.port.postMessage(report));

  constructor() {
    super();
    this.port.onmessage = (event: MessageEvent<Command | { type: 'close' }>) => {
      if (event.data.type === 'close') this.alive = false;
      else this.transport.command(event.data);
    };
  }

  process(_inputs: Float32Array[][], outputs: Float32Array[][]): boolean {
    const [left, right] = outputs[0] ?? [];
    if (!left) return this.alive;
    this.transport.process(currentFrame, left, right ?? this.silent);
    this.watch();
    return this.alive;
  }

  private watch(): void {
    const seconds = (currentFrame - this.windowFrame) / sampleRate;
    if (seconds < 0.5) return;
    const now = Date.now();
    const late = (now - this.windowDate) / 1000 - seconds;
    if (this.windowDate > 0 && late > LATE_SECONDS) this.port.postMessage({ type: 'late', seconds: late });
    this.windowDate = now;
    this.windowFrame = currentFrame;
  }
}

registerProcessor('nes-transport', TransportProcessor);
