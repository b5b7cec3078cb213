/** Bytes of a device and when they came. */
export interface Arrival {
  /** Seconds of `performance.now()`, the clock that sound is compared with. */
  seconds: number;
  bytes: Uint8Array;
  /** Which of several streams: the number of a Bluetooth characteristic (0x13 of 273e0013), else 0. */
  source: number;
}

export type DeviceKind = 'athena' | 'muse' | 'cyton' | 'bridge';

export interface Connected {
  kind: DeviceKind;
  /** As the device calls itself. */
  name: string;
}

/** The way to a device. Bluetooth, a serial port, a socket and a replay of what one of them once brought are all alike. */
export interface Transport {
  /** Asks for the device where that is needed, and connects. `lost` is called when the connection ends by itself. */
  open(receive: (arrival: Arrival) => void, lost: () => void): Promise<Connected>;
  /** Connects to the same device again, without asking. */
  reopen(): Promise<void>;
  close(): Promise<void>;
}

/** Samples that a decoder made of bytes: microvolts, NaN where lost. */
export interface Block {
  /** One array a channel, all of one length. */
  samples: Float64Array[];
  /** Number of the first sample since the decoder began; lost ones are counted. */
  first: number;
  /** The device's own clock at the first sample, seconds; undefined where it has none. */
  deviceSeconds?: number;
}

/** Makes samples of a device's bytes, however these are cut. */
export interface Decoder {
  readonly channels: readonly string[];
  readonly sampleRateHz: number;
  /** Charge in percent, once told. */
  readonly batteryPercent?: number;
  /** Bits of a raw value and microvolts of one step: what an export keeps. */
  readonly bits: number;
  readonly stepMicrovolts: number;
  push(bytes: Uint8Array, source: number): Block[];
}

/** Plays back arrivals. */
export class ReplayTransport implements Transport {
  private readonly arrivals: readonly Arrival[];
  private readonly connected: Connected;

  constructor(arrivals: readonly Arrival[], connected: Connected) {
    this.arrivals = arrivals;
    this.connected = connected;
  }

  async open(receive: (arrival: Arrival) => void): Promise<Connected> {
    for (const arrival of this.arrivals) receive(arrival);
    return this.connected;
  }

  async reopen(): Promise<void> {}
  async close(): Promise<void> {}
}
