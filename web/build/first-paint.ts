import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { Worker } from 'node:worker_threads';
import { type DefaultTreeAdapterTypes, parseFragment, serialize, defaultTreeAdapter as tree } from 'parse5';
import type { Plugin } from 'vite';
import type { LibraryProtocol } from '../src/data/library.ts';
import { libraryProtocols } from './data-files.ts';
import type { Drawn, Order } from './draw-pages.ts';

/** Modules that a page needs, by the name under which the build's manifest knows them. */
const modules = {
  library: 'src/app/library/library-page.ts',
  protocol: 'src/app/protocol/protocol-page.ts',
  player: 'src/app/player/player-page.ts',
} as const;

type Element = DefaultTreeAdapterTypes.Element;
type ParentNode = DefaultTreeAdapterTypes.ParentNode;

interface Place {
  /** Place of the page, as in `protocols/focus`; empty for the library. */
  path: string;
  description: string;
  /** Class of the words, for their place on the page. */
  kind: 'library' | 'protocol' | 'player' | 'plain';
  module?: string;
}

const product = 'Neural Entrainment System';

const escaped = (text: string): string =>
  text.replace(/[&<>"]/g, (sign) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[sign] ?? sign);

const attribute = (element: Element, name: string): string =>
  element.attrs.find((one) => one.name === name)?.value ?? '';

const hasClass = (element: Element, name: string): boolean => attribute(element, 'class').split(' ').includes(name);

/** Every element below a node that fits, in the document's order. */
function found(parent: ParentNode, fits: (element: Element) => boolean): Element[] {
  return parent.childNodes
    .filter((node) => tree.isElementNode(node))
    .flatMap((element) => [...(fits(element) ? [element] : []), ...found(element, fits)]);
}

/** The one element that a page must have; without it the page has changed, and its first paint must follow. */
function one(parent: ParentNode, what: string, fits: (element: Element) => boolean): Element {
  const [first] = found(parent, fits);
  if (!first) throw new Error(`The first paint finds no ${what} on its page (web/build/first-paint.ts).`);
  return first;
}

/** Words that are there for a screen reader only. */
const away = (element: Element): boolean => hasClass(element, 'away');

const withClass = (parent: ParentNode, name: string): Element =>
  one(parent, `.${name}`, (element) => hasClass(element, name));

const heading = (parent: ParentNode): Element => one(parent, 'h1', ({ tagName }) => tagName === 'h1');

/** What is inside an element as words alone: what can be pressed, drawn or typed into works only once the code is there. */
function words(parent: ParentNode): string {
  for (const node of [...parent.childNodes]) {
    if (tree.isElementNode(node)) {
      if (/^(svg|button|template)$|-/.test(node.tagName) || away(node)) tree.detachNode(node);
      else {
        node.attrs = node.attrs.filter(({ name }) => /^(class|href|role)$/.test(name));
        words(node);
      }
    } else if (tree.isTextNode(node)) node.value = node.value.replace(/[ \n]+/g, ' ');
    else tree.detachNode(node);
  }
  return serialize(parent).trim();
}

/** The head of a page, out of all that the page draws. */
const heads: Record<Place['kind'], (page: ParentNode) => string> = {
  // The frames keep the room of what fits the hour, which a document cannot know.
  library: (page) =>
    `<div class="what">${words(withClass(page, 'what'))}</div><div class="frames"><i></i><i></i><i></i></div><ul class="grid" role="list">${found(
      page,
      (element) => hasClass(element, 'card'),
    )
      .slice(0, 12)
      .map((card) => `<li>${words(withClass(card, 'names'))}</li>`)
      .join('')}</ul>`,
  protocol: (page) => words(withClass(page, 'titles')),
  player: (page) =>
    `<h1>${words(heading(page))}</h1><span class="disc"></span><p>${words(one(page, 'summary', ({ tagName }) => tagName === 'summary'))}</p>`,
  plain: (page) => {
    const title = heading(page);
    return away(title) ? '' : `<h1>${words(title)}</h1>`;
  },
};

function places(protocols: readonly LibraryProtocol[]): Place[] {
  const plain: [string, string][] = [
    ['history', 'Every session that was played, and how it was.'],
    ['progress', 'Minutes, days in a row, before and after, and protocols against their controls.'],
    ['lists', 'Programs one after the other, rounds of work and rest, and what begins at which time of day.'],
    ['create', 'A new program, a file you have, and what you have made.'],
    ['edit/new', 'Draw a program on lanes, hear it while editing, import and export it.'],
    ['group', 'Hear a program in step with others, on any device.'],
    ['embed-builder', 'The player on your own page: choose, look, copy.'],
    ['account', 'A guest, or an account with its devices.'],
    ['device', 'Let a television or a script ask in your place, by the code that it shows.'],
    ['preferences', 'Sound, light, language, reminders.'],
    ['safety', 'What is asked before the first sound, and what holds for everybody.'],
    ['evidence', 'What studies say about beats, and what they do not.'],
  ];
  return [
    { path: '', description: '', kind: 'library', module: modules.library },
    ...plain.map(([path, description]): Place => ({ path, description, kind: 'plain' })),
    ...protocols.flatMap(({ slug, summary }): Place[] => [
      { path: `protocols/${slug}`, description: summary, kind: 'protocol', module: modules.protocol },
      { path: `play/${slug}`, description: summary, kind: 'player', module: modules.player },
    ]),
  ];
}

/** Pages as the application draws them. See `draw-pages.ts`. */
async function drawPages(order: Order): Promise<Record<string, Drawn>> {
  const worker = new Worker(new URL('./draw-pages.ts', import.meta.url), { workerData: order });
  try {
    const [drawn] = await once(worker, 'message');
    return drawn as Record<string, Drawn>;
  } finally {
    await worker.terminate();
  }
}

interface Chunk {
  file: string;
  imports?: string[];
}

const sourceOf = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

/**
 * Puts the style sheet and the script that come before the first paint into the document itself, so that it waits for no
 * second answer; the content policy names their hashes. The files that held them go.
 */
function withoutWaiting(document: string, dir: string, base: string): string {
  const take = (address: string): string => {
    const file = resolve(dir, address.slice(base.length));
    // A document's lines end with \n alone by the time that they are hashed.
    const text = readFileSync(file, 'utf8').replaceAll('\r\n', '\n');
    rmSync(file);
    return text.trim();
  };
  const replaced = (text: string, pattern: RegExp, directive: string, tag: string): string => {
    const [link, address] = pattern.exec(text) ?? [];
    if (!link || !address) throw new Error(`web/index.html: nothing fits ${pattern}.`);
    const content = take(address).replace(/^\s*\/\/.*\n/gm, '');
    return text
      .replace(link, () => `<${tag}>${content}</${tag}>`)
      .replace(`${directive} 'self'`, `${directive} 'self' ${sourceOf(content)}`);
  };
  return replaced(
    replaced(document, /<link rel="stylesheet"[^>]*href="([^"]+\.css)">/, 'style-src', 'style'),
    /<script src="([^"]*\/theme\.js)"><\/script>/,
    'script-src',
    'script',
  );
}

/**
 * Starts the application once the words of the document are seen. Its code is asked for no sooner: the line of a slow
 * phone is then for what is painted first. Nothing is waited for where no words are to be seen, and where the service
 * worker has the code already.
 */
const begin = (module: string): string => `{
  const words = document.querySelector('nes-app > .paint');
  const seen = words && document.visibilityState === 'visible' && getComputedStyle(words).visibility === 'visible';
  let begun;
  const begin = () => {
    if (begun) return;
    begun = true;
    document.head.append(document.querySelector('#code').content);
    import('${module}');
  };
  if (seen && !navigator.serviceWorker?.controller) {
    try {
      new PerformanceObserver((list) => {
        if (list.getEntriesByName('first-contentful-paint').length > 0) begin();
      }).observe({ type: 'paint', buffered: true });
    } catch {}
    setTimeout(begin, 500);
  } else begin();
}`;

/** Takes the tags that ask for code out of the way of the first paint: into a template, which the last script in the body puts into effect. */
function codeAfterWords(document: string): string {
  const [tag, address] = /<script type="module"[^>]* src="([^"]+)"><\/script>\s*/.exec(document) ?? [];
  if (!tag || !address) throw new Error('web/index.html: there is no module to begin with.');
  const preloads = document.match(/<link rel="modulepreload"[^>]*>/g) ?? [];
  const script = begin(address);
  return preloads
    .reduce((text, link) => text.replace(link, ''), document)
    .replace(tag, '')
    .replace(
      '</head>',
      `<template id="code"><link rel="modulepreload" crossorigin href="${address}">${preloads.join('')}</template></head>`,
    )
    .replace('</body>', () => `<script>${script}</script></body>`)
    .replace("script-src 'self'", `script-src 'self' ${sourceOf(script)}`);
}

/**
 * Gives every address that is known beforehand a document of its own: a host of plain files then answers it with 200
 * and not with its 404 page; a search engine and a shared link find its title and words; a reader sees those words,
 * which are the page's own as it draws them first, with the first paint, and the code of the page is asked for together with that of the shell, as soon as they are seen.
 */
export function firstPaint(): Plugin {
  return {
    name: 'nes-first-paint',
    apply: 'build',
    writeBundle: {
      order: 'post',
      sequential: true,
      async handler({ dir = '' }) {
        const base = process.env.NES_BASE ?? '/';
        const manifest = JSON.parse(readFileSync(resolve(dir, '.vite/manifest.json'), 'utf8')) as Record<string, Chunk>;
        const document = codeAfterWords(withoutWaiting(readFileSync(resolve(dir, 'index.html'), 'utf8'), dir, base));
        const shell = new Set(document.match(/assets\/[\w.-]+\.js/g));
        const preloads = (module: string, seen = new Set<string>()): string[] => {
          const chunk = manifest[module];
          if (!chunk || seen.has(module)) return [];
          seen.add(module);
          const own = shell.has(chunk.file) ? [] : [chunk.file];
          return [...own, ...(chunk.imports ?? []).flatMap((one) => preloads(one, seen))];
        };
        const protocols = libraryProtocols();
        const all = places(protocols);
        const drawn = await drawPages({ base, protocols, paths: all.map(({ path }) => path) });
        const write = ({ path, description, kind, module }: Place): void => {
          const page = drawn[path];
          if (!page) throw new Error(`/${path} was not drawn.`);
          const title = path ? page.title : product;
          const paint = heads[kind](parseFragment(page.html));
          const links = module
            ? [
                ...preloads(module).map((one) => `<link rel="modulepreload" crossorigin href="${base}${one}">`),
                // What such a page shows first; its code would ask for it only once it is there, and cannot use it before.
                `<link rel="preload" as="fetch" fetchpriority="low" crossorigin href="${base}library.json">`,
              ]
            : [];
          const text = document
            .replace('<html lang="en">', `<html lang="en" data-page="${escaped(base + path)}">`)
            .replace(
              /<title>.*<\/title>/,
              `<title>${escaped(title === product ? product : `${title} · ${product}`)}</title>`,
            )
            .replace(
              /(<meta\s+name="description"\s+content=")([^"]*)"/,
              (_all, before, own) => `${before}${escaped(description) || own}"`,
            )
            .replace('</template>', `${links.join('')}</template>`)
            .replace('<nes-app></nes-app>', () =>
              paint ? `<nes-app><div class="paint paint-${kind}">${paint}</div></nes-app>` : '<nes-app></nes-app>',
            );
          const place = resolve(dir, `${path || 'index'}.html`);
          mkdirSync(dirname(place), { recursive: true });
          writeFileSync(place, text);
        };
        // Where nothing is known of the address: the application itself, which knows its routes.
        writeFileSync(resolve(dir, '404.html'), document);
        for (const place of all) write(place);
      },
    },
  };
}
