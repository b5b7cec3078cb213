import type { Config } from '../config.ts';
import type { Viewer } from '../graphql/context.ts';
import type { Bus } from '../platform/bus.ts';
import { signOutChannel } from '../platform/bus-keys.ts';
import type { Clock } from '../platform/clock.ts';
import type { Mailer } from '../platform/mail.ts';
import type { PrismaClient } from '../platform/prisma/client.ts';
import { createPasswords, type Passwords } from './passwords.ts';
import { type AccessToken, issueAccess, type Verified, verifyAccess } from './tokens.ts';

/** What accounts keep for the life of the process. */
export interface Accounts {
  passwords: Passwords;
  mail: Mailer;
  /** Who an access token stands for: its signature and times hold, and its session has not ended on any instance. */
  authenticate(token: string): Promise<Verified>;
  issue(viewer: Viewer): Promise<AccessToken>;
  /** Tells every instance, this one too, that these sessions (devices) have ended or that their person's rights have changed. */
  announceEnded(sessionIds: readonly string[]): Promise<void>;
  /** Called with sessions that have ended anywhere. Returns the way to end it. */
  onEnded(listener: (sessionIds: readonly string[]) => void): () => void;
  close(): void;
}

interface Known {
  viewer: Viewer;
  /** When it was read, ms. */
  at: number;
}

/** Sessions remembered at once; the least lately read goes first. */
const MAX_KNOWN = 10_000;
/** How long a remembered session is believed: while sign-outs reach us, and while they may not. */
const BELIEVED_MS = 15 * 60_000;
const BELIEVED_ALONE_MS = 1_000;

export async function createAccounts(services: {
  config: Config;
  database: PrismaClient;
  bus: Bus;
  clock: Clock;
  mail: Mailer;
}): Promise<Accounts> {
  const { config, database, bus, clock, mail } = services;
  const secret = new TextEncoder().encode(config.secret);
  const known = new Map<string, Known>();
  const listeners = new Set<(sessionIds: readonly string[]) => void>();
  // Counts announcements: what was read from the database before one is not remembered after it.
  let announcements = 0;

  const endMessages = await bus.subscribe(signOutChannel, (message) => {
    const { sessions } = JSON.parse(message) as { sessions: string[] };
    announcements++;
    for (const id of sessions) known.delete(id);
    for (const listener of listeners) listener(sessions);
  });
  // Sign-outs may have been missed while the bus was away.
  const endReconnects = bus.onReconnect(() => {
    announcements++;
    known.clear();
  });

  /** The session's person as the database knows them; null when it has ended. */
  const lookUp = async (sessionId: string): Promise<Viewer | null> => {
    const now = clock.now();
    const remembered = known.get(sessionId);
    const believed = bus.healthy() ? BELIEVED_MS : BELIEVED_ALONE_MS;
    if (remembered && now.getTime() - remembered.at < believed) return remembered.viewer;
    const before = announcements;
    const session = await database.refreshSession.findUnique({
      where: { id: sessionId },
      select: {
        endedAt: true,
        expiresAt: true,
        user: { select: { id: true, role: true, emailKey: true, suspendedAt: true } },
      },
    });
    known.delete(sessionId);
    // Prisma reads the person in a second query: they may have been deleted between the two.
    if (!session?.user || session.endedAt || session.expiresAt <= now || session.user.suspendedAt) return null;
    const viewer: Viewer = {
      userId: session.user.id,
      sessionId,
      role: session.user.role,
      isGuest: session.user.emailKey === null,
    };
    if (before !== announcements) return viewer;
    known.set(sessionId, { viewer, at: now.getTime() });
    if (known.size > MAX_KNOWN) known.delete(known.keys().next().value as string);
    return viewer;
  };

  return {
    passwords: createPasswords(),
    mail,
    async authenticate(token) {
      const verified = await verifyAccess(secret, token, clock);
      if ('problem' in verified) return verified;
      const viewer = await lookUp(verified.viewer.sessionId);
      if (!viewer || viewer.userId !== verified.viewer.userId) return { problem: 'invalid' };
      return { viewer, expiresAt: verified.expiresAt };
    },
    issue: (viewer) => issueAccess(secret, viewer, clock),
    async announceEnded(sessionIds) {
      if (sessionIds.length === 0) return;
      announcements++;
      for (const id of sessionIds) known.delete(id);
      await bus.publish(signOutChannel, JSON.stringify({ sessions: sessionIds }));
    },
    onEnded(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    close() {
      endMessages();
      endReconnects();
    },
  };
}
