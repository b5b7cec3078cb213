import { commitmentOf } from '../commitment.ts';
import { ANALYSIS, PRIOR, type TrialPlan } from '../plan.ts';

/** A plan of eight periods whose order is this one; `own` is what a test has otherwise. */
export async function planOf(
  opening: { salt: string; order: string },
  own: Partial<TrialPlan> = {},
): Promise<TrialPlan> {
  return {
    id: '0190a6f0-7c1e-7abc-8def-0123456789ab',
    analysis: ANALYSIS,
    protocol: { revisionId: '', title: 'Own program' },
    arms: { beat: 'a'.repeat(64), control: 'b'.repeat(64) },
    masked: false,
    outcome: { id: 'calm', unit: 'points', higherIsBetter: true, settings: {} },
    periods: 8,
    oneADay: true,
    timeZone: 'UTC',
    orderRule: 'RUNS_OF_TWO',
    commitment: await commitmentOf(opening),
    missing: 'LEAVE_OUT',
    smallestEffect: 0.3,
    prior: { ...PRIOR },
    light: 'OFF',
    plannedAt: '2026-03-01T08:00:00.000Z',
    ...own,
  };
}
