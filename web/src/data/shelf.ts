import { apiNamed } from './address.ts';
import type { ProtocolNumbersFragment } from './generated/protocols.ts';
import { askedLanguage } from './language.ts';
import { besideApi, type LibraryProtocol, library } from './library.ts';
import { readValue, writeValue } from './store.ts';

/** How often a protocol was played, and how it was rated by everybody and by this person. */
export type ProtocolNumbers = Pick<
  ProtocolNumbersFragment,
  'listenerCount' | 'ratingCount' | 'ratingAverage' | 'viewerRating'
>;

/** What a visit leaves for the next one. */
export interface Kept {
  protocols: LibraryProtocol[];
  numbers: Record<string, ProtocolNumbers>;
  askedAt: number;
  /** What it was asked in, a code of two letters. */
  language?: string;
}

/** The server is asked again after this long. */
const freshMilliseconds = 60_000;

/**
 * What the server adds to the built-in library: protocols that people published, and everybody's numbers. It is kept
 * on this device, so that it is there at once and without a network; only programs that are new here are fetched.
 * Fires `change`.
 */
class Shelf extends EventTarget {
  #kept: Kept = { protocols: [], numbers: {}, askedAt: 0 };
  #asking: Promise<void> | null = null;
  /** Resolves once what was kept has been read. */
  readonly ready: Promise<void>;

  constructor() {
    super();
    this.ready = readValue<Kept>('shelf')
      .then((kept) => {
        if (!kept) return;
        this.#kept = kept;
        this.dispatchEvent(new Event('change'));
      })
      .catch(() => {});
  }

  get published(): readonly LibraryProtocol[] {
    return this.#kept.protocols;
  }

  /** By the protocol's id; undefined where the server was never asked. */
  numbers(id: string): ProtocolNumbers | undefined {
    return this.#kept.numbers[id];
  }

  /** Asks the server what has changed. Rejects where it cannot be reached; what was kept stays. */
  refresh(): Promise<void> {
    this.#asking ??= this.#refresh().finally(() => {
      this.#asking = null;
    });
    return this.#asking;
  }

  async #refresh(): Promise<void> {
    await Promise.all([this.ready, library()]);
    const { askedAt, language } = this.#kept;
    if (Date.now() - askedAt < freshMilliseconds && language === askedLanguage()) return;
    // Where nobody has said that there is a server, and none was ever met, none is asked in vain.
    if (!apiNamed && !besideApi() && !(await readValue('identity'))) return;
    const { newShelf } = await import('./published.ts');
    const kept = await newShelf(this.#kept);
    if (!kept) return;
    this.#kept = kept;
    this.dispatchEvent(new Event('change'));
    await writeValue('shelf', kept);
  }
}

export const shelf = new Shelf();
