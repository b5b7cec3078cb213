import { newId } from '../platform/ids.ts';
import type { PrismaClient } from '../platform/prisma/client.ts';
import type { Outcome } from './act.ts';
import { columnsOf, eventRow, factsOf, lockSession, revisionProfile } from './store.ts';
import { transition } from './transition.ts';

/**
 * Ends the sessions that nobody has touched for so long that they cannot be going on (see `expiryOf`), at most `limit`
 * of them. What they played after their last event is not counted; a late log of their player takes them up again.
 * Several instances may do this at the same time.
 */
export async function expireSessions(database: PrismaClient, now: Date, limit = 100): Promise<Outcome[]> {
  const due = await database.session.findMany({
    where: { expiresAt: { lte: now } },
    orderBy: { expiresAt: 'asc' },
    take: limit,
    select: { id: true, userId: true },
  });
  const expired: Outcome[] = [];
  for (const { id, userId } of due) {
    const outcome = await database.$transaction(async (tx): Promise<Outcome | null> => {
      const session = await lockSession(tx, id, userId);
      if (!session?.expiresAt || session.expiresAt > now) return null;
      const profile = await revisionProfile(tx, session.revisionId);
      const step = transition(
        factsOf(session),
        {
          id: newId(now.getTime()),
          kind: 'EXPIRED',
          occurredAt: session.expiresAt.getTime(),
          positionSeconds: null,
          volume: null,
          scene: null,
          deviceId: session.playerDeviceId,
          deviceName: null,
        },
        profile.totalSeconds,
      );
      if (!step.ok) return null;
      const columns = columnsOf(step.facts);
      await tx.session.updateMany({ where: { id }, data: columns });
      await tx.sessionEvent.create({ data: eventRow(id, step.event, step.facts.version, now) });
      return { session: { ...session, ...columns }, changed: true, days: [] };
    });
    if (outcome) expired.push(outcome);
  }
  return expired;
}
