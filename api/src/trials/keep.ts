import { commitmentOf, type Opening } from '@nes/trials/commitment.ts';
import { documentOf, type TrialDocument } from '@nes/trials/document.ts';
import { isAdmissible } from '@nes/trials/order.ts';
import { hashOf, planFaults, type TrialPlan } from '@nes/trials/plan.ts';
import { type Detail, type NextStep, nextStep, type PeriodRecord, type Reveal } from '@nes/trials/record.ts';
import type { Prisma, PrismaClient, Trial, TrialPeriod } from '../platform/prisma/client.ts';
import { userError } from '../schema/errors.ts';
import { checkMoment, checkPlayable } from '../sessions/limits.ts';

/** Trials of one person, ended ones among them. */
export const MOST_TRIALS = 200;
/** A measurement's detail as JSON, in characters: 3 minutes of a task are about 2,000. */
export const LONGEST_DETAIL = 20_000;

export type KeptTrial = Trial & { periods: TrialPeriod[] };

const withPeriods = { periods: { orderBy: { period: 'asc' } } } satisfies Prisma.TrialInclude;

export const planOf = (trial: Trial): TrialPlan => trial.plan as unknown as TrialPlan;

export function recordsOf(trial: KeptTrial): PeriodRecord[] {
  return trial.periods.map((row) => ({
    period: row.period,
    sessionId: row.sessionId,
    startedAt: row.startedAt.toISOString(),
    endedAt: row.endedAt.toISOString(),
    heardSeconds: row.heardSeconds,
    value: row.value,
    detail: row.detail as Detail,
    beatChance: row.beatChance,
  }));
}

/** The opened order; null while it is closed. Whoever asks before the end learns nothing here. */
export function revealOf(trial: Trial): Reveal | null {
  const { revealedAt, salt, armOrder, revealedAfter } = trial;
  if (revealedAt === null || salt === null || armOrder === null || revealedAfter === null) return null;
  return {
    salt,
    order: armOrder,
    at: revealedAt.toISOString(),
    afterPeriods: revealedAfter,
    early: revealedAfter < planOf(trial).periods,
  };
}

export function trialDocument(trial: KeptTrial): Promise<TrialDocument> {
  return documentOf(planOf(trial), recordsOf(trial), revealOf(trial));
}

export function stepOf(trial: KeptTrial, now: Date): NextStep | { step: 'OPEN' } {
  if (trial.revealedAt !== null) return { step: 'OPEN' };
  return nextStep(planOf(trial), recordsOf(trial), now.toISOString());
}

export function findTrial(database: Prisma.TransactionClient, id: string, userId: string): Promise<KeptTrial | null> {
  return database.trial.findFirst({ where: { id, userId }, include: withPeriods });
}

/**
 * The trial with its row locked until the transaction ends.
 * @throws UserErrors NOT_FOUND
 */
async function lockTrial(tx: Prisma.TransactionClient, id: string, userId: string): Promise<KeptTrial> {
  const locked = await tx.$queryRaw<{ id: string }[]>`
    SELECT id FROM trials WHERE id = ${id}::uuid AND user_id = ${userId}::uuid FOR UPDATE`;
  const trial = locked.length === 0 ? null : await findTrial(tx, id, userId);
  if (!trial) throw userError('NOT_FOUND', 'trial', 'There is no such trial.');
  return trial;
}

/**
 * Keeps a plan. Sending it again changes nothing.
 * @param opening the order where the server drew it; null where it lies sealed on the device that planned
 * @throws UserErrors INVALID (plan), NOT_FOUND (revision), TAKEN (id), FULL
 */
export async function keepPlan(
  database: PrismaClient,
  userId: string,
  plan: TrialPlan,
  opening: Opening | null,
  sealedOn: string | null,
  now: Date,
): Promise<KeptTrial> {
  const [fault] = planFaults(plan);
  if (fault) throw userError('INVALID', fault.field, fault.message);
  checkMoment(Date.parse(plan.plannedAt), now, 'plannedAt');
  const planHash = await hashOf(plan);
  return database.$transaction(async (tx) => {
    await tx.$queryRaw`SELECT id FROM users WHERE id = ${userId}::uuid FOR UPDATE`;
    const held = await findTrial(tx, plan.id, userId);
    // Drawn anew the order, and with it the hash, is another: what was kept first holds.
    if (held && (opening !== null || held.planHash === planHash)) return held;
    if (held) throw userError('CONFLICT', 'id', 'This trial was planned otherwise before.');
    if ((await tx.trial.count({ where: { userId } })) >= MOST_TRIALS)
      throw userError('FULL', null, `There are ${MOST_TRIALS} trials already.`);
    await checkPlayable(tx, userId, plan.protocol.revisionId, null);
    const { count } = await tx.trial.createMany({
      data: [
        {
          id: plan.id,
          userId,
          revisionId: plan.protocol.revisionId,
          plan: plan as unknown as Prisma.InputJsonObject,
          planHash,
          salt: opening?.salt ?? null,
          armOrder: opening?.order ?? null,
          sealedOn,
          createdAt: now,
        },
      ],
      skipDuplicates: true,
    });
    if (count === 0) throw userError('TAKEN', 'id', 'There is a trial with this id already.');
    return (await findTrial(tx, plan.id, userId)) as KeptTrial;
  });
}

/**
 * Writes what a period gave: once, in the order of the periods. The same record sent again changes nothing.
 * @throws UserErrors NOT_FOUND, CONFLICT (another record of that period, a period out of turn, an opened order), INVALID, TOO_LONG, OUT_OF_RANGE
 */
export async function recordPeriod(
  database: PrismaClient,
  userId: string,
  trialId: string,
  record: PeriodRecord,
  now: Date,
): Promise<KeptTrial> {
  checkMoment(Date.parse(record.startedAt), now, 'startedAt');
  checkMoment(Date.parse(record.endedAt), now, 'endedAt');
  checkDetail(record.detail);
  return database.$transaction(async (tx) => {
    const trial = await lockTrial(tx, trialId, userId);
    const held = recordsOf(trial).find(({ period }) => period === record.period);
    const present = { trial };
    if (held) {
      if ((await hashOf(held)) === (await hashOf(record))) return trial;
      throw userError(
        'CONFLICT',
        'period',
        `Period ${record.period} was recorded before, and stays as it was.`,
        present,
      );
    }
    if (trial.revealedAt !== null)
      throw userError('CONFLICT', 'trial', 'The order is open, so nothing can be added.', present);
    const plan = planOf(trial);
    const next = nextStep(plan, recordsOf(trial), record.startedAt);
    if (next.step === 'REVEAL')
      throw userError('CONFLICT', 'period', `All ${plan.periods} periods are recorded.`, present);
    if (next.period !== record.period)
      throw userError('CONFLICT', 'period', `Period ${next.period} comes next, not ${record.period}.`, present);
    if (next.step === 'WAIT')
      throw userError(
        'CONFLICT',
        'startedAt',
        'The last period was on the same day, and one a day was planned.',
        present,
      );
    const before = trial.periods.at(-1)?.endedAt.toISOString() ?? plan.plannedAt;
    if (record.startedAt < before)
      throw userError('INVALID', 'startedAt', `startedAt is ${record.startedAt}, but must be after ${before}.`);
    if (record.endedAt < record.startedAt)
      throw userError('INVALID', 'endedAt', `endedAt is ${record.endedAt}, before ${record.startedAt}.`);
    const made = await tx.trialPeriod.create({
      data: {
        trialId,
        period: record.period,
        sessionId: record.sessionId,
        startedAt: new Date(record.startedAt),
        endedAt: new Date(record.endedAt),
        heardSeconds: record.heardSeconds,
        value: record.value,
        detail: record.detail as Prisma.InputJsonObject,
        beatChance: record.beatChance,
        receivedAt: now,
      },
    });
    return { ...trial, periods: [...trial.periods, made] };
  });
}

/**
 * Opens the order, at the planned end or before it; what was opened stays so, with the number of periods that were there.
 * @param opening for an order that was sealed on a device
 * @throws UserErrors NOT_FOUND, INVALID (an opening that the plan was not committed to), NOT_ALLOWED (sealed elsewhere)
 */
export async function openOrder(
  database: PrismaClient,
  userId: string,
  trialId: string,
  opening: Opening | null,
  at: Date | null,
  now: Date,
): Promise<KeptTrial> {
  if (at) checkMoment(at.getTime(), now, 'at');
  return database.$transaction(async (tx) => {
    const trial = await lockTrial(tx, trialId, userId);
    if (trial.revealedAt !== null) return trial;
    const plan = planOf(trial);
    const held = trial.salt !== null && trial.armOrder !== null ? { salt: trial.salt, order: trial.armOrder } : opening;
    if (!held)
      throw userError(
        'NOT_ALLOWED',
        'order',
        'The order lies sealed on the device that planned the trial; open it there.',
      );
    if ((await commitmentOf(held)) !== plan.commitment || !isAdmissible(plan.orderRule, held.order))
      throw userError('INVALID', 'order', 'The order is not the one that the plan was committed to.');
    const last = trial.periods.at(-1)?.endedAt ?? new Date(plan.plannedAt);
    const opened = at ?? now;
    const changes = {
      salt: held.salt,
      armOrder: held.order,
      revealedAt: opened < last ? last : opened,
      revealedAfter: trial.periods.length,
    };
    await tx.trial.update({ where: { id: trialId }, data: changes });
    return { ...trial, ...changes };
  });
}

function checkDetail(detail: Detail): void {
  const part = (value: unknown) =>
    (typeof value === 'string' && value.length <= 200) ||
    (typeof value === 'number' && Number.isFinite(value)) ||
    (Array.isArray(value) && value.every((item) => typeof item === 'number' && Number.isFinite(item)));
  const isObject = detail !== null && typeof detail === 'object' && !Array.isArray(detail);
  if (!isObject || !Object.entries(detail).every(([name, value]) => /^[a-zA-Z][\w-]{0,39}$/.test(name) && part(value)))
    throw userError('INVALID', 'detail', 'detail must hold numbers, short texts and lists of numbers by name.');
  if (JSON.stringify(detail).length > LONGEST_DETAIL)
    throw userError('TOO_LONG', 'detail', `detail may be at most ${LONGEST_DETAIL} characters of JSON.`);
}
