import { asLoudAs, beatsAcrossEars } from '@nes/program/kinds.ts';
import type { Program, Voice } from '@nes/program/model.ts';
import { aWeight } from '@nes/program/power.ts';

/** Mixes of harmonics that a listener can choose for pure tones. */
export type TonePreset = 'WARM' | 'BRIGHT' | 'DEEP' | 'ETHEREAL' | 'NATURAL';

/** Relative amplitudes of partials 1, 2, 3 … */
const MIXES: Record<TonePreset, number[]> = {
  WARM: [1, 0.35, 0.14, 0.05],
  BRIGHT: [1, 0.55, 0.45, 0.32, 0.24, 0.18, 0.12, 0.08],
  DEEP: [1, 0.5, 0.06],
  ETHEREAL: [1, 0.08, 0.02, 0.2, 0, 0, 0, 0.08],
  NATURAL: [1, 0.5, 0.3, 0.19, 0.13, 0.09, 0.06],
};

/** Middle of the carriers that programs use; loudness is matched here. */
const REFERENCE_HZ = 220;

/**
 * The partials of a preset, compensated: at 220 Hz as loud by A-weighting as a pure tone of the same level, and never
 * with a peak above that level.
 */
export function tonePartials(preset: TonePreset): number[] {
  const mix = MIXES[preset];
  const power = mix.reduce((sum, part, index) => sum + (part * aWeight(REFERENCE_HZ * (index + 1))) ** 2, 0);
  let peak = 0;
  for (let n = 0; n < 4096; n++) {
    let value = 0;
    for (const [index, part] of mix.entries()) value += part * Math.sin((2 * Math.PI * n * (index + 1)) / 4096);
    peak = Math.max(peak, Math.abs(value));
  }
  const scale = Math.min(aWeight(REFERENCE_HZ) / Math.sqrt(power), 1 / peak);
  return mix.map((part) => part * scale);
}

/** The program with the preset in place of every pure sine tone. Beats, levels and everything else stay. */
export function withTone(program: Program, preset: TonePreset): Program {
  const harmonics = tonePartials(preset);
  const voices = program.voices.map(
    (voice): Voice =>
      'waveform' in voice && voice.waveform === 'SINE' ? { ...voice, waveform: 'HARMONICS', harmonics } : voice,
  );
  return { ...program, voices };
}

/** Whether a program says what it means only through headphones: some voice beats between the ears. */
export function needsHeadphones(program: Program): boolean {
  return program.voices.some(beatsAcrossEars);
}

/**
 * The program for loudspeakers: each binaural voice becomes one whose beat is in the air. Beats stay as they are, and so does
 * the loudness, so that a program and its control are as loud as each other on loudspeakers too. A level may pass 1 there: the
 * renderer lowers what is too loud as a whole.
 */
export function forSpeakers(program: Program, kind: 'ISOCHRONIC' | 'MONAURAL'): Program {
  const voices = program.voices.map((voice): Voice => {
    if (voice.kind !== 'BINAURAL') return voice;
    if (kind === 'MONAURAL') return asLoudAs(voice, { ...voice, kind });
    return asLoudAs(voice, { ...voice, kind, duty: 0.5, edgeSeconds: 0.01, depth: 1, alternating: false });
  });
  return { ...program, voices };
}

/**
 * A few seconds of one tone to find out about headphones: in one ear, in both, or against each other (on mono equipment
 * 'AGAINST' is silent; on a loudspeaker it is hollow; in headphones it is as loud as 'BOTH').
 */
export function headphoneCheck(side: 'LEFT' | 'RIGHT' | 'BOTH' | 'AGAINST'): Program {
  const pan = side === 'LEFT' ? -1 : side === 'RIGHT' ? 1 : 0;
  // Half a cycle between the ears: a beat of 0.5 Hz for one second before the level rises.
  const against = side === 'AGAINST';
  const frame = (at: number, level: number, beat: number) =>
    ({ at, carrier: 330, beat, level, pan, curve: 'SMOOTH' }) as const;
  const keyframes = against
    ? [
        { ...frame(0, 0, 0.5), curve: 'HOLD' as const },
        frame(1, 0, 0),
        frame(1.5, 0.25, 0),
        frame(3.5, 0.25, 0),
        frame(4, 0, 0),
      ]
    : [frame(0, 0, 0), frame(0.5, 0.25, 0), frame(2.5, 0.25, 0), frame(3, 0, 0)];
  const durationSeconds = against ? 4 : 3;
  return {
    durationSeconds,
    phases: [{ name: side, description: '', durationSeconds, colour: '#7c9cff' }],
    voices: [{ kind: 'BINAURAL', name: 'Check', waveform: 'SINE', keyframes }],
    gain: 1,
    loop: 1,
    seed: 1,
  };
}
