import type { Block, Decoder } from './transport.ts';

/** Length of a part's data by its tag. Found in captures of both firmwares: with these every packet ends exactly. */
const PARTS: Readonly<Record<number, number>> = {
  17: 28, // EEG, 4 samples of 4 channels
  18: 28, // EEG, 2 samples of 8 channels
  52: 30, // optics, 4 channels
  53: 40, // optics, 8 channels
  54: 40, // optics, 16 channels
  71: 36, // accelerometer and gyroscope
  83: 24,
  136: 20, // battery, firmware of 2026
  152: 20, // battery, firmware of 2025
};
const HEAD_BYTES = 14;
const PART_HEAD_BYTES = 5;
const EEG_4 = 0x11;
const EEG_8 = 0x12;
const BATTERY = [0x88, 0x98];
const RATE_HZ = 256;
/** 14 bits over 1,450 µV (BrainFlow, August 2026). */
const STEP_MICROVOLTS = 1450 / 16383;
const CENTRE = 8192;
/** More is no loss but another recording. */
const LONGEST_LOSS_SECONDS = 600;

/** One part of a packet. */
export interface AthenaPart {
  tag: number;
  data: Uint8Array;
  /** Where its data begin in the packet. */
  at: number;
  /** The device's clock at its first sample; the packet's own in the older firmware, which stamps no parts. */
  deviceSeconds: number;
}

export interface AthenaPacket {
  number: number;
  /** The device's clock, seconds since 1970 as it believes. */
  deviceSeconds: number;
  length: number;
  parts: AthenaPart[];
}

/** The newer firmware's clock: units of 2²⁸ ns, and of 100 ns within. */
const PERIOD_SECONDS = 0.268435456;

/**
 * Two firmwares, two clocks in bytes 3–8 and 11–13: milliseconds and microseconds (2025), or units of 2²⁸ ns and of
 * 100 ns (2026). Both count from 1970, so that the first is above 10¹² and the second below 10¹⁰.
 */
const isOlder = (high: number) => high > 1e11;

function packetSeconds(high: number, low: number): number {
  return isOlder(high) ? high * 1e-3 + low * 1e-6 : high * PERIOD_SECONDS + low * 1e-7;
}

function little(bytes: Uint8Array, at: number, count: number): number {
  let value = 0;
  for (let index = count - 1; index >= 0; index--) value = value * 256 + (bytes[at + index] as number);
  return value;
}

/** 16 values of 14 bits, little endian, the first in the lowest bits. */
export function fourteenBits(data: Uint8Array): number[] {
  return Array.from({ length: 16 }, (_, index) => {
    const at = (index * 14) >> 3;
    const word = (data[at] as number) | ((data[at + 1] as number) << 8) | ((data[at + 2] ?? 0) << 16);
    return (word >> ((index * 14) & 7)) & 0x3fff;
  });
}

/** A packet's parts; undefined where they do not fill it exactly. */
function readParts(packet: Uint8Array): AthenaPart[] | undefined {
  const parts: AthenaPart[] = [];
  const high = little(packet, 3, 6);
  const packetTime = packetSeconds(high, little(packet, 11, 3));
  let tag = packet[9] as number;
  let at = HEAD_BYTES;
  let time = packetTime;
  for (;;) {
    const length = PARTS[tag];
    if (length === undefined || at + length > packet.length) return undefined;
    parts.push({ tag, data: packet.subarray(at, at + length), at, deviceSeconds: time });
    at += length;
    if (at === packet.length) return parts;
    if (at + PART_HEAD_BYTES > packet.length) return undefined;
    tag = packet[at] as number;
    if (!isOlder(high)) {
      // A part may lie in the period before or after the packet's.
      const own = high * PERIOD_SECONDS + little(packet, at + 2, 3) * 1e-7;
      time = own + Math.round((packetTime - own) / PERIOD_SECONDS) * PERIOD_SECONDS;
    }
    at += PART_HEAD_BYTES;
  }
}

/**
 * Muse S Athena (2025): one stream of packets on characteristic 273e0013. Byte 0 is the length, 1–2 the packet's number;
 * parts of several kinds follow. Bytes may come cut anywhere; what is no packet is skipped byte by byte.
 */
export class AthenaDecoder implements Decoder {
  readonly sampleRateHz = RATE_HZ;
  readonly bits = 14;
  readonly stepMicrovolts = STEP_MICROVOLTS;
  channels: readonly string[] = ['TP9', 'AF7', 'AF8', 'TP10'];
  batteryPercent?: number;
  /** Bytes that belonged to no packet. */
  skipped = 0;
  private rest = new Uint8Array(0);
  private count = 0;
  private last?: { number: number; deviceSeconds: number; samples: number };

  /** Packets that have come whole. */
  packets(bytes: Uint8Array): AthenaPacket[] {
    const buffer = new Uint8Array(this.rest.length + bytes.length);
    buffer.set(this.rest);
    buffer.set(bytes, this.rest.length);
    const found: AthenaPacket[] = [];
    let at = 0;
    while (at < buffer.length) {
      const length = buffer[at] as number;
      const tag = buffer[at + 9];
      const plausible = length >= HEAD_BYTES && (tag === undefined || PARTS[tag] !== undefined);
      if (plausible && at + length > buffer.length) break;
      const packet = buffer.subarray(at, at + length);
      const parts = plausible ? readParts(packet) : undefined;
      if (!parts) {
        this.skipped++;
        at++;
        continue;
      }
      found.push({
        number: little(packet, 1, 2),
        deviceSeconds: packetSeconds(little(packet, 3, 6), little(packet, 11, 3)),
        length,
        parts,
      });
      at += length;
    }
    this.rest = buffer.slice(at);
    return found;
  }

  push(bytes: Uint8Array): Block[] {
    const blocks: Block[] = [];
    for (const packet of this.packets(bytes)) {
      const rows: number[][] = [];
      let time: number | undefined;
      for (const { tag, data, deviceSeconds } of packet.parts) {
        if (BATTERY.includes(tag)) this.batteryPercent = little(data, 0, 2) / 256;
        if (tag !== EEG_4 && tag !== EEG_8) continue;
        time ??= deviceSeconds;
        const width = tag === EEG_4 ? 4 : 8;
        if (width === 8 && this.channels.length === 4) {
          this.channels = [...this.channels, 'AUX 1', 'AUX 2', 'AUX 3', 'AUX 4'];
        }
        const values = fourteenBits(data);
        for (let from = 0; from < 16; from += width) rows.push(values.slice(from, from + width));
      }
      this.countLost(packet);
      const samples = this.channels.map((_, channel) =>
        Float64Array.from(rows, (row) => ((row[channel] ?? Number.NaN) - CENTRE) * STEP_MICROVOLTS),
      );
      if (rows.length > 0) blocks.push({ samples, first: this.count, deviceSeconds: time });
      this.count += rows.length;
      this.last = { number: packet.number, deviceSeconds: packet.deviceSeconds, samples: rows.length };
    }
    return blocks;
  }

  /** Packets hold differing numbers of samples: the device's clock tells how many a lost one had. */
  private countLost(packet: AthenaPacket): void {
    const { last } = this;
    if (!last || ((packet.number - last.number) & 0xffff) === 1) return;
    const due = Math.round((packet.deviceSeconds - last.deviceSeconds) * RATE_HZ) - last.samples;
    if (due > 0 && due < RATE_HZ * LONGEST_LOSS_SECONDS) this.count += due;
  }
}
