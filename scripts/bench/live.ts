/**
 * Live sessions: `npm run bench -- live`, or of it only `fanout`, `redis`, `restart [rounds]`, `kills [rounds]`, `devices [rounds]`,
 * `group [seconds]`. Without more words there are 3 restarts of Redis, 4 kills and 4 take-overs, and the group is looked at for 30 s; a
 * hundred kills and ten minutes are `kills 100` and `group 600`.
 */
import { type Backend, useBackend } from '../../api/src/testing/backend.ts';
import { noRedisServer, type OwnRedis, startRedis } from '../../api/src/testing/redis.ts';
import type { Figure } from '../bench.ts';
import { devices } from '../live/devices.ts';
import { fanOut, PROGRAM, percentile, redisCommands } from '../live/fanout.ts';
import { groupSpread } from '../live/group.ts';
import { killRounds } from '../live/kills.ts';
import { restartRounds } from '../live/restart.ts';
import { bundleTree } from '../served.ts';

const tell = (line: string) => process.stderr.write(`${line}\n`);

async function kills(backend: Backend, redis: OwnRedis, rounds: number): Promise<Figure[]> {
  const result = await killRounds({ ...backend, redisUrl: redis.url }, rounds, tell);
  const moved = result.movedMs.toSorted((a, b) => a - b);
  return [
    {
      name: 'kills in a row with nothing lost, doubled or out of order',
      value: result.rounds,
      unit: 'kills',
      limit: rounds,
      must: 'at least',
      note: `${result.acknowledged} acts acknowledged; ${result.repeated} sent again`,
    },
    {
      name: 'acts committed before a kill and not answered: done once all the same',
      value: result.committedUnheard,
      unit: 'acts',
      limit: 1,
      must: 'at least',
    },
    {
      name: 'from a kill until everybody has acted three times elsewhere, p50',
      value: percentile(moved, 0.5),
      unit: 'ms',
    },
    { name: 'from a kill until everybody has acted three times elsewhere, most', value: moved.at(-1) ?? 0, unit: 'ms' },
  ];
}

async function restarts(backend: Backend, redis: OwnRedis, rounds: number): Promise<Figure[]> {
  const { rightMs, acknowledged, fewestMeanwhile } = await restartRounds(backend, redis, rounds, tell);
  return [
    {
      name: 'from the return of Redis until all followers at another process know the present state, most',
      value: Math.max(...rightMs),
      unit: 'ms',
      limit: 2_000,
      note: `${rightMs.length} times away for 3 s and more; ${acknowledged} acts acknowledged, none lost; at least ${fewestMeanwhile} acts a person while it was away`,
    },
  ];
}

export default async function benchLive(args: string[]): Promise<Figure[]> {
  const parts = new Map<string, number>();
  let last = '';
  for (const word of args) {
    if (['fanout', 'redis', 'restart', 'kills', 'devices', 'group'].includes(word)) {
      last = word;
      parts.set(word, 0);
    } else if (last && /^[1-9]\d*$/.test(word)) parts.set(last, Number(word));
    else
      throw new RangeError(
        `"${word}" is no part of this bench; there are fanout, redis, restart [rounds], kills [rounds], devices [rounds] and group [seconds].`,
      );
  }
  const wanted = (part: string) => parts.size === 0 || parts.has(part);

  const missing = await noRedisServer();
  if (missing) tell(`What needs Redis is left out: ${missing}.`);
  const backend = await useBackend();
  const redis = missing ? undefined : await startRedis();
  const tree = wanted('fanout') || wanted('redis') ? await bundleTree(PROGRAM) : undefined;
  const figures: Figure[] = [];
  try {
    if (tree && wanted('fanout')) {
      figures.push(...(await fanOut(tree, backend, null)));
      if (redis) figures.push(...(await fanOut(tree, backend, redis.url)));
    }
    if (tree && wanted('redis') && redis) figures.push(await redisCommands(tree, backend, redis.url));
    if (wanted('restart') && redis) figures.push(...(await restarts(backend, redis, parts.get('restart') || 3)));
    if (wanted('kills') && redis) figures.push(...(await kills(backend, redis, parts.get('kills') || 4)));
    if (wanted('devices')) figures.push(...(await devices(backend, parts.get('devices') || 4, tell)));
    if (wanted('group')) figures.push(...(await groupSpread(backend, parts.get('group') || 30, tell)));
    return figures;
  } finally {
    tree?.remove();
    await redis?.close();
    await backend.close();
  }
}
