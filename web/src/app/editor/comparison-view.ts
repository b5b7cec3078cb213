import { msg, str } from '@lit/localize';
import type { Program, Voice } from '@nes/program/model.ts';
import { valueAt } from '@nes/program/values.ts';
import { css, html, nothing, type PropertyDeclarations, type TemplateResult } from 'lit';
import { NesElement } from '../../elements/element.ts';
import { kindLooks } from '../../elements/kinds.ts';
import { base, controls } from '../../styles/base.ts';
import { type Axis, axisOf, type Parameter, parametersOf, timeGrid } from './axis.ts';
import { differingCourses } from './compare.ts';
import { drawComparison } from './draw.ts';
import { PaletteController } from './palette.ts';
import { parameterName, preciseClock, wording } from './words.ts';

/** Two states of a program over each other, one voice and one of its values at a time. */
export class ComparisonView extends NesElement {
  static override styles = [
    base,
    controls,
    css`
      :host {
        display: grid;
        gap: var(--space-2);
      }
      .head {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: var(--space-2) var(--space-4);
        font-size: var(--size--1);
      }
      .key {
        display: inline-flex;
        align-items: center;
        gap: var(--space-2);
      }
      .key i {
        width: 1.75rem;
        border-top: 2px dashed var(--quiet);
      }
      .key.now i {
        border-top: 3px solid var(--alpha);
      }
      .gap {
        flex: 1;
      }
      select {
        min-height: 2rem;
        max-width: 16rem;
        padding-block: 0;
        padding-inline: var(--space-3) 1.75rem;
        border: 1px solid var(--line);
        border-radius: 7px;
        background-color: transparent;
        font-size: var(--size--1);
      }
      option {
        background: var(--raised);
      }
      .drawing {
        position: relative;
        height: 10rem;
        border: 1px solid var(--line);
        border-radius: var(--radius);
        overflow: hidden;
        touch-action: pan-y;
      }
      canvas {
        position: absolute;
        inset: 0;
        width: 100%;
        height: 100%;
      }
      .there {
        min-height: 1.4em;
        font-size: var(--size--1);
        font-variant-numeric: tabular-nums;
        color: var(--quiet);
      }
      .there strong {
        font-weight: 560;
        color: var(--text);
      }
    `,
  ];

  static override properties: PropertyDeclarations = {
    earlier: { attribute: false },
    later: { attribute: false },
    earlierName: { attribute: false },
    laterName: { attribute: false },
    voice: { state: true },
    parameter: { state: true },
    pointed: { state: true },
  };

  declare earlier: Program;
  declare later: Program;
  declare earlierName: string;
  declare laterName: string;
  /** What the reader chose; null: the first course that differs. */
  declare protected voice: number | null;
  declare protected parameter: Parameter | null;
  declare protected pointed: number | null;

  readonly #palette = new PaletteController(this);
  #observer: ResizeObserver | undefined;

  constructor() {
    super();
    this.voice = null;
    this.parameter = null;
    this.pointed = null;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#observer = new ResizeObserver(() => this.#draw());
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#observer?.disconnect();
  }

  protected override firstUpdated(): void {
    const drawing = this.renderRoot.querySelector('.drawing');
    if (drawing) this.#observer?.observe(drawing);
  }

  /** The course that is shown, and which others differ. */
  #shown(): {
    index: number;
    parameter: Parameter;
    voice: Voice;
    differing: ReadonlyMap<number, readonly Parameter[]>;
  } {
    const differing = differingCourses(this.earlier, this.later);
    const [first] = differing.keys();
    const index = this.voice ?? first ?? 0;
    const voice = (this.later.voices[index] ?? this.earlier.voices[index]) as Voice;
    const possible = parametersOf(voice);
    const wanted = this.parameter ?? differing.get(index)?.[0] ?? null;
    const parameter = wanted && possible.includes(wanted) ? wanted : (possible[0] as Parameter);
    return { index, parameter, voice, differing };
  }

  #at(event: PointerEvent): void {
    const box = (event.currentTarget as HTMLElement).getBoundingClientRect();
    const share = Math.min(1, Math.max(0, (event.clientX - box.left) / box.width));
    this.pointed = share * Math.max(this.earlier.durationSeconds, this.later.durationSeconds);
  }

  protected override render(): TemplateResult {
    const { index, parameter, voice, differing } = this.#shown();
    const count = Math.max(this.earlier.voices.length, this.later.voices.length);
    const named = (place: number): Voice => (this.later.voices[place] ?? this.earlier.voices[place]) as Voice;
    return html`
      <span class="probe away" aria-hidden="true"></span>
      <div class="head">
        <span class="key"><i></i>${this.earlierName}</span>
        <span class="key now"><i></i>${this.laterName}</span>
        <span class="gap"></span>
        <select
          aria-label=${msg('Voice that is compared')}
          @change=${(event: Event) => {
            this.voice = Number((event.target as HTMLSelectElement).value);
            this.parameter = null;
          }}
        >
          ${Array.from({ length: count }, (_, place) => {
            const name = named(place).name || kindLooks[named(place).kind].name();
            return html`<option value=${place} ?selected=${place === index}>
              ${differing.has(place) ? msg(str`${name} (differs)`) : name}
            </option>`;
          })}
        </select>
        <select
          aria-label=${msg('Value that is compared')}
          @change=${(event: Event) => {
            this.voice = index;
            this.parameter = (event.target as HTMLSelectElement).value as Parameter;
          }}
        >
          ${parametersOf(voice).map((one) => {
            const name = parameterName(one, voice);
            return html`<option value=${one} ?selected=${one === parameter}>
              ${differing.get(index)?.includes(one) ? msg(str`${name} (differs)`) : name}
            </option>`;
          })}
        </select>
      </div>
      <div
        class="drawing"
        @pointermove=${(event: PointerEvent) => this.#at(event)}
        @pointerdown=${(event: PointerEvent) => this.#at(event)}
        @pointerleave=${() => {
          this.pointed = null;
        }}
      >
        <canvas role="img" aria-label=${msg(str`${this.earlierName} and ${this.laterName} over each other; the table tells what differs`)}></canvas>
      </div>
      <p class="there">${this.pointed === null ? nothing : this.#told(this.pointed, index, parameter)}</p>
    `;
  }

  #told(seconds: number, index: number, parameter: Parameter): TemplateResult {
    const value = (program: Program): string => {
      const voice = program.voices[index];
      if (!voice || seconds > program.durationSeconds) return '—';
      return wording(parameter, valueAt(voice, seconds)[parameter], voice);
    };
    return html`${preciseClock(Math.round(seconds))} · ${this.earlierName} <strong>${value(this.earlier)}</strong> ·
      ${this.laterName} <strong>${value(this.later)}</strong>`;
  }

  protected override updated(): void {
    this.#draw();
  }

  /** The scale of both programs; on a logarithmic one only what the two courses pass through, with room around it. */
  #axis(both: Program, voice: Voice, parameter: Parameter, index: number): Axis {
    const axis = axisOf(both, voice, parameter);
    if (axis.scale !== 'log') return axis;
    let low = Number.POSITIVE_INFINITY;
    let high = 0;
    for (const program of [this.earlier, this.later]) {
      for (const frame of program.voices[index]?.keyframes ?? []) {
        const size = Math.abs(frame[parameter]);
        if (size > 0 && size < low) low = size;
        if (size > high) high = size;
      }
    }
    if (high === 0) return axis;
    const room = Math.max(1.25, (high / low) ** 0.15);
    return { ...axis, low: low / room, high: high * room };
  }

  #draw(): void {
    const canvas = this.renderRoot.querySelector('canvas');
    const context = canvas?.getContext('2d');
    const palette = this.#palette.value;
    if (!canvas || !context || !palette || canvas.clientWidth === 0) return;
    const [width, height] = [canvas.clientWidth, canvas.clientHeight];
    const ratio = Math.min(2, devicePixelRatio || 1);
    canvas.width = Math.round(width * ratio);
    canvas.height = Math.round(height * ratio);
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    const { index, parameter, voice } = this.#shown();
    // One scale for both sides: that of a program with the voices of both.
    const both: Program = { ...this.later, voices: [...this.earlier.voices, ...this.later.voices] };
    const to = Math.max(this.earlier.durationSeconds, this.later.durationSeconds);
    drawComparison(context, {
      program: { ...both, phases: this.later.phases },
      voice,
      axis: this.#axis(both, voice, parameter, index),
      window: { from: 0, to, width, height },
      palette,
      grid: timeGrid(to, width, 72),
      active: true,
      wording: (value) => wording(parameter, value, voice),
      clock: preciseClock,
      before: this.earlier.voices[index] ?? null,
      after: this.later.voices[index] ?? null,
      beforeSeconds: this.earlier.durationSeconds,
      pointed: this.pointed,
    });
  }
}
