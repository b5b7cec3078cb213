/** Numbers from a seed, so that a run can be had again (mulberry32). */
export interface Dice {
  /** 0 to 1. */
  next(): number;
  /** A whole number from 0 to `end - 1`. */
  below(end: number): number;
}

export function random(seed: number): Dice {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
  return { next, below: (end) => Math.floor(next() * end) };
}
