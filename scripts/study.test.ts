/** A study of 20 people, five sessions each, with a blinded trial and EEG, from their own exports to a data set that both validators take. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import { existsSync, globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { checkProgram } from '@nes/program/check.ts';
import { armsOf } from '@nes/trials/arms.ts';
import { documentOf, type TrialDocument } from '@nes/trials/document.ts';
import { planOf } from '@nes/trials/testing/plan.ts';
import { zipSync } from 'fflate';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { exportRecord } from '../api/src/metrics/export.ts';
import { programHash } from '../api/src/protocols/describe.ts';
import type { Viewer } from '../api/src/schema/viewer.ts';
import { useSchema } from '../api/src/testing/ask.ts';
import { blockText } from '../web/src/eeg/answer.ts';
import type { Recording } from '../web/src/eeg/recording.ts';
import { writeBids } from '../web/src/eeg/write/bids.ts';

const root = resolve(import.meta.dirname, '..');
const run = promisify(execFile);
// Its module for `import` is made for browsers and finds no folders.
const { BidsDataset, BidsDirectoryAccessor } = createRequire(import.meta.url)(
  'hed-validator',
) as typeof import('hed-validator');
const PEOPLE = 20;
const SESSIONS = 5;
const T0 = Date.UTC(2026, 4, 10, 20, 30);
const DAY = 86_400_000;
const ORDER = 'BCCBC';

const tones = checkProgram({
  durationSeconds: 6,
  voices: [{ kind: 'BINAURAL', keyframes: [{ at: 0, carrier: 250, beat: 6, level: 0.3 }] }],
});
const arms = armsOf(tones, false);

const api = await useSchema();
const folder = mkdtempSync(join(tmpdir(), 'nes-study-'));
afterAll(async () => {
  rmSync(folder, { recursive: true });
  await api.close();
});

const mutate = async (viewer: Viewer, name: string, input: object, fields = '') => {
  const kind = name[0]?.toUpperCase() + name.slice(1);
  const source = `mutation ($input: ${kind}Input!) { ${name}(input: $input) { ${fields} userErrors { message } } }`;
  const answer = (await api.ask(viewer, source, { input }))[name];
  assert.deepEqual(answer.userErrors, []);
  return answer;
};

/** The person's own download. */
async function exported(viewer: Viewer): Promise<string> {
  const body = new PassThrough();
  const response = Object.assign(body, { writeHead: () => response }) as unknown as ServerResponse;
  const [found] = await Promise.all([
    text(body),
    exportRecord(api.context(viewer), viewer, '/export/sessions.json', new URLSearchParams(), response),
  ]);
  return found;
}

/** Twenty seconds of four electrodes, with blocks as a measurement has them. */
function measured(startedAt: Date): Uint8Array {
  const rate = 256;
  const wave = (index: number) =>
    Float64Array.from({ length: rate * 20 }, (_, n) => 20 * Math.sin(n * (0.2 + index / 10)) + ((n * 7919) % 13));
  const recording: Recording = {
    format: 'made',
    sampleRateHz: rate,
    channels: ['TP9', 'AF7', 'AF8', 'TP10'].map((name, index) => ({ name, unit: 'uV', samples: wave(index) })),
    annotations: (['silence', 'on', 'off'] as const).map((kind, index) => ({
      onsetSeconds: index * 5 + 1 / 3,
      durationSeconds: 5,
      text: blockText({ kind, rateHz: 40 }),
    })),
    segments: [{ first: 0, startSeconds: 0 }],
    notes: [],
  };
  const options = {
    startedAt,
    device: 'Muse-TEST',
    bits: 12,
    stepMicrovolts: 0.48828125,
    kind: 'muse',
    lineHz: 50,
  } as const;
  return zipSync(writeBids(recording, options));
}

async function trialOf(sessions: readonly string[], viewerIndex: number, open: boolean): Promise<TrialDocument> {
  const opening = { salt: createHash('sha256').update(String(viewerIndex)).digest('hex'), order: ORDER };
  const at = (index: number, minutes: number) => new Date(T0 + index * DAY + minutes * 60_000).toISOString();
  return documentOf(
    await planOf(opening, {
      id: randomUUID(),
      protocol: { revisionId: '', title: 'Six hertz' },
      arms: { beat: programHash(arms.BEAT), control: programHash(arms.CONTROL) },
      periods: SESSIONS,
      timeZone: 'Europe/Berlin',
      plannedAt: new Date(T0 - DAY).toISOString(),
    }),
    sessions.map((sessionId, index) => ({
      period: index + 1,
      sessionId,
      startedAt: at(index, 0),
      endedAt: at(index, 3),
      heardSeconds: 6,
      value: 40 + ((index * 17 + viewerIndex) % 30),
      detail: {},
      beatChance: 0.5,
    })),
    open ? { ...opening, at: at(SESSIONS, 0), afterPeriods: SESSIONS, early: false } : null,
  );
}

const put = (path: string, content: unknown) =>
  writeFileSync(path, content instanceof Uint8Array || typeof content === 'string' ? content : JSON.stringify(content));

async function play(viewer: Viewer, revision: string, begin: number): Promise<string> {
  const id = randomUUID();
  const line = (kind: string, seconds: number, positionSeconds: number) => ({
    ...{ id: randomUUID(), kind, positionSeconds },
    occurredAt: new Date(begin + seconds * 1000).toISOString(),
  });
  api.setNow(new Date(begin + 60_000));
  await mutate(viewer, 'recordSession', {
    ...{ id, revision, timeZone: 'Europe/Berlin', deviceId: randomUUID() },
    events: [
      line('STARTED', 0, 0),
      line('PAUSED', 2.3456, 2.3456),
      { ...line('VOLUME_CHANGED', 2.3456, 2.3456), volume: 0.4 },
      line('RESUMED', 5, 2.3456),
      line('COMPLETED', 8.6544, 6),
    ],
  });
  const session = Buffer.from(`Session:${id}`).toString('base64');
  const scales = { calmBefore: 3, calmAfter: 7, moodBefore: 5, moodAfter: 5 };
  await mutate(viewer, 'rateSession', { session, stars: 4, ...scales, comment: 'in the garden of Anna' });
  return id;
}

async function makeStudy(): Promise<string> {
  const study = join(folder, 'study');
  mkdirSync(join(study, 'people'), { recursive: true });
  put(join(study, 'six.json'), tones);
  put(join(study, 'licence.txt'), 'CC0 1.0 Universal\n');
  put(join(study, 'study.json'), {
    name: 'Six hertz at home',
    authors: ['A. Author', 'B. Author'],
    license: 'CC0-1.0',
    licenseText: 'licence.txt',
    description: `${'Adults listened in the evening, by headphones, in five blinded periods, with a measurement at the first of them. '.repeat(2)}`,
    ethics: ['Committee of the test, 26-1'],
    consent: 'Six hertz, version 2',
    stimuli: ['six.json'],
  });
  for (let index = 0; index < PEOPLE + 2; index++) {
    const label = `P${String(index + 1).padStart(2, '0')}`;
    const own = join(study, 'people', label);
    mkdirSync(own);
    if (index === PEOPLE) continue;
    const text = index > PEOPLE ? 'Six hertz, version 1' : 'Six hertz, version 2';
    put(join(own, 'consent.json'), {
      agreed: true,
      text,
      on: '2026-05-01',
      age: 20 + index * 4,
      sex: index % 2 ? 'F' : 'M',
    });
    if (index > PEOPLE) continue;
    const viewer = await api.person({ email: `${label}@example.org`, timeZone: 'Europe/Berlin' });
    api.setNow(new Date(T0 - DAY));
    const { protocol } = await mutate(
      viewer,
      'createProtocol',
      { title: 'Six hertz', category: 'OTHER', program: tones },
      'protocol { revision { id } }',
    );
    const ids: string[] = [];
    for (let day = 0; day < SESSIONS; day++) ids.push(await play(viewer, protocol.revision.id, T0 + day * DAY));
    put(join(own, 'sessions.json'), await exported(viewer));
    // The last one's order is still closed.
    put(join(own, 'trial.json'), await trialOf(ids, index, index < PEOPLE - 1));
    put(join(own, 'evening-bids.zip'), measured(new Date(T0 + 30 * 60_000)));
  }
  return study;
}

/** A table of a data set as rows by the names of its columns. */
function table(path: string): Record<string, string>[] {
  const [head = '', ...lines] = readFileSync(path, 'utf8').trimEnd().split('\n');
  const names = head.split('\t');
  return lines.map((line) => Object.fromEntries(line.split('\t').map((cell, index) => [names[index], cell])));
}

describe('a study of 20 people', () => {
  const out = join(folder, 'dataset');
  let told: {
    people: number;
    sessions: number;
    trials: number;
    measurements: number;
    stimuli: string[];
    leftOut: object[];
  };
  let study: string;
  const command = (...args: string[]) =>
    run(process.execPath, [join(root, 'scripts/study.ts'), ...args], { maxBuffer: 1e7 });

  beforeAll(async () => {
    study = await makeStudy();
    told = JSON.parse((await command(study, out, '--rate', '44100', '--bits', '16')).stdout);
  });

  it('holds everybody who agreed to this text, and nothing of anybody else', () => {
    assert.deepEqual(told, {
      people: PEOPLE,
      sessions: PEOPLE * SESSIONS,
      trials: PEOPLE,
      measurements: PEOPLE,
      stimuli: ['stim-six_audio.wav', 'stim-sixcontrol_audio.wav'],
      leftOut: [
        { label: 'P21', why: 'no consent.json' },
        { label: 'P22', why: 'agreed to "Six hertz, version 1", not to "Six hertz, version 2"' },
      ],
    });
    const people = globSync('sub-*', { cwd: out });
    assert.equal(people.length, PEOPLE);
    assert.equal(globSync('sub-*/ses-*/beh/*_events.tsv', { cwd: out }).length, PEOPLE * SESSIONS);
    assert.equal(globSync('sub-*/ses-*/eeg/*_eeg.edf', { cwd: out }).length, PEOPLE);
    assert.equal(table(join(out, 'participants.tsv')).length, PEOPLE);
    assert.equal(table(join(out, 'participants.tsv'))[18]?.age, '89+', 'older ages are one');
  });

  it('says what was heard: the log, its times, and the arm once the order is open', () => {
    const stem = 'sub-P01/ses-02/beh/sub-P01_ses-02_task-listening_run-01';
    const rows = table(join(out, `${stem}_events.tsv`));
    assert.deepEqual(
      rows.map(({ onset, duration, trial_type, arm, stim_file, program_sha256 }) => [
        ...[onset, duration, trial_type, arm, stim_file],
        program_sha256 === programHash(arms.CONTROL),
      ]),
      [
        ['0', '2.345', 'started', 'control', 'stim-sixcontrol_audio.wav', true],
        ['2.345', '0', 'paused', 'control', 'n/a', true],
        ['2.345', '0', 'volume_changed', 'control', 'n/a', true],
        ['5', '3.654', 'resumed', 'control', 'stim-sixcontrol_audio.wav', true],
        ['8.654', '0', 'completed', 'control', 'n/a', true],
      ],
    );
    const sidecar = JSON.parse(readFileSync(join(out, 'task-listening_events.json'), 'utf8'));
    for (const name of Object.keys(rows[0] ?? {})) assert.ok(sidecar[name]?.Description, name);
    const [behaviour] = table(join(out, `${stem}_beh.tsv`));
    assert.equal(behaviour?.calm_after, '7');
    assert.equal(behaviour?.trial_value, '57');
    const [closed] = table(join(out, 'sub-P20/ses-02/beh/sub-P20_ses-02_task-listening_run-01_events.tsv'));
    assert.deepEqual([closed?.arm, closed?.program_sha256, closed?.stim_file], ['n/a', 'n/a', 'n/a']);
    const [first] = table(join(out, 'sub-P01/sub-P01_sessions.tsv'));
    assert.equal(first?.acq_time, '1900-01-01T22:30:00.000', 'the time of day in Berlin, and another day');
  });

  it('the sound is the program that was heard', () => {
    const manifest = JSON.parse(readFileSync(join(out, 'stimuli/stim-sixcontrol_audio.json'), 'utf8'));
    assert.equal(programHash(manifest.program), programHash(arms.CONTROL));
    const sound = readFileSync(join(out, 'stimuli/stim-sixcontrol_audio.wav'));
    assert.equal(createHash('sha256').update(sound).digest('hex'), manifest.rendering.sha256);
  });

  it('nothing names a person, a date, or an id of the server', () => {
    const ids = new Set<string>();
    for (const file of globSync('people/*/sessions.json', { cwd: study }))
      for (const { id } of JSON.parse(readFileSync(join(study, file), 'utf8')).sessions) ids.add(id);
    assert.equal(ids.size, PEOPLE * SESSIONS);
    for (const file of globSync('**/*.*', { cwd: out })) {
      const content = readFileSync(join(out, file), 'latin1');
      assert.doesNotMatch(content, /2026|MAY-20|Anna|example\.org/, file);
      for (const id of ids) assert.ok(!content.includes(id), file);
    }
    const edf = readFileSync(join(out, 'sub-P01/ses-01/eeg/sub-P01_ses-01_task-beat_run-01_eeg.edf'), 'latin1');
    assert.equal(edf.slice(88, 99), 'Startdate X');
    assert.equal(edf.slice(168, 184), '01.01.8521.00.00');
  });

  it('hed-validator: no error and no warning', async () => {
    const [dataset, faults] = await BidsDataset.create(out, BidsDirectoryAccessor);
    assert.deepEqual(faults, []);
    assert.ok(dataset);
    const said = (await dataset.validate()).map((issue) => String(issue.hedIssue ?? issue));
    assert.deepEqual(said, []);
    // It looks at every table: a word that is none in one of the sidecars is found.
    const sidecar = join(out, 'task-listening_events.json');
    const whole = readFileSync(sidecar, 'utf8');
    put(sidecar, whole.replace('Label/Completed', 'Nonsense/Completed'));
    const [changed] = await BidsDataset.create(out, BidsDirectoryAccessor);
    put(sidecar, whole);
    assert.match(String((await changed?.validate())?.[0]?.hedIssue), /TAG_INVALID/);
  });

  // bids-validator 1.15.0 brings 900 packages, 700 MB: it is asked where it is installed, or NES_BIDS_VALIDATOR names its command.
  const validator = process.env.NES_BIDS_VALIDATOR ?? join(root, 'node_modules/bids-validator/bin/bids-validator');
  it.skipIf(!existsSync(validator))('bids-validator: no error and no warning', async () => {
    const { stdout } = await run(process.execPath, [validator, out, '--json'], { maxBuffer: 64e6 });
    const { issues } = JSON.parse(stdout);
    const said = (kind: 'errors' | 'warnings') =>
      issues[kind].map(({ key, files }: { key: string; files: { reason: string }[] }) => [key, files[0]?.reason]);
    assert.deepEqual({ errors: said('errors'), warnings: said('warnings') }, { errors: [], warnings: [] });
  });

  it('what is wrong is said with its place, and leaves nothing behind', async () => {
    const failed = async (change: () => void, restore: () => void) => {
      change();
      const other = join(folder, 'other');
      try {
        await command(study, other);
        assert.fail('it was taken');
      } catch (error) {
        assert.ok(!existsSync(other));
        return (error as { stderr: string }).stderr;
      } finally {
        restore();
      }
    };
    const changing = (file: string, from: string | RegExp, to: string) => {
      const path = join(study, file);
      const whole = readFileSync(path, 'utf8');
      assert.notEqual(whole.replace(from, to), whole);
      return failed(
        () => put(path, whole.replace(from, to)),
        () => put(path, whole),
      );
    };
    assert.match(
      await changing('people/P03/trial.json', '"value":46', '"value":47'),
      /P03\/trial.json: the trial does not hold/,
    );
    assert.match(
      await changing('people/P02/sessions.json', '"heardSeconds"', '"heard"'),
      /P02\/sessions.json: sessions.0.events.0.heardSeconds: .*export the record anew/,
    );
    assert.match(await changing('study.json', '"six.json"', '"focus"'), /focus: nobody heard this program/);
    assert.match(await changing('study.json', '"authors"', '"author"'), /study.json: authors/);
    await assert.rejects(command(study, out), /is there already/);
  });
});
