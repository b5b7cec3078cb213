/** A source of equally likely numbers from 0 (included) to 1 (excluded). */
export type Random = () => number;

/**
 * sfc32 (Chris Doty-Humphrey, PractRand), 32 bits a number: the same seed gives the same numbers on every machine, so that an answer that
 * rests on drawn orders can be recomputed by anybody.
 * @param seed 32 hexadecimal digits or more; the first 32 count
 */
export function seeded(seed: string): Random {
  if (!/^[0-9a-f]{32}/i.test(seed))
    throw new RangeError(`seed is "${seed}", but must begin with 32 hexadecimal digits.`);
  // In a typed array the words stay 32 bits wide; as plain variables of a closure, browsers box them.
  const state = new Int32Array(4);
  for (let word = 0; word < 4; word++) state[word] = Number.parseInt(seed.slice(word * 8, word * 8 + 8), 16) | 0;
  const next: Random = () => {
    const b = state[1] as number;
    const c = state[2] as number;
    const sum = ((state[0] as number) + b + (state[3] as number)) | 0;
    state[3] = (state[3] as number) + 1;
    state[0] = b ^ (b >>> 9);
    state[1] = c + (c << 3);
    state[2] = ((c << 21) | (c >>> 11)) + sum;
    return (sum >>> 0) / 4_294_967_296;
  };
  for (let warm = 0; warm < 16; warm++) next();
  return next;
}

/** Standard normal numbers from equally likely ones (Box & Muller 1958). */
export function normal(random: Random): Random {
  let spare: number | null = null;
  return () => {
    if (spare !== null) {
      const value = spare;
      spare = null;
      return value;
    }
    const radius = Math.sqrt(-2 * Math.log(1 - random()));
    const angle = 2 * Math.PI * random();
    spare = radius * Math.sin(angle);
    return radius * Math.cos(angle);
  };
}

/** A number from 0 to `limit` − 1, each equally likely, from the platform's cryptographic source. */
export function randomBelow(limit: bigint): bigint {
  if (limit <= 0n) throw new RangeError(`limit is ${limit}, but must be at least 1.`);
  const bits = limit.toString(2).length;
  const bytes = new Uint8Array(Math.ceil(bits / 8));
  const mask = (1n << BigInt(bits)) - 1n;
  for (;;) {
    crypto.getRandomValues(bytes);
    const drawn = bytes.reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n) & mask;
    // Numbers beyond the limit are drawn again: at most every second, and what is left is uniform.
    if (drawn < limit) return drawn;
  }
}
