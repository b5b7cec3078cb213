/**
 * What a study's owner has been given, by its people, in a folder:
 *
 *     study.json              what the study is
 *     people/LABEL/consent.json    that this person agreed, to which text, on which day
 *     people/LABEL/sessions.json   the record as the application exports it (JSON)
 *     people/LABEL/trial*.json     blinded trials, as exported
 *     people/LABEL/*-bids.zip      EEG measurements, saved as BIDS
 */
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { TrialDocument } from '@nes/trials/document.ts';
import { verify } from '@nes/trials/verify.ts';
import { unzipSync } from 'fflate';
import { z } from 'zod';
import { readJson } from '../program-command.ts';

const label = z.string().regex(/^[A-Za-z0-9]+$/, 'must be letters and digits only');
const scale = z.number().nullable();
const study = z.strictObject({
  name: z.string().min(1),
  authors: z.array(z.string().min(1)).min(1),
  /** SPDX name, as in `CC0-1.0`. */
  license: z.string().min(1),
  /** The licence's text; a file beside the data set's description. */
  licenseText: z.string().min(1),
  /** What the study asked, how, and of whom: the README. */
  description: z.string().min(150, 'must say in at least 150 letters what was done, and of whom'),
  ethics: z.array(z.string().min(1)).min(1),
  funding: z.array(z.string().min(1)).optional(),
  /** Name of the text that was agreed to. */
  consent: z.string().min(1),
  /** Programs whose sound goes into the data set: slugs of built-in protocols, or files from this folder on. */
  stimuli: z.array(z.string().min(1)).default([]),
});
const consent = z.strictObject({
  agreed: z.boolean(),
  text: z.string(),
  on: z.iso.date(),
  age: z.int().min(0).max(130).optional(),
  sex: z.enum(['F', 'M', 'O']).optional(),
});
const event = z.object({
  kind: z.string(),
  occurredAt: z.iso.datetime(),
  positionSeconds: z.number(),
  heardSeconds: z.number({ error: 'must be a number: export the record anew' }),
  volume: scale,
  scene: z.string().nullable(),
});
const session = z.object({
  id: z.uuid(),
  state: z.string(),
  timeZone: z.string(),
  startedAt: z.iso.datetime(),
  playedSeconds: z.number(),
  protocol: z.object({ slug: z.string(), controlOf: z.object({ slug: z.string() }).nullable() }),
  revision: z.object({ number: z.int(), programHash: z.string() }),
  rating: z
    .object({
      stars: scale,
      moodBefore: scale,
      moodAfter: scale,
      focusBefore: scale,
      focusAfter: scale,
      calmBefore: scale,
      calmAfter: scale,
      sleepinessBefore: scale,
      sleepinessAfter: scale,
    })
    .nullable(),
  events: z.array(event).min(1),
});
const record = z.object({ sessions: z.array(session) });

export type Study = z.infer<typeof study>;
export type StudySession = z.infer<typeof session>;

/** An EEG measurement: the files of its data set of one person, by the ends of their names (`eeg.edf`, `events.tsv`, …). */
export interface Measurement {
  startedAt: Date;
  files: Map<string, Uint8Array>;
}

export interface Person {
  label: string;
  age: number | null;
  sex: string | null;
  sessions: StudySession[];
  trials: TrialDocument[];
  measurements: Measurement[];
}

async function readAs<T>(path: string, form: z.ZodType<T>): Promise<T> {
  const read = form.safeParse(await readJson(path));
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  throw new Error(`${path}: ${issue?.path.join('.') || 'the file'}: ${issue?.message}`);
}

/** When an EDF or BDF file was begun, to the second; its clock is UTC. */
function startOf(path: string, head: Uint8Array): Date {
  const text = Buffer.from(head.subarray(0, 184)).toString('latin1');
  const [, day, month, year, hour, minute, second] =
    /^(\d\d)\.(\d\d)\.(\d\d)(\d\d)\.(\d\d)\.(\d\d)$/.exec(text.slice(168, 184)) ?? [];
  if (day === undefined) throw new Error(`${path}: its start is "${text.slice(168, 184)}", not dd.mm.yyhh.mm.ss`);
  // EDF+: two digits of 1985 to 2084.
  const century = Number(year) >= 85 ? 1900 : 2000;
  return new Date(
    Date.UTC(century + Number(year), Number(month) - 1, Number(day), Number(hour), Number(minute), Number(second)),
  );
}

async function readMeasurement(path: string): Promise<Measurement> {
  const files = new Map<string, Uint8Array>();
  for (const [name, bytes] of Object.entries(unzipSync(await readFile(path)))) {
    const end = /^sub-01\/eeg\/sub-01_task-beat_(\w+\.\w+)$/.exec(name)?.[1];
    if (end) files.set(end, bytes);
  }
  const signal = files.get('eeg.edf') ?? files.get('eeg.bdf');
  if (!signal) throw new Error(`${path}: no eeg.edf and no eeg.bdf; expected a measurement saved as BIDS`);
  return { startedAt: startOf(path, signal), files };
}

async function readTrial(path: string): Promise<TrialDocument> {
  const document = await readJson(path);
  const { faults } = await verify(document);
  if (faults.length > 0) throw new Error(`${path}: the trial does not hold: ${faults[0]}`);
  return document as TrialDocument;
}

/**
 * Reads a study's folder. A person without consent, or with consent to another text, is left out and named: nothing else of that person
 * is read.
 * @throws for a file that is not what it must be, with its path, the place, and what was expected
 */
export async function readStudy(folder: string): Promise<{
  study: Study;
  people: Person[];
  leftOut: { label: string; why: string }[];
}> {
  const about = await readAs(join(folder, 'study.json'), study);
  const licenseText = resolve(folder, about.licenseText);
  const people: Person[] = [];
  const leftOut: { label: string; why: string }[] = [];
  const names = existsSync(join(folder, 'people')) ? (await readdir(join(folder, 'people'))).sort() : [];
  for (const name of names) {
    const own = join(folder, 'people', name);
    if (!label.safeParse(name).success)
      throw new Error(`${own}: the folder's name becomes the participant's label, and must be letters and digits only`);
    if (!existsSync(join(own, 'consent.json'))) {
      leftOut.push({ label: name, why: 'no consent.json' });
      continue;
    }
    const { agreed, text, age, sex } = await readAs(join(own, 'consent.json'), consent);
    if (!agreed || text !== about.consent) {
      leftOut.push({ label: name, why: agreed ? `agreed to "${text}", not to "${about.consent}"` : 'did not agree' });
      continue;
    }
    const { sessions } = await readAs(join(own, 'sessions.json'), record);
    const files = (await readdir(own)).sort();
    const ending = (pattern: RegExp) => files.filter((file) => pattern.test(file)).map((file) => join(own, file));
    people.push({
      label: name,
      age: age ?? null,
      sex: sex ?? null,
      sessions: sessions.toSorted((a, b) => Date.parse(a.startedAt) - Date.parse(b.startedAt)),
      trials: await Promise.all(ending(/^trial.*\.json$/).map(readTrial)),
      measurements: await Promise.all(ending(/-bids\.zip$/).map(readMeasurement)),
    });
  }
  if (people.length === 0) throw new Error(`${folder}: nobody in people/ agreed to "${about.consent}"`);
  const stimuli = stimuliOf(folder, about);
  return { study: { ...about, licenseText: await readFile(licenseText, 'utf8'), stimuli }, people, leftOut };
}

/** Files from the study's folder on are named by their path from here; slugs stay. */
function stimuliOf(folder: string, { stimuli }: Study): string[] {
  return stimuli.map((name) => {
    const file = resolve(folder, name);
    return existsSync(file) ? file : name;
  });
}

/** Programs that a study names, as `findStimulus` takes them. @throws where its folder has no study.json, or a wrong one */
export async function readStimuli(folder: string): Promise<string[]> {
  return stimuliOf(folder, await readAs(join(folder, 'study.json'), study));
}
