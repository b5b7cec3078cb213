import { msg, str } from '@lit/localize';
import { css, html, nothing, type PropertyDeclarations, type TemplateResult } from 'lit';
import { NesElement } from '../../elements/element.ts';
import { base, controls } from '../../styles/base.ts';
import { preciseClock, readNumber, readTime } from './words.ts';

let count = 0;

/**
 * One number or time to type. What is typed counts when the field is left or Enter is pressed; what is no number or out
 * of range stays in the field with a word on what was expected, and nothing else changes.
 */
export class NumberField extends NesElement {
  static override styles = [
    base,
    controls,
    css`
      :host {
        display: grid;
        gap: 0.3rem;
        align-content: start;
        min-width: 0;
      }
      label {
        display: flex;
        justify-content: space-between;
        gap: var(--space-2);
        overflow: hidden;
        font-size: var(--size--1);
        line-height: 1.3;
        color: var(--quiet);
        overflow-wrap: anywhere;
      }
      input {
        width: 100%;
        min-width: 0;
        height: 2.25rem;
        padding: 0 var(--space-2);
        border: 1px solid var(--edge);
        border-radius: 8px;
        background: var(--ink);
        color: var(--text);
        font-variant-numeric: tabular-nums;
      }
      p {
        font-size: var(--size--1);
        line-height: 1.3;
        color: var(--danger);
      }
    `,
  ];

  static override properties: PropertyDeclarations = {
    label: {},
    unit: {},
    kind: {},
    value: { attribute: false },
    low: { type: Number },
    high: { type: Number },
    step: { type: Number },
    whole: { type: Boolean },
    commit: { attribute: false },
    typed: { state: true },
    problem: { state: true },
  };

  declare label: string;
  declare unit: string;
  declare kind: 'number' | 'time';
  /** Null: several values, or none. */
  declare value: number | null;
  declare low: number;
  declare high: number;
  /** What an arrow key changes. */
  declare step: number;
  declare whole: boolean;
  /** Takes the new value. */
  declare commit: (value: number) => void;
  declare protected typed: string | null;
  declare protected problem: string;

  readonly #id = `field-${++count}`;

  constructor() {
    super();
    this.label = '';
    this.unit = '';
    this.kind = 'number';
    this.value = null;
    this.low = Number.NEGATIVE_INFINITY;
    this.high = Number.POSITIVE_INFINITY;
    this.step = 1;
    this.whole = false;
    this.commit = () => {};
    this.typed = null;
    this.problem = '';
  }

  override focus(options?: FocusOptions): void {
    const input = this.renderRoot.querySelector('input');
    input?.focus(options);
    input?.select();
  }

  #shown(value: number): string {
    return this.kind === 'time' ? preciseClock(value) : String(Number(value.toFixed(4)));
  }

  protected override render(): TemplateResult {
    const text = this.typed ?? (this.value === null ? '' : this.#shown(this.value));
    return html`
      <label for=${this.#id}><span>${this.label}</span>${this.unit ? html`<span>${this.unit}</span>` : nothing}</label>
      <input
        id=${this.#id}
        type="text"
        inputmode=${this.kind === 'time' ? 'text' : 'decimal'}
        autocomplete="off"
        spellcheck="false"
        .value=${text}
        placeholder=${this.value === null ? msg('several') : ''}
        aria-invalid=${this.problem ? 'true' : 'false'}
        aria-describedby=${this.problem ? `${this.#id}-problem` : nothing}
        @input=${(event: Event) => {
          this.typed = (event.target as HTMLInputElement).value;
        }}
        @blur=${this.#take}
        @keydown=${this.#key}
      />
      ${this.problem ? html`<p id="${this.#id}-problem">${this.problem}</p>` : nothing}
    `;
  }

  #read(text: string): number | string {
    const value = this.kind === 'time' ? readTime(text) : readNumber(text);
    if (value === null) return this.kind === 'time' ? msg('Expected a time such as 1:30') : msg('Expected a number');
    if (this.whole && !Number.isInteger(value)) return msg('Expected a whole number');
    if (value < this.low || value > this.high) {
      const [low, high] = [this.#shown(this.low), this.#shown(this.high)];
      return msg(str`Expected ${low} to ${high}`);
    }
    return value;
  }

  #take = (): void => {
    if (this.typed === null) return;
    const text = this.typed.trim();
    if (text === '' || (this.value !== null && text === this.#shown(this.value))) {
      this.typed = null;
      this.problem = '';
      return;
    }
    const value = this.#read(text);
    if (typeof value === 'string') {
      this.problem = value;
      return;
    }
    this.problem = '';
    this.typed = null;
    if (value !== this.value) this.commit(value);
  };

  #key = (event: KeyboardEvent): void => {
    // What is being typed is taken back by the field itself.
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'z' && this.typed !== null) {
      event.stopPropagation();
      return;
    }
    if (event.key === 'Enter') this.#take();
    else if (event.key === 'Escape' && this.typed !== null) {
      event.stopPropagation();
      this.typed = null;
      this.problem = '';
    } else if ((event.key === 'ArrowUp' || event.key === 'ArrowDown') && !event.altKey) {
      const present = this.typed === null ? this.value : this.#read(this.typed);
      if (typeof present !== 'number') return;
      event.preventDefault();
      const by = (event.key === 'ArrowUp' ? 1 : -1) * this.step * (event.shiftKey ? 10 : 1);
      const next = Math.min(this.high, Math.max(this.low, Number((present + by).toFixed(6))));
      this.typed = null;
      this.problem = '';
      if (next !== this.value) this.commit(next);
    }
  };
}
