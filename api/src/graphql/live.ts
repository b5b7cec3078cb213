import type { DocumentNode, ExecutionResult } from 'graphql';
import type { Bus } from '../platform/bus.ts';
import { removalChannel } from '../platform/bus-keys.ts';
import type { Context } from './context.ts';

/**
 * Live answers. A subscription runs once per (document, variables, rights, event) in each process, however many people follow it;
 * each result is serialised once and the same text goes to all. What comes first is the present state, then each change in order.
 *
 * A subscription field is written with `follow` below. By default its rights are those of the signed-in person. A field whose answer
 * is the same for many people says so with `extensions: { live: { audience } }`: such an execution has no viewer, only the audience
 * (`context.audiences`), so nothing personal can be read through it, and `audience` itself must refuse those who may not listen.
 */
export interface LiveExtension {
  /**
   * Name of the audience the viewer belongs to for these arguments, e.g. `group:ABCDEF`.
   * Throws a top-level error (`unauthenticated()`, `forbidden()`, `badInput()`) for those who may not listen.
   */
  audience: (args: Record<string, unknown>, context: Context) => Promise<string> | string;
}

/** One follower of a shared execution. */
export interface Member {
  /** Person that follows; what `Live.remove` names. */
  userId: string | null;
  /** Gets the serialised execution result (JSON, UTF-8), the same bytes for all. */
  send: (result: Buffer) => void;
  /** The source has ended. */
  end: () => void;
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

export interface Live {
  /** Joins the shared execution of `request`, beginning it with `start` when nobody follows it yet. */
  join(
    request: ShareRequest,
    member: Member,
    start: () => Promise<AsyncIterable<ExecutionResult> | ExecutionResult>,
  ): Promise<{ leave: () => void } | { refused: ExecutionResult }>;
  /** Ends what `userId` follows as part of `audience`, on every instance. */
  remove(audience: string, userId: string): Promise<void>;
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
        void iterator.return?.();
      },
    };
    shared.set(key, group);
    void pump(iterator, group).finally(() => {
      if (shared.get(key) === group) shared.delete(key);
      for (const member of [...group.members]) member.end();
      group.members.clear();
    });
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

/** Messages that may wait for a slow source before it jumps to the present state. */
const MAX_WAITING = 256;

export interface FollowOptions<T> {
  /** Channel of the bus, from platform/bus-keys.ts. */
  channel: string;
  /** The present state. `undefined` is not sent; null is (for nullable fields). */
  load: () => Promise<T | undefined>;
  /** Turns a message into the next state; `undefined` when it is about something else. Default: every message loads the present state. */
  read?: (message: string) => Promise<T | undefined> | T | undefined;
  /** Counts the states: one that is not newer than the last one sent is dropped. */
  version?: (state: T) => number;
  /** After this state the stream ends. */
  isLast?: (state: T) => boolean;
}

/**
 * The source of a subscription field: listens first, then sends the present state, then each change in the order of the channel.
 * After a lost connection to the bus the present state is sent again, since changes may have been missed.
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
  let waiting: (string | typeof PRESENT)[] = [PRESENT];
  const put = (message: string | typeof PRESENT) => {
    if (waiting.length >= MAX_WAITING) waiting = [PRESENT];
    else waiting.push(message);
    signal.wake();
  };
  const endMessages = await bus.subscribe(options.channel, put);
  const endReconnects = bus.onReconnect(() => put(PRESENT));
  let lastVersion = Number.NEGATIVE_INFINITY;
  try {
    while (!signal.ended) {
      const message = waiting.shift();
      if (message === undefined) {
        await new Promise<void>((resolve) => {
          signal.wake = resolve;
        });
        continue;
      }
      const state = message === PRESENT || !options.read ? await options.load() : await options.read(message as string);
      if (state === undefined) continue;
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
