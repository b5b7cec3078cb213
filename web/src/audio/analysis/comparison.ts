/** How near sound made anew comes to a recording: by bands and moments, for phases are not kept. */
import type { SpectrumWatcher } from './whole-spectrum.ts';

/** Bands of 1/24 octave from 20 Hz to 20 kHz. */
export const ROW_LOW_HZ = 20;
export const ROWS_PER_OCTAVE = 24;
export const ROWS = 240;

/** Seconds of a recording that are compared. */
export const COMPARED_SECONDS = 120;

/** Bins of a line under a Blackman–Harris window, as power (F. J. Harris, 1978). */
const LINE_BINS = 2.0044;

/** Mean-square levels of each band and ear, a row of `ROWS` every 0.37 s. */
export interface Bands {
  left: Float32Array[];
  right: Float32Array[];
}

/** Fills `bands` from the spectra that `watch` sees, of the first `seconds`. */
export function bandWatcher(seconds = COMPARED_SECONDS): { bands: Bands; watch: SpectrumWatcher } {
  const bands: Bands = { left: [], right: [] };
  const watch: SpectrumWatcher = (at, spectrum, binHz) => {
    if (at > seconds) return;
    for (const ear of ['left', 'right'] as const) {
      const rows = new Float32Array(ROWS);
      for (const [bin, power] of spectrum[ear].entries()) {
        const row = Math.round(ROWS_PER_OCTAVE * Math.log2((bin * binHz) / ROW_LOW_HZ));
        if (row >= 0 && row < ROWS) rows[row] = (rows[row] as number) + power / LINE_BINS;
      }
      bands[ear].push(rows);
    }
  };
  return { bands, watch };
}

/** Of one ear. Levels are dBFS of RMS. */
export interface EarComparison {
  recordingDb: number;
  remadeDb: number;
  /** Power of the amplitudes by which bands and moments differ, in dB against the recording's: −∞ where nothing does, 0 where all is missing. */
  differenceDb: number;
  /** Mean of each band; null where it holds no bin of the spectrum. */
  spectra: { recording: (number | null)[]; remade: (number | null)[] };
}

const decibels = (power: number) => 10 * Math.log10(Math.max(power, 1e-15));

function compareEar(recording: readonly Float32Array[], remade: readonly Float32Array[], gain: number): EarComparison {
  const frames = Math.min(recording.length, remade.length);
  const means = { recording: new Float64Array(ROWS), remade: new Float64Array(ROWS) };
  let [all, again, off] = [0, 0, 0];
  for (let n = 0; n < frames; n++) {
    for (let row = 0; row < ROWS; row++) {
      const a = recording[n]?.[row] ?? 0;
      const b = (remade[n]?.[row] ?? 0) * gain;
      all += a;
      again += b;
      off += (Math.sqrt(a) - Math.sqrt(b)) ** 2;
      means.recording[row] = (means.recording[row] as number) + a / frames;
      means.remade[row] = (means.remade[row] as number) + b / frames;
    }
  }
  const spectrum = (mean: Float64Array) => [...mean].map((power) => (power > 0 ? decibels(power) : null));
  return {
    recordingDb: decibels(all / Math.max(1, frames)),
    remadeDb: decibels(again / Math.max(1, frames)),
    differenceDb: all > 0 ? 10 * Math.log10(off / all) : Number.NEGATIVE_INFINITY,
    spectra: { recording: spectrum(means.recording), remade: spectrum(means.remade) },
  };
}

/** @param quieterDb by which the sound was made quieter than the recording, and is lifted here */
export function compareBands(
  recording: Bands,
  remade: Bands,
  quieterDb: number,
): Record<'left' | 'right', EarComparison> {
  const gain = 10 ** (quieterDb / 10);
  return {
    left: compareEar(recording.left, remade.left, gain),
    right: compareEar(recording.right, remade.right, gain),
  };
}
