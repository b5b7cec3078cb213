import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { describe as suite, test } from 'vitest';
import { transform } from './fft.ts';

/** Noise that is the same in every run. */
function noise(size: number): [Float64Array, Float64Array] {
  let state = 12_345;
  const next = () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 31 - 1;
  };
  return [Float64Array.from({ length: size }, next), Float64Array.from({ length: size }, next)];
}

suite('the fast transform', () => {
  test('is the sum that defines it, for powers of 4 and for those between', () => {
    for (const size of [2, 4, 8, 16, 32, 64, 128, 512, 1024]) {
      const [xr, xi] = noise(size);
      const [re, im] = [xr.slice(), xi.slice()];
      transform(re, im);
      for (let k = 0; k < size; k++) {
        let [r, i] = [0, 0];
        for (let n = 0; n < size; n++) {
          // The angle's whole turns are taken off first, or its rounding would be larger than what is compared.
          const angle = (-2 * Math.PI * ((k * n) % size)) / size;
          r += (xr[n] as number) * Math.cos(angle) - (xi[n] as number) * Math.sin(angle);
          i += (xr[n] as number) * Math.sin(angle) + (xi[n] as number) * Math.cos(angle);
        }
        assert.ok(Math.hypot(r - (re[k] as number), i - (im[k] as number)) < 1e-12 * size, `${size}, bin ${k}`);
      }
    }
  });

  // An analysis is compared with files of figures: how the passes are written must not move the last bit.
  test('has the bits of the passes as they were written first', () => {
    const hash = createHash('sha256');
    for (const size of [1024, 2048, 32_768]) {
      const [re, im] = noise(size);
      transform(re, im);
      hash.update(new Uint8Array(re.buffer)).update(new Uint8Array(im.buffer));
    }
    assert.equal(hash.digest('hex'), 'c075a2c7deb7ef6afa3a4eb688c672ef0e7b749dd5e69b4cf9fb4fb15889a62d');
  });

  test('other lengths are refused', () => {
    for (const size of [0, 1, 3, 12, 1000])
      assert.throws(() => transform(new Float64Array(size), new Float64Array(size)), /expected a power of 2/);
  });
});
