import { msg, str } from '@lit/localize';
import { css, html, svg } from 'lit';
import { define } from '../../elements/define.ts';
import { NesElement } from '../../elements/element.ts';
import { number } from '../../elements/format.ts';
import { base, controls } from '../../styles/base.ts';

export interface Point {
  period: number;
  value: number;
  beat: boolean;
}

const width = 640;
const height = 220;
const edge = 16;

/** Every measured session of a trial as it was, with the mean of each arm. Full dots are the beat, rings the control. */
export class PointsChart extends NesElement {
  static override styles = [
    base,
    controls,
    css`
      svg {
        direction: ltr;
        display: block;
        width: 100%;
        height: auto;
      }
      .beat {
        fill: var(--accent);
        stroke: var(--accent);
      }
      text {
        fill: var(--quiet);
        font-size: 11px;
      }
      .control {
        fill: none;
        stroke: var(--text);
      }
      line.control {
        stroke-dasharray: 6 5;
      }
      circle,
      line {
        stroke-width: 2;
        vector-effect: non-scaling-stroke;
      }
      table {
        width: 100%;
      }
    `,
  ];

  static override properties = { points: { attribute: false }, periods: { type: Number } };

  declare points: readonly Point[];
  declare periods: number;

  constructor() {
    super();
    this.points = [];
    this.periods = 1;
  }

  override render() {
    const values = this.points.map(({ value }) => value);
    const [low, high] = [Math.min(...values), Math.max(...values)];
    const span = high - low || 1;
    const x = (period: number) => edge + ((period - 0.5) / this.periods) * (width - 2 * edge);
    const y = (value: number) => height - edge - ((value - low) / span) * (height - 2 * edge);
    const mean = (beat: boolean) => {
      const own = this.points.filter((point) => point.beat === beat);
      return own.reduce((sum, { value }) => sum + value, 0) / own.length;
    };
    const [withBeat, without] = [mean(true), mean(false)];
    const line = (value: number, name: string) =>
      Number.isNaN(value)
        ? null
        : svg`<line class=${name} x1=${edge} x2=${width - edge} y1=${y(value)} y2=${y(value)} />`;
    return html`
      <figure>
        <svg viewBox="0 0 ${width} ${height}" role="img" aria-labelledby="says">
          <text x="0" y="11">${number(high, 1)}</text>
          <text x="0" y=${height - 2}>${number(low, 1)}</text>
          ${line(withBeat, 'beat')} ${line(without, 'control')}
          ${this.points.map(
            ({ period, value, beat }) =>
              svg`<circle class=${beat ? 'beat' : 'control'} cx=${x(period)} cy=${y(value)} r="4.5" />`,
          )}
        </svg>
        <figcaption id="says" class="quiet small figures">
          ${msg(str`Each dot is a session. Full dots and the full line: with the beat, mean ${number(withBeat, 2)}. Rings and the broken line: without, mean ${number(without, 2)}.`)}
        </figcaption>
      </figure>
      <details>
        <summary>${msg('As a table')}</summary>
        <table>
          <thead>
            <tr>
              <th scope="col">${msg('Session')}</th>
              <th scope="col">${msg('What it was')}</th>
              <th scope="col">${msg('Value')}</th>
            </tr>
          </thead>
          <tbody class="figures">
            ${this.points.map(
              ({ period, value, beat }) => html`<tr>
                <td>${period}</td>
                <td>${beat ? msg('with the beat') : msg('without the beat')}</td>
                <td>${number(value, 2)}</td>
              </tr>`,
            )}
          </tbody>
        </table>
      </details>
    `;
  }
}

define('nes-trial-points', PointsChart);
