/** What the documents say of this repository is there: paths, npm scripts, options, variables, arrows of diagrams. */
import assert from 'node:assert/strict';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join, normalize, resolve } from 'node:path';
import { test } from 'vitest';
import { USAGE } from './deploy/deploy.ts';
import { faultNames } from './faults/faults.ts';

const root = resolve(import.meta.dirname, '..');
const text = (path: string) => readFileSync(join(root, path), 'utf8');
const documents = [
  'docs/DEPLOYMENT.md',
  'docs/HOSTING_COMPARISON.md',
  'docs/SCALING.md',
  'docs/OPERATIONS.md',
  'docs/ARCHITECTURE.md',
];
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
    for (const made of ['web/dist', 'api/dist', 'api/dist/main.js']) paths.delete(made);
    for (const path of paths) assert.ok(existsSync(join(root, path)), path);
    for (const [, link] of markdown.matchAll(/\]\((?!https?:)([^)#]+)\)/g)) {
      assert.ok(existsSync(join(root, dirname(document), link as string)), link);
    }
  });

  test(`${document}: npm scripts, and options and hosts of the deployment, exist`, () => {
    for (const piece of pieces) {
      for (const [, name] of piece.matchAll(/npm run ([\w:-]+)/g))
        assert.ok(scripts[name as string], `npm run ${name}`);
      for (const [line] of piece.matchAll(/^.*(?:deploy\.ts|deploy-\w+\.(?:sh|ps1)).*$/gm)) {
        for (const [option] of line.matchAll(/(?<=\s)--[a-z-]+/g))
          assert.ok(USAGE.includes(option), `${option} of scripts/deploy/deploy.ts`);
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
      'scripts/backup-storage.ts',
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
  assert.match(text('api/src/start.ts'), /GRACE_MS = 5_000/);
  assert.match(text('api/src/start.ts'), /SHUTDOWN_MS = 9_500/);
  assert.match(text('docs/OPERATIONS.md'), /for 5 s.*\n?.*\n?.*at most 10 s/);
});

test('docs/OPERATIONS.md: a row for each fault of the harness', () => {
  const rows = text('docs/OPERATIONS.md')
    .split('\n')
    .filter((line) => line.startsWith('| `'));
  for (const name of faultNames.filter((one) => one !== 'none'))
    assert.equal(rows.filter((row) => row.split('|')[1]?.includes(`\`${name}\``)).length, 1, name);
});

test('docs/OPERATIONS.md: the number of tables in a backup is that of the schema', () => {
  const made = globSync('prisma/migrations/*/migration.sql', { cwd: root }).map(text).join('\n');
  const tables = made.match(/^CREATE TABLE /gm)?.length ?? 0;
  assert.ok(text('docs/OPERATIONS.md').includes(`of ${tables} tables`), `of ${tables} tables`);
});

/** The modules of the API with what each imports of them, types too, without tests and what is generated. */
function importGraph(): Map<string, string[]> {
  const files = globSync('api/src/**/*.ts', { cwd: root })
    .map((file) => file.replaceAll('\\', '/'))
    .filter((file) => !/\.test\.ts$|\/testing\/|\/platform\/prisma\//.test(file));
  const known = new Set(files);
  return new Map(
    files.map((file) => [
      file,
      [...text(file).matchAll(/from '(\.[^']+)'|import '(\.[^']+)'|import\('(\.[^']+)'\)/g)]
        .map(([, from, alone, late]) =>
          normalize(join(dirname(file), (from ?? alone ?? late) as string)).replaceAll('\\', '/'),
        )
        .filter((target) => known.has(target)),
    ]),
  );
}

test('no module of the API imports itself by way of others', () => {
  const graph = importGraph();
  assert.ok(graph.size > 100);
  const done = new Set<string>();
  const visit = (file: string, path: string[]): void => {
    assert.ok(!path.includes(file), `a circle: ${[...path.slice(path.indexOf(file)), file].join(' > ')}`);
    if (done.has(file)) return;
    for (const target of graph.get(file) ?? []) visit(target, [...path, file]);
    done.add(file);
  };
  for (const file of graph.keys()) visit(file, []);
});

test('schema/ and platform/ know no domain and nothing of http/', () => {
  const below = {
    'api/src/schema/': /^api\/src\/(schema|platform|config)/,
    'api/src/platform/': /^api\/src\/(platform|config)/,
  };
  for (const [folder, allowed] of Object.entries(below)) {
    for (const [file, targets] of importGraph()) {
      if (!file.startsWith(folder)) continue;
      for (const target of targets) assert.match(target, allowed, `${file} imports ${target}`);
    }
  }
});

/** Which folders (or files, at the top) of `base` import which, and which of them the program's package, without tests. */
function imports(base: string): Set<string> {
  const files = globSync(`${base}/**/*.ts`, { cwd: root })
    .map((file) => file.replaceAll('\\', '/'))
    .filter((file) => !/\.test\.ts$|\/testing\/|\/generated\//.test(file));
  const part = (file: string) => file.slice(base.length + 1).split('/')[0] as string;
  const arrows = new Set<string>();
  for (const file of files) {
    if (!existsSync(join(root, file))) continue;
    for (const [, workspace] of text(file).matchAll(/ from '(@nes\/\w+)\//g))
      arrows.add(`${part(file)} --> ${workspace}`);
    for (const [, fixed, late] of text(file).matchAll(/from '(\.[^']+)'|import\('(\.[^']+)'\)/g)) {
      const target = normalize(join(dirname(file), (fixed ?? late) as string)).replaceAll('\\', '/');
      if (target.startsWith(`${base}/`) && part(target) !== part(file)) arrows.add(`${part(file)} --> ${part(target)}`);
    }
  }
  return arrows;
}

for (const [base, leftOut] of [
  ['api/src', ['schema', 'platform', 'config.ts', 'testing']],
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
