import { checkProgram, ProgramError } from './check.ts';
import type { ProgramFile } from './model.ts';

/** A file that holds no program, in one line for people. */
export class ProgramFileError extends Error {
  override readonly name = 'ProgramFileError';
}

/** 24 h of keyframes every second for a voice, written out, is about 10 MB. */
const LARGEST_BYTES = 16 * 1024 * 1024;

/** The JSON form: the fields of a program at the top level, plus these. */
function readJson(name: string, text: string): ProgramFile {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new ProgramFileError(`${name}: not JSON: ${error instanceof Error ? error.message : 'cannot be read'}`);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new ProgramError([
      { path: '', value: text.slice(0, 40), expected: 'an object with the fields of a program' },
    ]);
  }
  const { $schema, title, startClockSeconds, ...program } = value as Record<string, unknown>;
  if ($schema !== undefined && typeof $schema !== 'string') {
    throw new ProgramError([{ path: '$schema', value: $schema, expected: 'text' }]);
  }
  if (title !== undefined && (typeof title !== 'string' || title.length > 200)) {
    throw new ProgramError([{ path: 'title', value: title, expected: 'text of at most 200 characters' }]);
  }
  const clock = startClockSeconds ?? null;
  if (clock !== null && !(typeof clock === 'number' && clock >= 0 && clock < 86_400)) {
    const expected = 'a number from 0 to below 86400, or null';
    throw new ProgramError([{ path: 'startClockSeconds', value: clock, expected }]);
  }
  return { title: title ?? baseName(name), program: checkProgram(program), startClockSeconds: clock, notes: [] };
}

function titled(name: string, file: ProgramFile): ProgramFile {
  return file.title === '' ? { ...file, title: baseName(name) } : file;
}

function baseName(name: string): string {
  return name.replace(/^.*[\\/]/, '').replace(/\.[^.]*$/, '');
}

/**
 * Reads a program of any format that its name tells: `.json`, `.sbg` or `.gnaural`.
 * @throws {ProgramError} where the program in it is faulty
 * @throws {ImportError} with line and column where a sequence file is malformed
 * @throws {ProgramFileError} where the file is too large, of no known kind or not of its kind
 */
export async function readProgramFile(name: string, bytes: Uint8Array): Promise<ProgramFile> {
  if (bytes.length > LARGEST_BYTES) {
    throw new ProgramFileError(`${name}: ${bytes.length} bytes; at most ${LARGEST_BYTES} are read`);
  }
  const text = new TextDecoder().decode(bytes);
  if (/\.json$/i.test(name)) return readJson(name, text);
  // Loaded when needed: most pages read JSON only.
  if (/\.sbg$/i.test(name)) return titled(name, (await import('./import/sbg.ts')).importSbg(text));
  if (/\.gnaural$/i.test(name)) return titled(name, (await import('./import/gnaural.ts')).importGnaural(text));
  throw new ProgramFileError(`${name}: not a program file; expected a name that ends in .json, .sbg or .gnaural`);
}
