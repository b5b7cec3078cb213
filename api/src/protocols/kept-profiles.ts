import { type BandProfile, bandProfile } from '@nes/program/bands.ts';
import type { Program } from '@nes/program/model.ts';

const kept = new Map<string, BandProfile>();
const KEPT_PROFILES = 200;

/** The profile of a revision's program, kept in memory for the 200 used last: a revision never changes. */
export function profileOf(revisionId: string, program: Program): BandProfile {
  const known = kept.get(revisionId) ?? bandProfile(program);
  kept.delete(revisionId);
  kept.set(revisionId, known);
  if (kept.size > KEPT_PROFILES) {
    const oldest = kept.keys().next().value;
    if (oldest) kept.delete(oldest);
  }
  return known;
}

/** The kept profile of a revision, so that its program need not be read from the database again. */
export function keptProfile(revisionId: string): BandProfile | undefined {
  return kept.get(revisionId);
}
