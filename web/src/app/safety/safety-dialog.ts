import { msg } from '@lit/localize';
import { css, html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import type { Player } from '../../audio/player.ts';
import { account } from '../../data/account.ts';
import { siteLimits } from '../../data/limits.ts';
import { preferences } from '../../data/preferences.ts';
import {
  binding,
  dimming,
  noToAll,
  type Question,
  type QuestionGroup,
  questionGroups,
  questions,
  type ScreeningAnswers,
} from '../../data/questions.ts';
import { screening } from '../../data/screening.ts';
import { NesElement } from '../../elements/element.ts';
import { icon } from '../../elements/icons.ts';
import { explanation, groupText, questionText } from '../../elements/safety/words.ts';
import { base, controls } from '../../styles/base.ts';
import { dialog, longDialog } from '../../styles/dialog.ts';
import { showError } from '../toast.ts';

type Side = 'LEFT' | 'RIGHT' | 'BOTH';

/**
 * What is asked before sound, on two sheets: the safety questions where they were not answered; then the notice about driving, with the check of
 * the headphones where a beat needs them. `answer` tells whether the person goes on.
 */
export class SafetyDialog extends NesElement {
  static override properties = {
    answers: { state: true },
    agreed: { state: true },
    step: { state: true },
    heard: { state: true },
    only: { type: Boolean },
    headphones: { type: Boolean },
  };

  static override styles = [
    base,
    controls,
    dialog,
    longDialog,
    css`
      .intro {
        display: grid;
        gap: var(--space-2);
      }
      h2 {
        font-size: var(--size-3);
      }
      ul {
        display: grid;
      }
      fieldset {
        display: grid;
        gap: var(--space-1);
        min-width: 0;
        margin: 0;
        padding: 0;
        border: 0;
      }
      legend {
        padding: 0;
        color: var(--quiet);
        font-size: var(--size--1);
      }
      .consent {
        padding: var(--space-3) 0;
      }
      li {
        border-bottom: 1px solid var(--line);
      }
      li .check {
        padding: var(--space-3) 0;
      }
      .why {
        margin: 0 0 var(--space-3);
        padding-inline-start: calc(1.375rem + var(--space-3));
        color: var(--quiet);
        font-size: var(--size--1);
      }
      .sides {
        /* The left ear is at the left in every language. */
        direction: ltr;
        display: grid;
        grid-template-columns: repeat(3, minmax(0, 9rem));
        justify-content: center;
        padding: var(--space-3) 0;
      }
      .sides button {
        padding: var(--space-1);
        white-space: normal;
      }
      .road {
        width: 100%;
        height: 4.5rem;
      }
      .road path {
        fill: none;
        stroke: var(--quiet);
        stroke-width: 1.5;
        stroke-linecap: round;
      }
      .road .off {
        stroke: var(--danger);
        stroke-width: 2;
      }
    `,
  ];

  declare protected answers: ScreeningAnswers;
  /** Whether the account may keep the answers. */
  declare protected agreed: boolean;
  declare protected step: 'questions' | 'driving';
  /** True: only the questions, to change them; the notice about driving is not shown after them. */
  declare only: boolean;

  /** True: the check of the headphones follows, where it was not done on this device. */
  declare headphones: boolean;
  /** What was played of the check. */
  declare protected heard: ReadonlySet<Side>;

  /** Resolves with true when the person goes on, with false when they leave it. */
  readonly answer: Promise<boolean>;
  #resolve: (on: boolean) => void = () => {};
  #player: Player | null = null;
  readonly #shown = screening.shown;

  constructor() {
    super();
    this.only = false;
    this.headphones = false;
    this.heard = new Set();
    this.answers = { ...noToAll, ...screening.value };
    this.agreed = screening.agreed;
    this.step = screening.value ? 'driving' : 'questions';
    this.answer = new Promise((resolve) => {
      this.#resolve = resolve;
    });
  }

  protected override willUpdate(changed: PropertyValues): void {
    if (changed.has('only') && this.only) this.step = 'questions';
  }

  protected override firstUpdated(): void {
    this.renderRoot.querySelector('dialog')?.showModal();
  }

  protected override render(): TemplateResult {
    return html`<dialog aria-labelledby="title" @close=${this.#closed} @click=${this.#beside}>
      ${this.step === 'questions' ? this.#questions() : this.#driving()}
    </dialog>`;
  }

  get #given(): readonly Question[] {
    return questions.filter((question) => this.answers[question]);
  }

  #questions(): TemplateResult {
    const asks = this.#given.length > 0;
    return html`<form method="dialog" @submit=${this.#submit}>
      <div class="intro">
        <h2 id="title">${msg('Before the first sound')}</h2>
        <p class="quiet">
          ${msg('Does any of this apply to you? Your answers change what can be played; they stay on this device and can be changed.')}
        </p>
      </div>
      ${Object.entries(questionGroups).map(([group, asked]) => this.#group(group as QuestionGroup, asked))}
      ${account.viewer && !account.viewer.isGuest ? this.#consent() : nothing}
      ${this.#lifted()}
      ${
        asks
          ? html`<label class="check">
              <input type="checkbox" name="acceptedRisk" .checked=${this.answers.acceptedRisk} @change=${this.#tick} />
              <span>${msg('I have read this and choose to go on.')}</span>
            </label>`
          : nothing
      }
      <div class="actions">
        <button type="button" @click=${this.#leave}>${msg('Not now')}</button>
        <button class="primary" ?disabled=${asks && !this.answers.acceptedRisk}>
          ${asks ? msg('Go on with these limits') : msg('None of these, go on')}
        </button>
      </div>
    </form>`;
  }

  #group(group: QuestionGroup, asked: readonly Question[]): TemplateResult {
    return html`<fieldset>
      <legend>${groupText(group)}</legend>
      <ul role="list">
        ${asked.map(
          (question) => html`<li>
            <label class="check">
              <input type="checkbox" name=${question} .checked=${this.answers[question]} @change=${this.#tick} />
              <span>${questionText(question)}</span>
            </label>
            ${this.answers[question] ? html`<p class="why" role="note">${explanation(question)}</p>` : nothing}
          </li>`,
        )}
      </ul>
    </fieldset>`;
  }

  /** Says what changes for whoever takes a yes back that holds light and pulses down. */
  #lifted(): TemplateResult | typeof nothing {
    if (!siteLimits.bound || binding.some((question) => this.answers[question])) return nothing;
    return html`<p class="lifted" role="note">
      ${msg('You said yes to a question about light before. With these answers light may follow the beat again and pulsed tones play at full depth, in embeds on this site too.')}
      ${screening.agreed ? msg('It changes on all devices of your account.') : nothing}
    </p>`;
  }

  /** Asked of people with an account only: nobody else's answers can leave the device. */
  #consent(): TemplateResult {
    return html`<label class="check consent">
      <input
        type="checkbox"
        name="agreed"
        .checked=${this.agreed}
        @change=${(event: Event) => {
          this.agreed = (event.target as HTMLInputElement).checked;
        }}
      />
      <span>
        ${msg('Keep these answers with my account, too, so that they hold on all my devices. They say something about my health. They lie on this server until I take this back on the Safety page; then they are gone from it at once.')}
      </span>
    </label>`;
  }

  #driving(): TemplateResult {
    return html`<form method="dialog" @submit=${this.#submit}>
      <svg class="road" viewBox="0 0 240 72" aria-hidden="true">
        <path d="M88 66 112 6M152 66 128 6M120 66v-9M120 46v-7M120 30v-5M120 17v-4"></path>
        <path class="off" d="M66 62 174 10"></path>
      </svg>
      <div class="intro">
        <h2 id="title">${msg('Never while driving')}</h2>
        <p class="quiet">
          ${msg('Do not listen while you drive, cycle or work with machines, nor just before. Some sessions make people drowsy. Esc stops everything at once.')}
        </p>
        <p class="quiet">
          ${msg('Start quietly: you should be able to hear somebody who speaks to you.')}
        </p>
      </div>
      ${this.headphones && !screening.headphonesChecked ? this.#headphones() : nothing}
      <div class="actions">
        <button type="button" @click=${this.#leave}>${msg('Not now')}</button>
        <button class="primary" autofocus>${icon('play')} ${msg('I am somewhere safe')}</button>
      </div>
    </form>`;
  }

  /** Left, right, both: who hears a side in the wrong ear, or all of it in both, hears no binaural beat. */
  #headphones(): TemplateResult {
    const side = (name: Side, label: string): TemplateResult =>
      html`<button type="button" aria-pressed=${this.heard.has(name)} @click=${() => this.#sound(name)}>
        ${icon(this.heard.has(name) ? 'check' : 'play')} ${label}
      </button>`;
    return html`<div class="intro">
        <h3>${msg('Are the headphones on?')}</h3>
        <p class="quiet">
          ${msg('Each side has to be heard in that ear alone. On speakers most of these beats are lost.')}
        </p>
      </div>
      <div class="row sides">${side('LEFT', msg('Left'))} ${side('BOTH', msg('Both'))} ${side('RIGHT', msg('Right'))}</div>`;
  }

  async #sound(side: Side): Promise<void> {
    this.heard = new Set([...this.heard, side]);
    try {
      const [{ Player }, { headphoneCheck }] = await Promise.all([
        import('../../audio/player.ts'),
        import('../../audio/tones.ts'),
      ]);
      this.#player ??= new Player();
      this.#player.stop();
      this.#player.load(headphoneCheck(side));
      await this.#player.play();
    } catch (error) {
      showError(error);
    }
  }

  #tick(event: Event): void {
    const { name, checked } = event.target as HTMLInputElement;
    this.answers = { ...this.answers, [name]: checked };
    // Another answer, another choice.
    if (name !== 'acceptedRisk') this.answers = { ...this.answers, acceptedRisk: false };
  }

  async #submit(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    if (this.step === 'questions') {
      const before = screening.value;
      await screening.answer(this.answers, this.agreed, this.#shown);
      // Only when it is new: who has switched the light on again keeps it on.
      if (dimming.some((question) => this.answers[question] && !before?.[question])) {
        await preferences.save({ reducedFlashing: true });
      }
      if (!this.only && !screening.drivingShownToday) {
        this.step = 'driving';
        await this.updateComplete;
        this.renderRoot.querySelector<HTMLElement>('.primary')?.focus();
        return;
      }
    } else {
      screening.showedDriving();
      if (this.headphones) screening.checkedHeadphones();
    }
    this.#finish(true);
  }

  #leave(): void {
    this.#finish(false);
  }

  #beside(event: MouseEvent): void {
    if (event.target === event.currentTarget) this.#finish(false);
  }

  #closed(): void {
    this.#finish(false);
  }

  #finish(on: boolean): void {
    this.#resolve(on);
    this.#player?.dispose();
    this.renderRoot.querySelector('dialog')?.close();
    this.remove();
  }
}
