import { msg, str } from '@lit/localize';
import { css, html, type TemplateResult } from 'lit';
import type { LibraryProtocol } from '../data/library.ts';
import { define } from '../elements/define.ts';
import { NesElement } from '../elements/element.ts';
import { icon } from '../elements/icons.ts';
import { base, controls } from '../styles/base.ts';
import { showError } from './toast.ts';

/** Plays ten seconds of a protocol at a touch, before anything is asked; the code for it comes with the first touch. */
export class SampleButton extends NesElement {
  static override styles = [
    base,
    controls,
    css`
      :host {
        display: inline-block;
      }
      button {
        white-space: normal;
      }
    `,
  ];

  static override properties = { protocol: { attribute: false }, sounding: { state: true } };

  declare protocol: Pick<LibraryProtocol, 'slug' | 'title' | 'program'> | null;
  declare protected sounding: boolean;

  #leave: () => void = () => {};

  constructor() {
    super();
    this.protocol = null;
    this.sounding = false;
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#leave();
  }

  #toggle = async (): Promise<void> => {
    const { protocol } = this;
    if (!protocol) return;
    try {
      const { sampler } = await import('./sample.ts');
      const follow = (): void => {
        this.sounding = sampler.playing === this.protocol?.slug;
      };
      this.#leave();
      sampler.addEventListener('change', follow);
      this.#leave = () => {
        sampler.removeEventListener('change', follow);
        if (sampler.playing === protocol.slug) sampler.stop();
      };
      await sampler.toggle(protocol.slug, protocol.program);
    } catch (error) {
      showError(error);
    }
  };

  protected override render(): TemplateResult {
    const { protocol, sounding } = this;
    return html`<button ?disabled=${!protocol} aria-pressed=${sounding} @click=${this.#toggle}>
      ${icon(sounding ? 'stop' : 'headphones')}
      ${sounding ? msg('Stop the sample') : msg(str`Ten seconds of ${protocol?.title ?? ''}`)}
    </button>`;
  }
}

define('nes-sample-button', SampleButton);
