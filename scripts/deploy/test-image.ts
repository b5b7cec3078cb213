/**
 * `npm run test:image`: makes the tree that the image ships and runs it as the image is run, without a container engine: user 65532,
 * a root file system that is read-only but for /tmp, 256 MB of memory that the kernel enforces, against a real PostgreSQL and Redis.
 * A session is played through it; size, start, memory and the end under load are measured and held against their limits.
 *
 * Needs Linux and root (for the user, the mounts and the memory limit), PostgreSQL at DATABASE_URL and Redis at REDIS_URL
 * (default: the usual ports of this machine). `--tree DIR` takes a tree that is there already.
 */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { randomBytes, randomUUID } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { Agent, request } from 'node:http';
import { availableParallelism, loadavg, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import pg from 'pg';

const root = resolve(import.meta.dirname, '..', '..');
/** As machines are sold: "256 MB" are 256 times this. */
const MB = 1024 * 1024;
const MEMORY_BYTES = 256 * MB;
/** As in the image: distroless' "nonroot". */
const USER = 65_532;
/** Of gcr.io/distroless/cc-debian12, unpacked; an allowance on the generous side. */
const BASE_MB = 30;
const limits = { imageMb: 200, startMs: 1_000, idleMb: 128, loadMb: 220 };

const failed: string[] = [];
function judge(what: string, figure: string, holds: boolean): void {
  console.log(`${holds ? '  ok  ' : '  FAIL'} ${what}: ${figure}`);
  if (!holds) failed.push(what);
}

/** The variables that docker/Dockerfile sets, read from it, so that this runs what the image runs. */
function imageEnvironment(): Record<string, string> {
  const text = readFileSync(join(root, 'docker/Dockerfile'), 'utf8').replaceAll('\\\n', ' ');
  const line = /^ENV (.+)$/m.exec(text)?.[1] ?? '';
  return Object.fromEntries([...line.matchAll(/(\w+)=(?:"([^"]*)"|(\S+))/g)].map(([, name, a, b]) => [name, a ?? b]));
}

/** What the image runs, read from docker/Dockerfile. */
function imageCommand(): string[] {
  const text = readFileSync(join(root, 'docker/Dockerfile'), 'utf8');
  return ['ENTRYPOINT', 'CMD'].flatMap((word) =>
    JSON.parse(new RegExp(`^${word} (\\[.*\\])$`, 'm').exec(text)?.[1] ?? '[]'),
  );
}

/** A memory limit of the kernel's; undefined where this machine has none to give. */
function memoryLimit(of: string): { join: string; peak(): number; remove(): void; kind: string } | undefined {
  const name = `nes-image-${of}-${process.pid}`;
  const first = '/sys/fs/cgroup/memory';
  if (existsSync(join(first, 'memory.limit_in_bytes'))) {
    const folder = join(first, name);
    mkdirSync(folder);
    writeFileSync(join(folder, 'memory.limit_in_bytes'), String(MEMORY_BYTES));
    return {
      join: join(folder, 'cgroup.procs'),
      peak: () => Number(readFileSync(join(folder, 'memory.max_usage_in_bytes'), 'utf8')),
      remove: () => rmdirSync(folder),
      kind: 'cgroup (version 1)',
    };
  }
  const second = '/sys/fs/cgroup';
  if (!existsSync(join(second, 'cgroup.controllers'))) return undefined;
  const folder = join(second, name);
  mkdirSync(folder);
  if (!existsSync(join(folder, 'memory.max'))) {
    rmdirSync(folder);
    return undefined;
  }
  writeFileSync(join(folder, 'memory.max'), String(MEMORY_BYTES));
  return {
    join: join(folder, 'cgroup.procs'),
    peak: () => Number(readFileSync(join(folder, 'memory.peak'), 'utf8')),
    remove: () => rmdirSync(folder),
    kind: 'cgroup (version 2)',
  };
}

/** A root that holds the system's libraries, Node and the tree, all read-only; /tmp is memory. Then the program in the shell's place. */
const ENTER = `
set -e
root=$1 tree=$2 node=$3 procs=$4 user=$5
shift 5
echo $$ > "$procs"
mount -t tmpfs -o mode=755 tmpfs "$root"
mkdir -p "$root"/usr "$root"/etc "$root"/dev "$root"/proc "$root"/tmp "$root"/nes "$root"/nodejs/bin
for name in lib lib64 bin; do
  if [ -L "/$name" ]; then ln -s "$(readlink "/$name")" "$root/$name"
  elif [ -d "/$name" ]; then mkdir "$root/$name"; mount --bind "/$name" "$root/$name"; mount -o remount,ro,bind "$root/$name"; fi
done
for name in usr etc; do mount --bind "/$name" "$root/$name"; mount -o remount,ro,bind "$root/$name"; done
mount --bind "$tree" "$root/nes"
mount -o remount,ro,bind "$root/nes"
touch "$root/nodejs/bin/node"
mount --bind "$node" "$root/nodejs/bin/node"
mount --rbind /dev "$root/dev"
mount --bind /proc "$root/proc"
mount -t tmpfs -o mode=1777,size=64m tmpfs "$root/tmp"
mount -o remount,ro "$root"
exec chroot --userspec="$user:$user" --groups= "$root" /usr/bin/env -i -C /nes "$@"
`;

interface Instance {
  process: ChildProcess;
  output(): string;
  ended: Promise<number | null>;
}

function start(tree: string, folder: string, procs: string, env: Record<string, string>, command: string[]): Instance {
  const variables = Object.entries(env).map(([name, value]) => `${name}=${value}`);
  const child = spawn(
    'unshare',
    [
      ...['--mount', '--propagation', 'private', 'bash', '-c', ENTER, 'enter'],
      ...[folder, tree, process.execPath, procs, String(USER), ...variables, ...command],
    ],
    { stdio: ['ignore', 'pipe', 'pipe'] },
  );
  let text = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (part: string) => {
      text += part;
    });
  }
  return {
    process: child,
    output: () => text,
    ended: new Promise((done) => child.once('exit', (code, signal) => done(signal ? 128 : code))),
  };
}

/** Memory that is the process's own and in use, bytes. */
function residentBytes(pid: number): number {
  return Number(/^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) * 1024;
}

/** Processor time that a process has used, ms. */
function cpuMs(pid: number): number {
  const [user = 0, system = 0] =
    readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ').slice(11, 13).map(Number) ?? [];
  return (user + system) * 10;
}

const wait = (ms: number) => new Promise((done) => setTimeout(done, ms));

// biome-ignore lint/suspicious/noExplicitAny: answers have as many shapes as there are operations.
type Data = any;
interface Reply {
  /** The server said that it closes the connection: a proxy asks another instance from then on. */
  closing: boolean;
  data: Data;
}
type Send = (query: string, variables?: object, token?: string) => Promise<Reply>;

/** Rejects when the connection is refused or cut. */
function sender(port: number, agent: Agent): Send {
  return (query, variables, token) =>
    new Promise((done, refuse) => {
      const body = JSON.stringify({ query, variables });
      const asked = request(
        {
          host: '127.0.0.1',
          port,
          path: '/graphql',
          method: 'POST',
          agent,
          headers: {
            'content-type': 'application/json',
            'content-length': Buffer.byteLength(body),
            ...(token ? { authorization: `Bearer ${token}` } : {}),
          },
        },
        (response) => {
          let text = '';
          response.setEncoding('utf8').on('data', (part: string) => {
            text += part;
          });
          response.once('error', refuse);
          response.once('end', () => {
            const answer = JSON.parse(text);
            if (answer.errors) refuse(new Error(`${response.statusCode} ${text.slice(0, 600)}`));
            else done({ closing: response.headers.connection === 'close', data: answer.data });
          });
        },
      );
      asked.once('error', refuse);
      asked.end(body);
    });
}

const LIBRARY = '{ protocols(first: 20) { nodes { slug title category bands durationSeconds revision { id } } } }';
const RECORD =
  'mutation ($input: RecordSessionInput!) { recordSession(input: $input) { session { id state playedSeconds } userErrors { field message } } }';

/** A minute of a revision, stopped, as a device that was offline would tell it. */
function minute(revision: string) {
  const line = (kind: string, at: number) => ({
    id: randomUUID(),
    kind,
    occurredAt: new Date(Date.now() - 120_000 + at * 1000).toISOString(),
    positionSeconds: at,
  });
  return {
    id: randomUUID(),
    revision,
    timeZone: 'UTC',
    deviceId: randomUUID(),
    events: [line('STARTED', 0), line('STOPPED', 60)],
  };
}

/** A new guest's access token. */
async function startGuest(send: Send): Promise<string> {
  const { data } = await send(
    'mutation ($input: StartGuestInput!) { startGuest(input: $input) { tokens { accessToken } userErrors { message } } }',
    { input: { deviceId: randomUUID(), deviceName: 'Image test', timeZone: 'UTC' } },
  );
  return data.startGuest.tokens.accessToken;
}

/** The flow of a listener: guest, play, finish, rate, look at the day. */
async function playSession(send: Send): Promise<{ token: string; revision: string }> {
  const token = await startGuest(send);
  const { nodes } = (await send(LIBRARY)).data.protocols;
  const { revision } = nodes.find(({ slug }: { slug: string }) => slug === 'energy') ?? nodes[0];
  const recorded = (await send(RECORD, { input: minute(revision.id) }, token)).data.recordSession;
  if (recorded.userErrors.length > 0) throw new Error(JSON.stringify(recorded.userErrors));
  const rated = (
    await send(
      'mutation ($input: RateSessionInput!) { rateSession(input: $input) { session { rating { stars } } userErrors { message } } }',
      { input: { session: recorded.session.id, stars: 4, moodBefore: 3, moodAfter: 7 } },
      token,
    )
  ).data.rateSession;
  const day = (at: number) => new Date(Date.now() + at * 86_400_000).toISOString().slice(0, 10);
  const { days } = (
    await send(
      `{ viewer { metrics(from: "${day(-1)}", to: "${day(1)}") { days { sessions seconds averageStars moodChange } } } }`,
      undefined,
      token,
    )
  ).data.viewer.metrics;
  const played = days.filter(({ sessions }: { sessions: number }) => sessions > 0);
  const told = JSON.stringify({ rating: rated.session?.rating, days: played });
  const [only] = played;
  judge(
    'a session played, rated and read back in the day',
    told,
    played.length === 1 && Math.abs(only.seconds - 60) < 0.5 && only.averageStars === 4 && only.moodChange === 4,
  );
  return { token, revision: revision.id };
}

async function readyAfter(instance: Instance, port: number): Promise<number> {
  const begin = performance.now();
  for (;;) {
    const ready = await new Promise<boolean>((done) => {
      request({ host: '127.0.0.1', port, path: '/health/ready', agent: false }, (response) => {
        response.resume();
        done(response.statusCode === 200);
      })
        .once('error', () => done(false))
        .end();
    });
    if (ready) return performance.now() - begin;
    if (instance.process.exitCode !== null) throw new Error(`The server ended:\n${instance.output()}`);
    if (performance.now() - begin > 60_000) throw new Error(`Not ready within 60 s:\n${instance.output()}`);
    await wait(5);
  }
}

async function freePort(): Promise<number> {
  const { createServer } = await import('node:net');
  return new Promise((done) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => done(port));
    });
  });
}

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { tree: { type: 'string' } } });
  if (process.platform !== 'linux' || process.getuid?.() !== 0) {
    console.error('This needs Linux and root: it sets a user, a read-only root and a memory limit.');
    process.exit(1);
  }
  const adminUrl = process.env.DATABASE_URL || 'postgresql://postgres@127.0.0.1:5432/postgres';
  const redisUrl = process.env.REDIS_URL || 'redis://127.0.0.1:6379';
  const work = mkdtempSync(join(tmpdir(), 'nes-image-'));
  // The image's account starts what is built in it.
  chmodSync(work, 0o755);
  const name = `nes_image_${randomBytes(6).toString('hex')}`;
  const admin = new pg.Client({ connectionString: adminUrl, connectionTimeoutMillis: 5_000 });
  const limit = memoryLimit('server');
  const instances: Instance[] = [];
  try {
    await admin.connect();
    await admin.query(`CREATE DATABASE "${name}"`);
    const tree = values.tree ? resolve(values.tree) : join(work, 'tree');
    if (!values.tree) {
      execFileSync(join(root, 'docker/build-root.sh'), [tree], { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] });
    }
    const treeMb = Number(execFileSync('du', ['-s', '-B1', tree], { encoding: 'utf8' }).split('\t')[0]) / MB;
    const nodeMb = statSync(process.execPath).size / MB;
    judge(
      `image below ${limits.imageMb} MB`,
      `tree ${treeMb.toFixed(1)} MB + Node ${nodeMb.toFixed(1)} MB + ${BASE_MB} MB allowed for the base`,
      treeMb + nodeMb + BASE_MB < limits.imageMb,
    );
    judge('256 MB enforced', limit ? limit.kind : 'this machine gives no memory limit', limit !== undefined);
    const procs = limit?.join ?? '/dev/null';
    const jail = join(work, 'root');
    mkdirSync(jail);
    const url = new URL(adminUrl);
    url.pathname = `/${name}`;
    const base = imageEnvironment();

    const probe = start(tree, jail, procs, {}, [
      '/nodejs/bin/node',
      '-e',
      `const fs = require('fs');
       const tried = ['/', '/nes', '/nes/api/dist', '/nes/web/dist', '/etc', '/usr', '/tmp'].map((folder) => {
         try { fs.writeFileSync(folder + '/written', ''); return folder + ':written'; } catch (error) { return folder + ':' + error.code; }
       });
       console.log(process.getuid() + ' ' + process.getgid() + ' ' + tried.join(' '));`,
    ]);
    await probe.ended;
    const told = probe.output().trim();
    judge(
      'not root, root file system read-only, /tmp writable',
      told,
      told.startsWith(`${USER} ${USER} `) &&
        (told.match(/:EROFS/g)?.length ?? 0) === 6 &&
        told.endsWith('/tmp:written'),
    );
    const late = start(tree, jail, procs, {}, [
      '/nodejs/bin/node',
      '-e',
      `const { readdirSync } = require('node:fs');
       const parts = readdirSync('/nes/api/dist').filter((name) => name.endsWith('.js') && name !== 'main.js');
       Promise.all(parts.map((name) => import('/nes/api/dist/' + name))).then((made) =>
         console.log(made.filter((part) => Object.keys(part).length > 0).length + ' of ' + parts.length));`,
    ]);
    await late.ended;
    const [loaded, parts] = late.output().trim().split(' of ');
    judge(
      'what is loaded when it is needed can be',
      late.output().trim().slice(0, 300),
      loaded === parts && Number(parts) >= 4,
    );
    const other = memoryLimit('hog');
    if (other) {
      const hog = start(tree, jail, other.join, {}, [
        '/nodejs/bin/node',
        '-e',
        'const held = []; for (let i = 0; i < 40; i++) held.push(Buffer.alloc(1e7, 1)); console.log("took 400 MB")',
      ]);
      const code = await hog.ended;
      judge('a process that takes 400 MB is killed', `exit ${code}`, code !== 0 && !hog.output().includes('took'));
      await wait(300);
      other.remove();
    }

    const run = async () => {
      const port = await freePort();
      const environment = {
        ...base,
        HOST: '127.0.0.1',
        PORT: String(port),
        DATABASE_URL: url.href,
        REDIS_URL: redisUrl,
        NES_REDIS_PREFIX: `${name}:`,
        NES_SECRET: randomBytes(36).toString('base64'),
        RATE_LIMIT_FACTOR: '1000',
      };
      const instance = start(tree, jail, procs, environment, imageCommand());
      instances.push(instance);
      const ms = await readyAfter(instance, port);
      return { port, instance, ms };
    };
    const first = await run();
    console.log(`        first start, which migrates and loads the library: ${first.ms.toFixed(0)} ms to ready`);
    first.instance.process.kill('SIGTERM');
    judge(
      'ends by SIGTERM with exit code 0',
      String(await first.instance.ended),
      first.instance.process.exitCode === 0,
    );
    const times: number[] = [];
    for (let i = 0; i < 4; i++) {
      const again = await run();
      times.push(again.ms);
      again.instance.process.kill('SIGTERM');
      await again.instance.ended;
    }
    const { port, instance, ms } = await run();
    times.push(ms);
    times.sort((a, b) => a - b);
    const middle = times[2] as number;
    judge(
      `start to ready below ${limits.startMs} ms (median of 5; includes the mounts)`,
      times.map((time) => time.toFixed(0)).join(', '),
      middle < limits.startMs,
    );
    console.log(
      `        of it ${cpuMs(instance.process.pid as number)} ms processor time; ${loadavg()[0]?.toFixed(1)} processes wanted one of ${availableParallelism()} processors`,
    );

    const agent = new Agent({ keepAlive: true, maxSockets: 200 });
    const send = sender(port, agent);
    const { token, revision } = await playSession(send);
    await wait(2_000);
    const pid = instance.process.pid as number;
    const idle = residentBytes(pid) / MB;
    judge(`idle below ${limits.idleMb} MB`, `${idle.toFixed(1)} MB resident`, idle < limits.idleMb);

    let peak = 0;
    const watch = setInterval(() => {
      if (instance.process.exitCode === null && instance.process.signalCode === null)
        peak = Math.max(peak, residentBytes(pid) / MB);
    }, 20);
    const until = Date.now() + 6_000;
    let answered = 0;
    const wrong: string[] = [];
    let unavailable = 0;
    const writers = await Promise.all(Array.from({ length: 20 }, () => startGuest(send)));
    await Promise.all(
      Array.from({ length: 200 }, async (_, worker) => {
        while (Date.now() < until && wrong.length < 10) {
          try {
            if (worker % 10 === 0) await send(RECORD, { input: minute(revision) }, writers[worker / 10]);
            else await send(LIBRARY);
            answered++;
          } catch (error) {
            // The refusal that a client tries again: the database gave no connection in time.
            if (/"code":"UNAVAILABLE"/.test((error as Error).message)) unavailable++;
            else wrong.push((error as Error).message);
          }
        }
      }),
    );
    clearInterval(watch);
    judge(
      `200 requests in flight below ${limits.loadMb} MB, none failed`,
      `${peak.toFixed(1)} MB resident at most, ${answered} answered in 6 s, ${unavailable} told to try again, ${wrong.length} failed${wrong.length > 0 ? ` (${[...new Set(wrong)].join('; ')})` : ''}`,
      peak < limits.loadMb && wrong.length === 0,
    );
    const { signalCode } = instance.process;
    if (signalCode !== null)
      throw new Error(
        `The server was ended by ${signalCode}; the limit's peak: ${limit?.peak()}.\n${instance.output()}`,
      );

    // The end under load: kept connections, as a proxy holds them; a fifth of the requests are writes.
    const acknowledged: string[] = [];
    const cut: string[] = [];
    let refused = 0;
    let left = 0;
    let served = 0;
    let stop = false;
    const workers = Array.from({ length: 50 }, async (_, worker) => {
      while (!stop) {
        const input = minute(revision);
        try {
          const { data, closing } = worker % 5 === 0 ? await send(RECORD, { input }, token) : await send(LIBRARY);
          if (data.recordSession?.userErrors.length === 0) acknowledged.push(input.id);
          served++;
          if (closing) {
            left++;
            return;
          }
        } catch (error) {
          if ((error as NodeJS.ErrnoException).code === 'ECONNREFUSED') refused++;
          else cut.push((error as Error).message);
          return;
        }
      }
    });
    await wait(1_500);
    const asked = performance.now();
    instance.process.kill('SIGTERM');
    const code = await instance.ended;
    const took = performance.now() - asked;
    stop = true;
    await Promise.all(workers);
    agent.destroy();
    judge(
      'SIGTERM under load: no accepted request failed',
      `${served} answered; of 50 clients ${left} were told to leave, ${refused} turned away by a closed port, ${cut.length} cut${cut.length > 0 ? ` (${[...new Set(cut)].join('; ')})` : ''}`,
      cut.length === 0,
    );
    judge('ended within 10 s with exit code 0', `${took.toFixed(0)} ms, exit ${code}`, code === 0 && took < 10_000);
    const check = new pg.Client({ connectionString: url.href });
    await check.connect();
    const { rows } = await check.query('SELECT count(*)::int AS held FROM sessions WHERE id = ANY($1::uuid[])', [
      acknowledged,
    ]);
    await check.end();
    judge(
      'no acknowledged write lost',
      `${rows[0].held} of ${acknowledged.length} sessions held`,
      acknowledged.length > 0 && rows[0].held === acknowledged.length,
    );
    if (limit)
      console.log(
        `        the kernel's own peak for the limit: ${(limit.peak() / MB).toFixed(1)} MB of 256, page cache included`,
      );
  } finally {
    for (const { process: child, ended } of instances) {
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
      await ended;
    }
    await admin.query(`DROP DATABASE IF EXISTS "${name}" WITH (FORCE)`).catch(() => {});
    await admin.end().catch(() => {});
    try {
      limit?.remove();
    } catch {
      // The kernel lets go of an ended process a moment later.
      await wait(500);
      limit?.remove();
    }
    rmSync(work, { recursive: true, force: true });
  }
  if (failed.length > 0) {
    console.log(`\nFailed: ${failed.join('; ')}.`);
    process.exitCode = 1;
  }
}

await main();
