/**
 * What a step of the set-up reads must be among its inputs in package.json, or an old result passes for fresh. Derived from what the steps do: the
 * bundlers tell their modules, Node's coverage the scripts it loaded, and the files that their JavaScript reads are listed while they run, in a copy
 * of the checkout without its history.
 */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, delimiter, join, matchesGlob, relative, resolve } from 'node:path';
import { afterAll, beforeAll, test } from 'vitest';
import { scriptsLoaded } from '../../api/src/testing/scripts-loaded.ts';

const root = resolve(import.meta.dirname, '..', '..');
/** What no checkout has, and pictures of the documentation. */
const LEFT_OUT = ['node_modules', '.git', '.data', '.wireit', 'dist', 'generated', 'screens'];

interface Step {
  command: string;
  dependencies?: string[];
  files: string[];
  output: string[];
}
const { wireit } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { wireit: Record<string, Step> };
const stepOf = (name: string) => wireit[name] as Step;

/** As wireit reads a list: a later pattern overrules an earlier one. */
const declared = (path: string, patterns: string[]) =>
  patterns.reduce(
    (yes, pattern) =>
      pattern.startsWith('!') ? yes && !matchesGlob(path, pattern.slice(1)) : yes || matchesGlob(path, pattern),
    false,
  );

/** What was read and is neither an input nor made by the step itself or by one that it depends on. */
function missing(name: string, read: string[], patterns = stepOf(name).files): string[] {
  const made = (step: string): string[] => [
    ...stepOf(step).output,
    ...(stepOf(step).dependencies ?? []).flatMap((other) => made(other)),
  ];
  const folders = made(name).map((pattern) => pattern.replace('**', ''));
  return read.filter((path) => !declared(path, patterns) && !folders.some((folder) => path.startsWith(folder)));
}

let copy = '';
beforeAll(() => {
  copy = realpathSync(mkdtempSync(join(tmpdir(), 'nes-inputs-')));
  cpSync(root, copy, { recursive: true, filter: (path) => path === root || !LEFT_OUT.includes(basename(path)) });
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'), 'junction');
});
afterAll(() => rmSync(copy, { recursive: true, force: true }));

/** Files of the checkout that a step read, from its root. */
function readBy(name: string): string[] {
  const list = join(copy, '.data', `${name.replace(':', '-')}.txt`);
  const loaded = join(copy, '.data', `${name.replace(':', '-')}-coverage`);
  mkdirSync(loaded, { recursive: true });
  writeFileSync(list, '');
  const [program, ...args] = stepOf(name).command.split(' ');
  assert.equal(program, 'node');
  execFileSync(process.execPath, args, {
    cwd: copy,
    env: {
      ...process.env,
      NODE_ENV: 'production',
      PATH: [join(root, 'node_modules', '.bin'), process.env.PATH].join(delimiter),
      NES_INPUTS: list,
      NODE_V8_COVERAGE: loaded,
      NODE_OPTIONS: `--import ${new URL('./files-read.mjs', import.meta.url).href}`,
      PRISMA_HIDE_UPDATE_MESSAGE: '1',
      CHECKPOINT_DISABLE: '1',
      PRISMA_SCHEMA_ENGINE_BINARY: join(root, 'scripts', 'schema-engine.mjs'),
    },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const paths = [...readFileSync(list, 'utf8').split('\n'), ...scriptsLoaded(loaded)]
    .map((line) => line.split(/[?#]/)[0] as string)
    .filter((path) => path.startsWith('/') || /^[A-Z]:/.test(path))
    // Workspaces are linked: what is imported by name is read in the checkout that was copied.
    .map((path) => relative(path.startsWith(copy) ? copy : root, path).replaceAll('\\', '/'));
  return (
    [...new Set(paths)]
      .filter((path) => !path.startsWith('..') && !path.includes('node_modules/') && existsSync(join(root, path)))
      // wireit reads both itself: the command, and the packages.
      .filter((path) => !['package.json', 'package-lock.json', 'scripts/start/files-read.mjs'].includes(path))
      .filter((path) => !path.startsWith('.data/'))
      .sort()
  );
}

/** Of each step a file that it only reads, and a script that it only loads: the list has both kinds. */
const KNOWN: Record<string, string[]> = {
  'make:database-client': ['prisma.config.ts'],
  'make:operations': ['web/codegen.ts', 'schema.graphql'],
  'make:web': ['web/package.json', 'scripts/build.ts', 'scripts/embeds/build.ts'],
  'make:server': ['scripts/bundle-api.ts', 'web/build/inputs.ts', 'api/src/main.ts'],
};

for (const [name, known] of Object.entries(KNOWN)) {
  test(`${name} declares all that it reads`, () => {
    const read = readBy(name);
    for (const path of known) assert.ok(read.includes(path), `${path} is read, and not in the list`);
    assert.deepEqual(missing(name, read), []);
    // Taken out, any one of them is missed.
    for (const path of read.filter((one) => declared(one, stepOf(name).files)))
      assert.deepEqual(missing(name, [path], [...stepOf(name).files, `!${path}`]), [path]);
  });
}
