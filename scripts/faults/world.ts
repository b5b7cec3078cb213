import { setTimeout as pause } from 'node:timers/promises';
import { type FaultName, faults } from './faults.ts';
import { Player, type Told } from './player.ts';
import type { Dice } from './random.ts';
import { openServices, type Services } from './services.ts';

/** What a round found. */
export interface Found {
  /** Acknowledged events, ratings and revisions that are not stored, and people whose act was refused or never acknowledged. */
  lost: number;
  /** Stored rows that nobody asked for, or stored twice. */
  doubled: number;
  /** Days whose metrics differ from a recount. */
  wrongMetrics: number;
  /** Processes that ended by a fault of something else. */
  processesEnded: number;
  /** Answers with the code INTERNAL. */
  internalErrors: number;
  /** Sessions still open after their player has stopped them. */
  stuckSessions: number;
  /** Followers whose last state is not the database's. */
  staleSubscribers: number;
  /** From the fault's end until every process answers that it is ready. */
  slowestRecoverySeconds: number;
}

export interface World {
  can(name: FaultName): boolean;
  round(name: FaultName, playMs: number): Promise<Found>;
  close(): Promise<void>;
}

const PLAYERS = 8;
/** How long a follower may take to hear of the last change once all is well. An instance tells of lost messages within a second of Redis' return; a busy machine takes longer, and only a stale follower is waited for. */
const HEAR_MS = 30_000;
const RECOVERY_MS = 60_000;

export async function openWorld(dice: Dice, log: (line: string) => void): Promise<World> {
  const services = await openServices(log);
  const [revision] = await services.postgres.sql<{ id: string }>(
    "SELECT current_revision_id AS id FROM protocols WHERE slug = 'theta-calm'",
  );
  if (!revision) throw new Error('The library is not there.');
  return {
    can: (name) => name !== 'disk-full' || services.postgres.hasOwnDisk,
    round: (name, playMs) => round(services, dice, name, playMs, revision.id, log),
    close: () => services.close(),
  };
}

async function round(
  services: Services,
  dice: Dice,
  name: FaultName,
  playMs: number,
  revision: string,
  log: (line: string) => void,
): Promise<Found> {
  const { apis, postgres } = services;
  const told: Told = { internalErrors: 0, doubled: 0, log };
  const before = apis.map((api) => ({ pid: api.pid(), ended: api.endedByItself() }));
  const which = dice.below(apis.length);
  const players = Array.from(
    { length: PLAYERS },
    (_, n) =>
      new Player({
        addresses: apis.map(({ wire }) => wire.url),
        dice,
        revision,
        told,
        kind: n % 4 === 3 ? 'offline' : 'live',
      }),
  );
  // Waited for from the beginning: one that gives up while the fault is being mended must not end the harness.
  const playing = Promise.allSettled(players.map((player) => player.play(playMs)));
  // The fault begins while they play, and they go on while it is mended.
  await pause(dice.next() * playMs);
  await faults[name](services, dice.next(), which);
  const mended = performance.now();
  const ready = async () => (await Promise.all(apis.map((api) => api.isReady()))).every(Boolean);
  while (!(await ready()) && performance.now() - mended < RECOVERY_MS) await pause(50);
  const slowestRecoverySeconds = (performance.now() - mended) / 1_000;
  const outcomes = await playing;
  const gaveUp = outcomes.filter((outcome) => outcome.status === 'rejected');
  for (const { reason } of gaveUp) log(`a player gave up: ${reason}`);

  const stale = await staleAmong(services, players);
  for (const player of players) player.close();
  const found: Found = {
    ...(await compare(services, players, log)),
    internalErrors: told.internalErrors,
    staleSubscribers: stale,
    processesEnded: apis.filter((api, n) => {
      const killed = (name === 'api-kill' || name === 'api-term') && n === which;
      return api.endedByItself() > (before[n]?.ended ?? 0) || (!killed && api.pid() !== before[n]?.pid);
    }).length,
    slowestRecoverySeconds,
  };
  found.doubled += told.doubled;
  found.lost += gaveUp.length;
  if (found.processesEnded + found.internalErrors + gaveUp.length > 0)
    log(apis.map((api) => api.output().slice(-6_000)).join('\n---\n'));
  await postgres.sql('SELECT 1');
  return found;
}

/** Followers that have not heard of their session's last state in time. */
async function staleAmong({ postgres }: Services, players: Player[]): Promise<number> {
  const following = players.filter((player) => player.follows);
  let stale = following.length;
  for (const end = performance.now() + HEAR_MS; performance.now() < end; await pause(100)) {
    const rows = await postgres.sql<{ id: string; version: number }>(
      'SELECT id, version FROM sessions WHERE id = ANY ($1::uuid[])',
      [following.map(({ sessionId }) => sessionId)],
    );
    const versions = new Map(rows.map(({ id, version }) => [id, version]));
    stale = following.filter((player) => player.heardVersion !== (versions.get(player.sessionId) ?? 0)).length;
    if (stale === 0) return 0;
  }
  return stale;
}

/** The database against the journals. */
async function compare(
  { postgres }: Services,
  players: Player[],
  log: (line: string) => void,
): Promise<Pick<Found, 'lost' | 'doubled' | 'wrongMetrics' | 'stuckSessions'>> {
  const found = { lost: 0, doubled: 0, wrongMetrics: 0, stuckSessions: 0 };
  const ids = players.map(({ sessionId }) => sessionId);
  const events = await postgres.sql<{ id: string; session: string; sequence: number; kind: string }>(
    'SELECT id, session_id AS session, sequence, kind::text AS kind FROM session_events WHERE session_id = ANY ($1::uuid[]) ORDER BY session_id, sequence',
    [ids],
  );
  const ratings = await postgres.sql<{ session: string; stars: number }>(
    'SELECT session_id AS session, stars FROM ratings WHERE session_id = ANY ($1::uuid[])',
    [ids],
  );
  const sessions = await postgres.sql<{ id: string; state: string; version: number }>(
    'SELECT id, state, version FROM sessions WHERE id = ANY ($1::uuid[])',
    [ids],
  );
  for (const player of players) {
    const stored = events.filter(({ session }) => session === player.sessionId);
    const storedIds = new Set(stored.map(({ id }) => id));
    for (const id of player.acknowledged) if (!storedIds.has(id)) found.lost++;
    for (const { id, kind, sequence } of stored) {
      // A log that came late may have been given up in between: the server's own line in it.
      if (player.asked.has(id) || (kind === 'EXPIRED' && player.kind === 'offline')) continue;
      found.doubled++;
      log(`nobody asked for ${kind}, event ${sequence} of session ${player.sessionId}`);
    }
    stored.forEach(({ sequence }, index) => {
      if (sequence !== index + 1) found.doubled++;
    });
    const session = sessions.find(({ id }) => id === player.sessionId);
    if (session && session.version !== stored.length) found.doubled++;
    if (session && ['ACTIVE', 'PAUSED'].includes(session.state)) found.stuckSessions++;
    const rating = ratings.find((one) => one.session === player.sessionId);
    if (player.acknowledgedStars !== null && rating?.stars !== player.acknowledgedStars) found.lost++;
  }
  const revisions = players.flatMap((player) => player.acknowledgedRevisions);
  const [kept] = await postgres.sql<{ count: number }>(
    'SELECT count(*)::int AS count FROM revisions WHERE id = ANY ($1::uuid[])',
    [revisions],
  );
  found.lost += revisions.length - (kept?.count ?? 0);
  const users = players.flatMap(({ userId }) => (userId ? [userId] : []));
  const wrong = await postgres.sql(
    `SELECT u.id FROM unnest($1::uuid[]) AS u(id)
      CROSS JOIN LATERAL (SELECT coalesce(sum(sessions), 0) AS sessions, coalesce(sum(completed), 0) AS completed,
          coalesce(sum(seconds), 0) AS seconds, coalesce(sum(stars_count), 0) AS stars_count, coalesce(sum(stars_sum), 0) AS stars_sum
        FROM daily_metrics m WHERE m.user_id = u.id) kept
      CROSS JOIN LATERAL (SELECT count(*) AS sessions, count(*) FILTER (WHERE state = 'COMPLETED') AS completed,
          coalesce(sum((SELECT sum(d.seconds) FROM session_days d WHERE d.session_id = s.id)), 0) AS seconds,
          count(r.stars) AS stars_count, coalesce(sum(r.stars), 0) AS stars_sum,
          coalesce(sum(s.played_seconds), 0) AS played
        FROM sessions s LEFT JOIN ratings r ON r.session_id = s.id WHERE s.user_id = u.id) counted
      WHERE kept.sessions <> counted.sessions OR kept.completed <> counted.completed OR kept.stars_count <> counted.stars_count
        OR kept.stars_sum <> counted.stars_sum OR abs(kept.seconds - counted.seconds) > 1e-6 OR abs(kept.seconds - counted.played) > 1e-3`,
    [users],
  );
  found.wrongMetrics = wrong.length;
  return found;
}
