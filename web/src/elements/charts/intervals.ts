import { msg, str } from '@lit/localize';
import { css, html, nothing, svg, type TemplateResult } from 'lit';
import { base, controls } from '../../styles/base.ts';
import { NesElement } from '../element.ts';
import { isOne, number, signed } from '../format.ts';

/** A mean with its 95 % interval; both ends are null where there are too few sessions. */
export interface Interval {
  sessions: number;
  mean: number | null;
  low: number | null;
  high: number | null;
}

/** One protocol on one scale, and its control on the same scale where it was rated. */
export interface Comparison extends Interval {
  title: string;
  control: Interval | null;
}

/** Fewest sessions for an interval; the API's own rule. */
const enough = 3;

/** Protocols as means with their intervals, each above its control. With sentences and a table. See `nes-intervals.ts`. */
export class Intervals extends NesElement {
  static override properties = {
    comparisons: { attribute: false },
    from: { type: Number },
    to: { type: Number },
    width: { state: true },
  };

  static override styles = [
    base,
    controls,
    css`
      :host {
        display: block;
      }
      li {
        display: grid;
        grid-template-columns: minmax(8rem, 16rem) minmax(0, 1fr);
        gap: var(--space-1) var(--space-5);
        align-items: center;
        padding: var(--space-3) 0;
        border-top: 1px solid var(--line);
      }
      .said {
        grid-column: 2;
      }
      svg {
        direction: ltr;
        display: block;
        width: 100%;
        height: 3.25rem;
      }
      .rail,
      .zero {
        stroke: var(--line);
      }
      .zero {
        stroke: var(--edge);
        stroke-dasharray: 2 3;
      }
      .span {
        stroke: var(--accent);
        stroke-width: 3;
        stroke-linecap: round;
      }
      .mean {
        fill: var(--accent);
      }
      .control.span {
        stroke: var(--control);
      }
      .control.mean {
        fill: var(--control);
      }
      text {
        font-family: var(--font);
        font-size: 11px;
        fill: var(--quiet);
        font-variant-numeric: tabular-nums;
      }
      @media (width < 40rem) {
        li {
          grid-template-columns: minmax(0, 1fr);
        }
        .said {
          grid-column: 1;
        }
      }
    `,
  ];

  declare comparisons: readonly Comparison[];
  /** Ends of the scale. */
  declare from: number;
  declare to: number;
  declare protected width: number;
  #observer: ResizeObserver | undefined;

  constructor() {
    super();
    this.comparisons = [];
    this.from = -10;
    this.to = 10;
    this.width = 0;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#observer = new ResizeObserver(([entry]) => {
      const all = entry?.contentRect.width ?? 0;
      // The names' column and the gap beside it; see the grid of a row.
      this.width = Math.max(120, Math.round(all < 640 ? all : all - Math.min(256, Math.max(128, all * 0.3)) - 24));
    });
    this.#observer.observe(this);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#observer?.disconnect();
  }

  #value(value: number): string {
    return this.from < 0 ? signed(value) : number(value, 1);
  }

  /** What one row says, honestly: without an interval nothing is claimed, and overlapping ones decide nothing. */
  said(one: Comparison): string {
    if (one.mean === null || one.low === null || one.high === null) {
      return isOne(one.sessions)
        ? msg(str`${one.sessions} session: too few to tell, ${enough} are needed.`)
        : msg(str`${one.sessions} sessions: too few to tell, ${enough} are needed.`);
    }
    const own = msg(
      str`${this.#value(one.mean)} on average over ${one.sessions} sessions, likely between ${this.#value(one.low)} and ${this.#value(one.high)}.`,
    );
    const { control } = one;
    if (!control || control.mean === null) return `${own} ${msg('Its control was not rated yet.')}`;
    if (control.low === null || control.high === null)
      return `${own} ${msg('Its control has too few sessions to compare.')}`;
    if (one.low > control.high) return `${own} ${msg('More than without the beat.')}`;
    if (one.high < control.low) return `${own} ${msg('Less than without the beat.')}`;
    return `${own} ${msg('Not told apart from the same sound without a beat.')}`;
  }

  protected override render(): TemplateResult {
    return html`<ul role="list">
        ${this.comparisons.map(
          (one) => html`<li>
            <h3>${one.title}</h3>
            ${this.#drawing(one)}
            <p class="said quiet small figures">${this.said(one)}</p>
          </li>`,
        )}
      </ul>
      <details>
        <summary>${msg('As a table')}</summary>
        <table>
          <thead>
            <tr>
              <th scope="col">${msg('Protocol')}</th>
              <th scope="col">${msg('Sessions')}</th>
              <th scope="col">${msg('Mean')}</th>
              <th scope="col">${msg('95 % interval')}</th>
              <th scope="col">${msg('Control')}</th>
            </tr>
          </thead>
          <tbody>
            ${this.comparisons.map(
              (one) => html`<tr>
                <td>${one.title}</td>
                <td>${one.sessions}</td>
                <td>${one.mean === null ? '–' : this.#value(one.mean)}</td>
                <td>${one.low === null || one.high === null ? '–' : `${this.#value(one.low)} … ${this.#value(one.high)}`}</td>
                <td>${one.control?.mean === null || !one.control ? '–' : this.#value(one.control.mean)}</td>
              </tr>`,
            )}
          </tbody>
        </table>
      </details>`;
  }

  #drawing(one: Comparison): TemplateResult {
    const { width, from, to } = this;
    const x = (value: number): number => 8 + ((value - from) / (to - from)) * (width - 16);
    const mark = (interval: Interval, y: number, kind: string): TemplateResult | typeof nothing =>
      interval.mean === null
        ? nothing
        : svg`${
            interval.low !== null && interval.high !== null
              ? svg`<line class="span ${kind}" x1=${x(Math.max(from, interval.low))} x2=${x(Math.min(to, interval.high))} y1=${y} y2=${y}></line>`
              : nothing
          }<circle class="mean ${kind}" cx=${x(interval.mean)} cy=${y} r="5"></circle>`;
    return html`<svg viewBox="0 0 ${width} 52" preserveAspectRatio="none" role="img" aria-label="${one.title}: ${this.said(one)}">
      <line class="rail" x1="8" x2=${width - 8} y1="40" y2="40"></line>
      ${from < 0 ? svg`<line class="zero" x1=${x(0)} x2=${x(0)} y1="2" y2="40"></line>` : nothing}
      ${mark(one, 14, '')} ${one.control ? mark(one.control, 28, 'control') : nothing}
      <text x="4" y="51">${this.#value(from)}</text>
      <text x=${width - 4} y="51" text-anchor="end">${this.#value(to)}</text>
    </svg>`;
  }
}
