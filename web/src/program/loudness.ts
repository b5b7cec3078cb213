import type { Program, Voice } from './model.ts';
import { keyframeIndex, valueAt } from './values.ts';

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

/** Mean square of a noise at level 1: RMS 1/6 (`audio/noise.ts`), by A-weighting 2.7, 2.8 and 11.9 dB less; a test renders them. */
const noisePower = { WHITE: 0.01484, PINK: 0.0145, BROWN: 0.00175 } as const;

/** Mean A-weighted energy of one drop in seconds, over its random pitch, strength and place; a test renders them. */
const dropEnergy = { WATER: 0.0014, RAIN: 0.00031 } as const;

/** A music file is taken as a loud one: −14 dB under full scale. What it holds is not looked at. */
const samplePower = 0.04;

/** Mean square of a wave's partials at amplitude 1, A-weighted. */
function tonePower(voice: Extract<Voice, { waveform: string }>, hertz: number): number {
  if (hertz <= 0) return 0;
  if (voice.waveform === 'SINE') return aWeight(hertz) ** 2 / 2;
  let sum = 0;
  for (let k = 1; k <= 64 && k * hertz < 16_000; k++) {
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
    sum += (part * aWeight(k * hertz)) ** 2 / 2;
  }
  return sum;
}

/** Mean square of the openings of a gate at one ear. */
function gatePower(voice: Extract<Voice, { kind: 'ISOCHRONIC' }>, beatHz: number): number {
  if (beatHz === 0) return 1;
  const edge = Math.min(voice.edgeSeconds * Math.abs(beatHz), voice.duty / 2);
  const share = voice.alternating ? 0.5 : 1;
  const floor = 1 - voice.depth;
  // Means of a raised-cosine edge and of its square: 1/2 and 3/8.
  const open = share * (voice.duty - edge);
  const openSquare = share * (voice.duty - 1.25 * edge);
  return floor ** 2 + 2 * floor * voice.depth * open + voice.depth ** 2 * openSquare;
}

/** Mean square of a voice at the louder ear, A-weighted, before the program's gain. */
function voicePower(voice: Voice, t: number): number {
  const { carrier, beat, level } = valueAt(voice, t);
  switch (voice.kind) {
    case 'BINAURAL':
      return level ** 2 * tonePower(voice, carrier + Math.abs(beat) / 2);
    case 'MONAURAL':
      // Two tones of half the level each; without a beat they are one.
      return level ** 2 * tonePower(voice, carrier) * (beat === 0 ? 1 : 0.5);
    case 'ISOCHRONIC':
      return level ** 2 * tonePower(voice, carrier) * gatePower(voice, beat);
    case 'NOISE': {
      const depth = beat === 0 ? 0 : voice.modulationDepth;
      return level ** 2 * noisePower[voice.colour] * ((1 - depth / 2) ** 2 + depth ** 2 / 8);
    }
    case 'BELL': {
      let at = keyframeIndex(voice, t);
      while (at >= 0 && (voice.keyframes[at]?.level ?? 0) <= 0) at--;
      const strike = voice.keyframes[at];
      if (!strike) return 0;
      // 60 dB in `decaySeconds`.
      const left = strike.level * 10 ** ((-3 * (t - strike.at)) / voice.decaySeconds);
      return left ** 2 * (aWeight(strike.carrier) ** 2 / 2);
    }
    case 'DROPS':
      return (level / (1 + (voice.count - 1) / 4)) ** 2 * Math.min(1, voice.dropsPerSecond * dropEnergy[voice.texture]);
    case 'SAMPLE':
      return level ** 2 * samplePower;
  }
}

/**
 * How loud a program is at second `t` of one pass, as the mean square of its samples at the louder ear with
 * A-weighting: 0.5 is a 1 kHz sine at full scale. Within 1 dB of the rendered sound; 3 dB for bells and drops.
 */
export function loudnessAt(program: Program, t: number): number {
  let power = 0;
  for (const voice of program.voices) power += voicePower(voice, t);
  return power * program.gain ** 2;
}

/** Level of a program at a second of its pass with the player's volume, dB under full scale, A-weighted. */
export function playedLevelDb(program: Program, seconds: number, volume: number): number {
  // The player's gain is the square of its volume.
  return 10 * Math.log10(loudnessAt(program, seconds) * volume ** 4 || 1e-30);
}
