import { can } from '../schema/can.ts';
import type { Context } from '../schema/context.ts';
import { userError } from '../schema/errors.ts';
import type { Viewer } from '../schema/viewer.ts';
import { type EndingEvent, endSecrets } from './secrets.ts';
import { secretHash } from './tokens.ts';

/** Ends this device's sign-in: by its access token, or by its refresh token when the former has run out. */
export async function signOut(context: Context, refreshToken: string | null): Promise<void> {
  const { viewer } = context;
  if (viewer) return end(context, 'SIGNED_OUT', viewer.userId, viewer.sessionId);
  if (refreshToken === null) return;
  const session = await context.database.refreshSession.findUnique({
    where: { tokenHash: secretHash(refreshToken) },
    select: { id: true, userId: true },
  });
  if (session) await end(context, 'SIGNED_OUT', session.userId, session.id);
}

/** Ends the sign-in of every device of the person; `keepThis` spares the one that asks. */
export async function signOutEverywhere(context: Context, viewer: Viewer, keepThis: boolean): Promise<void> {
  await end(context, 'SIGNED_OUT_EVERYWHERE', viewer.userId, keepThis ? viewer.sessionId : null);
}

/** Ends the sign-in of one of the person's devices. */
export async function endDevice(context: Context, viewer: Viewer, deviceId: string): Promise<void> {
  const device = await context.database.refreshSession.findUnique({ where: { id: deviceId } });
  if (!device || device.endedAt || !can(viewer, 'device.end', device)) {
    throw userError('NOT_FOUND', 'id', 'There is no such device.');
  }
  await end(context, 'DEVICE_ENDED', device.userId, device.id);
}

async function end(context: Context, event: EndingEvent, userId: string, device: string | null): Promise<void> {
  const now = context.clock.now();
  const ended = await context.database.$transaction((tx) => endSecrets(tx, event, { userId, device, now }));
  await context.accounts.announceEnded(ended);
}
