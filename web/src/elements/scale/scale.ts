import { msg, str } from '@lit/localize';
import { css, html, nothing, type TemplateResult } from 'lit';
import { base, controls } from '../../styles/base.ts';
import { NesElement } from '../element.ts';

/** A value of a scale was chosen. */
export class NesScaleEvent extends Event {
  static readonly type = 'nes-scale';
  readonly moment: 'before' | 'after';
  readonly value: number;

  constructor(moment: 'before' | 'after', value: number) {
    super(NesScaleEvent.type, { bubbles: true, composed: true });
    this.moment = moment;
    this.value = value;
  }
}

/**
 * One feeling on a line from 0 to 10: a hollow mark for before, a full one for now, and the way between them.
 * See `nes-scale.ts`.
 */
export class Scale extends NesElement {
  static override properties = {
    label: {},
    low: {},
    high: {},
    was: { type: Number },
    now: { type: Number },
    moments: {},
  };

  static override styles = [
    base,
    controls,
    css`
      :host {
        display: block;
      }
      .head {
        display: flex;
        justify-content: space-between;
        gap: var(--space-3);
        font-weight: 520;
      }
      .said {
        font-weight: 400;
        color: var(--quiet);
        font-variant-numeric: tabular-nums;
      }
      .line {
        position: relative;
        height: 2.25rem;
      }
      .track {
        position: absolute;
        inset: calc(50% - 1px) 0 auto;
        border-top: 2px solid var(--edge);
      }
      .both .track {
        inset: calc(1rem - 1px) 0 auto;
      }
      input[type='range'] {
        position: absolute;
        inset: 0;
        height: 100%;
      }
      input[type='range']::-webkit-slider-runnable-track {
        border: 0;
      }
      input[type='range']::-moz-range-track {
        border: 0;
      }
      input.after[type='range']::-webkit-slider-thumb {
        background: var(--accent);
        border-color: var(--accent);
        width: 1.375rem;
        height: 1.375rem;
        margin-top: calc(-0.6875rem + 1px);
      }
      input.after[type='range']::-moz-range-thumb {
        background: var(--accent);
        border-color: var(--accent);
      }
      input.after.unset[type='range']::-webkit-slider-thumb,
      input.before.unset[type='range']::-webkit-slider-thumb {
        background: var(--raised);
        border: 2px dashed var(--edge);
      }
      input.after.unset[type='range']::-moz-range-thumb,
      input.before.unset[type='range']::-moz-range-thumb {
        background: var(--raised);
        border: 2px dashed var(--edge);
      }
      /* With both marks on one line, before hangs below it and now stands on it: neither covers the other. */
      .both {
        height: 3.5rem;
      }
      .both .after {
        height: 2rem;
      }
      .both .before {
        inset: 2rem 0 0;
        height: 1.5rem;
      }
      .both input.before[type='range']::-webkit-slider-thumb {
        width: 0.875rem;
        height: 0.875rem;
        margin-top: calc(-0.4375rem + 1px);
        border-color: var(--quiet);
      }
      .both input.before[type='range']::-moz-range-thumb {
        width: 0.625rem;
        height: 0.625rem;
      }
      .ends {
        display: flex;
        justify-content: space-between;
        color: var(--quiet);
        font-size: var(--size--1);
      }
    `,
  ];

  declare label: string;
  declare low: string;
  declare high: string;
  declare was: number | null;
  declare now: number | null;
  declare moments: 'before' | 'after' | 'both';

  constructor() {
    super();
    this.label = '';
    this.low = '';
    this.high = '';
    this.was = null;
    this.now = null;
    this.moments = 'both';
  }

  protected override render(): TemplateResult {
    const { was, now, moments } = this;
    const said =
      moments === 'both' && was !== null && now !== null
        ? `${was} → ${now}`
        : `${(moments === 'before' ? was : now) ?? msg('not said')}`;
    return html`<div class="head">
        <span>${this.label}</span>
        <span class="said" aria-hidden="true">${said}</span>
      </div>
      <div class="line ${moments}">
        <span class="track"></span>
        ${moments === 'before' ? nothing : this.#input('after', now, moments === 'both' ? msg(str`${this.label} now`) : this.label)}
        ${moments === 'after' ? nothing : this.#input('before', was, moments === 'both' ? msg(str`${this.label} before`) : this.label)}
      </div>
      <div class="ends"><span>${this.low}</span><span>${this.high}</span></div>`;
  }

  #input(moment: 'before' | 'after', value: number | null, label: string): TemplateResult {
    const at = value ?? (moment === 'after' ? (this.was ?? 5) : 5);
    return html`<input
      class="${moment} ${value === null ? 'unset' : ''}"
      type="range"
      min="0"
      max="10"
      step="1"
      .value=${String(at)}
      aria-label=${label}
      aria-valuetext=${value === null ? msg('not said') : msg(str`${value} of 10, from ${this.low} to ${this.high}`)}
      @input=${(event: InputEvent) => this.#chosen(moment, event)}
      @pointerup=${(event: Event) => this.#chosen(moment, event)}
    />`;
  }

  /** A click on the middle changes nothing in the field, yet it is an answer. */
  #chosen(moment: 'before' | 'after', event: Event): void {
    const value = Number((event.target as HTMLInputElement).value);
    const name = moment === 'before' ? 'was' : 'now';
    if (this[name] === value) return;
    this[name] = value;
    this.dispatchEvent(new NesScaleEvent(moment, value));
  }
}

declare global {
  interface GlobalEventHandlersEventMap {
    'nes-scale': NesScaleEvent;
  }
}
