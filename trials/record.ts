import type { Opening } from './commitment.ts';
import { hashOf, type TrialPlan } from './plan.ts';

/** How a measurement was made: numbers and short texts (frame time, kind of input, counts), and the raw answers of a task. */
export type Detail = Record<string, number | string | readonly number[]>;

/** What one period gave. Written once, never changed. */
export interface PeriodRecord {
  /** From 1. */
  period: number;
  /** UUID of the session that was heard; null for a period that was missed. */
  sessionId: string | null;
  /** ISO 8601, UTC, with milliseconds. */
  startedAt: string;
  endedAt: string;
  heardSeconds: number;
  /** The outcome in the plan's unit; null when there is none. */
  value: number | null;
  detail: Detail;
  /** Chance that it was the beat, 0.01 to 0.99, as the person thought before knowing; null when not asked. */
  beatChance: number | null;
}

/** The opening of the order, which ends a trial. */
export interface Reveal extends Opening {
  /** ISO 8601, UTC, with milliseconds. */
  at: string;
  /** Periods that were recorded by then. */
  afterPeriods: number;
  /** Whether that was before the planned end; stands there for ever. */
  early: boolean;
}

/** A record, and the hash that ties it to the plan and to every record before it. */
export interface ChainedRecord extends PeriodRecord {
  /** SHA-256 over RFC 8785 JSON of `{previous, record}`; `previous` of the first is the plan's hash. */
  hash: string;
}

export async function chain(planHash: string, records: readonly PeriodRecord[]): Promise<ChainedRecord[]> {
  const chained: ChainedRecord[] = [];
  let previous = planHash;
  for (const record of records.toSorted((a, b) => a.period - b.period)) {
    previous = await hashOf({ previous, record });
    chained.push({ ...record, hash: previous });
  }
  return chained;
}

/** What stands for plan, records and reveal together: one text to compare. */
export async function headOf(
  planHash: string,
  records: readonly ChainedRecord[],
  reveal: Reveal | null,
): Promise<string> {
  const last = records.at(-1)?.hash ?? planHash;
  return reveal === null ? last : hashOf({ previous: last, reveal });
}

/** Day of the calendar, `2026-01-31`, on which a moment falls in a zone. */
export function dayIn(timeZone: string, moment: string): string {
  return new Intl.DateTimeFormat('en-CA', { timeZone, year: 'numeric', month: '2-digit', day: '2-digit' }).format(
    new Date(moment),
  );
}

/** What may be done next. */
export type NextStep =
  | { step: 'PERIOD'; period: number }
  /** The last period was today; the next may begin on another day. */
  | { step: 'WAIT'; period: number }
  | { step: 'REVEAL' };

export function nextStep(
  plan: Pick<TrialPlan, 'periods' | 'oneADay' | 'timeZone'>,
  records: readonly Pick<PeriodRecord, 'startedAt'>[],
  now: string,
): NextStep {
  if (records.length >= plan.periods) return { step: 'REVEAL' };
  const period = records.length + 1;
  const last = records.at(-1);
  const sameDay = last && dayIn(plan.timeZone, last.startedAt) === dayIn(plan.timeZone, now);
  return plan.oneADay && sameDay ? { step: 'WAIT', period } : { step: 'PERIOD', period };
}
