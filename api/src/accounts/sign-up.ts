import type { Context } from '../graphql/context.ts';
import { uniqueViolation } from '../graphql/database-errors.ts';
import { userError } from '../graphql/errors.ts';
import { newId } from '../platform/ids.ts';
import { closeDevices, type DeviceInput, openDevice, provenKey } from './devices.ts';
import { checkEmail } from './email.ts';
import { countTry } from './limits.ts';
import { mailVerification } from './mail-links.ts';
import { checkNewPassword } from './passwords.ts';
import type { Identity } from './start-guest.ts';

/** Makes an account. A guest who asks becomes the account: the same row, so everything they did stays theirs. */
export async function signUp(
  context: Context,
  input: DeviceInput & { email: string; password: string; displayName: string; timeZone?: string | null },
): Promise<Identity> {
  const { viewer } = context;
  if (viewer && !viewer.isGuest) throw userError('NOT_ALLOWED', null, 'You are signed in already. Sign out first.');
  const { email, emailKey } = checkEmail(input.email, 'email');
  const password = checkNewPassword(input.password, 'password', email);
  await countTry(context, 'signUpAddress', context.address);
  const key = await provenKey(context);
  const passwordHash = await context.accounts.passwords.hash(password);
  const data = { email, emailKey, passwordHash, displayName: input.displayName };
  let ended: string[] = [];
  const identity = await context.database
    .$transaction(async (tx) => {
      const now = context.clock.now();
      if (viewer) {
        // Only as long as it is a guest: two sign-ups at once make one account.
        const changed = await tx.user.updateManyAndReturn({ where: { id: viewer.userId, emailKey: null }, data });
        const user = changed[0];
        if (!user) throw userError('CONFLICT', null, 'This guest has signed up already.');
        ended = await closeDevices(tx, { userId: user.id }, now);
        const opened = await openDevice(context, tx, user, input, key);
        return { ...opened, viewer: user };
      }
      const user = await tx.user.create({
        data: {
          id: newId(now.getTime()),
          createdAt: now,
          ...data,
          preferences: { create: { timeZone: input.timeZone ?? 'UTC' } },
        },
      });
      const opened = await openDevice(context, tx, user, input, key);
      return { ...opened, viewer: user };
    })
    .catch((error) => {
      if (uniqueViolation(error)?.includes('email')) {
        throw userError(
          'TAKEN',
          'email',
          'This e-mail address already has an account. Sign in, or ask for a new password.',
        );
      }
      throw error;
    });
  await context.accounts.announceEnded(ended);
  await mailVerification(context, identity.viewer);
  return identity;
}
