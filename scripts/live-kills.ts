/**
 * `npm run bench -- live kills 100`: two API processes and a Redis, people who play, pause, seek and follow; the process they are at is
 * killed under way, they go on at the other one, and what they were told is compared with what is in the database. Again and again.
 */
import { randomUUID } from 'node:crypto';
import { createClient } from 'graphql-ws';
import WebSocket from 'ws';
import type { Backend } from '../api/src/testing/backend.ts';
import { type ApiProcess, startApi } from '../api/src/testing/process.ts';
import { ask, global, guest, type Person, startSession } from './live-fanout.ts';

/** People at once, and acts that each has had acknowledged before the kill and does after it, at least. */
const PEOPLE = 4;
const ACTS_BEFORE = 3;
const ACTS_AFTER = 3;

const KINDS = ['VOLUME_CHANGED', 'PAUSED', 'RESUMED', 'SEEKED'] as const;
const MUTATIONS = {
  VOLUME_CHANGED: 'changeSessionVolume',
  PAUSED: 'pauseSession',
  RESUMED: 'resumeSession',
  SEEKED: 'seekSession',
} as const;

export interface KillResult {
  rounds: number;
  /** Acts that were acknowledged. */
  acknowledged: number;
  /** Acts sent again because the process that had them died. */
  repeated: number;
  /** Of these, the ones that the dying process had committed already. */
  committedUnheard: number;
  /** For each round, ms from the kill until everybody had had three acts acknowledged by the other process. */
  movedMs: number[];
}

/** Where everybody is. One address: the people change it together, as a balancer does. */
interface Place {
  url: string;
}

/** One person with a session at the present place, and a follower of it that comes back by itself. */
class Player {
  readonly place: Place;
  readonly person: Person;
  readonly sessionId: string;
  /** Event ids in the order of their acknowledgement. */
  readonly acknowledged: string[] = [];
  /** What the follower heard, in that order: the version, its last event, and whether it was the first after a connection. */
  readonly heard: { version: number; eventId: string; first: boolean }[] = [];
  /** Event ids that were sent more than once. */
  readonly repeated: string[] = [];
  version = 1;
  lastAcknowledged = 0;
  ended = false;
  #client;

  constructor(place: Place, person: Person, sessionId: string) {
    this.place = place;
    this.person = person;
    this.sessionId = sessionId;
    this.#client = createClient({
      url: () => `${place.url.replace(/^http/, 'ws')}/graphql`,
      webSocketImpl: WebSocket,
      connectionParams: { accessToken: person.token },
      retryAttempts: Number.POSITIVE_INFINITY,
      shouldRetry: () => true,
      retryWait: () => new Promise((next) => setTimeout(next, 20)),
    });
    let first = true;
    this.#client.on('connected', () => {
      first = true;
    });
    this.#client.subscribe<{ sessionChanged: { version: number; events: { nodes: { eventId: string }[] } } }>(
      {
        query:
          'subscription ($id: ID!) { sessionChanged(id: $id) { version events(last: 1) { nodes { eventId: id } } } }',
        variables: { id: global('Session', sessionId) },
      },
      {
        next: ({ data }) => {
          if (!data) return;
          const { version, events } = data.sessionChanged;
          this.heard.push({ version, eventId: events.nodes[0]?.eventId ?? '', first });
          first = false;
        },
        error: (error) => {
          if (!this.ended) throw error;
        },
        complete: () => {},
      },
    );
  }

  /** Does one thing after the other until told to end. What is not answered is sent again, as it is. */
  async play(): Promise<void> {
    const begun = Date.now();
    for (let turn = 0; !this.ended; turn++) {
      const kind = KINDS[turn % KINDS.length] as (typeof KINDS)[number];
      const eventId = randomUUID();
      const position = (Date.now() - begun) / 1000;
      const input = {
        ...{ session: global('Session', this.sessionId), eventId, expectedVersion: this.version },
        ...{ occurredAt: new Date().toISOString(), deviceId: this.person.deviceId },
        ...(kind === 'VOLUME_CHANGED' ? { volume: (turn % 10) / 10 } : {}),
        ...(kind === 'SEEKED' ? { positionSeconds: position } : {}),
      };
      const name = MUTATIONS[kind];
      const type = `${name[0]?.toUpperCase()}${name.slice(1)}Input`;
      const mutation = `mutation ($input: ${type}!) { ${name}(input: $input) { session { version } userErrors { message } } }`;
      for (let tries = 0; ; tries++) {
        try {
          const data = await ask(this.place.url, this.person.token, mutation, { input });
          this.version = data[name].session.version;
          break;
        } catch (error) {
          const lost = error instanceof TypeError || /UNAVAILABLE/.test((error as Error).message);
          if (!lost)
            throw new Error(
              `Act ${turn} of session ${this.sessionId} (${kind}, try ${tries}): ${(error as Error).message}`,
            );
          if (tries === 0) this.repeated.push(eventId);
          await new Promise((next) => setTimeout(next, 20));
        }
      }
      this.acknowledged.push(eventId);
      this.lastAcknowledged = performance.now();
    }
  }

  async leave(): Promise<void> {
    this.ended = true;
    await this.#client.dispose();
  }
}

/** Waits until something holds, at most a minute. */
async function until(what: string, holds: () => boolean): Promise<void> {
  for (const end = Date.now() + 60_000; !holds(); ) {
    if (Date.now() > end) throw new Error(`Waited a minute in vain until ${what}.`);
    await new Promise((next) => setTimeout(next, 5));
  }
}

/**
 * Kills the process under way, `rounds` times, each time the one at which everybody is; the other takes over, and the killed one comes back.
 * @throws with what was lost, doubled or out of order
 */
export async function killRounds(
  backend: Backend & { redisUrl: string },
  rounds: number,
  tell: (line: string) => void = () => {},
): Promise<KillResult> {
  const environment = { RATE_LIMIT_FACTOR: '1000', MAX_SOCKETS_PER_ADDRESS: '1000', LOG_LEVEL: 'warn' };
  const instances: ApiProcess[] = [];
  const result: KillResult = { rounds: 0, acknowledged: 0, repeated: 0, committedUnheard: 0, movedMs: [] };
  try {
    for (let index = 0; index < 2; index++) instances.push(await startApi(backend, { environment }));
    let here = instances[0] as ApiProcess;
    let there = instances[1] as ApiProcess;
    const people = await Promise.all(Array.from({ length: PEOPLE }, () => guest(here.url)));
    for (let round = 1; round <= rounds; round++) {
      const place = { url: here.url };
      const players: Player[] = [];
      for (const person of people) players.push(new Player(place, person, await startSession(here.url, person)));
      const failures: Error[] = [];
      const works = players.map((player) => player.play().catch((error: Error) => failures.push(error)));
      const look = () => {
        if (failures[0]) throw failures[0];
      };
      await until('everybody is under way', () => {
        look();
        return players.every(({ acknowledged, heard }) => acknowledged.length >= ACTS_BEFORE && heard.length > 0);
      });
      const killedAt = performance.now();
      const killedDate = new Date();
      const before = players.map(({ acknowledged }) => acknowledged.length);
      await here.end('SIGKILL');
      place.url = there.url;
      await until('everybody goes on at the other process', () => {
        look();
        return players.every(
          ({ acknowledged }, index) => acknowledged.length >= (before[index] as number) + ACTS_AFTER,
        );
      });
      result.movedMs.push(Math.max(...players.map(({ lastAcknowledged }) => lastAcknowledged)) - killedAt);
      for (const player of players) player.ended = true;
      await Promise.all(works);
      look();
      await until('the followers have heard the last', () =>
        players.every(({ heard, version }) => heard.at(-1)?.version === version),
      );
      for (const player of players) {
        const log = await compare(backend, player);
        result.acknowledged += player.acknowledged.length;
        result.repeated += player.repeated.length;
        for (const { id, received_at } of log) {
          if (player.repeated.includes(id) && received_at <= killedDate) result.committedUnheard++;
        }
        await player.leave();
      }
      result.rounds = round;
      tell(
        `round ${round}: ${players.map(({ acknowledged }) => acknowledged.length).join(', ')} acts acknowledged and in the log`,
      );
      await here.start();
      [here, there] = [there, here];
    }
    return result;
  } finally {
    await Promise.all(instances.map((instance) => instance.end('SIGKILL')));
  }
}

interface Line {
  id: string;
  sequence: number;
  received_at: Date;
}

/** The log in the database against what the player was told: each acknowledged act once, in order, and no other. */
async function compare(backend: Backend, player: Player): Promise<Line[]> {
  const { rows } = await backend.database.pool.query<Line>(
    'SELECT id, sequence, received_at FROM session_events WHERE session_id = $1 ORDER BY sequence',
    [player.sessionId],
  );
  const logged = rows.slice(1).map(({ id }) => id);
  const of = `Session ${player.sessionId}:`;
  if (JSON.stringify(logged) !== JSON.stringify(player.acknowledged)) {
    const lost = player.acknowledged.filter((id) => !logged.includes(id));
    const strange = logged.filter((id) => !player.acknowledged.includes(id));
    throw new Error(
      `${of} ${player.acknowledged.length} acts were acknowledged, ${logged.length} are in the log; lost: ${lost}; not acknowledged: ${strange}`,
    );
  }
  rows.forEach(({ sequence }, index) => {
    if (sequence !== index + 1) throw new Error(`${of} entry ${index + 1} of the log has number ${sequence}.`);
  });
  // After each connection the present state comes first, then every change; nothing is heard backwards.
  player.heard.forEach(({ version, eventId, first }, index) => {
    const last = player.heard[index - 1]?.version ?? 0;
    const right = first ? version >= last : version === last + 1;
    const versions = player.heard
      .map((state) => (state.first ? `connected: ${state.version}` : state.version))
      .join(', ');
    if (!right) throw new Error(`${of} the follower heard ${versions}.`);
    if (eventId !== rows[version - 1]?.id) throw new Error(`${of} version ${version} was told with event ${eventId}.`);
  });
  return rows;
}
