import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { test } from 'vitest';
import { EegFileError, microvolts, type Recording } from '../recording.ts';
import { readEeg } from './read.ts';
import { readXdfStreams } from './xdf.ts';

const shared = join(import.meta.dirname, '../../../../../shared/eeg');
const folder = join(shared, 'formats');
const real = { skip: !existsSync(folder) };

async function open(name: string, bytes?: Uint8Array): Promise<Recording> {
  return await readEeg(bytes ?? (await readFile(join(folder, name))), async (beside) => {
    const path = join(folder, dirname(name), basename(beside));
    return existsSync(path) ? await readFile(path) : undefined;
  });
}

interface Expected {
  channels: string[];
  sfreq: number;
  samples: number;
  annotations: number;
  firstAnnotations: [number, number, string][];
  first5_ch0_SI: number[];
  sd_first3_SI: number[];
}

const near = (value: number | undefined, expected: number, place: string) => {
  // The oracle prints nine digits.
  const allowed = Math.max(1e-6 * Math.abs(expected), 1e-15);
  assert.ok(Math.abs((value ?? Number.NaN) - expected) <= allowed, `${place}: ${value}, expected ${expected}`);
};

test('EDF, BDF and BrainVision files give what MNE reads', real, async () => {
  const expected = JSON.parse(await readFile(join(folder, 'expected.json'), 'utf8')) as Record<string, Expected>;
  const names = Object.keys(expected).filter((name) => !name.endsWith('.xdf'));
  assert.equal(names.length, 10);
  for (const name of names) {
    const want = expected[name] as Expected;
    const got = await open(name);
    assert.deepEqual(
      got.channels.map((channel) => channel.name),
      want.channels,
      name,
    );
    near(got.sampleRateHz, want.sfreq, name);
    assert.equal(got.channels[0]?.samples.length, want.samples, name);
    assert.equal(got.annotations.length, want.annotations, name);
    for (const [index, [onset, duration, text]] of want.firstAnnotations.entries()) {
      const note = got.annotations[index];
      assert.ok(Math.abs((note?.onsetSeconds ?? -1) - onset) < 1e-6, `${name}: ${note?.onsetSeconds}`);
      assert.ok(Math.abs((note?.durationSeconds ?? -1) - duration) < 1e-6, `${name}: ${note?.durationSeconds}`);
      assert.equal(note?.text, text, name);
    }
    const channel = got.channels[0];
    const scale = (microvolts(channel?.unit ?? '') ?? 1e6) * 1e-6;
    for (const [index, value] of want.first5_ch0_SI.entries())
      near((channel?.samples[index] ?? 0) * scale, value, `${name}[${index}]`);
  }
});

test('values far from the start are right too: standard deviations of the first channels', real, async () => {
  const expected = JSON.parse(await readFile(join(folder, 'expected.json'), 'utf8')) as Record<string, Expected>;
  for (const name of [
    'test.edf',
    'test.bdf',
    'test_utf8.edf',
    'test.vhdr',
    'test_units.vhdr',
    'duplicate_channel_labels.edf',
    'test_uneven_samp.edf',
  ]) {
    const got = await open(name);
    for (const [index, want] of (expected[name] as Expected).sd_first3_SI.entries()) {
      const { samples, unit } = got.channels[index] as Recording['channels'][number];
      const mean = samples.reduce((sum, value) => sum + value, 0) / samples.length;
      const sd = Math.sqrt(samples.reduce((sum, value) => sum + (value - mean) ** 2, 0) / samples.length);
      assert.ok(
        Math.abs((sd * (microvolts(unit) ?? 1e6) * 1e-6) / want - 1) < 1e-5,
        `${name} ${index}: ${sd}, ${want}`,
      );
    }
  }
});

test('XDF streams have the samples and the stamps that pyxdf gives, across a reset of the clock', real, async () => {
  interface Stream {
    name: string;
    type: string;
    srate: number;
    n: number;
    first: number | null;
    last: number | null;
  }
  const expected = JSON.parse(await readFile(join(folder, 'expected.json'), 'utf8')) as Record<string, Stream[]>;
  for (const name of ['minimal.xdf', 'clock_resets.xdf', 'empty_streams.xdf']) {
    const { streams, notes } = readXdfStreams(await readFile(join(folder, name)));
    assert.deepEqual(notes, []);
    const want = expected[name] as Stream[];
    assert.deepEqual(
      streams.map(({ name, type, sampleRateHz, stamps }) => [name, type, sampleRateHz, stamps.length]).sort(),
      want.map(({ name, type, srate, n }) => [name, type, srate, n]).sort(),
    );
    for (const one of want) {
      const { stamps } = streams.find((stream) => stream.name === one.name) as (typeof streams)[number];
      if (one.first !== null)
        assert.ok(Math.abs((stamps[0] ?? 0) - one.first) < 1e-3, `${name}: ${stamps[0]} ${one.first}`);
      if (one.last !== null)
        assert.ok(Math.abs((stamps.at(-1) ?? 0) - one.last) < 1e-3, `${name}: ${stamps.at(-1)} ${one.last}`);
    }
  }
  const recording = await open('clock_resets.xdf');
  assert.equal(recording.channels[0]?.samples.length, 27_815);
  assert.equal(recording.annotations.length, 175);
  assert.equal(recording.segments.length, 2);
  const values = readXdfStreams(await readFile(join(folder, 'minimal.xdf'))).streams[0]?.values;
  assert.deepEqual(
    values?.map((one) => [...one.slice(0, 2)]),
    [
      [192, 12],
      [255, 22],
      [238, 32],
    ],
  );
});

test('OpenBCI text: every row and no lost sample', real, async () => {
  const got = await open('OpenBCI_GUI-v6-blinks-jawClench-alpha.txt');
  assert.equal(got.channels.length, 8);
  assert.equal(got.sampleRateHz, 250);
  assert.equal(got.channels[6]?.samples.length, 22_490);
  assert.deepEqual(got.notes, []);
  assert.equal(got.channels[0]?.samples[0], 61379.36);
});

test('Muse tables: rates by count, markers of the column, the names of the electrodes', real, async () => {
  const expected = JSON.parse(await readFile(join(shared, 'expected.json'), 'utf8'));
  for (const folder of ['muse-ssaep', 'muse-ssvep']) {
    for (const { file, rows, markers } of expected[folder].files) {
      const got = await readEeg(await readFile(join(shared, folder, file)), async () => undefined);
      assert.equal(got.channels[0]?.samples.length, rows);
      assert.equal(got.sampleRateHz, 256);
      assert.deepEqual(
        got.channels.map(({ name }) => name),
        ['TP9', 'AF7', 'AF8', 'TP10', 'Right AUX'],
      );
      for (const [code, count] of Object.entries(markers)) {
        assert.equal(got.annotations.filter(({ text }) => text === code).length, count);
      }
    }
  }
  const rest = await readEeg(await readFile(join(shared, 'muse-rest/resting-state.csv')), async () => undefined);
  assert.equal(rest.sampleRateHz, 250);
  assert.deepEqual(
    rest.channels.map(({ name }) => name),
    ['TP9', 'AF7', 'AF8', 'TP10'],
  );
});

const bytes = (text: string) => new TextEncoder().encode(text);
const alone = async () => undefined;

test('Mind Monitor: rows without samples are events, and an electrode that was never there is none', async () => {
  const head =
    'TimeStamp,Delta_TP9,RAW_TP9,RAW_AF7,RAW_AF8,RAW_TP10,AUX_RIGHT,AUX_LEFT,Accelerometer_X,Battery,Elements';
  const rows = Array.from({ length: 2560 }, (_, n) => {
    // Samples come in batches of twelve with one stamp.
    const time = new Date(Date.UTC(2025, 6, 1, 14, 56, 5, 592) + Math.round((Math.floor(n / 12) * 12 * 1000) / 256));
    return `${time.toISOString().replace('T', ' ').replace('Z', '')},0.5,${800 + n},801,802,803,,,0.1,80,`;
  });
  rows.unshift('2025-07-01 14:56:05.422,,,,,,,,,,/muse/event/connected MuseS-84AC');
  rows.splice(1281, 0, '2025-07-01 14:56:10.600,,,,,,,,,,/Marker/1');
  const got = await readEeg(bytes([head, ...rows].join('\r\n')), alone);
  assert.equal(got.format, 'Mind Monitor CSV');
  assert.equal(got.sampleRateHz, 256);
  assert.deepEqual(
    got.channels.map(({ name, samples }) => [name, samples.length]),
    [
      ['TP9', 2560],
      ['AF7', 2560],
      ['AF8', 2560],
      ['TP10', 2560],
    ],
  );
  assert.equal(got.channels[0]?.samples[1280], 2080);
  assert.deepEqual(got.annotations, [
    { onsetSeconds: 0, durationSeconds: 0, text: '/muse/event/connected MuseS-84AC' },
    { onsetSeconds: 5, durationSeconds: 0, text: '/Marker/1' },
  ]);
});

test('OpenBCI: a number that is missing is a lost sample, so that time goes on', async () => {
  const head = '%OpenBCI Raw EEG Data\n%Number of channels = 2\n%Sample Rate = 250.0 Hz\n%First Column = SampleIndex\n';
  const got = await readEeg(bytes(`${head}254, 1.5, 2\n255, 3, 4\n2, 5, 6\n`), alone);
  assert.deepEqual([...(got.channels[0]?.samples ?? [])], [1.5, 3, Number.NaN, Number.NaN, 5]);
  assert.deepEqual(got.notes, ['2 samples were lost on the way to the computer']);
});

test('what is wrong is said with its place, its value and what was expected', async () => {
  const refuse = (text: string, message: RegExp) => assert.rejects(() => readEeg(bytes(text), alone), message);
  await refuse('', /^EegFileError: the file is empty/);
  await refuse('hello', /it is none of: EDF/);
  await refuse('timestamps,TP9\n0.0,1\n0.004,zwei\n', /line 3: TP9 is "zwei"; expected a number/);
  await refuse('timestamps,colour\n0,1\n', /no column names an electrode/);
  await refuse('%OpenBCI Raw EEG Data\n0, 1, 2\n', /Sample Rate/);
  await refuse(
    'Brain Vision Data Exchange Header File Version 1.0\n[Common Infos]\nDataFile=../../secret\n',
    /DataOrientation is missing/,
  );
});

test('a header cannot make a reader open a file elsewhere', async () => {
  const asked: string[] = [];
  const header = [
    'Brain Vision Data Exchange Header File Version 1.0',
    '[Common Infos]',
    'DataFile=..\\..\\etc/passwd',
    'DataOrientation=MULTIPLEXED',
    'NumberOfChannels=1',
    'SamplingInterval=4000',
    '[Channel Infos]',
    'Ch1=Fz,,1,µV',
  ].join('\n');
  await assert.rejects(
    () =>
      readEeg(bytes(header), async (name) => {
        asked.push(name);
        return undefined;
      }),
    /DataFile is passwd; there is no such file beside it/,
  );
  assert.deepEqual(asked, ['passwd']);
});

/** xorshift32. */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}

const DAMAGED = [
  'test_utf8.edf',
  'test_uneven_samp.edf',
  'test_generator.bdf',
  'test.vhdr',
  'minimal.xdf',
  'empty_streams.xdf',
  'muse.csv',
  'openbci.txt',
];

for (const name of DAMAGED) {
  test(
    `${name}: 1,000 truncations and flipped bits end in a recording or a clear error, within 1 s and in little memory`,
    real,
    async () => {
      let whole: Uint8Array;
      if (name === 'muse.csv')
        whole = (await readFile(join(shared, 'muse-ssaep/data_2017-09-27-14.42.41.csv'))).subarray(0, 40_000);
      else if (name === 'openbci.txt')
        whole = (await readFile(join(folder, 'OpenBCI_GUI-v6-blinks-jawClench-alpha.txt'))).subarray(0, 40_000);
      else whole = await readFile(join(folder, name));
      const next = random(7);
      let slowest = 0;
      let refused = 0;
      for (let round = 0; round < 1000; round++) {
        const damaged = round % 2 ? Uint8Array.from(whole) : whole.slice(0, Math.floor(next() * whole.length));
        if (round % 2) {
          // Headers are where damage hurts.
          const most = round % 4 === 1 ? Math.min(2000, whole.length) : whole.length;
          for (let flips = 1 + Math.floor(next() * 8); flips > 0; flips--) {
            const at = Math.floor(next() * most);
            damaged[at] = (damaged[at] ?? 0) ^ (1 << Math.floor(next() * 8));
          }
        }
        const began = performance.now();
        try {
          const got = await open(name, damaged);
          const held = got.channels.reduce((sum, { samples }) => sum + samples.byteLength, 0);
          const beside = name.endsWith('.vhdr') ? 600_000 : 0;
          assert.ok(held <= 128 * (damaged.length + beside) + 1e6, `${held} bytes from ${damaged.length}`);
        } catch (error) {
          assert.ok(error instanceof EegFileError, `${(error as Error).stack}`);
          assert.ok(error.message.length > 10 && error.message.length < 400, error.message);
          refused++;
        }
        slowest = Math.max(slowest, performance.now() - began);
      }
      assert.ok(slowest < 1000, `${slowest} ms`);
      assert.ok(refused > 0);
    },
  );
}
