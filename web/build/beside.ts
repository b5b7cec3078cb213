import { resolve } from 'node:path';
import type { UserConfig } from 'vite';
import { inputs } from './inputs.ts';

/** What builds of modules for other people's pages have in common: all of it lies in one folder, and is addressed from the module itself. */
export const beside = {
  base: './',
  publicDir: false,
  build: {
    outDir: resolve(import.meta.dirname, '..', 'dist', 'embed', 'latest'),
    target: 'es2023',
    assetsDir: 'chunks',
    // A page's content policy refuses `data:` addresses.
    assetsInlineLimit: 0,
  },
  worker: {
    format: 'es',
    plugins: () => [inputs()],
    rolldownOptions: { output: { entryFileNames: 'chunks/[name]-[hash].js' } },
  },
} satisfies UserConfig;
