/**
 * Resident memory of the bundled server with the flags of the image: after the start, and with 200 requests in flight that all go to the database
 * (the cache is off). What the small heap costs: the same load on the same bundle without limits, in turn. Once with the first page of the list,
 * which is read by one statement, and once with a list that Prisma reads.
 */
import type { Figure } from '../bench.ts';
import { bundleTree, installPeers, load, makeDatabase, median, type Served, serve } from '../served.ts';

const ROUNDS = 3;
const SECONDS = 5;
const IN_FLIGHT = 200;
const IDLE_MS = 5_000;
/** So often each side is loaded before it is measured: code that V8 has not yet compiled takes several times as long. */
const WARM_ROUNDS = 2;
const FIELDS = 'nodes { id slug title ratingAverage author { displayName } revision { number } }';
const LISTS = { 'first page': 'first: 20', 'by Prisma': 'first: 20, filter: { speakersOk: true }' };
type List = keyof typeof LISTS;

export default async function bench(): Promise<Figure[]> {
  installPeers();
  const backend = await makeDatabase();
  const tree = await bundleTree();
  const environment = {
    ...tree.environment,
    DATABASE_URL: backend.database.url,
    RATE_LIMIT_FACTOR: '1000',
    LOG_LEVEL: 'error',
  };
  const servers: Served[] = [];
  const start = async (args: string[], more: Record<string, string>) => {
    const server = await serve(args, { ...environment, ...more });
    servers.push(server);
    return server;
  };
  try {
    const small = await start(tree.args, { PUBLIC_CACHE: 'off' });
    await new Promise((done) => setTimeout(done, IDLE_MS));
    const idle = small.memory();
    const large = await start(tree.program, { PUBLIC_CACHE: 'off', NODE_OPTIONS: '', MALLOC_ARENA_MAX: '' });
    const asked = async (server: Served, list: List) => {
      let most = 0;
      const watch = setInterval(() => {
        most = Math.max(most, server.memory());
      }, 100);
      const { perSecond } = await load({
        url: `${server.url}/graphql`,
        body: JSON.stringify({ query: `{ protocols(${LISTS[list]}) { ${FIELDS} } }` }),
        expect: '"slug"',
        connections: IN_FLIGHT,
        seconds: SECONDS,
      });
      clearInterval(watch);
      return { perSecond, most };
    };
    const figures: Figure[] = [{ name: 'idle, 5 s after the start', value: idle, unit: 'MB', limit: 100 }];
    for (const list of Object.keys(LISTS) as List[]) {
      const rounds: Record<'small' | 'large', { perSecond: number; most: number }[]> = { small: [], large: [] };
      for (let round = -WARM_ROUNDS; round < ROUNDS; round++) {
        for (const [name, server] of [
          ['small', small],
          ['large', large],
        ] as const) {
          const result = await asked(server, list);
          if (round >= 0) rounds[name].push(result);
        }
      }
      const rate = (name: 'small' | 'large') => median(rounds[name].map(({ perSecond }) => perSecond));
      const most = (name: 'small' | 'large') => Math.max(...rounds[name].map(({ most }) => most));
      figures.push(
        { name: `200 in flight, ${list}, the most`, value: most('small'), unit: 'MB', limit: 200 },
        { name: `200 in flight, ${list}, the most, without limits of the heap`, value: most('large'), unit: 'MB' },
        { name: `200 in flight, ${list}`, value: rate('small'), unit: 'requests/s' },
        {
          name: `200 in flight, ${list} ÷ without limits of the heap`,
          value: rate('small') / rate('large'),
          unit: '×',
          limit: 0.75,
          must: 'at least',
        },
      );
    }
    return figures;
  } finally {
    for (const server of servers) await server.stop();
    await backend.close();
    tree.remove();
  }
}
