import { GraphQLError } from 'graphql';

/** What can be wrong with what a person asked for. The one list of codes of `UserError`. */
export const errorCodes = {
  INVALID: 'The value does not have the form that is asked for.',
  TOO_LONG: 'The text or list is longer than allowed.',
  TOO_SHORT: 'The text or list is shorter than allowed.',
  OUT_OF_RANGE: 'The number or date lies outside of the allowed range.',
  NOT_FOUND: 'There is no such thing, or it is not yours to see.',
  CONFLICT: 'Somebody else was faster: the thing has changed since it was read.',
  TAKEN: 'The name, address or id is already in use.',
  WRONG_CREDENTIALS: 'The e-mail address or the password is wrong.',
  WEAK_PASSWORD: 'The password is one of the commonest.',
  TOKEN_EXPIRED: 'The link or token is used up, too old, or was never given out.',
  AUTHORIZATION_PENDING: 'Nobody has answered yet; ask again after the interval.',
  SLOW_DOWN: 'Asked too soon: add five seconds to the interval.',
  ACCESS_DENIED: 'The person refused.',
  NOT_ALLOWED: 'You may not do this.',
  UNCONFIRMED: 'The e-mail address must be confirmed first, by the link that was mailed to it.',
  LOCKED: 'It is closed to newcomers.',
  FULL: 'There is no room left.',
  UNAVAILABLE: 'It cannot be done right now; try again.',
} as const;

export type ErrorCode = keyof typeof errorCodes;

/** One thing that is wrong with the input of a mutation. */
export interface UserErrorShape {
  /** Path in `input`, e.g. `['email']`; null when it concerns the whole. */
  field: string[] | null;
  code: ErrorCode;
  message: string;
}

/**
 * Thrown by a domain's functions; becomes the payload's `userErrors`.
 * `payload` is what the payload tells beside (e.g. the present state after a CONFLICT).
 */
export class UserErrors extends Error {
  readonly errors: UserErrorShape[];
  readonly payload: Record<string, unknown>;
  constructor(errors: UserErrorShape[], payload: Record<string, unknown> = {}) {
    super(errors.map((error) => error.message).join(' '));
    this.errors = errors;
    this.payload = payload;
  }
}

/** `throw userError('NOT_FOUND', 'session', 'There is no such session.')`. `field` is a dotted path in the input, or null. */
export function userError(
  code: ErrorCode,
  field: string | null,
  message: string,
  payload: Record<string, unknown> = {},
): UserErrors {
  return new UserErrors([{ field: field === null ? null : field.split('.'), code, message }], payload);
}

/** Top-level errors: authentication, limits and faults. */
export function unauthenticated(message = 'Sign in first.'): GraphQLError {
  return new GraphQLError(message, { extensions: { code: 'UNAUTHENTICATED' } });
}

export function forbidden(message = 'You may not do this.'): GraphQLError {
  return new GraphQLError(message, { extensions: { code: 'FORBIDDEN' } });
}

export function badInput(message: string): GraphQLError {
  return new GraphQLError(message, { extensions: { code: 'BAD_USER_INPUT' } });
}

/** Seconds after which what is unavailable is worth another try: PostgreSQL is back from a restart sooner. */
export const UNAVAILABLE_SECONDS = 2;

export function unavailable(message = 'The server cannot do this right now. Try again.'): GraphQLError {
  return new GraphQLError(message, { extensions: { code: 'UNAVAILABLE', retryAfter: UNAVAILABLE_SECONDS } });
}

/** `retryAfterSeconds` is rounded up to whole seconds in `extensions.retryAfter`. */
export function rateLimited(retryAfterSeconds: number): GraphQLError {
  const retryAfter = Math.max(1, Math.ceil(retryAfterSeconds));
  return new GraphQLError(`Too many tries. Try again in ${retryAfter} s.`, {
    extensions: { code: 'RATE_LIMITED', retryAfter },
  });
}
