import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import type { Plugin } from 'vite';
import { categoryName, categoryPlace } from '../src/app/names.ts';
import type { LibraryProtocol } from '../src/data/library.ts';
import { duration, hertzRange } from '../src/elements/format.ts';
import { libraryProtocols } from './data-files.ts';

/** Modules that a page needs, by the name under which the build's manifest knows them. */
const modules = {
  library: 'src/app/library/library-page.ts',
  protocol: 'src/app/protocol/protocol-page.ts',
  player: 'src/app/player/player-page.ts',
} as const;

interface Paint {
  /** Place of the page, as in `protocols/focus`; empty for the library. */
  path: string;
  title: string;
  description: string;
  /** Class of the words, for their place on the page. */
  kind: 'library' | 'protocol' | 'player' | 'plain';
  /** What is seen, as HTML: the head of the page, as the page itself draws it. */
  words: string;
  module?: string;
}

const product = 'Neural Entrainment System';

/** The library's first words for somebody who is new here; the page says the same (`library-page.ts`). */
export const welcome = {
  heading: 'Sound that beats, to focus, rest or sleep',
  words: 'Made on your own machine while you listen. With headphones, and without an account.',
};

const escaped = (text: string): string =>
  text.replace(/[&<>"]/g, (sign) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[sign] ?? sign);

const listed = (kind: string, items: readonly string[]): string =>
  `<ul class="${kind}" role="list">${items.map((item) => `<li>${item}</li>`).join('')}</ul>`;

function libraryWords(base: string, protocols: readonly LibraryProtocol[]): string {
  const first = protocols
    .filter(({ controlOfSlug }) => !controlOfSlug)
    .sort((a, b) => categoryPlace(a.category) - categoryPlace(b.category))
    .slice(0, 12);
  return `<div class="what"><h1>${escaped(welcome.heading)}</h1><p>${escaped(welcome.words)}</p></div><div class="frames"><i></i><i></i><i></i></div>${listed(
    'grid',
    first.map(
      ({ slug, title, summary }) =>
        `<a href="${base}protocols/${slug}">${escaped(title)}</a><span>${escaped(summary)}</span>`,
    ),
  )}`;
}

/** `12 min · 6–12 Hz · needs headphones`, as parts. */
function facts({ durationSeconds, minBeatHz, maxBeatHz, speakersOk }: LibraryProtocol): string[] {
  return [
    Number.isFinite(durationSeconds) ? duration(durationSeconds) : 'endless',
    minBeatHz === null || maxBeatHz === null ? 'no beat' : hertzRange(minBeatHz, maxBeatHz),
    speakersOk ? 'works on speakers' : 'needs headphones',
  ];
}

function paints(base: string): Paint[] {
  const protocols = libraryProtocols();
  const plain: [string, string, string][] = [
    ['history', 'History', 'Every session that was played, and how it was.'],
    ['progress', 'Progress', 'Minutes, days in a row, before and after, and protocols against their controls.'],
    [
      'lists',
      'Lists and plan',
      'Programs one after the other, rounds of work and rest, and what begins at which time of day.',
    ],
    ['create', 'Create', 'A new program, a file you have, and what you have made.'],
    ['edit/new', 'Editor', 'Draw a program on lanes, hear it while editing, import and export it.'],
    ['group', 'Together', 'Hear a program in step with others, on any device.'],
    ['embed-builder', 'Embed', 'The player on your own page: choose, look, copy.'],
    ['account', 'Account', 'A guest, or an account with its devices.'],
    ['device', 'Connect a device', 'Let a television or a script ask in your place, by the code that it shows.'],
    ['preferences', 'Preferences', 'Sound, light, language, reminders.'],
    ['safety', 'Safety', 'What is asked before the first sound, and what holds for everybody.'],
    ['evidence', 'About the evidence', 'What studies say about beats, and what they do not.'],
  ];
  return [
    {
      path: '',
      title: product,
      description: '',
      kind: 'library',
      words: libraryWords(base, protocols),
      module: modules.library,
    },
    ...plain.map(
      ([path, title, description]): Paint => ({
        path,
        title,
        description,
        kind: 'plain',
        words: `<h1>${escaped(title)}</h1>`,
      }),
    ),
    ...protocols.flatMap((protocol): Paint[] => {
      const { slug, title, summary, category } = protocol;
      const heading = `<h1>${escaped(title)}</h1>`;
      return [
        {
          path: `protocols/${slug}`,
          title,
          description: summary,
          kind: 'protocol',
          words: `<p class="small translated">${escaped(categoryName(category))}</p>${heading}<p>${escaped(summary)}</p>${listed('facts translated', facts(protocol).map(escaped))}`,
          module: modules.protocol,
        },
        {
          path: `play/${slug}`,
          title,
          description: summary,
          kind: 'player',
          words: `${heading}<span class="disc"></span><p class="translated">Note how you feel first, to compare afterwards</p>`,
          module: modules.player,
        },
      ];
    }),
  ];
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
 * and not with its 404 page; a search engine and a shared link find its title and words; a reader sees those words
 * with the first paint, and the code of the page is asked for together with that of the shell, as soon as they are seen.
 */
export function firstPaint(): Plugin {
  return {
    name: 'nes-first-paint',
    apply: 'build',
    writeBundle: {
      order: 'post',
      sequential: true,
      handler({ dir = '' }) {
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
        const write = ({ path, title, description, kind, words, module }: Paint): void => {
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
            .replace('<nes-app></nes-app>', () => `<nes-app><div class="paint paint-${kind}">${words}</div></nes-app>`);
          const place = resolve(dir, `${path || 'index'}.html`);
          mkdirSync(dirname(place), { recursive: true });
          writeFileSync(place, text);
        };
        // Where nothing is known of the address: the application itself, which knows its routes.
        writeFileSync(resolve(dir, '404.html'), document);
        for (const paint of paints(base)) write(paint);
      },
    },
  };
}
