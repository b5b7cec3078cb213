import type { Block, Decoder } from './transport.ts';

/** Last byte of each electrode's characteristic, 273e0003 to 273e0007. */
const SOURCES = [3, 4, 5, 6, 7];
const SAMPLES = 12;
const PACKET_BYTES = 20;
const STEP_MICROVOLTS = 0.48828125;
const CENTRE = 2048;

/**
 * Muse of 2014 to 2021 (2014, 2016, 2, S): each electrode has a characteristic; a packet is a 16-bit number (big endian)
 * and 12 samples of 12 bits. 256 Hz. Rows are given when all electrodes have brought them, or when the next number comes.
 */
export class MuseDecoder implements Decoder {
  readonly channels = ['TP9', 'AF7', 'AF8', 'TP10', 'Right AUX'];
  readonly sampleRateHz = 256;
  readonly bits = 12;
  readonly stepMicrovolts = STEP_MICROVOLTS;
  private readonly rest = SOURCES.map((): number[] => []);
  private pending?: { number: number; rows: Map<number, Float64Array> };
  private origin?: number;
  /** The next packet that is due, counted from the first. */
  private due = 0;

  push(bytes: Uint8Array, source: number): Block[] {
    const channel = SOURCES.indexOf(source);
    const buffer = this.rest[channel];
    if (!buffer) return [];
    for (const byte of bytes) buffer.push(byte);
    const blocks: Block[] = [];
    while (buffer.length >= PACKET_BYTES) blocks.push(...this.take(channel, buffer.splice(0, PACKET_BYTES)));
    return blocks;
  }

  private take(channel: number, packet: readonly number[]): Block[] {
    const raw = ((packet[0] as number) << 8) | (packet[1] as number);
    this.origin ??= raw;
    // The number wraps after 2¹⁶ packets, 51 minutes.
    const ahead = (raw - this.origin - this.due) & 0xffff;
    const number = this.due + (ahead < 0x8000 ? ahead : ahead - 0x10000);
    const samples = Float64Array.from({ length: SAMPLES }, (_, index) => {
      const at = 2 + ((index * 3) >> 1);
      const [first, second] = [packet[at] as number, packet[at + 1] as number];
      const value = index % 2 ? ((first & 0x0f) << 8) | second : (first << 4) | (second >> 4);
      return (value - CENTRE) * STEP_MICROVOLTS;
    });
    const blocks: Block[] = [];
    if (this.pending && number > this.pending.number) blocks.push(this.flush(this.pending));
    // A packet that is later than the rows that were given is lost.
    if (number < this.due) return blocks;
    this.pending ??= { number, rows: new Map() };
    if (this.pending.number === number) this.pending.rows.set(channel, samples);
    if (this.pending.rows.size === this.channels.length) blocks.push(this.flush(this.pending));
    return blocks;
  }

  private flush({ number, rows }: { number: number; rows: Map<number, Float64Array> }): Block {
    this.pending = undefined;
    this.due = number + 1;
    return {
      first: number * SAMPLES,
      samples: this.channels.map((_, channel) => rows.get(channel) ?? new Float64Array(SAMPLES).fill(Number.NaN)),
    };
  }
}
