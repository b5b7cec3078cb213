import { msg, str } from '@lit/localize';
import { html, nothing, type TemplateResult } from 'lit';
import type { Tuning } from '../../eeg/tuning.ts';
import { hertz, number, percent } from '../../elements/format.ts';

/** The experiment's answer: where each electrode's response was largest. Loaded with what computes it. */
export function tunedView(tuned: readonly Tuning[]): TemplateResult {
  // A largest of nothing would be chance alone.
  const shown = tuned.filter(({ seen }) => seen);
  const unseen = tuned.filter(({ seen }) => !seen).map(({ channel }) => channel);
  return html`<h2>${msg('An experiment: where was the response largest?')}</h2>
    ${shown.map(
      ({ channel, rates, largestHz, share, delay }) => html`<table>
        <caption>
          ${channel}: ${msg(str`largest at ${hertz(largestHz, 1)}; there too in ${percent(share)} of resampled measurements`)}
        </caption>
        <thead>
          <tr>
            <th scope="col">${msg('Beat')}</th>
            <th scope="col">${msg('Response')}</th>
          </tr>
        </thead>
        <tbody>
          ${rates.map((one) => html`<tr><td>${hertz(one.rateHz, 1)}</td><td>${number(one.microvolts, 2)} ± ${number(one.errorMicrovolts, 2)} µV</td></tr>`)}
        </tbody>
        ${
          delay
            ? html`<tfoot>
                <tr>
                  <th scope="row">${msg('Delay')}</th>
                  <td>${number(delay.milliseconds)} ± ${number(delay.errorMilliseconds)} ms</td>
                </tr>
              </tfoot>`
            : nothing
        }
      </table>`,
    )}
    ${unseen.length > 0 ? html`<p>${msg(str`No response was seen at ${unseen.join(', ')}.`)}</p>` : nothing}
    ${shown.some(({ delay }) => delay) ? html`<p class="quiet small">${msg('The delay holds that of the wireless link. Do the same with the earphones away from the ears: a response comes tens of milliseconds later than pick-up.')}</p>` : nothing}`;
}
