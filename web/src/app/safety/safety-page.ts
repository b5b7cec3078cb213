import { msg } from '@lit/localize';
import { css, html, nothing, type TemplateResult } from 'lit';
import { account } from '../../data/account.ts';
import { binding, questions } from '../../data/questions.ts';
import { screening } from '../../data/screening.ts';
import { define } from '../../elements/define.ts';
import { Follow, NesElement } from '../../elements/element.ts';
import { explanation, questionText } from '../../elements/safety/words.ts';
import { base, controls, page } from '../../styles/base.ts';
import { to } from '../router.ts';
import type { Page } from '../routes.ts';
import { SafetyDialog } from './safety-dialog.ts';

/** What was answered, what follows from it, and the limits that hold for everybody. */
export class SafetyPage extends NesElement implements Page {
  static override styles = [
    base,
    controls,
    page,
    css`
      .columns {
        display: grid;
        grid-template-columns: minmax(0, 1fr) minmax(0, 1fr);
        gap: var(--space-6) clamp(var(--space-6), 6vw, var(--space-9));
        max-width: 84rem;
        padding-top: var(--space-6);
        align-items: start;
      }
      section {
        display: grid;
        gap: var(--space-4);
      }
      dl > div {
        display: grid;
        gap: var(--space-1);
        padding: var(--space-3) 0;
        border-top: 1px solid var(--line);
      }
      dt {
        display: flex;
        justify-content: space-between;
        gap: var(--space-4);
      }
      p button {
        white-space: normal;
      }
      dt b {
        font-weight: 560;
      }
      dd {
        color: var(--quiet);
        font-size: var(--size--1);
        max-width: var(--measure);
      }
      @media (width < 53.75rem) {
        .columns {
          grid-template-columns: minmax(0, 1fr);
        }
      }
    `,
  ];

  declare params: Record<string, string>;

  constructor() {
    super();
    this.params = {};
    new Follow(this, [screening, account]);
  }

  override connectedCallback(): void {
    super.connectedCallback();
    screening.ready.then(() => this.requestUpdate());
  }

  get pageTitle(): string {
    return msg('Safety');
  }

  protected override render(): TemplateResult {
    const answers = screening.value;
    const { lightAllowed, maxIsochronicDepth } = screening.permission;
    const bySite = answers !== null && !lightAllowed && !binding.some((question) => answers[question]);
    return html`<h1 tabindex="-1">${this.pageTitle}</h1>
      <div class="columns">
        <section aria-labelledby="answers">
          <h2 id="answers">${msg('Your answers')}</h2>
          ${
            answers
              ? html`<dl>
                    ${questions.map(
                      (question) => html`<div>
                        <dt>
                          <span>${questionText(question)}</span>
                          ${answers[question] ? html`<b>${msg('yes')}</b>` : html`<span class="quiet">${msg('no')}</span>`}
                        </dt>
                        ${answers[question] ? html`<dd>${explanation(question)}</dd>` : nothing}
                      </div>`,
                    )}
                  </dl>
                  <p>
                    ${lightAllowed ? msg('Light may follow the beat.') : msg('Light never follows the beat here.')}
                    ${bySite ? msg('In an embed on this site you said yes to a question about light.') : nothing}
                    ${maxIsochronicDepth < 1 ? msg('Pulses and modulations play at half depth at most.') : nothing}
                  </p>`
              : html`<p class="quiet">
                  ${msg('The questions have not been answered. They come before the first sound; until then nothing follows the beat.')}
                </p>`
          }
          ${answers ? this.#kept() : nothing}
          <p><button @click=${this.#ask}>${answers ? msg('Change the answers') : msg('Answer now')}</button></p>
        </section>
        <section aria-labelledby="limits">
          <h2 id="limits">${msg('What holds for everybody')}</h2>
          <dl>
            ${this.#limit(msg('Never while driving'), msg('Nor on a bicycle, nor with machines. The notice comes once a day.'))}
            ${this.#limit(msg('Stop at once'), msg('Esc, the Stop button, or the button of your headset: silent within a fiftieth of a second, dark within one frame.'))}
            ${this.#limit(msg('Quiet at first'), msg('Every session begins very quietly and takes seconds to rise. You should be able to hear somebody who speaks to you.'))}
            ${this.#limit(msg('Light'), msg('No flashes: at most a small change of brightness over the whole field, no saturated red, and never more than the web’s own flash limits (WCAG 2.3.1).'))}
            ${this.#limit(msg('How much is enough'), msg('Two sessions and 45 minutes a day are our advice, not a finding. Naps and nights are not counted in it. It is shown, not forced.'))}
            ${this.#limit(msg('Not a treatment'), msg('Nothing here heals or replaces care. If you are unwell, talk to somebody who can help.'))}
          </dl>
          <p><a href=${to('evidence')}>${msg('What is known, and what is not')}</a></p>
        </section>
      </div>`;
  }

  /** Where the answers lie, and the way to agree or to take it back. */
  #kept(): TemplateResult {
    const { agreed } = screening;
    const withAccount = account.viewer !== null && !account.viewer.isGuest;
    return html`<p class="quiet">
        ${
          agreed
            ? msg(
                'You agreed that your account keeps these answers. Taken back, they are gone from the server at once and stay on this device.',
              )
            : msg('These answers lie on this device and nowhere else.')
        }
      </p>
      ${
        agreed || withAccount
          ? html`<p>
              <button @click=${() => screening.agree(!agreed)}>
                ${agreed ? msg('Take it back') : msg('Keep them with my account, too')}
              </button>
            </p>`
          : nothing
      }
      <p><a href=${to('privacy')}>${msg('What is stored, and where')}</a></p>`;
  }

  #limit(name: string, text: string): TemplateResult {
    return html`<div>
      <dt><b>${name}</b></dt>
      <dd>${text}</dd>
    </div>`;
  }

  #ask = (): void => {
    define('nes-safety-dialog', SafetyDialog);
    const dialog = document.createElement('nes-safety-dialog') as SafetyDialog;
    dialog.only = true;
    document.body.append(dialog);
  };
}
