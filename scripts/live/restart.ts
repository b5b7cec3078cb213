/**
 * `npm run bench -- live restart 5`: two API processes and a Redis; people act at one and follow at the other. Redis is killed under way
 * and comes back empty. Acting goes on meanwhile, and after its return every follower hears the present state by itself.
 */
import type { Backend } from '../../api/src/testing/backend.ts';
import { type ApiProcess, startApi } from '../../api/src/testing/process.ts';
import type { OwnRedis } from '../../api/src/testing/redis.ts';
import { compare, gather, guests, until } from './players.ts';

const PEOPLE = 4;
/** For how long Redis is away: a little longer each time, so that its return meets those who try again at other moments. */
const AWAY_MILLISECONDS = 3_000;
const LONGER_MILLISECONDS = 170;
/** After its return every change is told again from here on. */
const SETTLED_MILLISECONDS = 2_000;
/** Acts of each that are told without a gap after that. */
const ACTS_AFTER = 10;

export interface RestartResult {
  rounds: number;
  acknowledged: number;
  /** Acts acknowledged while there was no Redis: the fewest that one person had in a round. */
  fewestMeanwhile: number;
  /** For each round, ms from Redis' first answer until every follower had heard a state as new as what was acknowledged by then. */
  rightMs: number[];
}

/** @throws with what was lost, doubled or out of order, or where acting did not go on */
export async function restartRounds(
  backend: Backend,
  redis: OwnRedis,
  rounds: number,
  tell: (line: string) => void = () => {},
): Promise<RestartResult> {
  const environment = { RATE_LIMIT_FACTOR: '1000', MAX_SOCKETS_PER_ADDRESS: '1000', LOG_LEVEL: 'error' };
  const instances: ApiProcess[] = [];
  const result: RestartResult = { rounds: 0, acknowledged: 0, fewestMeanwhile: Number.POSITIVE_INFINITY, rightMs: [] };
  try {
    for (let index = 0; index < 2; index++)
      instances.push(await startApi({ ...backend, redisUrl: redis.url }, { environment }));
    const [one, other] = instances as [ApiProcess, ApiProcess];
    const people = await guests(one.url, PEOPLE);
    for (let round = 1; round <= rounds; round++) {
      const crowd = await gather({ url: one.url, followUrl: other.url }, people);
      const { players, look } = crowd;
      const count = () => players.map(({ acknowledged }) => acknowledged.length);
      await redis.kill();
      const atDeath = count();
      await new Promise((next) => setTimeout(next, AWAY_MILLISECONDS + round * LONGER_MILLISECONDS));
      look();
      const meanwhile = Math.min(...count().map((acts, index) => acts - (atDeath[index] as number)));
      if (meanwhile === 0) throw new Error(`Round ${round}: somebody could do nothing while Redis was away.`);
      await redis.start();
      const back = performance.now();
      const versions = players.map(({ version }) => version);
      await until('every follower has heard what was acknowledged before the return', () => {
        look();
        return players.every(({ heard }, index) => (heard.at(-1)?.version ?? 0) >= (versions[index] as number));
      });
      result.rightMs.push(performance.now() - back);
      // From here on no change may be missing any more.
      await new Promise((next) => setTimeout(next, Math.max(0, back + SETTLED_MILLISECONDS - performance.now())));
      const settled = players.map(({ version }) => version);
      await until('everybody has acted on', () => {
        look();
        return players.every(({ version }, index) => version >= (settled[index] as number) + ACTS_AFTER);
      });
      await crowd.finish();
      for (const [index, player] of players.entries()) {
        await compare(backend, player, settled[index]);
        if (player.repeated.length > 0) throw new Error(`Round ${round}: an act was refused while Redis was away.`);
        result.acknowledged += player.acknowledged.length;
        await player.leave();
      }
      result.rounds = round;
      result.fewestMeanwhile = Math.min(result.fewestMeanwhile, meanwhile);
      tell(
        `round ${round}: ${meanwhile} acts at least without Redis, right ${Math.round(result.rightMs.at(-1) as number)} ms after its return`,
      );
    }
    return result;
  } finally {
    await Promise.all(instances.map((instance) => instance.end('SIGKILL')));
  }
}
