import { resolve } from 'node:path';
import { defaultClientConditions, defineConfig } from 'vite';
import { VitePWA } from 'vite-plugin-pwa';
import { dataFilesPlugin } from './build/data-files.ts';
import { firstPaint } from './build/first-paint.ts';
import { inputs } from './build/inputs.ts';
import { styles } from './build/styles.ts';

const root = import.meta.dirname;
const api = process.env.NES_API ?? 'http://127.0.0.1:4000';

/** Modules below `src`, by their places without the ending. What they import goes with them. */
const modules = (...places: string[]): RegExp =>
  new RegExp(`[\\\\/]src[\\\\/](${places.join('|').replaceAll('/', '[\\\\/]')})\\.ts$`);

/**
 * `NES_BASE` is the path that the files are served below (`/` or, on a project page, `/<repository>/`).
 * `NES_API` is where the development server finds the API.
 */
export default defineConfig({
  root,
  base: process.env.NES_BASE ?? '/',
  build: {
    outDir: resolve(root, 'dist'),
    emptyOutDir: true,
    target: 'es2023',
    // light-dark() must reach the browser as it is: a part of a page can be dark in the light theme.
    cssTarget: ['chrome123', 'edge123', 'firefox120', 'safari17.5'],
    sourcemap: true,
    // Read by the size budgets.
    manifest: true,
    // Inlined assets would be `data:` addresses, which the page's content policy refuses for scripts and fonts.
    assetsInlineLimit: 0,
    // Every browser that is built for knows `modulepreload`.
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 600,
    rolldownOptions: {
      output: {
        codeSplitting: {
          // A phone asks for few files at a time: what is always wanted together comes as one.
          groups: [
            { name: 'three', test: /[\\/]node_modules[\\/]three[\\/]/, priority: 5 },
            {
              name: 'apollo',
              test: /[\\/]node_modules[\\/](@apollo|rxjs|graphql|graphql-ws|@graphql-typed-document-node)[\\/]/,
              priority: 5,
            },
            {
              name: 'shell',
              test: modules(
                'elements/(element|define|icons|format)',
                'styles/base',
                'data/connection',
                'app/(localise|router|theme|toast)',
              ),
              priority: 4,
            },
            {
              name: 'pages',
              test: modules(
                'elements/curve/nes-curve',
                'data/(library|records|shelf|favourites|protocols)',
                'app/(names|play|recovery|volume-slider)',
              ),
              priority: 3,
            },
            { name: 'account', test: modules('data/(account|preferences|screening)'), priority: 2 },
            { name: 'session', test: modules('session/session'), priority: 1 },
          ],
        },
      },
    },
  },
  // rxjs as it is written today; its default is for browsers of ten years ago.
  resolve: { conditions: ['es2015', ...defaultClientConditions] },
  worker: { format: 'es', plugins: () => [inputs()] },
  experimental: {
    // The embeddable module runs from other origins: what a script loads is addressed from the script, not from the page.
    renderBuiltUrl: (_file, { hostType }) => (hostType === 'js' ? { relative: true } : undefined),
  },
  plugins: [
    {
      // The service worker's plugin answers a failed build with a complaint of its own, which would hide the reason.
      name: 'say-why-the-build-failed',
      buildEnd(error) {
        if (error) console.error(error.message);
      },
    },
    inputs(),
    styles(),
    dataFilesPlugin(),
    firstPaint(),
    VitePWA({
      registerType: 'prompt',
      injectRegister: null,
      manifest: false,
      workbox: {
        globPatterns: ['**/*.{html,js,css,woff2,svg,png,webmanifest,json}'],
        // Away from the network every address is answered with the library's document.
        globIgnores: [
          '404.html',
          'protocols/**',
          'play/**',
          'edit/**',
          '{history,progress,group,account,preferences,safety,evidence}.html',
        ],
        maximumFileSizeToCacheInBytes: 4 * 1024 * 1024,
        navigateFallbackDenylist: [
          /\/embed\//,
          /\/developers/,
          /\/schema\.graphql/,
          /\/graphql/,
          /\/health/,
          /\/metrics/,
        ],
        cleanupOutdatedCaches: true,
      },
    }),
  ],
  server: {
    proxy: {
      '/graphql': { target: api, ws: true },
      '/health': { target: api },
    },
  },
});
