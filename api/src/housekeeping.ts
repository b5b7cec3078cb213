import { endIdleGroups } from './groups/groups.ts';
import { publishGroup } from './groups/publish.ts';
import type { Services } from './schema/context.ts';
import { expireSessions } from './sessions/expire.ts';
import { publishChange } from './sessions/publish.ts';

/** How often the house is kept while people use it, and while nobody does: a database that sleeps when idle is let sleep. */
const BUSY_MS = 60_000;
const IDLE_MS = 24 * 3_600_000;

/** Days that ended sign-ins and used links are kept, for the list of devices and for questions. */
const KEEP_DAYS = 30;
/** Days after which a guest who cannot come back and has kept nothing goes. */
const GUEST_DAYS = 90;

/** Ends what nobody ended and removes what nobody needs. Every instance may run it. Returns the way to end it. */
export function keepHouse(server: { services: Services; lastRequest(): number }): () => void {
  let last = 0;
  let busy = false;
  const timer = setInterval(() => {
    const now = Date.now();
    const used = server.lastRequest() > last;
    if (busy || now - last < (used ? BUSY_MS : IDLE_MS)) return;
    last = now;
    busy = true;
    keepHouseOnce(server.services)
      .catch((error: Error) =>
        server.services.log.warn('Housekeeping failed.', { reason: error.message.slice(0, 300) }),
      )
      .finally(() => {
        busy = false;
      });
  }, 5_000);
  timer.unref();
  return () => clearInterval(timer);
}

/** One round. */
export async function keepHouseOnce(services: Services): Promise<void> {
  const { database, bus, clock } = services;
  const now = clock.now();
  for (const { session, days } of await expireSessions(database, now)) {
    await publishChange(bus, session.userId, { session, days });
  }
  for (const group of await endIdleGroups(database, now)) await publishGroup(bus, group);
  const old = new Date(now.getTime() - KEEP_DAYS * 86_400_000);
  await database.refreshSession.deleteMany({ where: { OR: [{ expiresAt: { lt: old } }, { endedAt: { lt: old } }] } });
  await database.mailToken.deleteMany({ where: { expiresAt: { lt: old } } });
  await database.sharedProgram.deleteMany({ where: { expiresAt: { lt: now } } });
  await database.deviceCode.deleteMany({ where: { expiresAt: { lt: now } } });
  await database.accessToken.deleteMany({ where: { expiresAt: { lt: now } } });
  await database.user.deleteMany({
    where: {
      emailKey: null,
      createdAt: { lt: new Date(now.getTime() - GUEST_DAYS * 86_400_000) },
      refreshSessions: { none: { endedAt: null, expiresAt: { gt: now } } },
      sessions: { none: {} },
      protocols: { none: {} },
      hostedGroups: { none: {} },
      trials: { none: {} },
    },
  });
}
