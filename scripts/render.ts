/**
 * `npm run render -- IN OUT.wav [--rate 48000] [--bits 16|24|32f] [--from s] [--to s] [--seed n]`
 * renders a .json, .sbg or .gnaural program to a WAV file. Exit code 2: wrong use; 1: the file cannot be read or written.
 */
import { open, unlink } from 'node:fs/promises';
import { stretch, wavPieces } from '../web/src/audio/render-file.ts';
import { WAV_FORMATS } from '../web/src/audio/wav.ts';
import { readFlags, readNumber, readProgram, runCommand, UseError } from './program-command.ts';

const USE = 'npm run render -- IN OUT.wav [--rate 48000] [--bits 16|24|32f] [--from s] [--to s] [--seed n]';

function read() {
  const { values, files } = readFlags(['rate', 'bits', 'from', 'to', 'seed']);
  const [input, output, ...rest] = files;
  if (!input || !output || rest.length > 0) throw new UseError(`expected two names, got ${files.length}`);
  if (!/\.wav$/i.test(output)) throw new UseError(`"${output}": expected a name that ends in .wav`);
  const bits = values.bits ?? '16';
  const format = WAV_FORMATS.find((each) => each === bits);
  if (!format) throw new UseError(`--bits is "${bits}"; expected ${WAV_FORMATS.join(', ')}`);
  return {
    input,
    output,
    format,
    sampleRate: readNumber('rate', values.rate, 8_000, 384_000, true) ?? 48_000,
    from: readNumber('from', values.from, 0, 1e9),
    to: readNumber('to', values.to, 0, 1e9),
    seed: readNumber('seed', values.seed, 0, 2 ** 32 - 1, true),
  };
}

async function main(): Promise<void> {
  const { input, output, format, sampleRate, from, to, seed } = read();
  const { program: written, notes } = await readProgram(input);
  const program = seed === undefined ? written : { ...written, seed };
  for (const note of notes) process.stderr.write(`${input}${note.line > 0 ? `:${note.line}` : ''}: ${note.message}\n`);
  const range = stretch(program, from, to);
  const file = await open(output, 'w');
  try {
    for (const piece of wavPieces(program, { ...range, sampleRate }, format)) await file.write(piece);
    await file.close();
  } catch (error) {
    // Half a file is worse than none.
    await file.close().catch(() => undefined);
    await unlink(output).catch(() => undefined);
    throw error;
  }
}

await runCommand(USE, main);
