import { msg, str } from '@lit/localize';
import { css, html, nothing, type PropertyDeclarations, type TemplateResult } from 'lit';
import '../../elements/curve/nes-curve.ts';
import type { Program } from '@nes/program/model.ts';
import { base } from '../../styles/base.ts';
import { DocumentElement } from './document-element.ts';
import { preciseClock } from './words.ts';

/** How near the pointer has to be to an end of the window to take that end, in pixels. */
const REACH = 6;

/** The whole program, small, with the window that the lanes show. It is there while they do not show all of it. */
export class Overview extends DocumentElement {
  static override styles = [
    base,
    css`
      :host {
        display: block;
        min-width: 0;
      }
      .strip {
        position: relative;
        height: 2.5rem;
        border-top: 1px solid var(--line);
        overflow: hidden;
        touch-action: none;
        cursor: pointer;
      }
      nes-curve {
        position: absolute;
        inset: 0;
        height: 100%;
        pointer-events: none;
      }
      .window {
        position: absolute;
        inset-block: 0;
        min-width: 4px;
        border: 1px solid var(--text);
        border-radius: 4px;
        /* What is not seen is dimmed. */
        box-shadow: 0 0 0 100vmax color-mix(in oklab, var(--ink) 65%, transparent);
        cursor: grab;
      }
      .strip.end,
      .strip.end .window {
        cursor: ew-resize;
      }
      .strip:focus-visible {
        outline: 2px solid var(--accent);
        outline-offset: -2px;
      }
    `,
  ];

  static override properties: PropertyDeclarations = {
    program: { state: true },
  };

  /** What is drawn: while something is dragged in the lanes, the program as it was before. */
  declare protected program: Program | null;

  /** What the pointer holds: an end of the window, or the window at so many seconds from its start. */
  #held: { pointer: number; end: 'from' | 'to' | null; offset: number } | null = null;

  constructor() {
    super();
    this.program = null;
  }

  protected override willUpdate(changed: Map<PropertyKey, unknown>): void {
    super.willUpdate(changed);
    if (this.doc && !this.doc.gesturing) this.program = this.doc.program;
  }

  protected override readonly docChanged = (): void => {
    if (!this.doc.gesturing) this.requestUpdate();
  };

  get #duration(): number {
    return this.doc.program.durationSeconds;
  }

  #secondsAt(event: PointerEvent): number {
    const box = (event.currentTarget as HTMLElement).getBoundingClientRect();
    return ((event.clientX - box.left) / box.width) * this.#duration;
  }

  /** The end of the window under the pointer, if any. */
  #endAt(event: PointerEvent): 'from' | 'to' | null {
    const { width } = (event.currentTarget as HTMLElement).getBoundingClientRect();
    const near = (REACH / width) * this.#duration;
    const seconds = this.#secondsAt(event);
    const { from, to } = this.view;
    // A narrow window can be moved in any case: its ends are then taken from outside.
    const within = Math.min(near, (to - from) / 4);
    if (seconds > from - near && seconds < from + within) return 'from';
    if (seconds < to + near && seconds > to - within) return 'to';
    return null;
  }

  #down = (event: PointerEvent): void => {
    if (event.button !== 0) return;
    (event.currentTarget as HTMLElement).setPointerCapture(event.pointerId);
    const seconds = this.#secondsAt(event);
    const end = this.#endAt(event);
    const { from, to } = this.view;
    const span = to - from;
    const offset = seconds >= from && seconds <= to ? seconds - from : span / 2;
    this.#held = { pointer: event.pointerId, end, offset };
    if (end === null) this.view.show(seconds - offset, seconds - offset + span);
  };

  #move = (event: PointerEvent): void => {
    const held = this.#held;
    if (held?.pointer !== event.pointerId) {
      this.renderRoot.querySelector('.strip')?.classList.toggle('end', this.#endAt(event) !== null);
      return;
    }
    const seconds = Math.min(this.#duration, Math.max(0, this.#secondsAt(event)));
    const { from, to } = this.view;
    if (held.end === 'from') this.view.show(Math.min(seconds, to - this.#least), to);
    else if (held.end === 'to') this.view.show(from, Math.max(seconds, from + this.#least));
    else this.view.show(seconds - held.offset, seconds - held.offset + to - from);
  };

  /** The view's own shortest span would move the other end. */
  get #least(): number {
    return Math.min(1, this.#duration);
  }

  #up = (): void => {
    this.#held = null;
  };

  #key = (event: KeyboardEvent): void => {
    const { from, to } = this.view;
    const span = to - from;
    const by: Record<string, number> = {
      ArrowLeft: -span / 10,
      ArrowRight: span / 10,
      PageUp: -span,
      PageDown: span,
      Home: Number.NEGATIVE_INFINITY,
      End: Number.POSITIVE_INFINITY,
    };
    const step = by[event.key];
    if (step === undefined) return;
    event.preventDefault();
    if (Number.isFinite(step)) this.view.pan(step);
    else if (step < 0) this.view.show(0, span);
    else this.view.show(this.#duration - span, this.#duration);
  };

  protected override render(): TemplateResult | typeof nothing {
    const { view, program } = this;
    if (!program || view.fits) return nothing;
    const duration = this.#duration;
    const from = Math.max(0, view.from);
    const to = Math.min(duration, view.to);
    const room = Math.max(1, Math.round(duration - (to - from)));
    return html`<div
      class="strip"
      role="slider"
      tabindex="0"
      aria-orientation="horizontal"
      aria-label=${msg('What of the program is seen')}
      aria-valuemin="0"
      aria-valuemax=${room}
      aria-valuenow=${Math.min(room, Math.round(from))}
      aria-valuetext=${msg(str`${preciseClock(from)} to ${preciseClock(to)}`)}
      @pointerdown=${this.#down}
      @pointermove=${this.#move}
      @pointerup=${this.#up}
      @pointercancel=${this.#up}
      @keydown=${this.#key}
    >
      <nes-curve aria-hidden="true" .program=${program}></nes-curve>
      <div
        class="window"
        .style=${`inset-inline-start: ${(100 * from) / duration}%; width: ${(100 * (to - from)) / duration}%`}
      ></div>
    </div>`;
  }
}
