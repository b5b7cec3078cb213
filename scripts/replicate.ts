/**
 * `npm run replicate -- KIT OUT [--people N] [--seed HEX] [--rate 48000] [--bits 16|24|32f]` writes what a replication of a published experiment is
 * started with (scripts/replications/kits.ts); without arguments it lists the kits. OUT is a folder that is not there yet. The seed fixes the
 * orders; one is drawn, and written down, when none is given. Exit code 2: wrong use; 1: the files cannot be written.
 */
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { sourceOf } from '../prisma/library/bibliography.ts';
import { WAV_FORMATS } from '../web/src/audio/wav.ts';
import { readFlags, readNumber, runCommand, UseError } from './program-command.ts';
import { writeKit } from './replications/folder.ts';
import { KITS } from './replications/kits.ts';

const USE = 'npm run replicate -- KIT OUT [--people N] [--seed HEX] [--rate 48000] [--bits 16|24|32f]';

async function main(): Promise<void> {
  const { values, files } = readFlags(['people', 'seed', 'rate', 'bits']);
  const [name, out, ...rest] = files;
  if (files.length === 0) {
    for (const kit of KITS) {
      const { authors, year } = sourceOf(kit.source);
      process.stdout.write(`${kit.name}: ${authors} ${year}; ${kit.arms.map((arm) => arm.name).join(', ')}\n`);
    }
    return;
  }
  const kit = KITS.find((one) => one.name === name);
  if (!kit) throw new UseError(`there is no kit "${name}"; there are ${KITS.map((one) => one.name).join(', ')}`);
  if (!out || rest.length > 0) throw new UseError(`expected a kit and a folder, got ${files.length}`);
  const bits = values.bits ?? '24';
  const format = WAV_FORMATS.find((each) => each === bits);
  if (!format) throw new UseError(`--bits is "${bits}"; expected ${WAV_FORMATS.join(', ')}`);
  const seed = values.seed ?? randomBytes(16).toString('hex');
  if (!/^[0-9a-f]{32}$/.test(seed)) throw new UseError(`--seed is "${seed}"; expected 32 hexadecimal digits`);
  const people = readNumber('people', values.people, 1, 10_000, true) ?? kit.people;
  const sampleRate = readNumber('rate', values.rate, 8_000, 384_000, true) ?? 48_000;
  if (existsSync(out)) throw new Error(`${out} is there already; name a folder that is not`);
  try {
    const planHash = await writeKit(kit, out, { people, seed, sampleRate, format });
    process.stdout.write(`${JSON.stringify({ people, seed, planHash })}\n`);
  } catch (error) {
    await rm(out, { recursive: true, force: true });
    throw error;
  }
}

await runCommand(USE, main);
