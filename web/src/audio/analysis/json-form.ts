import type { Analysis, Beat, BeatKind, Ear, Levels, StrobeFinding } from './report.ts';

/** What `npm run analyse` prints. */
export interface AnalysisJson {
  seconds: number;
  sampleRateHz: number;
  tones: {
    ear: Ear;
    fromSeconds: number;
    toSeconds: number;
    startHz: number;
    endHz: number;
    levelDb: number;
    uncertaintyHz: number;
  }[];
  beats: {
    kind: BeatKind;
    beatHz: number;
    carrierHz: number | null;
    fromSeconds: number;
    toSeconds: number;
    duty: number | null;
    depth: number | null;
    uncertaintyHz: number;
  }[];
  noise: { slopeDbPerOctave: number; correlation: number } | null;
  strobe: StrobeFinding | null;
  levels: Levels;
  sentence: string;
}

/** A beat has one number here: a stretch over which it glides further than this, or its carrier, is told in parts. */
const BEAT_STEP_HZ = 0.4;
const CARRIER_STEP_HZ = 2;

const round = (value: number, digits: number) => Number(value.toFixed(digits));
const roundOrNull = (value: number | null, digits: number) => (value === null ? null : round(value, digits));

function parts(beat: Beat): AnalysisJson['beats'] {
  const glide = Math.abs(beat.endHz - beat.startHz) / BEAT_STEP_HZ;
  const carrierGlide = Math.abs((beat.carrierEndHz ?? 0) - (beat.carrierStartHz ?? 0)) / CARRIER_STEP_HZ;
  const count = Math.max(1, Math.ceil(Math.max(glide, carrierGlide)));
  const span = beat.toSeconds - beat.fromSeconds;
  return Array.from({ length: count }, (_, n) => {
    const middle = (n + 0.5) / count;
    const { carrierStartHz: a, carrierEndHz: b } = beat;
    return {
      kind: beat.kind,
      beatHz: round(count === 1 ? beat.beatHz : beat.startHz + middle * (beat.endHz - beat.startHz), 4),
      carrierHz: roundOrNull(count === 1 || a === null || b === null ? beat.carrierHz : a + middle * (b - a), 4),
      fromSeconds: round(beat.fromSeconds + (n / count) * span, 3),
      toSeconds: round(beat.fromSeconds + ((n + 1) / count) * span, 3),
      duty: roundOrNull(beat.duty, 3),
      depth: roundOrNull(beat.depth, 3),
      uncertaintyHz: round(beat.uncertaintyHz, 5),
    };
  });
}

/** The analysis in the form that the command prints, numbers rounded to what they are worth. */
export function jsonForm(analysis: Analysis, sentence: string): AnalysisJson {
  const { noise, levels, strobe } = analysis;
  return {
    seconds: round(analysis.seconds, 3),
    sampleRateHz: analysis.sampleRateHz,
    tones: analysis.tones.map((tone) => ({
      ear: tone.ear,
      fromSeconds: round(tone.fromSeconds, 3),
      toSeconds: round(tone.toSeconds, 3),
      startHz: round(tone.startHz, 4),
      endHz: round(tone.endHz, 4),
      levelDb: round(tone.levelDb, 2),
      uncertaintyHz: round(tone.uncertaintyHz, 5),
    })),
    beats: analysis.beats.flatMap(parts),
    noise: noise && { slopeDbPerOctave: round(noise.slopeDbPerOctave, 2), correlation: round(noise.correlation, 3) },
    strobe: strobe && {
      ...strobe,
      signals: strobe.signals.map((signal) => ({ ...signal, levelDb: round(signal.levelDb, 2) })),
    },
    levels: { lufs: roundOrNull(levels.lufs, 2), truePeakDb: round(levels.truePeakDb, 2) },
    sentence,
  };
}
