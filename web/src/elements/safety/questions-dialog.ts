import { msg } from '@lit/localize';
import { css, html, nothing, type TemplateResult } from 'lit';
import { type Question, type QuestionGroup, questionGroups } from '../../data/questions.ts';
import { dialog, longDialog } from '../../styles/dialog.ts';
import { define } from '../define.ts';
import { NesElement } from '../element.ts';
import { embed } from '../embed.styles.ts';
import { answers } from './answers.ts';
import { explanation, groupText, questionText } from './words.ts';

/** Asks the safety questions on somebody else's page. `answer` tells whether they were answered. */
export class QuestionsDialog extends NesElement {
  static override properties = { yes: { state: true }, accepted: { state: true } };

  static override styles = [
    embed,
    dialog,
    longDialog,
    css`
      dialog {
        --dialog-width: 540px;
      }
      .intro {
        display: grid;
        gap: var(--space-2);
      }
      fieldset {
        margin: 0;
        padding: 0;
        border: 0;
      }
      li {
        border-bottom: 1px solid var(--line);
      }
      label {
        display: flex;
        gap: var(--space-3);
        align-items: flex-start;
        padding: var(--space-2) 0;
        cursor: pointer;
      }
      input {
        flex: none;
        width: 20px;
        height: 20px;
        margin: 1px 0 0;
        accent-color: var(--text);
      }
      .why {
        margin-bottom: var(--space-3);
        padding-inline-start: calc(20px + var(--space-3));
      }
    `,
  ];

  declare protected yes: ReadonlySet<Question>;
  declare protected accepted: boolean;

  /** Resolves with true when the questions were answered, with false when they were left. */
  readonly answer: Promise<boolean>;
  #resolve: (answered: boolean) => void = () => {};

  constructor() {
    super();
    this.yes = new Set();
    this.accepted = false;
    this.answer = new Promise((resolve) => {
      this.#resolve = resolve;
    });
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#resolve(false);
  }

  protected override firstUpdated(): void {
    this.renderRoot.querySelector('dialog')?.showModal();
  }

  protected override render(): TemplateResult {
    const asks = this.yes.size > 0;
    return html`<div class="root">
      <dialog aria-labelledby="title" @close=${() => this.#finish(false)} @keydown=${this.#key}>
        <form method="dialog" @submit=${this.#submit}>
          <div class="intro">
            <h2 id="title">${msg('Does any of this apply to you?')}</h2>
            <p class="quiet">
              ${msg('The answers change what is played here. Only whether light may follow the beat is kept, in this browser; it is sent to nobody.')}
            </p>
            <p class="quiet">
              ${msg('Do not listen while you drive, cycle or work with machines, nor just before. Some sessions make people drowsy. Esc stops everything at once.')}
            </p>
          </div>
          ${Object.entries(questionGroups).map(
            ([group, asked]) => html`<fieldset>
              <legend class="quiet small">${groupText(group as QuestionGroup)}</legend>
              <ul role="list">
                ${asked.map(
                  (question) => html`<li>
                    <label>
                      <input type="checkbox" name=${question} .checked=${this.yes.has(question)} @change=${this.#tick} />
                      <span>${questionText(question)}</span>
                    </label>
                    ${this.yes.has(question) ? html`<p class="why quiet small" role="note">${explanation(question)}</p>` : nothing}
                  </li>`,
                )}
              </ul>
            </fieldset>`,
          )}
          ${
            asks
              ? html`<label>
                  <input
                    type="checkbox"
                    name="accepted"
                    .checked=${this.accepted}
                    @change=${(event: Event) => {
                      this.accepted = (event.target as HTMLInputElement).checked;
                    }}
                  />
                  <span>${msg('I have read this and choose to go on.')}</span>
                </label>`
              : nothing
          }
          <div class="actions">
            <button type="button" @click=${() => this.#finish(false)}>${msg('Not now')}</button>
            <button class="solid" ?disabled=${asks && !this.accepted}>
              ${asks ? msg('Go on with these limits') : msg('None of these, go on')}
            </button>
          </div>
        </form>
      </dialog>
    </div>`;
  }

  #tick(event: Event): void {
    const { name, checked } = event.target as HTMLInputElement;
    const yes = new Set(this.yes);
    if (checked) yes.add(name as Question);
    else yes.delete(name as Question);
    this.yes = yes;
    // Another answer, another choice.
    this.accepted = false;
  }

  /** Esc closes the dialog; it is not the emergency stop then. */
  #key(event: KeyboardEvent): void {
    if (event.key === 'Escape') event.stopPropagation();
  }

  #submit(event: SubmitEvent): void {
    event.preventDefault();
    answers.give(this.yes);
    this.#finish(true);
  }

  #finish(answered: boolean): void {
    this.#resolve(answered);
    this.renderRoot.querySelector('dialog')?.close();
    this.remove();
  }
}

define('nes-embed-questions', QuestionsDialog);

/** Asks inside `place`, whose colours and type the dialog takes. */
export function askQuestions(place: Element): Promise<boolean> {
  const dialog = document.createElement('nes-embed-questions') as QuestionsDialog;
  place.append(dialog);
  return dialog.answer;
}
