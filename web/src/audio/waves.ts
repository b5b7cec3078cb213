import type { Waveform } from '@nes/program/model.ts';
import type { Course } from './kernels.ts';

/** Partials of the standard waves; at 100 Hz they reach 12.8 kHz. */
const MOST_PARTIALS = 128;
const STEPS = [1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64, 96, 128];

/** One period with the partials 1 to `partials`, and three more samples so that interpolation needs no wrapping. */
export interface WaveTable {
  partials: number;
  /** Samples of the period, a power of 2, at least 32 for the shortest partial. */
  size: number;
  samples: Float64Array;
}

const known = new Map<string, WaveTable[]>();

/** Amplitude of sine partial `k` (from 1) of a wave of amplitude 1. */
function amplitude(waveform: Waveform, k: number, harmonics: readonly number[]): number {
  switch (waveform) {
    case 'TRIANGLE':
      return k % 2 === 0 ? 0 : ((k % 4 === 1 ? 1 : -1) * 8) / (Math.PI * k) ** 2;
    case 'SQUARE':
      return k % 2 === 0 ? 0 : 4 / (Math.PI * k);
    case 'SAWTOOTH':
      return ((k % 2 === 0 ? -1 : 1) * 2) / (Math.PI * k);
    case 'HARMONICS':
      return harmonics[k - 1] ?? 0;
    default:
      return k === 1 ? 1 : 0;
  }
}

function makeTable(parts: readonly number[], partials: number): WaveTable {
  let size = 256;
  while (size < 32 * partials) size *= 2;
  const samples = new Float64Array(size + 3);
  for (let k = 1; k <= partials; k++) {
    const part = parts[k - 1] ?? 0;
    if (part === 0) continue;
    // sin(k(n + 1)w) from the two before; the step is re-seeded every 256 samples.
    const w = (2 * Math.PI * k) / size;
    const double = 2 * Math.cos(w);
    let before = 0;
    let now = 0;
    for (let n = 0; n < size; n++) {
      if (n % 256 === 0) {
        before = Math.sin(w * (n - 1));
        now = Math.sin(w * n);
      }
      samples[n + 1] = (samples[n + 1] ?? 0) + part * now;
      const next = double * now - before;
      before = now;
      now = next;
    }
  }
  samples[0] = samples[size] ?? 0;
  samples[size + 1] = samples[1] ?? 0;
  samples[size + 2] = samples[2] ?? 0;
  return { partials, size, samples };
}

/**
 * Band-limited tables of a wave, fewest partials first. A standard wave is scaled so that its band-limited peak is 1, a
 * mix of harmonics only where it would pass 1: a voice never passes its level.
 */
export function waveTables(waveform: Waveform, harmonics: readonly number[] = []): WaveTable[] {
  const key = `${waveform} ${harmonics.join(' ')}`;
  const made = known.get(key);
  if (made) return made;
  const most = waveform === 'HARMONICS' ? harmonics.length : MOST_PARTIALS;
  const parts = Array.from({ length: most }, (_, index) => amplitude(waveform, index + 1, harmonics));
  const counts = STEPS.filter((count) => count < most).concat(most);
  const tables = counts.map((count) => makeTable(parts, count));
  let peak = waveform === 'HARMONICS' ? 1 : 0;
  for (const { samples } of tables) for (const value of samples) peak = Math.max(peak, Math.abs(value));
  for (const { samples } of tables) for (const [index, value] of samples.entries()) samples[index] = value / peak;
  if (known.size >= 16) known.clear();
  known.set(key, tables);
  return tables;
}

/** Adds a wave read from two neighbouring tables; `blend` to `blendTo` is the share of the richer one. Cubic interpolation. */
export function addWave(
  out: Float64Array,
  from: number,
  to: number,
  course: Course,
  poor: WaveTable,
  rich: WaveTable,
  blend: number,
  blendTo: number,
): void {
  const { a, b, c, p, q, r } = course;
  const slope = (blendTo - blend) / (to - from);
  for (let n = from; n < to; n++) {
    const i = n - from;
    const cycles = a + i * (b + i * c);
    const place = cycles - Math.floor(cycles);
    let value = read(poor, place);
    if (rich !== poor) value += (blend + i * slope) * (read(rich, place) - value);
    out[n] = (out[n] as number) + (p + i * (q + i * r)) * value;
  }
}

/** Four-point Lagrange interpolation; with 32 samples a period its error is below −130 dB of the partial. */
function read(table: WaveTable, place: number): number {
  const { samples } = table;
  const x = place * table.size;
  const i = Math.min(table.size - 1, Math.floor(x));
  const f = x - i;
  const y0 = samples[i] as number;
  const y1 = samples[i + 1] as number;
  const y2 = samples[i + 2] as number;
  const y3 = samples[i + 3] as number;
  const c1 = y2 - y0 / 3 - y1 / 2 - y3 / 6;
  const c2 = (y0 + y2) / 2 - y1;
  const c3 = (y3 - y0) / 6 + (y1 - y2) / 2;
  return y1 + f * (c1 + f * (c2 + f * c3));
}
