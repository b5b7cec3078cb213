import { answerOf } from '@nes/trials/answer.ts';
import { type RandomEffects, randomEffects } from '@nes/trials/random-effects.ts';
import { absenceOf } from '../platform/absence.ts';
import type { Prisma, PrismaClient } from '../platform/prisma/client.ts';
import { userError } from '../schema/errors.ts';
import { findTrial, type KeptTrial, planOf, recordsOf, revealOf } from './keep.ts';

/** Below so many people nothing is shown. */
export const FEWEST_PEOPLE = 10;

/**
 * Gives d of an ended trial, its error, the plan's hash and the age in tens to what is shown across people, or takes it back.
 * @param ageTens 1 for 10 to 19 and so on; null when not told
 * @throws UserErrors NOT_FOUND, NOT_ALLOWED (not ended as planned), INVALID (nothing to give)
 */
export async function shareResult(
  database: PrismaClient,
  userId: string,
  trialId: string,
  share: boolean,
  ageTens: number | null,
  now: Date,
): Promise<KeptTrial> {
  const trial = await findTrial(database, trialId, userId);
  if (!trial) throw userError('NOT_FOUND', 'trial', 'There is no such trial.');
  if (!share) {
    await database.trialShare.deleteMany({ where: { trialId } });
    return trial;
  }
  const reveal = revealOf(trial);
  if (!reveal || reveal.early)
    throw userError('NOT_ALLOWED', 'trial', 'Only a trial that went to its planned end can be shared.');
  const plan = planOf(trial);
  const answer = answerOf(plan, trial.planHash, reveal.order, recordsOf(trial));
  const { estimate } = answer;
  if (!estimate) throw userError('INVALID', 'trial', 'The trial has no estimate to share.');
  const sign = plan.outcome.higherIsBetter ? 1 : -1;
  const values = {
    // Helping counts up, whatever the outcome's direction. Variance of d as of a standardised mean difference.
    effect: (sign * estimate.difference) / estimate.deviation,
    variance:
      (estimate.standardError / estimate.deviation) ** 2 +
      (estimate.difference / estimate.deviation) ** 2 / (2 * estimate.degreesOfFreedom),
    ageTens,
    sharedAt: now,
  };
  await database.trialShare.upsert({
    where: { trialId },
    create: { trialId, outcomeId: plan.outcome.id, planHash: trial.planHash, ...values },
    update: values,
  });
  return trial;
}

export async function isShared(database: Prisma.TransactionClient, trialId: string): Promise<boolean> {
  return (await database.trialShare.count({ where: { trialId } })) > 0;
}

/**
 * What the trials of all people who agreed say of a protocol and an outcome, each person's last one; null for fewer than `FEWEST_PEOPLE`.
 * It is kept until a share comes, changes or goes: see `TrialFinding` in the schema.
 */
export async function acrossPeople(
  database: PrismaClient,
  protocolId: string,
  outcomeId: string,
): Promise<RandomEffects | null> {
  const key = { protocolId, outcomeId };
  const finding = await database.trialFinding.findUnique({ where: { protocolId_outcomeId: key } });
  if (!finding) return null;
  const { version } = finding;
  if (finding.answer) return finding.answer as unknown as RandomEffects;
  const shares = await database.$queryRaw<{ effect: number; variance: number }[]>`
    SELECT DISTINCT ON (t.user_id) s.effect, s.variance
    FROM revisions r JOIN trials t ON t.revision_id = r.id JOIN trial_shares s ON s.trial_id = t.id
    WHERE r.protocol_id = ${protocolId}::uuid AND s.outcome_id = ${outcomeId}
    ORDER BY t.user_id, t.revealed_at DESC, t.id`;
  if (shares.length < FEWEST_PEOPLE) return null;
  const answer = randomEffects(shares);
  // Not where a share came or went since `version` was read. Where nothing can be written now, the next who asks works it out again.
  await database.trialFinding
    .updateMany({ where: { ...key, version }, data: { answer: { ...answer } } })
    .catch((error) => {
      if (!absenceOf(error)) throw error;
    });
  return answer;
}
