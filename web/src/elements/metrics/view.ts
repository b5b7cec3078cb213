import { msg } from '@lit/localize';
import { css, html, nothing, type TemplateResult } from 'lit';
import '../charts/nes-heat-map.ts';
import { duration, number } from '../format.ts';
import type { ProtocolCount } from '../source.ts';
import { type Days, streakOf } from './days.ts';

export const styles = css`
  dl {
    display: grid;
    grid-template-columns: repeat(auto-fit, minmax(110px, 1fr));
    gap: var(--space-3) var(--space-5);
  }
  dl > div {
    display: flex;
    flex-direction: column-reverse;
  }
  dd {
    font-size: var(--size-4);
    font-weight: 300;
    line-height: 1.2;
    letter-spacing: -0.02em;
    white-space: nowrap;
  }
  @media print {
    button {
      display: none;
    }
  }
`;

/** Days as figures and as a year; `forget` where they are kept here. */
export function figures(days: Days, sessions: number, forget: (() => void) | null): TemplateResult {
  const seconds = [...days.values()].reduce((sum, one) => sum + one, 0);
  return html`<dl class="figures" part="figures">
      ${figure(msg('listened'), duration(seconds))} ${figure(msg('sessions'), number(sessions))}
      ${figure(msg('days in a row'), number(streakOf(days)))}
    </dl>
    <nes-heat-map part="days" .days=${days}></nes-heat-map>
    ${
      forget && seconds > 0
        ? html`<p class="quiet small">
            ${msg('Kept in this browser only.')}
            <button class="link" @click=${forget}>${msg('Forget it')}</button>
          </p>`
        : nothing
    }`;
}

/** What everybody made of one protocol. */
export function counts({ listenerCount, ratingCount, ratingAverage }: ProtocolCount): TemplateResult {
  return html`<dl class="figures" part="figures">
    ${figure(msg('listeners'), number(listenerCount))}
    ${figure(msg('mean of 1 to 5 stars'), ratingAverage === null ? '–' : number(ratingAverage, 1))}
    ${figure(msg('ratings'), number(ratingCount))}
  </dl>`;
}

const figure = (name: string, value: string): TemplateResult => html`<div>
  <dt class="quiet small">${name}</dt>
  <dd>${value}</dd>
</div>`;
