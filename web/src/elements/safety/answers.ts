import { siteLimits } from '../../data/limits.ts';
import { binding, dimming, type Question } from '../../data/questions.ts';
import type { ScreeningPermission } from '../../data/screening.ts';
import { type LightPermission, lightPermission } from '../../visuals/permission.ts';

/** What a visitor answered to the embeds of this site, or to the application where they stand on its site. Fires `change`. */
class Answers extends EventTarget {
  /** Held, because a list that nobody holds is collected together with its listener. */
  readonly #reduced = typeof matchMedia === 'undefined' ? null : matchMedia('(prefers-reduced-motion: reduce)');

  constructor() {
    super();
    siteLimits.addEventListener('change', () => this.dispatchEvent(new Event('change')));
    this.#reduced?.addEventListener('change', () => this.dispatchEvent(new Event('change')));
  }

  /** True once the questions were answered. */
  get given(): boolean {
    return siteLimits.given;
  }

  /** True where an answer forbids light that follows the beat. */
  get bound(): boolean {
    return this.given && siteLimits.bound;
  }

  /** The limits of what is heard; without answers those of a yes. */
  get permission(): ScreeningPermission {
    const free = this.given && !this.bound;
    return { lightAllowed: free, maxIsochronicDepth: free ? 1 : 0.5 };
  }

  /** Whether light may follow the beat on this device just now. */
  light(): LightPermission {
    const answers = this.given ? { seizures: this.bound, photosensitivity: this.bound, migraine: this.bound } : null;
    const reducedMotion = this.#reduced?.matches ?? true;
    return lightPermission(answers, { visuals: true, reducedFlashing: siteLimits.dim, reducedMotion });
  }

  give(yes: ReadonlySet<Question>): void {
    siteLimits.keep('nes-embed-safety', {
      given: true,
      bound: binding.some((question) => yes.has(question)),
      dim: dimming.some((question) => yes.has(question)),
    });
  }
}

export const answers = new Answers();
