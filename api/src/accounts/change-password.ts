import type { User } from '../platform/prisma/client.ts';
import type { Context } from '../schema/context.ts';
import { userError } from '../schema/errors.ts';
import type { Viewer } from '../schema/viewer.ts';
import { countTry } from './limits.ts';
import { checkLink, mailLinkIfKnown, mailNotice, useLink } from './mail-links.ts';
import { checkNewPassword } from './passwords.ts';
import { endSecrets } from './secrets.ts';

/** The signed-in account after its password was asked for once more. Throws WRONG_CREDENTIALS on `field`. */
export async function confirmPassword(
  context: Context,
  viewer: Viewer,
  password: string,
  field: string,
): Promise<User> {
  await countTry(context, 'passwordAccount', viewer.userId);
  const user = await context.database.user.findUnique({ where: { id: viewer.userId } });
  const fits = await context.accounts.passwords.verify(user?.passwordHash ?? null, password, context.address);
  if (!user || !fits) throw userError('WRONG_CREDENTIALS', field, 'The password is wrong.');
  return user;
}

/** Changes the password. Every other device is signed out; this one stays. */
export async function changePassword(
  context: Context,
  viewer: Viewer,
  input: { oldPassword: string; newPassword: string },
): Promise<User> {
  const user = await confirmPassword(context, viewer, input.oldPassword, 'oldPassword');
  const password = checkNewPassword(input.newPassword, 'newPassword', user.email);
  const passwordHash = await context.accounts.passwords.hash(password, context.address);
  const now = context.clock.now();
  const ended = await context.database.$transaction(async (tx) => {
    const secrets = await endSecrets(tx, 'PASSWORD_CHANGED', { userId: user.id, device: viewer.sessionId, now });
    // Another change or a reset may have come between: the old password must still be the password.
    const { count } = await tx.user.updateMany({
      where: { id: user.id, passwordHash: user.passwordHash },
      data: { passwordHash },
    });
    if (count === 0) throw userError('WRONG_CREDENTIALS', 'oldPassword', 'The password is wrong.');
    return secrets;
  });
  await context.accounts.announceEnded(ended);
  if (user.email) await mailNotice(context, user.id, 'passwordChanged', user.email);
  return context.database.user.findUniqueOrThrow({ where: { id: user.id } });
}

/** Mails a link to choose a new password, if there is such an account. The answer is the same in any case. */
export const requestPasswordReset = (context: Context, email: string): Promise<void> =>
  mailLinkIfKnown(context, email, 'RESET_PASSWORD', 'reset');

/** Sets the password that was chosen with a mailed link. All devices are signed out. */
export async function resetPassword(context: Context, input: { token: string; password: string }): Promise<void> {
  await countTry(context, 'linkAddress', context.address);
  const password = checkNewPassword(input.password, 'password', null);
  await checkLink(context, input.token, 'RESET_PASSWORD');
  const passwordHash = await context.accounts.passwords.hash(password, context.address);
  const { ended, user } = await useLink(context, input.token, ['RESET_PASSWORD'], async (tx, link) => {
    await tx.user.update({ where: { id: link.userId }, data: { passwordHash } });
    const now = context.clock.now();
    return {
      user: link.user,
      ended: await endSecrets(tx, 'PASSWORD_RESET', { userId: link.userId, device: null, now }),
    };
  });
  await context.accounts.announceEnded(ended);
  if (user.email) await mailNotice(context, user.id, 'passwordChanged', user.email);
}
