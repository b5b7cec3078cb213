import type { User } from '../platform/prisma/client.ts';
import type { Context } from '../schema/context.ts';
import { uniqueViolation } from '../schema/database-errors.ts';
import { userError } from '../schema/errors.ts';
import type { Viewer } from '../schema/viewer.ts';
import { confirmPassword } from './change-password.ts';
import { openDevices } from './devices.ts';
import { checkEmail } from './email.ts';
import { countTry } from './limits.ts';
import { mailLink, mailNotice, mailVerification, useLink } from './mail-links.ts';
import { endSecrets } from './secrets.ts';
import { finishSignUp } from './sign-up.ts';

/**
 * Mails a link to the new address; the account goes by it once the link was opened. The old address is told, with a link that stops it.
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
  for (const recipient of [emailKey, user.emailKey]) if (recipient) await countTry(context, 'mailRecipient', recipient);
  const owner = await context.database.user.findUnique({ where: { emailKey }, select: { id: true, email: true } });
  if (owner && owner.id !== user.id) await mailNotice(context, owner.id, 'taken', owner.email ?? email);
  else await mailLink(context, user, 'CHANGE_EMAIL', 'change', email, email);
  // Also where the new address is taken: whoever reads the old one's mail learns nothing about it.
  if (user.email) await mailLink(context, user, 'STOP_CHANGE', 'changing', user.email);
}

/** Takes the link of the old address: no change, and whoever asked for it is signed out with everybody else. */
export async function stopEmailChange(context: Context, token: string): Promise<void> {
  await countTry(context, 'linkAddress', context.address);
  const ended = await useLink(context, token, ['STOP_CHANGE'], (tx, { userId }) =>
    endSecrets(tx, 'CHANGE_STOPPED', { userId, device: null, now: context.clock.now() }),
  );
  await context.accounts.announceEnded(ended);
}

/** Mails the link that proves the address once more. */
export async function requestEmailVerification(context: Context, viewer: Viewer): Promise<void> {
  const user = await context.database.user.findUnique({ where: { id: viewer.userId } });
  if (!user?.emailKey || user.emailVerifiedAt) return;
  await countTry(context, 'mailRecipient', user.emailKey);
  await mailVerification(context, user);
}

/** Takes a link that proves an address: of an account, of one that changes its address, or of a guest who asked to become one. */
export async function verifyEmail(context: Context, token: string): Promise<User> {
  await countTry(context, 'linkAddress', context.address);
  const now = context.clock.now();
  let before: string | null = null;
  /** Devices on which somebody is an account now, and was a guest. */
  let changed: string[] = [];
  const user = await useLink(context, token, ['VERIFY_EMAIL', 'CHANGE_EMAIL', 'SIGN_UP'], async (tx, link) => {
    if (link.kind === 'SIGN_UP') {
      changed = await openDevices(tx, link.userId);
      return finishSignUp(tx, link, now);
    }
    if (link.kind === 'VERIFY_EMAIL') {
      return tx.user.update({ where: { id: link.userId }, data: { emailVerifiedAt: now } });
    }
    before = link.user.email;
    await endSecrets(tx, 'EMAIL_CHANGED', { userId: link.userId, device: null, now });
    const { email, emailKey } = checkEmail(link.newEmail ?? '', 'token');
    return tx.user.update({ where: { id: link.userId }, data: { email, emailKey, emailVerifiedAt: now } });
  }).catch((error) => {
    if (uniqueViolation(error) === null) throw error;
    throw userError('TAKEN', 'token', 'Meanwhile another account goes by this e-mail address.');
  });
  await context.accounts.announceEnded(changed);
  if (before) await mailNotice(context, user.id, 'changed', before);
  return user;
}
