import { msg, str } from '@lit/localize';
import { css, html, nothing, type TemplateResult } from 'lit';
import '../../elements/curve/nes-curve.ts';
import { Follow, NesElement } from '../../elements/element.ts';
import { clock } from '../../elements/format.ts';
import { playerSession } from '../../session/session.ts';
import { type LocalTrial, trials } from '../../session/trials.ts';
import { base, controls, page } from '../../styles/base.ts';
import { beatsBetweenEars, mayPlay } from '../play.ts';
import type { Page } from '../routes.ts';
import { showError } from '../toast.ts';
import { outcomeOf } from './outcomes.ts';

/**
 * One trial: today's session, its measurement, the guess, the wait, and at the end the answer. Nothing that stands here before the end hangs on
 * the arm: the page never holds it, and the player shows the protocol whatever sounds.
 */
export class TrialPage extends NesElement implements Page {
  static override styles = [
    base,
    controls,
    page,
    css`
      header {
        display: grid;
        gap: var(--space-3);
        padding-bottom: var(--space-5);
      }
      nes-curve {
        height: 4rem;
      }
      .panel {
        display: grid;
        gap: var(--space-4);
        margin-bottom: var(--space-4);
      }
      .left {
        font-size: var(--size-6);
        font-weight: 300;
      }
      fieldset {
        display: grid;
        gap: var(--space-2);
      }
      legend {
        padding: 0 0 var(--space-3);
      }
    `,
  ];

  static override properties = {
    params: { attribute: false },
    trial: { state: true },
    missing: { state: true },
    guess: { state: true },
    sure: { state: true },
    left: { state: true },
  };

  declare params: Record<string, string>;
  declare trial: LocalTrial | null;
  declare missing: boolean;
  declare guess: 'BEAT' | 'CONTROL' | 'UNKNOWN' | null;
  declare sure: number;
  declare left: number;
  #timer: ReturnType<typeof setInterval> | undefined;
  #collecting = '';

  constructor() {
    super();
    this.params = {};
    this.trial = null;
    this.missing = false;
    this.guess = null;
    this.sure = 60;
    this.left = 0;
    new Follow(this, [trials], () => void this.#read());
    new Follow(this, [playerSession], () => void this.#heed());
  }

  get pageTitle(): string {
    return this.trial?.plan.protocol.title ?? msg('Does it work for me?');
  }

  get ready(): Promise<unknown> {
    return this.#read();
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#read();
    trials.send();
    this.#timer = setInterval(() => {
      if (this.#plays) this.left = Math.max(0, Math.ceil(playerSession.totalSeconds - playerSession.positionSeconds()));
    }, 250);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearInterval(this.#timer);
  }

  async #read(): Promise<void> {
    const trial = await trials.find(this.params.id ?? '');
    this.trial = trial ?? null;
    this.missing = !trial;
  }

  /** Whether the player plays a session of this trial. */
  get #plays(): boolean {
    return (
      playerSession.protocol?.trialId === this.params.id &&
      ['starting', 'playing', 'paused'].includes(playerSession.state)
    );
  }

  async #heed(): Promise<void> {
    const { record, protocol, state } = playerSession;
    const id = this.params.id ?? '';
    if (protocol?.trialId !== id || !record) return;
    const begun = (await trials.find(id))?.begun;
    if (this.#plays && begun?.sessionId !== record.id) await trials.begun(id, record.id, record.startedAt);
    if (state === 'finished' && begun?.sessionId === record.id && !begun.heard)
      await trials.heard(id, record.playedSeconds);
  }

  override render() {
    const { trial } = this;
    if (!trial)
      return this.missing ? html`<h1 tabindex="-1">${msg('There is no such trial on this device.')}</h1>` : nothing;
    const { plan, records } = trial;
    return html`
      <header>
        <h1 tabindex="-1">${plan.protocol.title}</h1>
        <nes-curve .program=${trial.arms.BEAT}></nes-curve>
        <p class="quiet figures">
          ${outcomeOf(plan.outcome.id)?.name() ?? plan.outcome.id} ·
          ${msg(str`${records.length} of ${plan.periods} sessions`)}
        </p>
        ${trial.refused === null ? nothing : html`<p role="alert">${trial.refused}</p>`}
      </header>
      <section class="panel" aria-live="polite">${this.#step(trial)}</section>
      ${trial.reveal || this.#plays ? nothing : this.#early()}
    `;
  }

  #step(trial: LocalTrial): TemplateResult {
    if (trial.reveal) return this.#answer(trial);
    if (this.#plays) return this.#playing();
    const { begun } = trial;
    if (begun?.heard && begun.measured) return this.#guessing();
    if (begun?.heard) return this.#measuring(trial);
    const { step } = trials.step(trial);
    if (step === 'REVEAL')
      return html`
        <h2>${msg('All sessions are done')}</h2>
        <p>${msg('Now the order can be opened. What you recorded stays as it is.')}</p>
        <p><button class="primary" @click=${this.#open}>${msg('Open the answer')}</button></p>
      `;
    if (step === 'WAIT')
      return html`
        <h2>${msg('Done for today')}</h2>
        <p>${msg('The next session can begin tomorrow. Until the end nothing is shown that could tell you how it stands.')}</p>
      `;
    const number = trial.records.length + 1;
    return html`
      <h2 class="figures">${msg(str`Session ${number} of ${trial.plan.periods}`)}</h2>
      <p>
        ${begun ? msg('This session was begun and not heard to its end. Begin it again; whether it has the beat stays as it was.') : msg('This session has the beat or it has not; you will learn it at the end. Use the same headphones and the same volume each time.')}
      </p>
      <p class="row">
        <button class="primary" @click=${this.#begin}>${msg('Begin the session')}</button>
        <button @click=${this.#leaveOut}>${msg('Leave this session out')}</button>
      </p>
    `;
  }

  #playing(): TemplateResult {
    const paused = playerSession.state === 'paused';
    return html`
      <h2>${msg('Listen')}</h2>
      <p class="left figures" role="timer">${clock(this.left)}</p>
      <label class="field">
        ${msg('Volume')}
        <input
          type="range"
          min="0"
          max="1"
          step="0.01"
          .value=${String(playerSession.volume)}
          @input=${(event: Event) => playerSession.setVolume(Number((event.target as HTMLInputElement).value))}
        />
      </label>
      <p class="row">
        <button class="primary" @click=${() => (paused ? playerSession.play() : playerSession.pause())}>
          ${paused ? msg('Go on') : msg('Pause')}
        </button>
        <button class="danger" @click=${() => playerSession.stop()}>${msg('Stop')}</button>
      </p>
    `;
  }

  #measuring(trial: LocalTrial): TemplateResult {
    const outcome = outcomeOf(trial.plan.outcome.id);
    if (!outcome) return html`<p>${msg('This version cannot measure what the trial asks for.')}</p>`;
    return html`<h2>${outcome.name()}</h2><div class="measure"></div>`;
  }

  override updated(): void {
    const { trial } = this;
    const place = this.renderRoot.querySelector<HTMLElement>('.measure');
    const { begun } = trial ?? {};
    if (!trial || !place || !begun) {
      this.#collecting = '';
      return;
    }
    const which = `${trial.plan.id} ${begun.period} ${begun.sessionId}`;
    if (this.#collecting === which) return;
    this.#collecting = which;
    outcomeOf(trial.plan.outcome.id)
      ?.collect(place)
      .then(({ value, detail }) => trials.measured(trial.plan.id, value, detail))
      .catch(showError);
  }

  #guessing(): TemplateResult {
    const choice = (value: NonNullable<TrialPage['guess']>, words: string) => html`
      <label class="check">
        <input type="radio" name="guess" .checked=${this.guess === value} @change=${() => (this.guess = value)} />
        ${words}
      </label>
    `;
    return html`
      <form class="stack" @submit=${this.#record}>
        <fieldset>
          <legend><h2>${msg('Which was it?')}</h2></legend>
          ${choice('BEAT', msg('with the beat'))} ${choice('CONTROL', msg('without the beat'))}
          ${choice('UNKNOWN', msg('I cannot tell'))}
        </fieldset>
        ${
          this.guess === 'BEAT' || this.guess === 'CONTROL'
            ? html`<label class="field">
                <span class="figures">${msg(str`How sure? ${this.sure} in 100`)}</span>
                <input
                  type="range"
                  min="51"
                  max="99"
                  .value=${String(this.sure)}
                  @input=${(event: Event) => (this.sure = Number((event.target as HTMLInputElement).value))}
                />
              </label>`
            : nothing
        }
        <p><button class="primary" ?disabled=${this.guess === null}>${msg('Record the session')}</button></p>
        <p class="quiet small">${msg('What is recorded cannot be changed.')}</p>
      </form>
    `;
  }

  #answer(trial: LocalTrial): TemplateResult {
    import('./answer-view.ts').catch(showError);
    return html`<h2>${msg('The answer')}</h2><nes-trial-answer .trial=${trial}></nes-trial-answer>`;
  }

  #early(): TemplateResult {
    return html`
      <details>
        <summary>${msg('End it early')}</summary>
        <p>${msg('The order is opened and the trial ends. Its answer, its file and its record say for ever that it was stopped early.')}</p>
        <p><button class="danger" @click=${this.#open}>${msg('End the trial now')}</button></p>
      </details>
    `;
  }

  async #begin(): Promise<void> {
    try {
      const id = this.params.id ?? '';
      const playable = await trials.begin(id);
      if (!(await mayPlay(beatsBetweenEars(playable)))) return;
      await playerSession.open(playable);
      await playerSession.play();
    } catch (error) {
      showError(error);
    }
  }

  async #leaveOut(): Promise<void> {
    await trials.leaveOut(this.params.id ?? '').catch(showError);
  }

  async #record(event: Event): Promise<void> {
    event.preventDefault();
    if (this.guess === null) return;
    const sure = this.sure / 100;
    const chance = this.guess === 'UNKNOWN' ? 0.5 : this.guess === 'BEAT' ? sure : Math.round((1 - sure) * 100) / 100;
    await trials.record(this.params.id ?? '', chance).catch(showError);
    this.guess = null;
    this.sure = 60;
  }

  async #open(): Promise<void> {
    await trials.open(this.params.id ?? '').catch(showError);
  }
}
