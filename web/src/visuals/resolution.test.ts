import assert from 'node:assert/strict';
import { test } from 'vitest';
import { Resolution, resolutionSteps } from './resolution.ts';

/** Runs `frames` frames whose interval depends on the scale at that moment. */
function run(resolution: Resolution, frames: number, interval: (scale: number) => number): number[] {
  const scales: number[] = [];
  for (let i = 0; i < frames; i++) {
    resolution.frame(interval(resolution.scale));
    scales.push(resolution.scale);
  }
  return scales;
}

test('a screen that is met keeps full resolution', () => {
  const resolution = new Resolution();
  run(resolution, 2000, () => 16.7);
  assert.equal(resolution.scale, 1);
});

test('slow drawing gets coarser until it is fast enough, and no coarser', () => {
  const resolution = new Resolution();
  run(resolution, 2000, (scale) => Math.max(16.7, 60 * scale * scale));
  assert.ok(resolution.scale <= 0.63 && resolution.scale >= 0.5, `${resolution.scale}`);
});

test('never below a quarter', () => {
  const resolution = new Resolution();
  run(resolution, 5000, (scale) => 20 + 230 * scale);
  assert.equal(resolution.scale, 0.25);
  assert.equal(resolutionSteps.at(-1), 0.25);
});

test('rises again when drawing is fast, and does not swing to and fro', () => {
  const resolution = new Resolution();
  run(resolution, 400, () => 30);
  const low = resolution.scale;
  assert.ok(low < 1);
  run(resolution, 4000, () => 16.6);
  assert.ok(resolution.scale > low);
  const steady = new Resolution();
  const scales = run(steady, 4000, (scale) => (scale > 0.7 ? 30 : 16.6)).slice(400);
  const changes = scales.filter((scale, i) => i > 0 && scale !== scales[i - 1]).length;
  assert.ok(changes <= 6, `${changes} changes`);
});

test('a browser that holds back its frames to 30 a second is not made coarse for nothing', () => {
  const resolution = new Resolution();
  run(resolution, 3000, () => 33.3);
  assert.ok(resolution.scale >= 0.6, `${resolution.scale}`);
});

test('the gap of a hidden page counts for nothing', () => {
  const resolution = new Resolution();
  run(resolution, 500, () => 4000);
  assert.equal(resolution.scale, 1);
});
