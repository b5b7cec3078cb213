import { expect, test } from 'vitest';
import { LoudnessMeter } from './analysis/loudness-meter.ts';
import { evenGain, type Modulation, Modulator, playFaded, TARGET_LUFS } from './music.ts';

const RATE = 48_000;

/** A seeded noise between −1 and 1, lowered to an amplitude. */
function noise(seconds: number, amplitude: number, seed: number, channels = 2): AudioBuffer {
  const buffer = new AudioBuffer({ length: seconds * RATE, numberOfChannels: channels, sampleRate: RATE });
  let state = seed;
  for (let channel = 0; channel < channels; channel++) {
    const data = buffer.getChannelData(channel);
    for (let n = 0; n < data.length; n++) {
      state = (Math.imul(state, 1664525) + 1013904223) | 0;
      data[n] = (amplitude * state) / 2 ** 31;
    }
  }
  return buffer;
}

/** A tone; a louder second half where that is asked for. */
function tone(seconds: number, hertz: number, amplitude: number, later = amplitude): AudioBuffer {
  const buffer = new AudioBuffer({ length: seconds * RATE, numberOfChannels: 1, sampleRate: RATE });
  const data = buffer.getChannelData(0);
  for (let n = 0; n < data.length; n++)
    data[n] = (n < data.length / 2 ? amplitude : later) * Math.sin((2 * Math.PI * hertz * n) / RATE);
  return buffer;
}

function lufsOf(left: Float32Array, right: Float32Array): number {
  const meter = new LoudnessMeter(RATE, false);
  meter.push(left, right);
  return meter.finish().lufs ?? Number.NEGATIVE_INFINITY;
}

test('five files of different loudness are within 0.5 LU of each other, by BS.1770', async () => {
  const files = [noise(6, 0.9, 1), noise(6, 0.02, 2), tone(6, 440, 0.5), tone(6, 1000, 0.01, 0.3), noise(6, 0.2, 3, 1)];
  const context = new OfflineAudioContext(2, 30 * RATE, RATE);
  let at = 0;
  for (const file of files) at = playFaded(context, context.destination, file, await evenGain(file), at, 0).next;
  const heard = await context.startRendering();
  const [left, right] = [heard.getChannelData(0), heard.getChannelData(1)];
  const levels = files.map((_, index) =>
    lufsOf(left.slice(index * 6 * RATE, (index + 1) * 6 * RATE), right.slice(index * 6 * RATE, (index + 1) * 6 * RATE)),
  );
  expect(Math.max(...levels) - Math.min(...levels)).toBeLessThan(0.5);
  for (const level of levels) expect(Math.abs(level - TARGET_LUFS)).toBeLessThan(0.5);
});

test('a file that would pass full scale is raised no further', async () => {
  const file = tone(4, 1000, 0.001);
  const data = file.getChannelData(0);
  data[RATE] = 0.9;
  expect((await evenGain(file)) * 0.9).toBeLessThan(1);
});

test('a seam has no dip of more than 0.3 dB', async () => {
  const [a, b] = [noise(8, 0.3, 5), noise(8, 0.3, 6)];
  const context = new OfflineAudioContext(2, 12 * RATE, RATE);
  const { next } = playFaded(context, context.destination, a, 1, 0, 4);
  playFaded(context, context.destination, b, 1, next, 4);
  expect(next).toBe(4);
  const heard = (await context.startRendering()).getChannelData(0);
  const power = (from: number, to: number): number => {
    let sum = 0;
    for (let n = from * RATE; n < to * RATE; n++) sum += (heard[n] ?? 0) ** 2;
    return 10 * Math.log10(sum / ((to - from) * RATE));
  };
  // By itself: a whole second in which neither fades would be 0.3²/3.
  const steady = 10 * Math.log10(0.3 ** 2 / 3);
  for (let at = 4; at < 8; at += 0.5) expect(power(at, at + 0.5) - steady).toBeGreaterThan(-0.3);
});

/** A steady tone through a modulator, from when everything has settled. */
async function modulated(hertz: number, modulation: Modulation, seconds: number): Promise<Float32Array> {
  const context = new OfflineAudioContext(1, (seconds + 1) * RATE, RATE);
  const source = new OscillatorNode(context, { frequency: hertz });
  const modulator = new Modulator(context, modulation);
  source.connect(modulator.input);
  modulator.output.connect(context.destination);
  source.start();
  return (await context.startRendering()).getChannelData(0).slice(RATE);
}

/** The envelope, one value a period of the tone. */
function envelope(heard: Float32Array, hertz: number): Float64Array {
  const step = RATE / hertz;
  return Float64Array.from({ length: Math.floor(heard.length / step) }, (_, n) => {
    let sum = 0;
    for (let k = 0; k < step; k++) sum += (heard[n * step + k] ?? 0) ** 2;
    return Math.sqrt((2 * sum) / step);
  });
}

/** Amplitude of a frequency in an envelope. */
function line(values: Float64Array, rate: number, hertz: number): number {
  let cosine = 0;
  let sine = 0;
  values.forEach((value, n) => {
    const angle = (2 * Math.PI * hertz * n) / rate;
    // A window without corners, so that what stands beside does not leak in.
    const weight = (1 - Math.cos((2 * Math.PI * n) / values.length)) * value;
    cosine += weight * Math.cos(angle);
    sine += weight * Math.sin(angle);
  });
  return (2 * Math.hypot(cosine, sine)) / values.length;
}

const mean = (values: Float64Array): number => values.reduce((sum, value) => sum + value, 0) / values.length;

test('music is modulated at 16 Hz: the rate within 0.01 Hz, the depth within 2 %', async () => {
  for (const depth of [0.3, 1]) {
    const values = envelope(await modulated(1000, { rate: 16, depth, part: 'ALL', hertz: 500 }, 10), 1000);
    let rate = 0;
    let best = 0;
    for (let hertz = 15.96; hertz <= 16.04; hertz += 0.002) {
      const here = line(values, 1000, hertz);
      if (here > best) [best, rate] = [here, hertz];
    }
    expect(Math.abs(rate - 16)).toBeLessThanOrEqual(0.01);
    // 1 − depth/2 (1 − cos): a swing of depth/2 around 1 − depth/2.
    const found = (2 * best) / (mean(values) + best);
    expect(Math.abs(found - depth)).toBeLessThan(0.02 * depth);
  }
});

test('only what lies above the chosen frequency moves, or only what lies below', async () => {
  const moving = async (hertz: number, part: 'ABOVE' | 'BELOW'): Promise<number> => {
    const values = envelope(await modulated(hertz, { rate: 16, depth: 0.8, part, hertz: 500 }, 2), hertz);
    return line(values, hertz, 16) / mean(values);
  };
  expect(await moving(4000, 'ABOVE')).toBeGreaterThan(0.6);
  expect(await moving(100, 'ABOVE')).toBeLessThan(0.01);
  expect(await moving(100, 'BELOW')).toBeGreaterThan(0.6);
  expect(await moving(4000, 'BELOW')).toBeLessThan(0.01);
});

test('a rate of 0 leaves the music as it is', async () => {
  const heard = await modulated(440, { rate: 0, depth: 1, part: 'ABOVE', hertz: 500 }, 1);
  let peak = 0;
  for (const value of heard) peak = Math.max(peak, Math.abs(value));
  expect(peak).toBeCloseTo(1, 3);
});
