/**
 * Puts the packages that the API loads at its start into a few files, for starts from source: Node takes a quarter of a second to find and load
 * their 550 modules, and a tenth of that for these. Writes node_modules/.cache/nes/packages/*.js and index.json, which api/src/packages.ts reads.
 * The API's own modules stay as they are.
 */
import { readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build, type Plugin } from 'rolldown';
import { external } from './bundle-api.ts';
import { prismaForgets } from './package-changes.ts';

const root = resolve(import.meta.dirname, '..');
const folder = join(root, 'node_modules', '.cache', 'nes', 'packages');

/** The packages that modules import by name on the way from start.ts; what they import later, when it is needed, is left alone. */
function importedPackages(): string[] {
  const packages = new Set<string>();
  const seen = new Set<string>();
  const read = (file: string) => {
    if (seen.has(file)) return;
    seen.add(file);
    for (const [, clause, from = ''] of readFileSync(file, 'utf8').matchAll(IMPORT)) {
      if (clause?.startsWith('type ')) continue;
      if (from.startsWith('.')) read(join(dirname(file), from));
      else if (!isBuiltin(from)) packages.add(from);
    }
  };
  read(join(root, 'api/src/start.ts'));
  return [...packages].sort();
}

const IMPORT = /^(?:import|export)\s+(?:([^'"]*?)from\s+)?['"]([^'"]+)['"]/gm;

const fileOf = (name: string) => name.replaceAll(/[^\w.-]+/g, '__');

export async function bundlePackages(): Promise<void> {
  const names = importedPackages();
  const entries = new Map<string, string>();
  for (const name of names) {
    const { default: whole, ...exported } = await import(name);
    const parts = Object.keys(exported).filter((part) => /^[\w$]+$/.test(part) && part !== 'module.exports');
    entries.set(
      `entry:${name}`,
      `export { ${[...parts, ...(whole === undefined ? [] : ['default'])].join(', ')} } from ${JSON.stringify(name)};`,
    );
  }
  const plugin: Plugin = {
    name: 'entries',
    resolveId: (id) => (entries.has(id) ? id : null),
    load: (id) => entries.get(id),
  };
  rmSync(folder, { recursive: true, force: true });
  await build({
    cwd: join(root, 'api'),
    input: Object.fromEntries(names.map((name) => [fileOf(name), `entry:${name}`])),
    platform: 'node',
    external,
    plugins: [plugin, prismaForgets],
    logLevel: 'warn',
    treeshake: true,
    output: {
      dir: folder,
      entryFileNames: '[name].js',
      chunkFileNames: 'shared-[name].js',
      format: 'esm',
      minify: false,
      banner:
        "import { createRequire as createBundleRequire } from 'node:module'; const require = createBundleRequire(import.meta.url);",
    },
  });
  const { mtimeMs, size } = statSync(join(root, 'node_modules', '.package-lock.json'));
  const packages = Object.fromEntries(
    names.map((name) => [name, pathToFileURL(join(folder, `${fileOf(name)}.js`)).href]),
  );
  writeFileSync(join(folder, 'index.json'), JSON.stringify({ lock: `${mtimeMs} ${size}`, packages }));
}

if (import.meta.main) await bundlePackages();
