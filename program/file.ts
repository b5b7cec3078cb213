import { decodeText } from './import/decode.ts';
import { importJson } from './import/json.ts';
import type { ProgramFile } from './model.ts';

/** A file that holds no program, in one line for people. */
export class ProgramFileError extends Error {
  override readonly name = 'ProgramFileError';
}

/** 24 h of keyframes every second for a voice, written out, is about 10 MB. */
export const LARGEST_BYTES = 16 * 1024 * 1024;

/** A file of a program, or of a part of one. */
export interface NamedBytes {
  name: string;
  bytes: Uint8Array;
}

export type FileKind = 'JSON' | 'SBG' | 'GNAURAL' | 'SPSQ';

const ENDINGS: Readonly<Record<string, FileKind>> = {
  json: 'JSON',
  sbg: 'SBG',
  gnaural: 'GNAURAL',
  spsq: 'SPSQ',
  spsc: 'SPSQ',
};

/** Endings of program files, for people and for a file dialog that only knows endings. */
export const PROGRAM_ENDINGS: readonly string[] = Object.keys(ENDINGS).map((ending) => `.${ending}`);

// `[^\S\r\n]` is white space of one line: with all of it, thousands of empty lines would be gone over from each of them again.
/** Settings in brackets, or lines of three numbers with commas: Gnaural before 0.4. */
const GNAURAL_TEXT =
  /^[^\S\r\n]*\[\s*(?:basefreq|noisevol|tonevol|loops|stereonoise)\s*=|^[^\S\r\n]*(?:-?\d[\d.]*\s*,\s*){2}\d[\d.]*\s*,?\s*$/im;
const SPSQ_TEXT =
  /^@(?:samplerate|volume|ambiance|music|waveform|transition|extends)\s|^[^\S\r\n]+(?:waveform\s+\S+\s+)?(?:tone\s+[\d.]+|noise\s+(?:white|pink|brown)|ambiance\s+\S+|music\s+\S+)\s.*\bamplitude\b/im;
const SBG_TEXT = /^[^\S\r\n]*(?:-[a-z]|[a-z][\w-]*:\s|\+?\d{1,2}:\d{1,2}|NOW\b)/im;

/** The kind of a file: by a known ending of its name, else by its content. Null: none of them. */
export function fileKind(name: string, text: string): FileKind | null {
  const ending = /\.([a-z]+)$/i.exec(name)?.[1]?.toLowerCase() ?? '';
  const known = ENDINGS[ending];
  if (known) return known;
  const start = text
    .slice(0, 1000)
    .replace(/^\uFEFF/, '')
    .trimStart();
  if (start.startsWith('{')) return 'JSON';
  if (start.startsWith('<')) return 'GNAURAL';
  if (GNAURAL_TEXT.test(text)) return 'GNAURAL';
  if (SPSQ_TEXT.test(text)) return 'SPSQ';
  return SBG_TEXT.test(text) ? 'SBG' : null;
}

/** A line that begins with a time: what a library of tone-sets has not. */
const TIME_LINE = /^[^\S\r\n]*(?:NOW\b|\+?\d{1,2}:\d{1,2})/im;
/** Sequences that stand in an option. */
const BUILT_IN = /^[^\S\r\n]*-\S{0,80}[ip]\b/m;

const baseName = (name: string): string =>
  name.replace(/^.*[\\/]/, '').replace(/(?:\.(?:json|sbg|gnaural|spsq|spsc))?\.[^.]*$/i, '');

function textOf({ name, bytes }: NamedBytes): string {
  if (bytes.length > LARGEST_BYTES) {
    throw new ProgramFileError(`${name}: ${bytes.length} bytes; at most ${LARGEST_BYTES} are read`);
  }
  return decodeText(bytes);
}

/**
 * Reads a program of any format from one file, or from several parts of one: libraries of tone-sets and a sequence of
 * SBaGen in the order given, those without a time line first; a SynapSeq sequence and the files that it extends.
 * @throws {ProgramError} where the program in it is faulty
 * @throws {ImportError} with line and column where a file is malformed
 * @throws {ProgramFileError} where a file is too large, of no known kind, or the files are no parts of one program
 */
export async function readProgramFiles(files: readonly NamedBytes[]): Promise<ProgramFile> {
  const parts = files.map((file) => {
    const text = textOf(file);
    const kind = fileKind(file.name, text);
    if (kind) return { name: file.name, text, kind };
    throw new ProgramFileError(
      `${file.name}: not a program file; expected .spsq, .json, .sbg or .gnaural, by its name or its content`,
    );
  });
  const [first] = parts;
  if (!first) throw new ProgramFileError('there is no file');
  const several = parts.length > 1;
  if (several && !parts.every(({ kind }) => kind === first.kind && (kind === 'SBG' || kind === 'SPSQ'))) {
    throw new ProgramFileError(
      `${parts.map(({ name }) => name).join(', ')}: only parts of one sequence of SBaGen or SynapSeq can be several files`,
    );
  }
  const named = (main: string, file: ProgramFile): ProgramFile =>
    file.title === '' ? { ...file, title: baseName(main) } : file;
  // Loaded when needed: most pages read JSON only.
  switch (first.kind) {
    case 'JSON':
      return named(first.name, importJson(first.text));
    case 'GNAURAL': {
      if (
        !first.text
          .replace(/^\uFEFF/, '')
          .trimStart()
          .startsWith('<') &&
        GNAURAL_TEXT.test(first.text)
      )
        return named(first.name, (await import('./import/gnaural-text.ts')).importGnauralText(first.text));
      return named(first.name, (await import('./import/gnaural.ts')).importGnaural(first.text));
    }
    case 'SBG': {
      const { importSbg } = await import('./import/sbg.ts');
      const timed = (text: string) => TIME_LINE.test(text) || BUILT_IN.test(text);
      const ordered = [...parts.filter(({ text }) => !timed(text)), ...parts.filter(({ text }) => timed(text))];
      return named(ordered.at(-1)?.name ?? first.name, importSbg(ordered));
    }
    case 'SPSQ': {
      const { importSpsq } = await import('./import/spsq.ts');
      const main = parts.find(({ text }) => /^\d\d:\d\d:\d\d\s/m.test(text)) ?? first;
      return named(
        main.name,
        importSpsq(
          main,
          parts.filter((part) => part !== main),
        ),
      );
    }
  }
}

/** As {@link readProgramFiles}, of one file. */
export function readProgramFile(name: string, bytes: Uint8Array): Promise<ProgramFile> {
  return readProgramFiles([{ name, bytes }]);
}
