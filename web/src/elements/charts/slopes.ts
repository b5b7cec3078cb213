import { msg, str } from '@lit/localize';
import { css, html, nothing, svg, type TemplateResult } from 'lit';
import { base, controls } from '../../styles/base.ts';
import { NesElement } from '../element.ts';
import { date, isOne, number, signed } from '../format.ts';

/** One session's answers on a scale of 0 to 10. */
export interface Slope {
  day: string;
  before: number;
  after: number;
}

const width = 180;
const height = 132;
const side = 26;
const top = 8;

/** Lines from before to after, one a session, the mean in bold. With a sentence and a table. See `nes-slopes.ts`. */
export class Slopes extends NesElement {
  static override properties = { label: {}, slopes: { attribute: false } };

  static override styles = [
    base,
    controls,
    css`
      :host {
        display: block;
      }
      svg {
        direction: ltr;
        display: block;
        width: 100%;
        max-width: 22rem;
      }
      line {
        stroke: var(--quiet);
        stroke-width: 1;
        opacity: 0.42;
      }
      .rail {
        stroke: var(--line);
        opacity: 1;
      }
      .mean {
        stroke: var(--accent);
        stroke-width: 3;
        opacity: 1;
      }
      circle {
        fill: var(--accent);
      }
      text {
        font-family: var(--font);
        font-size: 11px;
        fill: var(--quiet);
        font-variant-numeric: tabular-nums;
      }
      .end {
        text-anchor: end;
      }
      .value {
        fill: var(--text);
        font-weight: 560;
      }
    `,
  ];

  declare label: string;
  declare slopes: readonly Slope[];

  constructor() {
    super();
    this.label = '';
    this.slopes = [];
  }

  get sentence(): string {
    const { slopes, label } = this;
    if (slopes.length === 0) return msg(str`${label}: not rated before and after yet.`);
    const change = slopes.reduce((sum, { before, after }) => sum + after - before, 0) / slopes.length;
    const up = slopes.filter(({ before, after }) => after > before).length;
    if (isOne(slopes.length))
      return msg(str`${label}: ${signed(change)} in ${slopes.length} session, too few to tell.`);
    if (slopes.length < 3) return msg(str`${label}: ${signed(change)} in ${slopes.length} sessions, too few to tell.`);
    return msg(str`${label} changed by ${signed(change)} on average; it rose in ${up} of ${slopes.length} sessions.`);
  }

  protected override render(): TemplateResult {
    const { slopes } = this;
    const y = (value: number): number => top + (1 - value / 10) * (height - top - 26);
    const right = width - side;
    const mean = (name: 'before' | 'after'): number =>
      slopes.reduce((sum, slope) => sum + slope[name], 0) / Math.max(1, slopes.length);
    return html`<h3>${this.label}</h3>
      <svg viewBox="0 0 ${width} ${height}" role="img" aria-label=${this.sentence}>
        <line class="rail" x1=${side} x2=${side} y1=${y(10)} y2=${y(0)}></line>
        <line class="rail" x1=${right} x2=${right} y1=${y(10)} y2=${y(0)}></line>
        ${slopes.map(({ before, after }) => svg`<line x1=${side} x2=${right} y1=${y(before)} y2=${y(after)}></line>`)}
        ${
          slopes.length > 0
            ? svg`<line class="mean" x1=${side} x2=${right} y1=${y(mean('before'))} y2=${y(mean('after'))}></line>
                <circle cx=${side} cy=${y(mean('before'))} r="4"></circle>
                <circle cx=${right} cy=${y(mean('after'))} r="4"></circle>
                <text class="value end" x=${side - 7} y=${y(mean('before')) + 4}>${number(mean('before'), 1)}</text>
                <text class="value" x=${right + 7} y=${y(mean('after')) + 4}>${number(mean('after'), 1)}</text>`
            : nothing
        }
        <text x=${side - 14} y=${height - 6}>${msg('before')}</text>
        <text class="end" x=${right + 14} y=${height - 6}>${msg('after')}</text>
      </svg>
      <p class="quiet small">${this.sentence}</p>
      ${
        slopes.length > 0
          ? html`<details>
              <summary class="small">${msg('As a table')}</summary>
              <table>
                <thead>
                  <tr>
                    <th scope="col">${msg('Day')}</th>
                    <th scope="col">${msg('before')}</th>
                    <th scope="col">${msg('after')}</th>
                  </tr>
                </thead>
                <tbody>
                  ${slopes.map(
                    (slope) => html`<tr>
                      <td>${date(slope.day)}</td>
                      <td>${slope.before}</td>
                      <td>${slope.after}</td>
                    </tr>`,
                  )}
                </tbody>
              </table>
            </details>`
          : nothing
      }`;
  }
}
