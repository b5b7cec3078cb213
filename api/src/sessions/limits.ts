import type { Prisma } from '../platform/prisma/client.ts';
import { mayReadRevision, revisionRights } from '../protocols/rights.ts';
import { userError } from '../schema/errors.ts';

/** How far in the future an event may lie: a device's clock may be ahead. */
export const FUTURE_SECONDS = 300;
/** How old an event may be when it arrives, in days. */
export const OLDEST_DAYS = 400;
/** Events of one session. */
export const MAXIMUM_EVENTS = 5_000;

/** @throws UserErrors OUT_OF_RANGE when an event's time (milliseconds) is not plausible at `now` */
export function checkMoment(occurredAt: number, now: Date, field: string): void {
  const age = (now.getTime() - occurredAt) / 1000;
  if (age < -FUTURE_SECONDS) {
    throw userError(
      'OUT_OF_RANGE',
      field,
      `${new Date(occurredAt).toISOString()} is ${Math.round(-age)} s in the future; at most ${FUTURE_SECONDS} s are taken as a difference of clocks.`,
    );
  }
  if (age > OLDEST_DAYS * 86_400) {
    throw userError(
      'OUT_OF_RANGE',
      field,
      `${new Date(occurredAt).toISOString()} is more than ${OLDEST_DAYS} days ago.`,
    );
  }
}

/**
 * The protocol of a revision that the person may play: one they may read, or the one that their group hears.
 * @throws UserErrors NOT_FOUND
 */
export async function checkPlayable(
  tx: Prisma.TransactionClient,
  userId: string,
  revisionId: string,
  groupId: string | null,
): Promise<string> {
  const [revision, member] = await Promise.all([
    tx.revision.findUnique({
      where: { id: revisionId },
      select: revisionRights,
    }),
    groupId === null
      ? null
      : tx.groupMember.findFirst({
          where: { groupId, userId, leftAt: null, kickedAt: null },
          select: { group: { select: { revisionId: true } } },
        }),
  ]);
  if (groupId !== null && member?.group.revisionId !== revisionId) {
    throw userError('NOT_FOUND', 'group', 'You are in no such group.');
  }
  const viewer = { userId, sessionId: '', role: 'USER', isGuest: true } as const;
  if (!revision || !(member || (await mayReadRevision({ viewer, database: tx }, revision)))) {
    throw userError('NOT_FOUND', 'revision', 'There is no such revision.');
  }
  return revision.protocolId;
}
