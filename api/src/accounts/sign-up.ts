import { newId } from '../platform/ids.ts';
import type { Prisma, User } from '../platform/prisma/client.ts';
import type { Context } from '../schema/context.ts';
import { uniqueViolation } from '../schema/database-errors.ts';
import { userError } from '../schema/errors.ts';
import type { Viewer } from '../schema/viewer.ts';
import { type DeviceInput, openDevice, provenKey } from './devices.ts';
import { checkEmail } from './email.ts';
import { countTry } from './limits.ts';
import { keepLink, mailNotice, mailVerification, sendLink } from './mail-links.ts';
import { checkNewPassword } from './passwords.ts';
import { endSecrets, lockUser } from './secrets.ts';
import type { Identity } from './start-guest.ts';
import { newSecret } from './tokens.ts';

interface Asked {
  email: string;
  emailKey: string;
  passwordHash: string;
  displayName: string;
}

/**
 * Makes an account. A guest who asks becomes the account: the same row, so everything they did stays theirs.
 *
 * Where mails can be sent the person goes on as a guest until the link is opened, and the answer is the same whether or not the address has an account:
 * the mail tells. Where they cannot, the account is there at once, and an address that has one is TAKEN: there is no other way to say it.
 */
export async function signUp(
  context: Context,
  input: DeviceInput & {
    email: string;
    password: string;
    displayName: string;
    timeZone?: string | null;
    atLeast16: boolean;
  },
): Promise<Identity & { mailed: boolean }> {
  const { viewer } = context;
  if (viewer && !viewer.isGuest) throw userError('NOT_ALLOWED', null, 'You are signed in already. Sign out first.');
  if (!input.atLeast16) {
    // GDPR, article 8: the highest age that a country may set.
    throw userError('NOT_ALLOWED', 'atLeast16', 'An account needs an age of 16 or more. You can listen without one.');
  }
  const { email, emailKey } = checkEmail(input.email, 'email');
  const password = checkNewPassword(input.password, 'password', email);
  const mailed = context.accounts.mail.reaches;
  await countTry(context, 'signUpAddress', context.address);
  if (mailed) await countTry(context, 'mailRecipient', emailKey);
  const key = await provenKey(context);
  const passwordHash = await context.accounts.passwords.hash(password, context.address);
  const asked = { email, emailKey, passwordHash, displayName: input.displayName };
  const secret = newSecret();
  let ended: string[] = [];
  const identity = await context.database
    .$transaction(async (tx) => {
      const now = context.clock.now();
      const user = viewer
        ? await guestOf(tx, viewer)
        : await tx.user.create({
            data: {
              id: newId(now.getTime()),
              createdAt: now,
              preferences: { create: { timeZone: input.timeZone ?? 'UTC' } },
            },
          });
      if (viewer) ended = await endSecrets(tx, 'SIGNED_UP', { userId: user.id, device: null, now });
      let present: User = user;
      if (mailed) {
        const { passwordHash, displayName } = asked;
        await keepLink(
          tx,
          { userId: user.id, kind: 'SIGN_UP', secret, newEmail: email, passwordHash, displayName },
          now,
        );
      } else present = await tx.user.update({ where: { id: user.id }, data: asked });
      const opened = await openDevice(context, tx, present, input, key);
      return { ...opened, viewer: present };
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
  if (!mailed) await mailVerification(context, identity.viewer);
  // Not waited for: who has the address must not show in the time of the answer.
  else
    void tellAddress(context, identity.viewer.id, asked, secret).catch((error: Error) =>
      context.log.error('The mail about an account could not be made.', { reason: error.message }),
    );
  return { ...identity, mailed };
}

/** The guest's row, held until the transaction ends: two sign-ups at once make one account. */
async function guestOf(tx: Prisma.TransactionClient, viewer: Viewer): Promise<User> {
  await lockUser(tx, viewer.userId);
  const guest = await tx.user.findFirst({ where: { id: viewer.userId, emailKey: null } });
  if (!guest) throw userError('CONFLICT', null, 'This guest has signed up already.');
  return guest;
}

/** The link to whoever has the address; or, where it has an account, that somebody asked. */
async function tellAddress(
  context: Context,
  userId: string,
  { email, emailKey }: Asked,
  secret: string,
): Promise<void> {
  const owner = await context.database.user.findUnique({ where: { emailKey }, select: { id: true, email: true } });
  if (owner) await mailNotice(context, owner.id, 'taken', owner.email ?? email);
  else await sendLink(context, userId, 'SIGN_UP', 'verify', email, secret);
}

/** Makes the account that was asked for, when its link is opened. Part of the link's transaction. */
export async function finishSignUp(
  tx: Prisma.TransactionClient,
  link: { userId: string; newEmail: string | null; passwordHash: string | null; displayName: string | null },
  now: Date,
): Promise<User> {
  const { email, emailKey } = checkEmail(link.newEmail ?? '', 'token');
  const { passwordHash, displayName } = link;
  return tx.user.update({
    where: { id: link.userId },
    data: { email, emailKey, passwordHash, displayName: displayName ?? '', emailVerifiedAt: now },
  });
}
