/** The pages beside the embeddable module: what it is, with every element alive, and one page for each way to use it. */
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { marked } from 'marked';
import { build } from 'vite';
import { embedManifest } from './metadata.ts';

const root = resolve(import.meta.dirname, '..', '..');
const sources = join(root, 'web', 'embed');

interface PageParts {
  title: string;
  body: string;
  /** From the page to the folder of the embeds, as in `../`. */
  up: string;
  lang?: string;
  policy?: string;
  heading?: boolean;
  /** What stands above the page, in the place of the way back to the embeds. */
  nav?: string;
  /** Whether the elements are alive on it. */
  elements?: boolean;
}

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

function pageOf(parts: PageParts): string {
  const { title, body, up, lang = 'en', policy, heading = true, elements = true } = parts;
  const nav = parts.nav ?? (up === './' ? '' : `<a href="${up}">Embedding</a>`);
  const meta = policy ? `\n    <meta http-equiv="Content-Security-Policy" content="${escaped(policy)}">` : '';
  return `<!doctype html>
<html lang="${lang}"${lang === 'ar' ? ' dir="rtl"' : ''}>
  <head>
    <meta charset="utf-8">${meta}
    <meta name="viewport" content="width=device-width">
    <meta name="color-scheme" content="dark light">
    <title>${escaped(title)}</title>
    <link rel="stylesheet" href="${up}pages.css">
    ${policy ? '' : `<link rel="stylesheet" href="${up}font.css">`}
    ${lang === 'en' && !policy ? `<script type="module" src="${up}copy.js"></script>` : ''}
    ${elements ? `<script type="module" src="${up}latest/nes.js"></script>` : ''}
  </head>
  <body>
    ${nav && `<nav>${nav}</nav>`}
    ${heading ? `<h1>${escaped(title)}</h1>` : ''}
    ${body}
  </body>
</html>
`;
}

/** The examples, in the order in which they are listed. */
const examples: [string, string][] = [
  ['plain', 'Plain HTML'],
  ['strict-csp', 'Strict content policy'],
  ['react', 'React'],
  ['vue', 'Vue'],
  ['markdown', 'A Markdown site'],
  ['three-players', 'Three players on one page'],
  ['right-to-left', 'Right to left'],
  ['print', 'On paper'],
];

/** Shows what it says. */
const live = (snippet: string): string =>
  `<div class="live"><pre><code>${escaped(snippet)}</code></pre>${snippet}</div>`;

const demonstrations: Record<string, string> = {
  'nes-player': `<nes-player protocol="creativity" scene="fibonacci"></nes-player>`,
  'nes-protocol-list': `<nes-protocol-list category="SLEEP NAP" search></nes-protocol-list>`,
  'nes-visual': `<nes-visual scene="aurora"></nes-visual>`,
  'nes-metrics': `<nes-metrics></nes-metrics>`,
};

interface Row {
  name?: string;
  type?: { text: string };
  default?: string;
  description?: string;
  kind?: string;
  attribute?: string;
  readonly?: boolean;
  static?: boolean;
  parameters?: { name: string; type?: { text: string } }[];
  return?: { type?: { text: string } };
}

function tableOf(heading: string, head: string[], rows: string[][]): string {
  if (rows.length === 0) return '';
  const cells = (tag: string, row: string[]): string => row.map((cell) => `<${tag}>${cell}</${tag}>`).join('');
  return `<h3>${heading}</h3><div class="scroll"><table><thead><tr>${cells('th', head)}</tr></thead><tbody>${rows
    .map((row) => `<tr>${cells('td', row)}</tr>`)
    .join('')}</tbody></table></div>`;
}

const code = (text = ''): string => (text ? `<code>${escaped(text)}</code>` : '');
const words = (text = ''): string => marked.parseInline(text.replaceAll('\n', ' ')) as string;

/** Everything that a page may use of one element, from its source. */
function referenceOf(declaration: Record<string, Row[] | undefined>): string {
  const named = (rows: Row[] = []): Row[] => rows.filter(({ name }) => name !== undefined);
  const members = named(declaration.members).filter((one) => !one.static);
  const attributes = named(declaration.attributes);
  const properties = members.filter(({ kind, attribute }) => kind === 'field' && attribute === undefined);
  return [
    tableOf(
      'Attributes',
      ['Name', 'Type', 'Default', ''],
      attributes.map(({ name, type, default: value, description }) => [
        code(name),
        code(type?.text),
        code(value),
        words(description),
      ]),
    ),
    tableOf(
      'Properties',
      ['Name', 'Type', ''],
      properties.map(({ name, type, description }) => [code(name), code(type?.text), words(description)]),
    ),
    tableOf(
      'Methods',
      ['Name', ''],
      members
        .filter(({ kind }) => kind === 'method')
        .map(({ name, parameters = [], description }) => [
          code(`${name}(${parameters.map((one) => one.name).join(', ')})`),
          words(description),
        ]),
    ),
    tableOf(
      'Events',
      ['Name', ''],
      named(declaration.events).map(({ name, description }) => [code(name), words(description)]),
    ),
    tableOf(
      'Slots',
      ['Name', ''],
      (declaration.slots ?? []).map(({ name, description }) => [name ? code(name) : 'default', words(description)]),
    ),
    tableOf(
      'Parts',
      ['Name', ''],
      named(declaration.cssParts).map(({ name, description }) => [code(name), words(description)]),
    ),
    tableOf(
      'Custom properties',
      ['Name', ''],
      named(declaration.cssProperties).map(({ name, description }) => [code(name), words(description)]),
    ),
  ].join('');
}

/** Tables may be wider than the page. */
const scrolling = (html: string): string =>
  html.replaceAll('<table>', '<div class="scroll"><table>').replaceAll('</table>', '</table></div>');

/** docs/API.md as the page `developers/` of the site. */
export function writeApiGuide(site: string): void {
  const text = marked.parse(readFileSync(join(root, 'docs', 'API.md'), 'utf8')) as string;
  mkdirSync(join(site, 'developers'), { recursive: true });
  writeFileSync(
    join(site, 'developers', 'index.html'),
    pageOf({
      title: 'The API, step by step',
      up: '../embed/',
      nav: '<a href="../">Neural Entrainment</a>',
      body: scrolling(text),
      heading: false,
      elements: false,
    }),
  );
}

export async function writeEmbedPages(folder: string): Promise<void> {
  const out = join(folder, 'examples');
  mkdirSync(out, { recursive: true });
  for (const file of ['pages.css', 'font.css', 'copy.js']) cpSync(join(sources, file), join(folder, file));
  const font = '@fontsource-variable/hanken-grotesk/files/hanken-grotesk-latin-wght-normal.woff2';
  cpSync(fileURLToPath(import.meta.resolve(font)), join(folder, 'hanken-grotesk.woff2'));

  const text = marked.parse(readFileSync(join(root, 'docs', 'EMBEDDING.md'), 'utf8')) as string;
  const reference = embedManifest()
    .modules.flatMap(({ declarations }) => declarations)
    .map(
      (declaration) =>
        `<h2 id="${declaration.tagName}"><code>&lt;${declaration.tagName}&gt;</code></h2><p>${words(declaration.description)}</p>${live(
          demonstrations[declaration.tagName] ?? '',
        )}${referenceOf(declaration)}`,
    )
    .join('');
  const links = examples.map(([name, title]) => `<a href="examples/${name}.html">${escaped(title)}</a>`).join(' ');
  writeFileSync(
    join(folder, 'index.html'),
    pageOf({
      title: 'Embedding',
      up: './',
      heading: false,
      body: `${scrolling(text).replace('</h1>', `</h1><nav aria-label="Examples">${links}</nav>`)}${reference}`,
    }),
  );

  // For sites that take scripts out: the page of an iframe, which holds a player and nothing else.
  cpSync(join(sources, 'frame.js'), join(folder, 'frame.js'));
  writeFileSync(
    join(folder, 'frame.html'),
    `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width">
    <meta name="color-scheme" content="dark light">
    <meta name="robots" content="noindex">
    <title>Player</title>
    <style>body { margin: 0; --nes-height: min(48cqi, 100dvh - 11rem); } nes-player { display: block; }</style>
    <script type="module" src="latest/nes.js"></script>
    <script type="module" src="frame.js"></script>
  </head>
  <body></body>
</html>
`,
  );

  // What a laboratory measures its own output with; it needs no element.
  cpSync(join(sources, 'loop-back.js'), join(folder, 'loop-back.js'));
  writeFileSync(
    join(folder, 'loop-back.html'),
    pageOf({
      title: 'Latency and jitter by a cable',
      up: './',
      nav: '<a href="./">Embedding</a>',
      body: readFileSync(join(sources, 'loop-back.html'), 'utf8'),
      elements: false,
    }),
  );

  for (const [name, title] of examples) {
    const file = join(sources, 'examples', `${name}.html`);
    const page: PageParts = { title, body: '', up: '../' };
    if (name === 'markdown') {
      page.heading = false;
      page.body = marked.parse(readFileSync(join(sources, 'examples', 'markdown.md'), 'utf8')) as string;
    } else if (name === 'react' || name === 'vue') {
      page.body = `<div id="app" class="live"></div><script type="module" src="${name}.js"></script>`;
    } else {
      const source = readFileSync(file, 'utf8');
      const said = (what: string): string | undefined => new RegExp(`<!-- ${what}: (.*?) -->\n`).exec(source)?.[1];
      page.title = said('title') ?? title;
      page.lang = said('lang') ?? 'en';
      page.policy = said('policy');
      page.body = source.replaceAll(/<!-- \w+: .*? -->\n/g, '');
    }
    writeFileSync(join(out, `${name}.html`), pageOf(page));
  }
  cpSync(join(sources, 'examples', 'plain.js'), join(out, 'plain.js'));
  // As the site of somebody who uses the framework would build them.
  for (const entry of ['react.tsx', 'vue.ts'])
    await build({
      configFile: false,
      root: sources,
      publicDir: false,
      logLevel: 'warn',
      define: { 'process.env.NODE_ENV': '"production"', __VUE_OPTIONS_API__: 'false', __VUE_PROD_DEVTOOLS__: 'false' },
      build: {
        outDir: out,
        emptyOutDir: false,
        modulePreload: false,
        rolldownOptions: {
          input: join(sources, 'examples', entry),
          output: { entryFileNames: '[name].js' },
        },
      },
    });
}
