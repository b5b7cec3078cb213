import { decodeText } from './import/decode.ts';
import { importJson } from './import/json.ts';
import type { ProgramFile } from './model.ts';

/** A file that holds no program, in one line for people. */
export class ProgramFileError extends Error {
  override readonly name = 'ProgramFileError';
}

/** 24 h of keyframes every second for a voice, written out, is about 10 MB. */
export const LARGEST_BYTES = 16 * 1024 * 1024;

function titled(name: string, file: ProgramFile): ProgramFile {
  return file.title === '' ? { ...file, title: baseName(name) } : file;
}

function baseName(name: string): string {
  return name.replace(/^.*[\\/]/, '').replace(/\.[^.]*$/, '');
}

/**
 * Reads a program of any format that its name tells: `.json`, `.sbg` or `.gnaural`.
 * @throws {ProgramError} where the program in it is faulty
 * @throws {ImportError} with line and column where the file is malformed
 * @throws {ProgramFileError} where the file is too large, of no known kind or not of its kind
 */
export async function readProgramFile(name: string, bytes: Uint8Array): Promise<ProgramFile> {
  if (bytes.length > LARGEST_BYTES) {
    throw new ProgramFileError(`${name}: ${bytes.length} bytes; at most ${LARGEST_BYTES} are read`);
  }
  const text = decodeText(bytes);
  if (/\.json$/i.test(name)) return titled(name, importJson(text));
  // Loaded when needed: most pages read JSON only.
  if (/\.sbg$/i.test(name)) return titled(name, (await import('./import/sbg.ts')).importSbg(text));
  if (/\.gnaural$/i.test(name)) return titled(name, (await import('./import/gnaural.ts')).importGnaural(text));
  throw new ProgramFileError(`${name}: not a program file; expected a name that ends in .json, .sbg or .gnaural`);
}
