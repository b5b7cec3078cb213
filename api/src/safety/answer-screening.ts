import type { Bus } from '../platform/bus.ts';
import { userChannel } from '../platform/bus-keys.ts';
import { newId } from '../platform/ids.ts';
import type { Prisma, Screening } from '../platform/prisma/client.ts';
import type { Context } from '../schema/context.ts';
import { userError } from '../schema/errors.ts';
import type { Viewer } from '../schema/viewer.ts';

/** Version of the questions that is asked now. */
export const QUESTIONS_VERSION = 2;

/** The questions by their names. */
export const questions = [
  'seizures',
  'photosensitivity',
  'heart',
  'psychosis',
  'headInjury',
  'pregnancy',
  'under18',
  'hearing',
  'migraine',
  'lungs',
  'panic',
  'sedatives',
] as const;
export type Question = (typeof questions)[number];

/** Answers; true is yes. */
export type ScreeningAnswers = Record<Question, boolean> & {
  questionsVersion: number;
  acceptedRisk: boolean;
};

export interface ScreeningInput extends ScreeningAnswers {
  /** The person agreed, after a plain sentence, that the answers are kept with the account. */
  agreesToKeep: boolean;
  /** Id of the kept answers that the person was shown and changed on purpose. */
  replaces?: string | null;
}

/**
 * What the answers allow (product.md, "Safety numbers"). Without answers nothing that follows the beat is shown.
 * A yes to seizures, photosensitivity or migraine forbids light in step with the beat and halves isochronic depth, whatever else was chosen.
 */
export function permissionOf(answers: Pick<Screening, 'seizures' | 'photosensitivity' | 'migraine'> | null): {
  lightAllowed: boolean;
  /** 0 to 1. */
  maxIsochronicDepth: number;
} {
  const bound = answers === null || answers.seizures || answers.photosensitivity || answers.migraine;
  return { lightAllowed: !bound, maxIsochronicDepth: bound ? 0.5 : 1 };
}

/** Both sets as one: what either says yes to is a yes, and the risk is accepted where each set with a yes accepted it. */
export function stricter(one: ScreeningAnswers, other: ScreeningAnswers): ScreeningAnswers {
  const yes = questions.map((question) => [question, one[question] || other[question]] as const);
  const accepts = (set: ScreeningAnswers) => set.acceptedRisk || !questions.some((question) => set[question]);
  return {
    ...(Object.fromEntries(yes) as Record<Question, boolean>),
    questionsVersion: Math.min(one.questionsVersion, other.questionsVersion),
    acceptedRisk: accepts(one) && accepts(other) && yes.some(([, given]) => given),
  };
}

/** The questions' part of a kept row. */
const answersOf = (row: Screening): ScreeningAnswers => ({
  ...(Object.fromEntries(questions.map((question) => [question, row[question]])) as Record<Question, boolean>),
  questionsVersion: row.questionsVersion,
  acceptedRisk: row.acceptedRisk,
});

const same = (one: ScreeningAnswers, other: ScreeningAnswers): boolean =>
  (Object.keys(one) as (keyof ScreeningAnswers)[]).every((name) => one[name] === other[name]);

/**
 * Keeps a set of answers. They are data concerning health (GDPR, article 9): without the person's agreement nothing is kept.
 * A kept yes stays one until the person changes just those answers on purpose: the request names them in `replaces`. Any other set, as
 * from a device that knew nothing of them, is added to the stricter side. What came later is what this server received later: no
 * device's clock has a say.
 */
export async function answerScreening(
  context: Context,
  viewer: Viewer,
  { agreesToKeep, replaces, ...answers }: ScreeningInput,
): Promise<Screening> {
  if (!agreesToKeep) {
    throw userError('INVALID', 'agreesToKeep', 'Health answers are kept only for a person who agrees to it.');
  }
  if (answers.questionsVersion !== QUESTIONS_VERSION) {
    throw userError('INVALID', 'questionsVersion', `The present questions are version ${QUESTIONS_VERSION}.`);
  }
  const now = context.clock.now();
  const { userId } = viewer;
  const kept = await context.database.$transaction(async (tx) => {
    const row = await lockedScreening(tx, userId);
    const set =
      !row || replaces === row.id
        ? answers
        : stricter({ ...answersOf(row), questionsVersion: QUESTIONS_VERSION }, answers);
    if (row && same(answersOf(row), set)) return row;
    const data = { ...set, id: newId(now.getTime()), answeredAt: now };
    return tx.screening.upsert({ where: { userId }, create: { ...data, userId, agreedAt: now }, update: data });
  });
  await tellScreening(context.bus, userId);
  return kept;
}

/** The person's row; whoever else wants to change it waits for the end of the transaction. */
async function lockedScreening(tx: Prisma.TransactionClient, userId: string): Promise<Screening | null> {
  // The person's row is locked, because that of the answers may not be there yet.
  await tx.$queryRaw`SELECT 1 FROM users WHERE id = ${userId}::uuid FOR UPDATE`;
  return tx.screening.findUnique({ where: { userId } });
}

/** Gives a guest's answers to an account. Those of the account are never made less strict by it. Part of the caller's transaction. */
export async function takeOverScreening(
  tx: Prisma.TransactionClient,
  guestId: string,
  userId: string,
  now: Date,
): Promise<void> {
  const guests = await tx.screening.findUnique({ where: { userId: guestId } });
  if (!guests) return;
  const row = await lockedScreening(tx, userId);
  if (!row) {
    await tx.screening.updateMany({ where: { userId: guestId }, data: { userId } });
    return;
  }
  const set = stricter(answersOf(row), answersOf(guests));
  if (same(answersOf(row), set)) return;
  await tx.screening.update({ where: { userId }, data: { ...set, id: newId(now.getTime()), answeredAt: now } });
}

/** Tells every device of the person to look at the kept answers. The message says nothing of them. */
export async function tellScreening(bus: Bus, userId: string): Promise<void> {
  await bus.publish(userChannel(userId), JSON.stringify({ screening: true }));
}

/** Whether a message of a person's channel is about the answers. */
export const isAboutScreening = (message: string): boolean =>
  (JSON.parse(message) as { screening?: unknown }).screening === true;

/** Takes the agreement back: the answers are gone from the database at once. */
export async function forgetScreening(context: Context, viewer: Viewer): Promise<void> {
  await context.database.screening.deleteMany({ where: { userId: viewer.userId } });
  await tellScreening(context.bus, viewer.userId);
}

/** The answers that are kept; null when the person did not agree to it, or never answered. */
export function keptScreening(context: Pick<Context, 'database'>, userId: string): Promise<Screening | null> {
  return context.database.screening.findUnique({ where: { userId } });
}
