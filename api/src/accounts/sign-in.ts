import type { User } from '../platform/prisma/client.ts';
import { tellScreening } from '../safety/answer-screening.ts';
import type { Context } from '../schema/context.ts';
import { userError } from '../schema/errors.ts';
import { type DeviceInput, openDevice, provenKey } from './devices.ts';
import { emailKeyOf } from './email.ts';
import { countTry } from './limits.ts';
import { mailLinkIfKnown, useLink } from './mail-links.ts';
import { lockUser } from './secrets.ts';
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
  const key = await provenKey(context);
  const found =
    emailKey.includes('\0') || !emailKey.isWellFormed()
      ? null
      : await context.database.user.findUnique({ where: { emailKey } });
  const known = found && (await knownDevice(context, found.id, input, key));
  // What strangers try does not count against a device on which the account was signed in before.
  if (known) await countTry(context, 'signInDevice', `${emailKey} ${known}`);
  else {
    await countTry(context, 'signInPair', `${emailKey} ${context.address}`);
    await countTry(context, 'signInAccount', emailKey);
  }
  const fits = await context.accounts.passwords.verify(found?.passwordHash ?? null, input.password, context.address);
  if (!found || !fits || found.suspendedAt) throw wrong();
  return open(context, found, input, key);
}

/** Mails a link that signs in without a password, if there is such an account. The answer is the same in any case. */
export const requestSignInLink = (context: Context, email: string): Promise<void> =>
  mailLinkIfKnown(context, email, 'SIGN_IN', 'enter');

/** Signs in with a mailed link: for whoever is kept out by strangers' tries, or has no password at hand. It proves the address as well. */
export async function signInByLink(context: Context, input: DeviceInput & { token: string }): Promise<Identity> {
  const { viewer } = context;
  if (viewer && !viewer.isGuest) throw userError('NOT_ALLOWED', null, 'You are signed in already. Sign out first.');
  await countTry(context, 'linkAddress', context.address);
  const key = await provenKey(context);
  const user = await useLink(context, input.token, ['SIGN_IN'], (tx, link) =>
    tx.user.update({
      where: { id: link.userId },
      data: { emailVerifiedAt: link.user.emailVerifiedAt ?? context.clock.now() },
    }),
  );
  return open(context, user, input, key);
}

/** Opens the device of a person who has proven who they are, as long as what they were judged by still holds. */
async function open(context: Context, judged: User, input: DeviceInput, key: string | null): Promise<Identity> {
  const { viewer } = context;
  let ended: string[] = [];
  const identity = await context.database.$transaction(async (tx) => {
    await lockUser(tx, judged.id);
    const user = await tx.user.findUnique({ where: { id: judged.id } });
    if (!user || user.suspendedAt || user.passwordHash !== judged.passwordHash) throw wrong();
    if (viewer) ended = await takeOverGuest(tx, viewer.userId, user.id);
    const { replaced, ...opened } = await openDevice(context, tx, user, input, key);
    ended.push(...replaced);
    return { ...opened, viewer: user };
  });
  await context.accounts.announceEnded(ended);
  if (viewer) await tellScreening(context.bus, judged.id);
  return identity;
}

/** A name for the device, if the account was signed in on it before: its key is proven, or it brings the random id that only it has. */
async function knownDevice(
  context: Context,
  userId: string,
  { deviceId }: DeviceInput,
  key: string | null,
): Promise<string | null> {
  const marks = [...(key ? [{ keyThumbprint: key }] : []), ...(deviceId ? [{ deviceId }] : [])];
  if (marks.length === 0) return null;
  const before = await context.database.refreshSession.findFirst({
    where: { userId, OR: marks },
    select: { id: true },
  });
  return before && (key ?? deviceId ?? null);
}

const wrong = () => userError('WRONG_CREDENTIALS', null, 'The e-mail address or the password is wrong.');
