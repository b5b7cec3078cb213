import { msg, str } from '@lit/localize';
import type { Curve, Keyframe, Voice } from '@nes/program/model.ts';
import { css, html, nothing, type PropertyDeclarations, type TemplateResult } from 'lit';
import { icon } from '../../elements/icons.ts';
import { base, controls } from '../../styles/base.ts';
import { limitsOf, type Parameter, parametersOf } from './axis.ts';
import { addKeyframe, removeKeyframes, setKeyframes } from './commands.ts';
import { DocumentElement } from './document-element.ts';
import { editorIcon } from './icons.ts';
import { curveName, curves, parameterName, pointCount, preciseClock, readNumber, readTime, unitOf } from './words.ts';

/** Rows of one page. */
const PAGE = 50;

/** Every point of the chosen voice as a row of fields: the same as the lane, in numbers. */
export class PointsTable extends DocumentElement {
  static override styles = [
    base,
    controls,
    css`
      :host {
        display: block;
      }
      .bar {
        position: sticky;
        top: 0;
        z-index: 1;
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: var(--space-3);
        padding: var(--space-2) var(--space-4);
        background: var(--ink);
        border-bottom: 1px solid var(--line);
        font-size: var(--size--1);
        color: var(--quiet);
      }
      .bar button {
        min-height: 1.9rem;
        padding: 0 var(--space-2);
        border-radius: 7px;
        font-size: var(--size--1);
      }
      .bar .pages {
        display: flex;
        align-items: center;
        gap: var(--space-2);
        margin-inline-start: auto;
      }
      .scroll {
        overflow-x: auto;
      }
      table {
        min-width: 38rem;
      }
      th,
      td {
        padding: 0 var(--space-2);
        vertical-align: middle;
      }
      th:first-child,
      td:first-child {
        width: 3.5rem;
        padding-inline-start: var(--space-4);
        color: var(--quiet);
        font-size: var(--size--1);
      }
      thead th {
        padding: var(--space-2);
      }
      tr.chosen {
        background: color-mix(in srgb, var(--accent) 14%, transparent);
      }
      td input,
      td select {
        width: 100%;
        min-width: 5rem;
        min-height: 2rem;
        padding: 0 var(--space-2);
        border: 1px solid transparent;
        border-radius: 6px;
        background-color: transparent;
      }
      /* As wide as its longest word. */
      td select {
        min-width: max-content;
      }
      td input:hover,
      td select:hover {
        border-color: var(--line);
      }
      td input:focus,
      td select:focus {
        border-color: var(--edge);
        background-color: var(--ink);
      }
      td select option {
        background: var(--raised);
      }
      td button {
        min-height: 2rem;
        width: 2rem;
        padding: 0;
        color: var(--quiet);
      }
      .problem {
        color: var(--danger);
      }
    `,
  ];

  static override properties: PropertyDeclarations = {
    start: { state: true },
    problem: { state: true },
  };

  /** Index of the first row that is shown. */
  declare protected start: number;
  /** What is wrong with the field that was typed in last. */
  declare protected problem: string;

  #asked = 0;
  #seen = -1;

  constructor() {
    super();
    this.start = 0;
    this.problem = '';
  }

  protected override readonly docChanged = (): void => {
    if (!this.doc.gesturing) {
      this.requestUpdate();
      return;
    }
    if (this.#asked) return;
    this.#asked = window.setTimeout(() => {
      this.#asked = 0;
      this.requestUpdate();
    }, 120);
  };

  /** Shows the row of a point and puts the keyboard on one of its fields. */
  async focusPoint(index: number, field: string): Promise<void> {
    this.start = Math.floor(index / PAGE) * PAGE;
    await this.updateComplete;
    const input = this.renderRoot.querySelector<HTMLElement>(
      `tr[data-index="${index}"] [data-field="${CSS.escape(field)}"]`,
    );
    input?.scrollIntoView({ block: 'nearest' });
    input?.focus();
  }

  protected override render(): TemplateResult {
    const { state, program } = this.doc;
    const voice = program.voices[state.voice];
    if (!voice) return html`<p class="bar">${msg('No voice yet.')}</p>`;
    if (this.#seen !== state.voice) {
      this.#seen = state.voice;
      this.start = 0;
    }
    const total = voice.keyframes.length;
    const start = Math.min(this.start, Math.floor(Math.max(0, total - 1) / PAGE) * PAGE);
    const rows = voice.keyframes.slice(start, start + PAGE);
    const chosen = new Set(state.selection.get(state.voice));
    const parameters = parametersOf(voice);
    return html`<div class="bar">
        <strong>${voice.name}</strong>
        <span>${pointCount(total)}</span>
        <button @click=${() => this.doc.edit(msg('Add point'), addKeyframe(state.voice, this.view.playhead))}>
          ${editorIcon('add')} ${msg('Add at playhead')}
        </button>
        <span class="problem" role="status">${this.problem}</span>
        ${
          total > PAGE
            ? html`<span class="pages">
                <button ?disabled=${start === 0} @click=${() => this.#page(start - PAGE)}>${msg('Before')}</button>
                <span class="figures">${start + 1}–${Math.min(total, start + PAGE)} / ${total}</span>
                <button ?disabled=${start + PAGE >= total} @click=${() => this.#page(start + PAGE)}>${msg('After')}</button>
              </span>`
            : nothing
        }
      </div>
      <div class="scroll">
        <table>
          <thead>
            <tr>
              <th scope="col">${msg('No.')}</th>
              <th scope="col">${msg('Time')}</th>
              ${parameters.map((one) => {
                const unit = unitOf(one, voice);
                return html`<th scope="col">${parameterName(one, voice)}${unit ? `, ${unit}` : ''}</th>`;
              })}
              <th scope="col">${msg('Course to the next')}</th>
              <th scope="col"><span class="away">${msg('Delete')}</span></th>
            </tr>
          </thead>
          <tbody @change=${this.#change} @focusin=${this.#focus}>
            ${rows.map((frame, row) => this.#row(voice, frame, start + row, parameters, chosen.has(start + row)))}
          </tbody>
        </table>
      </div>`;
  }

  #row(
    voice: Voice,
    frame: Keyframe,
    index: number,
    parameters: readonly Parameter[],
    chosen: boolean,
  ): TemplateResult {
    const place = index + 1;
    return html`<tr data-index=${index} class=${chosen ? 'chosen' : ''}>
      <td>${place}</td>
      <td>
        <input data-field="at" .value=${preciseClock(frame.at)} aria-label=${msg(str`Time of point ${place}`)} autocomplete="off" />
      </td>
      ${parameters.map(
        (one) => html`<td>
          <input
            data-field=${one}
            inputmode="decimal"
            autocomplete="off"
            .value=${String(Number(frame[one].toFixed(4)))}
            aria-label=${msg(str`${parameterName(one, voice)} of point ${place}`)}
          />
        </td>`,
      )}
      <td>
        <select data-field="curve" .value=${frame.curve} aria-label=${msg(str`Course of point ${place}`)}>
          ${curves.map((curve) => html`<option value=${curve} ?selected=${curve === frame.curve}>${curveName(curve)}</option>`)}
        </select>
      </td>
      <td>
        <button class="bare" aria-label=${msg(str`Delete point ${place}`)} @click=${() => this.#remove(index)}>${icon('close')}</button>
      </td>
    </tr>`;
  }

  #page(start: number): void {
    this.start = Math.max(0, start);
  }

  #remove(index: number): void {
    this.doc.edit(msg('Delete point'), removeKeyframes(new Map([[this.doc.state.voice, [index]]])));
  }

  #index(event: Event): number {
    return Number((event.target as HTMLElement).closest('tr')?.dataset.index ?? -1);
  }

  #focus = (event: Event): void => {
    const index = this.#index(event);
    const { voice, selection } = this.doc.state;
    const chosen = selection.get(voice);
    if (index < 0 || (chosen?.length === 1 && chosen[0] === index)) return;
    this.doc.select(voice, new Map([[voice, [index]]]));
  };

  #change = (event: Event): void => {
    const input = event.target as HTMLInputElement | HTMLSelectElement;
    const field = input.dataset.field as 'at' | 'curve' | Parameter;
    const index = this.#index(event);
    const { voice: lane } = this.doc.state;
    const voice = this.doc.program.voices[lane];
    const frame = voice?.keyframes[index];
    if (!voice || !frame) return;
    const set = (fields: Partial<Keyframe>): void =>
      this.doc.edit(msg('Set point'), setKeyframes(new Map([[lane, [index]]]), fields));
    if (field === 'curve') {
      set({ curve: input.value as Curve });
      return;
    }
    const value = field === 'at' ? readTime(input.value) : readNumber(input.value);
    const [low, high] = field === 'at' ? [0, this.doc.program.durationSeconds] : limitsOf(field, voice);
    const sound = value !== null && value >= low && value <= high;
    input.setAttribute('aria-invalid', String(!sound));
    if (sound) {
      this.problem = '';
      set({ [field]: value });
      return;
    }
    const range = field === 'at' ? `${preciseClock(low)}–${preciseClock(high)}` : `${low}–${high}`;
    this.problem = msg(str`Point ${index + 1}: "${input.value}" is not taken; expected ${range}`);
  };
}
