/** docs/API.md: every block is run against a server, one program for each language; its tables are those of the code. */
import assert from 'node:assert/strict';
import { execFile, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { limits } from '../api/src/http/document-limits.ts';
import { socketLimits } from '../api/src/http/socket-connection.ts';
import { newId } from '../api/src/platform/ids.ts';
import { TokenScope } from '../api/src/platform/prisma/enums.ts';
import { errorCodes } from '../api/src/schema/errors.ts';
import { type TestServer, useServer } from '../api/src/testing/server.ts';

const root = resolve(import.meta.dirname, '..');
const guide = readFileSync(join(root, 'docs', 'API.md'), 'utf8');
const run = promisify(execFile);

/** The blocks of a language, in order. */
const blocks = (language: string): string[] =>
  [...guide.matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)]
    .filter((match) => match[1] === language)
    .map((match) => match[2] ?? '');
const has = (program: string) => spawnSync(program, ['--version']).status === 0;

describe('every block runs', () => {
  let api: TestServer;
  let folder: string;
  beforeAll(async () => {
    api = await useServer();
    // Below the checkout, where @nes/client is found.
    folder = mkdtempSync(join(root, 'client', 'guide-'));
  });
  afterAll(async () => {
    rmSync(folder, { recursive: true, force: true });
    await api.close();
  });
  const environment = () => ({ ...process.env, NES: api.url, EMAIL: `${newId()}@example.org` });

  it('there are blocks in three languages, and none in a fourth', () => {
    const languages = new Set([...guide.matchAll(/^```(\w+)\n/gm)].map(([, language]) => language));
    assert.deepEqual([...languages].sort(), ['python', 'sh', 'text', 'ts']);
    for (const language of ['sh', 'ts', 'python']) assert.ok(blocks(language).length >= 7, language);
  });

  it.skipIf(!has('bash') || !has('curl') || !has('jq'))('curl', async () => {
    const { stdout } = await run('bash', ['-euo', 'pipefail', '-c', blocks('sh').join('\n')], { env: environment() });
    assert.match(stdout, /"PUBLIC"/);
    assert.match(stdout, /{"state":"STOPPED","version":4}/);
    assert.match(stdout, /"stars": 4/);
  });

  it('TypeScript, with its types', async () => {
    const file = join(folder, 'guide.ts');
    writeFileSync(file, blocks('ts').join('\n'));
    const { stdout } = await run(process.execPath, [file], { env: environment() });
    assert.match(stdout, /dpop\+jwt\nPUBLIC\n4\n/);
    assert.match(stdout, /ACTIVE STARTED PAUSED RESUMED\nSTOPPED STOPPED\n/);
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ extends: '../../tsconfig.json', include: ['.'] }));
    const checked = spawnSync(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-p', folder]);
    assert.equal(String(checked.stdout), '');
  });

  it.skipIf(!has('python3'))('Python, with its standard library alone', async () => {
    const file = join(folder, 'guide.py');
    writeFileSync(file, blocks('python').join('\n'));
    const { stdout } = await run('python3', ['-I', file], { env: environment() });
    assert.match(stdout, /PAUSED\nSTOPPED\n$/);
  });
});

describe('the tables are those of the code', () => {
  it('errors', () => {
    for (const [code, text] of Object.entries(errorCodes)) assert.ok(guide.includes(`| \`${code}\` | ${text} |`), code);
  });

  it('limits', () => {
    for (const [name, value] of Object.entries({
      'tokens of a document': limits.tokens,
      depth: limits.depth,
      aliases: limits.aliases,
      directives: limits.directives,
      'operations of a socket at once': socketLimits.operations,
      'frame of a WebSocket': `${socketLimits.frameBytes / 1024} kB`,
    }))
      assert.ok(guide.includes(`| ${name} | ${value} |`), name);
    assert.ok(guide.includes(`scalars are free, a program counts 40 | ${limits.complexity} |`));
    const admission = readFileSync(join(root, 'api/src/http/admission.ts'), 'utf8');
    assert.match(admission, /free: { capacity: 100, perSecond: 15 }/);
    assert.match(admission, /download: { capacity: 10, perSecond: 1 \/ 6 }/);
  });

  it('scopes', () => {
    for (const scope of Object.keys(TokenScope)) assert.ok(guide.includes(`| \`${scope}\` |`), scope);
  });

  it('a newcomer needs at most six commands', () => {
    const [block = ''] = blocks('text');
    const commands = block.trim().split('\n');
    assert.ok(commands.length <= 6);
    assert.ok(commands.at(-1)?.startsWith('node client/examples/follow.ts'), 'what client/client.test.ts runs');
  });
});
