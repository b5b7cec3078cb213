import { answerOf, type TrialAnswer } from './answer.ts';
import type { TrialPlan } from './plan.ts';
import { hashOf } from './plan.ts';
import { type ChainedRecord, chain, headOf, type PeriodRecord, type Reveal } from './record.ts';

export const FORMAT = 'nes-trial';
export const FORMAT_VERSION = 1;

/** A trial as a file that anybody can check. */
export interface TrialDocument {
  format: typeof FORMAT;
  version: typeof FORMAT_VERSION;
  plan: TrialPlan;
  /** SHA-256 over RFC 8785 JSON of `plan`. */
  planHash: string;
  periods: ChainedRecord[];
  /** Null until the order is opened. */
  reveal: Reveal | null;
  /** Stands for all of the above; compare it with the one that the server keeps, or that was written down. */
  head: string;
  /** Null until the order is opened. */
  answer: TrialAnswer | null;
}

export async function documentOf(
  plan: TrialPlan,
  records: readonly PeriodRecord[],
  reveal: Reveal | null,
): Promise<TrialDocument> {
  const planHash = await hashOf(plan);
  const periods = await chain(planHash, records);
  return {
    format: FORMAT,
    version: FORMAT_VERSION,
    plan,
    planHash,
    periods,
    reveal,
    head: await headOf(planHash, periods, reveal),
    answer: reveal && answerOf(plan, planHash, reveal.order, periods),
  };
}
