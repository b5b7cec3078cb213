/**
 * `npm run study -- STUDY OUT [--rate 48000] [--bits 16|24|32f]` makes one BIDS data set of what the people of a study handed to its owner:
 * STUDY is the folder that scripts/study/inputs.ts describes, OUT a folder that is not there yet. Who did not agree is left out. Exit code
 * 2: wrong use; 1: something cannot be read or written.
 */
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { armsOf } from '@nes/trials/arms.ts';
import { programHash } from '../api/src/protocols/describe.ts';
import { WAV_FORMATS, type WavFormat } from '../web/src/audio/wav.ts';
import { readFlags, readNumber, runCommand, UseError } from './program-command.ts';
import { datasetOf } from './study/dataset.ts';
import { type Person, readStudy } from './study/inputs.ts';
import { findStimulus, type Stimulus, writeStimulus } from './study/stimulus.ts';

const USE = 'npm run study -- STUDY OUT [--rate 48000] [--bits 16|24|32f]';

/** A program as it is, and as the arms of a trial of it. */
function playedAs({ title, label, program }: Stimulus): Stimulus[] {
  const whole = { title, label, program };
  try {
    return [whole].concat(
      [false, true].flatMap((masked) => {
        const arms = armsOf(program, masked);
        const mask = masked ? 'masked' : '';
        return [
          { title: `${title}, ${masked ? 'masked' : 'in a trial'}`, label: `${label}${mask}`, program: arms.BEAT },
          { title: `${title}, without its beat`, label: `${label}${mask}control`, program: arms.CONTROL },
        ];
      }),
    );
  } catch (error) {
    // Nothing in it beats: it has no arms.
    if (error instanceof RangeError) return [whole];
    throw error;
  }
}

/** Hashes of what these people heard. */
function heardBy(people: readonly Person[]): Set<string> {
  return new Set(
    people.flatMap(({ sessions, trials }) => [
      ...sessions.map(({ revision }) => revision.programHash),
      ...trials.flatMap(({ plan }) => [plan.arms.beat, plan.arms.control]),
    ]),
  );
}

async function writeSounds(
  names: readonly string[],
  heard: ReadonlySet<string>,
  out: string,
  sampleRate: number,
  format: WavFormat,
): Promise<Map<string, string>> {
  const sounds = new Map<string, string>();
  for (const name of names) {
    const before = sounds.size;
    for (const { title, label, program } of playedAs(await findStimulus(name))) {
      const hash = programHash(program);
      if (!heard.has(hash) || sounds.has(hash)) continue;
      await writeStimulus(out, label, title, program, sampleRate, format);
      sounds.set(hash, `stim-${label}_audio.wav`);
    }
    if (sounds.size === before)
      throw new Error(`${name}: nobody heard this program, in this version; take it out of "stimuli"`);
  }
  return sounds;
}

async function main(): Promise<void> {
  const { values, files } = readFlags(['rate', 'bits']);
  const [folder, out, ...rest] = files;
  if (!folder || !out || rest.length > 0) throw new UseError(`expected two folders, got ${files.length}`);
  const bits = values.bits ?? '24';
  const format = WAV_FORMATS.find((each) => each === bits);
  if (!format) throw new UseError(`--bits is "${bits}"; expected ${WAV_FORMATS.join(', ')}`);
  const sampleRate = readNumber('rate', values.rate, 8_000, 384_000, true) ?? 48_000;
  if (existsSync(out)) throw new Error(`${out} is there already; name a folder that is not`);
  const { study, people, leftOut } = await readStudy(folder);
  const { name, version } = JSON.parse(readFileSync(join(import.meta.dirname, '..', 'package.json'), 'utf8'));
  try {
    const sounds = await writeSounds(study.stimuli, heardBy(people), out, sampleRate, format);
    for (const [path, content] of datasetOf(study, people, sounds, { name, version })) {
      await mkdir(dirname(join(out, path)), { recursive: true });
      await writeFile(join(out, path), content);
    }
    const count = (of: (person: Person) => number) => people.reduce((sum, person) => sum + of(person), 0);
    const told = {
      people: people.length,
      sessions: count((person) => person.sessions.length),
      trials: count((person) => person.trials.length),
      measurements: count((person) => person.measurements.length),
      stimuli: [...new Set(sounds.values())],
      leftOut,
    };
    process.stdout.write(`${JSON.stringify(told, null, 2)}\n`);
  } catch (error) {
    // Half a data set would look like a whole one.
    await rm(out, { recursive: true, force: true });
    throw error;
  }
}

await runCommand(USE, main);
