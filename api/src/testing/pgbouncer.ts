/** A PgBouncer in transaction mode in front of a PostgreSQL. The program `pgbouncer` must be there. */
import { execFile, spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { freePorts } from './ports.ts';

/** Debian puts it where an ordinary user's PATH does not lead. */
const PATH = `${process.env.PATH}:/usr/sbin`;

/** Why none can be started here, as a reason to skip; undefined where it can. */
export async function noPgBouncer(): Promise<string | undefined> {
  return promisify(execFile)('pgbouncer', ['--version'], { env: { ...process.env, PATH } }).then(
    () => undefined,
    () => 'there is no pgbouncer on the PATH',
  );
}

/** `connections`: to the server, for each database; fewer than clients, so that they meet each other's. */
export async function startPgBouncer(
  serverUrl: string,
  connections = 3,
): Promise<{ url: string; close(): Promise<void> }> {
  const folder = mkdtempSync(join(tmpdir(), 'nes-pgbouncer-'));
  chmodSync(folder, 0o755);
  const server = new URL(serverUrl);
  const [port] = await freePorts(1);
  const login = [
    `user=${decodeURIComponent(server.username)}`,
    ...(server.password ? [`password=${decodeURIComponent(server.password)}`] : []),
  ];
  const file = join(folder, 'pgbouncer.ini');
  writeFileSync(
    file,
    `[databases]
* = host=${server.hostname} port=${server.port || 5432} ${login.join(' ')}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${port}
unix_socket_dir =
auth_type = any
pool_mode = transaction
default_pool_size = ${connections}
max_client_conn = 1000
ignore_startup_parameters = extra_float_digits
`,
  );
  // It refuses to run as root.
  const account = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {};
  const child = spawn('pgbouncer', ['-q', file], {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...process.env, PATH },
    ...account,
  });
  let output = '';
  child.stderr.on('data', (data) => (output += data));
  child.on('error', (error) => (output += error.message));
  const ended = new Promise<void>((done) => child.once('close', () => done()));
  const close = async () => {
    child.kill('SIGKILL');
    await ended;
    rmSync(folder, { recursive: true, force: true });
  };
  for (let turn = 0; ; turn++) {
    const answers = await new Promise<boolean>((told) => {
      const socket = connect(Number(port), '127.0.0.1', () => told(true)).once('error', () => told(false));
      socket.once('connect', () => socket.destroy());
    });
    if (answers) break;
    if (child.exitCode !== null || turn > 200) {
      await close();
      throw new Error(`pgbouncer did not start:\n${output}`);
    }
    await new Promise((next) => setTimeout(next, 50));
  }
  const url = new URL(serverUrl);
  url.hostname = '127.0.0.1';
  url.port = String(port);
  return { url: url.href, close };
}
