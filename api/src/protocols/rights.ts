import type { Prisma } from '../platform/prisma/client.ts';
import { can, type ProtocolRights } from '../schema/can.ts';
import type { Viewer } from '../schema/viewer.ts';

/** What the rules of a revision look at; select it wherever a revision is reached. */
export const revisionRights = {
  id: true,
  protocolId: true,
  publicAt: true,
  protocol: {
    select: { ownerId: true, visibility: true, hiddenAt: true, deletedAt: true, currentRevisionId: true },
  },
} as const satisfies Prisma.RevisionSelect;

export interface RevisionWithRights {
  id: string;
  publicAt: Date | null;
  protocol: ProtocolRights & { deletedAt: Date | null; currentRevisionId: string | null };
}

/**
 * Whether the viewer may read a revision. Beside its own right: who is in a group that hears it, for as long as they are; and who has heard one that
 * was public before its author deleted it.
 */
export async function mayReadRevision(
  { viewer, database }: { viewer: Viewer | null; database: Prisma.TransactionClient },
  revision: RevisionWithRights,
): Promise<boolean> {
  const { protocol } = revision;
  const isPublic = revision.publicAt !== null || protocol.currentRevisionId === revision.id;
  if (can(viewer, 'revision.read', { protocol, isPublic })) return true;
  if (!viewer) return false;
  const { userId } = viewer;
  if (protocol.deletedAt !== null && protocol.hiddenAt === null && revision.publicAt !== null) {
    const heard = await database.session.findFirst({
      where: { revisionId: revision.id, userId },
      select: { id: true },
    });
    if (heard) return true;
  }
  const group = await database.groupMember.findFirst({
    where: { userId, leftAt: null, kickedAt: null, group: { revisionId: revision.id, endedAt: null } },
    select: { id: true },
  });
  return group !== null;
}

/** The columns that `mayReadHeard` looks at. */
export const heardRights = ['ownerId', 'visibility', 'hiddenAt', 'deletedAt'] as const satisfies (
  | keyof ProtocolRights
  | 'deletedAt'
)[];

/** Whether somebody may read the protocol of a session of theirs: what was deleted since is an empty shell with a title. */
export const mayReadHeard = (viewer: Viewer | null, protocol: ProtocolRights & { deletedAt: Date | null }): boolean =>
  can(viewer, 'protocol.read', protocol) || (viewer !== null && wasDeleted(protocol));

const wasDeleted = ({ deletedAt, hiddenAt }: { deletedAt: Date | null; hiddenAt: Date | null }) =>
  deletedAt !== null && hiddenAt === null;

/** The revisions of a readable protocol that the viewer may list. */
export const listedRevisions = (viewer: Viewer | null): Prisma.RevisionWhereInput =>
  viewer?.role === 'ADMIN'
    ? {}
    : {
        OR: [
          { publicAt: { not: null }, protocol: { visibility: { not: 'DRAFT' }, hiddenAt: null } },
          { currentOf: { visibility: { not: 'DRAFT' }, hiddenAt: null } },
          ...(viewer ? [{ protocol: { ownerId: viewer.userId } }] : []),
        ],
      };
