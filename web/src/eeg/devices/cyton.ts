import type { Block, Decoder } from './transport.ts';

const PACKET_BYTES = 33;
const START = 0xa0;
/** The last byte is 0xC0 to 0xCF, by what the auxiliary bytes hold. */
const isEnd = (byte: number | undefined) => byte !== undefined && (byte & 0xf0) === 0xc0;
const CHANNELS = 8;
/** Reference 4.5 V, gain 24, 24 bits. */
const STEP_MICROVOLTS = 4.5e6 / 24 / (2 ** 23 - 1);

/** OpenBCI Cyton on its serial port: packets of 33 bytes with a number of one byte, 250 Hz. */
export class CytonDecoder implements Decoder {
  readonly channels = Array.from({ length: CHANNELS }, (_, index) => `Channel ${index + 1}`);
  readonly sampleRateHz = 250;
  readonly bits = 24;
  readonly stepMicrovolts = STEP_MICROVOLTS;
  private rest = new Uint8Array(0);
  private number?: number;
  private count = -1;

  push(bytes: Uint8Array): Block[] {
    const buffer = new Uint8Array(this.rest.length + bytes.length);
    buffer.set(this.rest);
    buffer.set(bytes, this.rest.length);
    const blocks: Block[] = [];
    let at = 0;
    while (at + PACKET_BYTES <= buffer.length) {
      if (buffer[at] !== START || !isEnd(buffer[at + PACKET_BYTES - 1])) {
        at++;
        continue;
      }
      const number = buffer[at + 1] as number;
      // The number that has come before again: a whole turn is lost.
      this.count += this.number === undefined ? 1 : (number - this.number) & 0xff || 256;
      this.number = number;
      const samples = this.channels.map((_, channel) => {
        const place = at + 2 + channel * 3;
        const value =
          ((buffer[place] as number) << 24) |
          ((buffer[place + 1] as number) << 16) |
          ((buffer[place + 2] as number) << 8);
        return Float64Array.of((value >> 8) * STEP_MICROVOLTS);
      });
      blocks.push({ first: this.count, samples });
      at += PACKET_BYTES;
    }
    this.rest = buffer.slice(at);
    return blocks;
  }
}
