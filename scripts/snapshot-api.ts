/**
 * Makes what the image starts from: `node snapshot-api.ts TREE PLACE` writes TREE/api/src/main.blob, the memory of a process that has loaded
 * api/src/snapshot.ts, for a tree that will stand at PLACE. A start takes two thirds of the time
 * that it takes from one file (docs/PERFORMANCE.md).
 *
 * - Node can keep one plain file this way. What is loaded only when it is needed stands beside it, each with what it needs.
 * - Node's own modules below hold what cannot be kept (sockets, threads): they are loaded when something of them is first used.
 * - Compiled code of Node's own modules stays out: with it the file could only be read by the same processor under the same flags.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { build, type OutputOptions, type Plugin } from 'rolldown';
import { external, keepFolders, wasmAsFile } from './bundle-api.ts';
import { changePackages, prismaForgets } from './package-changes.ts';

const root = resolve(import.meta.dirname, '..');

const LATE_BUILTINS = /\brequire\("(?:node:)?(async_hooks|child_process|http|https|module|tls|vm)"\)/g;

/** What is loaded when it is needed, by the name that it is imported under. */
const lateParts: Record<string, string> = {
  nodemailer: 'mail',
  ioredis: 'redis',
  '@graphql-yoga/render-graphiql': 'playground',
  './platform/open-telemetry.ts': 'traces',
};

/** What packages do while they are loaded, and may only do in the process that serves. */
const startsLater = changePackages([
  // A mask for frames that a later Node brings.
  { file: /\/ws\/lib\/buffer-util\.js$/, replace: [["= require('http');", '= {};']] },
  {
    file: /\/prom-client\/lib\/metrics\/processStartTime\.js$/,
    replace: [
      ['startInSeconds = Math', 'startInSeconds = () => Math'],
      ['labels, startInSeconds)', 'labels, startInSeconds())'],
    ],
  },
]);

/** `lateModule` and `lateImport` stand for `require` and `import` in the file that is kept. */
const head = (place: string) => `
const snapshot = require('node:v8').startupSnapshot;
const lateModule = (name) => new Proxy({}, {
  get(_, key) {
    if (key === '__esModule') return undefined;
    if (snapshot.isBuildingSnapshot()) throw new Error(name + '.' + String(key) + ' is used while modules are loaded.');
    return process.getBuiltinModule(name)[key];
  },
});
const lateImport = async (name) => process.getBuiltinModule('module').createRequire(${JSON.stringify(`${place}/main.cjs`)})(name);
`;

const late: Plugin = {
  name: 'late',
  resolveId(name, _importer, { kind }) {
    const part = kind === 'dynamic-import' ? lateParts[name] : undefined;
    return part === undefined ? null : { id: `./${part}.cjs`, external: true };
  },
  renderChunk: (code) =>
    code.replaceAll(LATE_BUILTINS, "lateModule('$1')").replaceAll(/(?<![\w.])import\(/g, 'lateImport('),
};

const output: OutputOptions = {
  format: 'cjs',
  minify: false,
  comments: { legal: true, annotation: false, jsdoc: false },
  // A file with one character beyond Latin-1 is kept in memory with two bytes for each of its characters.
  charset: 'ascii',
};

/** `node` is the Node that will read the snapshot, and no other can. */
export async function snapshotApi(tree: string, place: string, node = process.execPath): Promise<void> {
  const folder = join(tree, 'api/src');
  const here = join(place, 'api/src');
  const work = mkdtempSync(join(tmpdir(), 'nes-snapshot-'));
  try {
    const common = { cwd: join(root, 'api'), platform: 'node' as const, logLevel: 'warn' as const };
    await build({
      ...common,
      input: join(root, 'api/src/snapshot.ts'),
      external,
      plugins: [
        late,
        startsLater,
        prismaForgets,
        keepFolders('api/src', JSON.stringify(here)),
        wasmAsFile(JSON.stringify(here)),
      ],
      output: { ...output, dir: folder, entryFileNames: 'main.cjs', codeSplitting: false, banner: head(here) },
    });
    await build({
      ...common,
      input: Object.fromEntries(
        Object.entries(lateParts).map(([name, part]) => [
          part,
          name.startsWith('.') ? join(root, 'api/src', name) : name,
        ]),
      ),
      external,
      output: {
        ...output,
        exports: 'named',
        dir: folder,
        entryFileNames: '[name].cjs',
        chunkFileNames: 'late-[name].cjs',
      },
    });
    const main = join(folder, 'main.cjs');
    const settings = join(work, 'settings.json');
    writeFileSync(settings, JSON.stringify({ builder: main, withoutCodeCache: true }));
    execFileSync(node, ['--snapshot-blob', join(folder, 'main.blob'), '--build-snapshot-config', settings], {
      env: { PATH: process.env.PATH, NODE_ENV: 'production' },
      stdio: ['ignore', 'inherit', 'inherit'],
    });
    rmSync(main);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

if (import.meta.main) {
  const [tree, place] = process.argv.slice(2);
  if (!tree || !place) {
    console.error('Usage: node scripts/snapshot-api.ts TREE PLACE');
    process.exit(2);
  }
  await snapshotApi(resolve(tree), place, process.env.NES_NODE);
}
