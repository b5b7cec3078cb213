import type { Sample } from './renderer.ts';
import { STROBE_FROM_HZ } from './strobe-signals.ts';

const ORDER = 16;
const ATTENUATION_DB = 96;

/**
 * A low-pass of Chebyshev's second kind: 96 dB down from {@link STROBE_FROM_HZ} on, so that what is left above drives no
 * light glasses. It goes on from one call to the next.
 */
export class StrobeCut {
  /** b1, a1, a2 and gain of each second-order section, whose b0 and b2 are 1. */
  readonly #sections: (readonly [number, number, number, number])[] = [];
  readonly #held = new Float64Array(ORDER);

  constructor(sampleRate: number) {
    // Such a rate holds nothing up there.
    if (sampleRate <= 2 * STROBE_FROM_HZ) return;
    const edge = Math.tan((Math.PI * STROBE_FROM_HZ) / sampleRate);
    const bend = Math.asinh(Math.sqrt(10 ** (ATTENUATION_DB / 10) - 1)) / ORDER;
    for (let k = 0; k < ORDER / 2; k++) {
      const angle = (Math.PI * (2 * k + 1)) / (2 * ORDER);
      // Poles are the first kind's, inverted.
      const re = -Math.sinh(bend) * Math.sin(angle);
      const im = Math.cosh(bend) * Math.cos(angle);
      const size = re * re + im * im;
      const sum = (-2 * re * edge) / size;
      const product = (edge * edge) / size;
      const zero = (edge / Math.cos(angle)) ** 2;
      const norm = 1 + sum + product;
      const b1 = (2 * (zero - 1)) / (1 + zero);
      const a1 = (2 * (product - 1)) / norm;
      const a2 = (1 - sum + product) / norm;
      this.#sections.push([b1, a1, a2, (1 + a1 + a2) / (2 + b1)]);
    }
  }

  /** Filters in place. */
  run(samples: Float32Array): void {
    const held = this.#held;
    for (let n = 0; n < samples.length; n++) {
      let value = samples[n] as number;
      for (let index = 0, at = 0; index < this.#sections.length; index++, at += 2) {
        const [b1, a1, a2, gain] = this.#sections[index] as readonly [number, number, number, number];
        const x = value * gain;
        value = x + (held[at] as number);
        held[at] = b1 * x - a1 * value + (held[at + 1] as number);
        held[at + 1] = x - a2 * value;
      }
      samples[n] = value;
    }
  }
}

/** Takes signals for light glasses out of a listener's own sound, in place: for everyone whom flicker may harm. */
export function cutStrobe({ left, right }: Sample, sampleRate: number): void {
  for (const ear of [left, right]) new StrobeCut(sampleRate).run(ear);
}
