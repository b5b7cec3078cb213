/** When a sample of a device came, and by which clocks. */
export interface ClockPair {
  /** Number of the sample, within its segment. */
  sample: number;
  /** The device's own clock, seconds; NaN where it has none. */
  deviceSeconds: number;
  /** When the host had it, seconds. */
  hostSeconds: number;
}

/** Crystals are within this of each other, as a standard deviation. */
const DRIFT = 100e-6;
/** Drift changes slowly, with temperature: how far a window's may be from the whole run's. */
const DRIFT_CHANGE = 5e-6;
/** Long recordings are fitted in windows of this half width, every KNOT seconds. */
const HALF_WINDOW_SECONDS = 90;
const KNOT_SECONDS = 15;
/** Arrivals come in batches, so that neighbours are late together: of so many, one counts. */
const BATCH = 2;

interface Line {
  /** Where the line is known best. */
  x: number;
  y: number;
  slope: number;
}

/**
 * Least squares with a normal prior of the slope. Short stretches of jittering arrivals (26 to 49 ms) say little about
 * drift; the prior says that two crystals differ by some tens of millionths.
 */
function priorLine(x: Float64Array, y: Float64Array, from: number, to: number, slope: number, spread: number): Line {
  const count = to - from;
  let mx = 0;
  let my = 0;
  for (let n = from; n < to; n++) {
    mx += x[n] as number;
    my += y[n] as number;
  }
  mx /= count;
  my /= count;
  let sxx = 0;
  let sxy = 0;
  let squares = 0;
  for (let n = from; n < to; n++) {
    const dx = (x[n] as number) - mx;
    const residual = (y[n] as number) - my - slope * dx;
    sxx += dx * dx;
    sxy += dx * residual;
    squares += residual * residual;
  }
  const weight = (BATCH * squares) / Math.max(1, count) / spread ** 2;
  return { x: mx, y: my, slope: slope + (sxx > 0 ? sxy / (sxx + weight) : 0) };
}

/**
 * Host time of each sample of a recording, by regression of arrivals on the device's clock. Each segment (the time
 * between two connections) has its own offset; the drift is one crystal's and shared.
 * @param segments pairs in order of samples, one list a segment, none empty
 * @returns for each segment a function from a sample's number to host seconds
 */
export function fitClock(
  segments: readonly (readonly ClockPair[])[],
  sampleRateHz: number,
): ((sample: number) => number)[] {
  const prepared = segments.map((pairs) => {
    const samples = Float64Array.from(pairs, ({ sample }) => sample / sampleRateHz);
    const known = pairs.every(({ deviceSeconds }) => Number.isFinite(deviceSeconds));
    const zero = known ? (pairs[0] as ClockPair).deviceSeconds : 0;
    const device = known ? Float64Array.from(pairs, ({ deviceSeconds }) => deviceSeconds - zero) : samples;
    // Samples are taken by the device's clock; packets hold differing numbers of them, so a line.
    const sampling = known ? priorLine(samples, device, 0, pairs.length, 1, 1e-3) : { x: 0, y: 0, slope: 1 };
    const offset = Float64Array.from(pairs, ({ hostSeconds }, index) => hostSeconds - (device[index] as number));
    return { device, offset, sampling };
  });
  // One drift from all segments: sums over each, weighed by how long it is.
  let drift = 0;
  let weights = 0;
  for (const { device, offset } of prepared) {
    const { slope } = priorLine(device, offset, 0, device.length, 0, DRIFT);
    const span = (device.at(-1) as number) - (device[0] as number);
    drift += slope * span ** 3;
    weights += span ** 3;
  }
  drift = weights > 0 ? drift / weights : 0;
  return prepared.map(({ device, offset, sampling }) => {
    const first = device[0] as number;
    const last = device.at(-1) as number;
    const whole = priorLine(device, offset, 0, device.length, drift, DRIFT_CHANGE);
    const toDevice = (sample: number) => sampling.y + sampling.slope * (sample / sampleRateHz - sampling.x);
    if (last - first <= 2 * HALF_WINDOW_SECONDS) {
      return (sample) => {
        const at = toDevice(sample);
        return at + whole.y + whole.slope * (at - whole.x);
      };
    }
    const knots: { x: number; y: number }[] = [];
    let from = 0;
    let to = 0;
    for (let x = first; x < last + KNOT_SECONDS; x += KNOT_SECONDS) {
      while ((device[from] as number) < x - HALF_WINDOW_SECONDS) from++;
      while (to < device.length && (device[to] as number) <= x + HALF_WINDOW_SECONDS) to++;
      const line = priorLine(device, offset, from, to, whole.slope, DRIFT_CHANGE);
      knots.push({ x, y: line.y + line.slope * (x - line.x) });
    }
    return (sample) => {
      const at = toDevice(sample);
      const index = Math.min(Math.max(0, Math.floor((at - first) / KNOT_SECONDS)), knots.length - 2);
      const [a, b] = [knots[index] as { x: number; y: number }, knots[index + 1] as { x: number; y: number }];
      return at + a.y + ((b.y - a.y) * (at - a.x)) / (b.x - a.x);
    };
  });
}
