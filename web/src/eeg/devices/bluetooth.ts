import type { Arrival, Connected, Transport } from './transport.ts';

/** What is used of Web Bluetooth, which TypeScript's library does not have. */
interface Characteristic extends EventTarget {
  readonly uuid: string;
  readonly value?: DataView;
  startNotifications(): Promise<unknown>;
  writeValueWithoutResponse(bytes: BufferSource): Promise<void>;
}
interface Service {
  getCharacteristics(): Promise<Characteristic[]>;
}
interface BluetoothDevice extends EventTarget {
  readonly name?: string;
  readonly gatt: {
    connected: boolean;
    connect(): Promise<{ getPrimaryService(uuid: number): Promise<Service> }>;
    disconnect(): void;
  };
}
interface Bluetooth {
  requestDevice(options: object): Promise<BluetoothDevice>;
}

const SERVICE = 0xfe8d;
/** Characteristics are 273e00NN-4c4d-454d-96be-f03bac821358. */
const PREFIX = '273e00';
const CONTROL = 0x01;
const ATHENA = 0x13;
const MUSE_EEG = [3, 4, 5, 6, 7];
/** Commands and the rests after them, milliseconds. Athena begins at the second `dc001`. */
const ATHENA_START: readonly [string, number][] = [
  ['v6', 200],
  ['s', 200],
  ['h', 200],
  ['p1041', 200],
  ['s', 200],
  ['dc001', 50],
  ['dc001', 100],
  ['L1', 300],
];
const MUSE_START: readonly [string, number][] = [
  ['h', 200],
  ['p20', 200],
  ['s', 200],
  ['d', 100],
];

const rest = (milliseconds: number) => new Promise((done) => setTimeout(done, milliseconds));

/** A command: its length, its letters, a line's end. */
export function museCommand(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(
    [text.length + 1, ...text, '\n'].map((one) => (typeof one === 'number' ? one : one.charCodeAt(0))),
  );
}

export const hasBluetooth = (): boolean => 'bluetooth' in navigator;

/** A Muse by Web Bluetooth: the older ones and the Athena, told apart by their characteristics. Chromium browsers only. */
export class MuseTransport implements Transport {
  private device?: BluetoothDevice;
  private receive: (arrival: Arrival) => void = () => {};

  async open(receive: (arrival: Arrival) => void, lost: () => void): Promise<Connected> {
    const { bluetooth } = navigator as unknown as { bluetooth: Bluetooth };
    this.device = await bluetooth.requestDevice({ filters: [{ services: [SERVICE] }] });
    this.receive = receive;
    this.device.addEventListener('gattserverdisconnected', lost);
    const kind = await this.start();
    return { kind, name: this.device.name ?? 'Muse' };
  }

  async reopen(): Promise<void> {
    await this.start();
  }

  async close(): Promise<void> {
    this.receive = () => {};
    this.device?.gatt.disconnect();
  }

  private async start(): Promise<'athena' | 'muse'> {
    const server = await (this.device as BluetoothDevice).gatt.connect();
    const characteristics = await (await server.getPrimaryService(SERVICE)).getCharacteristics();
    const numbered = new Map(
      characteristics.map((one) => [Number.parseInt(one.uuid.slice(PREFIX.length, PREFIX.length + 2), 16), one]),
    );
    const control = numbered.get(CONTROL);
    if (!control) throw new Error('the device has no control characteristic 273e0001');
    const athena = numbered.has(ATHENA);
    for (const source of athena ? [ATHENA] : MUSE_EEG) {
      const characteristic = numbered.get(source);
      if (!characteristic) continue;
      characteristic.addEventListener('characteristicvaluechanged', () => {
        const { value } = characteristic;
        if (!value) return;
        // Copied: the browser may use the buffer again.
        const bytes = new Uint8Array(value.buffer.slice(value.byteOffset, value.byteOffset + value.byteLength));
        this.receive({ seconds: performance.now() / 1000, bytes, source });
      });
      await characteristic.startNotifications();
    }
    for (const [command, milliseconds] of athena ? ATHENA_START : MUSE_START) {
      await control.writeValueWithoutResponse(museCommand(command));
      await rest(milliseconds);
    }
    return athena ? 'athena' : 'muse';
  }
}
