import { createHash, createHmac, hash, randomBytes, timingSafeEqual } from 'node:crypto';
import { calculateJwkThumbprint, EmbeddedJWK, errors, jwtVerify, SignJWT } from 'jose';
import type { Bus } from '../platform/bus.ts';
import { proofKey } from '../platform/bus-keys.ts';
import type { Clock } from '../platform/clock.ts';
import { isUuid, newId } from '../platform/ids.ts';
import { Role } from '../platform/prisma/enums.ts';
import type { Viewer } from '../schema/viewer.ts';

/** Lives of the tokens. */
export const ACCESS_SECONDS = 15 * 60;
export const REFRESH_DAYS = 30;

const ISSUER = 'nes';
const AUDIENCE = 'nes-api';
const TYPE = 'at+jwt';
const ALGORITHM = 'HS256';

export interface AccessToken {
  token: string;
  expiresAt: Date;
}

/** What an access token was good for, or why it is not. */
export type Verified = { viewer: Viewer; expiresAt: Date } | { problem: 'expired' | 'invalid' };

/** A token of 256 random bits for refreshing or for a mailed link, base64url. */
export function newSecret(): string {
  return randomBytes(32).toString('base64url');
}

/**
 * A refresh token says which sign-in it belongs to, under our seal: one that was used long ago, of which the database keeps nothing, is still known as
 * that sign-in's, and nobody can make one up to end somebody's.
 */
export function newRefreshToken(secret: Uint8Array, sessionId: string): string {
  const body = `${sessionId}.${newSecret()}`;
  return `${body}.${sealOf(secret, body)}`;
}

/** The sign-in that a refresh token was given out for, however long ago; null for one that we did not give out. */
export function sessionOfRefreshToken(secret: Uint8Array, token: string): string | null {
  const [sessionId = '', random = '', seal = '', more] = token.split('.');
  const right = Buffer.from(sealOf(secret, `${sessionId}.${random}`));
  const given = Buffer.from(seal);
  if (more !== undefined || !isUuid(sessionId) || given.length !== right.length) return null;
  return timingSafeEqual(given, right) ? sessionId : null;
}

const sealOf = (secret: Uint8Array, body: string): string =>
  createHmac('sha256', secret).update(`refresh token ${body}`).digest('base64url');

/** What the database keeps of it. The secret has 256 bits, so a plain hash is enough. */
export function secretHash(secret: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(createHash('sha256').update(secret).digest());
}

/** A short-lived JWT (RFC 9068) that says who asks. */
export async function issueAccess(secret: Uint8Array, viewer: Viewer, clock: Clock): Promise<AccessToken> {
  const issued = Math.floor(clock.now().getTime() / 1000);
  const expires = issued + ACCESS_SECONDS;
  const token = await new SignJWT({ sid: viewer.sessionId, role: viewer.role, guest: viewer.isGuest })
    .setProtectedHeader({ alg: ALGORITHM, typ: TYPE })
    .setSubject(viewer.userId)
    .setIssuer(ISSUER)
    .setAudience(AUDIENCE)
    .setIssuedAt(issued)
    .setNotBefore(issued)
    .setExpirationTime(expires)
    .setJti(newId())
    .sign(secret);
  return { token, expiresAt: new Date(expires * 1000) };
}

/** Checks signature, algorithm, type, issuer, audience and times. Keys named inside the token (`kid`, `jku`, `jwk`) are not looked at. */
export async function verifyAccess(secret: Uint8Array, token: string, clock: Clock): Promise<Verified> {
  try {
    const { payload } = await jwtVerify(token, secret, {
      algorithms: [ALGORITHM],
      typ: TYPE,
      issuer: ISSUER,
      audience: AUDIENCE,
      requiredClaims: ['sub', 'sid', 'exp', 'nbf', 'iat'],
      currentDate: clock.now(),
    });
    const { sub, sid, role, guest } = payload;
    if (
      typeof sub !== 'string' ||
      !isUuid(sub) ||
      typeof sid !== 'string' ||
      !isUuid(sid) ||
      typeof guest !== 'boolean' ||
      (role !== Role.USER && role !== Role.ADMIN)
    ) {
      return { problem: 'invalid' };
    }
    return {
      viewer: { userId: sub, sessionId: sid, role, isGuest: guest },
      expiresAt: new Date((payload.exp as number) * 1000),
    };
  } catch (error) {
    return { problem: error instanceof errors.JWTExpired ? 'expired' : 'invalid' };
  }
}

/** Tokens whose signature was checked that are remembered at once; the one checked first goes first. */
const MAX_CHECKED = 5_000;

/**
 * `verifyAccess` that checks the signature of a token once: what is inside cannot change without it. Its times are compared at each call. Tokens are
 * remembered by their hashes; those that do not hold never are.
 */
export function createVerifier(secret: Uint8Array, clock: Clock): (token: string) => Promise<Verified> {
  const checked = new Map<string, { verified: Extract<Verified, { viewer: Viewer }>; checkedAt: number }>();
  return async (token) => {
    const name = hash('sha256', token, 'base64');
    const now = clock.now().getTime();
    const known = checked.get(name);
    // A clock that was put back may stand before the token's beginning.
    if (known && now >= known.checkedAt && now < known.verified.expiresAt.getTime()) return known.verified;
    const verified = await verifyAccess(secret, token, clock);
    if ('problem' in verified) {
      checked.delete(name);
      return verified;
    }
    checked.set(name, { verified, checkedAt: now });
    if (checked.size > MAX_CHECKED) checked.delete(checked.keys().next().value as string);
    return verified;
  };
}

/** Seconds that a proof may be old or ahead. */
const PROOF_AGE = 60;

/**
 * The RFC 7638 thumbprint of the key that made a DPoP proof (RFC 9449) for this method and address; null when there is no proof.
 * Throws `Error` for a proof that does not hold: wrong signature, address or age, or one that was used before.
 */
export async function proofThumbprint(
  proof: { header: string | null; method: string; url: string },
  bus: Bus,
  clock: Clock,
): Promise<string | null> {
  if (proof.header === null) return null;
  const { payload, protectedHeader } = await jwtVerify(proof.header, EmbeddedJWK, {
    algorithms: ['ES256', 'EdDSA'],
    typ: 'dpop+jwt',
    requiredClaims: ['jti', 'htm', 'htu', 'iat'],
    currentDate: clock.now(),
    clockTolerance: PROOF_AGE,
    maxTokenAge: PROOF_AGE,
  });
  const { jti, htm, htu } = payload;
  if (htm !== proof.method) throw new Error('The proof is for another method.');
  if (typeof htu !== 'string' || !sameAddress(htu, proof.url)) throw new Error('The proof is for another address.');
  if (typeof jti !== 'string' || jti.length < 8 || jti.length > 100) throw new Error('The proof has no usable jti.');
  const thumbprint = await calculateJwkThumbprint(protectedHeader.jwk as Parameters<typeof calculateJwkThumbprint>[0]);
  const seen = `${thumbprint}:${createHash('sha256').update(jti).digest('base64url')}`;
  if (!(await bus.setOnce(proofKey(seen), '1', PROOF_AGE * 4))) throw new Error('The proof was used before.');
  return thumbprint;
}

/**
 * Same host and path. The scheme is not compared: behind a proxy that ends TLS the server sees http,
 * and a proof caught on the way could be replayed to the same host only, where its `jti` is refused.
 */
function sameAddress(a: string, b: string): boolean {
  const one = URL.parse(a);
  const two = URL.parse(b);
  return one !== null && two !== null && one.host === two.host && one.pathname === two.pathname;
}
