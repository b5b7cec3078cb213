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
