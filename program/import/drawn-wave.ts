/** Partials that the model holds. */
const PARTIALS = 64;
const GRID = 4096;

/**
 * Sine partials of a wave that SBaGen's `waveNN` draws: the samples are half a period, scaled to 0 to 1; the second
 * half is the first, upside down. Partial 1 becomes a pure sine and every other partial keeps its strength and the
 * sign of its sine part. The peak is 1, or lower where the first partial would exceed 1.
 * Samples that are all equal have no shape and give a sine.
 * @param samples two or more
 */
export function drawnWave(samples: number[]): number[] {
  const low = Math.min(...samples);
  const span = Math.max(...samples) - low;
  const half = samples.map((sample) => (sample - low) / span);
  const period = [...half, ...half.map((sample) => -sample)];
  const partials: { strength: number; angle: number }[] = [];
  for (let k = 1; k <= Math.min(PARTIALS, half.length); k += 2) {
    let cosine = 0;
    let sine = 0;
    for (const [n, sample] of period.entries()) {
      const angle = (2 * Math.PI * k * n) / period.length;
      cosine += sample * Math.cos(angle);
      sine += sample * Math.sin(angle);
    }
    partials.push({ strength: Math.hypot(cosine, sine), angle: Math.atan2(cosine, sine) });
  }
  const shift = partials[0]?.angle ?? 0;
  const harmonics: number[] = [];
  for (const [index, { strength, angle }] of partials.entries()) {
    const k = 2 * index + 1;
    harmonics[k - 1] = Math.cos(angle - k * shift) < -1e-9 ? -strength : strength;
    if (k > 1) harmonics[k - 2] = 0;
  }
  let peak = Math.max(...harmonics.map(Math.abs));
  // Samples that are all alike draw no wave; SBaGen plays noise of its own arithmetic there.
  if (!(peak > 0)) return [1];
  for (let n = 0; n < GRID; n++) {
    const phase = (2 * Math.PI * n) / GRID;
    const value = harmonics.reduce((sum, strength, index) => sum + strength * Math.sin((index + 1) * phase), 0);
    peak = Math.max(peak, Math.abs(value));
  }
  // Adding 0 makes −0 a plain 0.
  return harmonics.map((strength) => Math.round((strength / peak) * 1e9) / 1e9 + 0);
}
