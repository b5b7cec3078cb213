import assert from 'node:assert/strict';
import { execFile, execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { playedPhaseAt } from '@nes/program/phase.ts';
import { valueAt } from '@nes/program/values.ts';
import { onTestFinished, test } from 'vitest';
import { answer } from './answer.ts';
import { arrivalRecord, assemble, CAPTURE_HEAD, eventRecord } from './capture.ts';
import { responseValue } from './outcome.ts';
import { readEeg } from './read/read.ts';
import { EegFileError, type Recording } from './recording.ts';
import { seeded } from './response.ts';
import { measurementRun, type Run, tuningRun } from './run.ts';
import { musePacket } from './testing/muse-packet.ts';
import { tuning } from './tuning.ts';
import { writeBids } from './write/bids.ts';
import { writeEdf } from './write/edf.ts';

const alone = async () => undefined;
const utf8 = new TextEncoder();

/** Seconds from the first sample until the sound begins. */
const SOUND_AT = 3;

/**
 * What a Muse would send while a run plays: noise, and at TP9 what `microvolts` gives for the second that is heard. The
 * device's crystal is 60 ppm off, arrivals jitter by up to 80 ms, and nothing comes between `gap`'s seconds.
 */
function captured(run: Run, microvolts: (heardSeconds: number) => number, gap?: [number, number]): Uint8Array {
  const random = seeded(31);
  const normal = () => Math.sqrt(-2 * Math.log(random() || 1e-9)) * Math.cos(2 * Math.PI * random());
  const pieces = [
    utf8.encode(CAPTURE_HEAD),
    eventRecord({ type: 'device', kind: 'muse', name: 'Muse-TEST' }, 100),
    eventRecord(
      {
        type: 'run',
        blocks: run.blocks,
        program: run.program,
        startedAt: '2026-03-04T05:06:07Z',
        earphonesAway: false,
      },
      100,
    ),
  ];
  const total = run.program.durationSeconds + SOUND_AT + 2;
  let heardAt = SOUND_AT;
  let number = 0;
  let away = false;
  for (let packet = 0; packet * 12 < total * 256; packet++) {
    const seconds = (packet * 12 * (1 + 60e-6)) / 256;
    if (gap && seconds >= gap[0] && seconds < gap[1]) {
      if (!away) pieces.push(eventRecord({ type: 'lost' }, 100 + seconds));
      away = true;
      number = 0;
      continue;
    }
    if (away) pieces.push(eventRecord({ type: 'back' }, 100 + seconds));
    away = false;
    const came = 100 + seconds + 0.02 + 0.08 * random();
    while (heardAt <= seconds && heardAt - SOUND_AT <= run.program.durationSeconds) {
      pieces.push(eventRecord({ type: 'heard', heardSeconds: heardAt - SOUND_AT }, 100 + heardAt));
      heardAt += 0.5;
    }
    for (let electrode = 0; electrode < 5; electrode++) {
      const values = Array.from({ length: 12 }, (_, n) => {
        const heard = ((packet * 12 + n) * (1 + 60e-6)) / 256 - SOUND_AT;
        const signal = electrode === 0 && heard >= 0 ? microvolts(heard) : 0;
        return Math.max(0, Math.min(4095, Math.round(2048 + (5 * normal() + signal) / 0.48828125)));
      });
      pieces.push(arrivalRecord({ seconds: came, source: 3 + electrode, bytes: musePacket(number & 0xffff, values) }));
    }
    number++;
  }
  return Uint8Array.from(Buffer.concat(pieces));
}

const blockAt = (run: Run, heard: number) =>
  run.blocks.find(({ fromSeconds, toSeconds }) => heard >= fromSeconds && heard < toSeconds);

/** A response to the beat in the sound, as long as it is there. */
const responding = (run: Run, amplitude: number) => (heard: number) => {
  const block = blockAt(run, heard);
  return block?.kind === 'on' ? amplitude * Math.cos(2 * Math.PI * block.rateHz * (heard - block.fromSeconds) - 1) : 0;
};

test('a run: one sound, the beat in half of the blocks, in an order of runs up to two; equal mean power', () => {
  const run = measurementRun(40.3, 24, 120, 5);
  const kinds = run.blocks.slice(1).map(({ kind }) => kind);
  assert.equal(run.blocks[0]?.kind, 'silence');
  assert.equal(kinds.filter((kind) => kind === 'on').length, 12);
  assert.doesNotMatch(kinds.join(), /(on,on,on|off,off,off)/);
  assert.notDeepEqual(measurementRun(40.3, 24, 120, 6).blocks, run.blocks);
  const [voice] = run.program.voices;
  assert.ok(voice);
  for (const { kind, fromSeconds, toSeconds } of run.blocks.slice(1)) {
    const middle = valueAt(voice, (fromSeconds + toSeconds) / 2);
    // Two tones of half the level have half the power of one.
    const power = kind === 'on' ? middle.level ** 2 / 2 : middle.level ** 2;
    assert.ok(Math.abs(power - 0.125) < 1e-9);
    assert.equal(middle.beat, kind === 'on' ? 40.3 : 0);
    // The beat that sounds is the one whose phase the measure takes.
    if (kind === 'on') {
      const cycles = playedPhaseAt(run.program, voice, fromSeconds + 5.2).beatCycles - 5.2 * 40.3;
      assert.ok(Math.abs(cycles - Math.round(cycles)) < 1e-6, `${cycles}`);
    }
  }
});

const run = measurementRun(40, 16, 20, 5);

test('a captured run follows where a response is, and not beside it; a gap is marked and nothing else is lost', () => {
  const made = assemble(captured(run, responding(run, 1.5), [97, 104]));
  const { recording } = made;
  assert.equal(made.startedAt, '2026-03-04T05:06:07Z');
  assert.equal(recording.segments.length, 1);
  const gaps = recording.annotations.filter(({ text }) => text === 'BAD_gap');
  assert.equal(gaps.length, 1);
  assert.ok(Math.abs((gaps[0]?.durationSeconds ?? 0) - 7) < 0.15, `${gaps[0]?.durationSeconds}`);
  assert.deepEqual(recording.notes, ['the connection was lost once']);
  assert.equal(made.losses, 1);
  assert.equal(recording.annotations.filter(({ text }) => text === 'beat on 40 Hz').length, 8);
  const found = answer([recording], {});
  assert.deepEqual(
    found.channels.map(({ name, verdict }) => [name, verdict]),
    [
      ['TP9', 'follows'],
      ['AF7', 'not-seen'],
      ['AF8', 'not-seen'],
      ['TP10', 'not-seen'],
      ['Right AUX', 'not-seen'],
    ],
  );
  assert.ok(Math.abs(found.rateHz - 40) < 1e-9);
  const whole = recording;
  assert.deepEqual(
    whole.annotations
      .filter(({ text }) => text === 'BAD_gap')
      .map(({ durationSeconds }) => Math.round(durationSeconds)),
    [7],
  );
});

test('the outcome for a trial is the mean amplitude of the electrodes, and none for a headband on the table', () => {
  const value = responseValue(assemble(captured(run, responding(run, 3))).recording);
  // TP9 has 3 µV, four electrodes have none, whose amplitude is what noise leaves.
  assert.ok(value !== null && value > 0.55 && value < 0.95, `${value}`);
  const still = assemble(captured(run, () => 0)).recording;
  for (const { samples, unit } of still.channels) if (unit === 'uV') samples.fill(0);
  assert.equal(responseValue(still), null);
});

test('pick-up that is there without the beat is a control that fails', () => {
  const { recording } = assemble(captured(run, (heard) => 1.5 * Math.cos(2 * Math.PI * 40 * heard)));
  const [ear] = answer([recording], {}).channels;
  assert.deepEqual([ear?.verdict, ear?.reason], ['cannot-tell', 'control']);
});

test('a capture that was cut off anywhere is a shorter recording or a clear error', () => {
  const whole = captured(run, () => 0);
  const random = seeded(77);
  for (let round = 0; round < 60; round++) {
    const cut = whole.slice(0, Math.floor(random() ** 2 * whole.length));
    try {
      assert.ok((assemble(cut).recording.channels[0]?.samples.length ?? 0) > 0);
    } catch (error) {
      assert.ok(error instanceof EegFileError, `${error}`);
    }
  }
});

test('tuning: the rate at which the response was largest, with its uncertainty', () => {
  const several = tuningRun([36, 38, 40, 42, 44], 4, 3);
  const { recording } = assemble(
    captured(several, (heard) => {
      const block = blockAt(several, heard);
      return block ? responding(several, block.rateHz === 42 ? 2 : 0.7)(heard) : 0;
    }),
  );
  const [ear, forehead] = tuning(recording);
  assert.equal(ear?.channel, 'TP9');
  assert.equal(ear.largestHz, 42);
  assert.ok(ear.share > 0.95, `${ear.share}`);
  for (const { rateHz, microvolts, errorMicrovolts } of ear.rates) {
    assert.ok(
      Math.abs(microvolts - (rateHz === 42 ? 2 : 0.7)) < 4 * errorMicrovolts + 0.1,
      `${rateHz}: ${microvolts} ± ${errorMicrovolts}`,
    );
  }
  assert.ok((forehead?.share ?? 1) < 0.95, `${forehead?.share}`);
  // Noise has a largest rate too; it is no response.
  assert.deepEqual([ear.seen, forehead?.seen], [true, false]);
});

test('the delay by rates: 45 ms more for a response than for what is picked up at once; none told where nothing responds', () => {
  const several = tuningRun([36, 38, 40, 42, 44], 4, 3);
  const late = (seconds: number) =>
    tuning(
      assemble(
        captured(several, (heard) => {
          const block = blockAt(several, heard);
          return block ? 1.5 * Math.cos(2 * Math.PI * block.rateHz * (heard - seconds - block.fromSeconds)) : 0;
        }),
      ).recording,
    );
  const [pickUp, forehead] = late(0);
  const [response] = late(0.045);
  assert.ok(pickUp?.delay && response?.delay);
  const difference = response.delay.milliseconds - pickUp.delay.milliseconds;
  const error = Math.hypot(response.delay.errorMilliseconds, pickUp.delay.errorMilliseconds);
  assert.ok(error < 8, `${error}`);
  assert.ok(Math.abs(difference - 45) < 3 * error + 1, `${difference} ± ${error} ms`);
  assert.equal(forehead?.delay, null);
});

const OPTIONS = {
  startedAt: new Date('2026-03-04T05:06:07Z'),
  device: 'Muse-TEST',
  bits: 12,
  stepMicrovolts: 0.48828125,
};

test('EDF+: read back it has the same samples, and gives the same answer', async () => {
  const { recording } = assemble(captured(run, responding(run, 1.5), [97, 104]));
  const whole = recording;
  const back = await readEeg(writeEdf(whole, OPTIONS), alone);
  assert.equal(back.format, 'EDF+');
  assert.equal(back.sampleRateHz, 256);
  assert.deepEqual(
    back.channels.map(({ name }) => name),
    [...recording.channels.map(({ name }) => name)],
  );
  const count = whole.channels[0]?.samples.length ?? 0;
  for (const [index, { samples }] of whole.channels.entries()) {
    for (let n = 0; n < count; n++) {
      const value = samples[n] as number;
      if (Number.isNaN(value)) continue;
      const got = back.channels[index]?.samples[n] as number;
      assert.ok(Math.abs(got - value) < (index < 5 ? 1e-4 : 1 / 65_535), `${index} ${n}: ${got} ${value}`);
    }
  }
  assert.deepEqual(
    back.annotations
      .filter(({ text }) => text !== 'BAD_padding')
      .map(({ text, onsetSeconds }) => [text, onsetSeconds.toFixed(4)]),
    whole.annotations.map(({ text, onsetSeconds }) => [text, onsetSeconds.toFixed(4)]),
  );
  const one = answer([recording], {});
  const other = answer([back], {});
  assert.deepEqual(
    other.channels.map(({ verdict }) => verdict),
    one.channels.map(({ verdict }) => verdict),
  );
  for (const [index, { p }] of other.channels.entries()) {
    assert.ok(
      Math.abs(Math.log10(p ?? 0) - Math.log10(one.channels[index]?.p ?? 0)) < 0.02,
      `${p} ${one.channels[index]?.p}`,
    );
  }
});

test('BDF+ holds 24 bits', async () => {
  const recording: Recording = {
    format: 'made',
    sampleRateHz: 250,
    channels: [
      {
        name: 'Channel 1',
        unit: 'uV',
        samples: Float64Array.from({ length: 600 }, (_, n) => (n * 9973 - 3_000_000) * 0.022351744),
      },
    ],
    annotations: [{ onsetSeconds: 1.5, durationSeconds: 0, text: 'Zählung' }],
    segments: [{ first: 0, startSeconds: 0 }],
    notes: [],
  };
  const back = await readEeg(
    writeEdf(recording, { ...OPTIONS, bits: 24, stepMicrovolts: 4.5e6 / 24 / 8_388_607 }),
    alone,
  );
  assert.equal(back.format, 'BDF+');
  assert.equal(back.annotations[0]?.text, 'Zählung');
  for (const n of [0, 77, 599]) {
    assert.ok(Math.abs((back.channels[0]?.samples[n] ?? 0) - (recording.channels[0]?.samples[n] ?? 0)) < 0.05);
  }
});

function mne(): string | undefined {
  for (const python of ['python3', '/usr/bin/python3']) {
    try {
      execFileSync(python, ['-c', 'import mne'], { stdio: 'ignore' });
      return python;
    } catch {
      // The next one may have it.
    }
  }
  return undefined;
}

const python = mne();

test('EDF+: MNE reads what our own reader reads', { skip: python === undefined }, async () => {
  const folder = await mkdtemp(join(tmpdir(), 'nes-mne-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const { recording } = assemble(captured(run, responding(run, 1.5), [97, 104]));
  const bytes = writeEdf(recording, OPTIONS);
  const file = join(folder, 'one.edf');
  await writeFile(file, bytes);
  const script = `
import json, mne
mne.set_log_level('ERROR')
raw = mne.io.read_raw_edf(${JSON.stringify(file)}, preload=True)
x = raw.get_data()
print(json.dumps(dict(names=raw.ch_names, rate=raw.info['sfreq'], count=int(raw.n_times), notes=[[float(o), float(d), t] for o, d, t in zip(raw.annotations.onset, raw.annotations.duration, raw.annotations.description)],
  values=[[float(v) for v in row[::97]] for row in x])))`;
  const { stdout } = await promisify(execFile)(python as string, ['-c', script], { maxBuffer: 64e6 });
  const got = JSON.parse(stdout);
  const back = await readEeg(bytes, alone);
  assert.deepEqual(
    got.names,
    back.channels.map(({ name }) => name),
  );
  assert.equal(got.rate, 256);
  assert.equal(got.count, back.channels[0]?.samples.length);
  assert.deepEqual(
    got.notes.map((note: [number, number, string]) => note[2]),
    back.annotations.map(({ text }) => text),
  );
  for (const [index, { samples, unit }] of back.channels.entries()) {
    const scale = unit === 'uV' ? 1e-6 : 1;
    got.values[index].forEach((value: number, k: number) => {
      const own = (samples[k * 97] as number) * scale;
      assert.ok(Math.abs(value - own) <= 1e-9 * Math.abs(own) + 1e-14, `${index} ${k}: ${value} ${own}`);
    });
  }
});

/**
 * The validator (bids-validator 1.15.0, 900 packages, 700 MB) is no dependency. Where it is installed beside the project's
 * packages, or NES_BIDS_VALIDATOR names its command, it is asked.
 */
const validator =
  process.env.NES_BIDS_VALIDATOR ??
  join(import.meta.dirname, '../../../node_modules/bids-validator/bin/bids-validator');

test('BIDS: a gap is marked once, and the validator finds no error', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'nes-bids-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const { recording } = assemble(captured(run, responding(run, 1.5), [97, 104]));
  const files = writeBids(recording, { ...OPTIONS, kind: 'muse', lineHz: 50 });
  assert.deepEqual(
    Object.keys(files)
      .filter((name) => name.startsWith('sub-'))
      .sort(),
    [
      'sub-01/eeg/sub-01_task-beat_channels.tsv',
      'sub-01/eeg/sub-01_task-beat_eeg.edf',
      'sub-01/eeg/sub-01_task-beat_eeg.json',
      'sub-01/eeg/sub-01_task-beat_events.json',
      'sub-01/eeg/sub-01_task-beat_events.tsv',
    ],
  );
  const lines = new TextDecoder().decode(files['sub-01/eeg/sub-01_task-beat_events.tsv']).trimEnd().split('\n');
  assert.equal(lines.filter((line) => line.includes('BAD_gap')).length, 1, 'the gap is marked once');
  assert.equal(new Set(lines).size, lines.length);
  for (const [name, bytes] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), bytes);
  }
  if (!existsSync(validator)) return;
  const { stdout } = await promisify(execFile)(process.execPath, [validator, folder, '--json'], { maxBuffer: 64e6 });
  const { issues } = JSON.parse(stdout);
  assert.deepEqual(
    issues.errors.map(({ key, reason }: { key: string; reason: string }) => [key, reason]),
    [],
  );
});

test('half an hour of eight channels is answered within 2 s of computing', async () => {
  const random = seeded(12);
  const channels = Array.from({ length: 8 }, (_, index) => ({
    name: `E${index}`,
    unit: 'uV',
    samples: Float64Array.from({ length: 1800 * 256 }, () => 20 * random() - 10),
  }));
  const recording: Recording = {
    format: 'made',
    sampleRateHz: 256,
    channels,
    annotations: [],
    segments: [{ first: 0, startSeconds: 0 }],
    notes: [],
  };
  const bytes = writeEdf(recording, OPTIONS);
  const before = process.cpuUsage();
  const found = answer([await readEeg(bytes, alone)], { rateHz: 40 });
  const { user } = process.cpuUsage(before);
  assert.equal(found.windows, 450);
  assert.ok(user < 2e6, `${user / 1e6} s`);
});
