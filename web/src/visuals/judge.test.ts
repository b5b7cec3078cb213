import assert from 'node:assert/strict';
import { test } from 'vitest';
import { Judge, linear, type Verdict } from './judge.ts';

const width = 64;
const height = 36;
const fps = 60;

/** The sRGB byte whose relative luminance as a grey is nearest to `luminance`. */
const greys = new Map<number, number>();
const grey = (luminance: number): number => {
  let best = greys.get(luminance) ?? 0;
  if (best > 0) return best;
  for (let i = 1; i < 256; i++)
    if (Math.abs((linear[i] as number) - luminance) < Math.abs((linear[best] as number) - luminance)) best = i;
  greys.set(luminance, best);
  return best;
};

type Colour = [number, number, number];
const flat = (luminance: number): Colour => [grey(luminance), grey(luminance), grey(luminance)];

/** Judges `seconds` of film; each pixel of 10 by 10 CSS px takes the colour that `paint` gives. */
function film(seconds: number, paint: (t: number, x: number, y: number) => Colour, cssPerPixel = 10): Verdict {
  const judge = new Judge({ width, height, fps, cssPerPixel });
  const frame = new Uint8Array(width * height * 4);
  for (let n = 0; n < seconds * fps; n++) {
    for (let y = 0; y < height; y++)
      for (let x = 0; x < width; x++) frame.set([...paint(n / fps, x, y), 255], (y * width + x) * 4);
    judge.push(frame);
  }
  return judge.verdict();
}

const square = (hz: number, t: number): boolean => (hz * t + 1e-9) % 1 < 0.5;

test('a still picture passes with nothing to report', () => {
  const verdict = film(2, () => flat(0.4));
  assert.deepEqual(verdict.broken, []);
  assert.equal(verdict.flashesPerSecond, 0);
  assert.equal(verdict.fieldSwing, 0);
  assert.equal(verdict.pulsingArea, 0);
});

test('the whole field flashing at 10 Hz fails, in the fields and in the mean of the frame', () => {
  const verdict = film(2, (t) => flat(square(10, t) ? 0.5 : 0));
  assert.equal(verdict.passes, false);
  assert.ok(verdict.broken.includes('GENERAL'));
  assert.ok(verdict.broken.includes('FIELD'));
  assert.ok(verdict.flashesPerSecond >= 9 && verdict.flashesPerSecond <= 10.5, `${verdict.flashesPerSecond}`);
  assert.ok(verdict.flashingArea > 0.99);
  assert.ok(Math.abs(verdict.fieldSwing - 0.5) < 0.01);
});

test('three flashes a second are within the limit, four are not', () => {
  const count = (hz: number): Verdict => film(3, (t) => flat(square(hz, t) ? 0.5 : 0));
  assert.ok(!count(3).broken.includes('GENERAL'));
  assert.ok(count(4).broken.includes('GENERAL'));
});

test('changes below a tenth of relative luminance are no flashes', () => {
  const small = film(2, (t) => flat(square(10, t) ? 0.19 : 0.1));
  assert.deepEqual(small.broken, []);
  assert.ok(small.fieldSwing > 0.08 && small.fieldSwing < 0.1);
  assert.ok(film(2, (t) => flat(square(10, t) ? 0.22 : 0.1)).broken.includes('GENERAL'));
});

test('flashes whose darker state is 0.8 or lighter do not count', () => {
  assert.deepEqual(film(2, (t) => flat(square(10, t) ? 1 : 0.82)).broken, []);
  assert.ok(film(2, (t) => flat(square(10, t) ? 1 : 0.78)).broken.includes('GENERAL'));
});

test('a slow sine adds up: 10 Hz of swing 0.2 is found although no frame differs by 0.1 from the next', () => {
  const verdict = film(2, (t) => flat(0.2 + 0.1 * Math.sin(2 * Math.PI * 10 * t)));
  assert.ok(verdict.broken.includes('GENERAL'), JSON.stringify(verdict));
});

test('a slow fade up and down is no flash', () => {
  assert.deepEqual(film(6, (t) => flat(0.3 - 0.3 * Math.cos(2 * Math.PI * 0.25 * t))).broken, []);
});

test('area: a quarter of any field of 341 by 256 px is the limit', () => {
  // 340 by 260 px are the field of 85 by 64 cells; 13 of 26 rows of pixels are half of it.
  const block = (columns: number, rows: number) =>
    film(2, (t, x, y) => flat(x < columns && y < rows && square(10, t) ? 0.6 : 0));
  assert.ok(block(34, 13).broken.includes('GENERAL'));
  const small = block(13, 13);
  assert.deepEqual(small.broken, []);
  assert.ok(small.flashingArea > 0.15 && small.flashingArea < 0.25, `${small.flashingArea}`);
  // The same share of the frame spread over distant places stays below the limit in every field.
  assert.deepEqual(film(2, (t, x, y) => flat(x % 4 === 0 && y % 2 === 0 && square(10, t) ? 0.6 : 0)).broken, []);
});

test('a picture smaller than a field is judged as a field of its own', () => {
  assert.ok(film(2, (t, x) => flat(x < 32 && square(10, t) ? 0.6 : 0), 1).broken.includes('GENERAL'));
});

test('saturated red against black or against blue at equal luminance is a red flash', () => {
  const red: Colour = [200, 0, 0];
  assert.ok(film(2, (t) => (square(10, t) ? red : [0, 0, 0])).broken.includes('RED'));
  const dim = film(2, (t) => (square(10, t) ? [150, 0, 0] : [0, 0, 255]));
  assert.ok(dim.broken.includes('RED') && !dim.broken.includes('GENERAL'), JSON.stringify(dim.broken));
  assert.ok(dim.broken.includes('FIELD_RED'));
});

test('a calm orange is not a red flash, nor is near black whose red share is rounding', () => {
  assert.ok(!film(2, (t) => (square(10, t) ? [120, 90, 60] : [100, 100, 110])).broken.includes('RED'));
  assert.deepEqual(film(2, (t) => (square(10, t) ? [8, 0, 0] : [0, 0, 8])).broken, []);
});

test('two and a half flashes a second are allowed for a moment, not for five seconds', () => {
  const of = (seconds: number): Verdict => film(seconds, (t) => flat(square(2.5, t) ? 0.5 : 0));
  assert.deepEqual(of(3).broken, []);
  const long = of(8);
  assert.ok(long.broken.includes('GENERAL_EXTENDED') && long.broken.includes('FIELD_EXTENDED'));
  assert.ok(!long.broken.includes('GENERAL'));
  assert.ok(long.extendedSeconds >= 4);
});

test('a checkerboard that swaps its squares is found although the mean stands still', () => {
  const verdict = film(2, (t, x, y) => flat((x + y + (square(10, t) ? 1 : 0)) % 2 === 0 ? 0.6 : 0));
  assert.ok(verdict.broken.includes('GENERAL'));
  assert.ok(!verdict.broken.includes('FIELD'));
});

test('squares finer than a tenth of a degree are exempt', () => {
  const verdict = film(2, (t, x, y) => flat((x + y + (square(10, t) ? 1 : 0)) % 2 === 0 ? 0.6 : 0), 1);
  assert.deepEqual(verdict.broken, []);
});

/** Stripes of two pixels (20 CSS px), as long and as wide as said; 64 pixels are 16 pairs. */
const stripes =
  (pairs: number, rows = height, swing = 0.5, along = (x: number, _y: number): number => x) =>
  (_t: number, x: number, y: number): Colour =>
    flat(y < rows && along(x, y) < 4 * pairs && along(x, y) % 4 < 2 ? swing : 0.02);

test('more than five pairs of stripes over a quarter of the picture fail after half a second, whether or not anything moves', () => {
  assert.deepEqual(film(0.6, stripes(16)).broken, ['STRIPES']);
  assert.deepEqual(film(0.4, stripes(16)).broken, []);
  // Half of the rows, and less than a quarter of them.
  assert.deepEqual(film(0.6, stripes(16, height / 2)).broken, ['STRIPES']);
  assert.deepEqual(film(0.6, stripes(16, 8)).broken, []);
  assert.deepEqual(film(0.6, stripes(5)).broken, []);
  assert.ok(film(0.6, stripes(16)).stripedArea > 0.9);
  assert.equal(film(0.4, stripes(16)).stripedArea, 0);
  assert.ok(film(0.6, stripes(7)).stripedArea > 0.25);
  assert.ok(film(0.6, (t, x, y) => stripes(16)(t, Math.floor(x + 4 * t), y)).stripedArea > 0.8);
});

test('stripes are found in every direction', () => {
  const of = (along: (x: number, y: number) => number) => film(0.6, stripes(100, height, 0.5, along)).stripedArea;
  assert.ok(of((_x, y) => y) > 0.8);
  assert.ok(of((x, y) => x + y) > 0.8);
  assert.ok(of((x, y) => Math.floor(Math.hypot(x - width / 2, y - height / 2))) > 0.5);
});

test('five pairs, a small place, faint stripes and a dark picture without order are no stripes', () => {
  assert.equal(film(0.6, stripes(5)).stripedArea, 0);
  assert.ok(film(0.6, stripes(16, 8)).stripedArea < 0.25);
  assert.equal(film(0.6, stripes(16, height, 0.1)).stripedArea, 0);
  let seed = 7;
  const random = Float32Array.from({ length: width * height }, () => {
    seed = (seed * 1103515245 + 12345) % 2147483648;
    return seed / 2147483648;
  });
  const noise = film(0.6, (_t, x, y) => flat((random[y * width + x] as number) ** 6));
  assert.ok(noise.stripedArea < 0.25, `${noise.stripedArea}`);
});

test('bad sizes and frames are refused with the value', () => {
  assert.throws(() => new Judge({ width: 0, height: 4, fps: 60 }), /width is 0/);
  assert.throws(() => new Judge({ width: 4, height: 4, fps: Number.NaN }), /fps is NaN/);
  assert.throws(() => new Judge({ width: 4, height: 4, fps: 60 }).push(new Uint8Array(10)), /10 bytes, expected 64/);
});
