import type { Config } from '../config.ts';
import type { Bus } from '../platform/bus.ts';
import { signInKey, signOutChannel } from '../platform/bus-keys.ts';
import type { Clock } from '../platform/clock.ts';
import type { Mailer } from '../platform/mail.ts';
import type { PrismaClient } from '../platform/prisma/client.ts';
import type { Viewer } from '../schema/viewer.ts';
import { TOKEN_PREFIX } from './access-tokens.ts';
import { createPasswords, type Passwords } from './passwords.ts';
import {
  ACCESS_SECONDS,
  type AccessToken,
  createVerifier,
  issueAccess,
  newRefreshToken,
  secretHash,
  sessionOfRefreshToken,
  type Verified,
} from './tokens.ts';

declare module '../schema/context.ts' {
  interface Services {
    accounts: Accounts;
  }
}

/** What accounts keep for the life of the process. */
export interface Accounts {
  passwords: Passwords;
  mail: Mailer;
  /** Who an access token or a personal one stands for: its signature and times hold, and its session has not ended on any instance. */
  authenticate(token: string): Promise<Verified>;
  issue(viewer: Viewer): Promise<AccessToken>;
  /** A refresh token of this sign-in. */
  newRefreshToken(sessionId: string): string;
  /** The sign-in that a refresh token was once given out for; null for one that is not ours. */
  sessionOfRefreshToken(token: string): string | null;
  /** Whether a session or personal token has not ended, as the database knows it. */
  holds(sessionId: string): Promise<boolean>;
  /** Tells every instance, this one too, that these sessions (devices) have ended or that their person's rights have changed. */
  announceEnded(sessionIds: readonly string[]): Promise<void>;
  /** Called with sessions that have ended anywhere. Returns the way to end it. */
  onEnded(listener: (sessionIds: readonly string[]) => void): () => void;
  close(): void;
}

interface Known {
  viewer: Viewer;
  /** When it runs out; for a sign-in the access token says that. */
  until: Date;
  /** When it was read, ms. */
  at: number;
}

/** Sessions remembered at once; the least lately read goes first. */
const MAX_KNOWN = 10_000;
/** How long a remembered session is believed: while sign-outs reach us, and while they may not, or nobody knows because nothing was asked of Redis for `QUIET_MS`. */
const BELIEVED_MS = 15 * 60_000;
const BELIEVED_ALONE_MS = 1_000;
const QUIET_MS = 2_000;
/** A token's last use is written down this often at most. */
const LAST_USE_MS = 60_000;

export async function createAccounts(services: {
  config: Config;
  database: PrismaClient;
  bus: Bus;
  clock: Clock;
  mail: Mailer;
}): Promise<Accounts> {
  const { config, database, bus, clock, mail } = services;
  const secret = new TextEncoder().encode(config.secret);
  const verify = createVerifier(secret, clock);
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
  /** Ends that Redis did not take: they are written down when it is back. */
  const unwritten = new Set<string>();
  const writeEnd = async (id: string): Promise<void> => {
    if (await bus.cache(signInKey(id), '', ACCESS_SECONDS)) return;
    unwritten.add(id);
    if (unwritten.size > MAX_KNOWN) unwritten.delete(unwritten.keys().next().value as string);
  };
  // What Redis has of before it was away may be of a sign-in whose end it did not take; it lives no longer than this.
  let mistrustedUntil = 0;
  // Sign-outs may have been missed while the bus was away.
  const endReconnects = bus.onReconnect(() => {
    announcements++;
    known.clear();
    mistrustedUntil = clock.now().getTime() + ACCESS_SECONDS * 1000;
    for (const id of [...unwritten]) {
      unwritten.delete(id);
      void writeEnd(id);
    }
  });

  /** What is remembered of a sign-in or token and still believed. */
  const recall = (id: string): Known | undefined => {
    const remembered = known.get(id);
    const believed = bus.healthy() && bus.quietMs() < QUIET_MS ? BELIEVED_MS : BELIEVED_ALONE_MS;
    return remembered && clock.now().getTime() - remembered.at < believed ? remembered : undefined;
  };
  const remember = (id: string, found: Known, before: number): Known => {
    if (before !== announcements) return found;
    known.delete(id);
    known.set(id, found);
    if (known.size > MAX_KNOWN) known.delete(known.keys().next().value as string);
    return found;
  };

  /** The session's person as the database knows them; null when it has ended. With `writeDown` other instances find them too. */
  const readDatabase = async (sessionId: string, writeDown = false): Promise<Viewer | null> => {
    const now = clock.now();
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
    if (!session?.user || session.endedAt || session.expiresAt <= clock.now() || session.user.suspendedAt) return null;
    const viewer: Viewer = {
      userId: session.user.id,
      sessionId,
      role: session.user.role,
      isGuest: session.user.emailKey === null,
    };
    const found: Known = { viewer, until: session.expiresAt, at: now.getTime() };
    remember(sessionId, found, before);
    if (writeDown && before === announcements) {
      const seconds = (session.expiresAt.getTime() - now.getTime()) / 1000;
      // Only where nothing stands: an end that was announced meanwhile stays.
      void bus.cache(signInKey(sessionId), JSON.stringify(found), Math.min(ACCESS_SECONDS, seconds), true);
    }
    return viewer;
  };

  /** Ids of tokens by their hashes, so that a remembered one needs no question. */
  const tokenIds = new Map<string, string>();
  const readToken = async (where: { tokenHash: Uint8Array<ArrayBuffer> } | { id: string }): Promise<Known | null> => {
    const now = clock.now();
    const before = announcements;
    const row = await database.accessToken.findUnique({
      where,
      select: {
        ...{ id: true, scopes: true, expiresAt: true, lastUsedAt: true },
        user: { select: { id: true, suspendedAt: true } },
      },
    });
    if (!row?.user || row.expiresAt <= now || row.user.suspendedAt) return null;
    const { id, user, scopes, expiresAt } = row;
    // What administrators may do is not for programs.
    const viewer: Viewer = { userId: user.id, sessionId: id, role: 'USER', isGuest: false, scopes };
    return remember(id, { viewer, until: expiresAt, at: now.getTime() }, before);
  };
  /** When each token's last use was written down, ms. */
  const used = new Map<string, number>();
  const noteUse = (id: string): void => {
    const now = clock.now();
    if (now.getTime() - (used.get(id) ?? 0) < LAST_USE_MS) return;
    used.delete(id);
    used.set(id, now.getTime());
    if (used.size > MAX_KNOWN) used.delete(used.keys().next().value as string);
    // Not waited for: a database that takes no writes now does not keep anybody from reading.
    database.accessToken.updateMany({ where: { id }, data: { lastUsedAt: now } }).catch(() => used.delete(id));
  };
  const lookUpToken = async (token: string): Promise<Verified> => {
    const tokenHash = secretHash(token);
    const name = Buffer.from(tokenHash).toString('base64');
    const found = recall(tokenIds.get(name) ?? '') ?? (await readToken({ tokenHash }));
    if (!found || found.until <= clock.now()) {
      tokenIds.delete(name);
      return { problem: 'invalid' };
    }
    const { viewer, until } = found;
    tokenIds.set(name, viewer.sessionId);
    if (tokenIds.size > MAX_KNOWN) tokenIds.delete(tokenIds.keys().next().value as string);
    noteUse(viewer.sessionId);
    return { viewer, expiresAt: until };
  };

  const lookUp = async (sessionId: string): Promise<Viewer | null> => {
    const recalled = recall(sessionId);
    if (recalled) return recalled.viewer;
    // Another instance may have read it: asked for once an instance, not for each request.
    const before = announcements;
    const mayBeThere = !known.has(sessionId) && bus.healthy();
    const believed = mayBeThere && clock.now().getTime() >= mistrustedUntil;
    const cached = believed ? await bus.cached(signInKey(sessionId)) : null;
    if (!cached) return await readDatabase(sessionId, mayBeThere && cached === null);
    const { viewer, until } = JSON.parse(cached) as { viewer: Viewer; until: string };
    remember(sessionId, { viewer, until: new Date(until), at: clock.now().getTime() }, before);
    // The request goes on; the database is asked beside it, and what it says holds from then on, on every instance.
    readDatabase(sessionId)
      .then((present) => {
        if (!present) return announceEnded([sessionId]);
      })
      .catch(() => known.delete(sessionId));
    return viewer;
  };

  const announceEnded = async (sessionIds: readonly string[]): Promise<void> => {
    if (sessionIds.length === 0) return;
    announcements++;
    for (const id of sessionIds) known.delete(id);
    await Promise.all(sessionIds.map(writeEnd));
    await bus.publish(signOutChannel, JSON.stringify({ sessions: sessionIds }));
  };

  return {
    passwords: createPasswords(),
    mail,
    async authenticate(token) {
      if (token.startsWith(TOKEN_PREFIX)) return lookUpToken(token);
      const verified = await verify(token);
      if ('problem' in verified) return verified;
      const viewer = await lookUp(verified.viewer.sessionId);
      if (!viewer || viewer.userId !== verified.viewer.userId) return { problem: 'invalid' };
      return { viewer, expiresAt: verified.expiresAt };
    },
    issue: (viewer) => issueAccess(secret, viewer, clock),
    newRefreshToken: (sessionId) => newRefreshToken(secret, sessionId),
    sessionOfRefreshToken: (token) => sessionOfRefreshToken(secret, token),
    async holds(sessionId) {
      known.delete(sessionId);
      return (await readDatabase(sessionId)) !== null || (await readToken({ id: sessionId })) !== null;
    },
    announceEnded,
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
