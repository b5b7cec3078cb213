import { msg, str } from '@lit/localize';
import { css, html, nothing, type TemplateResult } from 'lit';
import { NesElement } from '../../elements/element.ts';
import { clock, duration, isOne } from '../../elements/format.ts';
import { icon } from '../../elements/icons.ts';
import '../../elements/scale/nes-scale.ts';
import type { NesScaleEvent } from '../../elements/scale/scale.ts';
import type { LocalSession, RatingValues } from '../../session/log.ts';
import { base, controls } from '../../styles/base.ts';
import { type Feeling, feelingKey, feelingsOf, feelingWords } from './feelings.ts';

/** Something of the rating was said. It is saved at once; there is no button for it. */
export class NesRateEvent extends Event {
  static readonly type = 'nes-rate';
  readonly values: RatingValues;

  constructor(values: RatingValues) {
    super(NesRateEvent.type, { bubbles: true, composed: true });
    this.values = values;
  }
}

/** How it felt: three scales, stars, a line of text. Fires `nes-rate` for each answer, `nes-carry-on` and `nes-done`. */
export class AfterPanel extends NesElement {
  static override properties = { record: { attribute: false }, carryOnSeconds: { attribute: false } };

  static override styles = [
    base,
    controls,
    css`
      :host {
        display: block;
      }
      section {
        display: grid;
        grid-template-columns: minmax(0, 1fr);
        gap: var(--space-5);
        max-width: 34rem;
      }
      .scales {
        display: grid;
        gap: var(--space-4);
      }
      .on {
        min-height: 3.25rem;
      }
      .on svg.icon {
        fill: currentcolor;
      }
      .legend {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: var(--space-2);
      }
      .legend span {
        width: 0.9rem;
        height: 0.9rem;
        border: 2px solid var(--accent);
        border-radius: 50%;
        background: var(--accent);
      }
      .legend .was {
        width: 0.7rem;
        height: 0.7rem;
        margin-inline-start: var(--space-4);
        border-color: var(--quiet);
        background: none;
      }
      fieldset {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: var(--space-1);
      }
      legend {
        float: inline-start;
        margin-inline-end: var(--space-4);
        padding: 0;
        font-weight: 520;
      }
      .stars label {
        position: relative;
        display: grid;
        place-items: center;
        width: 2.5rem;
        height: 2.5rem;
        border-radius: var(--radius);
        cursor: pointer;
        color: var(--quiet);
      }
      .stars input {
        position: absolute;
        inset: 0;
        margin: 0;
        opacity: 0;
        cursor: pointer;
      }
      .stars label.lit {
        color: var(--beta);
      }
      .stars label.lit svg.icon {
        fill: currentcolor;
      }
      .stars label:focus-within {
        outline: 2px solid var(--accent);
      }
      .actions {
        display: flex;
        flex-wrap: wrap;
        justify-content: space-between;
        gap: var(--space-3);
      }
    `,
  ];

  declare record: LocalSession | null;
  /** Where it was stopped; null where it was heard to its end. */
  declare carryOnSeconds: number | null;

  constructor() {
    super();
    this.record = null;
    this.carryOnSeconds = null;
  }

  protected override render(): TemplateResult {
    const { record } = this;
    if (!record) return html``;
    const rating = record.rating ?? {};
    const said = Object.values(rating).some((value) => value !== null && value !== undefined && value !== '');
    return html`<section aria-labelledby="title">
      <div class="stack">
        <h1 id="title" tabindex="-1">
          ${record.state === 'COMPLETED' ? msg('That was all of it.') : msg('Stopped.')}
        </h1>
        <p class="quiet">
          ${msg(str`${duration(record.playedSeconds)} of ${record.title}.`)}
        </p>
        ${
          this.carryOnSeconds === null
            ? nothing
            : html`<p>
                <button class="primary on" @click=${() => this.dispatchEvent(new Event('nes-carry-on'))}>
                  ${icon('play')} ${msg(str`Carry on from ${clock(this.carryOnSeconds)}`)}
                </button>
              </p>`
        }
      </div>
      <p class="legend quiet small">
        <span class="now"></span>${msg('how you feel now')} <span class="was"></span>${msg('how you felt before')}
      </p>
      <div class="scales">${feelingsOf(record.category).map((feeling) => this.#scale(feeling, rating))}</div>
      <fieldset class="stars">
        <legend>${msg('This session')}</legend>
        ${[1, 2, 3, 4, 5].map(
          (stars) => html`<label class=${(rating.stars ?? 0) >= stars ? 'lit' : ''}>
            <input
              type="radio"
              name="stars"
              value=${stars}
              .checked=${rating.stars === stars}
              aria-label=${isOne(stars) ? msg(str`${stars} star`) : msg(str`${stars} stars`)}
              @change=${() => this.#say({ stars })}
            />
            ${icon('star')}
          </label>`,
        )}
      </fieldset>
      <label class="field">
        ${msg('A line for yourself')}
        <input
          maxlength="500"
          .value=${rating.comment ?? ''}
          @change=${(event: Event) => this.#say({ comment: (event.target as HTMLInputElement).value.trim() })}
        />
      </label>
      <div class="actions">
        <p class="quiet small" role="status">${said ? msg('Saved.') : ''}</p>
        <button class=${said && this.carryOnSeconds === null ? 'primary' : ''} @click=${() => this.dispatchEvent(new Event('nes-done'))}>
          ${said ? msg('Done') : msg('Skip')}
        </button>
      </div>
    </section>`;
  }

  #scale(feeling: Feeling, rating: RatingValues): TemplateResult {
    const { label, low, high } = feelingWords(feeling);
    return html`<nes-scale
      moments="both"
      .label=${label}
      .low=${low}
      .high=${high}
      .was=${rating[feelingKey(feeling, 'before')] ?? null}
      .now=${rating[feelingKey(feeling, 'after')] ?? null}
      @nes-scale=${(event: NesScaleEvent) => this.#say({ [feelingKey(feeling, event.moment)]: event.value })}
    ></nes-scale>`;
  }

  #say(values: RatingValues): void {
    this.dispatchEvent(new NesRateEvent(values));
  }
}

declare global {
  interface GlobalEventHandlersEventMap {
    'nes-rate': NesRateEvent;
  }
}
