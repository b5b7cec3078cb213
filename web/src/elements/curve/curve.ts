import { msg, str } from '@lit/localize';
import type { Program } from '@nes/program/model.ts';
import { dominantBeat } from '@nes/program/values.ts';
import { html, type PropertyValues, svg, type TemplateResult } from 'lit';
import { bandName, bandOf, bands } from '../bands.ts';
import { NesElement } from '../element.ts';
import { clock, hertz, spokenDuration } from '../format.ts';
import { styles } from './curve.styles.ts';
import { NesSeekEvent } from './events.ts';
import { type Axis, axisOf, type Drawing, draw, yOf } from './geometry.ts';

/** Height of the line with the chapters' names, in pixels. */
const chapterLine = 26;

/** Mean advance of the type at 12 px, for cutting names that do not fit. */
const letterWidth = 6.4;

const waiting = new Map<Curve, () => void>();
let channel: MessageChannel | undefined;

function drawNext(): void {
  const first = waiting.entries().next().value;
  if (!first) return;
  waiting.delete(first[0]);
  first[1]();
  if (waiting.size > 0) channel?.port2.postMessage(null);
}

/** Draws one curve at a time, each in a piece of work of its own: a page full of them stays quick to the touch. */
function inTurn(curve: Curve, draw: () => void): void {
  if (!channel) {
    channel = new MessageChannel();
    channel.port1.onmessage = drawNext;
  }
  if (waiting.size === 0) channel.port2.postMessage(null);
  waiting.set(curve, draw);
}

/**
 * Draws a program by what it does: beat over time on a logarithmic axis, width by level, colour by band, texture by kind.
 * See `nes-curve.ts` for the public definition.
 */
export class Curve extends NesElement {
  static override styles = styles;

  static override properties = {
    program: { attribute: false },
    position: { type: Number },
    mode: { reflect: true },
    chapters: { type: Boolean, reflect: true },
    scale: { type: Boolean, reflect: true },
    label: {},
    width: { state: true },
    height: { state: true },
    reading: { state: true },
  };

  declare program: Program | null;
  declare position: number | null;
  declare mode: 'picture' | 'read' | 'seek';
  declare chapters: boolean;
  declare scale: boolean;
  declare label: string;
  declare protected width: number;
  declare protected height: number;
  /** Second under the pointer, or where the keyboard reads; null for nowhere. */
  declare protected reading: number | null;

  #observer: ResizeObserver | undefined;
  #drawing: Drawing | null = null;
  /** Pixels that a letter of a chapter's name takes, with what a person sets between letters. */
  #letterWidth = letterWidth;
  #axis: Axis | null = null;
  #pictures: TemplateResult | null = null;
  #dragging = false;

  constructor() {
    super();
    this.program = null;
    this.position = null;
    this.mode = 'picture';
    this.chapters = false;
    this.scale = false;
    this.label = '';
    this.width = 0;
    this.height = 0;
    this.reading = null;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#observer = new ResizeObserver(([entry]) => {
      if (!entry) return;
      const { width, height } = entry.contentRect;
      inTurn(this, () => {
        this.width = Math.round(width);
        this.height = Math.round(height);
      });
    });
    this.#observer.observe(this);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#observer?.disconnect();
    waiting.delete(this);
  }

  protected override willUpdate(changed: PropertyValues): void {
    if (!['program', 'width', 'height', 'chapters', 'scale'].some((name) => changed.has(name))) return;
    const height = this.height - (this.chapters ? chapterLine : 0);
    if (!this.program || this.width < 8 || height < 8) {
      this.#drawing = null;
      return;
    }
    this.#drawing = draw(this.program, this.width, height);
    // Some people space all text out.
    this.#letterWidth = letterWidth + (Number.parseFloat(getComputedStyle(this).letterSpacing) || 0);
    this.#axis = axisOf(this.program);
    this.#pictures = this.#picture(this.#drawing);
  }

  /** The drawing of now; null until the element has a size. */
  get drawing(): Drawing | null {
    return this.#drawing;
  }

  #picture(drawing: Drawing): TemplateResult {
    return svg`
      ${drawing.strands.map(({ band, ground }) => (ground ? svg`<path class="ground-${band}" d=${ground}></path>` : ''))}
      ${drawing.beds.map((path) => svg`<path class="bed" d=${path}></path>`)}
      ${drawing.specks ? svg`<path class="speck" d=${drawing.specks}></path>` : ''}
      ${drawing.bells ? svg`<path class="bell" d=${drawing.bells}></path>` : ''}
      ${drawing.strands.map(
        ({ band, texture, leading, path }) =>
          svg`<path class="${band} ${texture} ${leading ? 'leading' : 'under'}" d=${path}></path>`,
      )}`;
  }

  protected override render(): TemplateResult {
    const label = this.label || (this.program ? sentence(this.program) : '');
    const content = this.#svg();
    if (this.mode === 'picture' || !this.program) {
      return html`<div class="surface" part="surface" role="img" aria-label=${label}>${content}</div>`;
    }
    const now = this.mode === 'seek' ? (this.position ?? 0) : (this.reading ?? 0);
    return html`<div
      class="surface"
      part="surface"
      role="slider"
      tabindex="0"
      aria-label=${label}
      aria-orientation="horizontal"
      aria-valuemin="0"
      aria-valuemax=${Math.round(this.program.durationSeconds)}
      aria-valuenow=${Math.round(now)}
      aria-valuetext=${this.#spoken(now)}
      @keydown=${this.#key}
      @pointerdown=${this.#down}
      @pointermove=${this.#move}
      @pointerup=${this.#up}
      @pointercancel=${this.#leave}
      @pointerleave=${this.#leave}
      @blur=${this.#leave}
    >
      ${content}
    </div>`;
  }

  #svg(): TemplateResult {
    const drawing = this.#drawing;
    if (!drawing) return html``;
    const { width, height } = drawing;
    const duration = this.program?.durationSeconds ?? 1;
    const heard = this.position === null ? null : Math.min(1, Math.max(0, this.position / duration)) * width;
    const full = this.height;
    return html`<svg aria-hidden="true" viewBox="0 0 ${width} ${full}" preserveAspectRatio="none">
      <defs>
        <linearGradient id="bed" x1="0" y1="0" x2="0" y2="1">
          <stop class="bed-top" offset="0"></stop>
          <stop class="bed-foot" offset="1"></stop>
        </linearGradient>
        ${bands.map(
          ({ band }) => svg`<linearGradient id=${band} gradientUnits="userSpaceOnUse" x1="0" y1="0" x2="0" y2=${height}>
            <stop class="glow ${band}" offset="0"></stop>
            <stop class="glow-end ${band}" offset="1"></stop>
          </linearGradient>`,
        )}
        ${
          heard === null
            ? ''
            : svg`<clipPath id="heard"><rect x="0" y="0" width=${heard} height=${height}></rect></clipPath>`
        }
      </defs>
      ${drawing.zones.map(
        (zone) => svg`<rect class="zone ${zone.band}" x="0" y=${zone.y} width=${width} height=${zone.height}></rect>`,
      )}
      ${
        height >= 72
          ? drawing.zones.map(
              (zone) =>
                svg`<line class="border" x1="0" x2=${width} y1=${zone.y + zone.height} y2=${zone.y + zone.height}></line>`,
            )
          : ''
      }
      ${
        this.chapters
          ? drawing.chapters
              .slice(1)
              .map(
                (chapter) => svg`<line class="chapter-line" x1=${chapter.x} x2=${chapter.x} y1="0" y2=${full}></line>`,
              )
          : ''
      }
      ${
        heard === null
          ? svg`<g>${this.#pictures}</g>`
          : svg`<g class="ahead">${this.#pictures}</g><g clip-path="url(#heard)">${this.#pictures}</g>`
      }
      ${this.scale && height >= 110 ? this.#scale(drawing) : ''} ${this.chapters ? this.#names(drawing) : ''} ${heard === null ? '' : this.#playhead(heard, height)}
      ${this.reading === null ? '' : this.#cursor(this.reading, drawing)}
    </svg>`;
  }

  #scale(drawing: Drawing): TemplateResult {
    // In a zone lower than a line of text the words of its neighbours would lie on its own.
    return svg`${drawing.zones
      .filter(({ height }) => height >= 13)
      .map(
        (zone) => svg`
        <text class="letter ${zone.band}" x="8" y=${zone.y + Math.min(zone.height - 4, 15)}>${zone.letter}</text>
        ${
          zone.band === 'delta'
            ? ''
            : svg`<text class="hz" x=${drawing.width - 8} y=${zone.y + zone.height - 4}>${{ theta: 4, alpha: 8, beta: 13, gamma: 30 }[zone.band]}</text>`
        }`,
      )}`;
  }

  #names(drawing: Drawing): TemplateResult {
    const at = this.position;
    return svg`${drawing.chapters.map((chapter) => {
      const room = Math.floor((chapter.width - 12) / this.#letterWidth);
      if (room < 3) return '';
      const name = chapter.name.length <= room ? chapter.name : `${chapter.name.slice(0, room - 1).trimEnd()}…`;
      const now = at !== null && at >= chapter.from && at < chapter.to;
      return svg`<text class="chapter-name ${now ? 'now' : ''}" x=${chapter.x + (chapter.x === 0 ? 2 : 8)} y=${this.height - 7}>${name}</text>`;
    })}`;
  }

  #playhead(x: number, height: number): TemplateResult {
    const beat = this.program && dominantBeat(this.program, this.position ?? 0);
    const y = beat && this.#axis ? yOf(beat.beatHz, this.#axis, height - Math.max(3, height * 0.1)) : height - 4;
    return svg`
      <line class="playhead" x1=${x} x2=${x} y1="0" y2=${height}></line>
      ${height >= 40 ? svg`<circle class="knob" cx=${x} cy=${y} r="5.5"></circle>` : ''}`;
  }

  #cursor(seconds: number, drawing: Drawing): TemplateResult {
    const x = (seconds / (this.program?.durationSeconds ?? 1)) * drawing.width;
    const words = this.#words(seconds);
    const width = words.length * 6.6 + 18;
    const left = Math.min(Math.max(2, x - width / 2), drawing.width - width - 2);
    return svg`
      <line class="cursor" x1=${x} x2=${x} y1="0" y2=${drawing.height}></line>
      <rect class="tag" x=${left} y="3" width=${width} height="22" rx="6"></rect>
      <text class="tag-text" text-anchor="middle" x=${left + width / 2} y="18">${words}</text>`;
  }

  /** `4:10 · 7.2 Hz θ` */
  #words(seconds: number): string {
    const beat = this.program && dominantBeat(this.program, seconds);
    return beat ? `${clock(seconds)} · ${hertz(beat.beatHz)}` : `${clock(seconds)} · ${msg('no beat')}`;
  }

  #spoken(seconds: number): string {
    const { program } = this;
    if (!program) return '';
    const beat = dominantBeat(program, seconds);
    let end = 0;
    const phase = program.phases.find((one) => {
      end += one.durationSeconds;
      return seconds < end;
    });
    const parts = [
      msg(str`${spokenDuration(seconds)} of ${spokenDuration(program.durationSeconds)}`),
      beat ? `${hertz(beat.beatHz)}, ${bandName(bandOf(beat.beatHz))}` : msg('no beat'),
    ];
    if (phase) parts.push(phase.name);
    return parts.join(', ');
  }

  #secondsAt(event: PointerEvent): number {
    const box = this.getBoundingClientRect();
    const share = (event.clientX - box.left) / box.width;
    return Math.min(1, Math.max(0, share)) * (this.program?.durationSeconds ?? 0);
  }

  #down(event: PointerEvent): void {
    if (event.button !== 0) return;
    this.#dragging = this.mode === 'seek';
    if (this.#dragging) (event.currentTarget as Element).setPointerCapture(event.pointerId);
    this.reading = this.#secondsAt(event);
  }

  #move(event: PointerEvent): void {
    this.reading = this.#secondsAt(event);
  }

  #up(event: PointerEvent): void {
    if (!this.#dragging) return;
    this.#dragging = false;
    this.#choose(this.#secondsAt(event));
    if (event.pointerType !== 'mouse') this.reading = null;
  }

  #leave(): void {
    this.#dragging = false;
    this.reading = null;
  }

  #choose(seconds: number): void {
    if (this.mode === 'seek') this.dispatchEvent(new NesSeekEvent(seconds));
  }

  #key(event: KeyboardEvent): void {
    const { program } = this;
    if (!program || event.altKey || event.ctrlKey || event.metaKey) return;
    const now = this.mode === 'seek' ? (this.position ?? 0) : (this.reading ?? 0);
    const starts = this.#drawing?.chapters.map(({ from }) => from) ?? [];
    const to = ((): number | undefined => {
      switch (event.key) {
        case 'ArrowRight':
        case 'ArrowUp':
          return now + 5;
        case 'ArrowLeft':
        case 'ArrowDown':
          return now - 5;
        case 'PageUp':
          return starts.find((start) => start > now + 0.5) ?? program.durationSeconds;
        case 'PageDown':
          return starts.findLast((start) => start < now - 2) ?? 0;
        case 'Home':
          return 0;
        case 'End':
          return program.durationSeconds;
        default:
          return undefined;
      }
    })();
    if (to === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    const seconds = Math.min(program.durationSeconds, Math.max(0, to));
    if (this.mode === 'read') this.reading = seconds;
    else this.#choose(seconds);
  }
}

/** What the drawing shows, in one sentence. */
export function sentence(program: Program): string {
  const looks = 60;
  const length = spokenDuration(program.durationSeconds);
  const beats: number[] = [];
  for (let index = 0; index <= looks; index++) {
    // At its very ends a program is silent.
    const share = Math.min(0.999, Math.max(0.001, index / looks));
    const found = dominantBeat(program, share * program.durationSeconds);
    if (found) beats.push(found.beatHz);
  }
  const [first, last] = [beats[0], beats.at(-1)];
  if (first === undefined || last === undefined) return msg(str`No beat, over ${length}.`);
  const [low, high] = [Math.min(...beats), Math.max(...beats)];
  if (high - low < 0.05) return msg(str`A steady beat of ${hertz(first)} over ${length}.`);
  return msg(
    str`Beat from ${hertz(first)} to ${hertz(last)}, between ${hertz(low)} and ${hertz(high)}, over ${length}.`,
  );
}
