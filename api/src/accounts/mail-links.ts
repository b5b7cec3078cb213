import { newId } from '../platform/ids.ts';
import type { MailToken, Prisma, User } from '../platform/prisma/client.ts';
import type { MailTokenKind } from '../platform/prisma/enums.ts';
import type { Context } from '../schema/context.ts';
import { userError } from '../schema/errors.ts';
import { type Language, languages } from '../schema/languages.ts';
import { emailKeyOf } from './email.ts';
import { countTry } from './limits.ts';
import { type MailSubject, writeMail } from './mails.ts';
import { lockUser } from './secrets.ts';
import { newSecret, secretHash } from './tokens.ts';

/** Hours that each kind of link is good for. */
const HOURS: Record<MailTokenKind, number> = {
  VERIFY_EMAIL: 72,
  RESET_PASSWORD: 1,
  CHANGE_EMAIL: 72,
  STOP_CHANGE: 72,
  SIGN_IN: 1,
  SIGN_UP: 72,
};

/** Where the web application takes the links. The token stands after `#`: it reaches no server's log. */
const PATHS: Record<MailTokenKind, string> = {
  VERIFY_EMAIL: '/account/verify',
  RESET_PASSWORD: '/account/reset',
  CHANGE_EMAIL: '/account/verify',
  STOP_CHANGE: '/account/stop',
  SIGN_IN: '/account/enter',
  SIGN_UP: '/account/verify',
};

/** Language of the person's preferences, else of the request. */
export async function languageOf(context: Context, userId: string | null): Promise<Language> {
  const chosen = userId
    ? (await context.database.preferences.findUnique({ where: { userId }, select: { language: true } }))?.language
    : undefined;
  const wanted = chosen || context.language;
  return languages.find((language) => language === wanted) ?? 'en';
}

/**
 * Makes a link and mails it. Older links of the same kind stop working. `user` is the person as the caller has judged them: nothing is made or
 * mailed when address or password have changed since.
 */
export async function mailLink(
  context: Context,
  user: Pick<User, 'id' | 'email' | 'passwordHash'>,
  kind: MailTokenKind,
  subject: MailSubject,
  to: string,
  newEmail: string | null = null,
): Promise<void> {
  const now = context.clock.now();
  const token = newSecret();
  const made = await context.database.$transaction(async (tx) => {
    await lockUser(tx, user.id);
    const present = await tx.user.findUnique({ where: { id: user.id } });
    const same = present?.email === user.email && present?.passwordHash === user.passwordHash;
    if (!present || !same || present.suspendedAt) return false;
    await keepLink(tx, { userId: user.id, kind, secret: token, newEmail }, now);
    return true;
  });
  if (made) await sendLink(context, user.id, kind, subject, to, token);
}

/** Makes a link for the account with this address and mails it. The answer is the same, and as quick, whether or not there is one. */
export async function mailLinkIfKnown(
  context: Context,
  email: string,
  kind: MailTokenKind,
  subject: MailSubject,
): Promise<void> {
  const emailKey = emailKeyOf(email);
  await countTry(context, 'mailAddress', context.address);
  await countTry(context, 'mailRecipient', emailKey);
  if (emailKey.includes('\0') || !emailKey.isWellFormed()) return;
  // Not waited for: making and mailing the link must not show in the time of the answer.
  void context.database.user
    .findUnique({ where: { emailKey } })
    .then(async (user) => {
      if (user?.email && !user.suspendedAt) await mailLink(context, user, kind, subject, user.email);
    })
    .catch((error: Error) => context.log.error('A link could not be made.', { kind, reason: error.message }));
}

/** Keeps a link in the caller's transaction; older ones of its kind stop working. What is asked for with a sign-up is kept with it until it is opened. */
export async function keepLink(
  tx: Prisma.TransactionClient,
  {
    secret,
    ...link
  }: {
    userId: string;
    kind: MailTokenKind;
    secret: string;
    newEmail: string | null;
    passwordHash?: string;
    displayName?: string;
  },
  now: Date,
): Promise<void> {
  await tx.mailToken.deleteMany({ where: { userId: link.userId, kind: link.kind } });
  await tx.mailToken.create({
    data: {
      id: newId(now.getTime()),
      ...link,
      tokenHash: secretHash(secret),
      createdAt: now,
      expiresAt: new Date(now.getTime() + HOURS[link.kind] * 3_600_000),
    },
  });
}

/** Mails a link that is kept. */
export async function sendLink(
  context: Context,
  userId: string,
  kind: MailTokenKind,
  subject: MailSubject,
  to: string,
  secret: string,
): Promise<void> {
  const link = `${context.config.publicUrl}${PATHS[kind]}#token=${secret}`;
  context.accounts.mail.send(writeMail(subject, await languageOf(context, userId), to, link));
}

/** Mails the link that proves the account's address. */
export async function mailVerification(
  context: Context,
  user: Pick<User, 'id' | 'email' | 'passwordHash'>,
): Promise<void> {
  if (user.email) await mailLink(context, user, 'VERIFY_EMAIL', 'verify', user.email);
}

/** A mail that only tells; `forgot` is where a new password is asked for. */
export async function mailNotice(context: Context, userId: string, subject: MailSubject, to: string): Promise<void> {
  const forgot = subject === 'changed' ? null : `${context.config.publicUrl}/account/forgot`;
  context.accounts.mail.send(writeMail(subject, await languageOf(context, userId), to, forgot));
}

/**
 * Uses a link up, once, and does with it what `act` does: both in one transaction that holds the person's row, so that nothing that ends the link comes
 * between. Throws TOKEN_EXPIRED on `token` for one that is unknown, used, ended or too old.
 */
export async function useLink<Done>(
  context: Context,
  token: string,
  kinds: MailTokenKind[],
  act: (tx: Prisma.TransactionClient, link: MailToken & { user: User }) => Promise<Done>,
): Promise<Done> {
  const now = context.clock.now();
  const where = { tokenHash: secretHash(token), kind: { in: kinds }, usedAt: null, expiresAt: { gt: now } };
  return context.database.$transaction(async (tx) => {
    const given = await tx.mailToken.findFirst({ where, select: { userId: true } });
    if (given) await lockUser(tx, given.userId);
    const [used] = await tx.mailToken.updateManyAndReturn({ where, data: { usedAt: now } });
    const user = used && (await tx.user.findUnique({ where: { id: used.userId } }));
    if (!used || !user || user.suspendedAt) throw expired();
    return act(tx, { ...used, user });
  });
}

/** Whether the link would be taken now: asked before a costly password hash is made for it. Throws as `useLink` does. */
export async function checkLink(context: Context, token: string, kind: MailTokenKind): Promise<void> {
  const link = await context.database.mailToken.findUnique({ where: { tokenHash: secretHash(token) } });
  if (link?.kind !== kind || link.usedAt || link.expiresAt <= context.clock.now()) throw expired();
}

const expired = () =>
  userError('TOKEN_EXPIRED', 'token', 'This link has been used, is too old, or was replaced by a newer one.');
