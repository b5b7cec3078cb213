import type { Prisma } from '../platform/prisma/client.ts';

type Transaction = Prisma.TransactionClient;

/**
 * Takes a protocol away from its author. One that nobody has played is deleted. One that sessions, groups or trials refer to
 * stays for them: its programs and titles, without author, texts, sources and tags, for nobody else to find.
 */
export async function removeProtocol(tx: Transaction, id: string, now: Date): Promise<void> {
  await tx.$executeRaw`SELECT id FROM protocols WHERE id = ${id}::uuid FOR UPDATE`;
  const used =
    (await tx.session.findFirst({ where: { protocolId: id }, select: { id: true } })) ??
    (await tx.group.findFirst({ where: { revision: { protocolId: id } }, select: { id: true } })) ??
    (await tx.trial.findFirst({ where: { revision: { protocolId: id } }, select: { id: true } }));
  if (!used) {
    // The current revision cannot go while its protocol names it.
    await tx.protocol.update({ where: { id }, data: { currentRevisionId: null } });
    await tx.protocol.delete({ where: { id } });
    return;
  }
  await tx.source.deleteMany({ where: { protocolId: id } });
  await tx.report.deleteMany({ where: { protocolId: id } });
  await tx.revision.updateMany({
    where: { protocolId: id },
    data: { authorId: null, summary: '', description: '', whatIsKnown: [], translations: {}, note: '' },
  });
  await tx.protocol.update({
    where: { id },
    data: {
      ownerId: null,
      deletedAt: now,
      visibility: 'DRAFT',
      slug: `deleted-${id}`,
      summary: '',
      tags: [],
      translations: {},
      forkedFromId: null,
      controlOfId: null,
    },
  });
}

/**
 * Prepares the deletion of a person: their sessions go (with their logs, days and ratings), and each of their
 * protocols as in `removeProtocol`. Part of the caller's transaction.
 */
export async function forgetAuthor(tx: Transaction, userId: string, now = new Date()): Promise<void> {
  await tx.session.deleteMany({ where: { userId } });
  // Groups and trials of the person go with them, so they do not keep a protocol.
  await tx.trial.deleteMany({ where: { userId } });
  await tx.group.deleteMany({ where: { hostId: userId } });
  const protocols = await tx.protocol.findMany({
    where: { ownerId: userId },
    orderBy: { id: 'asc' },
    select: { id: true },
  });
  for (const { id } of protocols) await removeProtocol(tx, id, now);
}
