import { makeProof, makeProofKey } from '@nes/client/proof.ts';
import { readValue, writeValue } from './store.ts';

/** Of this visit, where the browser refuses storage. */
let unkept: CryptoKeyPair | undefined;

async function keyPair(): Promise<CryptoKeyPair> {
  const kept = (await readValue<CryptoKeyPair>('proof-key').catch(() => undefined)) ?? unkept;
  if (kept) return kept;
  const made = await makeProofKey();
  await writeValue('proof-key', made).catch(() => {
    unkept = made;
  });
  return made;
}

/** A DPoP proof for one POST to `address`, or null where the browser has no WebCrypto (a page without TLS). */
export async function proof(address: string): Promise<string | null> {
  return globalThis.crypto?.subtle ? makeProof(await keyPair(), address) : null;
}
