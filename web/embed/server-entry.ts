import { join, resolve } from 'node:path';
import { build, type Plugin } from 'vite';
import { inputs } from '../build/inputs.ts';

/** What comes later in a browser never comes on a server, where the first drawing is the only one. */
const onlyInBrowsers: Plugin = {
  name: 'only-in-browsers',
  enforce: 'pre',
  resolveId(_source, _importer, { kind }) {
    return kind === 'dynamic-import' ? '\0only-in-browsers' : undefined;
  },
  load(id) {
    if (id !== '\0only-in-browsers') return;
    return `throw new Error('This part of the elements runs in a browser only.');`;
  },
};

/** Writes `server.js` into `folder`. Lit stays outside: the renderer has to have the same one. */
export async function buildServerEntry(folder: string): Promise<void> {
  await build({
    configFile: false,
    root: resolve(import.meta.dirname, '..'),
    publicDir: false,
    logLevel: 'warn',
    ssr: { external: ['lit', '@lit/localize'] },
    plugins: [onlyInBrowsers, inputs()],
    build: {
      ssr: resolve(import.meta.dirname, '..', 'src', 'elements', 'nes.server.ts'),
      outDir: folder,
      emptyOutDir: false,
      target: 'node20',
      minify: true,
      rolldownOptions: {
        output: { entryFileNames: 'server.js', chunkFileNames: join('server', '[name].js'), codeSplitting: false },
      },
    },
  });
}
