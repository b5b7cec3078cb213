import assert from 'node:assert/strict';
import { EncryptJWT, exportJWK, generateKeyPair, SignJWT } from 'jose';
import { describe, it } from 'vitest';
import { createLocalBus } from '../platform/bus.ts';
import { newId } from '../platform/ids.ts';
import type { Viewer } from '../schema/viewer.ts';
import {
  createVerifier,
  issueAccess,
  newRefreshToken,
  newSecret,
  proofThumbprint,
  secretHash,
  sessionOfRefreshToken,
  verifyAccess,
} from './tokens.ts';

const secret = new TextEncoder().encode('a secret of tests that is long enough to be one');
const other = new TextEncoder().encode('another secret of tests, also long enough for it');
const NOW = new Date('2026-03-01T12:00:00.000Z');
const SECONDS = NOW.getTime() / 1000;
const clock = { now: () => NOW };
const later = (seconds: number) => ({ now: () => new Date(NOW.getTime() + seconds * 1000) });
const viewer: Viewer = { userId: newId(), sessionId: newId(), role: 'USER', isGuest: false };
const part = (token: string, n: number) => JSON.parse(Buffer.from(token.split('.')[n] ?? '', 'base64url').toString());

describe('access tokens', () => {
  it('say who asks, for a quarter of an hour', async () => {
    const { token, expiresAt } = await issueAccess(secret, viewer, clock);
    assert.equal(expiresAt.toISOString(), '2026-03-01T12:15:00.000Z');
    assert.deepEqual(part(token, 0), { alg: 'HS256', typ: 'at+jwt' });
    const { jti, ...claims } = part(token, 1);
    assert.match(jti, /^[0-9a-f-]{36}$/);
    assert.deepEqual(claims, {
      ...{ sid: viewer.sessionId, role: 'USER', guest: false, sub: viewer.userId, iss: 'nes', aud: 'nes-api' },
      ...{ iat: SECONDS, nbf: SECONDS, exp: SECONDS + 900 },
    });
    assert.deepEqual(await verifyAccess(secret, token, clock), { viewer, expiresAt });
    assert.deepEqual(await verifyAccess(secret, token, later(899)), { viewer, expiresAt });
    assert.deepEqual(await verifyAccess(secret, token, later(900)), { problem: 'expired' });
    assert.deepEqual(await verifyAccess(secret, token, later(-1)), { problem: 'invalid' });
    const admin: Viewer = { ...viewer, role: 'ADMIN', isGuest: true };
    const issued = await issueAccess(secret, admin, clock);
    assert.deepEqual(await verifyAccess(secret, issued.token, clock), { viewer: admin, expiresAt });
  });

  /** A token like ours, but for what is given; undefined takes a claim away. */
  const forge = (claims: Record<string, unknown>, header: object = {}, key: Uint8Array = secret) =>
    new SignJWT({
      ...{ sid: viewer.sessionId, role: 'USER', guest: false, sub: viewer.userId, iss: 'nes', aud: 'nes-api' },
      ...{ iat: SECONDS, nbf: SECONDS, exp: SECONDS + 900 },
      ...claims,
    })
      .setProtectedHeader({ alg: 'HS256', typ: 'at+jwt', ...header })
      .sign(key);

  it('like ours are taken, so that what is refused below is refused for what it says', async () => {
    assert.deepEqual(await verifyAccess(secret, await forge({}), clock), {
      viewer,
      expiresAt: new Date(NOW.getTime() + 900_000),
    });
  });

  it('that are not in order in any one point are refused', async () => {
    const longer = new Uint8Array(64).fill(7);
    const refused: Record<string, Promise<string>> = {
      'another key': forge({}, {}, other),
      'another algorithm': forge({}, { alg: 'HS512' }, longer),
      'another type': forge({}, { typ: 'JWT' }),
      'another issuer': forge({ iss: 'them' }),
      'another audience': forge({ aud: 'them' }),
      'no person': forge({ sub: undefined }),
      'no sign-in': forge({ sid: undefined }),
      'no end': forge({ exp: undefined }),
      'no beginning': forge({ nbf: undefined }),
      'no time of issue': forge({ iat: undefined }),
      'a person that is no id': forge({ sub: 'admin' }),
      'a person that is no text': forge({ sub: 7 }),
      'a sign-in that is no id': forge({ sid: 'first' }),
      'a sign-in that is a list': forge({ sid: [viewer.sessionId] }),
      'a guest that is a word': forge({ guest: 'no' }),
      'a role that there is not': forge({ role: 'OWNER' }),
      'no role': forge({ role: undefined }),
      'not yet': forge({ nbf: SECONDS + 1 }),
      'no token': Promise.resolve('a.b.c'),
      nothing: Promise.resolve(''),
      encrypted: new EncryptJWT({}).setProtectedHeader({ alg: 'dir', enc: 'A256GCM' }).encrypt(secret.slice(0, 32)),
    };
    for (const [why, token] of Object.entries(refused)) {
      const key = why === 'another algorithm' ? longer : secret;
      assert.deepEqual(await verifyAccess(key, await token, clock), { problem: 'invalid' }, why);
    }
    assert.deepEqual(await verifyAccess(secret, await forge({ exp: SECONDS }), clock), { problem: 'expired' });
  });
});

describe('tokens that were checked before', () => {
  const at = { seconds: 0, now: () => new Date(NOW.getTime() + at.seconds * 1000) };
  it('hold as long as they say, and not before they were checked', async () => {
    const verify = createVerifier(secret, at);
    at.seconds = 10;
    const { token, expiresAt } = await issueAccess(secret, viewer, clock);
    for (const seconds of [10, 10, 899]) {
      at.seconds = seconds;
      assert.deepEqual(await verify(token), { viewer, expiresAt });
    }
    at.seconds = 900;
    assert.deepEqual(await verify(token), { problem: 'expired' });
    at.seconds = -1;
    assert.deepEqual(await verify(token), { problem: 'invalid' });
  });
  it('lend nothing to others of the same claims', async () => {
    const verify = createVerifier(secret, at);
    at.seconds = 0;
    const { token } = await issueAccess(secret, viewer, clock);
    assert.ok('viewer' in (await verify(token)));
    const [head, body, seal] = token.split('.') as [string, string, string];
    const foreign = (await issueAccess(other, viewer, clock)).token;
    const changed = `${seal.startsWith('A') ? 'B' : 'A'}${seal.slice(1)}`;
    for (const forged of [foreign, `${head}.${body}.${changed}`, `${head}.${body}.`, `${head}.${body}`, `${token}.`])
      for (let time = 0; time < 2; time++) assert.deepEqual(await verify(forged), { problem: 'invalid' }, forged);
  });
});

describe('refresh tokens', () => {
  const id = newId();
  it('name their sign-in under our seal', () => {
    const token = newRefreshToken(secret, id);
    assert.equal(sessionOfRefreshToken(secret, token), id);
    assert.equal(sessionOfRefreshToken(other, token), null);
    assert.notEqual(newRefreshToken(secret, id), token);
  });
  it('that were changed in any part are nobody’s', () => {
    const [session, random, seal] = newRefreshToken(secret, id).split('.') as [string, string, string];
    const forged = {
      'another sign-in': [newId(), random, seal],
      'another secret': [session, newSecret(), seal],
      'another seal': [session, random, newSecret()],
      'a longer seal': [session, random, `${seal}A`],
      'a shorter seal': [session, random, seal.slice(1)],
      'no seal': [session, random],
      'one part': [session],
      'a part more': [session, random, seal, ''],
      nothing: [],
    };
    for (const [why, parts] of Object.entries(forged))
      assert.equal(sessionOfRefreshToken(secret, parts.join('.')), null, why);
    // A seal of ours over what is no sign-in.
    assert.equal(sessionOfRefreshToken(secret, newRefreshToken(secret, 'nobody')), null);
  });
  it('have 256 random bits, of which the hash alone is kept', () => {
    assert.equal(Buffer.from(newSecret(), 'base64url').length, 32);
    assert.equal(
      Buffer.from(secretHash('abc')).toString('hex'),
      'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
    );
  });
});

describe('proofs of a key', async () => {
  const { privateKey, publicKey } = await generateKeyPair('ES256');
  const jwk = await exportJWK(publicKey);
  const method = 'POST';
  const url = 'https://api.example.org/graphql';
  const make = (claims: Record<string, unknown> = {}, header: object = {}) =>
    new SignJWT({ htm: method, htu: url, jti: newId(), iat: SECONDS, ...claims })
      .setProtectedHeader({ alg: 'ES256', typ: 'dpop+jwt', jwk, ...header })
      .sign(privateKey);
  const check = async (header: string | null, bus = createLocalBus(), at = clock) =>
    proofThumbprint({ header, method, url }, bus, at);

  it('are of the key that made them', async () => {
    assert.equal(await check(null), null);
    const thumbprint = await check(await make());
    assert.match(thumbprint ?? '', /^[\w-]{43}$/);
    assert.equal(await check(await make({ htu: 'http://api.example.org/graphql?a=b' })), thumbprint, 'behind a proxy');
    for (const jti of ['x'.repeat(8), 'x'.repeat(100)]) assert.equal(await check(await make({ jti })), thumbprint);
    for (const seconds of [-59, 59]) assert.equal(await check(await make({ iat: SECONDS + seconds })), thumbprint);
  });

  it('are good once, whatever else is asked on the same bus', async () => {
    const bus = createLocalBus();
    const proof = await make();
    assert.ok(await check(proof, bus));
    await assert.rejects(check(proof, bus), /used before/);
    assert.ok(await check(await make(), bus));
    const stored: [string, string, number][] = [];
    const spy = { ...bus, setOnce: async (...args: [string, string, number]) => stored.push(args) > 0 };
    await check(await make({ jti: 'seen-by-nobody' }), spy);
    // Longer than a proof can be old or ahead, and not by its own text.
    assert.equal(stored[0]?.[2], 240);
    assert.ok(!stored[0]?.[0].includes('seen-by-nobody'));
  });

  it('that are not in order in any one point are refused', async () => {
    const foreign = await generateKeyPair('ES256');
    const refused: Record<string, [Promise<string>, RegExp]> = {
      'another method': [make({ htm: 'GET' }), /another method/],
      'no method': [make({ htm: undefined }), /htm/],
      'another host': [make({ htu: 'https://api.example.com/graphql' }), /another address/],
      'another path': [make({ htu: 'https://api.example.org/other' }), /another address/],
      'an address that is none': [make({ htu: 'graphql' }), /another address/],
      'no address': [make({ htu: undefined }), /htu/],
      'an address that is no text': [make({ htu: 7 }), /another address/],
      'no name': [make({ jti: undefined }), /jti/],
      'a short name': [make({ jti: 'x'.repeat(7) }), /no usable jti/],
      'a long name': [make({ jti: 'x'.repeat(101) }), /no usable jti/],
      'a name that is no text': [make({ jti: 12_345_678 }), /jti/],
      'no time': [make({ iat: undefined }), /iat/],
      'too old': [make({ iat: SECONDS - 121 }), /iat/],
      'from the future': [make({ iat: SECONDS + 61 }), /iat/],
      'another type': [make({}, { typ: 'JWT' }), /typ/],
      'another key': [make({}, { jwk: await exportJWK(foreign.publicKey) }), /signature/],
      'no key': [make({}, { jwk: undefined }), /jwk|JWK/],
      'a key that is not public': [
        new SignJWT({ htm: method, htu: url, jti: newId(), iat: SECONDS })
          .setProtectedHeader({ alg: 'HS256', typ: 'dpop+jwt' })
          .sign(secret),
        /alg/,
      ],
    };
    for (const [why, [proof, message]] of Object.entries(refused))
      await assert.rejects(check(await proof), message, why);
    await assert.rejects(proofThumbprint({ header: await make(), method, url: 'nowhere' }, createLocalBus(), clock));
  });
});
