import type { Config } from '../config.ts';
import type { Bus } from '../platform/bus.ts';
import type { Clock } from '../platform/clock.ts';
import type { Sql } from '../platform/connections.ts';
import type { PrismaClient } from '../platform/prisma/client.ts';
import type { Log } from '../platform/telemetry.ts';
import type { Writes } from '../platform/writes.ts';
import type { Language } from './languages.ts';
import type { Live } from './live.ts';
import type { Viewer } from './viewer.ts';

/** What the whole process shares. A domain that keeps something of its own for it declares that beside it (`declare module`), so that nothing here knows a domain. */
export interface Services {
  config: Config;
  /** Where an operation reads and writes; for a query it may be a replica near this instance. */
  database: PrismaClient;
  /** The same connections, for the few statements that are asked most and written by hand. */
  sql: Sql;
  /** Both at the primary: for what a query must write. */
  primary: { database: PrismaClient; sql: Sql };
  bus: Bus;
  clock: Clock;
  live: Live;
  /** Told after the commit of what may change what everybody sees. */
  publicReads: { changed(): Promise<void> };
  /** Counts bytes that are given to be kept; throws RATE_LIMITED where the person or the address has given too much. */
  keeping: { count(who: Pick<Context, 'viewer' | 'address'>, bytes: number): void };
  /** What writes meet now. */
  writes: Writes;
  log: Log;
  /** Counts a request that a limit or rule refused, by the rule's name (for /metrics). */
  refused: (rule: string) => void;
}

/** What every resolver gets. */
export interface Context extends Services {
  requestId: string;
  /** Null without a token. */
  viewer: Viewer | null;
  /** Shared executions carry no viewer but these: the audiences whose members all see the same. */
  audiences: readonly string[];
  /** Whom the limits count when nobody is signed in: `subjectOf` the client's address (platform/subject.ts). */
  address: string;
  /** What `Accept-Language` likes best of the languages that we write. */
  language: Language;
  /** The `DPoP` header, and the method and address it must be made for (RFC 9449). */
  proof: { header: string | null; method: string; url: string };
}
