import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import pg from 'pg';
import { readLibrary } from '../../prisma/library/library.ts';
import { type Config, ConfigError, readConfig } from './config.ts';
import { keepHouse } from './housekeeping.ts';
import { type Bus, createLocalBus, createRedisBus, redisPlace } from './platform/bus.ts';
import { systemClock } from './platform/clock.ts';
import { openDatabase } from './platform/database.ts';
import { createLog, type Log } from './platform/telemetry.ts';
import { holdsLibrary, loadLibrary } from './protocols/load-library.ts';
import { startServer } from './server.ts';

/** After this a shutdown is forced. */
const SHUTDOWN_MS = 9_500;
/** After the start, when the first pages have been read. */
const LIBRARY_CHECK_MS = 3_000;
/** After the start, when nobody waits any more for the first answers. */
const TIDY_MS = 2_000;
/** In production proxies stand in front, which need a moment to look elsewhere. */
const GRACE_MS = 1_500;

/** Serves until a signal ends it; what hinders it is told in a sentence, with the exit code for it. */
export async function start(): Promise<void> {
  try {
    await serve();
  } catch (error) {
    fail(error as NodeJS.ErrnoException & { port?: number });
  }
}

/** Gives back the room that only the start took: 12 of 100 MB (measured). V8 has no other way to be asked for it. */
function tidyMemory(): void {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as (options: { type: 'major'; flavor: 'last-resort' }) => void;
  collect({ type: 'major', flavor: 'last-resort' });
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
  // Whoever changes the library here is told when the change is no new version; it reads every program, so the start does not wait.
  if (config.loadLibrary && config.environment === 'development') {
    setTimeout(() => loadLibrary(database.prisma).catch(fail), LIBRARY_CHECK_MS).unref();
  }
  const bus = await openBus(config, log);
  const tracing = config.tracing
    ? (await import('./platform/open-telemetry.ts')).startTracing(config, log, pg)
    : undefined;
  if (tracing) log.info('traces: sent by OpenTelemetry');
  const server = await startServer({ config, database, bus, clock: systemClock, log, tracing });
  const endHousekeeping = keepHouse(server);
  log.info(`ready: ${server.url}`, { startMs: Math.round(performance.now()) });
  setTimeout(tidyMemory, TIDY_MS).unref();

  let ending = false;
  const end = (signal: string) => {
    if (ending) return;
    ending = true;
    log.info(`${signal}: finishing what runs`);
    setTimeout(() => process.exit(1), SHUTDOWN_MS).unref();
    void (async () => {
      endHousekeeping();
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
  log.info(`bus: Redis at ${redisPlace(config.redisUrl)}`);
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
