import { readValue, writeValue } from './store.ts';

// RFC 9449 (DPoP): the refresh token is bound to a key that the browser never gives out, so a copied token is worthless.

const base64url = (bytes: Uint8Array): string =>
  btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replace(/=+$/, '');
const encode = (value: unknown): string => base64url(new TextEncoder().encode(JSON.stringify(value)));

async function keyPair(): Promise<CryptoKeyPair> {
  const kept = await readValue<CryptoKeyPair>('proof-key');
  if (kept) return kept;
  const made = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, false, ['sign', 'verify']);
  await writeValue('proof-key', made);
  return made;
}

/** A DPoP proof for one POST to `address`, or null where the browser has no WebCrypto (a page without TLS). */
export async function proof(address: string): Promise<string | null> {
  if (!globalThis.crypto?.subtle) return null;
  const { publicKey, privateKey } = await keyPair();
  const { kty, crv, x, y } = await crypto.subtle.exportKey('jwk', publicKey);
  const head = encode({ typ: 'dpop+jwt', alg: 'ES256', jwk: { kty, crv, x, y } });
  const body = encode({
    jti: crypto.randomUUID(),
    htm: 'POST',
    htu: address,
    iat: Math.floor(Date.now() / 1000),
  });
  const signature = await crypto.subtle.sign(
    { name: 'ECDSA', hash: 'SHA-256' },
    privateKey,
    new TextEncoder().encode(`${head}.${body}`),
  );
  return `${head}.${body}.${base64url(new Uint8Array(signature))}`;
}
