import type { Bucket } from '../platform/bus.ts';
import { LocalStore } from '../platform/bus.ts';
import { refusal } from './refusal.ts';

interface Limit extends Bucket {
  /** So many are begun at once; the others that were let in wait for their turn at the rate that refills the bucket. Without it none waits. */
  atOnce?: number;
}

/** What is asked for, each with its bucket: so many at once, and so many a second after that. A subject has one of each, whichever door it comes through. */
const rates = {
  /** Operations of our own application, over HTTP or a socket. */
  persisted: { capacity: 300, perSecond: 60 },
  /** Operations in the words of others. */
  free: { capacity: 100, perSecond: 15 },
  /** Operations of all embeds on the pages of one origin, whoever visits them. */
  embeds: { capacity: 300, perSecond: 30 },
  /** Files that are made when they are asked for. */
  download: { capacity: 10, perSecond: 1 / 6 },
  /** Questions after the server's health, and figures. */
  health: { capacity: 60, perSecond: 5 },
  /**
   * Files of the application: a first visit asks for two hundred, most of them to keep. Twenty visits from one address are let in, and have theirs a little
   * later than one; who asks for as many as can be had takes the server from nobody.
   */
  files: { capacity: 4_000, perSecond: 200, atOnce: 400 },
  /** Sockets that are opened, by all who come from one address. */
  sockets: { capacity: 300, perSecond: 5 },
} satisfies Record<string, Limit>;

export type Rate = keyof typeof rates;

const operationRates: Rate[] = ['persisted', 'free', 'embeds'];

/** An answer costs as many more as it has pieces of this size beyond the first. */
const BYTES_OF_ONE = 64 * 1024;

declare const admitted: unique symbol;
/** The proof that a subject was let in once. Only `admit` makes it, and without it there is no context to execute or answer anything with. */
export interface Admitted {
  readonly [admitted]: true;
  readonly subject: string;
  readonly rate: Rate;
}

/** The one place where what comes in is counted, whatever its door: POST, GET, socket, embed, download, health. */
export interface Admission {
  /** Throws RATE_LIMITED, as 429, where nothing is left. */
  admit(rate: Rate, subject: string): Admitted;
  /** Seconds until the turn of what was let in: 0 for the first `atOnce` of its rate, then as long as those before it need, and never longer than `atOnce` need. */
  wait(admitted: Admitted): number;
  /** Counts the size of an answer. What is more than there is must be waited for before the next one. */
  answered(admitted: Admitted, bytes: number): void;
  /**
   * When the turn of what was let in has come: throws as `admit` does where the subject owes for answers that it got meanwhile. Without this a hundred operations that
   * came at once would all be answered before the first answer's size counts for anything.
   */
  begin(admitted: Admitted): void;
}

/** `factor`: of every rate. */
export function createAdmission(factor: number, onRefused: (rule: string) => void): Admission {
  const store = new LocalStore();
  const bucketOf = (rate: Rate): Bucket => {
    const { capacity, perSecond } = rates[rate];
    return { capacity: capacity * factor, perSecond: perSecond * factor };
  };
  const take = (rate: Rate, subject: string, cost: number): void => {
    const taken = store.take(`${rate}:${subject}`, bucketOf(rate), cost);
    if (taken.allowed) return;
    onRefused(operationRates.includes(rate) ? 'rate_operations' : `rate_${rate}`);
    const seconds = Math.max(1, Math.ceil(taken.retryAfterSeconds));
    throw refusal(
      429,
      'RATE_LIMITED',
      `Too many requests. Try again in ${seconds} s.`,
      { 'retry-after': `${seconds}` },
      { retryAfter: seconds },
    );
  };
  return {
    admit(rate, subject) {
      take(rate, subject, 1);
      return { subject, rate } as Admitted;
    },
    wait({ rate, subject }) {
      const { atOnce }: Limit = rates[rate];
      if (atOnce === undefined) return 0;
      return store.spend(`wait:${rate}:${subject}`, { ...bucketOf(rate), capacity: atOnce * factor }, 1);
    },
    begin: ({ rate, subject }) => take(rate, subject, 0),
    answered({ rate, subject }, bytes) {
      const more = Math.ceil(bytes / BYTES_OF_ONE) - 1;
      if (more > 0) store.spend(`${rate}:${subject}`, bucketOf(rate), more);
    },
  };
}
