/**
 * `npm run eeg -- FILE [FILE …] [--rate HZ] [--marker CODE] [--program FILE]` prints, as one JSON object, whether each
 * electrode follows a beat. `--rate` is a constant beat whose phase goes on through a file; with `--marker`, the
 * stretches after that code (3 s, or until the next) are trials of unknown phase; with `--program`, the program's own
 * phase is taken, from the first sample or from the marker on. `--list` prints what is in the files instead.
 * Exit code 2: wrong use; 1: a file cannot be read or cannot answer.
 */
import { readFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { answer } from '../web/src/eeg/answer.ts';
import { sentence } from '../web/src/eeg/answer-text.ts';
import { readEeg } from '../web/src/eeg/read/read.ts';
import { type Recording, sampleCount } from '../web/src/eeg/recording.ts';
import { readFlags, readNumber, readProgram, runCommand, UseError } from './program-command.ts';

const USE = 'npm run eeg -- FILE [FILE …] [--rate HZ] [--marker CODE] [--program FILE] [--list]';

async function readRecording(name: string): Promise<Recording> {
  const bytes = async (path: string) => {
    try {
      return await readFile(path);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw error;
    }
  };
  const own = await bytes(name);
  if (!own) throw new Error(`${name}: there is no such file`);
  try {
    return await readEeg(own, (beside) => bytes(join(dirname(name), basename(beside))));
  } catch (error) {
    throw new Error(`${name}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** Numbers as they were measured, without digits that nobody measured. */
const rounded = (_: string, value: unknown) =>
  typeof value === 'number' && !Number.isInteger(value) ? Number(value.toPrecision(12)) : value;

function print(report: unknown): void {
  process.stdout.write(`${JSON.stringify(report, rounded, 2)}\n`);
}

function describe({ format, sampleRateHz, channels, annotations, ...recording }: Recording) {
  return {
    format,
    sampleRateHz,
    samples: sampleCount({ format, sampleRateHz, channels, annotations, ...recording }),
    channels: channels.map(({ name }) => name),
    annotations,
  };
}

async function main(): Promise<void> {
  const listing = process.argv.includes('--list');
  if (listing) process.argv.splice(process.argv.indexOf('--list'), 1);
  const { values, files } = readFlags(['rate', 'marker', 'program']);
  if (files.length === 0) throw new UseError('expected the name of a file');
  const rateHz = readNumber('rate', values.rate, 0.1, 1000);
  const recordings: Recording[] = [];
  for (const file of files) recordings.push(await readRecording(file));
  if (listing) {
    const described = recordings.map(describe);
    print(described.length === 1 ? described[0] : described);
    return;
  }
  const program = values.program === undefined ? undefined : (await readProgram([values.program])).program;
  const found = answer(recordings, { rateHz, program, marker: values.marker });
  print({
    files,
    rateHz: found.rateHz,
    sampleRateHz: found.sampleRateHz,
    windows: found.windows,
    leftOutShare: found.leftOutShare,
    channels: found.channels.map(({ name, verdict, statistic, p, snr, plv, ppc, smallestVisibleMicrovolts }) => ({
      name,
      verdict,
      statistic,
      p,
      snr,
      plv,
      ppc,
      smallestVisibleMicrovolts,
    })),
    sentence: sentence(found),
  });
}

await runCommand(USE, main);
