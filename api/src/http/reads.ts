/**
 * Where an operation is answered when the database has a replica near this instance (docs/DEPLOYMENT.md, "Several regions").
 *
 * A query reads from the replica, unless the one who asks has written a moment ago and the replica may not have that yet: people
 * always read their own writes. Everything else is done at the primary: on Fly.io by handing the whole request to an instance in
 * the primary's region, which costs one way there and back instead of one for each statement; elsewhere from here.
 */
import type { Config } from '../config.ts';
import type { Bus } from '../platform/bus.ts';
import { writesChannel } from '../platform/bus-keys.ts';
import type { Replica } from '../platform/replica.ts';
import type { Context } from '../schema/context.ts';
import type { Viewer } from '../schema/viewer.ts';

/** Who asks: the account, or before there is one the address. */
export interface Asker {
  viewer: Viewer | null;
  address: string;
}

export interface Reads {
  /** The replica, if this one may read there now. */
  near(asker: Asker): Pick<Context, 'database' | 'sql'> | null;
  /** Value of the `fly-replay` header that hands a request to the primary's region; null: it is answered here. */
  elsewhere(headers: Readonly<Record<string, unknown>>): string | null;
  /** A mutation sets out from here for the primary's region; when it will have been done is not known here. */
  sent(asker: Asker): void;
  /**
   * A mutation was done here for the one who asked, and for the one who is signed in now. Resolves when every instance has been told.
   */
  wrote(asker: Asker, now: Viewer | null): Promise<void>;
  close(): void;
}

/** A write that set out and of which nothing was heard has been done by then, or never will. */
const UNHEARD_MS = 30_000;
/** Writers remembered; beyond it everybody reads at the primary until the replica has caught up with the oldest. */
const MAX_WRITERS = 50_000;

export async function createReads(options: {
  config: Pick<Config, 'region' | 'primaryRegion' | 'replicas'>;
  replica: Replica | undefined;
  bus: Bus;
}): Promise<Reads> {
  const { config, replica, bus } = options;
  const away =
    config.region !== undefined && config.primaryRegion !== undefined && config.region !== config.primaryRegion;
  /** By when the last write of each was certainly done, ms. */
  const writers = new Map<string, number>();
  let everybody = 0;

  const note = (key: string, doneBy: number) => {
    writers.delete(key);
    writers.set(key, doneBy);
    if (writers.size <= MAX_WRITERS) return;
    const fresh = replica?.freshTo() ?? 0;
    for (const [writer, time] of writers) if (time <= fresh) writers.delete(writer);
    if (writers.size <= MAX_WRITERS) return;
    everybody = Math.max(...writers.values());
    writers.clear();
  };
  const noteAll = (keys: string[]) => {
    for (const key of keys) note(key, Date.now());
  };
  const keyOf = ({ viewer, address }: Asker) => viewer?.userId ?? address;
  const hasRead = (key: string, fresh: number) => {
    const doneBy = writers.get(key);
    if (doneBy === undefined) return true;
    if (doneBy > fresh) return false;
    writers.delete(key);
    return true;
  };
  const end = replica
    ? await bus.subscribe(writesChannel, (message) => noteAll(JSON.parse(message) as string[]))
    : () => {};

  return {
    near({ viewer, address }) {
      if (!replica) return null;
      replica.touch();
      if (!replica.usable()) return null;
      const fresh = replica.freshTo();
      // Signing in is a write of nobody yet: of that address.
      const read = fresh >= everybody && hasRead(address, fresh) && (!viewer || hasRead(viewer.userId, fresh));
      return read ? { database: replica.prisma, sql: replica.sql } : null;
    },
    elsewhere(headers) {
      if (!away || headers['fly-replay-src'] !== undefined || headers['fly-replay-failed'] !== undefined) return null;
      return `region=${config.primaryRegion};timeout=5s;fallback=prefer_self`;
    },
    sent(asker) {
      if (replica) note(keyOf(asker), Date.now() + UNHEARD_MS);
    },
    async wrote(asker, now) {
      if (!config.replicas) return;
      const keys = [...new Set([keyOf(asker), now?.userId ?? keyOf(asker)])];
      if (replica) noteAll(keys);
      await bus.publish(writesChannel, JSON.stringify(keys));
    },
    close: end,
  };
}
