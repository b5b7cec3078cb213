/** What the documents say of this repository is there: paths, npm scripts, options, variables, arrows of diagrams. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, normalize, resolve } from 'node:path';
import { test } from 'node:test';
import { USAGE } from './deploy.ts';

const root = resolve(import.meta.dirname, '..');
const text = (path: string) => readFileSync(join(root, path), 'utf8');
const documents = ['docs/DEPLOYMENT.md', 'docs/HOSTING_COMPARISON.md', 'docs/OPERATIONS.md', 'docs/ARCHITECTURE.md'];
const scripts = JSON.parse(text('package.json')).scripts as Record<string, string>;
const code = (markdown: string) =>
  [...markdown.matchAll(/```[\s\S]*?```|`[^`\n]+`/g)].map(([block]) =>
    block.replace(/^```\w*|```$/g, ' ').replaceAll('`', ' '),
  );

for (const document of documents) {
  const markdown = text(document);
  const pieces = code(markdown);

  test(`${document}: every path and link is there`, () => {
    const paths = new Set<string>();
    for (const piece of pieces) {
      for (const [path] of piece.matchAll(/(?<![\w/.$-])(?:docker|scripts|docs|prisma|api|web|\.github)\/[\w./-]*\w/g))
        paths.add(path);
      for (const [path] of piece.matchAll(/(?<![\w/.$-])(?:fly\.toml|render\.yaml|railway\.json)(?![\w-])/g))
        paths.add(path);
    }
    assert.ok(paths.size > 0);
    // Made by the build.
    for (const made of ['web/dist', 'api/src/main.blob', 'api/dist/main.js']) paths.delete(made);
    for (const path of paths) assert.ok(existsSync(join(root, path)), path);
    for (const [, link] of markdown.matchAll(/\]\((?!https?:)([^)#]+)\)/g)) {
      assert.ok(existsSync(join(root, dirname(document), link as string)), link);
    }
  });

  test(`${document}: npm scripts, and options and hosts of the deployment, exist`, () => {
    for (const piece of pieces) {
      for (const [, name] of piece.matchAll(/npm run ([\w:]+)/g)) assert.ok(scripts[name as string], `npm run ${name}`);
      for (const [line] of piece.matchAll(/^.*(?:deploy\.ts|deploy-\w+\.(?:sh|ps1)).*$/gm)) {
        for (const [option] of line.matchAll(/(?<=\s)--[a-z-]+/g))
          assert.ok(USAGE.includes(option), `${option} of scripts/deploy.ts`);
      }
    }
    for (const [, option] of markdown.matchAll(/`(--[a-z-]+)`/g)) assert.ok(USAGE.includes(option as string), option);
  });

  test(`${document}: every variable is one that something reads`, () => {
    const readers = [
      'api/src/config.ts',
      'docker/compose.yaml',
      'docker/Caddyfile',
      '.github/workflows/pages.yml',
      '.github/workflows/backup.yml',
      'web/vite.config.ts',
    ];
    const known = readers.map(text).join('\n');
    const words = pieces.join('\n').match(/\b[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+\b/g) ?? [];
    const given = new Set([...words].filter((word) => !['THE_TOKEN'].includes(word)));
    for (const name of given) assert.match(known, new RegExp(`\\b${name}\\b`), name);
  });
}

test('docs/DEPLOYMENT.md tells every variable of the API, with its default', () => {
  const deployment = text('docs/DEPLOYMENT.md');
  const table = deployment.slice(deployment.indexOf('## Variables'));
  const config = text('api/src/config.ts');
  const names = [...config.matchAll(/^ {2}([A-Z][A-Z_]+):/gm)].map(([, name]) => name as string);
  assert.ok(names.length > 20);
  for (const name of names) assert.ok(table.includes(`\`${name}\``), name);
  const defaults: Record<string, string> = {
    DATABASE_POOL: '10',
    PORT: '4000',
    TRUST_PROXY: '0',
    RATE_LIMIT_FACTOR: '1',
  };
  for (const [name, value] of Object.entries(defaults)) {
    assert.match(config, new RegExp(`${name}: [^\\n]*default\\(${value}\\)`));
    assert.match(table, new RegExp(`^\\|[^|]*\`${name}\`[^|]*\\|[^|]*\\| ${value}\\b`, 'm'));
  }
});

test('docs/OPERATIONS.md: the times of the end are those of the code', () => {
  assert.match(text('api/src/start.ts'), /GRACE_MS = 1_500/);
  assert.match(text('api/src/start.ts'), /SHUTDOWN_MS = 9_500/);
  assert.match(text('docs/OPERATIONS.md'), /for 1\.5 s.*\n?.*\n?.*at most 10 s/);
});

test('docs/OPERATIONS.md: the number of tables in a backup is that of the schema', () => {
  const made = execFileSync('git', ['ls-files', 'prisma/migrations'], { cwd: root, encoding: 'utf8' })
    .trim()
    .split('\n')
    .map(text)
    .join('\n');
  const tables = made.match(/^CREATE TABLE /gm)?.length ?? 0;
  assert.ok(text('docs/OPERATIONS.md').includes(`of ${tables} tables`), `of ${tables} tables`);
});

/** Which folders (or files, at the top) of `base` import which, without tests. */
function imports(base: string): Set<string> {
  const files = execFileSync('git', ['ls-files', base], { cwd: root, encoding: 'utf8' })
    .split('\n')
    .filter((file) => /\.ts$/.test(file) && !/\.test\.ts$|\/testing\/|\/generated\//.test(file));
  const part = (file: string) => file.slice(base.length + 1).split('/')[0] as string;
  const arrows = new Set<string>();
  for (const file of files) {
    if (!existsSync(join(root, file))) continue;
    for (const [, fixed, late] of text(file).matchAll(/from '(\.[^']+)'|import\('(\.[^']+)'\)/g)) {
      const target = normalize(join(dirname(file), (fixed ?? late) as string)).replaceAll('\\', '/');
      if (target.startsWith(`${base}/`) && part(target) !== part(file)) arrows.add(`${part(file)} --> ${part(target)}`);
    }
  }
  return arrows;
}

for (const [base, leftOut] of [
  ['api/src', ['graphql', 'platform', 'config.ts', 'testing']],
  ['web/src', ['generated']],
] as const) {
  test(`docs/ARCHITECTURE.md: the arrows of ${base} are its imports`, () => {
    const diagram = text('docs/ARCHITECTURE.md').split(`%% imports ${base}\n`)[1]?.split('```')[0] ?? '';
    const drawn = diagram
      .trim()
      .split('\n')
      .map((line) => line.trim());
    const real = [...imports(base)].filter(
      (arrow) => !arrow.split(' --> ').some((part) => (leftOut as readonly string[]).includes(part)),
    );
    assert.deepEqual(
      drawn.toSorted(),
      real.toSorted(),
      'an import between folders came or went: change the diagram in docs/ARCHITECTURE.md, or the import',
    );
  });
}
