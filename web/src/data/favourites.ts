import { readValue, writeValue } from './store.ts';

/** Protocols that the person marked, by slug, the latest first. Kept on this device, and by `lists-sync.ts` the same on the person's others. Fires `change`. */
class Favourites extends EventTarget {
  #slugs: readonly string[] = [];
  readonly ready: Promise<void>;

  constructor() {
    super();
    this.ready = readValue<string[]>('favourites')
      .then((slugs) => {
        this.#slugs = slugs ?? [];
        this.dispatchEvent(new Event('change'));
      })
      .catch(() => {});
  }

  get slugs(): readonly string[] {
    return this.#slugs;
  }

  has(slug: string): boolean {
    return this.#slugs.includes(slug);
  }

  /** Takes what the person's other devices have together with these. */
  async replace(slugs: readonly string[]): Promise<void> {
    this.#slugs = slugs;
    this.dispatchEvent(new Event('change'));
    await writeValue('favourites', this.#slugs);
  }

  async set(slug: string, wanted: boolean): Promise<void> {
    await this.ready;
    const others = this.#slugs.filter((one) => one !== slug);
    this.#slugs = wanted ? [slug, ...others] : others;
    this.dispatchEvent(new Event('change'));
    await writeValue('favourites', this.#slugs);
  }
}

export const favourites = new Favourites();
