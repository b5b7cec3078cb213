import { serverNow } from '../data/clock.ts';
import type { SessionStateFragment } from '../data/generated/session.ts';

/** Second of the program that is heard now where a session plays. */
export function positionOf({ state, positionSeconds, positionAt }: SessionStateFragment): number {
  if (state !== 'ACTIVE') return positionSeconds;
  return positionSeconds + Math.max(0, serverNow() - Date.parse(positionAt)) / 1000;
}
