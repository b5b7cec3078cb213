import { ask } from './client.ts';
import { ServerTimeDocument } from './generated/session.ts';

let offset = 0;
let known = false;

/** Milliseconds since 1970 by the server's clock, as well as it is known; this device's clock before the first contact. */
export const serverNow = (): number => Date.now() + offset;

/** Whether the offset to the server's clock has been measured. */
export const clockKnown = (): boolean => known;

/** A server that sleeps answers late, and when within that time it looked at its clock nobody knows. */
const SLOW_MS = 2_000;

let measuring: Promise<void> | undefined;

/** Measures the offset by one round trip, half of it in each direction: once a page, and again only where it failed. */
export function measureClock(): Promise<void> {
  measuring ??= measure().catch((error) => {
    measuring = undefined;
    throw error;
  });
  return measuring;
}

async function measure(again = true): Promise<void> {
  const before = performance.now();
  const { serverTime } = await ask(ServerTimeDocument, {});
  const trip = performance.now() - before;
  offset = serverTime - (Date.now() - trip / 2);
  known = true;
  if (trip > SLOW_MS && again) await measure(false);
}
