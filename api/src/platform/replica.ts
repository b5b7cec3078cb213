/**
 * A streaming replica of the database near this instance. It answers reads, a moment behind. How far behind is measured by asking the
 * primary where its log stands and watching for the replica to get there: no clock of another machine and no assumption about how
 * often something is written goes into it.
 */

import { PrismaPg } from '@prisma/adapter-pg';
import type pg from 'pg';
import { openPool, type Sql } from './connections.ts';
import { placeOf } from './database-address.ts';
import { PrismaClient } from './prisma/client.ts';

export interface Replica {
  prisma: PrismaClient;
  sql: Sql;
  /** Where it is, for people. */
  place: string;
  /** Keeps the measuring going for a while: called with each request, so that nothing is asked while nobody is there. */
  touch(): void;
  /** Everything committed before this time (ms since 1970, this machine's clock) can be read here; 0: not known yet. */
  freshTo(): number;
  /** Whether it answers and is near enough behind: at most `MAX_LAG_MS`, or however far while the primary is away. */
  usable(): boolean;
  close(): Promise<void>;
}

/** A replica further behind is not read from. */
export const MAX_LAG_MS = 10_000;
/** How often the two are compared while requests come. */
const EVERY_MS = 500;
/** Without a request for so long, nothing is compared. */
const ATTENTIVE_MS = 60_000;
const ANSWER_MS = 3_000;
/** Places of the primary's log that the replica has not reached yet. */
const MAX_PENDING = 1_000;

interface Place {
  at: number;
  position: bigint;
}

/** Opens the replica at `url` of the database that `primary` leads to. Never rejects: while it is away, `usable` is false. */
export function openReplica(options: {
  url: string;
  primary: pg.Pool;
  connections: number;
  /** Called for each failure of an idle connection. */
  onError?: (error: Error) => void;
  log: (line: string) => void;
}): Replica {
  const { primary, log } = options;
  const { url, connections, onError } = options;
  const pool = openPool({ url, name: 'nes-reads', waitMs: ANSWER_MS, connections, onError });
  const prisma = new PrismaClient({ adapter: new PrismaPg(pool) });
  const place = placeOf(url);

  let fresh = 0;
  let pending: Place[] = [];
  let answers = false;
  let primaryAnswers = true;
  let told = '';
  let touched = Date.now();
  let timer: NodeJS.Timeout | null = null;
  let closed = false;

  const say = (line: string) => {
    if (line === told) return;
    told = line;
    log(line);
  };
  // query_timeout is pg's own option of one query, which its types leave out.
  const ask = async <T extends pg.QueryResultRow>(where: pg.Pool, text: string): Promise<T> => {
    const { rows } = await where.query<T>({ text, query_timeout: ANSWER_MS } as pg.QueryConfig);
    return rows[0] as T;
  };

  const compare = async () => {
    const at = Date.now();
    const [here, there] = await Promise.allSettled([
      ask<{ position: string | null; replica: boolean }>(
        pool,
        'SELECT pg_last_wal_replay_lsn()::text AS position, pg_is_in_recovery() AS replica',
      ),
      ask<{ position: string }>(primary, 'SELECT pg_current_wal_lsn()::text AS position'),
    ]);
    primaryAnswers = there.status === 'fulfilled';
    if (there.status === 'fulfilled') pending.push({ at, position: positionOf(there.value.position) });
    if (pending.length > MAX_PENDING) pending = pending.filter((_, i) => i % 2 === 0);
    if (here.status === 'rejected') {
      answers = false;
      say(`replica: ${place} is away (${(here.reason as Error).message}); reads go to the primary`);
      return;
    }
    const { position, replica } = here.value;
    if (!replica || position === null) {
      answers = false;
      say(`replica: ${place} is no replica; reads go to the primary`);
      return;
    }
    answers = true;
    const reached = positionOf(position);
    while (pending[0] && pending[0].position <= reached) fresh = (pending.shift() as Place).at;
    say(usable() ? `replica: reads go to ${place}` : `replica: ${place} is behind; reads go to the primary`);
  };

  const usable = () => answers && (Date.now() - fresh <= MAX_LAG_MS || (!primaryAnswers && fresh > 0));

  const again = () => {
    if (closed || timer) return;
    timer = setTimeout(async () => {
      await compare().catch((error: Error) => log(`replica: ${error.message}`));
      timer = null;
      if (Date.now() - touched < ATTENTIVE_MS) again();
    }, EVERY_MS);
    timer.unref();
  };
  again();

  return {
    prisma,
    sql: async (text, values) => (await pool.query({ text, values })).rows,
    place,
    touch() {
      touched = Date.now();
      again();
    },
    freshTo: () => fresh,
    usable,
    async close() {
      closed = true;
      if (timer) clearTimeout(timer);
      await prisma.$disconnect();
      await pool.end();
    },
  };
}

/** A place in the write-ahead log, `16/B374D848`, as a number. */
function positionOf(text: string): bigint {
  const [high = '0', low = '0'] = text.split('/');
  return (BigInt(`0x${high}`) << 32n) + BigInt(`0x${low}`);
}
