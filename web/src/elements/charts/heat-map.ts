import { msg, str } from '@lit/localize';
import { css, html, svg, type TemplateResult } from 'lit';
import { base, controls } from '../../styles/base.ts';
import { NesElement } from '../element.ts';
import { date, duration, isOne, number } from '../format.ts';

const cell = 12;
const gap = 3;
const left = 30;
const head = 18;

const dayName = (day: Date): string => day.toLocaleDateString('sv');

/** A year of days as a field of squares: the more seconds, the brighter. With a sentence and a table. See `nes-heat-map.ts`. */
export class HeatMap extends NesElement {
  static override properties = {
    days: { attribute: false },
    until: {},
    reading: { state: true },
  };

  static override styles = [
    base,
    controls,
    css`
      :host {
        display: block;
      }
      .scroll {
        overflow-x: auto;
        direction: rtl;
      }
      svg.map {
        display: block;
        direction: ltr;
        width: 100%;
        /* Not rem: on somebody else's page that is anything. */
        min-width: 736px;
      }
      rect {
        fill: var(--line);
        opacity: 0.55;
      }
      .l1,
      .l2,
      .l3,
      .l4 {
        fill: var(--accent);
        opacity: 0.3;
      }
      .l2 {
        opacity: 0.5;
      }
      .l3 {
        opacity: 0.75;
      }
      .l4 {
        opacity: 1;
      }
      .chosen {
        stroke: var(--text);
        stroke-width: 1.5;
      }
      text {
        font-family: var(--font);
        font-size: 10px;
        fill: var(--quiet);
      }
      .foot {
        display: flex;
        flex-wrap: wrap;
        justify-content: space-between;
        gap: var(--space-2) var(--space-5);
        padding-top: var(--space-3);
      }
    `,
  ];

  /** Seconds heard by day (YYYY-MM-DD). A day that is missing has none. */
  declare days: ReadonlyMap<string, number>;
  /** The last day shown, YYYY-MM-DD. */
  declare until: string;
  declare protected reading: string | null;

  constructor() {
    super();
    this.days = new Map();
    this.until = '';
    this.reading = null;
  }

  protected override render(): TemplateResult {
    const last = new Date(`${this.until || dayName(new Date())}T12:00:00`);
    const weekday = (last.getDay() + 6) % 7;
    const weeks = 53;
    const first = new Date(last);
    first.setDate(last.getDate() - (weeks - 1) * 7 - weekday);
    const cells: TemplateResult[] = [];
    const months: TemplateResult[] = [];
    const longest = Math.max(1800, ...this.days.values());
    let month = -1;
    for (let index = 0; index < weeks * 7; index++) {
      const day = new Date(first);
      day.setDate(first.getDate() + index);
      if (day > last) break;
      const week = Math.floor(index / 7);
      const x = left + week * (cell + gap);
      if (day.getMonth() !== month && day.getDate() <= 7 && index % 7 === 0) {
        month = day.getMonth();
        months.push(svg`<text x=${x} y="10">${date(day.toISOString(), { month: 'short' })}</text>`);
      }
      const name = dayName(day);
      const seconds = this.days.get(name) ?? 0;
      const level = seconds <= 0 ? 0 : Math.max(1, Math.ceil((seconds / longest) * 4));
      cells.push(
        svg`<rect class="l${level} ${this.reading === name ? 'chosen' : ''}" data-day=${name} x=${x} y=${head + (index % 7) * (cell + gap)} width=${cell} height=${cell} rx="3"></rect>`,
      );
    }
    const monday = new Date('2024-01-01T12:00:00');
    const heard = [...this.days].filter(([, seconds]) => seconds > 0).sort(([a], [b]) => b.localeCompare(a));
    return html`<div class="scroll" role="img" aria-label=${this.sentence} tabindex="0">
        <svg
          class="map"
          viewBox="0 0 ${left + weeks * (cell + gap)} ${head + 7 * (cell + gap)}"
          aria-hidden="true"
          @pointermove=${this.#read}
          @pointerleave=${() => {
            this.reading = null;
          }}
        >
          ${months}
          ${[0, 2, 4].map((row) => {
            const day = new Date(monday);
            day.setDate(monday.getDate() + row);
            return svg`<text x="0" y=${head + row * (cell + gap) + 10}>${date(day.toISOString(), { weekday: 'short' })}</text>`;
          })}
          ${cells}
        </svg>
      </div>
      <div class="foot">
        <p class="quiet figures">
          ${this.reading ? `${date(`${this.reading}T12:00:00`, { dateStyle: 'full' })}: ${duration(this.days.get(this.reading) ?? 0)}` : this.sentence}
        </p>
      </div>
      <details>
        <summary>${msg('As a table')}</summary>
        <table>
          <thead>
            <tr>
              <th scope="col">${msg('Day')}</th>
              <th scope="col">${msg('Heard')}</th>
            </tr>
          </thead>
          <tbody>
            ${heard.map(
              ([day, seconds]) => html`<tr>
                <td>${date(`${day}T12:00:00`)}</td>
                <td>${duration(seconds)}</td>
              </tr>`,
            )}
          </tbody>
        </table>
      </details>`;
  }

  /** What the field shows, in one sentence. */
  get sentence(): string {
    const heard = [...this.days.values()].filter((seconds) => seconds > 0);
    if (heard.length === 0) return msg('Nothing was heard in this year yet.');
    const total = heard.reduce((sum, seconds) => sum + seconds, 0);
    if (isOne(heard.length)) return msg(str`Heard on ${heard.length} day, ${duration(total)}.`);
    return msg(
      str`Heard on ${number(heard.length)} days, ${duration(total)} in all, ${duration(total / heard.length)} on such a day.`,
    );
  }

  #read(event: PointerEvent): void {
    this.reading = (event.target as Element).getAttribute('data-day');
  }
}
