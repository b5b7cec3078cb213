import { questionsVersion } from './questions.ts';

/**
 * What follows from the safety answers for every page and every embed of this site in this browser. Health answers are nobody's
 * business, and embeds stand on other people's sites: a "yes" looks the same here as "rather not say".
 */
export interface Limits {
  /** Version of the questions that were answered. */
  version: number;
  given: boolean;
  /** Nothing may follow the beat, and pulses play at half depth. */
  bound: boolean;
  /** Light that follows the beat is off, by choice, or for the young and after a head injury. */
  dim: boolean;
}

/** The application and the embeds ask for themselves and keep apart what they heard; the stricter holds in both. */
export type Place = 'nes-safety' | 'nes-embed-safety';

const places: readonly Place[] = ['nes-safety', 'nes-embed-safety'];
const notAnswered: Limits = { version: questionsVersion, given: false, bound: false, dim: false };
/** What stands there cannot be read: it may have been a yes. */
const damaged: Limits = { ...notAnswered, bound: true };

/** Fires `change` within the same turn of the browser when any page or embed of the site changed its limits. */
class SiteLimits extends EventTarget {
  /** What was heard or kept while this page is open; holds also where the browser refuses storage. */
  readonly #known = new Map<Place, Limits>();
  #channel: BroadcastChannel | null = null;

  constructor() {
    super();
    if (typeof window === 'undefined') return;
    window.addEventListener('storage', ({ key }) => {
      if (key !== null && !places.includes(key as Place)) return;
      this.#known.clear();
      this.dispatchEvent(new Event('change'));
    });
    // A page that comes back from the browser's cache was told nothing meanwhile.
    window.addEventListener('pageshow', ({ persisted }) => {
      if (!persisted) return;
      this.#known.clear();
      this.dispatchEvent(new Event('change'));
    });
    try {
      this.#channel = new BroadcastChannel('nes-safety');
      this.#channel.onmessage = ({ data }) => {
        const place = places.find((one) => one === (data as { place?: unknown } | null)?.place);
        if (!place) return;
        this.#known.set(place, checked((data as { limits?: unknown }).limits));
        this.dispatchEvent(new Event('change'));
      };
    } catch {
      // The storage event is left.
    }
  }

  /** The limits that one of both keeps. */
  of(place: Place): Limits {
    let limits = this.#known.get(place);
    if (!limits) {
      limits = stored(place);
      this.#known.set(place, limits);
    }
    return limits;
  }

  /** True once the questions were answered, and nothing that was kept of it is damaged. */
  get given(): boolean {
    const all = places.map((place) => this.of(place));
    return all.some(({ given }) => given) && all.every((limits) => limits !== damaged);
  }

  get bound(): boolean {
    return places.some((place) => this.of(place).bound);
  }

  get dim(): boolean {
    return places.some((place) => this.of(place).dim);
  }

  keep(place: Place, change: Partial<Omit<Limits, 'version'>>): void {
    const before = this.of(place);
    const limits: Limits = { ...(before === damaged ? notAnswered : before), ...change, version: questionsVersion };
    if (before !== damaged && JSON.stringify(limits) === JSON.stringify(before)) return;
    this.#known.set(place, limits);
    try {
      localStorage.setItem(place, JSON.stringify(limits));
    } catch {
      // Without storage they hold for this visit, and wherever the channel reaches.
    }
    this.#channel?.postMessage({ place, limits });
    this.dispatchEvent(new Event('change'));
  }
}

function stored(place: Place): Limits {
  let text: string | null = null;
  try {
    text = localStorage.getItem(place);
  } catch {
    return notAnswered;
  }
  if (text === null) return notAnswered;
  try {
    return checked(JSON.parse(text));
  } catch {
    return damaged;
  }
}

function checked(value: unknown): Limits {
  const { version, given = true, bound, dim } = (value ?? {}) as Partial<Limits>;
  // The questions changed since: they are asked again.
  if (typeof version === 'number' && version !== questionsVersion) return { ...notAnswered, bound: bound !== false };
  if (version === undefined || ![given, bound, dim].every((one) => typeof one === 'boolean')) return damaged;
  return { version, given, bound: bound === true, dim: dim === true };
}

export const siteLimits = new SiteLimits();
