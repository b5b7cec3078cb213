import { createTurns } from '../platform/turns.ts';
import { userError } from '../schema/errors.ts';
import { isStorable } from '../schema/scalars.ts';
import { commonPasswords } from './common-passwords.ts';

/** OWASP's minimum for argon2id: 19 MiB, two passes, one lane. */
const COST = { memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;

/** Hashes that run at once: about 20 MB each, and a processor. One subject has one of them; how many wait is bounded by the turns of mutations. */
const RUNNING = 2;

const MIN_LENGTH = 8;
const MAX_LENGTH = 128;

let common: Set<string> | undefined;

/** Passwords that are tried first. */
function commonest(): Set<string> {
  common ??= new Set(commonPasswords.split(' '));
  return common;
}

/**
 * The password in the form that is hashed (Unicode NFC). Throws a user error on `field` for one that may not be chosen:
 * 8 to 128 characters, not one of the commonest, not the e-mail address.
 */
export function checkNewPassword(password: string, field: string, email: string | null): string {
  const text = password.normalize('NFC');
  const length = [...text].length;
  if (!isStorable(text)) throw userError('INVALID', field, 'The password holds a character that cannot be stored.');
  if (length < MIN_LENGTH) {
    throw userError('TOO_SHORT', field, `The password must have at least ${MIN_LENGTH} characters.`);
  }
  if (length > MAX_LENGTH) {
    throw userError('TOO_LONG', field, `The password must have at most ${MAX_LENGTH} characters.`);
  }
  if (commonest().has(text.toLowerCase()) || text.toLowerCase() === email?.toLowerCase()) {
    throw userError('WEAK_PASSWORD', field, 'This password is among the first that are tried. Choose another.');
  }
  return text;
}

/** Hashes and checks passwords, a few at a time, in turns that are fair by `subject`: who asks (`Context.address`). */
export interface Passwords {
  /** argon2id in PHC form. */
  hash(password: string, subject: string): Promise<string>;
  /** True when the password fits. `hash` null (no such person) takes the same time as a wrong password. */
  verify(hash: string | null, password: string, subject: string): Promise<boolean>;
}

export function createPasswords(): Passwords {
  const turns = createTurns(RUNNING, 1);
  // Loaded with the first password: a start without one is quicker.
  const argon2 = () => import('argon2');
  let dummy: Promise<string> | undefined;
  const dummyHash = () => {
    dummy ??= argon2().then(({ hash, argon2id }) => hash('nobody has this password', { ...COST, type: argon2id }));
    return dummy;
  };
  return {
    hash: (password, subject) =>
      turns.take(subject, 1, async () => {
        const { hash, argon2id } = await argon2();
        return hash(password, { ...COST, type: argon2id });
      }),
    verify: (hash, password, subject) =>
      turns.take(subject, 1, async () => {
        const { verify } = await argon2();
        const text = password.normalize('NFC');
        const fits = await verify(hash ?? (await dummyHash()), text);
        return hash !== null && fits;
      }),
  };
}
