import { LocalStore } from '../platform/bus.ts';
import type { Services } from '../schema/context.ts';
import { rateLimited } from '../schema/errors.ts';

/** Bytes that may be given to be kept: so many at once, and as many again in a day. */
export const KEPT_BYTES = {
  /** By somebody without an account. */
  guest: 5_000_000,
  account: 50_000_000,
  /** From one address, by all who come from there, also those who become somebody new. */
  address: 200_000_000,
};

const DAY_SECONDS = 86_400;

/** Counts what is given to be kept, so that nobody fills the disk. `factor`: of every amount. Each instance counts for itself. */
export function createKeeping(factor: number, onRefused: (rule: string) => void): Services['keeping'] {
  const store = new LocalStore();
  const take = (kind: keyof typeof KEPT_BYTES, subject: string, bytes: number): void => {
    const capacity = KEPT_BYTES[kind] * factor;
    const taken = store.take(`${kind}:${subject}`, { capacity, perSecond: capacity / DAY_SECONDS }, bytes);
    if (taken.allowed) return;
    onRefused('kept_bytes');
    throw rateLimited(taken.retryAfterSeconds);
  };
  return {
    count({ viewer, address }, bytes) {
      if (viewer) take(viewer.isGuest ? 'guest' : 'account', viewer.userId, bytes);
      take('address', address, bytes);
    },
  };
}
