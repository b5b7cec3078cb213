import { expect, test } from 'vitest';
import { syncClick } from './sync-click.ts';

const RATE = 48_000;

async function rendered(use: (context: OfflineAudioContext) => void, channels = 2) {
  const context = new OfflineAudioContext({ numberOfChannels: channels, length: 4800, sampleRate: RATE });
  use(context);
  const buffer = await context.startRendering();
  return Array.from({ length: channels }, (_, channel) => buffer.getChannelData(channel));
}

const heard = (samples: Float32Array | undefined) =>
  [...(samples ?? [])].flatMap((value, frame) => (value === 0 ? [] : [[frame, value]]));

test('a millisecond in its channel, from the sample of the moment on; the other is silent', async () => {
  for (const channel of [0, 1]) {
    const told: unknown[] = [];
    const sides = await rendered((context) => told.push(syncClick(context, 1001 / RATE, { channel, level: 0.25 })));
    expect(heard(sides[channel])).toEqual(Array.from({ length: 48 }, (_, n) => [1001 + n, 0.25]));
    expect(heard(sides[1 - channel])).toEqual([]);
    expect(told).toEqual([{ moment: 1001 / RATE, late: 0 }]);
  }
});

test('it is added to what sounds there, and of more channels none is mixed into another', async () => {
  const sides = await rendered((context) => {
    const tone = new ConstantSourceNode(context, { offset: 0.125 });
    tone.connect(context.destination);
    tone.start();
    syncClick(context, 0.05, { channel: 2, level: 0.5, milliseconds: 0.1 });
    syncClick(context, 0.01, { channel: 0, level: 0.5, milliseconds: 0.1 });
  }, 4);
  expect(heard(sides[2])).toEqual(Array.from({ length: 5 }, (_, n) => [2400 + n, 0.5]));
  expect(sides[0]?.slice(479, 486)).toEqual(new Float32Array([0.125, 0.625, 0.625, 0.625, 0.625, 0.625, 0.125]));
  expect(heard(sides[3])).toEqual([]);
});

test('the same sample as a sound that begins at the same moment', async () => {
  // Between two samples: both are rounded alike.
  const moment = 777.4 / RATE;
  const [left, right] = await rendered((context) => {
    const buffer = new AudioBuffer({ length: 10, sampleRate: RATE });
    buffer.getChannelData(0).fill(0.5);
    const source = new AudioBufferSourceNode(context, { buffer });
    const merger = new ChannelMergerNode(context, { numberOfInputs: 2 });
    source.connect(merger, 0, 0).connect(context.destination);
    source.start(Math.round(moment * RATE) / RATE);
    syncClick(context, moment, { channel: 1 });
  });
  expect(heard(left)[0]?.[0]).toBe(777);
  expect(heard(right)[0]?.[0]).toBe(777);
});

test('a moment that has passed: at once, and it says how late', async () => {
  const context = new AudioContext({ sampleRate: RATE });
  await context.resume();
  await expect.poll(() => context.currentTime).toBeGreaterThan(0.05);
  const asked = context.currentTime - 0.04;
  const { moment, late } = syncClick(context, asked);
  expect(late).toBeGreaterThanOrEqual(39.9);
  expect(moment - asked).toBeCloseTo(late / 1000, 4);
  await context.close();
});

test('what cannot be is refused', () => {
  const context = new OfflineAudioContext({ numberOfChannels: 2, length: 10, sampleRate: RATE });
  for (const channel of [-1, 2, 0.5])
    expect(() => syncClick(context, 0, { channel })).toThrow(`the channel is ${channel}`);
  for (const level of [0, 1.1, Number.NaN])
    expect(() => syncClick(context, 0, { level })).toThrow(`the level is ${level}`);
  for (const milliseconds of [0, 21, Number.NaN])
    expect(() => syncClick(context, 0, { milliseconds })).toThrow(`the click lasts ${milliseconds} ms`);
});
