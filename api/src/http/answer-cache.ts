import type { Bus } from '../platform/bus.ts';
import { publicReadsChannel } from '../platform/bus-keys.ts';
import type { OperationRequest } from './persisted-operations.ts';

/**
 * Answers that are the same for everybody, kept as text: the library's lists. Which these are is found out while they are made (plugins/public-cache.ts).
 * Everything kept goes at once when a mutation may have changed what everybody sees, on every instance over the bus; and it goes after `KEPT_MS`, which is how old an
 * answer can be when the bus lost the message or somebody wrote into the database by hand.
 */
export interface AnswerCache {
  /**
   * The answer to exactly this request, if it is kept. Of those who ask when it grows old one is told nothing, and so makes it anew for the others.
   */
  find(request: OperationRequest, accept: string | undefined): Kept | undefined;
  /**
   * Takes the place of an answer that is about to be made: call the returned function with it. It is not kept when something changed meanwhile,
   * because it may have been read before.
   */
  begin(): (request: OperationRequest, accept: string | undefined, answer: Answer) => void;
  /** What everybody sees may have changed: call it after the commit, before the answer. */
  changed(): Promise<void>;
  close(): void;
}

interface Answer {
  contentType: string;
  text: string;
  /** Name of the operation, for the figures. */
  name: string;
}

export interface Kept {
  headers: Record<string, string>;
  body: Buffer;
  name: string;
}

const KEPT_MS = 2_000;
/** After so long one asker makes the answer anew; while it is made, for `RENEWING_MS` at most, all others go on getting the kept one. */
const FRESH_MS = 1_500;
const RENEWING_MS = 250;
/** All answers together, and the longest request and answer that are kept: room for the library's pages on a machine of 256 MB. */
const KEPT_BYTES = 8 * 1024 * 1024;
const LONGEST_ANSWER = 512 * 1024;
const LONGEST_REQUEST = 8 * 1024;

export async function createAnswerCache(options: {
  bus: Bus;
  /** False: nothing is kept. */
  enabled: boolean;
  /** Milliseconds. */
  now?: () => number;
}): Promise<AnswerCache> {
  const { bus, enabled, now = () => performance.now() } = options;
  const kept = new Map<string, Kept & { until: number; renewAt: number }>();
  let bytes = 0;
  let generation = 0;

  const clear = () => {
    generation++;
    kept.clear();
    bytes = 0;
  };
  const remove = (key: string) => {
    bytes -= kept.get(key)?.body.length ?? 0;
    kept.delete(key);
  };
  const endListening = await bus.subscribe(publicReadsChannel, clear);
  // What was said while the connection was lost was not heard.
  const endReconnect = bus.onReconnect(clear);

  return {
    find(request, accept) {
      if (kept.size === 0) return undefined;
      const key = keyOf(request, accept);
      const entry = key === null ? undefined : kept.get(key);
      if (key === null || entry === undefined) return undefined;
      const time = now();
      if (entry.until < time || !bus.healthy()) {
        remove(key);
        return undefined;
      }
      if (entry.renewAt < time) {
        entry.renewAt = time + RENEWING_MS;
        return undefined;
      }
      return entry;
    },
    begin() {
      const before = generation;
      return (request, accept, { contentType, text, name }) => {
        if (!enabled || generation !== before || !bus.healthy()) return;
        const key = keyOf(request, accept);
        if (key === null) return;
        const body = Buffer.from(text);
        if (body.length > LONGEST_ANSWER) return;
        remove(key);
        const headers = { 'content-type': contentType, 'content-length': String(body.length) };
        const time = now();
        kept.set(key, { headers, body, name, until: time + KEPT_MS, renewAt: time + FRESH_MS });
        bytes += body.length;
        for (const oldest of kept.keys()) {
          if (bytes <= KEPT_BYTES) break;
          remove(oldest);
        }
      };
    },
    async changed() {
      clear();
      await bus.publish(publicReadsChannel, '');
    },
    close() {
      endListening();
      endReconnect();
    },
  };
}

/** What two requests must have in common to get the same answer; null for one that is too long or too deep to be kept. */
function keyOf({ query, operationName, variables, extensions }: OperationRequest, accept = ''): string | null {
  try {
    const key = JSON.stringify([accept, operationName, variables, extensions, query]);
    return key.length > LONGEST_REQUEST ? null : key;
  } catch {
    // Nested deeper than the stack: the limits refuse it.
    return null;
  }
}
