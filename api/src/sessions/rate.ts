import type { PrismaClient, Rating, Session } from '../platform/prisma/client.ts';
import { userError } from '../schema/errors.ts';
import { type Day, dayDate, localDay } from './local-day.ts';
import { lockDays, lockSession } from './store.ts';

export const SCALES = ['mood', 'focus', 'calm', 'sleepiness'] as const;
export type ScaleName = (typeof SCALES)[number];

type Values = Pick<
  Rating,
  | 'stars'
  | 'moodBefore'
  | 'moodAfter'
  | 'focusBefore'
  | 'focusAfter'
  | 'calmBefore'
  | 'calmAfter'
  | 'sleepinessBefore'
  | 'sleepinessAfter'
  | 'comment'
>;
/** What a person says of a session. What is left out (undefined) stays as it is; null takes a value back. */
export type RatingInput = { [Name in keyof Values]?: Values[Name] | null };

interface Parts {
  starsCount: number;
  starsSum: number;
  changes: Record<ScaleName, { count: number; sum: number }>;
}

/** What a rating adds to its day. A change counts when both the value before and the one after are there. */
function partsOf(rating: Partial<Values> | null): Parts {
  const change = (name: ScaleName) => {
    const before = rating?.[`${name}Before`];
    const after = rating?.[`${name}After`];
    return before == null || after == null ? { count: 0, sum: 0 } : { count: 1, sum: after - before };
  };
  return {
    starsCount: rating?.stars == null ? 0 : 1,
    starsSum: rating?.stars ?? 0,
    changes: {
      mood: change('mood'),
      focus: change('focus'),
      calm: change('calm'),
      sleepiness: change('sleepiness'),
    },
  };
}

/**
 * Writes what a person says of a session: one rating a session, which later calls change. The day on which the session
 * began and the protocol's mean follow in the same transaction.
 * @throws UserErrors NOT_FOUND
 */
export async function rateSession(
  database: PrismaClient,
  userId: string,
  sessionId: string,
  input: RatingInput,
  now: Date,
): Promise<{ session: Session; days: Day[] }> {
  return database.$transaction(async (tx) => {
    const session = await lockSession(tx, sessionId, userId);
    if (!session) throw userError('NOT_FOUND', 'session', 'There is no such session.');
    const held = await tx.rating.findUnique({ where: { sessionId } });
    const { comment, ...numbers } = input;
    const given = Object.fromEntries(Object.entries(numbers).filter(([, value]) => value !== undefined));
    const values = { ...given, ...(comment === undefined ? {} : { comment: comment ?? '' }), updatedAt: now };
    const rating = held
      ? await tx.rating.update({ where: { sessionId }, data: values })
      : await tx.rating.create({
          data: { sessionId, userId, protocolId: session.protocolId, createdAt: now, ...values },
        });
    const before = partsOf(held);
    const after = partsOf(rating);
    const day = localDay(session.startedAt.getTime(), session.timeZone);
    const step = (name: ScaleName, part: 'count' | 'sum') => ({
      increment: after.changes[name][part] - before.changes[name][part],
    });
    await lockDays(tx, userId, [day]);
    await tx.dailyMetric.updateMany({
      where: { userId, day: dayDate(day) },
      data: {
        starsCount: { increment: after.starsCount - before.starsCount },
        starsSum: { increment: after.starsSum - before.starsSum },
        moodChangeCount: step('mood', 'count'),
        moodChangeSum: step('mood', 'sum'),
        focusChangeCount: step('focus', 'count'),
        focusChangeSum: step('focus', 'sum'),
        calmChangeCount: step('calm', 'count'),
        calmChangeSum: step('calm', 'sum'),
        sleepinessChangeCount: step('sleepiness', 'count'),
        sleepinessChangeSum: step('sleepiness', 'sum'),
      },
    });
    return { session, days: [day] };
  });
}
