import { newUuid } from '@nes/client/ids.ts';
import { readValue, writeValue } from './store.ts';

/** One of a list: a protocol by its slug, or a program that is only on this device by its id. */
export interface ListItem {
  slug: string | null;
  localId: string | null;
  title: string;
  /** For how long it sounds; null is its own length. */
  seconds: number | null;
}

/** Protocols in an order, and how they are played. */
export interface PlayList {
  id: string;
  name: string;
  items: readonly ListItem[];
  repeat: boolean;
  shuffle: boolean;
  crossFadeSeconds: number;
  gapSeconds: number;
}

/** What begins at a time of day, `HH:MM` of this device's clock. */
export interface PlanEntry {
  id: string;
  time: string;
  item: ListItem | null;
  /** In place of `item`. */
  listId: string | null;
}

const LONGEST_NAME = 100;
const MOST_ITEMS = 200;
const LONGEST_SECONDS = 86_400;

export const newList = (name: string, items: readonly ListItem[] = []): PlayList => ({
  id: newUuid(),
  name,
  items,
  repeat: false,
  shuffle: false,
  crossFadeSeconds: 5,
  gapSeconds: 0,
});

/** Lists of the person's own and the plan of the day, kept on this device, and by `lists-sync.ts` the same on the person's others. Fires `change`. */
class Lists extends EventTarget {
  #all: readonly PlayList[] = [];
  #plan: readonly PlanEntry[] = [];
  readonly ready: Promise<void>;

  constructor() {
    super();
    this.ready = Promise.all([readValue<PlayList[]>('lists'), readValue<PlanEntry[]>('plan')])
      .then(([all, plan]) => {
        this.#all = all ?? [];
        this.#plan = plan ?? [];
        this.dispatchEvent(new Event('change'));
      })
      .catch(() => {});
  }

  get all(): readonly PlayList[] {
    return this.#all;
  }

  /** By the time of day. */
  get plan(): readonly PlanEntry[] {
    return this.#plan;
  }

  /** Keeps a new list, or a changed one in its place. */
  async keep(list: PlayList): Promise<void> {
    await this.ready;
    const known = this.#all.some(({ id }) => id === list.id);
    this.#all = known ? this.#all.map((one) => (one.id === list.id ? list : one)) : [...this.#all, list];
    this.dispatchEvent(new Event('change'));
    await writeValue('lists', this.#all);
  }

  async remove(id: string): Promise<void> {
    await this.ready;
    this.#all = this.#all.filter((one) => one.id !== id);
    this.dispatchEvent(new Event('change'));
    await writeValue('lists', this.#all);
    await this.keepPlan(this.#plan.filter(({ listId }) => listId !== id));
  }

  /** Takes what the person's other devices have together with these. */
  async replace(all: readonly PlayList[], plan: readonly PlanEntry[]): Promise<void> {
    this.#all = all;
    this.#plan = [...plan].sort((a, b) => a.time.localeCompare(b.time));
    this.dispatchEvent(new Event('change'));
    await Promise.all([writeValue('lists', this.#all), writeValue('plan', this.#plan)]);
  }

  async keepPlan(plan: readonly PlanEntry[]): Promise<void> {
    await this.ready;
    this.#plan = [...plan].sort((a, b) => a.time.localeCompare(b.time));
    this.dispatchEvent(new Event('change'));
    await writeValue('plan', this.#plan);
  }
}

export const lists = new Lists();

const KEY = '#list=';

/** The fragment of an address that holds a list; nothing of it is ever sent to a server. What is only on this device is left out. */
export function listFragment({ name, items, repeat, shuffle, crossFadeSeconds, gapSeconds }: PlayList): string {
  const shared = items.filter(({ slug }) => slug !== null).map(({ slug, title, seconds }) => [slug, title, seconds]);
  return KEY + encodeURIComponent(JSON.stringify([name, shared, repeat, shuffle, crossFadeSeconds, gapSeconds]));
}

const isLength = (value: unknown, most: number): value is number =>
  typeof value === 'number' && value >= 0 && value <= most;

/** Reads a list from an address's fragment; null where it holds none, or a damaged one. */
export function readListFragment(fragment: string): PlayList | null {
  if (!fragment.startsWith(KEY)) return null;
  try {
    const [name, shared, repeat, shuffle, crossFadeSeconds, gapSeconds] = JSON.parse(
      decodeURIComponent(fragment.slice(KEY.length)),
    ) as unknown[];
    if (typeof name !== 'string' || !Array.isArray(shared) || shared.length > MOST_ITEMS) return null;
    if (!isLength(crossFadeSeconds, 600) || !isLength(gapSeconds, 3600)) return null;
    const items = shared.map((one): ListItem => {
      const [slug, title, seconds] = one as unknown[];
      if (typeof slug !== 'string' || typeof title !== 'string') throw new TypeError('no protocol');
      if (seconds !== null && !isLength(seconds, LONGEST_SECONDS)) throw new TypeError('no length');
      return { slug, localId: null, title: title.slice(0, LONGEST_NAME), seconds };
    });
    return {
      ...newList(name.slice(0, LONGEST_NAME), items),
      repeat: repeat === true,
      shuffle: shuffle === true,
      crossFadeSeconds,
      gapSeconds,
    };
  } catch {
    return null;
  }
}
