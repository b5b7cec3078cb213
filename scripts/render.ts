/**
 * `npm run render -- IN OUT.wav [--rate 48000] [--bits 16|24|32f] [--from s] [--to s] [--seed n]`
 * renders a .json, .sbg or .gnaural program to a WAV file. Exit code 2: wrong use; 1: the file cannot be read or written.
 */
import { open, readFile, unlink } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { stretch, wavPieces } from '../web/src/audio/render-file.ts';
import { WAV_FORMATS } from '../web/src/audio/wav.ts';
import { readProgramFile } from '../web/src/program/file.ts';
import type { ProgramFile } from '../web/src/program/model.ts';

const USE = 'npm run render -- IN OUT.wav [--rate 48000] [--bits 16|24|32f] [--from s] [--to s] [--seed n]';

class UseError extends Error {}

function numberOf(
  flag: string,
  value: string | undefined,
  low: number,
  high: number,
  whole: boolean,
): number | undefined {
  if (value === undefined) return undefined;
  const number = Number(value);
  const fits = value.trim() !== '' && number >= low && number <= high && (!whole || Number.isInteger(number));
  if (!fits) {
    throw new UseError(`--${flag} is "${value}"; expected a ${whole ? 'whole ' : ''}number from ${low} to ${high}`);
  }
  return number;
}

function read() {
  let parsed: ReturnType<typeof parse>;
  try {
    parsed = parse();
  } catch (error) {
    throw new UseError(error instanceof Error ? (error.message.split('. ')[0] ?? error.message) : 'unknown flag');
  }
  const { values, positionals } = parsed;
  const [input, output, ...rest] = positionals;
  if (!input || !output || rest.length > 0) throw new UseError(`expected two names, got ${positionals.length}`);
  if (!/\.wav$/i.test(output)) throw new UseError(`"${output}": expected a name that ends in .wav`);
  const format = WAV_FORMATS.find((each) => each === values.bits);
  if (!format) throw new UseError(`--bits is "${values.bits}"; expected ${WAV_FORMATS.join(', ')}`);
  return {
    input,
    output,
    format,
    sampleRate: numberOf('rate', values.rate, 8_000, 384_000, true) ?? 48_000,
    from: numberOf('from', values.from, 0, 1e9, false),
    to: numberOf('to', values.to, 0, 1e9, false),
    seed: numberOf('seed', values.seed, 0, 2 ** 32 - 1, true),
  };
}

function parse() {
  return parseArgs({
    allowPositionals: true,
    options: {
      rate: { type: 'string', default: '48000' },
      bits: { type: 'string', default: '16' },
      from: { type: 'string' },
      to: { type: 'string' },
      seed: { type: 'string' },
    },
  });
}

async function programIn(name: string): Promise<ProgramFile> {
  const bytes = await readFile(name);
  try {
    return await readProgramFile(name, bytes);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    throw new Error(message.startsWith(name) ? message : `${name}: ${message}`);
  }
}

async function main(): Promise<void> {
  const { input, output, format, sampleRate, from, to, seed } = read();
  const { program: written, notes } = await programIn(input);
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

try {
  await main();
} catch (error) {
  const message = error instanceof Error ? error.message : String(error);
  if (error instanceof UseError) {
    process.stderr.write(`${message}\n${USE}\n`);
    process.exitCode = 2;
  } else {
    process.stderr.write(`${message.split('\n')[0]}\n`);
    process.exitCode = 1;
  }
}
