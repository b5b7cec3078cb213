import { createHash } from 'node:crypto';
import { bandProfile } from '@nes/program/bands.ts';
import { beatsAcrossEars } from '@nes/program/kinds.ts';
import type { Program } from '@nes/program/model.ts';

/** What is kept beside a protocol for search, computed from its program. */
export interface Description {
  /** All passes together; one pass of an endless program. Seconds. */
  durationSeconds: number;
  /** Lowest and highest beat that is heard, Hz; null where nothing beats. */
  minBeatHz: number | null;
  maxBeatHz: number | null;
  /** Bands the dominant beat passes through, lowest first. */
  bands: string[];
  /** False where a beat is made of two ears' different tones, which loudspeakers would mix. */
  speakersOk: boolean;
}

const BAND_NAMES = [
  ['DELTA', 'delta'],
  ['THETA', 'theta'],
  ['ALPHA', 'alpha'],
  ['BETA', 'beta'],
  ['GAMMA', 'gamma'],
] as const;

export function describeProgram(program: Program): Description {
  const profile = bandProfile(program);
  return {
    durationSeconds: program.durationSeconds * Math.max(1, program.loop),
    minBeatHz: profile.minBeatHz,
    maxBeatHz: profile.maxBeatHz,
    bands: BAND_NAMES.filter(([, band]) => profile.pass[band] > 0).map(([name]) => name),
    speakersOk: !program.voices.some(beatsAcrossEars),
  };
}

/** Keys in alphabetical order at every level, so that equal programs have equal text. */
function canonical(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(canonical);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, part]) => [key, canonical(part)]),
  );
}

/** SHA-256 of a program's canonical JSON, in hex. Equal programs have equal hashes, however their keys are ordered. */
export function programHash(program: Program): string {
  return createHash('sha256')
    .update(JSON.stringify(canonical(program)))
    .digest('hex');
}
