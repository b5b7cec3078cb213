/** People who act and follow all the time, for the live benches that take something away under their hands; and the look whether all is there. */
import { randomUUID } from 'node:crypto';
import { createClient } from 'graphql-ws';
import WebSocket from 'ws';
import type { Backend } from '../../api/src/testing/backend.ts';
import { ask, global, guest, type Person, startSession } from './fanout.ts';

const KINDS = ['VOLUME_CHANGED', 'PAUSED', 'RESUMED', 'SEEKED'] as const;
const MUTATIONS = {
  VOLUME_CHANGED: 'changeSessionVolume',
  PAUSED: 'pauseSession',
  RESUMED: 'resumeSession',
  SEEKED: 'seekSession',
} as const;

/** Where acts go and where changes are heard. People change it together, as a balancer does. */
export interface Place {
  url: string;
  followUrl: string;
}

/** One person with a session at the present place, and a follower of it that comes back by itself. */
export class Player {
  readonly place: Place;
  readonly person: Person;
  readonly sessionId: string;
  /** Event ids in the order of their acknowledgement. */
  readonly acknowledged: string[] = [];
  /** What the follower heard, in that order: the version, its last event, and whether it was the first after a connection. */
  readonly heard: { version: number; eventId: string; first: boolean }[] = [];
  /** Event ids that were sent more than once. */
  readonly repeated: string[] = [];
  /** The act that has been sent and not been answered. */
  pending: string | null = null;
  version = 1;
  lastAcknowledged = 0;
  ended = false;
  #client;

  constructor(place: Place, person: Person, sessionId: string) {
    this.place = place;
    this.person = person;
    this.sessionId = sessionId;
    this.#client = createClient({
      url: () => `${place.followUrl.replace(/^http/, 'ws')}/graphql`,
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
      this.pending = eventId;
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
      this.pending = null;
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
export async function until(what: string, holds: () => boolean | Promise<boolean>): Promise<void> {
  for (const end = Date.now() + 60_000; !(await holds()); ) {
    if (Date.now() > end) throw new Error(`Waited a minute in vain until ${what}.`);
    await new Promise((next) => setTimeout(next, 5));
  }
}

/** Players at a place, each with a session of its own, under way: acts have been acknowledged and changes heard. */
export interface Crowd {
  players: Player[];
  /** Throws what went wrong for one of them. */
  look(): void;
  /** Lets everybody finish what is under way; resolves when their followers have heard the last of it. */
  finish(): Promise<void>;
}

/** Acts that each has had acknowledged before anything is taken away. */
const ACTS_BEFORE = 3;

export async function gather(place: Place, people: readonly Person[]): Promise<Crowd> {
  const players: Player[] = [];
  for (const person of people) players.push(new Player(place, person, await startSession(place.url, person)));
  const failures: Error[] = [];
  const works = players.map((player) => player.play().catch((error: Error) => failures.push(error)));
  const look = () => {
    if (failures[0]) throw failures[0];
  };
  await until('everybody is under way', () => {
    look();
    return players.every(({ acknowledged, heard }) => acknowledged.length >= ACTS_BEFORE && heard.length > 0);
  });
  return {
    players,
    look,
    async finish() {
      for (const player of players) player.ended = true;
      await Promise.all(works);
      look();
      await until('the followers have heard the last', () =>
        players.every(({ heard, version }) => heard.at(-1)?.version === version),
      );
    },
  };
}

/** So many new people. */
export const guests = (url: string, count: number): Promise<Person[]> =>
  Promise.all(Array.from({ length: count }, () => guest(url)));

/**
 * The log in the database against what the player was told: each acknowledged act once, in order, and no other; and what the follower
 * heard against the log. Up to version `gapsUntil` some may be missing there, where nobody could tell the follower.
 * @throws with what was lost, doubled or out of order
 */
export async function compare(backend: Backend, player: Player, gapsUntil = 0): Promise<void> {
  const { rows } = await backend.database.pool.query<{ id: string; sequence: number }>(
    'SELECT id, sequence FROM session_events WHERE session_id = $1 ORDER BY sequence',
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
    const right = first ? version >= last : version === last + 1 || (version > last && version <= gapsUntil);
    const versions = player.heard
      .map((state) => (state.first ? `connected: ${state.version}` : state.version))
      .join(', ');
    if (!right) throw new Error(`${of} the follower heard ${versions}.`);
    if (eventId !== rows[version - 1]?.id) throw new Error(`${of} version ${version} was told with event ${eventId}.`);
  });
}
