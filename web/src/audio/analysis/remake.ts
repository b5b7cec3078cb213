import type { Keyframe, NoiseColour, Program, Voice } from '@nes/program/model.ts';
import type { Analysis, Beat, Tone } from './report.ts';
import { colourOf } from './sentence.ts';

/** RMS of a noise voice at level 1 (`audio/noise.ts`). */
const NOISE_RMS = 1 / 6;
/** Voices that a program may have (`program/model.ts`). */
const MOST_VOICES = 32;
/** Amplitude of a sine of this level. */
const amplitude = (levelDb: number) => Math.SQRT2 * 10 ** (levelDb / 20);

/** A program made of what was found, and what had to be changed. */
export interface Remade {
  program: Program;
  /** By how much it is quieter than the recording, in dB, because a program's levels may not add up to more than 1. */
  quieterDb: number;
  /** Voices left out because there were more than a program may have, the quietest. */
  leftOut: number;
}

/** Keyframes of stretches that follow each other; silent before, after and between those that do not. */
function keyframesOf(
  stretches: readonly {
    from: number;
    to: number;
    start: Omit<Keyframe, 'at' | 'curve'>;
    end: Omit<Keyframe, 'at' | 'curve'>;
  }[],
  seconds: number,
): Keyframe[] {
  const frames: Keyframe[] = [];
  const add = (at: number, values: Omit<Keyframe, 'at' | 'curve'>, curve: Keyframe['curve'] = 'LINEAR') =>
    frames.push({ at: Math.min(seconds, Math.max(0, at)), ...values, curve });
  let last: (typeof stretches)[number] | null = null;
  for (const stretch of stretches) {
    if (!last || stretch.from - last.to > 0.5) {
      if (last) add(last.to, { ...last.end, level: 0 }, 'HOLD');
      if (stretch.from > 0.01) add(last ? stretch.from : 0, { ...stretch.start, level: 0 }, 'HOLD');
      if (stretch.from > 0.01 && !last) add(stretch.from, { ...stretch.start, level: 0 }, 'HOLD');
    }
    add(last && stretch.from - last.to <= 0.5 ? last.to : stretch.from, stretch.start);
    add(stretch.to, stretch.end);
    last = stretch;
  }
  if (last && last.to < seconds - 0.01) add(last.to, { ...last.end, level: 0 }, 'HOLD');
  return frames;
}

/** Stretches of one voice in a row. */
function rows<T extends { fromSeconds: number; toSeconds: number }>(
  items: readonly T[],
  follows: (a: T, b: T) => boolean,
): T[][] {
  const found: T[][] = [];
  for (const item of [...items].sort((a, b) => a.fromSeconds - b.fromSeconds)) {
    const row = found.find((one) => {
      const last = one.at(-1) as T;
      return item.fromSeconds >= last.toSeconds - 0.5 && follows(last, item);
    });
    if (row) row.push(item);
    else found.push([item]);
  }
  return found;
}

const sameVoice = (a: Beat, b: Beat) =>
  a.kind === b.kind &&
  a.upperEar === b.upperEar &&
  a.alternating === b.alternating &&
  Math.abs((a.carrierEndHz ?? 0) - (b.carrierStartHz ?? 0)) < 25;

/** Whether a tone is one of those that a beat is made of. */
function belongs(tone: Tone, beats: readonly Beat[]): boolean {
  const middle = (tone.fromSeconds + tone.toSeconds) / 2;
  const hertz = (tone.startHz + tone.endHz) / 2;
  return beats.some((beat) => {
    if (
      beat.carrierStartHz === null ||
      beat.carrierEndHz === null ||
      beat.toSeconds < middle ||
      beat.fromSeconds > middle
    )
      return false;
    const share = (middle - beat.fromSeconds) / (beat.toSeconds - beat.fromSeconds);
    const carrier = beat.carrierStartHz + share * (beat.carrierEndHz - beat.carrierStartHz);
    const half = beat.kind === 'isochronic' ? 0 : (beat.startHz + share * (beat.endHz - beat.startHz)) / 2;
    return Math.abs(Math.abs(hertz - carrier) - half) < 0.5;
  });
}

function beatVoice(row: readonly Beat[], seconds: number): Voice {
  const first = row[0] as Beat;
  const sign = first.kind === 'binaural' && first.upperEar === 'right' ? -1 : 1;
  const level = (beat: Beat) => Math.min(1, amplitude(beat.levelDb) * (first.kind === 'monaural' ? 2 : 1));
  const pan = first.ear === 'left' ? -1 : first.ear === 'right' ? 1 : 0;
  const keyframes = keyframesOf(
    row.map((beat) => ({
      from: beat.fromSeconds,
      to: beat.toSeconds,
      start: { carrier: beat.carrierStartHz ?? 0, beat: sign * beat.startHz, level: level(beat), pan },
      end: { carrier: beat.carrierEndHz ?? 0, beat: sign * beat.endHz, level: level(beat), pan },
    })),
    seconds,
  );
  const common = { name: '', waveform: 'SINE', keyframes } as const;
  if (first.kind === 'isochronic') {
    const duty = Math.min(0.95, Math.max(0.05, first.duty ?? 0.5));
    return {
      ...common,
      kind: 'ISOCHRONIC',
      duty,
      depth: first.depth ?? 1,
      edgeSeconds: Math.min(0.25, Math.max(0.001, Math.min(first.edgeSeconds ?? 0.005, duty / first.beatHz / 2))),
      alternating: first.alternating,
    };
  }
  return { ...common, kind: first.kind === 'binaural' ? 'BINAURAL' : 'MONAURAL' };
}

/**
 * Makes a program of what was found: each beat a voice, each tone beside them a voice that does not beat, steady noise as noise of the
 * nearest colour. Stretches are those of the analysis, straight within 0.04 Hz or four times the scatter of the points.
 */
export function remake(analysis: Analysis): Remade {
  const { seconds, tones, beats, noise } = analysis;
  // A pair told as binaural is not told again as the beating of its neighbours within an ear.
  const binaural = beats.filter(({ kind }) => kind === 'binaural');
  const pitched = beats.filter(
    ({ kind, ear }) => kind !== 'modulation' && !(kind === 'monaural' && ear !== 'both' && binaural.length > 0),
  );
  const voices: { voice: Voice; level: number }[] = [];
  for (const row of rows(pitched, sameVoice)) {
    const voice = beatVoice(row, seconds);
    voices.push({ voice, level: Math.max(...voice.keyframes.map((frame) => frame.level)) });
  }
  const rest = tones.filter((tone) => !belongs(tone, pitched));
  const shared = (tone: Tone) =>
    rest.find(
      (other) =>
        other.ear !== tone.ear &&
        Math.abs(other.startHz - tone.startHz) < 0.06 &&
        Math.abs(other.endHz - tone.endHz) < 0.06 &&
        Math.abs(other.fromSeconds - tone.fromSeconds) < 3,
    );
  for (const tone of rest) {
    const twin = shared(tone);
    if (twin && tone.ear === 'right') continue;
    const level = Math.min(1, amplitude(tone.levelDb));
    const pan = twin ? 0 : tone.ear === 'left' ? -1 : 1;
    const keyframes = keyframesOf(
      [
        {
          from: tone.fromSeconds,
          to: tone.toSeconds,
          start: { carrier: tone.startHz, beat: 0, level, pan },
          end: { carrier: tone.endHz, beat: 0, level, pan },
        },
      ],
      seconds,
    );
    voices.push({ voice: { name: '', kind: 'MONAURAL', waveform: 'SINE', keyframes }, level });
  }
  if (noise) {
    const colour: NoiseColour = ({ white: 'WHITE', pink: 'PINK', brown: 'BROWN' } as const)[
      colourOf(noise.slopeDbPerOctave) ?? 'pink'
    ];
    const modulation = beats.find(({ kind }) => kind === 'modulation');
    const level = Math.min(1, 10 ** (noise.levelDb / 20) / NOISE_RMS);
    voices.push({
      voice: {
        name: '',
        kind: 'NOISE',
        colour,
        correlation: Math.max(-1, Math.min(1, noise.correlation)),
        modulationDepth: modulation?.depth ?? 0,
        spin: false,
        keyframes: [{ at: 0, carrier: 0, beat: modulation?.beatHz ?? 0, level, pan: 0, curve: 'LINEAR' }],
      },
      level,
    });
  }
  const kept = [...voices].sort((a, b) => b.level - a.level).slice(0, MOST_VOICES);
  const sum = kept.reduce((total, { level }) => total + level, 0);
  const divisor = Math.max(1, sum);
  const program: Program = {
    durationSeconds: Math.max(0.1, seconds),
    phases: [],
    voices: kept.map(({ voice }) => ({
      ...voice,
      keyframes: voice.keyframes.map((frame) => ({ ...frame, level: frame.level / divisor })),
    })),
    gain: 1,
    loop: 1,
    seed: 1,
  };
  return { program, quieterDb: 20 * Math.log10(divisor), leftOut: voices.length - kept.length };
}
