import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import type { Plugin } from 'vite';
import { readLibrary } from '../prisma/library/library.ts';

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
  heading: string;
  words: string;
  module?: string;
}

const product = 'Neural Entrainment System';

/** The library's first words for somebody who is new here; the page says the same (`library-page.ts`). */
export const welcome = {
  heading: 'Sound that beats, made while you listen',
  words:
    'Two tones a few hertz apart beat between your ears; pulses and noise beat in the air. Timed programs of such beats, with light in step, for work, rest and sleep. Whether they change your state is disputed: every protocol says what is known, and your own ratings show what helps you.',
};

function paints(): Paint[] {
  const plain: [string, string, string][] = [
    ['history', 'History', 'Every session that was played, and how it was.'],
    ['progress', 'Progress', 'Minutes, days in a row, before and after, and protocols against their controls.'],
    ['edit/new', 'Editor', 'Draw a program on lanes, hear it while editing, import and export it.'],
    ['group', 'Together', 'Hear a program in step with others, on any device.'],
    ['embed-builder', 'Embed', 'The player on your own page: choose, look, copy.'],
    ['account', 'Account', 'A guest, or an account with its devices.'],
    ['preferences', 'Preferences', 'Sound, light, language, reminders.'],
    ['safety', 'Safety', 'What is asked before the first sound, and what holds for everybody.'],
    ['evidence', 'About the evidence', 'What studies say about beats, and what they do not.'],
  ];
  return [
    ...plain.map(
      ([path, title, description]): Paint => ({ path, title, description, kind: 'plain', heading: title, words: '' }),
    ),
    ...readLibrary().flatMap(({ slug, title, summary }): Paint[] => [
      {
        path: `protocols/${slug}`,
        title,
        description: summary,
        kind: 'protocol',
        heading: title,
        words: summary,
        module: modules.protocol,
      },
      {
        path: `play/${slug}`,
        title,
        description: summary,
        kind: 'player',
        heading: title,
        words: 'Note how you feel first, to compare afterwards',
        module: modules.player,
      },
    ]),
  ];
}

const escaped = (text: string): string =>
  text.replace(/[&<>"]/g, (sign) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[sign] ?? sign);

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
 * Gives every address that is known beforehand a document of its own: a host of plain files then answers it with 200
 * and not with its 404 page; a search engine and a shared link find its title and words; a reader sees those words
 * with the first paint, and the code of the page is asked for together with that of the shell.
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
        const document = withoutWaiting(readFileSync(resolve(dir, 'index.html'), 'utf8'), dir, base);
        const shell = new Set(document.match(/assets\/[\w.-]+\.js/g));
        const preloads = (module: string, seen = new Set<string>()): string[] => {
          const chunk = manifest[module];
          if (!chunk || seen.has(module)) return [];
          seen.add(module);
          const own = shell.has(chunk.file) ? [] : [chunk.file];
          return [...own, ...(chunk.imports ?? []).flatMap((one) => preloads(one, seen))];
        };
        const write = (file: string, { path, title, description, kind, heading, words, module }: Paint): void => {
          const links = module
            ? [
                ...preloads(module).map((one) => `<link rel="modulepreload" crossorigin href="${base}${one}">`),
                // What such a page shows first; its code would ask for it only once it is there.
                `<link rel="preload" as="fetch" crossorigin href="${base}library.json">`,
              ]
            : [];
          const text = document
            .replace('<html lang="en">', `<html lang="en" data-page="${escaped(base + path)}">`)
            .replace(
              /<title>.*<\/title>/,
              `<title>${escaped(title === product ? product : `${title} · ${product}`)}</title>`,
            )
            .replace(/(<meta\s+name="description"\s+content=")[^"]*"/, `$1${escaped(description)}"`)
            .replace('</head>', `${links.map((link) => `    ${link}\n`).join('')}  </head>`)
            .replace(
              '<nes-app></nes-app>',
              `<nes-app><div class="paint paint-${kind}"><h1>${escaped(heading)}</h1>${words ? `<p>${escaped(words)}</p>` : ''}</div></nes-app>`,
            );
          const place = resolve(dir, file);
          mkdirSync(dirname(place), { recursive: true });
          writeFileSync(place, text);
        };
        // Where nothing is known of the address: the application itself, which knows its routes.
        writeFileSync(resolve(dir, '404.html'), document);
        for (const paint of paints()) write(`${paint.path}.html`, paint);
        const description = /<meta\s+name="description"\s+content="([^"]*)"/.exec(document)?.[1] ?? '';
        write('index.html', {
          path: '',
          title: product,
          description,
          kind: 'library',
          ...welcome,
          module: modules.library,
        });
      },
    },
  };
}
