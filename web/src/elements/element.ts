import { updateWhenLocaleChanges } from '@lit/localize';
import { LitElement, type ReactiveController, type ReactiveControllerHost } from 'lit';

/** What every element of the product extends: it draws itself again when the language changes. */
export class NesElement extends LitElement {
  constructor() {
    super();
    updateWhenLocaleChanges(this);
  }
}

/** Lets the browser draw and answer between two pieces of work. */
export const nextTask = (): Promise<void> => new Promise((go) => setTimeout(go));

/** Draws the host again whenever one of the sources fires `change`, as long as the host is on the page. */
export class Follow implements ReactiveController {
  readonly #host: ReactiveControllerHost;
  readonly #sources: readonly EventTarget[];
  readonly #changed: () => void;

  constructor(host: ReactiveControllerHost, sources: readonly EventTarget[], changed?: () => void) {
    this.#host = host;
    this.#sources = sources;
    this.#changed = () => {
      changed?.();
      this.#host.requestUpdate();
    };
    host.addController(this);
  }

  hostConnected(): void {
    for (const source of this.#sources) source.addEventListener('change', this.#changed);
  }

  hostDisconnected(): void {
    for (const source of this.#sources) source.removeEventListener('change', this.#changed);
  }
}
