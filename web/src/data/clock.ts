import { ask } from './client.ts';
import { ServerTimeDocument } from './generated/graphql.ts';

let offset = 0;
let known = false;

/** Milliseconds since 1970 by the server's clock, as well as it is known; this device's clock before the first contact. */
export const serverNow = (): number => Date.now() + offset;

/** Whether the offset to the server's clock has been measured. */
export const clockKnown = (): boolean => known;

/** Measures the offset by some round trips; the fastest one counts, half of it in each direction. */
export async function measureClock(): Promise<void> {
  let fastest = Number.POSITIVE_INFINITY;
  for (let turn = 0; turn < 8; turn++) {
    const before = performance.now();
    const { serverTime } = await ask(ServerTimeDocument, {});
    const trip = performance.now() - before;
    if (trip < fastest) {
      fastest = trip;
      offset = serverTime - (Date.now() - trip / 2);
      known = true;
    }
  }
}
