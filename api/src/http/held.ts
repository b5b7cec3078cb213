import { LocalStore } from '../platform/bus.ts';

/** Refusals that a subject gets at once, and a second after that; further ones, and those for asking too much, are held back. */
const PROMPT = { capacity: 20, perSecond: 2 };
/** So long is a refusal held back: who asks again as soon as they are answered asks so often, over each connection. */
const HELD_MS = 1_000;
/** Refusals of one subject that are held back at once. Beyond them its connections are cut. */
const MOST_HELD = 500;

/**
 * Holds back refusals of those who do not stop: refusing costs time as well, and whoever is refused ten thousand times a second takes all of it from others.
 */
export function createHeld(factor: number) {
  const store = new LocalStore();
  const held = new Map<string, number>();
  const prompt = { capacity: PROMPT.capacity * factor, perSecond: PROMPT.perSecond * factor };
  return {
    /** Resolves when the refusal may be sent: true, or false where the connection is to be cut instead. */
    async wait(subject: string, forTooMuch: boolean): Promise<boolean> {
      if (!forTooMuch && store.take(subject, prompt, 1).allowed) return true;
      const others = held.get(subject) ?? 0;
      if (others >= MOST_HELD) return false;
      held.set(subject, others + 1);
      await new Promise((next) => setTimeout(next, HELD_MS));
      const left = (held.get(subject) ?? 1) - 1;
      if (left > 0) held.set(subject, left);
      else held.delete(subject);
      return true;
    },
  };
}
