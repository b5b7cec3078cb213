import canonicalize from 'canonicalize';
import { FEWEST_PERIODS, MOST_PERIODS, type OrderRule } from './order.ts';

/** Version of the analysis that a plan fixes: what answer.ts does. */
export const ANALYSIS = 'nes-trial-1';

/** Smallest effects that a person may name, in standard deviations of the outcome. */
export const EFFECT_RANGE = { least: 0.1, most: 2 } as const;

/** What is measured after each period. `settings` are what else its measurement hangs on: a lapse's threshold, the length of a task. */
export interface PlannedOutcome {
  /** Id of a measurement in the list of outcomes, e.g. `calm` or `pvt-speed`. */
  id: string;
  unit: string;
  higherIsBetter: boolean;
  settings: Record<string, number>;
}

/**
 * Everything that is fixed before the first period. Its hash stands for all of it: whoever changes a word of it afterwards has another plan.
 */
export interface TrialPlan {
  /** UUID of the trial. */
  id: string;
  analysis: typeof ANALYSIS;
  protocol: {
    /** UUID of the revision whose beat is tried; empty for a program that no server has. */
    revisionId: string;
    title: string;
  };
  /** SHA-256 of each arm's program as RFC 8785 JSON, hex. */
  arms: { beat: string; control: string };
  /** Whether both arms carry a noise that covers the beat. */
  masked: boolean;
  outcome: PlannedOutcome;
  /** Number of periods; a period is one session. */
  periods: number;
  /** Whether at most one period is begun on a day of the calendar. */
  oneADay: boolean;
  /** IANA zone whose days count. */
  timeZone: string;
  orderRule: OrderRule;
  /** SHA-256(salt ‖ order), hex: the order was fixed before the first period, and nobody could read it. */
  commitment: string;
  /** What becomes of a period without a value: it keeps its place and is left out of the comparison. */
  missing: 'LEAVE_OUT';
  /** Smallest effect that would matter to the person, in standard deviations of the outcome. */
  smallestEffect: number;
  /** What is thought of the effect before: normal, in standard deviations. */
  prior: { mean: number; deviation: number };
  /** Light that moves with the beat would tell the arms apart. */
  light: 'OFF';
  /** When the plan was made, ISO 8601, UTC, with milliseconds. */
  plannedAt: string;
}

export const PRIOR = { mean: 0, deviation: 0.5 } as const;

const HEX_256 = /^[0-9a-f]{64}$/;
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return typeof name === 'string';
  } catch {
    return false;
  }
}

const MOMENT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/;

/** Each names the field, the value and what was expected. Empty when the plan can be kept. */
export function planFaults(plan: TrialPlan): { field: string; message: string }[] {
  const faults: { field: string; message: string }[] = [];
  const expect = (holds: boolean, field: string, value: unknown, wanted: string) => {
    if (!holds) faults.push({ field, message: `${field} is ${JSON.stringify(value)}, but must be ${wanted}.` });
  };
  const inRange = (value: number, least: number, most: number) =>
    typeof value === 'number' && value >= least && value <= most;
  expect(UUID.test(plan.id), 'id', plan.id, 'a UUID');
  expect(plan.analysis === ANALYSIS, 'analysis', plan.analysis, `"${ANALYSIS}"`);
  expect(HEX_256.test(plan.arms?.beat), 'arms.beat', plan.arms?.beat, 'a SHA-256 in hex');
  expect(HEX_256.test(plan.arms?.control), 'arms.control', plan.arms?.control, 'a SHA-256 in hex');
  expect(plan.arms?.beat !== plan.arms?.control, 'arms.control', plan.arms?.control, 'another program than arms.beat');
  expect(/^[a-z][a-z0-9-]{0,39}$/.test(plan.outcome?.id), 'outcome.id', plan.outcome?.id, 'a name in small letters');
  expect(
    Object.values(plan.outcome?.settings ?? {}).every(Number.isFinite),
    'outcome.settings',
    plan.outcome?.settings,
    'finite numbers',
  );
  expect(
    Number.isInteger(plan.periods) && inRange(plan.periods, FEWEST_PERIODS, MOST_PERIODS),
    'periods',
    plan.periods,
    `a whole number from ${FEWEST_PERIODS} to ${MOST_PERIODS}`,
  );
  expect(isTimeZone(plan.timeZone), 'timeZone', plan.timeZone, 'an IANA zone');
  expect(plan.orderRule === 'BLOCKS_OF_TWO' || plan.orderRule === 'RUNS_OF_TWO', 'orderRule', plan.orderRule, 'a rule');
  expect(
    plan.orderRule !== 'BLOCKS_OF_TWO' || plan.periods % 2 === 0,
    'periods',
    plan.periods,
    'even, because the order goes in blocks of two',
  );
  expect(HEX_256.test(plan.commitment), 'commitment', plan.commitment, 'a SHA-256 in hex');
  expect(plan.missing === 'LEAVE_OUT', 'missing', plan.missing, '"LEAVE_OUT"');
  expect(
    inRange(plan.smallestEffect, EFFECT_RANGE.least, EFFECT_RANGE.most),
    'smallestEffect',
    plan.smallestEffect,
    `from ${EFFECT_RANGE.least} to ${EFFECT_RANGE.most} standard deviations`,
  );
  expect(inRange(plan.prior?.mean, -2, 2), 'prior.mean', plan.prior?.mean, 'from -2 to 2');
  expect(inRange(plan.prior?.deviation, 0.05, 5), 'prior.deviation', plan.prior?.deviation, 'from 0.05 to 5');
  expect(plan.light === 'OFF', 'light', plan.light, '"OFF"');
  expect(MOMENT.test(plan.plannedAt), 'plannedAt', plan.plannedAt, 'a moment like 2026-01-31T12:00:00.000Z');
  return faults;
}

const hex = (bytes: ArrayBuffer) =>
  Array.from(new Uint8Array(bytes), (byte) => byte.toString(16).padStart(2, '0')).join('');

/** SHA-256 of UTF-8 text, hex. */
export async function sha256(text: string): Promise<string> {
  return hex(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text)));
}

/** SHA-256 of a value's RFC 8785 JSON, hex: the same for equal values, however their keys are ordered. */
export async function hashOf(value: object): Promise<string> {
  return sha256(canonicalize(value) as string);
}
