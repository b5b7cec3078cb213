/**
 * A worker thread that draws pages as the application draws them first, by `@lit-labs/ssr`: the pages' own modules, through Vite. A thread of its own,
 * because the modules look for a window, and the build that waits for the answer must not find one. Whoever starts it ends it.
 */
import { resolve } from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';
import { render } from '@lit-labs/ssr';
import { collectResult } from '@lit-labs/ssr/lib/render-result.js';
import type { TemplateResult } from 'lit';
import { createServer } from 'vite';
import type { LibraryProtocol } from '../src/data/library.ts';

/** What the first paint needs to know of a page. */
export interface Drawn {
  title: string;
  /** What its `render` says, as HTML, before anything was fetched but the library. */
  html: string;
}

export interface Order {
  /** The path that the application is served below, with slashes at both ends. */
  base: string;
  /** Places of the pages, as in `protocols/focus`. */
  paths: string[];
  protocols: LibraryProtocol[];
}

/** A page, with what the two pages of the library draw from. */
interface Drawable {
  readonly pageTitle: string;
  params: Record<string, string>;
  protocols?: LibraryProtocol[];
  protocol?: LibraryProtocol;
  drawn?: number;
  render: () => TemplateResult;
}

const { base, paths, protocols } = workerData as Order;

/** A window where nothing happens, of somebody who was never here. */
const window = new EventTarget();
const nothingKept = { getItem: () => null, setItem: () => {}, removeItem: () => {} };
for (const [name, value] of Object.entries({
  window: globalThis,
  addEventListener: window.addEventListener.bind(window),
  location: new URL(base, 'http://localhost'),
  localStorage: nothingKept,
  sessionStorage: nothingKept,
  document: Object.assign(new EventTarget(), { documentElement: { dataset: {} } }),
  matchMedia: () => Object.assign(new EventTarget(), { matches: false }),
}))
  Object.defineProperty(globalThis, name, { value, configurable: true, writable: true });

const server = await createServer({
  configFile: false,
  root: resolve(import.meta.dirname, '..'),
  base,
  appType: 'custom',
  logLevel: 'error',
  server: { middlewareMode: true, hmr: false, ws: false, watch: null },
  optimizeDeps: { noDiscovery: true },
});
const { routeOf } = (await server.ssrLoadModule('/src/app/routes.ts')) as typeof import('../src/app/routes.ts');
const { playerSession } = (await server.ssrLoadModule(
  '/src/session/session.ts',
)) as typeof import('../src/session/session.ts');
const { recommendedPlace } = (await server.ssrLoadModule(
  '/src/app/library/suggest.ts',
)) as typeof import('../src/app/library/suggest.ts');

const recommended = protocols.toSorted((a, b) => recommendedPlace(a) - recommendedPlace(b));
const drawn: Record<string, Drawn> = {};
for (const path of paths) {
  const { route, params } = routeOf(path);
  const protocol = protocols.find(({ slug }) => slug === params.slug);
  if (protocol && route.fills) await playerSession.open(protocol);
  // Its `render` is for the element itself and for those who draw it.
  const page = new (await route.load())() as unknown as Drawable;
  page.params = params;
  if ('protocols' in page) Object.assign(page, { protocols: recommended, drawn: recommended.length + 1 });
  if (protocol && 'protocol' in page) page.protocol = protocol;
  drawn[path] = { title: page.pageTitle, html: await collectResult(render(page.render())) };
}
parentPort?.postMessage(drawn);
