/** Delay lengths in seconds, mutually prime at common rates; 30 to 80 ms is a medium room without a pitch of its own. */
const DELAYS = [0.0297, 0.0371, 0.0411, 0.0437, 0.0533, 0.0617, 0.0683, 0.0797];
/** Time in which the room falls by 60 dB. */
const DECAY_SECONDS = 2.4;
/** Share of the last sample in the one-pole filters that darken the tail. */
const DAMPING = 0.35;

/**
 * A feedback delay network of eight lines with a Householder matrix (which keeps energy) and darkening. It is fed only
 * by voices that carry no beat. Its tail starts anew after every seek.
 */
export class Reverb {
  private readonly lines: Float64Array[];
  private readonly gains: number[];
  private readonly places = new Int32Array(DELAYS.length);
  private readonly damped = new Float64Array(DELAYS.length);

  constructor(sampleRate: number) {
    this.lines = DELAYS.map((seconds) => new Float64Array(Math.round(seconds * sampleRate) | 1));
    this.gains = DELAYS.map((seconds) => 10 ** ((-3 * seconds) / DECAY_SECONDS));
  }

  reset(): void {
    for (const line of this.lines) line.fill(0);
    this.damped.fill(0);
  }

  /** Adds the room's answer to a bed to the outputs, in the bed's own place. */
  process(
    bedLeft: Float64Array,
    bedRight: Float64Array,
    left: Float64Array,
    right: Float64Array,
    count: number,
    wet: number,
  ): void {
    const { lines, gains, places, damped } = this;
    const lanes = lines.length;
    for (let n = 0; n < count; n++) {
      const inLeft = bedLeft[n] ?? 0;
      const inRight = bedRight[n] ?? 0;
      let sum = 0;
      let outLeft = 0;
      let outRight = 0;
      for (let lane = 0; lane < lanes; lane++) {
        const line = lines[lane] as Float64Array;
        const read = (line[places[lane] ?? 0] ?? 0) * (gains[lane] ?? 0);
        const value = read + DAMPING * ((damped[lane] ?? 0) - read);
        damped[lane] = value;
        sum += value;
        if (lane & 1) outRight += lane & 2 ? -value : value;
        else outLeft += lane & 2 ? -value : value;
      }
      for (let lane = 0; lane < lanes; lane++) {
        const line = lines[lane] as Float64Array;
        const place = places[lane] ?? 0;
        line[place] = (damped[lane] ?? 0) - (sum * 2) / lanes + (lane & 1 ? inRight : inLeft) * 0.35;
        places[lane] = place + 1 === line.length ? 0 : place + 1;
      }
      left[n] = (left[n] ?? 0) + wet * (0.5 * outLeft - 0.5 * inLeft);
      right[n] = (right[n] ?? 0) + wet * (0.5 * outRight - 0.5 * inRight);
    }
  }
}
