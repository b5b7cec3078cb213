import { apiAddress } from './address.ts';

/**
 * `unkept`: what is done here is kept nowhere, because the browser's storage is full or not allowed; `local`: there is no API, or nothing was asked of it so far; `waiting`: it was asked and has not answered, as a sleeping server does.
 */
export type ConnectionState = 'unkept' | 'local' | 'offline' | 'waiting' | 'syncing' | 'online';

/** What the quiet indicator shows. Fires `change`. */
class Connection extends EventTarget {
  #asked = false;
  #answered = false;
  #asking = 0;
  #pending = 0;
  #unkept = false;

  constructor() {
    super();
    if (typeof window === 'undefined') return;
    for (const type of ['online', 'offline']) window.addEventListener(type, () => this.#changed());
  }

  get state(): ConnectionState {
    if (this.#unkept) return 'unkept';
    if (apiAddress() === null || !this.#asked) return 'local';
    if (typeof navigator !== 'undefined' && navigator.onLine === false) return 'offline';
    if (!this.#answered) return this.#asking > 0 ? 'waiting' : 'offline';
    return this.#pending > 0 ? 'syncing' : 'online';
  }

  /** Records that the server does not have yet. */
  get pending(): number {
    return this.#pending;
  }

  set pending(count: number) {
    if (count === this.#pending) return;
    this.#pending = count;
    this.#changed();
  }

  /** Whether the browser refused to keep what was last to be kept. */
  set unkept(unkept: boolean) {
    if (unkept === this.#unkept) return;
    this.#unkept = unkept;
    this.#changed();
  }

  /** Follows one request: its answer, whatever it says, shows that the server is there; a network failure that it is not. */
  async follow<T>(request: Promise<T>): Promise<T> {
    this.#asked = true;
    this.#asking++;
    this.#changed();
    try {
      const answer = await request;
      this.#answered = true;
      return answer;
    } catch (error) {
      this.#answered = false;
      throw error;
    } finally {
      this.#asking--;
      this.#changed();
    }
  }

  #changed(): void {
    this.dispatchEvent(new Event('change'));
  }
}

export const connection = new Connection();
