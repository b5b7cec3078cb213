import type { Block, Decoder } from './transport.ts';

/** A line longer than this is no samples. */
const LONGEST_LINE = 1 << 20;
const HIGHEST_RATE_HZ = 32_768;
const MOST_CHANNELS = 256;

/**
 * Anything that BrainFlow or LSL reach, through a program on the same computer (docs/EEG.md). Lines of JSON: first
 * `{"sampleRateHz":250,"channels":["C3","C4"]}`, then `{"first":0,"seconds":12.3,"samples":[[…],[…]]}` with one row of
 * microvolts a channel, the number of the first sample, and the device's own clock where it has one.
 */
export class BridgeDecoder implements Decoder {
  channels: readonly string[] = [];
  sampleRateHz = 0;
  readonly bits = 24;
  /** Whatever the device has: a hundredth of a microvolt over ± 84 mV. */
  readonly stepMicrovolts = 0.01;
  private text = '';
  private readonly decoder = new TextDecoder();

  /** @throws {Error} for a line that is none of these */
  push(bytes: Uint8Array): Block[] {
    this.text += this.decoder.decode(bytes, { stream: true });
    const lines = this.text.split('\n');
    this.text = lines.pop() as string;
    if (this.text.length > LONGEST_LINE)
      throw new Error(`the bridge sent ${this.text.length} characters without an end of line`);
    return lines.filter((line) => line.trim()).flatMap((line) => this.take(line));
  }

  private take(line: string): Block[] {
    let message: { sampleRateHz?: number; channels?: unknown; first?: number; seconds?: number; samples?: unknown };
    try {
      message = JSON.parse(line) ?? {};
    } catch {
      throw new Error(`the bridge sent "${line.slice(0, 60)}"; expected a line of JSON`);
    }
    if (message.sampleRateHz !== undefined) {
      const { sampleRateHz, channels } = message;
      const named = Array.isArray(channels) && channels.length > 0 && channels.length <= MOST_CHANNELS;
      if (!(sampleRateHz > 0 && sampleRateHz <= HIGHEST_RATE_HZ) || !named) {
        throw new Error(
          `the bridge told no rate up to ${HIGHEST_RATE_HZ} Hz with the names of 1 to ${MOST_CHANNELS} channels`,
        );
      }
      this.sampleRateHz = sampleRateHz;
      this.channels = channels.map(String);
      return [];
    }
    const { samples, first, seconds } = message;
    const rows: unknown[][] = Array.isArray(samples) && samples.every(Array.isArray) ? samples : [];
    const length = rows[0]?.length ?? 0;
    if (rows.length === 0 || rows.length !== this.channels.length || rows.some((row) => row.length !== length)) {
      throw new Error(`the bridge sent ${rows.length} rows of samples; expected ${this.channels.length} of one length`);
    }
    if (typeof first !== 'number' || !Number.isInteger(first) || first < 0) {
      throw new Error(`the bridge sent first = ${first}; expected the number of the first sample`);
    }
    const values = (row: unknown[]) => Float64Array.from(row, (value) => (value === null ? Number.NaN : Number(value)));
    return [{ first, deviceSeconds: seconds, samples: rows.map(values) }];
  }
}
