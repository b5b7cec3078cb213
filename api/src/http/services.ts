import { createAccounts } from '../accounts/accounts.ts';
import type { Config } from '../config.ts';
import type { Bus } from '../platform/bus.ts';
import type { Clock } from '../platform/clock.ts';
import type { Database } from '../platform/database.ts';
import { createMailer, type Mailer } from '../platform/mail.ts';
import { createMetrics, type Metrics } from '../platform/metrics.ts';
import type { Log } from '../platform/telemetry.ts';
import { noTracing, type Tracing } from '../platform/tracing.ts';
import { watchWrites } from '../platform/writes.ts';
import type { Services } from '../schema/context.ts';
import { createLive, type Live } from '../schema/live.ts';
import { type Admission, createAdmission } from './admission.ts';
import { type AnswerCache, createAnswerCache } from './answer-cache.ts';
import { createKeeping } from './kept.ts';
import { createReads, type Reads } from './reads.ts';

export interface ServerOptions {
  config: Config;
  database: Database;
  bus: Bus;
  clock: Clock;
  log: Log;
  tracing?: Tracing;
  mail?: Mailer;
}

/** What the process shares: with resolvers (`services`), and among the doors. */
export interface Shared {
  services: Services;
  config: Config;
  database: Database;
  bus: Bus;
  log: Log;
  tracing: Tracing;
  metrics: Metrics;
  live: Live;
  admission: Admission;
  answers: AnswerCache;
  reads: Reads;
  /** Ends what was begun here (not database and bus). */
  close(): Promise<void>;
}

export async function createServices(options: ServerOptions): Promise<Shared> {
  const { config, database, bus, clock, log, tracing = noTracing } = options;
  const metrics = createMetrics();
  const live = await createLive(bus, metrics.delivered);
  const answers = await createAnswerCache({ bus, enabled: config.publicCache });
  const mail = options.mail ?? createMailer(config, log);
  const accounts = await createAccounts({ config, database: database.prisma, bus, clock, mail });
  const reads = await createReads({ config, replica: database.replica, bus });
  const admission = createAdmission(config.limits.rateFactor, metrics.refused);
  const services: Services = {
    config,
    database: database.prisma,
    sql: database.sql,
    primary: { database: database.prisma, sql: database.sql },
    bus,
    clock,
    live,
    publicReads: answers,
    accounts,
    keeping: createKeeping(config.limits.rateFactor, metrics.refused),
    writes: watchWrites(database.pool),
    log,
    refused: metrics.refused,
  };
  watch(metrics, options, live);
  return {
    ...{ services, config, database, bus, log, tracing, metrics, live, admission, answers, reads },
    async close() {
      await live.close();
      await Promise.race([mail.settled(), new Promise((resolve) => setTimeout(resolve, 1_000))]);
      answers.close();
      accounts.close();
      reads.close();
    },
  };
}

function watch(metrics: Metrics, { database, bus }: ServerOptions, live: Live): void {
  metrics.watch(
    'nes_live_executions',
    'Subscriptions executed now, each for all of its followers.',
    () => live.counts().executions,
  );
  metrics.watch('nes_live_followers', 'Followers of subscriptions.', () => live.counts().members);
  metrics.watch('nes_database_connections', 'Connections to the database.', () => database.pool.totalCount);
  metrics.watch('nes_database_waiting', 'Requests waiting for a connection.', () => database.pool.waitingCount);
  metrics.watch('nes_bus_healthy', '1 while instances can tell each other things.', () => (bus.healthy() ? 1 : 0));
  const { replica } = database;
  if (!replica) return;
  metrics.watch(
    'nes_replica_lag_seconds',
    'How far the replica is behind the primary at most.',
    () => (Date.now() - replica.freshTo()) / 1000,
  );
  metrics.watch('nes_replica_used', '1 while reads go to the replica.', () => (replica.usable() ? 1 : 0));
}
