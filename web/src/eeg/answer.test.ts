import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { checkProgram } from '@nes/program/check.ts';
import { playedPhaseAt } from '@nes/program/phase.ts';
import { onTestFinished, test } from 'vitest';
import { type Answer, answer, blockText, PHASE_CHANNEL, type Verdict } from './answer.ts';
import { sentence } from './answer-text.ts';
import { readEeg } from './read/read.ts';
import type { Recording } from './recording.ts';
import { seeded } from './response.ts';

const shared = join(import.meta.dirname, '../../../../shared/eeg');
const real = { skip: !existsSync(shared) };

async function open(...names: string[]): Promise<Recording[]> {
  return await Promise.all(
    names.map(async (name) => readEeg(await readFile(join(shared, name)), async () => undefined)),
  );
}

const verdicts = ({ channels }: Answer) =>
  Object.fromEntries(channels.map((one) => [one.name, one.verdict])) as Record<string, Verdict>;

async function muse(folder: string): Promise<Recording[]> {
  return await open(...(await readdir(join(shared, folder))).sort().map((file) => join(folder, file)));
}

test('sound: TP9 and TP10 follow at the rate that was played and at no other; AF7 and AF8 do not', real, async () => {
  const recordings = await muse('muse-ssaep');
  for (const [marker, rateHz, other] of [
    ['1', 45, 40.018],
    ['2', 40.018, 45],
  ] as const) {
    const found = answer(recordings, { rateHz, marker });
    assert.deepEqual(verdicts(found), {
      TP9: 'follows',
      AF7: 'not-seen',
      AF8: 'not-seen',
      TP10: 'follows',
      'Right AUX': 'cannot-tell',
    });
    assert.equal(found.channels[4]?.reason, 'not-worn');
    for (const elsewhere of [other, 42.5]) {
      const said = verdicts(answer(recordings, { rateHz: elsewhere, marker }));
      for (const name of ['TP9', 'AF7', 'AF8', 'TP10'])
        assert.equal(said[name], 'not-seen', `${name} at ${elsewhere} under ${rateHz}`);
    }
  }
});

test('light: the electrode over the visual cortex follows, behind strong mains at the ears too', real, async () => {
  const recordings = await muse('muse-ssvep');
  for (const [marker, rateHz] of [
    ['1', 30],
    ['2', 20],
  ] as const) {
    const said = verdicts(answer(recordings, { rateHz, marker }));
    for (const name of ['TP9', 'TP10', 'Right AUX']) assert.equal(said[name], 'follows', `${name} at ${rateHz}`);
  }
});

test(
  'subjects 12 and 3 follow the lamp they look at, with eight trials; subject 11 does not anywhere',
  real,
  async () => {
    for (const subject of ['12', '03', '11']) {
      const recordings = await open(`ssvep-exo/subject${subject}.edf`);
      for (const rateHz of [13, 17, 21]) {
        const found = answer(recordings, { rateHz, marker: `${rateHz} Hz` });
        if (subject === '11')
          assert.ok(
            found.channels.every((one) => one.verdict === 'not-seen'),
            sentence(found),
          );
        else assert.equal(verdicts(found).Oz, 'follows', `subject ${subject}, ${rateHz} Hz: ${found.channels[0]?.p}`);
        const rest = answer(recordings, { rateHz, marker: 'rest' });
        assert.equal(verdicts(rest).Oz, 'not-seen', `subject ${subject}, rest, ${rateHz} Hz`);
      }
    }
  },
);

/** A recording of noise with a 1/f slope, and what is to be added to it. */
function made(seconds: number, add: (seconds: number) => number, rate = 256): Recording {
  const random = seeded(seconds + 17);
  const normal = () => Math.sqrt(-2 * Math.log(random() || 1e-9)) * Math.cos(2 * Math.PI * random());
  let slow = 0;
  const noise = () => {
    slow = 0.97 * slow + normal();
    return 2 * slow + 3 * normal();
  };
  const samples = Float64Array.from({ length: seconds * rate }, (_, n) => noise() + add(n / rate));
  const other = Float64Array.from({ length: seconds * rate }, noise);
  return {
    format: 'made',
    sampleRateHz: rate,
    channels: [
      { name: 'Cz', unit: 'uV', samples },
      { name: 'Fz', unit: 'uV', samples: other },
    ],
    annotations: [],
    segments: [{ first: 0, startSeconds: 0 }],
    notes: [],
  };
}

const gliding = checkProgram({
  durationSeconds: 120,
  voices: [
    {
      kind: 'MONAURAL',
      keyframes: [
        { at: 0, carrier: 300, beat: 38, level: 0.5 },
        { at: 120, carrier: 300, beat: 42, level: 0.5 },
      ],
    },
  ],
});

test('a gliding beat is followed by the program’s own phase, and by no constant rate', () => {
  const [voice] = gliding.voices;
  assert.ok(voice);
  const recording = made(120, (t) => Math.cos(2 * Math.PI * playedPhaseAt(gliding, voice, t).beatCycles - 1));
  const found = answer([recording], { program: gliding });
  assert.deepEqual(verdicts(found), { Cz: 'follows', Fz: 'not-seen' });
  assert.ok(Math.abs(found.rateHz - 40) < 0.01);
  assert.equal(verdicts(answer([recording], { rateHz: 40 })).Cz, 'not-seen');
});

test('the program can begin at a marker, and windows never go across a gap', () => {
  const [voice] = gliding.voices;
  assert.ok(voice);
  const recording = made(160, (t) =>
    t < 20 ? 0 : Math.cos(2 * Math.PI * playedPhaseAt(gliding, voice, t - 20).beatCycles),
  );
  recording.annotations.push({ onsetSeconds: 20, durationSeconds: 0, text: 'start' });
  assert.equal(verdicts(answer([recording], { program: gliding, marker: 'start' })).Cz, 'follows');
  const half = 80 * 256;
  recording.segments = [
    { first: 0, startSeconds: 0 },
    { first: half, startSeconds: 85 },
  ];
  const cut = answer([recording], { rateHz: 40 });
  assert.equal(cut.windows, 40);
  recording.annotations.push({ onsetSeconds: 86, durationSeconds: 10, text: 'BAD_gap' });
  assert.equal(answer([recording], { rateHz: 40 }).windows, 37);
});

test('two files of the same beat have each a phase of their own', () => {
  const beat = (phase: number) => (t: number) => 0.9 * Math.cos(2 * Math.PI * (40 * t + phase));
  const found = answer([made(80, beat(0)), made(84, beat(0.5))], { rateHz: 40 });
  assert.deepEqual(verdicts(found), { Cz: 'follows', Fz: 'not-seen' });
});

/** Ten blocks of 16 s in hidden order, the phase going on through all of them. */
function blocks(order: readonly boolean[], amplitude: (on: boolean) => number): Recording {
  const recording = made(
    order.length * 16,
    (t) => amplitude(order[Math.floor(t / 16)] as boolean) * Math.cos(2 * Math.PI * 40.25 * t + 2),
  );
  const count = recording.channels[0]?.samples.length ?? 0;
  recording.channels.push({
    name: PHASE_CHANNEL,
    unit: '',
    samples: Float64Array.from({ length: count }, (_, n) => ((n * 40.25) / 256) % 1),
  });
  recording.annotations = order.map((on, index) => ({
    onsetSeconds: index * 16,
    durationSeconds: 16,
    text: blockText({ kind: on ? 'on' : 'off', rateHz: 40.25 }),
  }));
  return recording;
}

test('blocks: what answers only with the beat follows; what answers without it as well is a control that fails', () => {
  const order = [true, false, false, true, true, false, true, false, false, true, true, false];
  const found = answer([blocks(order, (on) => (on ? 1.2 : 0))], {});
  assert.deepEqual(verdicts(found), { Cz: 'follows', Fz: 'not-seen' });
  assert.ok(Math.abs(found.rateHz - 40.25) < 1e-6);
  const everywhere = answer([blocks(order, () => 1.2)], {});
  assert.deepEqual([verdicts(everywhere).Cz, everywhere.channels[0]?.reason], ['cannot-tell', 'control']);
});

test('what cannot be told is not told: loose electrodes, the line, too little time', () => {
  const loose = made(60, (t) => 300 * Math.sin(2 * Math.PI * 0.7 * t) + 200 * Math.sin(2 * Math.PI * 3 * t));
  assert.equal(answer([loose], { rateHz: 40 }).channels[0]?.reason, 'not-worn');
  const hum = made(60, (t) => 300 * Math.sin(2 * Math.PI * 50 * t));
  assert.equal(answer([hum], { rateHz: 40 }).channels[0]?.reason, 'mains');
  assert.equal(answer([made(60, () => 0)], { rateHz: 50 }).channels[0]?.reason, 'mains');
  assert.equal(answer([made(20, () => 0)], { rateHz: 40 }).channels[0]?.reason, 'too-short');
  const still = made(60, () => 0);
  still.channels[0]?.samples.fill(12.5);
  assert.equal(answer([still], { rateHz: 40 }).channels[0]?.reason, 'not-worn');
  const moving = made(60, (t) => (t % 8 < 4 ? 150 * Math.sin(2 * Math.PI * 2 * t) : 0));
  assert.equal(answer([moving], { rateHz: 40 }).channels[0]?.reason, 'movement');
});

test('questions that cannot be answered are refused with what there is', () => {
  assert.throws(() => answer([made(60, () => 0)], {}), /does not tell the beat/);
  assert.throws(() => answer([made(60, () => 0)], { rateHz: 127 }), /expected 0.5 to 123 Hz/);
  assert.throws(() => answer([made(60, () => 0)], { rateHz: 40, marker: '7' }), /no marker "7"/);
  assert.throws(() => answer([made(60, () => 0), made(60, () => 0, 250)], { rateHz: 40 }), /256 and 250 samples/);
});

const run = promisify(execFile);
const root = join(import.meta.dirname, '../../..');

async function command(args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  try {
    return { code: 0, ...(await run(process.execPath, [join(root, 'scripts/eeg.ts'), ...args])) };
  } catch (error) {
    const failed = error as { code: number; stdout: string; stderr: string };
    return { code: failed.code, stdout: failed.stdout, stderr: failed.stderr };
  }
}

test('from the command line: one JSON object with the answer, or with what is in the file', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'nes-eeg-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const file = join(folder, 'muse.csv');
  const recording = made(60, (t) => 1.5 * Math.cos(2 * Math.PI * 40 * t));
  const rows = Array.from(
    { length: 60 * 256 },
    (_, n) =>
      `${(n / 256).toFixed(3)},${recording.channels[0]?.samples[n]?.toFixed(3)},${recording.channels[1]?.samples[n]?.toFixed(3)},${n === 512 ? 4 : 0}`,
  );
  await writeFile(file, ['timestamps,TP9,AF7,Marker0', ...rows].join('\n'));
  const { code, stdout } = await command([file, '--rate', '40']);
  assert.equal(code, 0);
  const found = JSON.parse(stdout);
  assert.deepEqual(Object.keys(found), [
    'files',
    'rateHz',
    'sampleRateHz',
    'windows',
    'leftOutShare',
    'channels',
    'sentence',
  ]);
  assert.deepEqual(Object.keys(found.channels[0]), [
    'name',
    'verdict',
    'statistic',
    'p',
    'snr',
    'plv',
    'ppc',
    'smallestVisibleMicrovolts',
  ]);
  assert.deepEqual(
    found.channels.map((one: { verdict: string }) => one.verdict),
    ['follows', 'not-seen'],
  );
  assert.match(
    found.sentence,
    /^TP9 follows the sound at 40 Hz \(p = .*, 1\.0 minutes\)\. Not seen at AF7: the smallest response that would have been seen is 0\.\d+ µV\.$/,
  );
  const listed = JSON.parse((await command([file, '--list'])).stdout);
  assert.deepEqual(listed, {
    format: 'Muse CSV',
    sampleRateHz: 256,
    samples: 15_360,
    channels: ['TP9', 'AF7'],
    annotations: [{ onsetSeconds: 2, durationSeconds: 0, text: '4' }],
  });
  assert.equal((await command([])).code, 2);
  const nothing = await command([join(folder, 'none.edf'), '--rate', '40']);
  assert.deepEqual([nothing.code, nothing.stderr.includes('none.edf: there is no such file')], [1, true]);
  assert.match((await command([file])).stderr, /does not tell the beat/);
  assert.match((await command([file, '--rate', 'fast'])).stderr, /--rate is "fast"/);
});
