/**
 * `npm run load -- [--people N] [--minutes N] [--processes N]`: people who use the site all at once, under the limits of production: 70 % listen and act, 20 %
 * look around, 10 % sit in groups of ten. Without options 200 of them for 10 minutes on two processes, with a PostgreSQL and a Redis of their own. Prints one JSON
 * object; exit code 1 when there was an error, the slowest hundredth took 250 ms or more, or memory grew by more than 5 % from the middle third to the last.
 *
 * Needs `redis-server` where there is more than one process.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import WebSocket from 'ws';
import { encodeNodeId } from '../api/src/schema/node-id.ts';
import { noRedisServer, startRedis } from '../api/src/testing/redis.ts';
import { presentRevisionId } from '../prisma/library/library.ts';
import { random } from './faults/random.ts';
import { Person } from './load/person.ts';
import { bundleTree, makeDatabase, median, type Served, serve } from './served.ts';

const GROUP_SIZE = 10;
const P99_MS = 250;
const GROWTH = 1.05;
const REVISIONS = ['energy', 'focus', 'theta-calm'].map(presentRevisionId);
const ORDERS = ['RECOMMENDED', 'POPULAR', 'NEWEST', 'TITLE', 'SHORTEST', 'BEST_RATED'];

const { values } = parseArgs({
  options: {
    people: { type: 'string', default: '200' },
    minutes: { type: 'string', default: '10' },
    processes: { type: 'string', default: '2' },
  },
});
const wanted = Object.fromEntries(Object.entries(values).map(([name, value]) => [name, Number(value)])) as {
  people: number;
  minutes: number;
  processes: number;
};
for (const [name, least] of [
  ['people', 10],
  ['minutes', 0.1],
  ['processes', 1],
] as const) {
  if (!(wanted[name] >= least)) {
    process.stderr.write(`--${name} is "${values[name]}", but must be a number from ${least}.\n`);
    process.exit(64);
  }
}
const missing = wanted.processes > 1 ? await noRedisServer() : undefined;
if (missing) {
  process.stderr.write(`Nothing is asked: ${missing}, and several processes need it.\n`);
  process.exit(69);
}

const dice = random(1);
const times = new Map<string, number[]>();
const errors = new Map<string, number>();
const wrong = (what: string) => errors.set(what, (errors.get(what) ?? 0) + 1);
let until = Number.POSITIVE_INFINITY;
const going = () => performance.now() < until;
/** Between 0.5 and 1.5 of so many milliseconds; shorter at the end. */
const rest = (ms: number) => pause(Math.max(0, Math.min(ms * (0.5 + dice.next()), until - performance.now())));
const answered = (ms: number, code: string | undefined, name: string) => {
  const list = times.get(name) ?? [];
  times.set(name, list);
  list.push(ms);
  if (code !== undefined) wrong(`${name}: ${code}`);
};

/** Follows something on a socket until the end. Results are counted; a socket that is closed before is an error. */
let results = 0;
function follow(url: string, address: string, token: string, query: string): WebSocket {
  const socket = new WebSocket(`${url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws', {
    headers: { 'x-forwarded-for': address },
  });
  const send = (message: object) => socket.send(JSON.stringify(message));
  socket.on('open', () => send({ type: 'connection_init', payload: { accessToken: token } }));
  socket.on('message', (data) => {
    const { type, payload } = JSON.parse(String(data)) as { type: string; payload?: { errors?: unknown } };
    if (type === 'connection_ack') send({ type: 'subscribe', id: '1', payload: { query } });
    if (type === 'ping') send({ type: 'pong' });
    if (type === 'next' && !payload?.errors) results++;
    if (type === 'error' || payload?.errors) wrong(`socket: ${JSON.stringify(payload).slice(0, 120)}`);
  });
  socket.on('error', (error) => wrong(`socket: ${error.message}`));
  socket.on('close', (code) => going() && wrong(`socket closed: ${code}`));
  return socket;
}

async function listen(person: Person, follows: () => WebSocket): Promise<void> {
  await person.come();
  const socket = follows();
  while (going()) {
    await person.play(REVISIONS[dice.below(REVISIONS.length)] as string);
    let playing = true;
    for (let acts = 3 + dice.below(6); acts > 0 && going(); acts--) {
      await rest(15_000);
      const what = dice.below(4);
      if (what === 0) {
        await person.act(playing ? 'pauseSession' : 'resumeSession');
        playing = !playing;
      } else if (what === 1) await person.act('seekSession', { positionSeconds: dice.below(300) });
      else if (what === 2) await person.act('changeSessionScene', { scene: 'aurora' });
      else await person.act('changeSessionVolume', { volume: dice.next() });
    }
    await person.act('stopSession');
    await person.mutate('rateSession', { session: person.session, stars: 1 + dice.below(5) }, 'session { id }');
    await rest(5_000);
  }
  socket.close();
}

async function browse(person: Person): Promise<void> {
  await person.come();
  const card = 'id slug title summary category durationSeconds listenerCount ratingAverage author { displayName }';
  while (going()) {
    const order = ORDERS[dice.below(ORDERS.length)];
    const { data } = await person.ask(
      'list',
      `{ protocols(first: 20, order: ${order}) { nodes { ${card} } pageInfo { endCursor } } }`,
    );
    await rest(3_000);
    const { nodes, pageInfo } = data?.protocols ?? { nodes: [] };
    if (pageInfo?.endCursor)
      await person.ask(
        'next page',
        `{ protocols(first: 20, order: ${order}, after: "${pageInfo.endCursor}") { nodes { ${card} } } }`,
      );
    await rest(3_000);
    const slug = nodes[dice.below(Math.max(1, nodes.length))]?.slug;
    if (slug)
      await person.ask(
        'protocol',
        `{ protocol(slug: "${slug}") { ${card} revision { id program } sources { title } } }`,
      );
    await rest(3_000);
    await person.ask(
      'search',
      `{ protocols(first: 20, filter: { search: "${['calm', 'alpha', 'sleep', 'focus'][dice.below(4)]}" }) { nodes { ${card} } } }`,
    );
    await rest(3_000);
    await person.ask('own', '{ viewer { id sessions(first: 20) { nodes { id state } } } }');
    await rest(3_000);
  }
}

async function together(people: { person: Person; follows: (code: string) => WebSocket }[]): Promise<void> {
  for (const { person } of people) await person.come();
  const [host] = people.map(({ person }) => person) as [Person];
  const revision = encodeNodeId('Revision', REVISIONS[0] as string);
  const fields = 'group { id code version } member { id }';
  const { data } = await host.mutate('createGroup', { revision, name: 'Host' }, fields);
  const { code, id } = data.createGroup.group as { code: string; id: string };
  for (const [n, { person }] of people.entries())
    if (n > 0) await person.mutate('joinGroup', { code, name: `Guest ${n}` }, fields);
  const sockets = people.map(({ follows }) => follows(code));
  let version = data.createGroup.group.version as number;
  const lead = async () => {
    for (let playing = false; going(); playing = !playing) {
      const act = await host.mutate(
        'controlGroup',
        { code, action: playing ? 'PAUSE' : 'PLAY', expectedVersion: version, eventId: crypto.randomUUID() },
        'group { version }',
      );
      version = act.data?.controlGroup?.group?.version ?? version;
      await rest(20_000);
    }
  };
  const take = async (person: Person) => {
    await person.play(REVISIONS[0] as string, id);
    while (going()) {
      await person.mutate('reportSpread', { code, offsetMilliseconds: dice.next() * 10 - 5 }, '__typename');
      await rest(6_000);
    }
    await person.act('stopSession');
  };
  await Promise.all([lead(), ...people.map(({ person }) => take(person))]);
  for (const socket of sockets) socket.close();
}

const backend = await makeDatabase();
const redis = wanted.processes > 1 ? await startRedis() : undefined;
const tree = await bundleTree();
const servers: Served[] = [];
const memory: number[][] = [];
let watch: NodeJS.Timeout | undefined;
try {
  for (let n = 0; n < wanted.processes; n++) {
    servers.push(
      await serve(tree.args, {
        ...tree.environment,
        ...{ DATABASE_URL: backend.database.url, TRUST_PROXY: '1', LOG_LEVEL: 'error' },
        ...(redis ? { REDIS_URL: redis.url } : {}),
      }),
    );
  }
  let count = 0;
  const somebody = () => {
    const n = count++;
    const address = `203.0.${n >> 8}.${n & 255}`;
    const at = (shift: number) => (servers[(n + shift) % servers.length] as Served).url;
    const person = new Person(at(0), address, answered);
    // What is done at one process is heard at another.
    return { person, follow: (query: string) => follow(at(1), address, person.token, query) };
  };
  const ms = wanted.minutes * 60_000;
  until = performance.now() + ms;
  watch = setInterval(() => memory.push(servers.map((server) => server.memory())), 1_000);
  const groups = Math.max(1, Math.round((wanted.people * 0.1) / GROUP_SIZE));
  const browsers = Math.round(wanted.people * 0.2);
  const listeners = Math.max(0, wanted.people - browsers - groups * GROUP_SIZE);
  /** They come within the first tenth, not in one moment. */
  const later = async (work: () => Promise<void>) => {
    await pause(dice.next() * ms * 0.1);
    await work().catch((error: Error) => wrong(`gave up: ${error.message}`));
  };
  const begun = performance.now();
  await Promise.all([
    ...Array.from({ length: listeners }, () => {
      const { person, follow } = somebody();
      return later(() => listen(person, () => follow('subscription { myLiveSession { id state version } }')));
    }),
    ...Array.from({ length: browsers }, () => later(() => browse(somebody().person))),
    ...Array.from({ length: groups }, () => {
      const people = Array.from({ length: GROUP_SIZE }, somebody).map(({ person, follow }) => ({
        person,
        follows: (code: string) => follow(`subscription { groupChanged(code: "${code}") { version memberCount } }`),
      }));
      return later(() => together(people));
    }),
  ]);
  const all = [...times.values()].flat().sort((a, b) => a - b);
  const share = (part: number) =>
    Math.round((all[Math.min(all.length - 1, Math.floor(all.length * part))] ?? 0) * 10) / 10;
  const third = Math.floor(memory.length / 3);
  const mean = (rows: number[][], n: number) => rows.reduce((sum, row) => sum + (row[n] ?? 0), 0) / rows.length;
  const thirds = servers.map((_, n) =>
    [0, 1, 2].map((part) => mean(memory.slice(part * third, (part + 1) * third), n)),
  );
  const growth = Math.max(...thirds.map(([, middle = 0, last = 0]) => last / middle));
  const failed = [...errors.values()].reduce((sum, n) => sum + n, 0);
  const report = {
    ...wanted,
    seconds: Math.round((performance.now() - begun) / 1000),
    operations: all.length,
    results,
    errors: failed,
    errorsByKind: Object.fromEntries(errors),
    p50Ms: share(0.5),
    p99Ms: share(0.99),
    slowestMs: share(1),
    medianMsByOperation: Object.fromEntries([...times].map(([name, list]) => [name, Math.round(median(list))])),
    memoryMBByThird: thirds.map((parts) => parts.map((part) => Math.round(part * 10) / 10)),
    memoryLastThirdToMiddle: Math.round(growth * 1000) / 1000,
    met: failed === 0 && share(0.99) < P99_MS && growth <= GROWTH,
  };
  process.stdout.write(`${JSON.stringify(report)}\n`);
  process.exitCode = report.met ? 0 : 1;
} finally {
  clearInterval(watch);
  for (const server of servers) await server.stop();
  await redis?.close();
  await backend.close();
  tree.remove();
}
