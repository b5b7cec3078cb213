import { type Question, questionsVersion } from '../../data/questions.ts';
import type { ScreeningPermission } from '../../data/screening.ts';
import { type LightPermission, lightPermission } from '../../visuals/permission.ts';

const storageName = 'nes-embed-safety';

/**
 * What is kept. Health answers are nobody's business but the visitor's, and an embed stands on somebody else's site: only
 * what follows from them is kept, and a "yes" looks the same as "rather not say".
 */
interface Kept {
  version: number;
  /** Nothing may follow the beat, and pulses play at half depth. */
  bound: boolean;
}

/** What a visitor answered to the embeds of this site. All embeds of a page share it. Fires `change`. */
class Answers extends EventTarget {
  #kept: Kept | null | undefined;

  /** True once the questions were answered. */
  get given(): boolean {
    return this.#read() !== null;
  }

  /** True where an answer forbids light that follows the beat. */
  get bound(): boolean {
    return this.#read()?.bound ?? false;
  }

  /** The limits of what is heard; without answers those of a yes. */
  get permission(): ScreeningPermission {
    const free = this.given && !this.bound;
    return { lightAllowed: free, maxIsochronicDepth: free ? 1 : 0.5 };
  }

  /** Whether light may follow the beat on this device just now. */
  light(): LightPermission {
    const answers = this.given ? { seizures: this.bound, photosensitivity: this.bound } : null;
    const reducedMotion = matchMedia('(prefers-reduced-motion: reduce)').matches;
    return lightPermission(answers, { visuals: true, reducedFlashing: false, reducedMotion });
  }

  give(yes: ReadonlySet<Question>): void {
    this.#kept = { version: questionsVersion, bound: yes.has('seizures') || yes.has('photosensitivity') };
    try {
      localStorage.setItem(storageName, JSON.stringify(this.#kept));
    } catch {
      // Without storage they hold for this visit.
    }
    this.dispatchEvent(new Event('change'));
  }

  #read(): Kept | null {
    if (this.#kept !== undefined) return this.#kept;
    this.#kept = null;
    try {
      const kept = JSON.parse(localStorage.getItem(storageName) ?? 'null') as Kept | null;
      // Whatever is damaged asks again.
      if (kept?.version === questionsVersion && typeof kept.bound === 'boolean') this.#kept = kept;
    } catch {
      // As if nothing had been answered.
    }
    return this.#kept;
  }
}

export const answers = new Answers();
