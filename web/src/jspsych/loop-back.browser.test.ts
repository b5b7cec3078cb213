import { expect, test, vi } from 'vitest';
import { type LoopMeasurement, loopInput, measureLoop, measurementOf, readClicks } from './loop-back.ts';

const RATE = 48_000;
const CLICK = 48;

/** A recording of clicks that came back after `ways` frames, through a cable with noise; `null` was lost. */
function recording(ways: (number | null)[], { noise = 0.001, level = 0.3 } = {}) {
  const due = ways.map((_, index) => 48_000 + index * 23_700 + 17);
  const all = new Float32Array((due.at(-1) ?? 0) + RATE);
  let seed = 1;
  for (const [index] of all.entries()) {
    seed = (seed * 48_271) % 2_147_483_647;
    all[index] = noise * ((2 * seed) / 2_147_483_647 - 1);
  }
  for (const [index, way] of ways.entries())
    if (way !== null)
      for (let n = 0; n < CLICK; n++) {
        const at = (due[index] ?? 0) + way + n;
        all[at] = (all[at] ?? 0) - level;
      }
  const recorded = [];
  for (let frame = 0; frame < all.length; frame += 4096)
    recorded.push({ frame, samples: all.slice(frame, frame + 4096) });
  return { due, recorded };
}

test('each way to the sample, also of a reversed polarity and across pieces; what did not come back is not made up', () => {
  const ways = [0, 1, 1000, 4095, 4096, 21_000, null, 300];
  const { due, recorded } = recording(ways);
  const read = readClicks(recorded, due, RATE);
  for (const [index, way] of ways.entries()) {
    if (way === null) expect(read[index]).toBeNaN();
    else expect(Math.abs((read[index] ?? Number.NaN) - way)).toBeLessThanOrEqual(0.51);
  }
});

test('an input that hears nothing, or only noise, finds none', () => {
  const silent = recording(Array(10).fill(null), { noise: 0 });
  expect(readClicks(silent.recorded, silent.due, RATE).every(Number.isNaN)).toBe(true);
  const noisy = recording(Array(10).fill(500), { noise: 0.2, level: 0.1 });
  expect(readClicks(noisy.recorded, noisy.due, RATE).every(Number.isNaN)).toBe(true);
  const nothing: LoopMeasurement = measurementOf([Number.NaN, Number.NaN], RATE, Number.NaN);
  expect(nothing).toEqual({
    clicks: 2,
    found: 0,
    latencyMilliseconds: null,
    jitterMilliseconds: null,
    leastMilliseconds: null,
    mostMilliseconds: null,
    outputLatencyMilliseconds: null,
    sampleRate: RATE,
  });
});

test('median, deviation, shortest and longest', () => {
  expect(measurementOf([480, 528, 480, 576, Number.NaN], RATE, 0.02)).toEqual({
    clicks: 5,
    found: 4,
    latencyMilliseconds: 10.5,
    jitterMilliseconds: expect.closeTo(0.829, 3),
    leastMilliseconds: 10,
    mostMilliseconds: 12,
    outputLatencyMilliseconds: 20,
    sampleRate: RATE,
  });
});

/** A cable without a sound card: what is to be heard goes through a delay into a stream. */
async function loop(delaySeconds: number) {
  const context = new AudioContext({ sampleRate: RATE });
  await context.resume();
  const cable = new DelayNode(context, { delayTime: delaySeconds, maxDelayTime: 1 });
  const end = new MediaStreamAudioDestinationNode(context, { channelCount: 1 });
  cable.connect(end);
  const connect = AudioNode.prototype.connect as (this: AudioNode, ...to: unknown[]) => unknown;
  AudioNode.prototype.connect = function (this: AudioNode, ...to: unknown[]) {
    if (to[0] === context.destination) connect.call(this, cable);
    return connect.apply(this, to);
  } as typeof AudioNode.prototype.connect;
  try {
    return await measureLoop(context, end.stream, { clicks: 10 });
  } finally {
    AudioNode.prototype.connect = connect as typeof AudioNode.prototype.connect;
    await context.close();
  }
}

test('played and recorded by the browser: a way that is 100 ms longer is measured so', async () => {
  const [short, long] = [await loop(0.05), await loop(0.15)];
  for (const measured of [short, long]) expect(measured).toMatchObject({ clicks: 10, found: 10 });
  const added = (long.latencyMilliseconds ?? 0) - (short.latencyMilliseconds ?? 0);
  // The stream between has a buffer of its own, of some render quanta.
  console.log(
    `${short.latencyMilliseconds} ms, ${long.latencyMilliseconds} ms; jitter ${short.jitterMilliseconds} ms, ${long.jitterMilliseconds} ms`,
  );
  expect(Math.abs(added - 100)).toBeLessThan(25);
  expect(short.latencyMilliseconds ?? 0).toBeGreaterThanOrEqual(49.9);
});

test('a number of clicks that cannot be is refused', async () => {
  for (const clicks of [9, 1001, 10.5])
    await expect(measureLoop({} as AudioContext, new MediaStream(), { clicks })).rejects.toThrow(
      `"clicks" is ${clicks}`,
    );
});

test('an input that the browser goes on processing is refused, and let go', async () => {
  const asked: unknown[] = [];
  const { stream } = new MediaStreamAudioDestinationNode(new AudioContext());
  const [track] = stream.getAudioTracks();
  let settings: MediaTrackSettings = {};
  vi.spyOn(track as MediaStreamTrack, 'getSettings').mockImplementation(() => settings);
  vi.spyOn(navigator.mediaDevices, 'getUserMedia').mockImplementation(async (constraints) => {
    asked.push(constraints);
    return stream;
  });
  expect(await loopInput()).toBe(stream);
  expect(asked).toEqual([{ audio: { echoCancellation: false, noiseSuppression: false, autoGainControl: false } }]);
  expect(track?.readyState).toBe('live');
  settings = { echoCancellation: false, noiseSuppression: true, autoGainControl: true };
  await expect(loopInput()).rejects.toThrow('does not switch off noiseSuppression, autoGainControl');
  expect(track?.readyState).toBe('ended');
});
