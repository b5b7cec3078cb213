import { newId } from '../platform/ids.ts';
import type { User } from '../platform/prisma/client.ts';
import type { Context } from '../schema/context.ts';
import { type DeviceInput, openDevice, provenKey, type Tokens } from './devices.ts';
import { countTry } from './limits.ts';

export interface Identity {
  tokens: Tokens;
  viewer: User;
  /** The sign-in (device) that was made or renewed. */
  sessionId: string;
}

/** A person without name or address, so that a browser's work can be kept before anybody signs up. */
export async function startGuest(context: Context, input: DeviceInput & { timeZone: string }): Promise<Identity> {
  await countTry(context, 'guestAddress', context.address);
  const key = await provenKey(context);
  return context.database.$transaction(async (tx) => {
    const now = context.clock.now();
    const user = await tx.user.create({
      data: { id: newId(now.getTime()), createdAt: now, preferences: { create: { timeZone: input.timeZone } } },
    });
    const opened = await openDevice(context, tx, user, input, key);
    return { ...opened, viewer: user };
  });
}
