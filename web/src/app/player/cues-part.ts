import { msg, str } from '@lit/localize';
import { css, html, type TemplateResult } from 'lit';
import { Follow, NesElement } from '../../elements/element.ts';
import { clock } from '../../elements/format.ts';
import { icon } from '../../elements/icons.ts';
import { playerSession } from '../../session/session.ts';
import { type VoiceCue, voiceCues } from '../../session/voice-cues.ts';
import { base, controls } from '../../styles/base.ts';
import { fileButton, soundFileButton } from '../file-button.ts';
import { showError } from '../toast.ts';
import { TellUnreadable } from './unreadable.ts';

/** `12`, `1:30` or `1:02:30` as seconds; null for anything else. */
export function readClock(text: string): number | null {
  if (!/^\d{1,3}(:[0-5]?\d){0,2}$/.test(text.trim())) return null;
  return text
    .trim()
    .split(':')
    .reduce((sum, part) => 60 * sum + Number(part), 0);
}

/** What is said at points of the program at hand: words that the device speaks, or recordings of one's own. */
export class CuesPart extends NesElement {
  static override styles = [
    base,
    controls,
    fileButton,
    css`
      :host {
        display: grid;
        gap: var(--space-3);
      }
      li {
        display: grid;
        grid-template-columns: 4.5rem minmax(0, 1fr) auto;
        align-items: center;
        gap: var(--space-3);
        border-top: 1px solid var(--line);
      }
      li p {
        overflow-wrap: anywhere;
      }
      form {
        display: grid;
        padding-top: var(--space-3);
        grid-template-columns: minmax(5rem, 7rem) minmax(0, 1fr);
        gap: var(--space-3);
      }
      input {
        width: 100%;
        min-height: 2.5rem;
      }
      .row {
        grid-column: 1 / -1;
      }
    `,
  ];

  static override properties = { wrong: { state: true } };

  declare protected wrong: string;

  constructor() {
    super();
    this.wrong = '';
    new Follow(this, [voiceCues]);
    new TellUnreadable(this, voiceCues);
  }

  #field(name: string): HTMLInputElement {
    return this.renderRoot.querySelector(`[name=${name}]`) as HTMLInputElement;
  }

  /** Null, and a sentence below the form, where what stands there is no time of the program. */
  #time(): number | null {
    const at = readClock(this.#field('at').value);
    const length = playerSession.program?.durationSeconds ?? 0;
    const fits = at !== null && at < length;
    this.wrong = fits ? '' : msg(str`A time such as 5:00, before ${clock(length)}.`);
    return fits ? at : null;
  }

  #add(cue: VoiceCue): void {
    voiceCues.keep([...voiceCues.present, cue]).catch(showError);
    this.#field('text').value = '';
  }

  #words = (event: SubmitEvent): void => {
    event.preventDefault();
    const atSeconds = this.#time();
    const text = this.#field('text').value.trim();
    if (atSeconds !== null && text) this.#add({ atSeconds, text, file: null });
  };

  #file = ([file]: [File, ...File[]]): void => {
    const atSeconds = this.#time();
    if (atSeconds !== null) this.#add({ atSeconds, text: file.name, file });
  };

  protected override render(): TemplateResult {
    const { present } = voiceCues;
    return html`
      ${
        present.length === 0
          ? html`<p class="quiet small">${msg('Words at a time of this program, spoken by this device or from a recording of yours.')}</p>`
          : html`<ul role="list">
              ${present.map(
                (cue) => html`<li>
                  <span class="figures">${clock(cue.atSeconds)}</span>
                  <p>${cue.text}</p>
                  <button
                    class="bare square"
                    aria-label=${msg(str`Take ${cue.text} out`)}
                    @click=${() => voiceCues.keep(present.filter((one) => one !== cue)).catch(showError)}
                  >
                    ${icon('close')}
                  </button>
                </li>`,
              )}
            </ul>`
      }
      <details>
        <summary>${msg('Add words')}</summary>
      <form @submit=${this.#words}>
        <label class="field">
          ${msg('At')}
          <input name="at" inputmode="numeric" autocomplete="off" required .value=${clock(Math.ceil(playerSession.positionSeconds() / 60) * 60)} />
        </label>
        <label class="field">${msg('What is said')} <input name="text" maxlength="300" autocomplete="off" /></label>
        <div class="row">
          <button ?disabled=${!('speechSynthesis' in window)}>${msg('Let the device say it')}</button>
          ${soundFileButton(msg('Choose a recording'), this.#file)}
        </div>
        ${this.wrong ? html`<p class="row wrong small" role="alert">${this.wrong}</p>` : ''}
      </form>
      </details>
    `;
  }
}
