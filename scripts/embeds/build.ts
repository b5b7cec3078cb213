/**
 * The embeddable module in `web/dist/embed`: `v<version>/` and the same as `latest/`, the package `@nes/elements` as
 * npm packs it, the page that documents the elements, and the examples. `npm run build` does this after the application.
 */
import { execFileSync } from 'node:child_process';
import { cpSync, globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative, resolve } from 'node:path';
import { gzipSync } from 'node:zlib';
import { build } from 'vite';
import { readLibrary } from '../../prisma/library/library.ts';
import { libraryJson, libraryTextFiles, libraryTextsJson } from '../../web/build/data-files.ts';
import { buildServerEntry } from '../../web/embed/server-entry.ts';
import { hashOf, type Versions } from './keep.ts';
import { writeEmbedPages } from './pages.ts';

const root = resolve(import.meta.dirname, '..', '..');
const web = join(root, 'web');
const { version } = JSON.parse(readFileSync(join(web, 'package.json'), 'utf8')) as { version: string };
/** Everything that embeds are served from. */
export const embedFolder = join(web, 'dist', 'embed');
export const versionFolder = join(embedFolder, `v${version}`);

/** Hashes of every file of a version, in the form of the `integrity` attribute. */
export interface Integrity {
  version: string;
  files: Record<string, string>;
}

const node = (...args: string[]) =>
  execFileSync(process.execPath, args, { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] });

/** The built-in protocols: all of them for a list, and each as a program file, for `protocol` without an API. */
function writeLibrary(folder: string): void {
  writeFileSync(join(folder, 'library.json'), libraryJson());
  for (const { language, fileName } of libraryTextFiles)
    writeFileSync(join(folder, fileName), libraryTextsJson(language));
  mkdirSync(join(folder, 'library'));
  for (const { slug, title, program } of readLibrary())
    writeFileSync(join(folder, 'library', `${slug}.json`), JSON.stringify({ title, ...program }));
}

function hashesOf(folder: string, pattern: string): Record<string, string> {
  const files = globSync(pattern, { cwd: folder, withFileTypes: true }).filter((entry) => entry.isFile());
  return Object.fromEntries(
    files
      .map((entry) => relative(folder, join(entry.parentPath, entry.name)).replaceAll('\\', '/'))
      .toSorted()
      .map((file) => [file, hashOf(readFileSync(join(folder, file)))]),
  );
}

/** Types for people who import the package. */
function writeTypes(folder: string): void {
  const made = join(folder, 'types');
  node(
    join(root, 'node_modules', 'typescript', 'bin', 'tsc'),
    ...['-p', join(web, 'embed', 'tsconfig.types.json'), '--outDir', made],
  );
  for (const file of globSync('**/*.d.ts', { cwd: made })) {
    const path = join(made, file);
    // Declarations keep the endings of the sources.
    writeFileSync(path, readFileSync(path, 'utf8').replace(/((?:from|import\() ?['"]\.[^'"]*)\.ts(['"])/g, '$1.js$2'));
  }
}

/** Packs `@nes/elements` with npm, as a registry would get it. Returns the file's name. */
function packPackage(): string {
  const folder = mkdtempSync(join(tmpdir(), 'nes-elements-'));
  try {
    cpSync(versionFolder, folder, { recursive: true });
    writeTypes(folder);
    cpSync(join(root, 'LICENSE'), join(folder, 'LICENSE'));
    cpSync(join(root, 'docs', 'EMBEDDING.md'), join(folder, 'README.md'));
    const { dependencies } = JSON.parse(readFileSync(join(web, 'package.json'), 'utf8')) as {
      dependencies: Record<string, string>;
    };
    const pick = (...names: string[]) => Object.fromEntries(names.map((name) => [name, dependencies[name]]));
    const description = {
      name: '@nes/elements',
      version,
      description: 'Custom elements that play programs of binaural, monaural and isochronic beats with light in step.',
      license: 'MIT',
      type: 'module',
      // A server draws with server.js, which shares Lit with the renderer; a browser gets the one bundled file.
      exports: {
        '.': { types: './types/elements/nes.d.ts', node: './server.js', default: './nes.js' },
        './nes.js': './nes.js',
        './jspsych.js': './jspsych.js',
        './library/*': './library/*',
        './react': { types: './react.d.ts' },
        './vue': { types: './vue.d.ts' },
        './*.json': './*.json',
      },
      customElements: 'custom-elements.json',
      'web-types': './web-types.json',
      dependencies: pick('lit', '@lit/localize'),
    };
    writeFileSync(join(folder, 'package.json'), JSON.stringify(description, null, 2));
    const packed = execFileSync('npm', ['pack', '--json', '--pack-destination', embedFolder], {
      cwd: folder,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'inherit'],
      shell: process.platform === 'win32',
    });
    const described = JSON.parse(packed) as { filename: string }[] | Record<string, { filename: string }>;
    return (Object.values(described)[0] as { filename: string }).filename;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

export async function buildEmbed(): Promise<void> {
  rmSync(embedFolder, { recursive: true, force: true });
  await build({
    configFile: join(web, 'vite.embed.config.ts'),
    logLevel: 'warn',
    build: { outDir: versionFolder },
  });
  rmSync(join(versionFolder, 'chunks', 'shell.js'));
  await build({
    configFile: join(web, 'vite.jspsych.config.ts'),
    logLevel: 'warn',
    build: { outDir: versionFolder },
  });
  await buildServerEntry(versionFolder);
  writeLibrary(versionFolder);
  // Data for editors and frameworks, made by npm run generate.
  cpSync(join(web, 'embed', 'editor'), versionFolder, { recursive: true });
  const integrity: Integrity = { version, files: hashesOf(versionFolder, '**/*.js') };
  writeFileSync(join(versionFolder, 'integrity.json'), JSON.stringify(integrity, null, 2));
  // By this the next publication finds everything that it has to keep.
  const versions: Versions = { [version]: hashesOf(versionFolder, '**/*') };
  writeFileSync(join(embedFolder, 'versions.json'), JSON.stringify(versions));
  const packed = packPackage();
  cpSync(versionFolder, join(embedFolder, 'latest'), { recursive: true });
  await writeEmbedPages(embedFolder);

  const size = gzipSync(readFileSync(join(versionFolder, 'nes.js')), { level: 9 }).length;
  console.log(`embed/v${version}/nes.js  ${(size / 1000).toFixed(1)} kB gzip, package embed/${packed}`);
  for (const [file, hash] of Object.entries(integrity.files)) console.log(`  ${hash}  ${file}`);
}
