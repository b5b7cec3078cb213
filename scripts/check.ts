/**
 * `npm run check`: format and lint, types, generated files, migrations, sizes. Every step runs; all failures are listed at the end.
 * `custom-elements.json`, `schema.graphql` and the typed operations are compared with what their sources say now.
 */
import { spawn } from 'node:child_process';
import { cpSync, existsSync, globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { editorFolder, writeEditorData } from './embeds/editor-data.ts';
import { describeElements, elementsFile } from './embeds/manifest.ts';
import { iconsFolder, writeIcons } from './icons.ts';
import { driftFromSchema } from './migrate.ts';

const root = resolve(import.meta.dirname, '..');
const module = (...path: string[]) => join(root, 'node_modules', ...path);
const failed: string[] = [];

async function step(name: string, act: () => Promise<string | undefined>): Promise<void> {
  const begin = Date.now();
  let complaint: string | undefined;
  try {
    complaint = await act();
  } catch (error) {
    complaint = (error as Error).message;
  }
  const time = `${((Date.now() - begin) / 1000).toFixed(1)} s`;
  console.log(`${complaint === undefined ? '  ok  ' : '  FAIL'} ${name}  ${time}`);
  if (complaint === undefined) return;
  failed.push(name);
  console.log(complaint.trim().replace(/^/gm, '       '));
}

/** Undefined when the command ended well; else what it printed. */
function output(program: string, args: string[]): Promise<string | undefined> {
  return new Promise((done) => {
    const child = spawn(program, args, {
      cwd: root,
      env: { ...process.env, NO_COLOR: '1' },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let text = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (part: string) => {
        text += part;
      });
    }
    child.once('error', (error) => done(error.message));
    child.once('close', (code) => done(code === 0 ? undefined : text || `exit code ${code}`));
  });
}

/** Undefined where two folders hold the same; else the names that differ. */
function differing(fresh: string, kept: string): string | undefined {
  const list = (folder: string) => globSync('**/*.*', { cwd: folder });
  const names = [...new Set([...list(fresh), ...list(kept)])].filter((name) => {
    const [one, other] = [fresh, kept].map((folder) => join(folder, name));
    return (
      ![one, other].every((path) => path && existsSync(path)) ||
      readFileSync(one as string, 'utf8') !== readFileSync(other as string, 'utf8')
    );
  });
  return names.length === 0 ? undefined : `These are not: ${names.join(', ')}. Run: npm run generate`;
}

const node = (...args: string[]) => output(process.execPath, args);

await step('Format and lint (biome)', () =>
  node(
    module('@biomejs', 'biome', 'bin', 'biome'),
    'ci',
    '--colors=off',
    '--max-diagnostics=50',
    '--error-on-warnings',
    '.',
  ),
);
// First: the web's types are made from the operations.
await step('Operations fit schema.graphql', () => node('web/codegen.ts'));
await step('Types of api, scripts and prisma (tsc)', () =>
  node(module('typescript', 'bin', 'tsc'), '--noEmit', '-p', 'tsconfig.json'),
);
await step('Types of web (tsc)', () => node(module('typescript', 'bin', 'tsc'), '--noEmit', '-p', 'web/tsconfig.json'));
await step('schema.graphql is what the code says', () => node('scripts/print-schema.ts', '--check'));
await step('custom-elements.json is what the elements say', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'nes-elements-'));
  try {
    const fresh = await describeElements(folder);
    const kept = existsSync(elementsFile) ? readFileSync(elementsFile, 'utf8') : '';
    return fresh === kept ? undefined : 'It is not. Run: npm run generate';
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
await step('web/embed/editor is what custom-elements.json says', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'nes-editor-'));
  try {
    writeEditorData(folder);
    return differing(folder, editorFolder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
await step('web/icons is what the sources name', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'nes-icons-'));
  try {
    writeIcons(folder);
    return differing(folder, iconsFolder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
await step('api/src/platform/prisma is what prisma/schema.prisma says', async () => {
  const kept = join(root, 'api', 'src', 'platform', 'prisma');
  const folder = mkdtempSync(join(tmpdir(), 'nes-client-'));
  cpSync(kept, folder, { recursive: true });
  try {
    // The generator writes its own place into what it makes, so it has to work there.
    const complaint = await node(module('prisma-cli', 'build', 'index.js'), 'generate');
    return complaint ?? differing(kept, folder);
  } finally {
    rmSync(kept, { recursive: true });
    cpSync(folder, kept, { recursive: true });
    rmSync(folder, { recursive: true });
  }
});
await step('Migrations make what prisma/schema.prisma says', async () => {
  const drift = await driftFromSchema();
  return drift && `They do not; this is missing. Run: npm run migrate -- NAME\n${drift}`;
});
await step('The web application can be built (vite)', () => node('--run', 'make:web'));
await step('Sizes (size-limit, .size-limit.js)', () => node(module('size-limit', 'bin.js')));

if (failed.length > 0) {
  console.log(`\nFailed: ${failed.join('; ')}.`);
  process.exitCode = 1;
} else {
  console.log('\nAll checks passed.');
}
