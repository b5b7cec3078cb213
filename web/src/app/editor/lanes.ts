import { msg, str } from '@lit/localize';
import type { Voice } from '@nes/program/model.ts';
import { css, html, nothing, type PropertyDeclarations, type PropertyValues, type TemplateResult } from 'lit';
import { define } from '../../elements/define.ts';
import { kindLooks } from '../../elements/kinds.ts';
import { base, controls } from '../../styles/base.ts';
import { type Parameter, parametersOf } from './axis.ts';
import { changeVoice, movePhaseEnd, phaseStart, splitPhase } from './commands.ts';
import type { Gesture } from './document.ts';
import { DocumentElement } from './document-element.ts';
import { drawRuler, RULER_TIMES } from './draw.ts';
import { Lane, type LaneSayEvent } from './lane.ts';
import { Overview } from './overview.ts';
import { PaletteController } from './palette.ts';
import { parameterName, preciseClock } from './words.ts';

define('nes-editor-lane', Lane);
define('nes-editor-overview', Overview);

/** How near the pointer has to be to a border between phases, in pixels. */
const REACH = 7;

/** A phase was pointed at. */
export class PhaseChosenEvent extends Event {
  static readonly type = 'phase-chosen';
  readonly index: number;

  constructor(index: number) {
    super(PhaseChosenEvent.type, { bubbles: true, composed: true });
    this.index = index;
  }
}

/** All voices over one ruler: times, phases, a lane for each voice with its head, the playhead over all of them. */
export class Lanes extends DocumentElement {
  static override styles = [
    base,
    controls,
    css`
      :host {
        --head: 11.5rem;
        /* A time axis goes from left to right in every language. */
        direction: ltr;
        position: relative;
        display: grid;
        grid-template-rows: 1fr auto;
        min-height: 0;
        overflow: hidden;
      }
      nes-editor-overview {
        margin-inline-start: var(--head);
      }
      .top {
        position: sticky;
        z-index: 1;
        top: 0;
        display: grid;
        background: var(--ink);
        grid-template-columns: var(--head) 1fr;
        border-bottom: 1px solid var(--line);
      }
      .corner {
        display: grid;
        align-content: space-between;
        padding: 0.25rem var(--space-3) 0.35rem;
        border-inline-end: 1px solid var(--line);
        font-size: var(--size--1);
        color: var(--quiet);
        line-height: 1.35;
      }
      .ruler {
        position: relative;
        height: 3.25rem;
        touch-action: none;
      }
      .ruler canvas {
        position: absolute;
        inset: 0;
        width: 100%;
        height: 100%;
        cursor: text;
      }
      .ruler canvas.border {
        cursor: ew-resize;
      }
      .scroll {
        position: relative;
        display: grid;
        grid-template-rows: auto;
        grid-auto-rows: minmax(min-content, 1fr);
        scroll-padding-top: 3.5rem;
        min-height: 0;
        overflow: hidden auto;
        overscroll-behavior: contain;
        scrollbar-width: thin;
      }
      .voice {
        display: grid;
        grid-template-columns: var(--head) minmax(0, 1fr);
        min-height: 7.5rem;
        border-bottom: 1px solid var(--line);
      }
      .voice nes-editor-lane {
        min-width: 0;
      }
      .head {
        display: grid;
        align-content: start;
        gap: var(--space-2);
        min-width: 0;
        padding: var(--space-3);
        border-inline-end: 1px solid var(--line);
        cursor: default;
      }
      .voice.active > .head {
        background: var(--raised);
        box-shadow: inset 3px 0 0 var(--accent);
      }
      .name {
        overflow: hidden;
        /* Two taps write the name; they do not zoom. */
        touch-action: manipulation;
        font-weight: 560;
        line-height: 1.25;
        overflow-wrap: anywhere;
      }
      .kind {
        font-size: var(--size--1);
        line-height: 1.25;
        color: var(--quiet);
      }
      .head .tools {
        display: flex;
        gap: var(--space-1);
      }
      .head button,
      .head select {
        min-height: 1.75rem;
        font-size: var(--size--1);
        border-radius: 7px;
      }
      .head button {
        width: 1.9rem;
        padding: 0;
      }
      .head button[aria-pressed='true'] {
        background: var(--text);
        border-color: var(--text);
        color: var(--ink);
      }
      .head select {
        flex: 1;
        min-width: 0;
        padding-block: 0 !important;
        padding-inline: var(--space-2) 1.6rem !important;
        border: 1px solid var(--line);
        background-color: transparent;
      }
      .head select option {
        background: var(--raised);
      }
      .playhead {
        position: absolute;
        z-index: 2;
        top: 0;
        bottom: 0;
        left: 0; /* physical: time goes from left to right in every language */
        width: 0;
        border-inline-start: 1.5px solid var(--text);
        pointer-events: none;
        will-change: transform;
      }
      .playhead::before {
        content: '';
        position: absolute;
        top: 0;
        left: -0.42rem; /* physical: half its width */
        border: 0.36rem solid transparent;
        border-top-color: var(--text);
      }
      .loop {
        position: absolute;
        z-index: 1;
        top: 0;
        left: 0; /* physical: on the time axis */
        height: 3.25rem;
        border: solid var(--accent);
        border-width: 3px 1px 0;
        background: color-mix(in srgb, var(--accent) 14%, transparent);
        pointer-events: none;
      }
      input.name {
        width: 100%;
        min-height: 1.75rem;
        padding: 0 var(--space-1);
        border: 1px solid var(--edge);
        border-radius: 7px;
        background: var(--ink);
      }
      .empty {
        display: grid;
        place-content: center;
        gap: var(--space-3);
        padding: var(--space-6);
        text-align: center;
        color: var(--quiet);
      }
      @media (pointer: coarse) {
        .head button,
        .head select {
          min-height: 2.25rem;
        }
        .head button {
          width: 2.25rem;
        }
      }
      @media (max-width: 60rem) {
        /* The page scrolls here, and a finger that comes to an end of the lanes goes on with it. */
        .scroll {
          overscroll-behavior: auto;
        }
      }
      @media (max-width: 44rem) {
        :host {
          --head: 0px;
        }
        .corner {
          display: none;
        }
        .top,
        .voice {
          grid-template-columns: 1fr;
        }
        .voice {
          grid-template-rows: auto minmax(9rem, 1fr);
        }
        .head {
          grid-template-columns: 1fr auto;
          align-items: center;
          padding: var(--space-2) var(--space-3);
          border: 0;
        }
        .head .kind {
          display: none;
        }
      }
    `,
  ];

  static override properties: PropertyDeclarations = {
    phase: { type: Number },
    naming: { state: true },
  };

  /** Index of the phase that the inspector shows, or −1. */
  declare phase: number;
  /** Index of the voice whose name is being written, or −1. */
  declare protected naming: number;

  #observer: ResizeObserver | undefined;
  readonly #palette = new PaletteController(this);
  #asked = 0;
  #width = 0;
  #height = 0;
  #border = -1;
  #dragged: { gesture: Gesture | null; index: number; pointer: number } | null = null;
  #scrubbing = -1;
  #view: EventTarget | null = null;

  constructor() {
    super();
    this.phase = -1;
    this.naming = -1;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#observer = new ResizeObserver(() => this.#measure());
    this.#view?.addEventListener('playhead', this.#placePlayhead);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#observer?.disconnect();
    this.#view?.removeEventListener('playhead', this.#placePlayhead);
    cancelAnimationFrame(this.#asked);
    this.#asked = 0;
  }

  protected override willUpdate(changed: PropertyValues): void {
    super.willUpdate(changed);
    if (!changed.has('view')) return;
    this.#view?.removeEventListener('playhead', this.#placePlayhead);
    this.#view = this.view;
    this.#view.addEventListener('playhead', this.#placePlayhead);
  }

  protected override firstUpdated(): void {
    const ruler = this.renderRoot.querySelector('.ruler');
    if (ruler) this.#observer?.observe(ruler);
    this.#measure();
  }

  #measure(): void {
    const ruler = this.renderRoot.querySelector<HTMLElement>('.ruler');
    if (!ruler) return;
    this.#width = ruler.clientWidth;
    this.#height = ruler.clientHeight;
    this.#drawSoon();
    this.#placePlayhead();
  }

  protected override readonly docChanged = (): void => {
    this.#drawSoon();
    // The heads say little; while a point is dragged nothing of it changes.
    if (!this.doc.gesturing) this.requestUpdate();
  };

  protected override updated(changed: PropertyValues): void {
    super.updated(changed);
    this.#drawSoon();
    this.#placePlayhead();
  }

  #drawSoon(): void {
    if (this.#asked) return;
    this.#asked = requestAnimationFrame(() => {
      this.#asked = 0;
      this.#drawRuler();
    });
  }

  #drawRuler(): void {
    const canvas = this.renderRoot.querySelector<HTMLCanvasElement>('.ruler canvas');
    const palette = this.#palette.value;
    if (!canvas || !palette || this.#width === 0) return;
    const ratio = Math.min(2, devicePixelRatio || 1);
    const [wide, tall] = [Math.round(this.#width * ratio), Math.round(this.#height * ratio)];
    if (canvas.width !== wide || canvas.height !== tall) {
      canvas.width = wide;
      canvas.height = tall;
    }
    const context = canvas.getContext('2d');
    if (!context) return;
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    drawRuler(context, {
      program: this.doc.program,
      window: { from: this.view.from, to: this.view.to, width: this.#width, height: this.#height },
      palette,
      grid: this.view.grid,
      chosen: this.phase,
      clock: preciseClock,
    });
  }

  #placePlayhead = (): void => {
    const playhead = this.renderRoot.querySelector<HTMLElement>('.playhead');
    const ruler = this.renderRoot.querySelector<HTMLElement>('.ruler');
    if (!playhead || !ruler) return;
    const x = this.view.xOf(this.view.playhead);
    playhead.hidden = x < -1 || x > this.#width + 1;
    playhead.style.transform = `translateX(${ruler.offsetLeft + x - 0.75}px)`;
    const band = this.renderRoot.querySelector<HTMLElement>('.loop');
    if (!band || !this.view.loop) return;
    const [from, to] = this.view.loop.map((at) => Math.min(this.#width, Math.max(0, this.view.xOf(at)))) as [
      number,
      number,
    ];
    band.style.transform = `translateX(${ruler.offsetLeft + from}px)`;
    band.style.width = `${Math.max(2, to - from)}px`;
  };

  /** The second under the pointer. */
  #secondsAt(event: PointerEvent | MouseEvent): number {
    const box = (event.currentTarget as HTMLElement).getBoundingClientRect();
    return this.view.from + ((event.clientX - box.left) / box.width) * (this.view.to - this.view.from);
  }

  #y(event: PointerEvent | MouseEvent): number {
    return event.clientY - (event.currentTarget as HTMLElement).getBoundingClientRect().top;
  }

  /** Index of the phase whose end is under the pointer, or −1. */
  #borderAt(seconds: number): number {
    const near = (REACH / Math.max(1, this.#width)) * (this.view.to - this.view.from);
    let end = 0;
    const { phases } = this.doc.program;
    for (const [index, phase] of phases.entries()) {
      end += phase.durationSeconds;
      if (index < phases.length - 1 && Math.abs(end - seconds) < near) return index;
    }
    return -1;
  }

  #phaseAt(seconds: number): number {
    let end = 0;
    for (const [index, phase] of this.doc.program.phases.entries()) {
      end += phase.durationSeconds;
      if (seconds < end) return index;
    }
    return -1;
  }

  #rulerDown = (event: PointerEvent): void => {
    if (event.button !== 0) return;
    const target = event.currentTarget as HTMLElement;
    target.setPointerCapture(event.pointerId);
    const seconds = this.#secondsAt(event);
    if (this.#y(event) > RULER_TIMES) {
      const index = this.#borderAt(seconds);
      if (index >= 0) this.#dragged = { gesture: null, index, pointer: event.pointerId };
      this.dispatchEvent(new PhaseChosenEvent(this.#phaseAt(seconds)));
      return;
    }
    this.#scrubbing = event.pointerId;
    this.#seek(seconds, event.altKey);
  };

  #rulerMove = (event: PointerEvent): void => {
    const seconds = this.#secondsAt(event);
    if (this.#dragged?.pointer === event.pointerId) {
      const dragged = this.#dragged;
      dragged.gesture ??= this.doc.gesture(msg('Move phase border'));
      const free = { ...this.doc.program, phases: [] };
      dragged.gesture.update(movePhaseEnd(dragged.index, this.view.snapped(seconds, free, event.altKey)));
    } else if (this.#scrubbing === event.pointerId) this.#seek(seconds, event.altKey);
    else {
      const border = this.#y(event) > RULER_TIMES ? this.#borderAt(seconds) : -1;
      if (border === this.#border) return;
      this.#border = border;
      this.renderRoot.querySelector('.ruler canvas')?.classList.toggle('border', border >= 0);
    }
  };

  #rulerUp = (): void => {
    this.#dragged?.gesture?.end();
    this.#dragged = null;
    this.#scrubbing = -1;
  };

  #rulerCancel = (): void => {
    this.#dragged?.gesture?.cancel();
    this.#dragged = null;
    this.#scrubbing = -1;
  };

  #rulerDouble = (event: MouseEvent): void => {
    if (this.#y(event) <= RULER_TIMES) return;
    const at = this.view.snapped(this.#secondsAt(event), { ...this.doc.program, phases: [] }, event.altKey);
    const index = this.#phaseAt(at);
    this.doc.edit(msg('Split phase'), splitPhase(at, msg(str`Phase ${index + 2}`), nextColour(index + 1)));
    this.dispatchEvent(new PhaseChosenEvent(index + 1));
  };

  #seek(seconds: number, free: boolean): void {
    this.view.movePlayhead(this.view.snapped(seconds, this.doc.program, free));
    this.dispatchEvent(new Event('lane-seek', { bubbles: true, composed: true }));
  }

  #phasesInWords(): string {
    const { program } = this.doc;
    const starts = program.phases.map((one, index) => `${one.name} ${preciseClock(phaseStart(program, index))}`);
    return msg(str`Phases: ${starts.join(', ')}`);
  }

  /** Puts the keyboard on a lane. */
  focusLane(index: number): void {
    this.renderRoot.querySelectorAll<HTMLElement>('nes-editor-lane')[index]?.focus();
  }

  protected override render(): TemplateResult {
    const { voices } = this.doc.program;
    return html`
      <span class="probe away" aria-hidden="true"></span>
      <div class="scroll">
      <div class="top">
        <div class="corner"><span>${msg('Time')}</span><span>${msg('Phases')}</span></div>
        <div
          class="ruler"
          @pointerdown=${this.#rulerDown}
          @pointermove=${this.#rulerMove}
          @pointerup=${this.#rulerUp}
          @pointercancel=${this.#rulerCancel}
          @dblclick=${this.#rulerDouble}
        >
          <canvas
            role="img"
            aria-label=${this.#phasesInWords()}
          ></canvas>
        </div>
      </div>
        ${voices.map((voice, index) => this.#voice(voice, index))}
        ${voices.length === 0 ? html`<div class="empty"><p>${msg('No voice yet. Add one above, or drop a file here.')}</p></div>` : nothing}
      </div>
      <nes-editor-overview .doc=${this.doc} .view=${this.view}></nes-editor-overview>
      ${this.view.loop ? html`<div class="loop"></div>` : nothing}
      <div class="playhead"></div>
    `;
  }

  #voice(voice: Voice, index: number): TemplateResult {
    const { view, doc } = this;
    const parameters = parametersOf(voice);
    const shown = view.parameterOf(index, voice);
    return html`<div class="voice ${doc.state.voice === index ? 'active' : ''}">
      <div class="head" @click=${() => this.#activate(index)}>
        ${
          this.naming === index
            ? html`<input
                class="name"
                aria-label=${msg('Name of the voice')}
                maxlength="200"
                .value=${voice.name}
                @keydown=${(event: KeyboardEvent) => this.#nameKey(event)}
                @blur=${(event: Event) => this.#named(index, (event.target as HTMLInputElement).value)}
              />`
            : html`<div class="name" title=${voice.name} @dblclick=${() => this.#name(index)}>
                ${voice.name || kindLooks[voice.kind].name()}
              </div>`
        }
        <div class="kind">${kindLooks[voice.kind].name()}</div>
        <div class="tools">
          <button
            aria-pressed=${view.muted.has(index) ? 'true' : 'false'}
            aria-label=${msg(str`Silence ${voice.name} in the preview`)}
            title=${msg('Silent in the preview')}
            @click=${(event: Event) => this.#quiet(event, () => view.toggleMuted(index))}
          >
            M
          </button>
          <button
            aria-pressed=${view.solo.has(index) ? 'true' : 'false'}
            aria-label=${msg(str`Only ${voice.name} in the preview`)}
            title=${msg('Alone in the preview')}
            @click=${(event: Event) => this.#quiet(event, () => view.toggleSolo(index))}
          >
            S
          </button>
          <select
            aria-label=${msg(str`What the lane of ${voice.name} shows`)}
            .value=${shown}
            @change=${(event: Event) => view.setParameter(index, (event.target as HTMLSelectElement).value as Parameter)}
          >
            ${parameters.map(
              (one) => html`<option value=${one} ?selected=${one === shown}>${parameterName(one, voice)}</option>`,
            )}
          </select>
        </div>
      </div>
      <nes-editor-lane .doc=${doc} .view=${view} .index=${index} .palette=${this.#palette.value}></nes-editor-lane>
    </div>`;
  }

  #quiet(event: Event, act: () => void): void {
    event.stopPropagation();
    act();
  }

  /** A double tap on a name: it is written where it stands. */
  async #name(index: number): Promise<void> {
    this.naming = index;
    await this.updateComplete;
    this.renderRoot.querySelector<HTMLInputElement>('input.name')?.select();
  }

  #nameKey(event: KeyboardEvent): void {
    if (event.key !== 'Enter' && event.key !== 'Escape') return;
    // Escape leaves the name as it is, and silences nothing.
    event.stopPropagation();
    event.preventDefault();
    if (event.key === 'Escape') this.naming = -1;
    else (event.target as HTMLElement).blur();
  }

  #named(index: number, text: string): void {
    if (this.naming !== index) return;
    this.naming = -1;
    const name = text.trim();
    if (name && name !== this.doc.program.voices[index]?.name)
      this.doc.edit(msg('Change the name'), changeVoice(index, { name }));
  }

  #activate(index: number): void {
    if (this.doc.state.voice !== index) this.doc.select(index);
  }
}

const phaseColours = ['#7c9cff', '#b07cff', '#3fc1c9', '#e0b040', '#ff8a7a', '#7fc97f'];

/** A colour for a new phase that differs from its neighbour's. */
export const nextColour = (index: number): string => phaseColours[index % phaseColours.length] as string;

declare global {
  interface GlobalEventHandlersEventMap {
    'lane-say': LaneSayEvent;
    'phase-chosen': PhaseChosenEvent;
  }
}
