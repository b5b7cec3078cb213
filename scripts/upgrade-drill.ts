/**
 * `npm run upgrade-drill`: what would happen if every dependency were its newest minor version? In a copy of the checkout all of them are installed,
 * everything is built and the API's tests run. Where that fails, halving finds the package with which it begins. The checkout stays as it is.
 * With words after `--` those files are tested instead (a part of their path).
 */
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';

const root = resolve(import.meta.dirname, '..');
const LEFT_OUT = ['node_modules', '.git', '.data', '.wireit', 'dist', 'generated', 'screens'];
const MANIFESTS = [
  'package.json',
  'program/package.json',
  'trials/package.json',
  'client/package.json',
  'api/package.json',
  'web/package.json',
];
const KINDS = ['dependencies', 'devDependencies', 'optionalDependencies'] as const;
type Manifest = Partial<Record<(typeof KINDS)[number], Record<string, string>>>;
const tested = process.argv.slice(2).length > 0 ? process.argv.slice(2) : ['api/src'];

const read = (file: string) => JSON.parse(readFileSync(join(root, file), 'utf8')) as Manifest;
/** An exact version, with its registry name before it where it is an alias. */
const EXACT = /^((?:npm:.+@)?)(\d+\.\d+\.\d+)$/;

/** Every package with an exact version; our own workspaces stay as they are. */
const packages = [
  ...new Set(
    MANIFESTS.map(read).flatMap((manifest) =>
      KINDS.flatMap((kind) =>
        Object.entries(manifest[kind] ?? {}).flatMap(([name, version]) =>
          EXACT.test(version) && !name.startsWith('@nes/') ? [name] : [],
        ),
      ),
    ),
  ),
].sort();

interface Result {
  /** The step that failed, with the end of what it printed; undefined where all went well. */
  failed: string | undefined;
  changed: string[];
}

/** Installs, builds and tests a copy with the newest minor version of these packages. */
function drill(raised: readonly string[]): Result {
  const copy = mkdtempSync(join(tmpdir(), 'nes-upgrade-'));
  try {
    cpSync(root, copy, { recursive: true, filter: (path) => path === root || !LEFT_OUT.includes(basename(path)) });
    for (const file of MANIFESTS) {
      const manifest = read(file);
      for (const kind of KINDS)
        for (const [name, version] of Object.entries(manifest[kind] ?? {}))
          if (raised.includes(name) && manifest[kind]) manifest[kind][name] = version.replace(EXACT, '$1^$2');
      writeFileSync(join(copy, file), `${JSON.stringify(manifest, null, 2)}\n`);
    }
    const run = (name: string, ...args: string[]): string | undefined => {
      console.log(`  ${name} …`);
      const { status, stdout, stderr } = spawnSync('npm', args, {
        cwd: copy,
        encoding: 'utf8',
        maxBuffer: 1e9,
        shell: process.platform === 'win32',
      });
      return status === 0 ? undefined : `${name}:\n${`${stdout}\n${stderr}`.trim().split('\n').slice(-40).join('\n')}`;
    };
    const versions = (folder: string) =>
      (
        JSON.parse(readFileSync(join(folder, 'package-lock.json'), 'utf8')) as {
          packages: Record<string, { version?: string }>;
        }
      ).packages;
    const install = run('install', 'update', '--ignore-scripts', '--no-audit', '--no-fund', '--save=false', ...raised);
    const [before, after] = [versions(root), versions(copy)];
    const changed = raised.flatMap((name) =>
      ['', 'api/', 'web/', 'program/'].flatMap((place) => {
        const path = `${place}node_modules/${name}`;
        const [was, is] = [before[path]?.version, after[path]?.version];
        return was && is && was !== is ? [`${name} ${was} → ${is}`] : [];
      }),
    );
    const failed = install ?? run('build', 'run', 'build') ?? run('tests', 'test', '--', ...tested);
    return { failed, changed };
  } finally {
    if (existsSync(copy)) rmSync(copy, { recursive: true, force: true });
  }
}

console.log(`${packages.length} packages, each to its newest minor version.`);
const whole = drill(packages);
console.log(whole.changed.length > 0 ? whole.changed.map((line) => `  ${line}`).join('\n') : '  All are the newest.');
if (whole.failed === undefined) {
  console.log('Installed, built, and the tests passed.');
} else {
  console.log(whole.failed);
  // The smallest beginning of the list that fails: its last package is the one.
  const candidates = packages.filter((name) => whole.changed.some((line) => line.startsWith(`${name} `)));
  let [good, bad] = [0, candidates.length];
  while (bad - good > 1) {
    const middle = (good + bad) >> 1;
    console.log(`Trying ${middle} of ${candidates.length} …`);
    if (drill(candidates.slice(0, middle)).failed === undefined) good = middle;
    else bad = middle;
  }
  console.log(
    candidates.length === 0
      ? 'It fails with the packages as they are in the lock file, too.'
      : `It fails with ${whole.changed.find((line) => line.startsWith(`${candidates[bad - 1]} `))}.`,
  );
  process.exitCode = 1;
}
