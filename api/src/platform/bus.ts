import { EventEmitter } from 'node:events';
import type { Cluster, Redis } from 'ioredis';
import { lossChannel } from './bus-keys.ts';

/** Where instances tell each other things, and where what they share for a short time is kept. */
export interface Bus {
  readonly kind: 'redis' | 'in-process';
  /** False while Redis cannot be reached, and from a command that it did not answer in time until it answers again. */
  healthy(): boolean;
  /** Asks Redis over both connections whether it answers, within a second. */
  check(): Promise<boolean>;
  /** Milliseconds since Redis answered anything: as long as nothing is asked of it, nobody knows whether it would. */
  quietMs(): number;
  /** Sends to every listener of the channel on every instance. Delivered at most once; never throws: an unreachable Redis loses the message. */
  publish(channel: string, message: string, kept?: Kept): Promise<void>;
  /** The last message of the channel that was to be kept; null where there is none, or Redis does not answer. */
  last(channel: string): Promise<string | null>;
  /** Resolves when the subscription stands. Messages of a channel arrive in the order of publishing. Returns the way to end it. */
  subscribe(channel: string, listener: (message: string) => void): Promise<() => void>;
  /**
   * Called when messages may have been missed: this instance's connection or another's was lost and came back, or Redis answers again after it did not.
   * Returns the way to end it.
   */
  onReconnect(listener: () => void): () => void;
  get(key: string): Promise<string | null>;
  set(key: string, value: string, ttlSeconds: number): Promise<void>;
  /** Sets only if absent; true if it was. */
  setOnce(key: string, value: string, ttlSeconds: number): Promise<boolean>;
  delete(key: string): Promise<void>;
  /** What another instance wrote down by `cache`; null where there is nothing, or Redis does not answer. Nothing is kept within one process. */
  cached(key: string): Promise<string | null>;
  /** Writes down what can be had again from the database: with `ifAbsent` only where nothing stands. Never throws: false where Redis did not answer. */
  cache(key: string, value: string, ttlSeconds: number, ifAbsent?: boolean): Promise<boolean>;
  /** Takes `cost` tokens out of a bucket; while Redis is away each instance counts for itself. */
  take(key: string, bucket: Bucket, cost?: number): Promise<Taken>;
  close(): Promise<void>;
}

/** A message that is the present state of something: it is kept under the channel's name, unless a later version of the same thing is there. */
export interface Kept {
  id: string;
  version: number;
  ttlSeconds: number;
}

/** A token bucket: `capacity` at once, refilled at `perSecond`. */
export interface Bucket {
  capacity: number;
  perSecond: number;
}

export interface Taken {
  allowed: boolean;
  /** Seconds until enough tokens are there; 0 when allowed. */
  retryAfterSeconds: number;
}

/** Entries of the in-process store; beyond it the oldest go, so that a flood of names cannot fill the memory. */
const MAX_ENTRIES = 50_000;
/**
 * How far from the order of their last use buckets may stand. A bucket that went to the end each time would make a new table of the map every few
 * requests; and an old table that a small collection no longer looks at keeps all later ones.
 */
const PLACED_MS = 1_000;

/** Buckets and values of this process alone. */
export class LocalStore {
  #values = new Map<string, { value: string; expires: number }>();
  #buckets = new Map<string, { tokens: number; at: number; placed: number }>();

  get(key: string, now = Date.now()): string | null {
    const entry = this.#values.get(key);
    if (!entry) return null;
    if (entry.expires > now) return entry.value;
    this.#values.delete(key);
    return null;
  }

  set(key: string, value: string, ttlSeconds: number, now = Date.now()): void {
    this.#values.delete(key);
    this.#values.set(key, { value, expires: now + ttlSeconds * 1000 });
    trim(this.#values, (entry) => entry.expires <= now);
  }

  delete(key: string): void {
    this.#values.delete(key);
  }

  take(key: string, bucket: Bucket, cost: number, now = Date.now()): Taken {
    const filled = this.#filled(key, bucket, now);
    const allowed = filled >= cost;
    this.#put(key, allowed ? filled - cost : filled, now);
    return { allowed, retryAfterSeconds: allowed ? 0 : (cost - filled) / bucket.perSecond };
  }

  /**
   * Takes what was used already, be it there or not: a bucket that owes fills up before anything can be taken. It owes at most its capacity.
   * @returns seconds until it owes nothing
   */
  spend(key: string, bucket: Bucket, cost: number, now = Date.now()): number {
    const left = Math.max(-bucket.capacity, this.#filled(key, bucket, now) - cost);
    this.#put(key, left, now);
    return Math.max(0, -left) / bucket.perSecond;
  }

  #filled(key: string, bucket: Bucket, now: number): number {
    const old = this.#buckets.get(key);
    if (!old) return bucket.capacity;
    return Math.min(bucket.capacity, old.tokens + (Math.max(0, now - old.at) / 1000) * bucket.perSecond);
  }

  #put(key: string, tokens: number, now: number): void {
    const old = this.#buckets.get(key);
    if (old && Math.abs(now - old.placed) < PLACED_MS) {
      old.tokens = tokens;
      old.at = now;
      return;
    }
    this.#buckets.delete(key);
    this.#buckets.set(key, { tokens, at: now, placed: now });
    trim(this.#buckets);
  }
}

function trim<V>(map: Map<string, V>, dead?: (value: V) => boolean): void {
  if (map.size <= MAX_ENTRIES) return;
  if (dead) for (const [key, value] of map) if (dead(value)) map.delete(key);
  for (const key of map.keys()) {
    if (map.size <= MAX_ENTRIES) break;
    map.delete(key);
  }
}

/** The bus of a single process. */
export function createLocalBus(): Bus {
  const store = new LocalStore();
  const emitter = new EventEmitter().setMaxListeners(0);
  return {
    kind: 'in-process',
    healthy: () => true,
    check: async () => true,
    quietMs: () => 0,
    async publish(channel, message) {
      emitter.emit(channel, message);
    },
    async subscribe(channel, listener) {
      emitter.on(channel, listener);
      return () => emitter.off(channel, listener);
    },
    onReconnect: () => () => {},
    async get(key) {
      return store.get(key);
    },
    async set(key, value, ttlSeconds) {
      store.set(key, value, ttlSeconds);
    },
    async setOnce(key, value, ttlSeconds) {
      if (store.get(key) !== null) return false;
      store.set(key, value, ttlSeconds);
      return true;
    },
    async delete(key) {
      store.delete(key);
    },
    last: async () => null,
    cached: async () => null,
    cache: async () => true,
    async take(key, bucket, cost = 1) {
      return store.take(key, bucket, cost);
    },
    async close() {
      emitter.removeAllListeners();
    },
  };
}

/**
 * Token bucket in one round trip. KEYS[1]; ARGV: capacity, tokens per second, cost.
 * The server's own clock is used, so instances need not agree on the time.
 * Returns the wait in milliseconds, 0 when allowed.
 */
const TAKE = `
local t = redis.call('TIME')
local now = t[1] * 1000 + math.floor(t[2] / 1000)
local capacity, rate, cost = tonumber(ARGV[1]), tonumber(ARGV[2]) / 1000, tonumber(ARGV[3])
local s = redis.call('HMGET', KEYS[1], 'n', 't')
local tokens = capacity
if s[1] then tokens = math.min(capacity, tonumber(s[1]) + math.max(0, now - tonumber(s[2])) * rate) end
local wait = 0
if tokens >= cost then tokens = tokens - cost else wait = math.ceil((cost - tokens) / rate) end
redis.call('HSET', KEYS[1], 'n', tostring(tokens), 't', now)
redis.call('PEXPIRE', KEYS[1], math.ceil((capacity - tokens) / rate) + 1000)
return wait`;

/** Where the nodes are, for people. */
export const redisPlace = (url: string): string =>
  url
    .split(',')
    .map((node) => new URL(node).host)
    .join(', ');

/**
 * PUBLISH by the node that owns the channel's name. In a cluster every node would take it, and two messages given to two nodes
 * could overtake each other. KEYS[1]: channel; ARGV: message.
 */
const PUBLISH = `return redis.call('PUBLISH', KEYS[1], ARGV[1])`;

/**
 * The same for a message that is kept, in one round trip: what is kept begins with id and version. KEYS[1]: channel, whose name is the key's too;
 * ARGV: message, id, version, lifetime in seconds.
 */
const PUBLISH_KEPT = `
local id, version = string.match(redis.call('GET', KEYS[1]) or '', '^(%S+) (%d+) ')
if id ~= ARGV[2] or tonumber(version) <= tonumber(ARGV[3]) then
  redis.call('SET', KEYS[1], ARGV[2] .. ' ' .. ARGV[3] .. ' ' .. ARGV[1], 'EX', ARGV[4])
end
return redis.call('PUBLISH', KEYS[1], ARGV[1])`;

/** Connects. The promise of a cluster's `connect` alone would never end where its state is not well at first. */
async function ready(client: Redis | Cluster, timeoutMs: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  try {
    await new Promise<void>((resolve, reject) => {
      timer = setTimeout(() => reject(new Error(`Redis is not ready after ${timeoutMs / 1000} s.`)), timeoutMs);
      client.once('ready', () => resolve());
      client.connect().catch(reject);
    });
  } finally {
    clearTimeout(timer);
  }
}

/** One that does not answer is asked again so often, and never otherwise: hosts count commands. */
const ASK_AGAIN_MS = 250;

/** Wait before another try to tell that a message was lost. */
const LOSS_WAIT_MS = 200;

/** Wait before another try to connect. Redis is back in use within about a second of its return, however long it was away. */
const retryWait = (tries: number) => Math.min(50 * 2 ** tries, 800);

/**
 * The bus over Redis. Every name begins with `prefix`. `url` is `redis://`, `rediss://` (TLS), or several of them separated by commas: nodes of a cluster.
 * Resolves at the first connection, or when none was made within `connectTimeoutMs`: then it is away (`healthy`), and taken as soon as it is there.
 */
export async function createRedisBus(
  url: string,
  options: { prefix: string; connectTimeoutMs?: number; onError?: (error: Error) => void },
): Promise<Bus> {
  const ioredis = await import('ioredis');
  const nodes = url.split(',');
  const common = {
    lazyConnect: true,
    connectTimeout: options.connectTimeoutMs ?? 5_000,
    // A Redis that is gone without a word is noticed after twenty seconds.
    keepAlive: 10_000,
    maxRetriesPerRequest: 1,
    enableOfflineQueue: false,
    // Each command that waits longer is counted as Redis being away.
    commandTimeout: 1_000,
    retryStrategy: retryWait,
  };
  const first = new URL(nodes[0] as string);
  const access = {
    ...(first.password ? { password: decodeURIComponent(first.password) } : {}),
    ...(first.username ? { username: decodeURIComponent(first.username) } : {}),
    ...(first.protocol === 'rediss:' ? { tls: {} } : {}),
  };
  const client =
    nodes.length === 1
      ? new ioredis.Redis(nodes[0] as string, common)
      : new ioredis.Cluster(nodes, {
          lazyConnect: true,
          enableOfflineQueue: false,
          clusterRetryStrategy: retryWait,
          // Certificates are made out to names: a node is called by the name that it goes by, not by what that resolves to.
          dnsLookup: (address, found) => found(null, address),
          redisOptions: { ...common, ...access },
        });
  /** Another connection for what is listened to. Each node of a cluster hears all channels, so it is an ordinary one to any of them. */
  const openSubscriber = (): Redis => {
    if (client instanceof ioredis.Redis)
      return new ioredis.Redis(nodes[0] as string, { ...common, retryStrategy: () => null });
    // Another one each time: a node that does not answer is not waited for.
    const known = client.nodes('all').filter(({ status }) => status === 'ready' || status === 'wait');
    const chosen = known[Math.floor(Math.random() * known.length)];
    const settings = { ...common, ...access, retryStrategy: () => null };
    if (!chosen) return new ioredis.Redis(nodes[Math.floor(Math.random() * nodes.length)] as string, settings);
    return new ioredis.Redis({ ...settings, host: chosen.options.host, port: chosen.options.port });
  };

  let closed = false;
  const send = (name: string, message: string, kept?: Kept) => {
    if (kept)
      return answered<unknown>(client.eval(PUBLISH_KEPT, 1, name, message, kept.id, kept.version, kept.ttlSeconds));
    return answered<unknown>(
      client instanceof ioredis.Redis ? client.publish(name, message) : client.eval(PUBLISH, 1, name, message),
    );
  };
  const read = async (key: string): Promise<string | null> => {
    try {
      return await answered(client.get(options.prefix + key));
    } catch (error) {
      away(error);
      return null;
    }
  };
  const away = (error: unknown) => {
    if (!closed) options.onError?.(error as Error);
    // Frozen is not closed: the connections stand, and nothing comes over them.
    if (/timed out/i.test((error as Error).message)) askUntilItAnswers();
  };
  let answeredAt = performance.now();
  let frozen = false;
  let asking: NodeJS.Timeout | undefined;
  /** Whatever Redis answers is noted; it fails as it failed. */
  const answered = async <Value>(command: Promise<Value>): Promise<Value> => {
    const value = await command;
    answeredAt = performance.now();
    return value;
  };
  const answers = async (): Promise<boolean> => {
    try {
      await Promise.all([answered(client.ping()), subscriber?.ping()]);
      return subscriber?.status === 'ready';
    } catch {
      return false;
    }
  };
  const askUntilItAnswers = (): void => {
    if (frozen || closed) return;
    frozen = true;
    const ask = async (): Promise<void> => {
      if (closed) return;
      if (!(await answers())) {
        asking = setTimeout(ask, ASK_AGAIN_MS);
        return;
      }
      frozen = false;
      // What others said meanwhile may not have been heard.
      reconnects.emit('reconnect');
    };
    asking = setTimeout(ask, ASK_AGAIN_MS);
  };
  client.on('error', away);
  const emitter = new EventEmitter().setMaxListeners(0);
  const reconnects = new EventEmitter().setMaxListeners(0);
  const insurance = new LocalStore();
  /** What is listened to: how many listeners, and when the subscription stands. */
  const channels = new Map<string, { count: number; standing: Promise<void> }>();
  let subscriber: Redis | undefined;
  let tries = 0;
  let again: NodeJS.Timeout | undefined;

  /** Listens to everything that is asked for; when the connection ends, over a new one, until the bus is closed. */
  const listen = async (): Promise<void> => {
    const connection = openSubscriber();
    subscriber = connection;
    connection.on('error', away);
    connection.on('message', (channel: string, message: string) => emitter.emit(channel, message));
    await connection.connect();
    const names = [...channels.keys()];
    if (names.length > 0) await connection.subscribe(...names);
    tries = 0;
    connection.once('end', listenAgain);
    if (connection.status === 'end') listenAgain();
  };
  const listenAgain = () => {
    if (closed) return;
    again = setTimeout(async () => {
      const last = subscriber;
      try {
        await listen();
        reconnects.emit('reconnect');
      } catch (error) {
        away(error);
        if (subscriber !== last) subscriber?.disconnect();
        listenAgain();
      }
    }, retryWait(tries++));
  };

  /** Tells every instance, as soon as that can be done, that a message was lost: each looks at the present state then. */
  let telling: NodeJS.Timeout | undefined;
  const tellOfLoss = () => {
    telling = setTimeout(async () => {
      try {
        await send(options.prefix + lossChannel, '');
        telling = undefined;
      } catch {
        if (!closed) tellOfLoss();
      }
    }, LOSS_WAIT_MS);
  };
  emitter.on(options.prefix + lossChannel, () => reconnects.emit('reconnect'));
  channels.set(options.prefix + lossChannel, { count: 1, standing: Promise.resolve() });

  /** Listens to one more channel. One that could not be asked for is asked for with all the others over a new connection. */
  const ask = async (name: string): Promise<void> => {
    const connection = subscriber;
    await connection?.subscribe(name).catch((error) => {
      away(error);
      if (connection.status === 'ready') connection.disconnect();
    });
  };

  // Connections to the nodes of a cluster are made at once, not by their first command: of a burst, the others would be sent around.
  const warm = async (node: Redis) => void (await node.ping().catch(() => {}));
  if (!(client instanceof ioredis.Redis)) client.on('+node', warm);

  try {
    await ready(client, common.connectTimeout);
    if (!(client instanceof ioredis.Redis)) await Promise.all(client.nodes('all').map(warm));
    await listen();
  } catch (error) {
    // The client goes on trying by itself; what is listened to is asked for when the subscriber stands.
    away(error);
    subscriber?.disconnect();
    listenAgain();
  }

  return {
    kind: 'redis',
    healthy: () => !frozen && client.status === 'ready' && subscriber?.status === 'ready',
    async check() {
      if (client.status !== 'ready') return false;
      const answer = await answers();
      if (!answer && subscriber?.status === 'ready') askUntilItAnswers();
      return answer;
    },
    quietMs: () => performance.now() - answeredAt,
    async publish(channel, message, kept) {
      const name = options.prefix + channel;
      try {
        await send(name, message, kept);
      } catch (error) {
        away(error);
        // Listeners of this instance still hear it; the others are told that they missed something.
        emitter.emit(name, message);
        if (!telling) tellOfLoss();
      }
    },
    async subscribe(channel, listener) {
      const name = options.prefix + channel;
      emitter.on(name, listener);
      let entry = channels.get(name);
      if (entry) entry.count++;
      else {
        entry = { count: 1, standing: ask(name) };
        channels.set(name, entry);
      }
      await entry.standing;
      let ended = false;
      return () => {
        if (ended) return;
        ended = true;
        emitter.off(name, listener);
        entry.count--;
        if (entry.count === 0) {
          channels.delete(name);
          if (!closed) subscriber?.unsubscribe(name).catch(() => {});
        }
      };
    },
    onReconnect(listener) {
      reconnects.on('reconnect', listener);
      return () => reconnects.off('reconnect', listener);
    },
    async get(key) {
      try {
        return await answered(client.get(options.prefix + key));
      } catch (error) {
        away(error);
        return insurance.get(key);
      }
    },
    async set(key, value, ttlSeconds) {
      try {
        await answered(client.set(options.prefix + key, value, 'EX', Math.max(1, Math.ceil(ttlSeconds))));
      } catch (error) {
        away(error);
        insurance.set(key, value, ttlSeconds);
      }
    },
    async setOnce(key, value, ttlSeconds) {
      try {
        const ttl = Math.max(1, Math.ceil(ttlSeconds));
        return (await answered(client.set(options.prefix + key, value, 'EX', ttl, 'NX'))) === 'OK';
      } catch (error) {
        away(error);
        if (insurance.get(key) !== null) return false;
        insurance.set(key, value, ttlSeconds);
        return true;
      }
    },
    async last(channel) {
      const found = await read(channel);
      return found === null ? null : found.replace(/^\S+ \d+ /, '');
    },
    cached: read,
    async cache(key, value, ttlSeconds, ifAbsent) {
      const [name, ttl] = [options.prefix + key, Math.max(1, Math.ceil(ttlSeconds))];
      try {
        await answered(ifAbsent ? client.set(name, value, 'EX', ttl, 'NX') : client.set(name, value, 'EX', ttl));
        return true;
      } catch (error) {
        away(error);
        return false;
      }
    },
    async delete(key) {
      insurance.delete(key);
      await client.del(options.prefix + key).catch(away);
    },
    async take(key, bucket, cost = 1) {
      try {
        const { capacity, perSecond } = bucket;
        const wait = Number(await answered(client.eval(TAKE, 1, options.prefix + key, capacity, perSecond, cost)));
        return { allowed: wait === 0, retryAfterSeconds: wait / 1000 };
      } catch (error) {
        away(error);
        return insurance.take(key, bucket, cost);
      }
    },
    async close() {
      closed = true;
      clearTimeout(again);
      clearTimeout(telling);
      clearTimeout(asking);
      emitter.removeAllListeners();
      client.disconnect();
      subscriber?.disconnect();
    },
  };
}
