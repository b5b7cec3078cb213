import { msg, str } from '@lit/localize';
import { newUuid } from '@nes/client/ids.ts';
import { lineOf } from '@nes/program/lines.ts';
import { LIST_LIMITS } from '@nes/program/play-list.ts';
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

const fittedItem = (item: ListItem): ListItem => ({ ...item, title: lineOf(item.title, LIST_LIMITS.title) });

/** The same with names as long as they may be. */
const fitted = (list: PlayList): PlayList => ({
  ...list,
  name: lineOf(list.name, LIST_LIMITS.name),
  items: list.items.map(fittedItem),
});

interface Held {
  all: readonly PlayList[];
  plan: readonly PlanEntry[];
}

/**
 * Refuses what the person's other devices would never get. What is too much already, because two devices were put together, may become less.
 * @throws {RangeError} told in the person's language
 */
function mustFit(before: Held, after: Held): void {
  const { items, lists, plan, bytes } = LIST_LIMITS;
  const tooMuch = (of: (held: Held) => number, most: number) => of(after) > Math.max(most, of(before));
  if (tooMuch(({ all }) => Math.max(0, ...all.map((list) => list.items.length)), items))
    throw new RangeError(msg(str`A list holds at most ${items} programs. Put the next ones into another list.`));
  if (tooMuch(({ all }) => all.length, lists))
    throw new RangeError(msg(str`At most ${lists} lists are kept. Delete one first.`));
  if (tooMuch((held) => held.plan.length, plan))
    throw new RangeError(msg(str`A plan holds at most ${plan} times. Take one out first.`));
  if (tooMuch((held) => new TextEncoder().encode(JSON.stringify(held)).length, bytes))
    throw new RangeError(msg('Lists and plan are full. Delete a list, or take programs out of one.'));
}

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
  #refusal: string | null = null;
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

  /** Why the server does not keep them for the person's other devices, in its words; null where it does, or was not asked yet. */
  get refusal(): string | null {
    return this.#refusal;
  }

  set refusal(refusal: string | null) {
    if (refusal === this.#refusal) return;
    this.#refusal = refusal;
    this.dispatchEvent(new Event('change'));
  }

  /**
   * Keeps a new list, or a changed one in its place. Names that are too long are cut.
   * @throws {RangeError} where it is more than may be kept; nothing is changed then
   */
  async keep(list: PlayList): Promise<void> {
    await this.ready;
    const kept = fitted(list);
    const known = this.#all.some(({ id }) => id === list.id);
    const all = known ? this.#all.map((one) => (one.id === list.id ? kept : one)) : [...this.#all, kept];
    mustFit({ all: this.#all, plan: this.#plan }, { all, plan: this.#plan });
    this.#all = all;
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

  /** @throws {RangeError} where it is more than may be kept; nothing is changed then */
  async keepPlan(plan: readonly PlanEntry[]): Promise<void> {
    await this.ready;
    const kept = plan.map((entry) => ({ ...entry, item: entry.item && fittedItem(entry.item) }));
    mustFit({ all: this.#all, plan: this.#plan }, { all: this.#all, plan: kept });
    this.#plan = kept.sort((a, b) => a.time.localeCompare(b.time));
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
    if (typeof name !== 'string' || !Array.isArray(shared) || shared.length > LIST_LIMITS.items) return null;
    if (!isLength(crossFadeSeconds, LIST_LIMITS.crossFadeSeconds) || !isLength(gapSeconds, LIST_LIMITS.gapSeconds))
      return null;
    const items = shared.map((one): ListItem => {
      const [slug, title, seconds] = one as unknown[];
      if (typeof slug !== 'string' || typeof title !== 'string') throw new TypeError('no protocol');
      if (seconds !== null && !isLength(seconds, LIST_LIMITS.itemSeconds)) throw new TypeError('no length');
      return { slug, localId: null, title: lineOf(title, LIST_LIMITS.title), seconds };
    });
    return {
      ...newList(lineOf(name, LIST_LIMITS.name), items),
      repeat: repeat === true,
      shuffle: shuffle === true,
      crossFadeSeconds,
      gapSeconds,
    };
  } catch {
    return null;
  }
}
