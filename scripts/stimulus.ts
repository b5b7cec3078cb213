/**
 * `npm run stimulus -- PROTOCOL [PROTOCOL…] OUT [--rate 48000] [--bits 16|24|32f] [--conditions FILE.csv]` writes protocols as stimuli of a BIDS
 * data set: the sounds, each with a sidecar that says everything about it (web/src/audio/manifest.ts). PROTOCOL is a built-in protocol's slug, a
 * program's file, or the folder of a study (scripts/study/inputs.ts), which stands for its stimuli; OUT is the data set's folder. FILE.csv is a
 * table for PsychoPy, a row a sound. Exit code 2: wrong use; 1: a program cannot be read or the files cannot be written.
 */
import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { WAV_FORMATS } from '../web/src/audio/wav.ts';
import { readFlags, readNumber, runCommand, UseError } from './program-command.ts';
import { type Condition, conditionsCsv } from './study/conditions.ts';
import { readStimuli } from './study/inputs.ts';
import { findStimulus, type Stimulus, writeStimulus } from './study/stimulus.ts';

const USE = 'npm run stimulus -- PROTOCOL [PROTOCOL…] OUT [--rate 48000] [--bits 16|24|32f] [--conditions FILE.csv]';

/** What is named on the command line; a study's folder is what it names. */
async function findAll(names: readonly string[]): Promise<Stimulus[]> {
  const all: Stimulus[] = [];
  for (const name of names) {
    const named = existsSync(join(name, 'study.json')) ? await readStimuli(name) : [name];
    if (named.length === 0) throw new Error(`${name}: its "stimuli" are empty`);
    for (const one of named) all.push(await findStimulus(one));
  }
  const twice = all.find(({ label }, index) => all.findIndex((one) => one.label === label) < index);
  if (twice) throw new Error(`two of these programs would be stim-${twice.label}_audio.wav; give one another title`);
  return all;
}

async function main(): Promise<void> {
  const { values, files } = readFlags(['rate', 'bits', 'conditions']);
  const folder = files.at(-1);
  if (folder === undefined || files.length < 2)
    throw new UseError(`expected a protocol and a folder, got ${files.length}`);
  const bits = values.bits ?? '24';
  const format = WAV_FORMATS.find((each) => each === bits);
  if (!format) throw new UseError(`--bits is "${bits}"; expected ${WAV_FORMATS.join(', ')}`);
  const sampleRate = readNumber('rate', values.rate, 8_000, 384_000, true) ?? 48_000;
  const table = values.conditions;
  if (table !== undefined && !table.endsWith('.csv'))
    throw new UseError(`--conditions is "${table}"; PsychoPy knows the file by its ending, .csv`);
  const rows: Condition[] = [];
  for (const { title, label, program } of await findAll(files.slice(0, -1))) {
    const { sound, rendering } = await writeStimulus(folder, label, title, program, sampleRate, format);
    process.stdout.write(`${JSON.stringify({ sound, ...rendering })}\n`);
    rows.push({
      stimulus: `stim-${label}`,
      // PsychoPy looks from the experiment's folder, where its table lies.
      sound_file: relative(dirname(resolve(table ?? folder)), resolve(sound)).replaceAll(sep, '/'),
      sound_seconds: rendering.frames / rendering.sampleRateHz,
      sample_rate: rendering.sampleRateHz,
    });
  }
  if (table === undefined) return;
  await mkdir(dirname(table), { recursive: true });
  await writeFile(table, conditionsCsv(rows));
}

await runCommand(USE, main);
