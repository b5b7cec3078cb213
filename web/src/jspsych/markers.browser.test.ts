import { expect, test } from 'vitest';
import { markAt, midiClock, midiNotes, serialBytes, serialPulses } from './markers.ts';
import { performanceTime } from './moment.ts';

/** A context whose second 1 comes out in so many milliseconds: what is between two real clocks is not what is tried here. */
function contextWith(milliseconds: number): AudioContext {
  const performanceTime = performance.now() + milliseconds;
  return { getOutputTimestamp: () => ({ contextTime: 1, performanceTime }) } as AudioContext;
}

/** A port that notes what came, and when by the page's clock. */
function fakeSerial() {
  const came: { code: number; at: number }[] = [];
  const levels: boolean[] = [];
  return {
    came,
    levels,
    writable: new WritableStream<Uint8Array>({
      write: (bytes) => {
        came.push({ code: bytes[0] ?? 0, at: performance.now() });
      },
    }),
    setSignals: async ({ dataTerminalReady }: { dataTerminalReady: boolean }) => {
      levels.push(dataTerminalReady);
    },
  };
}

test('bytes: one each, in order, never before its moment, and what is told as late is what was', async () => {
  const serial = fakeSerial();
  const port = serialBytes(serial);
  for (let code = 1; code <= 20; code++) {
    const context = contextWith(60);
    const told = await markAt(context, 1, port, code);
    const came = serial.came.at(-1);
    expect(came?.code).toBe(code);
    expect(told).toMatchObject({ code, moment: 1 });
    expect(told.late).toBeGreaterThanOrEqual(0);
    // The stream hands on what it was given; only that lies between the two.
    expect((came?.at ?? 0) - performanceTime(context, 1)).toBeGreaterThanOrEqual(told.late - 0.01);
  }
  expect(serial.came.map(({ code }) => code)).toEqual(Array.from({ length: 20 }, (_, n) => n + 1));
});

test('a moment that has passed is sent at once and says how late', async () => {
  const serial = fakeSerial();
  const told = await markAt(contextWith(-100), 1, serialBytes(serial), 7);
  expect(serial.came).toHaveLength(1);
  expect(told.late).toBeGreaterThanOrEqual(100);
});

test('pulses go up and down', async () => {
  const serial = fakeSerial();
  await markAt(contextWith(30), 1, serialPulses(serial), 1);
  await expect.poll(() => serial.levels).toEqual([true, false]);
});

test('notes bear the moment at which the sound comes out; codes above 127 are on the second channel', async () => {
  const context = contextWith(0);
  const sent: { bytes: number[]; at: number }[] = [];
  const output = { send: (bytes: number[], at = 0) => void sent.push({ bytes, at }) };
  await markAt(context, 2.5, midiNotes(output), 130);
  const [on, off] = sent;
  expect(on?.bytes).toEqual([0x91, 2, 127]);
  expect(off?.bytes).toEqual([0x81, 2, 0]);
  expect((off?.at ?? 0) - (on?.at ?? 0)).toBeCloseTo(10, 6);
  expect(on?.at).toBe(performanceTime(context, 2.5));
  expect(on?.at).toBe(performanceTime(context, 1) + 1500);
});

test('a port that waits is told early, not too early, and what it says of its lateness is told', async () => {
  const ahead: number[] = [];
  const port = {
    waits: true,
    send: async (_: number, at: number) => {
      ahead.push(at - performance.now());
      return 3.25;
    },
  };
  expect(await markAt(contextWith(1500), 1, port, 4)).toEqual({ code: 4, moment: 1, late: 3.25 });
  await markAt(contextWith(100), 1, port, 4);
  expect(ahead[0]).toBeLessThanOrEqual(500);
  expect(ahead[0]).toBeGreaterThan(200);
  expect(ahead[1]).toBeGreaterThan(50);
});

test('the clock ticks 24 times a beat', () => {
  const sent: { bytes: number[]; at: number }[] = [];
  midiClock({ send: (bytes, at = 0) => void sent.push({ bytes, at }) }, 1000, 10, 2);
  const ticks = sent.filter(({ bytes }) => bytes[0] === 0xf8);
  expect(ticks).toHaveLength(480);
  expect(ticks[24]?.at).toBeCloseTo(1100, 9);
  expect([sent[0], sent.at(-1)]).toEqual([
    { bytes: [0xfa], at: 1000 },
    { bytes: [0xfc], at: 3000 },
  ]);
});

test('what is no code is refused, and a closed port', async () => {
  for (const code of [0, 256, 1.5, Number.NaN])
    await expect(markAt(contextWith(0), 0, serialBytes(fakeSerial()), code)).rejects.toThrow(`the marker is ${code}`);
  expect(() => serialBytes({ ...fakeSerial(), writable: null })).toThrow('not open');
});
