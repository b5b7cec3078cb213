import { type Estimate, estimateDifference, type Observation } from './autoregression.ts';
import { type CohensD, cohensD } from './compare.ts';
import { type GuessScores, scoreGuesses } from './guesses.ts';
import { type Order, ordersOf } from './order.ts';
import type { TrialPlan } from './plan.ts';
import { type Posterior, posteriorOfD } from './posterior.ts';
import { seeded } from './random.ts';
import { absoluteDifference, guessGain, type RandomisationTest, randomisationTests } from './randomisation-test.ts';

/** Everything that a trial says. Null stands where there was too little to say it. */
export interface TrialAnswer {
  /** Periods with a value, of each arm. */
  beats: number;
  controls: number;
  /** Periods of the plan without a value. */
  missing: number;
  meanBeat: number | null;
  meanControl: number | null;
  /** Randomisation test of no difference, two-sided. */
  test: RandomisationTest | null;
  estimate: Estimate | null;
  d: CohensD | null;
  posterior: Posterior | null;
  guesses:
    | (GuessScores & {
        /** Share of admissible orders in which the same guesses would have scored at least as high. */
        p: number;
        /** Whether that is 5 % or less: the person could tell, and may have felt what was expected. */
        beatChance: boolean;
      })
    | null;
  /** Whether it was opened before its planned end. */
  early: boolean;
}

/** Of one period, what the answer reads. */
export interface Measured {
  period: number;
  value: number | null;
  beatChance: number | null;
}

/**
 * The analysis that the plan fixed (`nes-trial-1`). The same plan, order and records give the same answer on every machine: the orders that the
 * test draws come from the plan's hash.
 * @param measured at most one a period; periods that are not there are missing
 */
export function answerOf(
  plan: Pick<TrialPlan, 'periods' | 'orderRule' | 'outcome' | 'smallestEffect' | 'prior'>,
  planHash: string,
  order: Order,
  measured: readonly Measured[],
): TrialAnswer {
  const { periods, orderRule, outcome, smallestEffect, prior } = plan;
  const values: (number | null)[] = new Array(periods).fill(null);
  const chances: (number | null)[] = new Array(periods).fill(null);
  for (const { period, value, beatChance } of measured) {
    values[period - 1] = value;
    chances[period - 1] = beatChance;
  }
  const observations = values.flatMap((value, place): Observation[] =>
    value === null ? [] : [{ period: place + 1, beat: order[place] === 'B' ? 1 : 0, value }],
  );
  const ofArm = (arm: 0 | 1) => observations.filter(({ beat }) => beat === arm).map(({ value }) => value);
  const [control, beat] = [ofArm(0), ofArm(1)];
  const mean = (list: number[]) =>
    list.length === 0 ? null : list.reduce((sum, value) => sum + value, 0) / list.length;
  const both = control.length > 0 && beat.length > 0;
  const orders = ordersOf(orderRule, periods);
  const guesses = scoreGuesses(order, chances);
  const [test, guessTest] = randomisationTests(
    orders,
    order,
    [absoluteDifference(both ? values : values.map(() => null)), guessGain(chances)],
    seeded(planHash),
  ) as [RandomisationTest, RandomisationTest];
  return {
    beats: beat.length,
    controls: control.length,
    missing: periods - observations.length,
    meanBeat: mean(beat),
    meanControl: mean(control),
    test: both ? test : null,
    estimate: estimateDifference(observations),
    d: beat.length > 1 && control.length > 1 ? cohensD(beat, control) : null,
    posterior: posteriorOfD(observations, prior, smallestEffect, outcome.higherIsBetter),
    guesses: guesses && { ...guesses, p: guessTest.p, beatChance: guessTest.p <= 0.05 },
    early: measured.length < periods,
  };
}
