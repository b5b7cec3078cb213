/** What `render` and `inspect` share: reading flags, reading program files, and how they end. */
import { readFile } from 'node:fs/promises';
import { type ParseArgsConfig, parseArgs } from 'node:util';
import { checkProgram } from '@nes/program/check.ts';
import { readProgramFiles } from '@nes/program/file.ts';
import type { ProgramFile } from '@nes/program/model.ts';

/** Wrong use of a command: its usage is shown with it. */
export class UseError extends Error {}

/**
 * Reads the command line; every flag takes a value, also one that begins with a minus.
 * @throws {UseError} for an unknown flag or a flag without its value
 */
export function readFlags(names: readonly string[]): { values: Record<string, string | undefined>; files: string[] } {
  const options = Object.fromEntries(names.map((name) => [name, { type: 'string' }])) as NonNullable<
    ParseArgsConfig['options']
  >;
  const given: string[] = [];
  for (const word of process.argv.slice(2)) {
    const flag = given.at(-1);
    // `--from -3` says what `--from=-3` does.
    if (flag && /^-\d/.test(word) && names.some((name) => flag === `--${name}`)) given.splice(-1, 1, `${flag}=${word}`);
    else given.push(word);
  }
  for (const [index, word] of given.entries()) {
    const name = /^--([^=]+)/.exec(word)?.[1];
    if (name === undefined) continue;
    if (!names.includes(name))
      throw new UseError(`--${name} is not known; there are ${names.map((one) => `--${one}`).join(', ')}`);
    const next = given[index + 1];
    if (!word.includes('=') && (next === undefined || next.startsWith('-')))
      throw new UseError(`--${name} has no value`);
  }
  try {
    const { values, positionals } = parseArgs({ args: given, allowPositionals: true, options });
    return { values: values as Record<string, string | undefined>, files: positionals };
  } catch (error) {
    throw new UseError(error instanceof Error ? (error.message.split('. ')[0] ?? error.message) : 'wrong flags');
  }
}

/** @throws {UseError} for what is no number or out of range */
export function readNumber(
  flag: string,
  value: string | undefined,
  low: number,
  high: number,
  whole = false,
): number | undefined {
  if (value === undefined) return undefined;
  const number = Number(value);
  const fits = value.trim() !== '' && number >= low && number <= high && (!whole || Number.isInteger(number));
  if (!fits) {
    throw new UseError(`--${flag} is "${value}"; expected a ${whole ? 'whole ' : ''}number from ${low} to ${high}`);
  }
  return number;
}

/** What a JSON file says. @throws an error that names the file: it is not there, or no JSON */
export async function readJson(path: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(path, 'utf8'));
  } catch (error) {
    const missing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    throw new Error(missing ? `${path}: there is no such file` : `${path}: ${(error as Error).message}`);
  }
}

/** Reads a program from a file of any kind, or from several parts of one, in order, and checks it as the application does. */
export async function readProgram(names: readonly string[]): Promise<ProgramFile> {
  const whole = names.join(', ');
  try {
    const files = await Promise.all(names.map(async (name) => ({ name, bytes: await readFile(name) })));
    const file = await readProgramFiles(files);
    return { ...file, program: checkProgram(file.program) };
  } catch (error) {
    const { code, path } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') throw new Error(`${path ?? whole}: there is no such file`);
    const message = error instanceof Error ? error.message : String(error);
    throw new Error(names.some((name) => message.startsWith(name)) ? message : `${whole}: ${message}`);
  }
}

/** Runs a command. Exit code 2: wrong use; 1: what it was asked for cannot be done. Both say why in a sentence. */
export async function runCommand(usage: string, command: () => Promise<void>): Promise<void> {
  try {
    await command();
  } catch (error) {
    const [message = ''] = (error instanceof Error ? error.message : String(error)).split('\n');
    const wrong = error instanceof UseError;
    process.stderr.write(wrong ? `${message}\n${usage}\n` : `${message}\n`);
    process.exitCode = wrong ? 2 : 1;
  }
}
