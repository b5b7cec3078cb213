/** Kaiser's window of a given stop-band attenuation (J. F. Kaiser, 1974). */
function kaiser(length: number, attenuationDb: number): Float64Array {
  const beta = attenuationDb > 50 ? 0.1102 * (attenuationDb - 8.7) : 0.5842 * (attenuationDb - 21) ** 0.4;
  const bessel = (x: number) => {
    let sum = 1;
    let term = 1;
    for (let k = 1; term > sum * 1e-12; k++) {
      term *= (x / (2 * k)) ** 2;
      sum += term;
    }
    return sum;
  };
  return Float64Array.from({ length }, (_, n) => {
    const x = length > 1 ? (2 * n) / (length - 1) - 1 : 0;
    return bessel(beta * Math.sqrt(Math.max(0, 1 - x * x))) / bessel(beta);
  });
}

/**
 * A low-pass of odd length whose band from `pass` to `stop` (shares of the sample rate) falls by the attenuation; its sum is 1.
 */
export function lowPass(pass: number, stop: number, attenuationDb: number): Float64Array {
  const length = 2 * Math.ceil((attenuationDb - 7.95) / (14.36 * (stop - pass)) / 2) + 1;
  const middle = (length - 1) / 2;
  const cut = pass + stop;
  const window = kaiser(length, attenuationDb);
  const taps = window.map((weight, n) => {
    const x = (n - middle) * cut;
    return weight * cut * (x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x));
  });
  const sum = taps.reduce((a, b) => a + b, 0);
  return taps.map((tap) => tap / sum);
}

/**
 * Filters a stream and keeps every `factor`-th value, without delay: output n stands at input n × factor. Before the first
 * and after the last value there is silence.
 */
export class Decimator {
  readonly factor: number;
  readonly #taps: Float64Array;
  readonly #half: number;
  #held: Float64Array;
  #count: number;
  /** Place in `#held` of the middle of the next output. */
  #next: number;
  #out = new Float64Array(0);

  constructor(factor: number, taps: Float64Array) {
    this.factor = factor;
    this.#taps = taps;
    this.#half = (taps.length - 1) / 2;
    this.#held = new Float64Array(taps.length * 2);
    this.#count = this.#half;
    this.#next = this.#half;
  }

  /** Takes values and gives what is ready, to be read before the next push; at the end `push` as many zeros as `tail` says. */
  push(values: Float32Array | Float64Array): Float64Array {
    const half = this.#half;
    const taps = this.#taps;
    if (this.#count + values.length > this.#held.length) {
      const more = new Float64Array((this.#count + values.length) * 2);
      more.set(this.#held.subarray(0, this.#count));
      this.#held = more;
    }
    const held = this.#held;
    held.set(values, this.#count);
    this.#count += values.length;
    const ready = Math.max(0, Math.floor((this.#count - half - 1 - this.#next) / this.factor) + 1);
    if (this.#out.length < ready) this.#out = new Float64Array(ready);
    const out = this.#out.subarray(0, ready);
    const middle = taps[half] as number;
    for (let n = 0; n < ready; n++) {
      const at = this.#next + n * this.factor;
      // Four sums side by side: none waits for the one before it.
      let sum0 = middle * (held[at] as number);
      let sum1 = 0;
      let sum2 = 0;
      let sum3 = 0;
      let k = 1;
      for (; k + 3 <= half; k += 4) {
        sum0 += (taps[half + k] as number) * ((held[at - k] as number) + (held[at + k] as number));
        sum1 += (taps[half + k + 1] as number) * ((held[at - k - 1] as number) + (held[at + k + 1] as number));
        sum2 += (taps[half + k + 2] as number) * ((held[at - k - 2] as number) + (held[at + k + 2] as number));
        sum3 += (taps[half + k + 3] as number) * ((held[at - k - 3] as number) + (held[at + k + 3] as number));
      }
      for (; k <= half; k++) sum0 += (taps[half + k] as number) * ((held[at - k] as number) + (held[at + k] as number));
      out[n] = sum0 + sum1 + (sum2 + sum3);
    }
    this.#next += ready * this.factor;
    const drop = this.#next - half;
    if (drop > 0) {
      held.copyWithin(0, drop, this.#count);
      this.#count -= drop;
      this.#next -= drop;
    }
    return out;
  }

  /** Zeros that bring the last outputs out. */
  get tail(): number {
    return this.#half;
  }
}
