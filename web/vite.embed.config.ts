import { resolve } from 'node:path';
import { defineConfig } from 'vite';
import { beside } from './build/beside.ts';
import { inputs } from './build/inputs.ts';
import { styles } from './build/styles.ts';

const root = import.meta.dirname;

/**
 * The embeddable module: `nes.js` with its lazy chunks beside it. Everything is addressed from the module itself, so
 * that the folder can lie anywhere. `scripts/embeds/build.ts` puts it into the site.
 */
export default defineConfig({
  root,
  ...beside,
  build: {
    ...beside.build,
    emptyOutDir: true,
    cssTarget: ['chrome123', 'edge123', 'firefox120', 'safari17.5'],
    // A library: nothing is preloaded, which would put links into the head of somebody else's page.
    lib: { entry: resolve(root, 'src/elements/nes.ts'), formats: ['es'] },
    chunkSizeWarningLimit: 600,
    rolldownOptions: {
      output: {
        // A library keeps its spaces otherwise.
        minify: true,
        // The entry with all that it imports is one file, under the names that it exports; lazy chunks take what they
        // share from it. What Rolldown takes for the entry is then an empty shell, which is thrown away.
        entryFileNames: 'chunks/shell.js',
        chunkFileNames: ({ name }) => (name === 'nes' ? 'nes.js' : 'chunks/[name]-[hash].js'),
        minifyInternalExports: false,
        assetFileNames: 'chunks/[name]-[hash][extname]',
        codeSplitting: {
          groups: [
            { name: 'nes', test: /[\\/]elements[\\/]nes\.ts$/, priority: 2 },
            { name: 'three', test: /[\\/]node_modules[\\/]three[\\/]/ },
          ],
        },
      },
    },
  },
  plugins: [inputs(), styles()],
});
