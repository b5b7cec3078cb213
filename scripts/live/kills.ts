/**
 * `npm run bench -- live kills 100`: two API processes and a Redis, people who play, pause, seek and follow; the process they are at is
 * killed under way, they go on at the other one, and what they were told is compared with what is in the database. Again and again.
 * In every second round the answers are held back before the kill, so that it comes when acts are committed and nobody knows it.
 */
import { connect, createServer, type Socket } from 'node:net';
import type { Backend } from '../../api/src/testing/backend.ts';
import { type ApiProcess, startApi } from '../../api/src/testing/process.ts';
import { compare, gather, guests, until } from './players.ts';

/** People at once, and acts that each has had acknowledged after a kill before the next round. */
const PEOPLE = 4;
const ACTS_AFTER = 3;

export interface KillResult {
  rounds: number;
  /** Acts that were acknowledged. */
  acknowledged: number;
  /** Acts sent again because the process that had them died. */
  repeated: number;
  /** Of these, the ones that the dying process had committed already: each was answered, and done once. */
  committedUnheard: number;
  /** For each round, ms from the kill until everybody had had three acts acknowledged by the other process. */
  movedMs: number[];
}

/** A way to a port on which answers can be held back. */
interface Way {
  url: string;
  /** From now on requests arrive and answers do not. */
  holdAnswers(): void;
  close(): Promise<void>;
}

async function openWay(port: number): Promise<Way> {
  const open = new Set<Socket>();
  let held = false;
  const server = createServer({ noDelay: true }, (near) => {
    const far = connect({ port, host: '127.0.0.1', noDelay: true });
    for (const socket of [near, far]) {
      open.add(socket.once('close', () => open.delete(socket)));
      socket.on('error', () => {});
    }
    near.on('data', (data) => far.write(data));
    far.on('data', (data) => held || near.write(data));
    near.once('close', () => far.destroy());
    far.once('close', () => near.destroy());
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const address = server.address();
  return {
    url: `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`,
    holdAnswers() {
      held = true;
    },
    close: () =>
      new Promise((done) => {
        server.close(() => done());
        for (const socket of open) socket.destroy();
      }),
  };
}

/**
 * Kills the process under way, `rounds` times, each time the one at which everybody is; the other takes over, and the killed one comes back.
 * @throws with what was lost, doubled or out of order
 */
export async function killRounds(
  backend: Backend & { redisUrl: string },
  rounds: number,
  tell: (line: string) => void = () => {},
): Promise<KillResult> {
  const environment = { RATE_LIMIT_FACTOR: '1000', MAX_SOCKETS_PER_ADDRESS: '1000', LOG_LEVEL: 'warn' };
  const instances: ApiProcess[] = [];
  const result: KillResult = { rounds: 0, acknowledged: 0, repeated: 0, committedUnheard: 0, movedMs: [] };
  const isCommitted = async (eventId: string | null) => {
    const { rowCount } = await backend.database.pool.query('SELECT FROM session_events WHERE id = $1', [eventId]);
    return rowCount === 1;
  };
  try {
    for (let index = 0; index < 2; index++) instances.push(await startApi(backend, { environment }));
    let here = instances[0] as ApiProcess;
    let there = instances[1] as ApiProcess;
    const people = await guests(here.url, PEOPLE);
    for (let round = 1; round <= rounds; round++) {
      const way = await openWay(here.port);
      try {
        const place = { url: way.url, followUrl: way.url };
        const crowd = await gather(place, people);
        const { players, look } = crowd;
        if (round % 2 === 0) {
          way.holdAnswers();
          await until('everybody waits for the answer to a committed act', async () => {
            look();
            return (await Promise.all(players.map(({ pending }) => isCommitted(pending)))).every(Boolean);
          });
        }
        const unheard = new Set<string>();
        const killedAt = performance.now();
        const before = players.map(({ acknowledged }) => acknowledged.length);
        await here.end('SIGKILL');
        // Nobody is told of the other process before it is known what the dead one left behind.
        for (const { pending } of players) if (pending && (await isCommitted(pending))) unheard.add(pending);
        place.url = place.followUrl = there.url;
        await way.close();
        await until('everybody goes on at the other process', () => {
          look();
          return players.every(
            ({ acknowledged }, index) => acknowledged.length >= (before[index] as number) + ACTS_AFTER,
          );
        });
        result.movedMs.push(Math.max(...players.map(({ lastAcknowledged }) => lastAcknowledged)) - killedAt);
        await crowd.finish();
        for (const player of players) {
          await compare(backend, player);
          result.acknowledged += player.acknowledged.length;
          result.repeated += player.repeated.length;
          result.committedUnheard += player.repeated.filter((id) => unheard.has(id)).length;
          await player.leave();
        }
        result.rounds = round;
        tell(
          `round ${round}: ${players.map(({ acknowledged }) => acknowledged.length).join(', ')} acts acknowledged and in the log, ${unheard.size} committed and unheard at the kill`,
        );
      } finally {
        await way.close();
      }
      await here.start();
      [here, there] = [there, here];
    }
    return result;
  } finally {
    await Promise.all(instances.map((instance) => instance.end('SIGKILL')));
  }
}
