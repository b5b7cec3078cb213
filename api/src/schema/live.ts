import { type DocumentNode, type ExecutionResult, GraphQLError } from 'graphql';
import { absenceOf } from '../platform/absence.ts';
import type { Bus } from '../platform/bus.ts';
import { removalChannel } from '../platform/bus-keys.ts';

/** One follower of a shared execution. */
export interface Member {
  /** Person that follows; what `Live.remove` names. */
  userId: string | null;
  /** Gets the serialised execution result (JSON, UTF-8), the same bytes for all. */
  send: (result: Buffer) => void;
  /** The source has ended; with an error where it failed. */
  end: (error?: unknown) => void;
  /** Whether the member still has the right to listen. Rejects for those who have not. */
  mayStay?: () => Promise<boolean>;
}

interface Shared {
  audience: string;
  members: Set<Member>;
  /** The last result that went out: the present state for whoever joins now. */
  last: Buffer | null;
  stop: () => void;
}

export interface ShareRequest {
  document: DocumentNode;
  /** Text or hash that stands for the document. */
  documentKey: string;
  operationName: string | null;
  variables: Record<string, unknown> | null;
  audience: string;
}

/**
 * Live answers. A subscription runs once per (document, variables, rights, event) in each process, however many people follow it;
 * each result is serialised once and the same text goes to all. What comes first is the present state, then each change in order.
 *
 * A subscription field is written with `follow` below. By default its rights are those of the signed-in person. A field whose answer
 * is the same for many people has a `LiveExtension` (live-extension.ts).
 */
export interface Live {
  /** Joins the shared execution of `request`, beginning it with `start` when nobody follows it yet. */
  join(
    request: ShareRequest,
    member: Member,
    start: () => Promise<AsyncIterable<ExecutionResult> | ExecutionResult>,
  ): Promise<{ leave: () => void } | { refused: ExecutionResult }>;
  /** Ends what `userId` follows as part of `audience`, on every instance. */
  remove(audience: string, userId: string): Promise<void>;
  /** Asks of every follower again whether they may listen, and ends what they may not: their removal may not have been heard. */
  judge(): Promise<void>;
  /** Shared executions running now, and followers of them. */
  counts(): { executions: number; members: number };
  close(): Promise<void>;
}

/** `onDelivery` counts each result that goes to a follower. */
export async function createLive(bus: Bus, onDelivery: (members: number) => void = () => {}): Promise<Live> {
  const shared = new Map<string, Shared>();
  const starting = new Map<string, Promise<Shared | { refused: ExecutionResult }>>();

  const endRemovals = await bus.subscribe(removalChannel, (message) => {
    const { audience, userId } = JSON.parse(message) as { audience: string; userId: string };
    for (const group of shared.values()) {
      if (group.audience !== audience) continue;
      for (const member of [...group.members]) {
        if (member.userId !== userId) continue;
        group.members.delete(member);
        member.end();
      }
      if (group.members.size === 0) group.stop();
    }
  });

  const begin = async (
    key: string,
    audience: string,
    start: () => Promise<AsyncIterable<ExecutionResult> | ExecutionResult>,
  ): Promise<Shared | { refused: ExecutionResult }> => {
    const source = await start();
    if (!(Symbol.asyncIterator in source)) return { refused: source };
    const iterator = source[Symbol.asyncIterator]();
    const group: Shared = {
      audience,
      members: new Set(),
      last: null,
      stop: () => {
        if (shared.get(key) === group) shared.delete(key);
        // What a source that is being ended fails with is told by `pump`.
        iterator.return?.()?.catch(() => {});
      },
    };
    shared.set(key, group);
    const over = (error?: unknown) => {
      if (shared.get(key) === group) shared.delete(key);
      for (const member of [...group.members]) member.end(error);
      group.members.clear();
    };
    pump(iterator, group).then(() => over(), over);
    return group;
  };

  const pump = async (iterator: AsyncIterator<ExecutionResult>, group: Shared) => {
    for (;;) {
      const { value, done } = await iterator.next();
      if (done) return;
      const result = Buffer.from(JSON.stringify(value));
      group.last = result;
      onDelivery(group.members.size);
      for (const member of [...group.members]) member.send(result);
    }
  };

  return {
    async join(request, member, start) {
      const key = JSON.stringify([
        request.documentKey,
        request.operationName,
        sortKeys(request.variables),
        request.audience,
      ]);
      let group = shared.get(key);
      if (!group) {
        let beginning = starting.get(key);
        if (!beginning) {
          beginning = begin(key, request.audience, start).finally(() => starting.delete(key));
          starting.set(key, beginning);
        }
        const begun = await beginning;
        if ('refused' in begun) return begun;
        group = begun;
      }
      group.members.add(member);
      if (group.last !== null) {
        onDelivery(1);
        member.send(group.last);
      }
      const joined = group;
      return {
        leave() {
          if (joined.members.delete(member) && joined.members.size === 0) joined.stop();
        },
      };
    },
    remove: (audience, userId) => bus.publish(removalChannel, JSON.stringify({ audience, userId })),
    async judge() {
      await Promise.all(
        [...shared.values()].map(async (group) => {
          for (const member of [...group.members]) {
            const stays = (await member.mayStay?.().catch((error) => !(error instanceof GraphQLError))) ?? true;
            if (stays || !group.members.delete(member)) continue;
            member.end();
            if (group.members.size === 0) group.stop();
          }
        }),
      );
    },
    counts() {
      let members = 0;
      for (const group of shared.values()) members += group.members.size;
      return { executions: shared.size, members };
    },
    async close() {
      endRemovals();
      for (const group of [...shared.values()]) group.stop();
    },
  };
}

/** The same variables in another order are the same request. */
function sortKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortKeys);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, part]) => [key, sortKeys(part)]),
  );
}

/** While the database is away, the present state is asked for again so often. */
const ASK_AGAIN_MS = 1_000;
/** Messages that may wait for a slow source before it jumps to the present state. */
const MAX_WAITING = 256;

export interface FollowOptions<T> {
  /** Channel of the bus, from platform/bus-keys.ts. */
  channel: string;
  /** The present state. `undefined` is not sent; null is (for nullable fields). */
  load: () => Promise<T | undefined>;
  /** A state that is at hand sooner and may be old: sent first, before the present one is loaded. `undefined` where there is none. */
  atHand?: () => Promise<T | undefined>;
  /** Whether the present state is the one that was at hand: it is not sent again. */
  same?: (atHand: T, present: T) => boolean;
  /** Turns a message into the next state; `undefined` when it is about something else. Default: every message loads the present state. */
  read?: (message: string) => Promise<T | undefined> | T | undefined;
  /** Counts the states: one that is not newer than the last one sent is dropped. */
  version?: (state: T) => number;
  /** After this state the stream ends. */
  isLast?: (state: T) => boolean;
}

/**
 * The source of a subscription field: listens first, then sends the present state, then each change in the order of the channel.
 * After a lost connection to the bus the present state is sent again, since changes may have been missed. A database that goes away meanwhile
 * is waited for; one that is away from the beginning is told as an error.
 */
export function follow<T>(bus: Bus, options: FollowOptions<T>): AsyncIterableIterator<T> {
  const signal = { ended: false, wake: () => {} };
  const states = followUntil(bus, options, signal);
  return {
    next: () => states.next(),
    // A generator that waits cannot be ended from outside: it is woken, then finishes by itself.
    async return() {
      signal.ended = true;
      signal.wake();
      await states.return();
      return { value: undefined, done: true };
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}

async function* followUntil<T>(
  bus: Bus,
  options: FollowOptions<T>,
  signal: { ended: boolean; wake: () => void },
): AsyncGenerator<T, void, void> {
  const PRESENT = Symbol('present');
  const AT_HAND = Symbol('at hand');
  type Waiting = string | typeof PRESENT | typeof AT_HAND;
  let waiting: Waiting[] = options.atHand ? [AT_HAND, PRESENT] : [PRESENT];
  const put = (message: string | typeof PRESENT) => {
    if (waiting.length >= MAX_WAITING) waiting = [PRESENT];
    else waiting.push(message);
    signal.wake();
  };
  const endMessages = await bus.subscribe(options.channel, put);
  const endReconnects = bus.onReconnect(() => put(PRESENT));
  let lastVersion = Number.NEGATIVE_INFINITY;
  let begun = false;
  const woken = () =>
    new Promise<void>((resolve) => {
      signal.wake = resolve;
    });
  let first: T | undefined;
  try {
    while (!signal.ended) {
      const message = waiting.shift();
      if (message === undefined) {
        await woken();
        continue;
      }
      let state: T | undefined;
      try {
        if (message === AT_HAND) state = await options.atHand?.();
        else if (message === PRESENT || !options.read) state = await options.load();
        else state = await options.read(message);
      } catch (error) {
        if (!begun || absenceOf(error) === null) throw error;
        await Promise.race([woken(), new Promise<void>((resolve) => setTimeout(resolve, ASK_AGAIN_MS).unref())]);
        waiting = [PRESENT];
        continue;
      }
      begun ||= message !== AT_HAND || state !== undefined;
      if (state === undefined) continue;
      // What was at hand was the present state already.
      if (message === PRESENT && first !== undefined && options.same?.(first, state)) continue;
      first = message === AT_HAND ? state : undefined;
      if (options.version) {
        const version = options.version(state);
        if (version <= lastVersion) continue;
        lastVersion = version;
      }
      yield state;
      if (options.isLast?.(state)) return;
    }
  } finally {
    endMessages();
    endReconnects();
  }
}
