import { carrierUnit } from '@nes/program/kinds.ts';
import type { Program, Voice } from '@nes/program/model.ts';
import { phaseAt } from '@nes/program/phase.ts';
import type { WavFormat } from './wav.ts';

/**
 * A stretch of a voice in which every value follows one curve. Hz, linear amplitude before `gain`, −1 to 1; pairs are the values at
 * `fromSeconds` and `toSeconds`. Cycles are the phases at `fromSeconds`, from second 0 on, never wrapped.
 */
export interface Segment {
  fromSeconds: number;
  toSeconds: number;
  curve: 'LINEAR' | 'HOLD' | 'SMOOTH';
  carrierHz: [number, number];
  beatHz: [number, number];
  level: [number, number];
  pan: [number, number];
  carrierCycles: number;
  beatCycles: number;
}

/** How a sound was rendered, and what must come out. */
export interface Rendering {
  sampleRateHz: number;
  format: WavFormat;
  frames: number;
  /** SHA-256 of the whole WAV file, hex. */
  sha256: string;
}

/** Everything that says what a stimulus is, so that somebody else can make the same sound, and see that it is the same. */
export interface StimulusManifest {
  title: string;
  /** The program itself, in the form of program.schema.json; its `seed` fixes noise, drops and dither. */
  program: Program;
  phase: string;
  ears: string;
  voices: { name: string; kind: Voice['kind']; segments: Segment[] }[];
  /** HED 8.3 tags of its presentation. */
  hed: string;
  rendering: Rendering;
}

const PHASE_FORM =
  'Cycles at second t of a segment from t0 to t1, with T = t1 - t0, u = (t - t0) / T and values f0, f1 at its ends: ' +
  'LINEAR: c0 + (t - t0) (f0 + (f1 - f0) u / 2); HOLD: c0 + f0 (t - t0); ' +
  'SMOOTH: c0 + T (f0 u + (f1 - f0) (u / 2 - sin(pi u) / (2 pi))). Amplitude is a sine of 2 pi times the cycles.';

const EARS = 'BINAURAL: left carrier + beat / 2, right carrier - beat / 2. MONAURAL: both of these tones in both ears.';

/** The segments of a voice within one pass: between its keyframes, and where the first and last hold. Jumps have no segment. */
function segmentsOf(voice: Voice, durationSeconds: number): Segment[] {
  const frames = voice.keyframes;
  const first = frames[0];
  const last = frames.at(-1);
  if (!first || !last) return [];
  const held = { ...last, at: durationSeconds };
  const before = first.at > 0 ? [{ ...first, at: 0, curve: 'HOLD' as const }] : [];
  const points = [...before, ...frames, ...(last.at < durationSeconds ? [held] : [])];
  return points.slice(0, -1).flatMap((from, index): Segment[] => {
    const to = points[index + 1] ?? from;
    if (to.at <= from.at) return [];
    const curve = from === last ? 'HOLD' : from.curve;
    const end = curve === 'HOLD' ? from : to;
    const { carrierCycles, beatCycles } = phaseAt(voice, from.at);
    return [
      {
        fromSeconds: from.at,
        toSeconds: to.at,
        curve,
        carrierHz: [from.carrier, end.carrier],
        beatHz: [from.beat, end.beat],
        level: [from.level, end.level],
        pan: [from.pan, end.pan],
        carrierCycles,
        beatCycles,
      },
    ];
  });
}

/** HED 8.3 tags of the stimulus: that it is heard, and for each voice what sounds, with the range of its carrier. */
export function hedOf(program: Program): string {
  const hertz = (value: number): string => `Frequency/${Number(value.toPrecision(12))} Hz`;
  const voices = program.voices.map((voice) => {
    if (carrierUnit(voice) !== 'HZ') return `(Sound, Label/${voice.kind})`;
    const carriers = voice.keyframes.map(({ carrier }) => carrier);
    const [low, high] = [Math.min(...carriers), Math.max(...carriers)];
    return low === high
      ? `(Tone, Label/${voice.kind}, ${hertz(low)})`
      : `(Tone, Label/${voice.kind}, (${hertz(low)}, Data-minimum), (${hertz(high)}, Data-maximum))`;
  });
  return ['Sensory-event', 'Auditory-presentation', ...new Set(voices)].join(', ');
}

/** The manifest of a program and of the sound that was rendered of it. */
export function manifestOf(title: string, program: Program, rendering: Rendering): StimulusManifest {
  return {
    title,
    program,
    phase: PHASE_FORM,
    ears: EARS,
    voices: program.voices.map((voice) => ({
      name: voice.name,
      kind: voice.kind,
      segments: segmentsOf(voice, program.durationSeconds),
    })),
    hed: hedOf(program),
    rendering,
  };
}
