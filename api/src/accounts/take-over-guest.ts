import type { Prisma } from '../platform/prisma/client.ts';
import { takeOverScreening } from '../safety/answer-screening.ts';
import { handOverRecord } from '../sessions/hand-over.ts';
import { endSecrets } from './secrets.ts';

/**
 * Gives everything a guest has to an account and removes the guest. Part of the caller's transaction. The guest's row is locked first and gone
 * afterwards, so two sign-ins at once take it over once. Answers with the guest's sessions that have ended, to be announced.
 */
export async function takeOverGuest(tx: Prisma.TransactionClient, guestId: string, userId: string): Promise<string[]> {
  const locked = await tx.$queryRaw<{ id: string }[]>`
    SELECT id FROM users WHERE id = ${guestId}::uuid AND email_key IS NULL FOR UPDATE`;
  if (locked.length === 0) return [];
  await handOverRecord(tx, guestId, userId);
  await tx.protocol.updateMany({ where: { ownerId: guestId }, data: { ownerId: userId } });
  await tx.revision.updateMany({ where: { authorId: guestId }, data: { authorId: userId } });
  await tx.trial.updateMany({ where: { userId: guestId }, data: { userId } });
  await takeOverScreening(tx, guestId, userId, new Date());
  await tx.measuredResponse.updateMany({ where: { userId: guestId }, data: { userId } });
  await tx.group.updateMany({ where: { hostId: guestId }, data: { hostId: userId } });
  await tx.groupEvent.updateMany({ where: { userId: guestId }, data: { userId } });
  // Where both were in the same group, or reported the same protocol, the account's own row stays.
  await tx.$executeRaw`
    UPDATE group_members m SET user_id = ${userId}::uuid WHERE m.user_id = ${guestId}::uuid
      AND NOT EXISTS (SELECT 1 FROM group_members o WHERE o.group_id = m.group_id AND o.user_id = ${userId}::uuid)`;
  await tx.$executeRaw`
    UPDATE reports r SET reporter_id = ${userId}::uuid WHERE r.reporter_id = ${guestId}::uuid
      AND NOT EXISTS (SELECT 1 FROM reports o WHERE o.protocol_id = r.protocol_id AND o.reporter_id = ${userId}::uuid)`;
  const ended = await endSecrets(tx, 'DELETED', { userId: guestId, device: null, now: new Date() });
  await tx.user.delete({ where: { id: guestId } });
  return ended;
}
