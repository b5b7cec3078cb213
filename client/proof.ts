// RFC 9449 (DPoP): a refresh token is bound to a key that its holder never gives out, so a copied token is worthless.

const base64url = (bytes: Uint8Array): string =>
  btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replace(/=+$/, '');
const encode = (value: unknown): string => base64url(new TextEncoder().encode(JSON.stringify(value)));

/** A key for proofs; its private half cannot be read out. */
export const makeProofKey = (): Promise<CryptoKeyPair> =>
  crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, false, ['sign', 'verify']);

/** The value of the header `DPoP` for one POST to `address`. */
export async function makeProof({ publicKey, privateKey }: CryptoKeyPair, address: string): Promise<string> {
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
