import { endSecrets } from '../accounts/secrets.ts';
import { newId } from '../platform/ids.ts';
import type { Prisma, Protocol, Report, User } from '../platform/prisma/client.ts';
import { can } from '../schema/can.ts';
import type { Context } from '../schema/context.ts';
import { userError } from '../schema/errors.ts';
import type { Viewer } from '../schema/viewer.ts';

/** Writes down what an administrator did. */
function record(
  tx: Prisma.TransactionClient,
  viewer: Viewer,
  action: string,
  targetType: string,
  targetId: string,
  reason: string,
  now: Date,
) {
  return tx.adminAct.create({
    data: { id: newId(now.getTime()), adminId: viewer.userId, action, targetType, targetId, reason, createdAt: now },
  });
}

/** Hides a protocol from everybody but its owner and administrators, or shows it again. */
export async function setHidden(
  context: Context,
  viewer: Viewer,
  id: string,
  hidden: boolean,
  reason: string,
): Promise<Protocol> {
  const now = context.clock.now();
  return context.database.$transaction(async (tx) => {
    const protocol = await tx.protocol.findUnique({ where: { id } });
    if (!protocol || !can(viewer, 'protocol.hide', protocol)) {
      throw userError('NOT_FOUND', 'id', 'There is no such protocol, or it is built in.');
    }
    const changed = await tx.protocol.update({ where: { id }, data: { hiddenAt: hidden ? now : null } });
    await record(tx, viewer, hidden ? 'hideProtocol' : 'restoreProtocol', 'Protocol', id, reason, now);
    return changed;
  });
}

/** Closes a report as seen to. */
export async function closeReport(context: Context, viewer: Viewer, id: string, reason: string): Promise<Report> {
  const now = context.clock.now();
  return context.database.$transaction(async (tx) => {
    const report = can(viewer, 'report.read', null) ? await tx.report.findUnique({ where: { id } }) : null;
    if (!report) throw userError('NOT_FOUND', 'id', 'There is no such report.');
    const closed = await tx.report.update({ where: { id }, data: { closedAt: report.closedAt ?? now } });
    await record(tx, viewer, 'closeReport', 'Report', id, reason, now);
    return closed;
  });
}

/** Suspends a person: all of their devices are signed out and nobody can sign in as them; or lets them in again. */
export async function setSuspended(
  context: Context,
  viewer: Viewer,
  id: string,
  suspended: boolean,
  reason: string,
): Promise<User> {
  const now = context.clock.now();
  let ended: string[] = [];
  const user = await context.database.$transaction(async (tx) => {
    if (!can(viewer, 'user.suspend', { id }) || !(await tx.user.findUnique({ where: { id }, select: { id: true } }))) {
      throw userError('NOT_FOUND', 'id', 'There is no such person, or it is yourself.');
    }
    const changed = await tx.user.update({ where: { id }, data: { suspendedAt: suspended ? now : null } });
    if (suspended) ended = await endSecrets(tx, 'SUSPENDED', { userId: id, device: null, now });
    await record(tx, viewer, suspended ? 'suspendUser' : 'readmitUser', 'User', id, reason, now);
    return changed;
  });
  await context.accounts.announceEnded(ended);
  return user;
}

/** Figures of the whole service. */
export interface ServiceMetrics {
  accounts: number;
  guests: number;
  protocolsOfUsers: number;
  sessions: number;
  sessionsLastDay: number;
  sessionsNow: number;
  openReports: number;
}

export async function serviceMetrics(context: Context): Promise<ServiceMetrics> {
  const dayAgo = new Date(context.clock.now().getTime() - 86_400_000);
  const [figures] = await context.database.$queryRaw<Record<keyof ServiceMetrics, bigint>[]>`
    SELECT (SELECT count(*) FROM users WHERE email_key IS NOT NULL) AS accounts,
      (SELECT count(*) FROM users WHERE email_key IS NULL) AS guests,
      (SELECT count(*) FROM protocols WHERE owner_id IS NOT NULL) AS "protocolsOfUsers",
      (SELECT count(*) FROM sessions) AS sessions,
      (SELECT count(*) FROM sessions WHERE created_at > ${dayAgo}) AS "sessionsLastDay",
      (SELECT count(*) FROM sessions WHERE state IN ('ACTIVE', 'PAUSED')) AS "sessionsNow",
      (SELECT count(*) FROM reports WHERE closed_at IS NULL) AS "openReports"`;
  return Object.fromEntries(
    Object.entries(figures ?? {}).map(([name, value]) => [name, Number(value)]),
  ) as unknown as ServiceMetrics;
}
