import { resolve } from 'node:path';
import { defineConfig } from 'vite';
import { beside } from './build/beside.ts';
import { inputs } from './build/inputs.ts';

const root = import.meta.dirname;

/** The module for experiments in pages, `jspsych.js`, beside the embeds and addressed as they are. Nobody else loads any of it. */
export default defineConfig({
  root,
  ...beside,
  build: {
    ...beside.build,
    emptyOutDir: false,
    lib: { entry: resolve(root, 'src/jspsych/jspsych.ts'), formats: ['es'], fileName: () => 'jspsych.js' },
    rolldownOptions: {
      // Of jsPsych one enumeration is taken; the experiment brings the rest.
      treeshake: { moduleSideEffects: (id: string) => !/node_modules/.test(id) },
      output: {
        minify: true,
        chunkFileNames: 'chunks/[name]-[hash].js',
        assetFileNames: 'chunks/[name]-[hash][extname]',
      },
    },
  },
  plugins: [inputs()],
});
