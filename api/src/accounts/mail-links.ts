import type { Context } from '../graphql/context.ts';
import { userError } from '../graphql/errors.ts';
import { newId } from '../platform/ids.ts';
import type { MailToken, User } from '../platform/prisma/client.ts';
import type { MailTokenKind } from '../platform/prisma/enums.ts';
import { type MailLanguage, type MailSubject, mailLanguages, writeMail } from './mails.ts';
import { newSecret, secretHash } from './tokens.ts';

/** Hours that each kind of link is good for. */
const HOURS: Record<MailTokenKind, number> = { VERIFY_EMAIL: 72, RESET_PASSWORD: 1, CHANGE_EMAIL: 72 };

/** Where the web application takes the links. The token stands after `#`: it reaches no server's log. */
const PATHS: Record<MailTokenKind, string> = {
  VERIFY_EMAIL: '/account/verify',
  RESET_PASSWORD: '/account/reset',
  CHANGE_EMAIL: '/account/verify',
};

/** Language of the person's preferences, else of the request. */
export async function languageOf(context: Context, userId: string | null): Promise<MailLanguage> {
  const chosen = userId
    ? (await context.database.preferences.findUnique({ where: { userId }, select: { language: true } }))?.language
    : undefined;
  const wanted = chosen || context.language;
  return mailLanguages.find((language) => language === wanted) ?? 'en';
}

/** Makes a link and mails it. Older links of the same kind stop working. */
export async function mailLink(
  context: Context,
  user: Pick<User, 'id'>,
  kind: MailTokenKind,
  subject: MailSubject,
  to: string,
  newEmail: string | null = null,
): Promise<void> {
  const now = context.clock.now();
  const token = newSecret();
  await context.database.$transaction([
    context.database.mailToken.deleteMany({ where: { userId: user.id, kind } }),
    context.database.mailToken.create({
      data: {
        id: newId(now.getTime()),
        userId: user.id,
        kind,
        tokenHash: secretHash(token),
        newEmail,
        createdAt: now,
        expiresAt: new Date(now.getTime() + HOURS[kind] * 3_600_000),
      },
    }),
  ]);
  const link = `${context.config.publicUrl}${PATHS[kind]}#token=${token}`;
  context.accounts.mail.send(writeMail(subject, await languageOf(context, user.id), to, link));
}

/** Mails the link that proves the account's address. */
export async function mailVerification(context: Context, user: Pick<User, 'id' | 'email'>): Promise<void> {
  if (user.email) await mailLink(context, user, 'VERIFY_EMAIL', 'verify', user.email);
}

/** A mail that only tells; `forgot` is where a new password is asked for. */
export async function mailNotice(context: Context, userId: string, subject: MailSubject, to: string): Promise<void> {
  const forgot = subject === 'changed' ? null : `${context.config.publicUrl}/account/forgot`;
  context.accounts.mail.send(writeMail(subject, await languageOf(context, userId), to, forgot));
}

/** Uses a link up, once. Throws TOKEN_EXPIRED on `token` for one that is unknown, used or too old. */
export async function useLink(
  context: Context,
  token: string,
  kinds: MailTokenKind[],
): Promise<MailToken & { user: User }> {
  const now = context.clock.now();
  const used = await context.database.mailToken.updateManyAndReturn({
    where: { tokenHash: secretHash(token), kind: { in: kinds }, usedAt: null, expiresAt: { gt: now } },
    data: { usedAt: now },
    include: { user: true },
  });
  const link = used[0];
  if (!link?.user || link.user.suspendedAt) {
    throw userError('TOKEN_EXPIRED', 'token', 'This link has been used, is too old, or was replaced by a newer one.');
  }
  return link;
}
