import type { Block } from './devices/transport.ts';
import { highPassed } from './filter.ts';
import { ChannelQuality, type Fault } from './quality.ts';

/** The last seconds that are judged. */
const SECONDS = 3;

/** How each electrode sits, from what came last. Says nothing of a response. */
export class WearCheck {
  private rows: number[][] = [];

  push(blocks: readonly Block[], sampleRateHz: number): void {
    for (const { samples } of blocks) {
      for (const [channel, values] of samples.entries()) {
        let row = this.rows[channel];
        if (!row) {
          row = [];
          this.rows[channel] = row;
        }
        for (const value of values) row.push(value);
        if (row.length > SECONDS * 2 * sampleRateHz) row.splice(0, row.length - SECONDS * sampleRateHz);
      }
    }
  }

  /** A fault of each channel, `waiting` before there is enough to judge. */
  faults(sampleRateHz: number): (Fault | 'waiting' | undefined)[] {
    return this.rows.map((row) => {
      const length = Math.round(SECONDS * sampleRateHz);
      if (row.length < length) return 'waiting';
      const raw = Float64Array.from(row.slice(-length));
      return new ChannelQuality(raw, highPassed(raw, 1, sampleRateHz), sampleRateHz).fault(0, length);
    });
  }
}
