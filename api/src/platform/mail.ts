import type { Config } from '../config.ts';
import type { Log } from './telemetry.ts';

export interface Mail {
  to: string;
  subject: string;
  /** Plain text; the link stands on a line of its own. */
  text: string;
  /** The one link of the mail: without SMTP it is printed in the server's log, but not in production, where it would be a secret in a log. */
  link: string | null;
}

export interface Mailer {
  /** Whether what is handed over can arrive: false without `SMTP_URL`. */
  readonly reaches: boolean;
  /** Hands the mail over; never rejects: what went wrong is in the log. Nobody waits for it, so that answers take the same time with and without a mail. */
  send(mail: Mail): void;
  /** Resolves when all that was handed over has gone or failed. */
  settled(): Promise<void>;
}

/** Mails that may be on their way at once. */
const MAX_PENDING = 200;

/** Mail over SMTP; without `SMTP_URL` the link goes to the log, and in production only that there was a mail. */
export function createMailer(config: Pick<Config, 'environment' | 'smtpUrl' | 'mailFrom'>, log: Log): Mailer {
  const pending = new Set<Promise<void>>();
  let transport: Promise<import('nodemailer').Transporter> | undefined;
  const deliver = async (mail: Mail): Promise<void> => {
    if (!config.smtpUrl && config.environment === 'production') {
      log.warn('A mail was not sent: SMTP_URL is not set.', { subject: mail.subject });
      return;
    }
    if (!config.smtpUrl) {
      log.info(`No SMTP_URL: mail to ${mail.to}, "${mail.subject}": ${mail.link ?? mail.text}`);
      return;
    }
    transport ??= import('nodemailer').then(({ createTransport }) =>
      createTransport({
        url: config.smtpUrl as string,
        pool: true,
        maxConnections: 2,
        connectionTimeout: 10_000,
        greetingTimeout: 10_000,
        socketTimeout: 20_000,
        disableFileAccess: true,
        disableUrlAccess: true,
      }),
    );
    for (let attempt = 1; ; attempt++) {
      try {
        await (await transport).sendMail({
          from: config.mailFrom,
          to: { name: '', address: mail.to },
          subject: mail.subject,
          text: mail.text,
        });
        return;
      } catch (error) {
        if (attempt === 3) throw error;
        await new Promise((resolve) => setTimeout(resolve, 2_000 * attempt).unref());
      }
    }
  };
  return {
    reaches: config.smtpUrl !== undefined,
    send(mail) {
      if (pending.size >= MAX_PENDING) {
        log.error('Mail was not sent: too many are waiting.', { subject: mail.subject });
        return;
      }
      const sending = deliver(mail)
        .catch((error: Error) => log.error('Mail could not be sent.', { subject: mail.subject, reason: error.message }))
        .finally(() => pending.delete(sending));
      pending.add(sending);
    },
    async settled() {
      await Promise.all(pending);
    },
  };
}
