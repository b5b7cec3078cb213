import assert from 'node:assert/strict';
import { it } from 'vitest';
import { createMailer } from './mail.ts';
import { createLog } from './telemetry.ts';

const mail = {
  to: 'ada@example.org',
  subject: 'Choose a new password',
  text: 'Open https://example.org/account/reset#token=s3cret',
  link: 'https://example.org/account/reset#token=s3cret',
};

async function linesOf(environment: 'development' | 'production'): Promise<string> {
  const lines: string[] = [];
  const log = createLog({ logLevel: 'debug', logFormat: 'json' }, (line) => lines.push(line));
  const mailer = createMailer({ environment, smtpUrl: undefined, mailFrom: 'nes@localhost' }, log);
  mailer.send(mail);
  await mailer.settled();
  return lines.join('\n');
}

it('without SMTP the link is in the log in development; in production neither it nor the address is, only that there was a mail', async () => {
  assert.match(await linesOf('development'), /#token=s3cret/);
  const production = await linesOf('production');
  assert.match(production, /SMTP_URL is not set/);
  assert.doesNotMatch(production, /s3cret|token|ada@/);
});
