import { expect, test } from 'vitest';
import { type EarLevels, Ears } from './ears.ts';

/** What reaches the ears of a steady 1 at the left and 0.5 at the right. */
async function heard(levels: EarLevels, later?: EarLevels): Promise<[number, number]> {
  const context = new OfflineAudioContext(2, 24_000, 48_000);
  const merger = context.createChannelMerger(2);
  for (const [ear, value] of [1, 0.5].entries()) {
    const source = context.createConstantSource();
    source.offset.value = value;
    source.connect(merger, 0, ear);
    source.start();
  }
  const ears = new Ears(context, context.destination, levels);
  merger.connect(ears.input);
  if (later) ears.set(later);
  const buffer = await context.startRendering();
  return [buffer.getChannelData(0).at(-1) ?? 0, buffer.getChannelData(1).at(-1) ?? 0];
}

test('each ear has its level, and they can be exchanged', async () => {
  expect(await heard({ left: 1, right: 1, swapped: false })).toEqual([1, 0.5]);
  expect(await heard({ left: 0.25, right: 1, swapped: false })).toEqual([0.25, 0.5]);
  // The level belongs to the ear, whatever comes to it.
  expect(await heard({ left: 0.25, right: 1, swapped: true })).toEqual([0.125, 1]);
  const [left, right] = await heard({ left: 1, right: 1, swapped: false }, { left: 1, right: 0.5, swapped: true });
  expect(left).toBeCloseTo(0.5, 5);
  expect(right).toBeCloseTo(0.5, 5);
});
