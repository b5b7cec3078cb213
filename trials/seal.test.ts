import assert from 'node:assert/strict';
import { test } from 'vitest';
import { freshSalt } from './commitment.ts';
import { drawOrder, ordersOf } from './order.ts';
import { makeDeviceKeys, publicKeyText, seal, unseal } from './seal.ts';

test('a seal opens on its device only, and says nothing by its size', async () => {
  const [keys, others] = [await makeDeviceKeys(), await makeDeviceKeys()];
  const key = await publicKeyText(keys);
  const sizes = new Set<number>();
  for (const periods of [4, 37, 365]) {
    const opening = { salt: freshSalt(), order: drawOrder(ordersOf('RUNS_OF_TWO', periods)) };
    const sealed = await seal(key, opening);
    sizes.add(sealed.length);
    assert.deepEqual(await unseal(keys, sealed), opening);
    assert.notEqual(await seal(key, opening), sealed);
    await assert.rejects(unseal(others, sealed));
  }
  assert.equal(sizes.size, 1);
  await assert.rejects(crypto.subtle.exportKey('pkcs8', keys.privateKey), 'the private key cannot be read');
});

test('what is no key is refused', async () => {
  const opening = { salt: freshSalt(), order: 'BCCB' };
  await assert.rejects(seal('AAAA', opening), /no SPKI/);
  await assert.rejects(seal('***', opening), /no SPKI/);
  const short = await crypto.subtle.generateKey(
    { name: 'RSA-OAEP', hash: 'SHA-256', modulusLength: 1024, publicExponent: new Uint8Array([1, 0, 1]) },
    false,
    ['encrypt', 'decrypt'],
  );
  await assert.rejects(seal(await publicKeyText(short), opening), /has 1024 bits/);
});
