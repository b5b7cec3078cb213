const TURN = 2 * Math.PI;

/** ln 1000: what falls by 60 dB falls by this exponent. */
export const LN_1000 = Math.log(1000);

/** Strikes and drops rise in this time. */
export const ATTACK_SECONDS = 0.004;

/**
 * Adds a sine that decays by `ratio` a sample. `cycles` is its phase, `step` cycles a sample.
 */
export function addDecay(
  out: Float64Array,
  from: number,
  to: number,
  cycles: number,
  step: number,
  amplitude: number,
  ratio: number,
): void {
  const k = 2 * ratio * Math.cos(TURN * step);
  const k2 = ratio * ratio;
  let before = (amplitude / ratio) * Math.sin(TURN * (cycles - step));
  let now = amplitude * Math.sin(TURN * cycles);
  for (let n = from; n < to; n++) {
    out[n] = (out[n] as number) + now;
    const next = k * now - k2 * before;
    before = now;
    now = next;
  }
}
