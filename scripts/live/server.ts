/**
 * The API in a process that a bench controls: the same server as api/src/main.ts, told over IPC to publish states of a session as
 * a mutation does after its commit. Started by scripts/live/fanout.ts.
 */
import { readConfig } from '../../api/src/config.ts';
import { startServer } from '../../api/src/http/server.ts';
import { createLocalBus, createRedisBus } from '../../api/src/platform/bus.ts';
import { systemClock } from '../../api/src/platform/clock.ts';
import { openDatabase } from '../../api/src/platform/database.ts';
import { createLog } from '../../api/src/platform/telemetry.ts';
import { publishChange } from '../../api/src/sessions/publish.ts';

/** What the bench asks for: states of this session, one after the other. */
export interface PublishRequest {
  sessionId: string;
  count: number;
}

const config = readConfig();
const log = createLog(config);
const database = await openDatabase(config, {
  log: () => {},
  onError: () => {},
  onUnexpectedExit: () => process.exit(1),
});
const bus = config.redisUrl ? await createRedisBus(config.redisUrl, { prefix: config.redisPrefix }) : createLocalBus();
const server = await startServer({ config, database, bus, clock: systemClock, log });

const lastVersions = new Map<string, number>();
let publishing = Promise.resolve();

async function publish({ sessionId, count }: PublishRequest): Promise<void> {
  const session = await database.prisma.session.findUniqueOrThrow({ where: { id: sessionId } });
  const last = lastVersions.get(sessionId) ?? session.version;
  lastVersions.set(sessionId, last + count);
  for (let version = last + 1; version <= last + count; version++) {
    await publishChange(bus, session.userId, { session: { ...session, version } });
  }
}

process.on('message', (request: PublishRequest) => {
  publishing = publishing.then(() => publish(request));
});
process.once('disconnect', () => process.exit(0));
process.send?.({ url: server.url });
