import { verify } from '@nes/trials/verify.ts';
import { type KeptTrial, trialDocument } from './keep.ts';

export interface HashCheck {
  planHolds: boolean;
  headHolds: boolean;
  faults: string[];
  notes: string[];
}

/** Verifies the kept trial, its plan against the hash of the day it was planned, and both against what somebody brings. */
export async function checkHashes(trial: KeptTrial, planHash: string, head: string): Promise<HashCheck> {
  const document = await trialDocument(trial);
  const { faults, notes } = await verify(document, { planHash: trial.planHash });
  return { planHolds: planHash === trial.planHash, headHolds: head === document.head, faults, notes };
}
