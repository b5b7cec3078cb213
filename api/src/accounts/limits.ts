import { createHash } from 'node:crypto';
import type { Bucket } from '../platform/bus.ts';
import { rateKey } from '../platform/bus-keys.ts';
import type { Context } from '../schema/context.ts';
import { rateLimited } from '../schema/errors.ts';

/** Token buckets: `capacity` tries at once, then one more every `1 / perSecond` seconds. */
const limits = {
  /** Against trying many passwords from one place. */
  signInAddress: { capacity: 30, perSecond: 1 / 4 },
  /** Against trying many passwords for one account from one place. */
  signInPair: { capacity: 8, perSecond: 1 / 30 },
  /** Against trying many passwords for one account from many places. Known devices and mailed links are not held up by it. */
  signInAccount: { capacity: 60, perSecond: 1 / 20 },
  /** Against trying many passwords on a device that was stolen or shared. */
  signInDevice: { capacity: 8, perSecond: 1 / 30 },
  signUpAddress: { capacity: 10, perSecond: 1 / 60 },
  guestAddress: { capacity: 30, perSecond: 1 / 10 },
  refreshAddress: { capacity: 120, perSecond: 1 },
  /** Mails to one address, whoever asks for them, and mails asked for from one place. */
  mailRecipient: { capacity: 3, perSecond: 1 / 600 },
  mailAddress: { capacity: 10, perSecond: 1 / 60 },
  /** Tries of a password by somebody who is signed in, and of mailed links. */
  passwordAccount: { capacity: 8, perSecond: 1 / 30 },
  linkAddress: { capacity: 20, perSecond: 1 / 10 },
  /** Devices that ask for a code in one place. */
  deviceCodeAddress: { capacity: 10, perSecond: 1 / 60 },
  /** Against guessing the codes that devices show, by one person and from one place. */
  deviceCodePerson: { capacity: 8, perSecond: 1 / 30 },
  deviceCodeGuess: { capacity: 20, perSecond: 1 / 10 },
  /** A device that asks sooner than it was told to (device-codes.ts): one second of five is for late clocks. */
  deviceCodePoll: { capacity: 1, perSecond: 1 / 4 },
  /** Against guessing the codes of groups. */
  groupJoinAddress: { capacity: 30, perSecond: 1 / 3 },
  groupCreatePerson: { capacity: 10, perSecond: 1 / 60 },
  groupControlPerson: { capacity: 20, perSecond: 2 },
  groupReportPerson: { capacity: 10, perSecond: 1 / 2 },
  /** What a person sends to their webhooks by hand. */
  webhookSendPerson: { capacity: 10, perSecond: 1 / 10 },
  /** What a home sends by MQTT, so that a broker gone mad does not keep the database busy. */
  homeCommand: { capacity: 20, perSecond: 1 },
  /** Programs kept behind short links for one place: with the size of each and their lifetime, 70 MB at most. */
  shareAddress: { capacity: 20, perSecond: 1 / 3_600 },
} satisfies Record<string, Bucket>;

/** Counts one try of `rule` by `subject`. Null: it may be; else the seconds after which the next one may. */
export async function tryLater(
  context: Pick<Context, 'config' | 'bus' | 'refused'>,
  rule: keyof typeof limits,
  subject: string,
): Promise<number | null> {
  const factor = context.config.limits.rateFactor;
  const { capacity, perSecond } = limits[rule];
  // Addresses of people are not kept in Redis as text.
  const name = createHash('sha256').update(subject).digest('base64url').slice(0, 22);
  const taken = await context.bus.take(rateKey(rule, name), {
    capacity: capacity * factor,
    perSecond: perSecond * factor,
  });
  if (taken.allowed) return null;
  context.refused(`rate_${rule}`);
  return taken.retryAfterSeconds;
}

/**
 * Counts one try of `rule` by `subject`; throws RATE_LIMITED with `retryAfter` when there were too many.
 * Called by the field itself, so each alias counts.
 */
export async function countTry(context: Context, rule: keyof typeof limits, subject: string): Promise<void> {
  const later = await tryLater(context, rule, subject);
  if (later !== null) throw rateLimited(later);
}
