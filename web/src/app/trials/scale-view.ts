import { msg } from '@lit/localize';
import { css, html } from 'lit';
import { define } from '../../elements/define.ts';
import { NesElement } from '../../elements/element.ts';
import { base, controls } from '../../styles/base.ts';
import { type Feeling, feelingWords } from '../player/feelings.ts';
import type { Measurement, OutcomeView } from './outcomes.ts';

/** One scale of 0 to 100, without a value until it is moved: a mark that stands somewhere already would pull the answer. */
export class ScaleView extends NesElement implements OutcomeView {
  static override styles = [
    base,
    controls,
    css`
      .ends {
        display: flex;
        justify-content: space-between;
      }
    `,
  ];

  static override properties = { feeling: {}, moved: { state: true } };

  declare feeling: Feeling;
  declare moved: number | null;

  constructor() {
    super();
    this.moved = null;
  }

  override render() {
    const { label, low, high } = feelingWords(this.feeling);
    return html`
      <form class="stack" @submit=${this.#done}>
        <label class="field">
          ${label}
          <input type="range" min="0" max="100" .value=${String(this.moved ?? 50)} @input=${this.#move} />
        </label>
        <p class="ends quiet small"><span>${low}</span><span>${high}</span></p>
        <p><button class="primary" ?disabled=${this.moved === null}>${msg('Keep it')}</button></p>
      </form>
    `;
  }

  #move(event: Event): void {
    this.moved = Number((event.target as HTMLInputElement).value);
  }

  #done(event: Event): void {
    event.preventDefault();
    if (this.moved === null) return;
    this.dispatchEvent(new CustomEvent<Measurement>('measured', { detail: { value: this.moved, detail: {} } }));
  }
}

define('nes-trial-scale', ScaleView);

export function scaleView(feeling: Feeling): ScaleView {
  const view = document.createElement('nes-trial-scale') as ScaleView;
  view.feeling = feeling;
  return view;
}
