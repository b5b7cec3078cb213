/** Second-order section with a0 = 1. */
interface Section {
  b: [number, number, number];
  a: [number, number];
}

/** Butterworth high-pass of order 2 by the bilinear transform. */
function highPass(cutoffHz: number, sampleRateHz: number): Section {
  const k = Math.tan((Math.PI * cutoffHz) / sampleRateHz);
  const norm = 1 / (1 + Math.SQRT2 * k + k * k);
  return { b: [norm, -2 * norm, norm], a: [2 * (k * k - 1) * norm, (1 - Math.SQRT2 * k + k * k) * norm] };
}

/** Runs a section over samples in place, from the state it would have after an endless first value. */
function run(section: Section, x: Float64Array): void {
  const { b, a } = section;
  const first = x[0] ?? 0;
  // Steady state of the transposed direct form for a constant input; a high-pass then gives 0.
  const gain = (b[0] + b[1] + b[2]) / (1 + a[0] + a[1]);
  let z1 = (b[1] + b[2] - (a[0] + a[1]) * gain) * first;
  let z2 = (b[2] - a[1] * gain) * first;
  for (let n = 0; n < x.length; n++) {
    const input = x[n] as number;
    const output = b[0] * input + z1;
    z1 = b[1] * input - a[0] * output + z2;
    z2 = b[2] * input - a[1] * output;
    x[n] = output;
  }
}

/** Samples that the ends are lengthened by, mirrored at their points: 3 × the number of coefficients, as scipy does. */
const PAD = 9;

/**
 * Butterworth high-pass of order 2, run forward and backward (no phase), as `scipy.signal.filtfilt` with its defaults.
 * Lost samples (NaN) count as their last neighbour.
 */
export function highPassed(samples: Float64Array, cutoffHz: number, sampleRateHz: number): Float64Array {
  const { length } = samples;
  if (length === 0) return new Float64Array(0);
  const held = Float64Array.from(samples);
  let last = held.find((value) => !Number.isNaN(value)) ?? 0;
  for (let n = 0; n < length; n++) {
    if (Number.isNaN(held[n])) held[n] = last;
    else last = held[n] as number;
  }
  const pad = Math.min(PAD, length - 1);
  const x = new Float64Array(length + 2 * pad);
  x.set(held, pad);
  const head = held[0] as number;
  const tail = held[length - 1] as number;
  for (let n = 1; n <= pad; n++) {
    x[pad - n] = 2 * head - (held[n] as number);
    x[pad + length - 1 + n] = 2 * tail - (held[length - 1 - n] as number);
  }
  const section = highPass(cutoffHz, sampleRateHz);
  run(section, x);
  x.reverse();
  run(section, x);
  x.reverse();
  return x.slice(pad, pad + length);
}
