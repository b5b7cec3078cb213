import pg from 'pg';
import { readLibrary } from '../../prisma/library/library.ts';
import { type Config, ConfigError, operatorMissing, readConfig } from './config.ts';
import { keepHouse } from './housekeeping.ts';
import { startServer } from './http/server.ts';
import { absenceOf } from './platform/absence.ts';
import { type Bus, createLocalBus, createRedisBus, redisPlace } from './platform/bus.ts';
import { systemClock } from './platform/clock.ts';
import { openDatabase } from './platform/database.ts';
import type { PrismaClient } from './platform/prisma/client.ts';
import { createLog, type Log } from './platform/telemetry.ts';
import { holdsLibrary, loadLibrary } from './protocols/load-library.ts';
import { keepDelivering } from './webhooks/deliver.ts';

/** After this a shutdown is forced. */
const SHUTDOWN_MS = 9_500;
/** After the start, when the first pages have been read. */
const LIBRARY_CHECK_MS = 3_000;
/** In production balancers stand in front: this is longer than the two seconds between their looks (docker/Caddyfile) and one answer. */
const GRACE_MS = 5_000;

/** Serves until a signal ends it; what hinders it is told in a sentence, with the exit code for it. */
export async function start(): Promise<void> {
  try {
    await serve();
  } catch (error) {
    fail(error as NodeJS.ErrnoException & { port?: number });
  }
}

async function serve(): Promise<void> {
  const config = readConfig();
  const log = createLog(config);
  const opening = openDatabase(config, {
    log: (line) => log.info(line),
    onError: (error) => log.warn('A connection to the database broke.', { reason: error.message }),
    onUnexpectedExit: (reason) => {
      log.error(`The embedded database has ended: ${reason}`);
      process.exit(1);
    },
  });
  // Read while the database answers.
  const library = config.loadLibrary ? readLibrary() : [];
  const database = await opening;
  log.info(`database: ${database.kind === 'embedded' ? 'embedded PostgreSQL in' : 'PostgreSQL at'} ${database.place}`);
  const written =
    config.loadLibrary && !(await holdsLibrary(database.pool, library))
      ? await loadLibrary(database.prisma, library)
      : 0;
  if (written > 0) log.info(`library: ${written} protocols written`);
  if (config.loadLibrary && config.environment === 'development') checkLibrary(database.prisma, log);
  const bus = await openBus(config, log);
  const tracing = config.tracing
    ? (await import('./platform/open-telemetry.ts')).startTracing(config, log, pg)
    : undefined;
  if (tracing) log.info('traces: sent by OpenTelemetry');
  const server = await startServer({ config, database, bus, clock: systemClock, log, tracing });
  const silent = operatorMissing(config);
  if (silent) log.warn(silent);
  if (config.environment === 'production' && !config.smtpUrl)
    log.warn(
      'SMTP_URL is not set: no mails can be sent, so addresses are not confirmed and forgotten passwords stay forgotten.',
    );
  const endHousekeeping = keepHouse(server);
  const endDelivering = keepDelivering(server);
  // Nobody waits for the broker, and nothing of MQTT is loaded without one.
  const homes =
    config.mqttUrl === undefined
      ? undefined
      : (await import('./home/bridge.ts')).keepHomes(server.services, config.mqttUrl);
  log.info(`ready: ${server.url}`, { startMs: Math.round(performance.now()) });

  // A promise of the database that nobody waited for: the connection was cut under it, and nothing hangs on it. All else ends the process.
  process.on('unhandledRejection', (reason) => {
    if (absenceOf(reason) === null) throw reason;
    log.error('Nobody waited for what the database was asked.', { reason: String(reason).slice(0, 300) });
  });

  let ending = false;
  const end = (signal: string) => {
    if (ending) return;
    ending = true;
    log.info(`${signal}: finishing what runs`);
    setTimeout(() => process.exit(1), SHUTDOWN_MS).unref();
    void (async () => {
      endHousekeeping();
      endDelivering();
      await homes?.close();
      await server.close(config.environment === 'production' ? GRACE_MS : 0);
      await tracing?.close();
      await bus.close();
      await database.close();
      log.info('ended');
      process.exit(0);
    })().catch((error: Error) => {
      log.error('The shutdown failed.', { reason: error.message });
      process.exit(1);
    });
  };
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => end(signal));
}

/**
 * Whoever changes the library here is told when the change is no new version: the process ends. It reads every program, so the start does not wait. A
 * database that is away says nothing about the library and is asked again.
 */
function checkLibrary(database: PrismaClient, log: Log): void {
  const check = () =>
    loadLibrary(database).catch((error: Error) => {
      if (absenceOf(error) === null) fail(error);
      log.warn('The library could not be compared yet.', { reason: error.message.slice(0, 200) });
      checkLibrary(database, log);
    });
  setTimeout(check, LIBRARY_CHECK_MS).unref();
}

async function openBus(config: Config, log: Log): Promise<Bus> {
  if (config.redisUrl === undefined) {
    log.info('bus: in this process (no REDIS_URL)');
    return createLocalBus();
  }
  let last = 0;
  const bus = await createRedisBus(config.redisUrl, {
    prefix: config.redisPrefix,
    onError: (error) => {
      // One line every ten seconds while it is away.
      if (Date.now() - last < 10_000) return;
      last = Date.now();
      log.warn('Redis is away.', { reason: error.message });
    },
  });
  log.info(`bus: Redis at ${redisPlace(config.redisUrl)}${bus.healthy() ? '' : ', which does not answer yet'}`);
  return bus;
}

function fail(error: NodeJS.ErrnoException & { port?: number }): never {
  if (error instanceof ConfigError) {
    process.stderr.write(`${error.message}\n`);
    process.exit(ConfigError.exitCode);
  }
  const { code, port } = error;
  if (code === 'EADDRINUSE')
    process.stderr.write(`Port ${port} is taken. Set PORT to another, for example PORT=4001.\n`);
  else if (code === 'EACCES')
    process.stderr.write(`Port ${port} may not be used by this user. Set PORT to one above 1023.\n`);
  else process.stderr.write(`${error.name === 'Error' ? (error.stack ?? error.message) : error.message}\n`);
  process.exit(1);
}
