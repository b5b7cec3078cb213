import type { ReactiveController, ReactiveControllerHost } from 'lit';
import type { Band } from '../../elements/bands.ts';

/** Colours as the browser computed them for the present theme. */
export interface Palette {
  ink: string;
  raised: string;
  line: string;
  edge: string;
  text: string;
  quiet: string;
  accent: string;
  bands: Record<Band | 'control', string>;
  font: string;
}

/** Reads the tokens as the theme gives them. `probe` is an element of the page that nobody sees. */
export function readPalette(probe: HTMLElement): Palette {
  const computed = getComputedStyle(probe);
  const of = (token: string): string => {
    probe.style.color = `var(--${token}, gray)`;
    return computed.color;
  };
  const palette: Palette = {
    ink: of('ink'),
    raised: of('raised'),
    line: of('line'),
    edge: of('edge'),
    text: of('text'),
    quiet: of('quiet'),
    accent: of('accent'),
    bands: {
      delta: of('delta'),
      theta: of('theta'),
      alpha: of('alpha'),
      beta: of('beta'),
      gamma: of('gamma'),
      control: of('control'),
    },
    font: computed.fontFamily,
  };
  return palette;
}

/** Keeps the colours of the present theme for an element that draws on a canvas, and asks it to draw when they change. */
export class PaletteController implements ReactiveController {
  value: Palette | null = null;
  readonly #host: ReactiveControllerHost & { readonly renderRoot: HTMLElement | DocumentFragment };
  readonly #scheme = typeof matchMedia === 'function' ? matchMedia('(prefers-color-scheme: dark)') : null;
  #themes: MutationObserver | undefined;

  constructor(host: ReactiveControllerHost & { readonly renderRoot: HTMLElement | DocumentFragment }) {
    this.#host = host;
    host.addController(this);
  }

  hostConnected(): void {
    this.#themes = new MutationObserver(this.#read);
    this.#themes.observe(document.documentElement, { attributes: true, attributeFilter: ['data-theme'] });
    this.#scheme?.addEventListener('change', this.#read);
  }

  hostDisconnected(): void {
    this.#themes?.disconnect();
    this.#scheme?.removeEventListener('change', this.#read);
  }

  hostUpdated(): void {
    if (!this.value) this.#read();
  }

  #read = (): void => {
    const probe = this.#host.renderRoot.querySelector<HTMLElement>('.probe');
    if (!probe) return;
    this.value = readPalette(probe);
    this.#host.requestUpdate();
  };
}
