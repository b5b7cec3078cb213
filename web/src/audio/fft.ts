interface Plan {
  /** e^(−2πik/size), for k below 3/4 of the size: no turn of a pass is larger. */
  cos: Float64Array;
  sin: Float64Array;
  /** Passes go from the values to these and back. */
  re: Float64Array;
  im: Float64Array;
}

const plans = new Map<number, Plan>();

function planFor(size: number): Plan {
  const known = plans.get(size);
  if (known) return known;
  if (size < 2 || !Number.isInteger(Math.log2(size)))
    throw new RangeError(`FFT of ${size} values; expected a power of 2 from 2`);
  const turns = Math.max(1, (3 * size) / 4);
  const plan = {
    cos: Float64Array.from({ length: turns }, (_, k) => Math.cos((2 * Math.PI * k) / size)),
    sin: Float64Array.from({ length: turns }, (_, k) => -Math.sin((2 * Math.PI * k) / size)),
    re: new Float64Array(size),
    im: new Float64Array(size),
  };
  plans.set(size, plan);
  return plan;
}

/**
 * Fast Fourier transform in place, X[k] = Σ x[n] e^(−2πikn/size): Stockham's radix-4 passes, which read and write one value after the
 * other (T. G. Stockham, 1966). Large sizes wait for memory, and this has no reversal of bits.
 * @throws {RangeError} where the length is no power of 2
 */
export function transform(re: Float64Array, im: Float64Array): void {
  const size = re.length;
  const plan = planFor(size);
  let from = { re, im };
  let to = { re: plan.re, im: plan.im };
  let stride = 1;
  let rest = size;
  for (; rest > 2; rest /= 4) {
    if (stride === 1) firstPass(from.re, from.im, to.re, to.im, plan.cos, plan.sin);
    else
      for (let p = 0; p < rest / 4; p++)
        quarter(from.re, from.im, to.re, to.im, stride, p, size / 4, plan.cos, plan.sin);
    stride *= 4;
    [from, to] = [to, from];
  }
  if (rest === 2) {
    lastPass(from.re, to.re);
    lastPass(from.im, to.im);
    [from, to] = [to, from];
  }
  if (from.re !== re) {
    re.set(from.re);
    im.set(from.im);
  }
}

/**
 * The pass of stride 1: each butterfly has turns of its own. All is read before anything is written: the compiler cannot know that
 * the two are never the same memory, and would read again.
 */
function firstPass(
  xr: Float64Array,
  xi: Float64Array,
  yr: Float64Array,
  yi: Float64Array,
  cos: Float64Array,
  sin: Float64Array,
): void {
  const part = xr.length / 4;
  for (let a = 0; a < part; a++) {
    const b = a + part;
    const c = b + part;
    const d = c + part;
    const ar = xr[a] as number;
    const ai = xi[a] as number;
    const br = xr[b] as number;
    const bi = xi[b] as number;
    const cr = xr[c] as number;
    const ci = xi[c] as number;
    const dr = xr[d] as number;
    const di = xi[d] as number;
    const sumR = ar + cr;
    const sumI = ai + ci;
    const lessR = ar - cr;
    const lessI = ai - ci;
    const oddR = br + dr;
    const oddI = bi + di;
    // A quarter turn of the difference.
    const turnR = di - bi;
    const turnI = br - dr;
    const out = 4 * a;
    yr[out] = sumR + oddR;
    yi[out] = sumI + oddI;
    const c1 = cos[a] as number;
    const s1 = sin[a] as number;
    yr[out + 1] = (lessR - turnR) * c1 - (lessI - turnI) * s1;
    yi[out + 1] = (lessR - turnR) * s1 + (lessI - turnI) * c1;
    const c2 = cos[2 * a] as number;
    const s2 = sin[2 * a] as number;
    yr[out + 2] = (sumR - oddR) * c2 - (sumI - oddI) * s2;
    yi[out + 2] = (sumR - oddR) * s2 + (sumI - oddI) * c2;
    const c3 = cos[3 * a] as number;
    const s3 = sin[3 * a] as number;
    yr[out + 3] = (lessR + turnR) * c3 - (lessI + turnI) * s3;
    yi[out + 3] = (lessR + turnR) * s3 + (lessI + turnI) * c3;
  }
}

/** The `stride` butterflies of a later pass that turn alike. */
function quarter(
  xr: Float64Array,
  xi: Float64Array,
  yr: Float64Array,
  yi: Float64Array,
  stride: number,
  p: number,
  part: number,
  cos: Float64Array,
  sin: Float64Array,
): void {
  const k = p * stride;
  const c1 = cos[k] as number;
  const s1 = sin[k] as number;
  const c2 = cos[2 * k] as number;
  const s2 = sin[2 * k] as number;
  const c3 = cos[3 * k] as number;
  const s3 = sin[3 * k] as number;
  for (let q = 0; q < stride; q++) {
    const a = k + q;
    const b = a + part;
    const c = b + part;
    const d = c + part;
    const ar = xr[a] as number;
    const ai = xi[a] as number;
    const br = xr[b] as number;
    const bi = xi[b] as number;
    const cr = xr[c] as number;
    const ci = xi[c] as number;
    const dr = xr[d] as number;
    const di = xi[d] as number;
    const sumR = ar + cr;
    const sumI = ai + ci;
    const lessR = ar - cr;
    const lessI = ai - ci;
    const oddR = br + dr;
    const oddI = bi + di;
    const turnR = di - bi;
    const turnI = br - dr;
    const out = 4 * k + q;
    yr[out] = sumR + oddR;
    yi[out] = sumI + oddI;
    yr[out + stride] = (lessR - turnR) * c1 - (lessI - turnI) * s1;
    yi[out + stride] = (lessR - turnR) * s1 + (lessI - turnI) * c1;
    yr[out + 2 * stride] = (sumR - oddR) * c2 - (sumI - oddI) * s2;
    yi[out + 2 * stride] = (sumR - oddR) * s2 + (sumI - oddI) * c2;
    yr[out + 3 * stride] = (lessR + turnR) * c3 - (lessI + turnI) * s3;
    yi[out + 3 * stride] = (lessR + turnR) * s3 + (lessI + turnI) * c3;
  }
}

/** Sums and differences of the halves, where the size is no power of 4. */
function lastPass(x: Float64Array, y: Float64Array): void {
  const half = x.length / 2;
  for (let n = 0; n < half; n++) {
    y[n] = (x[n] as number) + (x[n + half] as number);
    y[n + half] = (x[n] as number) - (x[n + half] as number);
  }
}
