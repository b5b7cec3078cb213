import { checkProgram } from '@nes/program/check.ts';
import { afterEach, assert, expect, test } from 'vitest';
import { userEvent } from 'vitest/browser';
import { createRenderer } from './engine.ts';
import { decibels, highPassed, peak, rms } from './measure.ts';
import { openNative } from './native-output.ts';
import { openWorklet } from './output.ts';
import { Player } from './player.ts';
import { makeScore } from './score.ts';
import type { Command } from './transport.ts';
import type { WorkletReport } from './worklet.ts';

const rate = 48_000;

const program = checkProgram({
  durationSeconds: 60,
  voices: [
    {
      kind: 'BINAURAL',
      keyframes: [
        { at: 0, carrier: 220, beat: 10, level: 0.4 },
        { at: 60, carrier: 200, beat: 4, level: 0.4 },
      ],
    },
    { kind: 'ISOCHRONIC', keyframes: [{ at: 0, carrier: 260, beat: 6, level: 0.2 }] },
    { kind: 'NOISE', keyframes: [{ at: 0, level: 0.2 }] },
  ],
});

const players: Player[] = [];
afterEach(() => {
  for (const player of players.splice(0)) player.dispose();
});

/** Renders the worklet offline; every command is sent while the context is held at its second. */
async function heard(
  seconds: number,
  commands: [number, Command][],
): Promise<{ left: Float32Array; right: Float32Array; reports: WorkletReport[] }> {
  const context = new OfflineAudioContext(2, seconds * rate, rate);
  const reports: WorkletReport[] = [];
  const output = await openWorklet(context, context.destination, true, (report) => reports.push(report));
  await output.loadKit();
  for (const at of new Set(commands.map(([when]) => when))) {
    void context.suspend(at).then(async () => {
      for (const [when, command] of commands) if (when === at) output.send(command);
      // Messages reach the audio thread in order; a moment is enough for it to take them.
      await new Promise((resolve) => setTimeout(resolve, 200));
      await context.resume();
    });
  }
  const buffer = await context.startRendering();
  await new Promise((resolve) => setTimeout(resolve, 200));
  output.close();
  return { left: buffer.getChannelData(0), right: buffer.getChannelData(1), reports };
}

const start: [number, Command][] = [
  [0.1, { type: 'program', score: makeScore(program), options: {}, restart: true }],
  [0.1, { type: 'play', fromSeconds: 0, fadeSeconds: 1 }],
];

test('live and export null below −90 dB', async () => {
  const { left, right, reports } = await heard(4, start);
  const place = reports.find((report) => report.type === 'place' && report.rate > 0);
  assert(place?.type === 'place');
  const mine = [new Float32Array(3 * rate), new Float32Array(3 * rate)] as const;
  createRenderer(program, rate).render(0, ...mine);
  const first = place.frame - Math.round(place.seconds * rate);
  for (const [live, exported] of [
    [left, mine[0]],
    [right, mine[1]],
  ] as const) {
    // After the rise at the start.
    const from = Math.round(1.1 * rate);
    const difference = exported.slice(from).map((value, n) => value - (live[first + from + n] ?? 0));
    expect(rms(exported.subarray(from))).toBeGreaterThan(0.1);
    expect(decibels(peak(difference))).toBeLessThan(-90);
  }
});

test('pause, seek, volume, mute, a changed program and stop leave no click', async () => {
  const steady = checkProgram({
    durationSeconds: 60,
    voices: [
      { kind: 'BINAURAL', keyframes: [{ at: 0, carrier: 250, beat: 6, level: 0.4 }] },
      { kind: 'BINAURAL', keyframes: [{ at: 0, carrier: 210, beat: 4, level: 0.2 }] },
    ],
  });
  const { left } = await heard(8, [
    [0.1, { type: 'program', score: makeScore(steady), options: {}, restart: true }],
    [0.1, { type: 'play', fromSeconds: 0, fadeSeconds: 1 }],
    [2, { type: 'pause' }],
    [2.5, { type: 'play', fromSeconds: null, fadeSeconds: 0.5 }],
    [3.5, { type: 'seek', seconds: 31.234 }],
    [4, { type: 'volume', gain: 0.3 }],
    [4.5, { type: 'volume', gain: 1 }],
    [5, { type: 'voices', on: [true, false] }],
    [5.5, { type: 'voices', on: [true, true] }],
    [6, { type: 'program', score: makeScore({ ...steady, gain: 0.5 }), options: {}, restart: false }],
    [6.5, { type: 'hush', on: true }],
    [7, { type: 'hush', on: false }],
    [7.5, { type: 'stop', fadeSeconds: 0 }],
  ]);
  const high = highPassed(left, rate, 2000);
  const steadyPeak = peak(high.subarray(1.5 * rate, 1.95 * rate));
  const whole = peak(high.subarray(1.5 * rate));
  expect(peak(left)).toBeGreaterThan(0.5);
  expect(decibels(whole / Math.max(steadyPeak, 1e-6))).toBeLessThan(1);
  // And each of them did something.
  expect(peak(left.subarray(2.1 * rate, 2.4 * rate))).toBe(0);
  expect(peak(left.subarray(4.2 * rate, 4.4 * rate))).toBeLessThan(0.3);
  expect(peak(left.subarray(6.6 * rate, 6.9 * rate))).toBe(0);
  expect(peak(left.subarray(7.6 * rate))).toBe(0);
});

test('an emergency stop is silent within 20 ms, without a click', async () => {
  const { left } = await heard(3, [...start, [2, { type: 'emergency' }]]);
  expect(peak(left.subarray(1.9 * rate, 2 * rate))).toBeGreaterThan(0.2);
  expect(peak(left.subarray(2.02 * rate))).toBe(0);
});

// A machine whose cores are all taken makes any sound stutter, whatever the main thread does; hence the tries. Sound that
// hung on the main thread would fail in each.
test('the player plays, tells the heard time, survives a blocked main thread and stops', { retry: 3 }, async () => {
  const player = new Player();
  players.push(player);
  player.load(program);
  expect(player.state).toBe('stopped');
  player.setVolume(0.2);
  // Sound needs a touch.
  await userEvent.click(document.body);
  await player.play();
  expect(player.output).toBe('worklet');
  await new Promise((resolve) => setTimeout(resolve, 1_000));
  const before = player.heardSeconds();
  const began = performance.now();
  for (let block = 0; block < 6; block++) {
    const until = performance.now() + 400;
    while (performance.now() < until);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  const passed = (performance.now() - began) / 1000;
  expect(player.underruns).toBe(0);
  expect(Math.abs(player.heardSeconds() - before - passed)).toBeLessThan(0.05);
  player.seek(30);
  await new Promise((resolve) => setTimeout(resolve, 400));
  expect(player.heardSeconds()).toBeGreaterThan(30);
  expect(player.heardSeconds()).toBeLessThan(30.6);
  player.pause();
  await new Promise((resolve) => setTimeout(resolve, 300));
  const paused = player.heardSeconds();
  await new Promise((resolve) => setTimeout(resolve, 200));
  expect(player.heardSeconds()).toBe(paused);
  player.emergencyStop();
  expect(player.state).toBe('stopped');
});

const wait = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

async function playing(): Promise<Player> {
  const player = new Player();
  players.push(player);
  player.load(program);
  player.setVolume(0.2);
  await userEvent.click(document.body);
  await player.play();
  await wait(500);
  return player;
}

test('what is made ready beforehand, or played after a program that needed less, is heard like anything else', async () => {
  const player = new Player();
  players.push(player);
  await userEvent.click(document.body);
  await player.prepare();
  const moves = async () => {
    await player.play();
    const from = player.heardSeconds();
    await expect.poll(() => player.heardSeconds(), { timeout: 10_000 }).toBeGreaterThan(from + 0.2);
  };
  player.load(checkProgram({ ...program, voices: [program.voices[0]] }));
  await moves();
  player.stop();
  // Its voices are fetched into the audio thread only now.
  player.load(program);
  await moves();
  player.stop();
});

test('a seek with its moment is heard at that moment, however late it takes effect', async () => {
  const player = await playing();
  const moment = performance.now();
  player.seek(30, moment);
  const off = () => Math.abs(player.heardSeconds() - 30 - (performance.now() - moment) / 1000);
  await expect.poll(off, { timeout: 10_000 }).toBeLessThan(0.005);
});

test('a seek without a moment is heard when the player says so', async () => {
  const player = await playing();
  await wait(500);
  player.seek(30);
  const moment = performance.now() + player.lagSeconds * 1000;
  await wait(1_000);
  // One buffer more, where the audio thread has begun the next one already.
  expect(Math.abs(player.heardSeconds() - 30 - (performance.now() - moment) / 1000)).toBeLessThan(0.03);
});

test('without AudioWorklet native buffers play the same transport, and the player says so', async () => {
  const own = Object.getOwnPropertyDescriptor(BaseAudioContext.prototype, 'audioWorklet');
  assert(own);
  Object.defineProperty(BaseAudioContext.prototype, 'audioWorklet', { configurable: true, get: () => undefined });
  try {
    const player = await playing();
    expect(player.output).toBe('native');
    const from = performance.now();
    const before = player.heardSeconds(from);
    await wait(1500);
    // A busy machine wakes the test late; the sound must have kept the clock's pace all the same.
    const now = performance.now();
    expect(Math.abs(player.heardSeconds(now) - before - (now - from) / 1000)).toBeLessThan(0.2);
    player.seek(40);
    await wait(500);
    expect(player.heardSeconds()).toBeGreaterThan(40);
    player.pause();
    await wait(400);
    const paused = player.heardSeconds();
    await wait(200);
    expect(player.heardSeconds()).toBe(paused);
    player.emergencyStop();
    expect(player.state).toBe('stopped');
  } finally {
    Object.defineProperty(BaseAudioContext.prototype, 'audioWorklet', own);
  }
});

test('the native output makes the sound of the program', async () => {
  await userEvent.click(document.body);
  const context = new AudioContext();
  await context.resume();
  const analyser = context.createAnalyser();
  analyser.fftSize = 8192;
  const output = openNative(context, analyser, () => undefined);
  output.send({ type: 'program', score: makeScore(program), options: {}, restart: true });
  output.send({ type: 'play', fromSeconds: 0, fadeSeconds: 0.1 });
  const level = () => {
    const samples = new Float32Array(analyser.fftSize);
    analyser.getFloatTimeDomainData(samples);
    return rms(samples);
  };
  await wait(1200);
  expect(level()).toBeGreaterThan(0.15);
  output.send({ type: 'emergency' });
  await wait(500);
  expect(level()).toBe(0);
  output.close();
  await context.close();
});

test('an interruption by the system is told, and the next touch goes on at the same place', async () => {
  const player = await playing();
  const told: string[] = [];
  for (const type of ['interrupted', 'recovered']) player.addEventListener(type, () => told.push(type));
  const place = player.heardSeconds();
  await player.context?.suspend();
  await wait(200);
  expect(player.state).toBe('interrupted');
  await userEvent.click(document.body);
  await wait(600);
  expect(player.state).toBe('playing');
  expect(told).toEqual(['interrupted', 'recovered']);
  expect(Math.abs(player.heardSeconds() - place)).toBeLessThan(1.5);
});

test('a frozen clock is noticed, and a new context goes on at the same place', async () => {
  const player = await playing();
  const frozen = player.context;
  assert(frozen);
  const place = player.heardSeconds();
  const stopped = frozen.currentTime;
  Object.defineProperty(frozen, 'currentTime', { get: () => stopped });
  await new Promise((resolve) => player.addEventListener('recovered', resolve, { once: true }));
  expect(player.context).not.toBe(frozen);
  expect(frozen.state).toBe('closed');
  expect(player.state).toBe('playing');
  await expect.poll(() => player.heardSeconds(), { timeout: 5000 }).toBeGreaterThan(place + 0.2);
  expect(player.heardSeconds()).toBeLessThan(place + 5);
});

test('a player that is disposed of leaves nothing open', async () => {
  const player = await playing();
  const { context } = player;
  player.dispose();
  await wait(300);
  expect(context?.state).toBe('closed');
  expect(player.state).toBe('idle');
  expect(player.heardSeconds()).toBe(0);
});

/** Stands in for the browser's own property while `work` runs. */
async function instead(owner: object, name: string, property: PropertyDescriptor, work: () => Promise<void>) {
  const own = Object.getOwnPropertyDescriptor(owner, name);
  Object.defineProperty(owner, name, { configurable: true, ...property });
  try {
    await work();
  } finally {
    if (own) Object.defineProperty(owner, name, own);
    else Reflect.deleteProperty(owner, name);
  }
}

/** Peaks of what the context puts out, as a node on the audio thread measures them. */
async function meter(player: Player): Promise<() => number> {
  const { context } = player;
  assert(context);
  const analyser = context.createAnalyser();
  // One block, so that what it tells is of now.
  analyser.fftSize = 128;
  // Whatever the player connected to the destination is heard there too.
  const destination = context.destination as unknown as { tapped?: AudioNode[] };
  for (const node of destination.tapped ?? []) node.connect(analyser);
  const samples = new Float32Array(analyser.fftSize);
  return () => {
    analyser.getFloatTimeDomainData(samples);
    return peak(samples);
  };
}

/** Notes what is connected to any destination, so that a meter can listen to it. */
function tapDestinations(work: () => Promise<void>): Promise<void> {
  const connect = AudioNode.prototype.connect as (this: AudioNode, node: AudioNode) => AudioNode;
  const value = function (this: AudioNode, node: AudioNode, ...more: []) {
    if (node instanceof AudioDestinationNode) {
      const destination = node as unknown as { tapped?: AudioNode[] };
      destination.tapped = [...(destination.tapped ?? []), this];
    }
    return connect.call(this, node, ...more);
  };
  return instead(AudioNode.prototype, 'connect', { value, writable: true }, work);
}

test('another output device: silent while it changes, heard again after, and kept where it fails', async () => {
  const player = new Player({ background: false });
  players.push(player);
  player.load(program);
  const asked: { id: string; level: number }[] = [];
  let level = () => Number.NaN;
  const value = async (id: string) => {
    asked.push({ id, level: level() });
    if (id === 'gone') throw new DOMException('no such device', 'NotFoundError');
  };
  await tapDestinations(() =>
    instead(AudioContext.prototype, 'setSinkId', { value, writable: true }, async () => {
      await userEvent.click(document.body);
      await player.play();
      level = await meter(player);
      await expect.poll(() => level(), { timeout: 10_000 }).toBeGreaterThan(0.01);
      await player.setOutputDevice('kitchen');
      expect(asked).toEqual([{ id: 'kitchen', level: 0 }]);
      expect(player.outputDevice).toBe('kitchen');
      await expect.poll(() => level(), { timeout: 10_000 }).toBeGreaterThan(0.01);
      await expect(player.setOutputDevice('gone')).rejects.toThrow('no such device');
      expect(player.outputDevice).toBe('kitchen');
      await expect.poll(() => level(), { timeout: 10_000 }).toBeGreaterThan(0.01);
    }),
  );
});

test('a chosen device that is unplugged gives way to the system’s choice', async () => {
  const player = await playing();
  const asked: string[] = [];
  let plugged = ['kitchen'];
  const enumerate = async () => plugged.map((deviceId) => ({ kind: 'audiooutput', deviceId, label: deviceId }));
  const setSink = async (id: string) => {
    asked.push(id);
  };
  await instead(AudioContext.prototype, 'setSinkId', { value: setSink, writable: true }, () =>
    instead(navigator.mediaDevices, 'enumerateDevices', { value: enumerate, writable: true }, async () => {
      await player.setOutputDevice('kitchen');
      navigator.mediaDevices.dispatchEvent(new Event('devicechange'));
      await wait(200);
      expect(asked).toEqual(['kitchen']);
      const lost = new Promise((resolve) => player.addEventListener('devicelost', resolve, { once: true }));
      plugged = [];
      navigator.mediaDevices.dispatchEvent(new Event('devicechange'));
      await lost;
      expect(asked).toEqual(['kitchen', '']);
      expect(player.outputDevice).toBe('');
      expect(player.state).toBe('playing');
    }),
  );
});

test('the system is told that this is playback, where it asks (navigator.audioSession)', async () => {
  const session = { type: 'auto' };
  await instead(navigator, 'audioSession', { value: session }, async () => {
    await playing();
    expect(session.type).toBe('playback');
  });
});

test('with background playback the sound goes through a media element, which a lock screen lets live', async () => {
  const elements: HTMLAudioElement[] = [];
  const value = new Proxy(Audio, {
    construct(Made, values) {
      const element = new Made(...values);
      elements.push(element);
      return element;
    },
  });
  await instead(window, 'Audio', { value, writable: true }, async () => {
    const player = new Player({ background: true });
    players.push(player);
    player.load(program);
    await userEvent.click(document.body);
    await player.play();
    const [element] = elements;
    assert(element);
    expect(element.srcObject).toBeInstanceOf(MediaStream);
    expect(element.paused).toBe(false);
    const stream = element.srcObject as MediaStream;
    expect(stream.getAudioTracks()[0]?.readyState).toBe('live');
    player.pause();
    expect(element.paused).toBe(true);
    await player.play();
    expect(element.paused).toBe(false);
    player.dispose();
    await expect.poll(() => element.srcObject).toBeNull();
  });
});

test('a sleep timer that is set before the first sound ends it', async () => {
  const player = new Player();
  players.push(player);
  player.load(program);
  player.setVolume(0.2);
  player.setSleepTimer(0.5, 0.5);
  await userEvent.click(document.body);
  const stopped = new Promise((resolve) =>
    player.addEventListener('statechange', () => player.state === 'stopped' && resolve(null)),
  );
  await player.play();
  expect(player.state).toBe('playing');
  await stopped;
  expect(player.heardSeconds()).toBe(0);
});

test('a mute, a solo and both at once leave the voices that are meant', async () => {
  const tones = checkProgram({
    durationSeconds: 60,
    voices: [300, 500, 700].map((carrier) => ({
      kind: 'BINAURAL',
      keyframes: [{ at: 0, carrier, beat: 0, level: 0.3 }],
    })),
  });
  const player = new Player({ background: false });
  players.push(player);
  player.load(tones);
  await tapDestinations(async () => {
    await userEvent.click(document.body);
    await player.play();
    const { context } = player;
    assert(context);
    const analyser = context.createAnalyser();
    analyser.fftSize = 8192;
    analyser.smoothingTimeConstant = 0;
    for (const node of (context.destination as unknown as { tapped: AudioNode[] }).tapped) node.connect(analyser);
    const spectrum = new Float32Array(analyser.frequencyBinCount);
    const heardTones = () => {
      analyser.getFloatFrequencyData(spectrum);
      return [300, 500, 700]
        .filter((hertz) => (spectrum[Math.round((hertz * analyser.fftSize) / context.sampleRate)] ?? -200) > -50)
        .join(' ');
    };
    const heard = (tones: string) => expect.poll(heardTones, { timeout: 15_000 }).toBe(tones);
    await heard('300 500 700');
    player.setVoiceMuted(0, true);
    await heard('500 700');
    player.setVoiceSolo(2, true);
    await heard('700');
    player.setVoiceSolo(2, false);
    player.setVoiceMuted(0, false);
    await heard('300 500 700');
  });
});
