/** Redis servers of a test's own, to be killed, restarted, encrypted or made a cluster. The program `redis-server` must be there. */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Redis, type RedisOptions } from 'ioredis';
import { freePorts } from './ports.ts';

const run = promisify(execFile);

export interface OwnRedis {
  /** Addresses for `REDIS_URL`: one, or those of a cluster's nodes separated by commas. */
  url: string;
  /** Certificate (PEM) that signs the server's, with TLS; else null. `caFile` is the file that holds it. */
  ca: string | null;
  caFile: string | null;
  /** Ends a node (by default the first) as a power cut would. Nothing is kept: it comes back empty. */
  kill(node?: number): Promise<void>;
  /** Starts a killed node again on its port. */
  start(node?: number): Promise<void>;
  /** Stops a node in mid-air: its connections stand, and nothing is answered until `thaw`. */
  freeze(node?: number): void;
  thaw(node?: number): void;
  close(): Promise<void>;
}

/** Why no Redis of one's own can be started here, as a reason to skip; undefined where it can. */
export async function noRedisServer(withTls = false): Promise<string | undefined> {
  try {
    await run('redis-server', ['--version']);
  } catch {
    return 'there is no redis-server on the PATH';
  }
  if (!withTls) return undefined;
  try {
    await run('openssl', ['version']);
  } catch {
    return 'there is no openssl on the PATH to make a certificate';
  }
  return undefined;
}

/** Starts one server, or three that are a cluster; with `replicas` six, the last three of which follow the first three and take over from them. */
export async function startRedis(
  options: { tls?: boolean; cluster?: boolean; replicas?: boolean } = {},
): Promise<OwnRedis> {
  const folder = mkdtempSync(join(tmpdir(), 'nes-redis-'));
  const caFile = options.tls ? join(folder, 'certificate.pem') : null;
  if (caFile) {
    await run('openssl', [
      ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'],
      ...['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1'],
      ...['-keyout', join(folder, 'key.pem'), '-out', caFile],
    ]);
  }
  const ca = caFile && readFileSync(caFile, 'utf8');
  const masters = options.cluster ? 3 : 1;
  const count = options.cluster && options.replicas ? 6 : masters;
  const ports = await freePorts(2 * count);
  const nodes = Array.from({ length: count }, (_, index) => ({
    port: ports[index] as number,
    busPort: ports[count + index] as number,
    process: undefined as ChildProcess | undefined,
  }));
  const client = (port: number) => {
    const settings: RedisOptions = { host: '127.0.0.1', port, lazyConnect: true, retryStrategy: () => null };
    const redis = new Redis({ ...settings, ...(ca ? { tls: { ca } } : {}) });
    redis.on('error', () => {});
    return redis;
  };

  const start = async (index: number) => {
    const node = nodes[index];
    if (!node) throw new RangeError(`There is no node ${index}.`);
    const child = spawn(
      'redis-server',
      [
        ...['--bind', '127.0.0.1', '--dir', folder, '--save', '', '--appendonly', 'no'],
        ...(caFile
          ? ['--port', '0', '--tls-port', `${node.port}`, '--tls-auth-clients', 'no', '--tls-ca-cert-file', caFile]
          : ['--port', `${node.port}`]),
        ...(caFile ? ['--tls-cert-file', caFile, '--tls-key-file', join(folder, 'key.pem')] : []),
        ...(options.cluster
          ? ['--cluster-enabled', 'yes', '--cluster-port', `${node.busPort}`, '--cluster-node-timeout', '2000']
          : []),
        ...(options.cluster ? ['--cluster-config-file', `nodes-${node.port}.conf`] : []),
        // The others go on answering while one is gone, as in a cluster that has replicas.
        ...(options.cluster ? ['--cluster-require-full-coverage', 'no'] : []),
        ...(options.cluster && caFile ? ['--tls-cluster', 'yes'] : []),
      ],
      { stdio: ['ignore', 'pipe', 'pipe'] },
    );
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (data) => (output += data));
    node.process = child;
    for (let turn = 0; ; turn++) {
      const redis = client(node.port);
      const answer = await redis
        .connect()
        .then(() => redis.ping())
        .catch(() => null);
      redis.disconnect();
      if (answer === 'PONG') return;
      if (child.exitCode !== null || turn > 200) throw new Error(`redis-server did not start:\n${output}`);
      await new Promise((next) => setTimeout(next, 50));
    }
  };
  const kill = async (index: number) => {
    const child = nodes[index]?.process;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise((done) => child.once('exit', done));
    child.kill('SIGKILL');
    await ended;
  };
  const close = async () => {
    await Promise.all(nodes.map((_, index) => kill(index)));
    rmSync(folder, { recursive: true, force: true });
  };

  try {
    await Promise.all(nodes.map((_, index) => start(index)));
    if (options.cluster) await makeCluster(nodes, masters, client);
  } catch (error) {
    await close();
    throw error;
  }
  const scheme = options.tls ? 'rediss' : 'redis';
  return {
    url: nodes.map(({ port }) => `${scheme}://127.0.0.1:${port}`).join(','),
    ca,
    caFile,
    kill: (node = 0) => kill(node),
    start: (node = 0) => start(node),
    freeze: (node = 0) => void nodes[node]?.process?.kill('SIGSTOP'),
    thaw: (node = 0) => void nodes[node]?.process?.kill('SIGCONT'),
    close,
  };
}

/** Makes one cluster of the nodes and waits until all of them say so. */
async function makeCluster(
  nodes: { port: number; busPort: number }[],
  masters: number,
  client: (port: number) => Redis,
): Promise<void> {
  const slots = 16_384;
  const clients = nodes.map(({ port }) => client(port));
  try {
    await Promise.all(clients.map((redis) => redis.connect()));
    for (const [index, redis] of clients.entries()) {
      const from = Math.floor((index * slots) / masters);
      const to = Math.floor(((index + 1) * slots) / masters) - 1;
      if (index < masters) await redis.call('CLUSTER', 'ADDSLOTSRANGE', from, to);
      for (const other of nodes) await redis.call('CLUSTER', 'MEET', '127.0.0.1', other.port, other.busPort);
    }
    for (let turn = 0; ; turn++) {
      const infos = await Promise.all(clients.map((redis) => redis.call('CLUSTER', 'INFO') as Promise<string>));
      if (infos.every((info) => /cluster_state:ok/.test(info) && info.includes(`cluster_known_nodes:${nodes.length}`)))
        break;
      if (turn > 200) throw new Error(`The nodes did not become a cluster:\n${infos.join('\n')}`);
      await new Promise((next) => setTimeout(next, 100));
    }
    const ids = await Promise.all(clients.map((redis) => redis.call('CLUSTER', 'MYID') as Promise<string>));
    for (const [index, redis] of clients.entries())
      if (index >= masters) await redis.call('CLUSTER', 'REPLICATE', ids[index - masters] as string);
    for (let turn = 0; masters < nodes.length; turn++) {
      const told = await Promise.all(clients.slice(masters).map((redis) => redis.info('replication')));
      if (told.every((info) => /master_link_status:up/.test(info))) break;
      if (turn > 200) throw new Error(`The replicas did not find their masters:\n${told.join('\n')}`);
      await new Promise((next) => setTimeout(next, 100));
    }
  } finally {
    for (const redis of clients) redis.disconnect();
  }
}
