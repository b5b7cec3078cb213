import type { Accounts } from '../accounts/accounts.ts';
import type { Config } from '../config.ts';
import type { Bus } from '../platform/bus.ts';
import type { Clock } from '../platform/clock.ts';
import type { Sql } from '../platform/database.ts';
import type { PrismaClient } from '../platform/prisma/client.ts';
import type { Role } from '../platform/prisma/enums.ts';
import type { Log } from '../platform/telemetry.ts';
import type { Live } from './live.ts';
import type { PublicReads } from './public-reads.ts';
import type { Reads } from './reads.ts';

/** Who asks: what the access token says. */
export interface Viewer {
  userId: string;
  /** Refresh session (device) that the token belongs to. */
  sessionId: string;
  role: Role;
  isGuest: boolean;
}

/** What the whole process shares. */
export interface Services {
  config: Config;
  /** Where an operation reads and writes; for a query it may be a replica near this instance. */
  database: PrismaClient;
  /** The same connections, for the few statements that are asked most and written by hand. */
  sql: Sql;
  /** Both at the primary: for what a query must write. */
  primary: { database: PrismaClient; sql: Sql };
  reads: Reads;
  bus: Bus;
  clock: Clock;
  live: Live;
  publicReads: PublicReads;
  accounts: Accounts;
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
  /** Address of the client, for limits. */
  address: string;
  /** First language of `Accept-Language` that we write mails in, else `en`. */
  language: string;
  /** The `DPoP` header, and the method and address it must be made for (RFC 9449). */
  proof: { header: string | null; method: string; url: string };
}
