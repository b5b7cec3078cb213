import { answerOf } from './answer.ts';
import { calendarFaults } from './calendar.ts';
import { commitmentOf } from './commitment.ts';
import { FORMAT, FORMAT_VERSION, type TrialDocument } from './document.ts';
import { isAdmissible } from './order.ts';
import { hashOf, planFaults } from './plan.ts';
import { chain, dayIn, headOf, type PeriodRecord } from './record.ts';

export interface Verification {
  /** What does not hold; empty when the document is whole. */
  faults: string[];
  /** What holds and must be known: how many periods of how many, whether it was opened before the end. */
  notes: string[];
  /** As recomputed; null where the document has not the form for it. */
  planHash: string | null;
  head: string | null;
}

/** What is known of a trial from elsewhere: written down at its start, or kept by the server. */
export interface Known {
  planHash?: string | undefined;
  head?: string | undefined;
}

/**
 * Checks a trial's document: plan, order, records and answer fit each other, and nothing of it was changed after its hash was known. Somebody
 * who writes all hashes anew is found by comparing with a hash that is `known` from elsewhere.
 */
export async function verify(document: unknown, known: Known = {}): Promise<Verification> {
  const faults: string[] = [];
  const notes: string[] = [];
  const expect = (holds: boolean, fault: string) => {
    if (!holds) faults.push(fault);
    return holds;
  };
  const shape = shapeFault(document);
  if (shape !== null) return { faults: [shape], notes, planHash: null, head: null };
  const given = document as TrialDocument;
  const { plan, periods, reveal } = given;
  const planHash = await hashOf(plan);
  const planned = planFaults(plan);
  for (const { message } of planned) faults.push(`The plan: ${message}`);
  expect(planHash === given.planHash, 'The plan is not the one that its hash stands for.');
  if (known.planHash !== undefined)
    expect(planHash === known.planHash, 'The plan is not the one whose hash was known before.');

  // What is no plan cannot be kept or broken.
  if (planned.length > 0) return { faults, notes, planHash, head: null };

  const records = periods.map(({ hash: _, ...record }): PeriodRecord => record);
  const chained = await chain(planHash, records);
  for (const [index, record] of periods.entries()) {
    expect(record.period === index + 1, `Period ${index + 1} is numbered ${record.period}.`);
    if (!expect(record.hash === chained[index]?.hash, `Period ${index + 1}, or what stands before it, was changed.`))
      break;
  }
  expect(periods.length <= plan.periods, `There are ${periods.length} periods, but ${plan.periods} were planned.`);
  let before = plan.plannedAt;
  for (const { period, startedAt, endedAt, value, beatChance } of records) {
    if (Number.isNaN(Date.parse(startedAt)) || Number.isNaN(Date.parse(endedAt))) {
      faults.push(`Period ${period} has the times ${startedAt} and ${endedAt}.`);
      continue;
    }
    expect(startedAt >= before, `Period ${period} began at ${startedAt}, before ${before}.`);
    expect(endedAt >= startedAt, `Period ${period} ended at ${endedAt}, before it began.`);
    expect(value === null || Number.isFinite(value), `Period ${period} has the value ${value}.`);
    expect(beatChance === null || (beatChance > 0 && beatChance < 1), `Period ${period} has the guess ${beatChance}.`);
    before = endedAt;
  }
  if (plan.oneADay && faults.length === 0) {
    const diary = records.map(({ period, startedAt }) => ({
      at: `${dayIn(plan.timeZone, startedAt)} 00:00`,
      day: period,
    }));
    for (const fault of calendarFaults(diary)) {
      if (fault.kind === 'DATE_IN_TWO_DAYS')
        faults.push(`Period ${fault.day}: ${fault.message} One a day was planned.`);
    }
  }

  if (reveal === null) {
    expect(given.answer === null, 'There is an answer, but the order was never opened.');
    notes.push(`${periods.length} of ${plan.periods} periods; the order is still closed.`);
  } else {
    expect(
      (await commitmentOf(reveal)) === plan.commitment,
      'The order is not the one that the plan was committed to.',
    );
    expect(
      reveal.order.length === plan.periods && isAdmissible(plan.orderRule, reveal.order),
      'The order is none that the plan admits.',
    );
    expect(
      reveal.afterPeriods === periods.length,
      `The order was opened after ${reveal.afterPeriods} periods, but there are ${periods.length}.`,
    );
    expect(reveal.at >= before, `The order was opened at ${reveal.at}, before the last period ended.`);
    const early = periods.length < plan.periods;
    expect(
      reveal.early === early,
      early
        ? 'It was opened before its end, but does not say so.'
        : 'It says that it was opened early, but all periods are there.',
    );
    notes.push(
      early
        ? `Stopped early at ${periods.length} of ${plan.periods} periods.`
        : `All ${plan.periods} periods, opened at the planned end.`,
    );
    if (faults.length === 0) {
      const answer = answerOf(plan, planHash, reveal.order, periods);
      expect(same(given.answer, answer), 'The answer is not what plan, order and records give.');
    }
  }
  const head = await headOf(planHash, chained, reveal);
  expect(head === given.head, 'Something was changed since the last hash was made.');
  if (known.head !== undefined) expect(head === known.head, 'The records are not those whose hash was known before.');
  return { faults, notes, planHash, head };
}

/** Numbers may differ in their last digits between machines; everything else may not. */
function same(a: unknown, b: unknown): boolean {
  if (typeof a === 'number' && typeof b === 'number') return Math.abs(a - b) <= 1e-6 * Math.max(1, Math.abs(a));
  if (a === null || b === null || typeof a !== 'object' || typeof b !== 'object') return a === b;
  const keys = [...new Set([...Object.keys(a), ...Object.keys(b)])];
  return keys.every((key) => same((a as Record<string, unknown>)[key], (b as Record<string, unknown>)[key]));
}

/** Why a value is no trial's document at all; null when it has the form of one. */
export function shapeFault(value: unknown): string | null {
  const isObject = (part: unknown): part is Record<string, unknown> =>
    part !== null && typeof part === 'object' && !Array.isArray(part);
  if (!isObject(value) || value.format !== FORMAT) return `It is no trial: "format" must be "${FORMAT}".`;
  if (value.version !== FORMAT_VERSION)
    return `version is ${JSON.stringify(value.version)}; this reads ${FORMAT_VERSION}.`;
  if (!isObject(value.plan)) return 'plan is missing.';
  if (!Array.isArray(value.periods) || !value.periods.every(isObject)) return 'periods is no list of periods.';
  if (value.reveal !== null && !(isObject(value.reveal) && typeof value.reveal.order === 'string'))
    return 'reveal must be null or hold an order.';
  if (value.answer !== null && !isObject(value.answer)) return 'answer must be null or an object.';
  return null;
}
