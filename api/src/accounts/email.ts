import { userError } from '../schema/errors.ts';

/** RFC 5321: 254 characters at most. One @, no spaces or control characters, a dot in the domain or `localhost`. */
const FORM = /^[^\s@"(),:;<>[\\\]\p{C}]{1,64}@[\p{L}\p{N}](?:[\p{L}\p{N}.-]{0,251}[\p{L}\p{N}])?$/u;

/** The address as typed (trimmed, NFC) and the key by which it is unique (lower-case). Throws a user error on `field` otherwise. */
export function checkEmail(email: string, field: string): { email: string; emailKey: string } {
  const text = email.trim().normalize('NFC');
  if (text.length > 254) throw userError('TOO_LONG', field, 'An e-mail address has at most 254 characters.');
  if (!FORM.test(text) || text.includes('..')) {
    throw userError('INVALID', field, 'This is not an e-mail address like "name@example.org".');
  }
  return { email: text, emailKey: text.toLowerCase() };
}

/** The key of whatever was typed, for looking up. */
export function emailKeyOf(email: string): string {
  return email.trim().normalize('NFC').toLowerCase().slice(0, 320);
}
