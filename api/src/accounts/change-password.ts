import type { Context, Viewer } from '../graphql/context.ts';
import { userError } from '../graphql/errors.ts';
import type { User } from '../platform/prisma/client.ts';
import { closeDevices } from './devices.ts';
import { emailKeyOf } from './email.ts';
import { countTry } from './limits.ts';
import { mailLink, mailNotice, useLink } from './mail-links.ts';
import { checkNewPassword } from './passwords.ts';

/** The signed-in account after its password was asked for once more. Throws WRONG_CREDENTIALS on `field`. */
export async function confirmPassword(
  context: Context,
  viewer: Viewer,
  password: string,
  field: string,
): Promise<User> {
  await countTry(context, 'passwordAccount', viewer.userId);
  const user = await context.database.user.findUnique({ where: { id: viewer.userId } });
  const fits = await context.accounts.passwords.verify(user?.passwordHash ?? null, password);
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
  await setPassword(context, user, password, viewer.sessionId);
  return context.database.user.findUniqueOrThrow({ where: { id: user.id } });
}

/** Mails a link to choose a new password, if there is such an account. The answer is the same in any case. */
export async function requestPasswordReset(context: Context, email: string): Promise<void> {
  const emailKey = emailKeyOf(email);
  await countTry(context, 'mailAddress', context.address);
  await countTry(context, 'mailAccount', emailKey);
  if (emailKey.includes('\0') || !emailKey.isWellFormed()) return;
  // Not waited for: making and mailing the link must not show in the time of the answer.
  void context.database.user
    .findUnique({ where: { emailKey } })
    .then(async (user) => {
      if (user?.email && !user.suspendedAt) await mailLink(context, user, 'RESET_PASSWORD', 'reset', user.email);
    })
    .catch((error: Error) =>
      context.log.error('The link for a new password could not be made.', { reason: error.message }),
    );
}

/** Sets the password that was chosen with a mailed link. All devices are signed out. */
export async function resetPassword(context: Context, input: { token: string; password: string }): Promise<void> {
  await countTry(context, 'linkAddress', context.address);
  const password = checkNewPassword(input.password, 'password', null);
  const { user } = await useLink(context, input.token, ['RESET_PASSWORD']);
  await setPassword(context, user, password, null);
}

async function setPassword(context: Context, user: User, password: string, keepSession: string | null): Promise<void> {
  const passwordHash = await context.accounts.passwords.hash(password);
  const ended = await context.database.$transaction(async (tx) => {
    await tx.user.update({ where: { id: user.id }, data: { passwordHash } });
    await tx.mailToken.deleteMany({ where: { userId: user.id, kind: 'RESET_PASSWORD' } });
    return closeDevices(
      tx,
      { userId: user.id, ...(keepSession ? { id: { not: keepSession } } : {}) },
      context.clock.now(),
    );
  });
  await context.accounts.announceEnded(ended);
  if (user.email) await mailNotice(context, user.id, 'passwordChanged', user.email);
}
