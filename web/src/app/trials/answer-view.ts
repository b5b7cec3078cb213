import { msg, str } from '@lit/localize';
import type { TrialAnswer } from '@nes/trials/answer.ts';
import { armAt } from '@nes/trials/order.ts';
import { detectableEffect } from '@nes/trials/power.ts';
import { seeded } from '@nes/trials/random.ts';
import { trialBids, trialCsv } from '@nes/trials/table.ts';
import { css, html, nothing } from 'lit';
import { account } from '../../data/account.ts';
import { define } from '../../elements/define.ts';
import { NesElement } from '../../elements/element.ts';
import { number, percent, signed } from '../../elements/format.ts';
import { type LocalTrial, trials } from '../../session/trials.ts';
import { base, controls } from '../../styles/base.ts';
import { saveFile } from '../download.ts';
import { showError } from '../toast.ts';
import { type Across, across, acrossWords } from './across.ts';
import { outcomeOf } from './outcomes.ts';
import { PointsChart } from './points-chart.ts';

define('nes-trial-points', PointsChart);

/** What an ended trial says, in plain words first. */
export class AnswerView extends NesElement {
  static override styles = [
    base,
    controls,
    css`
      .lead {
        font-size: var(--size-1);
      }
      .stack {
        display: grid;
        gap: var(--space-4);
      }
      dl {
        display: grid;
        grid-template-columns: minmax(8rem, auto) minmax(0, 1fr);
        gap: var(--space-2) var(--space-4);
      }
    `,
  ];

  static override properties = { trial: { attribute: false }, sharing: { state: true }, others: { state: true } };

  declare trial: LocalTrial;
  declare sharing: boolean;
  /** What all people's trials of it say; null where nothing is shown. */
  declare others: Across | null;
  #answer: TrialAnswer | null = null;

  constructor() {
    super();
    this.sharing = false;
    this.others = null;
  }

  override willUpdate(changed: Map<string, unknown>): void {
    if (!changed.has('trial')) return;
    this.#answer = trials.answer(this.trial);
    const { protocol, plan } = this.trial;
    void across(protocol.id, plan.outcome.id).then((others) => (this.others = others));
  }

  override render() {
    const answer = this.#answer;
    const { reveal, plan, records } = this.trial;
    if (!answer || !reveal) return nothing;
    const points = records.flatMap(({ period, value }) =>
      value === null ? [] : [{ period, value, beat: armAt(reveal.order, period) === 'BEAT' }],
    );
    return html`
      <div class="stack">
        ${reveal.early ? html`<p class="lead">${msg(str`Stopped early at ${reveal.afterPeriods} of ${plan.periods} sessions. A trial that ends when somebody likes its course says less than it seems to.`)}</p>` : nothing}
        ${answer.guesses?.beatChance ? html`<p class="lead">${msg('You could tell the two apart: your guesses were better than chance. What you felt may be what you expected.')}</p>` : nothing}
        <p class="lead">${this.#finding(answer)}</p>
        ${points.length > 0 ? html`<nes-trial-points .points=${points} periods=${plan.periods}></nes-trial-points>` : nothing}
        ${answer.posterior ? html`<p>${this.#chances(answer.posterior)}</p>` : nothing}
        ${this.others ? html`<p class="quiet">${acrossWords(this.others, outcomeOf(plan.outcome.id)?.name() ?? plan.outcome.id)}</p>` : nothing}
        ${this.#details(answer)} ${this.#exports()} ${this.#share()}
      </div>
    `;
  }

  #finding(answer: TrialAnswer) {
    const { estimate, test } = answer;
    const { outcome, periods, orderRule } = this.trial.plan;
    if (!estimate || !test) return msg('There is too little to say anything.');
    const name = outcomeOf(outcome.id)?.name() ?? outcome.id;
    const { difference, low, high, deviation } = estimate;
    if (test.p <= 0.05) {
      const size = number(Math.abs(difference), 2);
      const range = `${signed(low, 2)} … ${signed(high, 2)}`;
      return difference > 0
        ? msg(str`Your data tell the two apart. With the beat, “${name}” was higher by ${size} (${range}).`)
        : msg(str`Your data tell the two apart. With the beat, “${name}” was lower by ${size} (${range}).`);
    }
    const least = detectableEffect(
      { rule: orderRule, periods, phi: Math.max(-0.9, Math.min(0.9, estimate.phi)), runs: 400 },
      seeded(this.trial.planHash),
    );
    if (least === null)
      return msg('Your data do not tell the two apart, and so few sessions could hardly have done so.');
    const size = number(least * deviation, 2);
    return msg(
      str`Your data do not tell the two apart. An effect larger than about ${size} would have shown four times in five.`,
    );
  }

  #chances({ helpful, trivial, harmful }: NonNullable<TrialAnswer['posterior']>) {
    return msg(
      str`Going by your own threshold, the chance that the beat helps you is ${percent(helpful)}, that it makes no difference that matters ${percent(trivial)}, and that it does the opposite ${percent(harmful)}.`,
    );
  }

  #details(answer: TrialAnswer) {
    const { estimate, test, d, guesses, beats, controls: without, missing } = answer;
    return html`
      <details>
        <summary>${msg('The figures')}</summary>
        <dl class="figures small">
          <dt>${msg('Sessions')}</dt>
          <dd>${msg(str`${beats} with the beat, ${without} without, missing: ${missing}`)}</dd>
          ${
            test
              ? html`<dt>${msg('Randomisation test')}</dt>
                <dd>${msg(str`p = ${number(test.p, 4)}: the share of ${test.orders} possible orders that would have told them apart at least as far`)}</dd>`
              : nothing
          }
          ${
            estimate
              ? html`<dt>${msg('Difference')}</dt>
                <dd>${signed(estimate.difference, 3)} (${signed(estimate.low, 3)} … ${signed(estimate.high, 3)}), φ ${number(estimate.phi, 2)}</dd>`
              : nothing
          }
          ${d?.all != null ? html`<dt>Cohen’s d</dt><dd>${signed(d.all, 2)}</dd>` : nothing}
          ${
            guesses
              ? html`<dt>${msg('Guesses')}</dt>
                <dd>
                  ${guesses.right === null ? msg('none was decided') : msg(str`${percent(guesses.right)} right (half would be chance)`)};
                  ${msg(str`log score ${number(guesses.logScore, 3)} (chance ${number(Math.log(0.5), 3)})`)};
                  Bang ${guesses.bangBeat === null ? '–' : signed(guesses.bangBeat, 2)} / ${guesses.bangControl === null ? '–' : signed(guesses.bangControl, 2)}
                </dd>`
              : nothing
          }
          <dt>${msg('Plan')}</dt>
          <dd><code>${this.trial.planHash}</code></dd>
        </dl>
      </details>
    `;
  }

  #exports() {
    return html`
      <p class="row">
        <button @click=${() => this.#save('json')}>JSON</button>
        <button @click=${() => this.#save('csv')}>CSV</button>
        <button @click=${() => this.#save('bids')}>BIDS</button>
      </p>
      <p class="quiet small">${msg('The JSON file can be verified by anybody: plan, order, records and answer carry their hashes.')}</p>
    `;
  }

  #share() {
    const { trial } = this;
    if (!trial.sent.plan || trial.reveal?.early || !account.viewer) return nothing;
    return html`
      <label class="check">
        <input type="checkbox" .checked=${trial.shared} ?disabled=${this.sharing} @change=${this.#consent} />
        ${msg('Count my result among all people’s: the effect, its uncertainty and the hash of the plan, nothing else. I can take it back.')}
      </label>
    `;
  }

  async #consent(event: Event): Promise<void> {
    const box = event.target as HTMLInputElement;
    this.sharing = true;
    try {
      await trials.share(this.trial.plan.id, box.checked, null);
    } catch (error) {
      box.checked = !box.checked;
      showError(error);
    } finally {
      this.sharing = false;
    }
  }

  async #save(kind: 'json' | 'csv' | 'bids'): Promise<void> {
    const document = await trials.document(this.trial);
    const name = `trial-${this.trial.plan.id.slice(0, 8)}`;
    if (kind === 'json') {
      saveFile(new Blob([`${JSON.stringify(document, null, 2)}\n`], { type: 'application/json' }), `${name}.json`);
    } else if (kind === 'csv') saveFile(new Blob([trialCsv(document)], { type: 'text/csv' }), `${name}.csv`);
    else {
      const { strToU8, zipSync } = await import('fflate');
      const files = trialBids(document, { name: 'Neural Entrainment System', version: '0.1.0' });
      const zipped = zipSync(Object.fromEntries(Object.entries(files).map(([path, text]) => [path, strToU8(text)])));
      saveFile(new Blob([zipped as Uint8Array<ArrayBuffer>], { type: 'application/zip' }), `${name}-bids.zip`);
    }
  }
}

define('nes-trial-answer', AnswerView);
