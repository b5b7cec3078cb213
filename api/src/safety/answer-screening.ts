import type { Context, Viewer } from '../graphql/context.ts';
import { userError } from '../graphql/errors.ts';
import { newId } from '../platform/ids.ts';
import type { Screening } from '../platform/prisma/client.ts';

/** Version of the questions that is asked now. */
export const QUESTIONS_VERSION = 1;

/** Answers; true is yes. */
export interface ScreeningAnswers {
  questionsVersion: number;
  seizures: boolean;
  photosensitivity: boolean;
  heart: boolean;
  psychosis: boolean;
  headInjury: boolean;
  pregnancy: boolean;
  under18: boolean;
  hearing: boolean;
  acceptedRisk: boolean;
  answeredAt?: Date | null;
}

/**
 * What the answers allow (product.md, "Safety numbers"). Without answers nothing that follows the beat is shown.
 * A yes to seizures or photosensitivity forbids light in step with the beat and halves isochronic depth, whatever else was chosen.
 */
export function permissionOf(answers: Pick<Screening, 'seizures' | 'photosensitivity'> | null): {
  lightAllowed: boolean;
  /** 0 to 1. */
  maxIsochronicDepth: number;
} {
  const bound = answers === null || answers.seizures || answers.photosensitivity;
  return { lightAllowed: !bound, maxIsochronicDepth: bound ? 0.5 : 1 };
}

/** Minutes that a device's clock may be ahead. */
const AHEAD_MINUTES = 5;

/** Keeps a set of answers. Older ones stay as they were; the newest count. */
export async function answerScreening(context: Context, viewer: Viewer, answers: ScreeningAnswers): Promise<Screening> {
  const now = context.clock.now();
  if (answers.questionsVersion !== QUESTIONS_VERSION) {
    throw userError('INVALID', 'questionsVersion', `The present questions are version ${QUESTIONS_VERSION}.`);
  }
  const answeredAt = answers.answeredAt ?? now;
  if (answeredAt.getTime() > now.getTime() + AHEAD_MINUTES * 60_000) {
    throw userError('OUT_OF_RANGE', 'answeredAt', 'The answers cannot be from the future.');
  }
  return context.database.screening.create({
    data: { id: newId(now.getTime()), userId: viewer.userId, ...answers, answeredAt },
  });
}

/** The newest answers; null when the questions were never answered. */
export function newestScreening(context: Context, userId: string): Promise<Screening | null> {
  return context.database.screening.findFirst({
    where: { userId },
    orderBy: [{ answeredAt: 'desc' }, { id: 'desc' }],
  });
}
