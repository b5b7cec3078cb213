import type { Arrival, Connected, Transport } from './transport.ts';

/** What is used of Web Serial, which TypeScript's library does not have. */
interface SerialPort extends EventTarget {
  readonly readable: ReadableStream<Uint8Array> | null;
  readonly writable: WritableStream<Uint8Array> | null;
  open(options: { baudRate: number }): Promise<void>;
  close(): Promise<void>;
}

const BAUD = 115_200;
/** Begins and ends the stream of samples. */
const START = 'b';
const STOP = 's';

export const hasSerial = (): boolean => 'serial' in navigator;

/** OpenBCI Cyton's dongle by Web Serial. Chromium browsers on a computer only. */
export class CytonTransport implements Transport {
  private port?: SerialPort;
  private reader?: ReadableStreamDefaultReader<Uint8Array>;
  private receive: (arrival: Arrival) => void = () => {};
  private lost: () => void = () => {};

  async open(receive: (arrival: Arrival) => void, lost: () => void): Promise<Connected> {
    const { serial } = navigator as unknown as { serial: { requestPort(): Promise<SerialPort> } };
    this.port = await serial.requestPort();
    this.receive = receive;
    this.lost = lost;
    await this.reopen();
    return { kind: 'cyton', name: 'OpenBCI Cyton' };
  }

  async reopen(): Promise<void> {
    await this.port?.open({ baudRate: BAUD });
    await this.write(START);
    void this.listen();
  }

  async close(): Promise<void> {
    this.lost = () => {};
    await this.write(STOP).catch(() => {});
    await this.reader?.cancel().catch(() => {});
    await this.port?.close().catch(() => {});
  }

  private async write(text: string): Promise<void> {
    const writer = this.port?.writable?.getWriter();
    await writer?.write(new TextEncoder().encode(text));
    writer?.releaseLock();
  }

  private async listen(): Promise<void> {
    const reader = this.port?.readable?.getReader();
    if (!reader) return;
    this.reader = reader;
    try {
      for (;;) {
        const { value, done } = await reader.read();
        if (done) break;
        this.receive({ seconds: performance.now() / 1000, bytes: value, source: 0 });
      }
    } catch {
      // Unplugged: told below, as any end is.
    }
    reader.releaseLock();
    await this.port?.close().catch(() => {});
    this.lost();
  }
}
