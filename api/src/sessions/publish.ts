import type { Bus } from '../platform/bus.ts';
import { userChannel } from '../platform/bus-keys.ts';
import type { Session } from '../platform/prisma/client.ts';
import type { Day } from './local-day.ts';
import { isOver } from './transition.ts';

/** What a person's channel carries: a session as it became, and the days whose metrics changed with it. */
interface UserMessage {
  session?: Session;
  days?: Day[];
}

/** Tells the person's devices. One message a change, after the change has been committed. */
export async function publishChange(
  bus: Bus,
  userId: string,
  change: { session?: Session; days?: Day[] },
): Promise<void> {
  const { session } = change;
  const kept = session && { id: session.id, version: session.version, ttlSeconds: KEPT_SECONDS };
  await bus.publish(userChannel(userId), JSON.stringify(change satisfies UserMessage), kept);
}

/** How long the last state of a session is kept on the bus. */
const KEPT_SECONDS = 2 * 3600;

/**
 * The person's session that changed last, if it goes on at `now`, as the bus keeps it: at hand before the database has answered, and perhaps old.
 * The database is asked all the same, and wins.
 */
export async function keptSession(bus: Bus, userId: string, now: Date): Promise<Session | undefined> {
  const message = await bus.last(userChannel(userId));
  const session = message === null ? undefined : sessionOf(message);
  return session?.expiresAt && session.expiresAt > now && !isOver(session.state) ? session : undefined;
}

const dates = ['startedAt', 'endedAt', 'positionAt', 'expiresAt', 'createdAt'] as const;

/** The session of a message, or undefined where it carries none. */
export function sessionOf(message: string): Session | undefined {
  const { session } = JSON.parse(message) as UserMessage;
  if (!session) return undefined;
  for (const name of dates) {
    const value = session[name] as Date | string | null;
    if (typeof value === 'string') Object.assign(session, { [name]: new Date(value) });
  }
  return session;
}

/** The days of a message. */
export function daysOf(message: string): Day[] {
  return (JSON.parse(message) as UserMessage).days ?? [];
}
