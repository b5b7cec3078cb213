/**
 * Errors that say that PostgreSQL cannot do anything at the moment, and not that the question was wrong: asked again later, the same
 * statement may succeed. They are told as UNAVAILABLE at every door.
 */

/** Why: nobody answers; it answers and takes no writes; it has no room to write. */
export type Absence = 'away' | 'read only' | 'disk full';

/** Prisma's codes and those of Node's sockets. */
const AWAY = new Set([
  'P1001', // cannot reach
  'P1002', // timed out
  'P1008', // operation timed out
  'P1017', // closed the connection
  'P2024', // no connection from the pool in time
  'P2028', // transaction could not begin, took too long, or its connection has gone
  'P2037', // too many connections
  'ECONNREFUSED',
  'ECONNRESET',
  'ECONNABORTED',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EPIPE',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EAI_AGAIN',
]);

/**
 * PostgreSQL's: connection exceptions (08), insufficient resources (53), operator intervention (57: ended by an administrator, starting
 * up, shutting down), system errors (58), and ends of waiting (25P03 idle in a transaction, 25P04 transaction too long).
 */
const AWAY_STATE = /^(08|53|57|58)[0-9A-Z]{3}$|^25P0[34]$/;

/** What has no code: pg's sentences for a client that is no more, and Prisma's for a transaction that went with its connection. */
const AWAY_MESSAGE =
  /Connection terminated|not queryable|timeout expired|timeout exceeded when trying to connect|Query read timeout|Can't reach database server|Server has closed the connection/;

interface Told {
  code?: unknown;
  originalCode?: unknown;
  kind?: unknown;
  message?: unknown;
  cause?: unknown;
  meta?: { driverAdapterError?: unknown };
}

/** Reads an error and what caused it; null when it is none of these. */
export function absenceOf(error: unknown): Absence | null {
  let away = false;
  for (let told = error as Told | null | undefined, depth = 0; told && depth < 8; depth++) {
    for (const code of [told.code, told.originalCode]) {
      if (typeof code !== 'string') continue;
      if (code === '53100') return 'disk full';
      if (code === '25006') return 'read only';
      away ||= AWAY.has(code) || AWAY_STATE.test(code);
    }
    away ||= typeof told.message === 'string' && AWAY_MESSAGE.test(told.message);
    told = (told.meta?.driverAdapterError ?? told.cause) as Told | undefined;
  }
  return away ? 'away' : null;
}
