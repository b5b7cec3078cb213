import { UserErrors } from './errors.ts';

/** What of Prisma's known errors we read. Unique violations carry the index; there is no `meta.target` with driver adapters. */
interface KnownError {
  code?: string;
  name?: string;
  message?: string;
  meta?: { driverAdapterError?: { cause?: { kind?: string; constraint?: { index?: string; fields?: string[] } } } };
}

/** Index or columns that a unique violation hit, e.g. `users_email_key_key`; null for any other error. */
export function uniqueViolation(error: unknown): string | null {
  const known = error as KnownError;
  if (known?.code !== 'P2002') return null;
  const constraint = known.meta?.driverAdapterError?.cause?.constraint;
  return constraint?.index ?? constraint?.fields?.join('_') ?? '';
}

/** The database's refusals that a person caused: a doubled name or id, a row that went away meanwhile. */
export function databaseUserError(error: unknown): UserErrors | null {
  if (uniqueViolation(error) !== null) {
    return new UserErrors([{ field: null, code: 'TAKEN', message: 'This id or name is already in use.' }]);
  }
  const code = (error as KnownError)?.code;
  // Record to update not found, foreign key violated, write conflict.
  if (code === 'P2025') {
    return new UserErrors([{ field: null, code: 'NOT_FOUND', message: 'There is no such thing any more.' }]);
  }
  if (code === 'P2003') {
    return new UserErrors([{ field: null, code: 'NOT_FOUND', message: 'It refers to something that does not exist.' }]);
  }
  if (code === 'P2034') {
    return new UserErrors([{ field: null, code: 'CONFLICT', message: 'Somebody changed the same thing. Try again.' }]);
  }
  return null;
}

const AWAY = new Set([
  'P1001', // cannot reach
  'P1002', // timed out
  'P1008', // operation timed out
  'P1017', // closed the connection
  'P2024', // no connection from the pool in time
  'P2028', // transaction could not begin
  'P2037', // too many connections
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EAI_AGAIN',
  '57P01', // terminated by administrator
  '57P02',
  '57P03', // starting up
  '53300', // too many connections
  '08000',
  '08003',
  '08006',
]);

/** True when the error says that PostgreSQL is away, not that the question was wrong. */
export function isDatabaseAway(error: unknown): boolean {
  for (
    let e = error as { code?: unknown; cause?: unknown; meta?: unknown; message?: string } | undefined, n = 0;
    e && n < 6;
    n++
  ) {
    if (typeof e.code === 'string' && AWAY.has(e.code)) return true;
    if (
      typeof e.message === 'string' &&
      /Connection terminated|connect ECONNREFUSED|timeout exceeded when trying to connect|Can't reach database server/.test(
        e.message,
      )
    ) {
      return true;
    }
    const meta = e.meta as { driverAdapterError?: unknown } | undefined;
    e = (e.cause ?? meta?.driverAdapterError) as typeof e;
  }
  return false;
}
