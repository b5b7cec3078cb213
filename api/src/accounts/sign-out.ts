import { can } from '../graphql/can.ts';
import type { Context, Viewer } from '../graphql/context.ts';
import { userError } from '../graphql/errors.ts';
import { closeDevices } from './devices.ts';
import { secretHash } from './tokens.ts';

/** Ends this device's sign-in: by its access token, or by its refresh token when the former has run out. */
export async function signOut(context: Context, refreshToken: string | null): Promise<void> {
  const { viewer } = context;
  if (!viewer && refreshToken === null) return;
  const ended = await closeDevices(
    context.database,
    viewer ? { id: viewer.sessionId } : { tokenHash: secretHash(refreshToken as string) },
    context.clock.now(),
  );
  await context.accounts.announceEnded(ended);
}

/** Ends the sign-in of every device of the person; `keepThis` spares the one that asks. */
export async function signOutEverywhere(context: Context, viewer: Viewer, keepThis: boolean): Promise<void> {
  const ended = await closeDevices(
    context.database,
    { userId: viewer.userId, ...(keepThis ? { id: { not: viewer.sessionId } } : {}) },
    context.clock.now(),
  );
  await context.accounts.announceEnded(ended);
}

/** Ends the sign-in of one of the person's devices. */
export async function endDevice(context: Context, viewer: Viewer, deviceId: string): Promise<void> {
  const device = await context.database.refreshSession.findUnique({ where: { id: deviceId } });
  if (!device || device.endedAt || !can(viewer, 'device.end', device)) {
    throw userError('NOT_FOUND', 'id', 'There is no such device.');
  }
  const ended = await closeDevices(context.database, { id: device.id }, context.clock.now());
  await context.accounts.announceEnded(ended);
}
