import type { Context, Viewer } from '../graphql/context.ts';
import { uniqueViolation } from '../graphql/database-errors.ts';
import { userError } from '../graphql/errors.ts';
import type { User } from '../platform/prisma/client.ts';
import { confirmPassword } from './change-password.ts';
import { checkEmail } from './email.ts';
import { countTry } from './limits.ts';
import { mailLink, mailNotice, mailVerification, useLink } from './mail-links.ts';

/**
 * Mails a link to the new address; the account goes by it once the link was opened.
 * Whether another account has the address is told to that address, not to whoever asks.
 */
export async function changeEmail(
  context: Context,
  viewer: Viewer,
  input: { password: string; email: string },
): Promise<void> {
  const { email, emailKey } = checkEmail(input.email, 'email');
  await countTry(context, 'mailAddress', context.address);
  const user = await confirmPassword(context, viewer, input.password, 'password');
  const owner = await context.database.user.findUnique({ where: { emailKey }, select: { id: true, email: true } });
  if (owner && owner.id !== user.id) await mailNotice(context, owner.id, 'taken', owner.email ?? email);
  else await mailLink(context, user, 'CHANGE_EMAIL', 'change', email, email);
}

/** Mails the link that proves the address once more. */
export async function requestEmailVerification(context: Context, viewer: Viewer): Promise<void> {
  await countTry(context, 'mailAccount', viewer.userId);
  const user = await context.database.user.findUnique({ where: { id: viewer.userId } });
  if (user && !user.emailVerifiedAt) await mailVerification(context, user);
}

/** Takes a link that proves an address, or one that changes it. */
export async function verifyEmail(context: Context, token: string): Promise<User> {
  await countTry(context, 'linkAddress', context.address);
  const link = await useLink(context, token, ['VERIFY_EMAIL', 'CHANGE_EMAIL']);
  const now = context.clock.now();
  if (link.kind === 'VERIFY_EMAIL') {
    return context.database.user.update({ where: { id: link.userId }, data: { emailVerifiedAt: now } });
  }
  const { email, emailKey } = checkEmail(link.newEmail ?? '', 'token');
  try {
    const user = await context.database.user.update({
      where: { id: link.userId },
      data: { email, emailKey, emailVerifiedAt: now },
    });
    if (link.user.email) await mailNotice(context, user.id, 'changed', link.user.email);
    return user;
  } catch (error) {
    if (uniqueViolation(error) === null) throw error;
    throw userError('TAKEN', 'token', 'Meanwhile another account goes by this e-mail address.');
  }
}
