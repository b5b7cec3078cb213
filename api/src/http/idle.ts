/** Nobody has asked anything for so long: health is answered from memory. */
export const IDLE_MS = 60_000;

/** Whether nobody asks at the moment, of a server that began and was last asked at these times (ms since 1970). */
export const isIdle = (began: number, lastRequest: number): boolean =>
  Date.now() - Math.max(began, lastRequest) > IDLE_MS;
