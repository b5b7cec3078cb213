/**
 * `npm run render -- IN [IN…] OUT [--rate 48000] [--bits 16|24|32f] [--kbps 192] [--from s] [--to s] [--seed n]
 * [--strobe spectra|audio] [--ends ramp|meet]` renders a program (JSON, SBaGen, SynapSeq, Gnaural; several files are parts of one) to a WAV, FLAC or MP3 file, by
 * the name's ending. `--strobe` adds signals for light glasses; with
 * `--ends meet` one round of the program goes on in its beginning when the file is repeated. Exit code 2: wrong use; 1: the file cannot be read or written.
 */
import { open, unlink } from 'node:fs/promises';
import { type FileFormat, rateFor, stretch, wavPieces } from '../web/src/audio/render-file.ts';
import type { StrobeKind } from '../web/src/audio/strobe-signals.ts';
import { WAV_FORMATS } from '../web/src/audio/wav.ts';
import { readFlags, readNumber, readProgram, runCommand, UseError } from './program-command.ts';

const USE =
  'npm run render -- IN [IN…] OUT [--rate 48000] [--bits 16|24|32f] [--kbps 192] [--from s] [--to s] [--seed n] [--strobe spectra|audio] [--ends ramp|meet]';

const STROBES: Readonly<Record<string, StrobeKind>> = { spectra: 'SpectraStrobe', audio: 'AudioStrobe' };

/** The format that a name asks for. Node has no encoder for AAC and Opus. */
function formatOf(output: string, bits: string, kbps: number): FileFormat {
  const ending = /\.([a-z0-9]+)$/i.exec(output)?.[1]?.toLowerCase();
  if (ending === 'mp3') return { kind: 'MP3', kbps };
  const wanted = WAV_FORMATS.find((each) => each === bits);
  if (!wanted) throw new UseError(`--bits is "${bits}"; expected ${WAV_FORMATS.join(', ')}`);
  if (ending === 'wav') return { kind: 'WAV', bits: wanted };
  if (ending === 'flac' && wanted !== '32f') return { kind: 'FLAC', bits: wanted };
  if (ending === 'flac') throw new UseError('--bits is "32f"; FLAC has 16 or 24');
  throw new UseError(
    `"${output}": expected a name that ends in .wav, .flac or .mp3 (AAC and Opus are written by the application, with the browser's encoder)`,
  );
}

/** Signals for light glasses. This command knows nobody's answers to the safety questions, so it says what they ask. */
function strobeOf(name: string | undefined, { kind }: FileFormat): StrobeKind | undefined {
  if (name === undefined) return undefined;
  const strobe = STROBES[name];
  if (!strobe) throw new UseError(`--strobe is "${name}"; expected spectra, audio`);
  if (kind !== 'WAV' && kind !== 'FLAC') throw new UseError('--strobe needs a name that ends in .wav or .flac');
  process.stderr.write(
    'This file makes light glasses flicker. Flicker can start a seizure, also in people who never had one: never use it ' +
      'after a seizure, with epilepsy in the family, with sensitivity to flashing light, or with migraine.\n',
  );
  return strobe;
}

function seamlessOf(ends: string | undefined, { kind }: FileFormat): boolean {
  if (ends !== undefined && ends !== 'ramp' && ends !== 'meet')
    throw new UseError(`--ends is "${ends}"; expected ramp, meet`);
  if (ends === 'meet' && kind !== 'WAV' && kind !== 'FLAC')
    throw new UseError('--ends meet needs a name that ends in .wav or .flac');
  return ends === 'meet';
}

function read() {
  const { values, files } = readFlags(['rate', 'bits', 'kbps', 'from', 'to', 'seed', 'strobe', 'ends']);
  const inputs = files.slice(0, -1);
  const output = files.at(-1);
  if (inputs.length === 0 || !output) throw new UseError(`expected two names, got ${files.length}`);
  const format = formatOf(output, values.bits ?? '16', readNumber('kbps', values.kbps, 32, 320, true) ?? 192);
  return {
    inputs,
    output,
    format,
    sampleRate: rateFor(format, readNumber('rate', values.rate, 8_000, 384_000, true) ?? 48_000),
    from: readNumber('from', values.from, 0, 1e9),
    to: readNumber('to', values.to, 0, 1e9),
    strobe: strobeOf(values.strobe, format),
    seamless: seamlessOf(values.ends, format),
    seed: readNumber('seed', values.seed, 0, 2 ** 32 - 1, true),
  };
}

async function main(): Promise<void> {
  const { inputs, output, format, sampleRate, from, to, seed, strobe, seamless } = read();
  if (seamless && (strobe || from !== undefined || to !== undefined))
    throw new UseError('--ends meet makes one whole round, without --from, --to and --strobe');
  const { title, program: written, notes } = await readProgram(inputs);
  const program = seed === undefined ? written : { ...written, seed };
  for (const note of notes)
    process.stderr.write(`${inputs.join(', ')}${note.line > 0 ? `:${note.line}` : ''}: ${note.message}\n`);
  const range = stretch(program, from, to);
  const file = await open(output, 'w');
  try {
    const options = { ...range, sampleRate, seamless, ...(strobe ? { strobe } : {}) };
    if (format.kind === 'WAV') for (const piece of wavPieces(program, options, format.bits)) await file.write(piece);
    else {
      const write = async (data: Uint8Array, position: number) =>
        void (await file.write(data, 0, data.length, position));
      const { writeEncoded } = await import('../web/src/audio/encoded.ts');
      await writeEncoded(program, options, format, { title }, write, () => true);
    }
    await file.close();
  } catch (error) {
    // Half a file is worse than none.
    await file.close().catch(() => undefined);
    await unlink(output).catch(() => undefined);
    throw error;
  }
}

await runCommand(USE, main);
