import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { join, resolve } from 'node:path';
import { test } from 'vitest';
import { BrowserMissing, findBrowser } from '../browser.ts';

const root = resolve(import.meta.dirname, '..', '..');
const script = (name: string) => join(import.meta.dirname, name);

test('what a script prints is alone on standard output, and its exit code is handed on', () => {
  const ran = spawnSync(process.execPath, [script('run.mjs'), 'scripts/bench.ts', 'nope'], {
    cwd: root,
    encoding: 'utf8',
  });
  assert.equal(ran.stdout, '');
  assert.match(ran.stderr, /There is no bench "nope"\. There are: .*all/);
  assert.equal(ran.status, 64);
});

test("options before a script's name are Node's, those after it the script's", () => {
  const ran = spawnSync(
    process.execPath,
    [script('run.mjs'), '--max-semi-space-size=1', 'scripts/bench.ts', '--max-semi-space-size=1'],
    { cwd: root, encoding: 'utf8' },
  );
  assert.match(ran.stderr, /There is no bench "--max-semi-space-size=1"/);
  assert.equal(ran.status, 64);
});

test('a taken port is named in one sentence before anything is built', async () => {
  const holder = createServer().listen(0, '127.0.0.1');
  await once(holder, 'listening');
  const { port } = holder.address() as { port: number };
  try {
    const child = spawn(process.execPath, [script('start.mjs')], {
      cwd: root,
      env: { ...process.env, PORT: String(port), HOST: '' },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let said = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      said += text;
    });
    const [code] = await once(child, 'close');
    assert.equal(code, 1);
    assert.match(said, new RegExp(`^Port ${port} is taken by another program: .*\\n$`));
  } finally {
    holder.close();
  }
});

test('a port that is none is named in one sentence before anything is built', () => {
  const ran = spawnSync(process.execPath, [script('start.mjs')], {
    cwd: root,
    encoding: 'utf8',
    env: { ...process.env, PORT: '70000' },
  });
  assert.equal(ran.status, 1);
  assert.match(ran.stdout + ran.stderr, /^\s*PORT is "70000", but must be a port from 0 to 65535\.\n$/);
});

test('a configuration error keeps its exit code 78 through the scripts', () => {
  const ran = spawnSync(process.execPath, [script('run.mjs'), 'api/src/main.ts'], {
    cwd: root,
    encoding: 'utf8',
    env: { ...process.env, PORT: 'abc', LOG_LEVEL: 'loud' },
  });
  assert.equal(ran.status, 78);
  assert.match(ran.stderr, /^PORT is "abc", but must be a port from 0 to 65535\.$/m);
  assert.match(ran.stderr, /^LOG_LEVEL is "loud"/m);
});

test('a program started for us ends when we are killed', async () => {
  const starter = spawn(
    process.execPath,
    [
      '--input-type=module',
      '-e',
      `import { standFor } from ${JSON.stringify(script('setup.mjs'))};
       const child = standFor(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], process.env);
       console.log(child.pid);`,
    ],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const pid = Number(String((await once(starter.stdout, 'data'))[0]));
  // Long enough for the child to be listening to its channel.
  await new Promise((done) => setTimeout(done, 500));
  starter.kill('SIGKILL');
  const isAlive = () => {
    try {
      return process.kill(pid, 0);
    } catch {
      return false;
    }
  };
  for (let waited = 0; isAlive() && waited < 5_000; waited += 50) await new Promise((done) => setTimeout(done, 50));
  assert.equal(isAlive(), false);
});

test('a browser that was asked for and is not there is an error that names it', async () => {
  await assert.rejects(findBrowser({ ...process.env, CHROMIUM_PATH: '/no/such/browser' }), (error: Error) => {
    assert.ok(error instanceof BrowserMissing);
    assert.equal(
      error.message,
      'CHROMIUM_PATH is "/no/such/browser", but there is no program that can be run at that place.',
    );
    return true;
  });
});

test('without an installed browser the packaged one is found, and its program is there', {
  skip: process.platform !== 'linux',
}, async () => {
  const found = await findBrowser({ PATH: '/nowhere' });
  const ran = spawnSync(found.executablePath, ['--version'], { env: found.env, encoding: 'utf8' });
  assert.match(ran.stdout, /^\S*.*\d+\.\d+\.\d+\.\d+/, ran.stderr);
});
