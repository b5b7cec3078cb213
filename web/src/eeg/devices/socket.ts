import type { Arrival, Connected, Transport } from './transport.ts';

/** Where the example in docs/EEG.md listens. */
export const BRIDGE_ADDRESS = 'ws://localhost:8765';

/** A program on the same computer that passes samples on; see `BridgeDecoder` for what it says. */
export class SocketTransport implements Transport {
  private socket?: WebSocket;
  private readonly address: string;
  private receive: (arrival: Arrival) => void = () => {};
  private lost: () => void = () => {};

  constructor(address = BRIDGE_ADDRESS) {
    this.address = address;
  }

  async open(receive: (arrival: Arrival) => void, lost: () => void): Promise<Connected> {
    this.receive = receive;
    this.lost = lost;
    await this.reopen();
    return { kind: 'bridge', name: 'Bridge' };
  }

  async reopen(): Promise<void> {
    const socket = new WebSocket(this.address);
    socket.binaryType = 'arraybuffer';
    const encoder = new TextEncoder();
    socket.addEventListener('message', ({ data }) => {
      const bytes =
        typeof data === 'string' ? encoder.encode(data.endsWith('\n') ? data : `${data}\n`) : new Uint8Array(data);
      this.receive({ seconds: performance.now() / 1000, bytes, source: 0 });
    });
    await new Promise<void>((done, fail) => {
      socket.addEventListener('open', () => done(), { once: true });
      socket.addEventListener('error', () => fail(new Error(`nothing listens at ${this.address}`)), { once: true });
    });
    socket.addEventListener('close', () => this.lost(), { once: true });
    this.socket = socket;
  }

  async close(): Promise<void> {
    this.lost = () => {};
    this.socket?.close();
  }
}
