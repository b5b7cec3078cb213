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
    pass(from.re, from.im, to.re, to.im, stride, plan.cos, plan.sin);
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
 * One pass: the `stride` butterflies that follow each other turn alike. Its turns are read where they change, not in a loop of their own
 * around these, which the first pass with its stride of 1 would enter for each butterfly. All is read before anything is written: the
 * compiler cannot know that the two are never the same memory, and would read again.
 */
function pass(
  xr: Float64Array,
  xi: Float64Array,
  yr: Float64Array,
  yi: Float64Array,
  stride: number,
  cos: Float64Array,
  sin: Float64Array,
): void {
  const part = xr.length / 4;
  let k = 0;
  let c1 = 1;
  let s1 = 0;
  let c2 = 1;
  let s2 = 0;
  let c3 = 1;
  let s3 = 0;
  for (let a = 0; a < part; a++) {
    if ((a & (stride - 1)) === 0) {
      k = a;
      c1 = cos[k] as number;
      s1 = sin[k] as number;
      c2 = cos[2 * k] as number;
      s2 = sin[2 * k] as number;
      c3 = cos[3 * k] as number;
      s3 = sin[3 * k] as number;
    }
    const out = a + 3 * k;
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
