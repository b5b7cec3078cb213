import type { IsochronicVoice, NoiseVoice, SampleVoice, ToneVoice } from './model.ts';

/**
 * A-weighting as a factor of amplitude, 1 at 1 kHz (IEC 61672-1).
 * @param hertz above 0
 */
export function aWeight(hertz: number): number {
  const f = hertz * hertz;
  return (
    (1.2589 * 12194 ** 2 * f * f) /
    ((f + 20.6 ** 2) * Math.sqrt((f + 107.7 ** 2) * (f + 737.9 ** 2)) * (f + 12194 ** 2))
  );
}

/** A second-order section of BS.1770's K-weighting at 48 kHz: its coefficients as the recommendation prints them. */
const K_SECTIONS = [
  {
    b: [1.53512485958697, -2.6916961993864, 1.19839281085285],
    a: [1, -1.69065929318241, 0.73248077421585],
  },
  { b: [1, -2, 1], a: [1, -1.99004745483398, 0.99007225036621] },
] as const;

/**
 * K-weighting as a factor of power (ITU-R BS.1770-5, annex 1: the head's shelf and the high-pass, at 48 kHz).
 * @param hertz below 24 kHz; its sign does not matter
 */
export function kPower(hertz: number): number {
  const w = (2 * Math.PI * hertz) / 48_000;
  let power = 1;
  for (const { b, a } of K_SECTIONS) {
    const square = ([c0, c1, c2]: readonly [number, number, number]) =>
      c0 ** 2 + c1 ** 2 + c2 ** 2 + 2 * (c0 * c1 + c1 * c2) * Math.cos(w) + 2 * c0 * c2 * Math.cos(2 * w);
    power *= square(b) / square(a);
  }
  return power;
}

const aPower = (hertz: number): number => aWeight(hertz) ** 2;

/** Mean square of a noise at level 1: RMS 1/6 (`audio/noise.ts`), by A-weighting 2.7, 2.8 and 11.9 dB less; a test renders them. */
export const noisePower = { WHITE: 0.01484, PINK: 0.0145, BROWN: 0.00175 } as const;

/** Mean A-weighted energy of one drop in seconds, over its random pitch, strength and place; a test renders them. */
export const dropEnergy = { WATER: 0.0224, RAIN: 0.00496 } as const;

/** A music file is taken as a loud one: −14 dB under full scale. What it holds is not looked at. */
export const samplePower = 0.04;

/**
 * Mean square of a wave's partials at amplitude 1.
 * @param hertz the first partial; a negative one is the same wave backwards
 * @param weight factor of power at a frequency; A-weighting unless told
 */
export function tonePower(
  voice: Pick<ToneVoice, 'waveform' | 'harmonics'>,
  hertz: number,
  weight: (hertz: number) => number = aPower,
): number {
  const f = Math.abs(hertz);
  if (f === 0) return 0;
  if (voice.waveform === 'SINE') return weight(f) / 2;
  let sum = 0;
  for (let k = 1; k <= 64 && k * f < 16_000; k++) {
    const odd = k % 2 === 1;
    const part =
      voice.waveform === 'HARMONICS'
        ? (voice.harmonics?.[k - 1] ?? 0)
        : voice.waveform === 'SQUARE'
          ? odd
            ? 4 / (Math.PI * k)
            : 0
          : voice.waveform === 'TRIANGLE'
            ? odd
              ? 8 / (Math.PI * k) ** 2
              : 0
            : 2 / (Math.PI * k);
    sum += (part ** 2 * weight(k * f)) / 2;
  }
  return sum;
}

/** Mean square of a modulation between 1 and 1 − depth by a cosine. */
export function modulationPower(depth: number): number {
  return (1 - depth / 2) ** 2 + depth ** 2 / 8;
}

/** What a gate's power hangs on. */
export type Gate = Pick<IsochronicVoice, 'duty' | 'edgeSeconds' | 'depth' | 'alternating'>;

/** Mean square of the openings of a moving gate at one ear; when in its period it opens does not matter. */
export function gatePower(voice: Gate, beatHz: number): number {
  const edge = Math.min(voice.edgeSeconds * Math.abs(beatHz), voice.duty / 2);
  const share = voice.alternating ? 0.5 : 1;
  const floor = 1 - voice.depth;
  // Means of a raised-cosine edge and of its square: 1/2 and 3/8.
  const open = share * (voice.duty - edge);
  const openSquare = share * (voice.duty - 1.25 * edge);
  return floor ** 2 + 2 * floor * voice.depth * open + voice.depth ** 2 * openSquare;
}

/** Edge of a bed's gate in seconds where a program leaves it out. */
export const BED_EDGE_SECONDS = 0.005;

/** Mean square of what a bed's modulation leaves of it while the beat moves: a sine, or a gate. */
export function bedModulationPower(bed: NoiseVoice | SampleVoice, beatHz: number): number {
  const { modulationDepth: depth = 0, duty = 1, edgeSeconds = BED_EDGE_SECONDS } = bed;
  return duty < 1 ? gatePower({ duty, edgeSeconds, depth, alternating: false }, beatHz) : modulationPower(depth);
}
