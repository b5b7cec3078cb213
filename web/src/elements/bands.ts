import { msg } from '@lit/localize';

export type Band = 'delta' | 'theta' | 'alpha' | 'beta' | 'gamma';

/** The five bands from low to high. `from` is where each begins, in Hz; the first begins at 0.5. */
export const bands: readonly { band: Band; letter: string; from: number; to: number }[] = [
  { band: 'delta', letter: 'δ', from: 0.5, to: 4 },
  { band: 'theta', letter: 'θ', from: 4, to: 8 },
  { band: 'alpha', letter: 'α', from: 8, to: 13 },
  { band: 'beta', letter: 'β', from: 13, to: 30 },
  { band: 'gamma', letter: 'γ', from: 30, to: 100 },
];

/** The band of a beat in Hz. 30 Hz still is beta: gamma is above it. */
export function bandOf(beatHz: number): Band {
  if (beatHz < 4) return 'delta';
  if (beatHz < 8) return 'theta';
  if (beatHz < 13) return 'alpha';
  return beatHz <= 30 ? 'beta' : 'gamma';
}

export function bandName(band: Band): string {
  switch (band) {
    case 'delta':
      return msg('delta');
    case 'theta':
      return msg('theta');
    case 'alpha':
      return msg('alpha');
    case 'beta':
      return msg('beta');
    case 'gamma':
      return msg('gamma');
  }
}
