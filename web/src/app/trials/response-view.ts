import { msg } from '@lit/localize';
import { html, type TemplateResult } from 'lit';
import { responseValue } from '../../eeg/outcome.ts';
import { define } from '../../elements/define.ts';
import { MeasurePage } from '../measure/measure-page.ts';
import { channelWords } from '../measure/words.ts';
import { type Measurement, type OutcomeView, RESPONSE_RUN } from './outcomes.ts';

/** The measurement of a trial by EEG: a headband, one run, and its amplitude, or none where no electrode could be read. */
export class ResponseView extends MeasurePage implements OutcomeView {
  protected override readonly fixed = { ...RESPONSE_RUN, silenceSeconds: 0 };

  protected override renderStart(): TemplateResult {
    return html`<section>
      <p>
        ${msg('Put the headband on. Three minutes of one sound follow, in which a beat of 40 Hz comes and goes; it has nothing to do with whether the session had its beat.')}
      </p>
      ${this.devices()}
      <p><button @click=${() => this.#measured(null, {})}>${msg('Record the session without a measurement')}</button></p>
    </section>`;
  }

  protected override render(): TemplateResult {
    return this.renderStep();
  }

  /** What was measured is recorded unseen, so that nobody measures until they like it; only what could not be read is told. */
  protected override updated(): void {
    const { answer, recording, captured } = this.result ?? {};
    if (this.step !== 'answer' || !answer || !recording) return;
    const value = responseValue(recording);
    if (value === null) return;
    this.#measured(value, {
      rateHz: answer.rateHz,
      windows: answer.windows,
      leftOutShare: Math.round(answer.leftOutShare * 1000) / 1000,
      electrodes: answer.channels.filter(({ reason }) => reason === undefined || reason === 'control').length,
      device: captured?.device.name.slice(0, 100) ?? '',
    });
  }

  protected override renderAnswer(): TemplateResult {
    const { answer } = this.result ?? {};
    if (!answer) return html``;
    return html`<section aria-live="polite">
      <p>${msg('No electrode could be read.')}</p>
      <ul class="answers" role="list">
        ${answer.channels.map((one) => html`<li class=${one.verdict}><b>${one.name}</b> <span>${channelWords(one)}</span></li>`)}
      </ul>
      <div class="row">
        <button class="primary" @click=${this.leave}>${msg('Measure again')}</button>
        <button @click=${() => this.#measured(null, {})}>${msg('Record the session without a measurement')}</button>
      </div>
    </section>`;
  }

  #measured(value: number | null, detail: Measurement['detail']): void {
    this.dispatchEvent(new CustomEvent<Measurement>('measured', { detail: { value, detail } }));
  }
}

define('nes-trial-response', ResponseView);

export const responseView = (): ResponseView => document.createElement('nes-trial-response') as ResponseView;
