import type { Opening } from './commitment.ts';
import { MOST_PERIODS } from './order.ts';

const ALGORITHM = { name: 'RSA-OAEP', hash: 'SHA-256' } as const;
const KEY_BITS = 2048;
const SALT_BYTES = 32;
/** Salt, number of periods, one bit a period: the same length for every trial. RSA-OAEP of 2,048 bits takes at most 190. */
const PACKED_BYTES = SALT_BYTES + 2 + Math.ceil(MOST_PERIODS / 8);

function pack({ salt, order }: Opening): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(PACKED_BYTES);
  for (let index = 0; index < SALT_BYTES; index++)
    bytes[index] = Number.parseInt(salt.slice(2 * index, 2 * index + 2), 16);
  new DataView(bytes.buffer).setUint16(SALT_BYTES, order.length);
  for (let place = 0; place < order.length; place++) {
    const at = SALT_BYTES + 2 + (place >> 3);
    if (order[place] === 'B') bytes[at] = (bytes[at] as number) | (1 << (place & 7));
  }
  return bytes;
}

function unpack(bytes: Uint8Array<ArrayBuffer>): Opening {
  const salt = Array.from(bytes.subarray(0, SALT_BYTES), (byte) => byte.toString(16).padStart(2, '0')).join('');
  const length = new DataView(bytes.buffer).getUint16(SALT_BYTES);
  const bits = bytes.subarray(SALT_BYTES + 2);
  const order = Array.from({ length }, (_, place) => (((bits[place >> 3] as number) >> (place & 7)) & 1 ? 'B' : 'C'));
  return { salt, order: order.join('') };
}

const toBase64 = (bytes: ArrayBuffer) => btoa(String.fromCharCode(...new Uint8Array(bytes)));
const fromBase64 = (text: string) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));

/** A device's pair of keys; the private one never leaves the browser's keeping and cannot be read. */
export function makeDeviceKeys(): Promise<CryptoKeyPair> {
  return crypto.subtle.generateKey(
    { ...ALGORITHM, modulusLength: KEY_BITS, publicExponent: new Uint8Array([1, 0, 1]) },
    false,
    ['encrypt', 'decrypt'],
  );
}

/** SPKI of the public key, base64. */
export async function publicKeyText(keys: CryptoKeyPair): Promise<string> {
  return toBase64(await crypto.subtle.exportKey('spki', keys.publicKey));
}

/**
 * Salt and order, readable only by one device: RSA-OAEP with SHA-256. Every seal is 256 bytes, and no two of the same order look alike.
 * @param publicKey SPKI of an RSA key of 2,048 bits, base64
 * @returns base64
 * @throws RangeError for what is no such key
 */
export async function seal(publicKey: string, opening: Opening): Promise<string> {
  let key: CryptoKey;
  try {
    key = await crypto.subtle.importKey('spki', fromBase64(publicKey), ALGORITHM, false, ['encrypt']);
  } catch {
    throw new RangeError('The key is no SPKI of an RSA key in base64.');
  }
  const { modulusLength } = key.algorithm as RsaHashedKeyAlgorithm;
  if (modulusLength !== KEY_BITS) throw new RangeError(`The key has ${modulusLength} bits, but must have ${KEY_BITS}.`);
  return toBase64(await crypto.subtle.encrypt(ALGORITHM, key, pack(opening)));
}

/** @throws DOMException where the seal was made for another key */
export async function unseal(keys: CryptoKeyPair, sealed: string): Promise<Opening> {
  return unpack(new Uint8Array(await crypto.subtle.decrypt(ALGORITHM, keys.privateKey, fromBase64(sealed))));
}
