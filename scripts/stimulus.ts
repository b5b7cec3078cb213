/**
 * `npm run stimulus -- PROTOCOL OUT [--rate 48000] [--bits 16|24|32f]` writes a protocol as a stimulus of a BIDS data set: the sound
 * and a sidecar that says everything about it (web/src/audio/manifest.ts). PROTOCOL is a built-in protocol's slug or a program's file;
 * OUT is the data set's folder. Exit code 2: wrong use; 1: the program cannot be read or the files cannot be written.
 */
import { WAV_FORMATS } from '../web/src/audio/wav.ts';
import { readFlags, readNumber, runCommand, UseError } from './program-command.ts';
import { findStimulus, writeStimulus } from './study/stimulus.ts';

const USE = 'npm run stimulus -- PROTOCOL OUT [--rate 48000] [--bits 16|24|32f]';

async function main(): Promise<void> {
  const { values, files } = readFlags(['rate', 'bits']);
  const [name, folder, ...rest] = files;
  if (!name || !folder || rest.length > 0) throw new UseError(`expected a protocol and a folder, got ${files.length}`);
  const bits = values.bits ?? '24';
  const format = WAV_FORMATS.find((each) => each === bits);
  if (!format) throw new UseError(`--bits is "${bits}"; expected ${WAV_FORMATS.join(', ')}`);
  const sampleRate = readNumber('rate', values.rate, 8_000, 384_000, true) ?? 48_000;
  const { title, label, program } = await findStimulus(name);
  const { sound, rendering } = await writeStimulus(folder, label, title, program, sampleRate, format);
  process.stdout.write(`${JSON.stringify({ sound, ...rendering })}\n`);
}

await runCommand(USE, main);
