import { msg, str } from '@lit/localize';
import { secondsLeft } from '@nes/program/dose.ts';
import { css, html, nothing, svg, type TemplateResult } from 'lit';
import { define } from '../../elements/define.ts';
import { Follow, NesElement } from '../../elements/element.ts';
import { date, duration, number, percent } from '../../elements/format.ts';
import { doseMeter } from '../../session/dose-meter.ts';
import { playerSession } from '../../session/session.ts';
import { base, controls } from '../../styles/base.ts';
import { CalibrateDialog } from './calibrate-dialog.ts';

define('nes-calibrate-dialog', CalibrateDialog);

export const openCalibration = (): void => {
  document.body.append(document.createElement('nes-calibrate-dialog'));
};

/** How much of the week's allowance for sound is used: a scale with its two warnings, seven days, and what the number means. */
export class LoudnessPanel extends NesElement {
  static override styles = [
    base,
    controls,
    css`
      :host {
        display: grid;
        gap: var(--space-4);
      }
      @media print {
        button,
        details {
          display: none;
        }
      }
      .reading {
        display: flex;
        flex-wrap: wrap;
        align-items: baseline;
        gap: var(--space-1) var(--space-3);
      }
      .share {
        font-size: var(--size-6);
        font-weight: 300;
        line-height: 1.1;
        letter-spacing: -0.02em;
        font-variant-numeric: tabular-nums;
      }
      svg {
        display: block;
        width: 100%;
        height: 1.25rem;
        overflow: visible;
      }
      .way {
        fill: var(--line);
      }
      .used {
        fill: var(--alpha);
      }
      .near .used {
        fill: var(--beta);
      }
      .over .used {
        fill: var(--danger);
      }
      .tick {
        stroke: var(--edge);
        stroke-width: 1.5;
        vector-effect: non-scaling-stroke;
      }
      .ends {
        container-type: inline-size;
        direction: ltr;
        position: relative;
        display: flex;
        justify-content: space-between;
        color: var(--quiet);
        font-size: var(--size--1);
        font-variant-numeric: tabular-nums;
      }
      /* Under its tick. */
      .ends .near {
        position: absolute;
        inset-inline-start: 80%;
        transform: translateX(-50%);
      }
      @container (width < 15em) {
        .ends .near {
          display: none;
        }
      }
    `,
  ];

  constructor() {
    super();
    new Follow(this, [doseMeter, playerSession]);
  }

  protected override render(): TemplateResult {
    const { share, calibrated, limitDb, days } = doseMeter;
    const level = doseMeter.levelDb(playerSession.player);
    const state = share >= 1 ? 'over' : share >= 0.8 ? 'near' : '';
    return html`
      <p class="reading">
        <span class="share">${calibrated ? nothing : '≈ '}${percent(share)}</span>
        <span class="quiet">${msg(str`of a week’s allowance (${number(limitDb)} dB for 40 hours)`)}</span>
      </p>
      <div>
        <svg class=${state} viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">
          <rect class="way" y="4" width="100" height="2"></rect>
          <rect class="used" y="2.5" width=${Math.min(100, share * 100)} height="5"></rect>
          ${[80, 100].map((x) => svg`<line class="tick" x1=${x} x2=${x} y1="0" y2="10"></line>`)}
        </svg>
        <p class="ends" aria-hidden="true"><span>0</span><span class="near">${percent(0.8)}</span><span>${percent(1)}</span></p>
      </div>
      <p class="quiet small">${this.#sentence(share)}</p>
      ${
        level === null
          ? nothing
          : html`<p class="quiet small">
              ${msg(str`Now ${number(level)} dB: at this loudness ${duration(Math.min(secondsLeft(share, level, limitDb), 168 * 3600))} are left.`)}
            </p>`
      }
      <div class="row">
        <button @click=${openCalibration}>${calibrated ? msg('Calibrate again') : msg('Calibrate')}</button>
        ${
          calibrated
            ? html`<button class="bare" @click=${() => doseMeter.forgetCalibration()}>${msg('Forget the calibration')}</button>`
            : nothing
        }
      </div>
      <details>
        <summary>${msg('Day by day')}</summary>
        <table>
          <thead>
            <tr>
              <th scope="col">${msg('Day')}</th>
              <th scope="col">${msg('Share of the week')}</th>
            </tr>
          </thead>
          <tbody>
            ${days.toReversed().map(
              ({ day, share: part }) => html`<tr>
                <td>${date(day.toISOString(), { weekday: 'long', day: 'numeric', month: 'short' })}</td>
                <td>${number(part * 100, 1)} %</td>
              </tr>`,
            )}
          </tbody>
        </table>
      </details>
    `;
  }

  #sentence(share: number): string {
    const { calibrated, calibratedAt } = doseMeter;
    if (!calibrated) {
      return msg(
        'Not calibrated: counted as if the device stood at the loudest that a player in the EU may be with its own headphones. What you really hear is nearly always less; other headphones, amplifiers and loudspeakers can be louder.',
      );
    }
    if (share >= 1) {
      return msg('More than a week’s allowance within seven days. Rest your ears, or listen much more quietly.');
    }
    if (share >= 0.8) return msg('Close to a week’s allowance. Listen more quietly, or less, for some days.');
    return msg(
      str`Listening time by loudness over seven days, as ITU-T H.870 counts it. Calibrated on ${date(calibratedAt ?? '')}; only what this application plays.`,
    );
  }
}
