import type { Context } from '../graphql/context.ts';
import { userError } from '../graphql/errors.ts';
import { type DeviceInput, openDevice, provenKey } from './devices.ts';
import { emailKeyOf } from './email.ts';
import { countTry } from './limits.ts';
import type { Identity } from './start-guest.ts';
import { takeOverGuest } from './take-over-guest.ts';

/**
 * Signs in with e-mail address and password. Unknown address, wrong password and suspended account answer alike and take the same time.
 * A guest who signs in hands everything over to the account, once: the guest is gone afterwards.
 */
export async function signIn(
  context: Context,
  input: DeviceInput & { email: string; password: string },
): Promise<Identity> {
  const { viewer } = context;
  if (viewer && !viewer.isGuest) throw userError('NOT_ALLOWED', null, 'You are signed in already. Sign out first.');
  const emailKey = emailKeyOf(input.email);
  await countTry(context, 'signInAddress', context.address);
  await countTry(context, 'signInPair', `${emailKey} ${context.address}`);
  await countTry(context, 'signInAccount', emailKey);
  const key = await provenKey(context);
  const found =
    emailKey.includes('\0') || !emailKey.isWellFormed()
      ? null
      : await context.database.user.findUnique({ where: { emailKey } });
  const fits = await context.accounts.passwords.verify(found?.passwordHash ?? null, input.password);
  if (!found || !fits || found.suspendedAt) {
    throw userError('WRONG_CREDENTIALS', null, 'The e-mail address or the password is wrong.');
  }
  let ended: string[] = [];
  const identity = await context.database.$transaction(async (tx) => {
    if (viewer) ended = await takeOverGuest(tx, viewer.userId, found.id);
    const opened = await openDevice(context, tx, found, input, key);
    return { ...opened, viewer: found };
  });
  await context.accounts.announceEnded(ended);
  return identity;
}
