import type { MeasuredResponse } from '../platform/prisma/client.ts';
import type { Context } from '../schema/context.ts';
import { userError } from '../schema/errors.ts';
import type { Viewer } from '../schema/viewer.ts';

export const VERDICTS = ['FOLLOWS', 'NOT_SEEN', 'CANNOT_TELL'] as const;
export type Verdict = (typeof VERDICTS)[number];

/** One electrode's answer, as it is kept. */
export interface ResponseChannel {
  name: string;
  verdict: Verdict;
  /** Chance of an answer as strong from nothing; null where there was too little. */
  p: number | null;
  minutes: number;
  smallestVisibleMicrovolts: number | null;
}

export interface ResponseInput {
  responseId: string;
  sessionId: string | null;
  consent: boolean;
  measuredAt: Date;
  device: string;
  rateHz: number;
  windows: number;
  leftOutShare: number;
  earphonesAway: boolean;
  channels: ResponseChannel[];
}

/** Minutes that a device's clock may be ahead. */
const AHEAD_MINUTES = 5;
/** What one person can have kept. */
const MOST_RESPONSES = 2_000;

/**
 * Keeps what a measurement said: the answer of each electrode and nothing of the signal. A repeated id is answered with
 * what was kept first.
 * @throws UserErrors NOT_ALLOWED without consent, OUT_OF_RANGE, NOT_FOUND for another's session, TAKEN, FULL
 */
export async function recordResponse(
  context: Context,
  viewer: Viewer,
  input: ResponseInput,
): Promise<MeasuredResponse> {
  const { consent, responseId, sessionId, channels, ...values } = input;
  const { userId } = viewer;
  if (!consent) throw userError('NOT_ALLOWED', 'consent', 'An answer is kept by consent only.');
  const now = context.clock.now();
  if (values.measuredAt.getTime() > now.getTime() + AHEAD_MINUTES * 60_000) {
    throw userError('OUT_OF_RANGE', 'measuredAt', 'It cannot have been measured in the future.');
  }
  return await context.database.$transaction(async (tx) => {
    // One of a person at a time, so that the count holds and an id is written once.
    await tx.$queryRaw`SELECT id FROM users WHERE id = ${userId}::uuid FOR UPDATE`;
    const held = await tx.measuredResponse.findUnique({ where: { id: responseId } });
    if (held) {
      if (held.userId !== userId) throw userError('TAKEN', 'responseId', 'This id is in use.');
      return held;
    }
    if (
      sessionId !== null &&
      !(await tx.session.findFirst({ where: { id: sessionId, userId }, select: { id: true } }))
    ) {
      throw userError('NOT_FOUND', 'session', 'There is no such session.');
    }
    if ((await tx.measuredResponse.count({ where: { userId } })) >= MOST_RESPONSES) {
      throw userError('FULL', null, `At most ${MOST_RESPONSES} answers are kept; delete some first.`);
    }
    return await tx.measuredResponse.create({
      data: {
        id: responseId,
        userId,
        sessionId,
        ...values,
        channels: channels.map((one) => ({ ...one })),
        createdAt: now,
      },
    });
  });
}

/** Takes a kept answer away. @throws UserErrors NOT_FOUND */
export async function deleteResponse(context: Context, viewer: Viewer, responseId: string): Promise<string> {
  const { count } = await context.database.measuredResponse.deleteMany({
    where: { id: responseId, userId: viewer.userId },
  });
  if (count === 0) throw userError('NOT_FOUND', 'responseId', 'There is no such answer.');
  return responseId;
}
