import { msg } from '@lit/localize';
import { css, html, nothing, type TemplateResult } from 'lit';
import { account } from '../../data/account.ts';
import { tell } from '../../data/client.ts';
import { ReportProtocolDocument, type ReportReason } from '../../data/generated/moderation.ts';
import { DialogElement } from '../dialog-element.ts';
import { showToast } from '../toast.ts';

export function reasonName(reason: string): string {
  switch (reason) {
    case 'HARMFUL':
      return msg('It could do harm');
    case 'MISLEADING':
      return msg('It claims what is not so');
    case 'COPYRIGHT':
      return msg('It belongs to somebody else');
    case 'SPAM':
      return msg('Advertising');
    default:
      return msg('Something else');
  }
}

const reasons: readonly ReportReason[] = ['HARMFUL', 'MISLEADING', 'COPYRIGHT', 'SPAM', 'OTHER'];

/** Tells the administrators that something is wrong with a published protocol. */
export class ReportDialog extends DialogElement {
  static override properties = { protocolId: {}, failure: { state: true }, busy: { state: true } };

  static override styles = [
    DialogElement.styles,
    css`
      form,
      fieldset {
        display: grid;
        gap: var(--space-4);
      }
      fieldset {
        gap: var(--space-3);
      }
    `,
  ];

  /** Global id of the protocol. */
  declare protocolId: string;
  declare protected failure: string;
  declare protected busy: boolean;

  constructor() {
    super();
    this.protocolId = '';
    this.failure = '';
    this.busy = false;
  }

  protected override render(): TemplateResult {
    return html`<dialog aria-labelledby="title" @close=${() => this.remove()}>
      <form @submit=${this.#send}>
        <h2 id="title">${msg('What is wrong with it?')}</h2>
        <fieldset>
          <legend class="away">${msg('What is wrong with it?')}</legend>
          ${reasons.map(
            (reason, index) => html`<label class="check">
              <input type="radio" name="reason" value=${reason} ?checked=${index === 0} />
              <span>${reasonName(reason)}</span>
            </label>`,
          )}
        </fieldset>
        <label class="field">
          ${msg('In your own words (optional)')}
          <textarea name="text" maxlength="2000"></textarea>
        </label>
        ${this.failure ? html`<p class="problem" role="alert">${this.failure}</p>` : nothing}
        <div class="actions">
          <button type="button" @click=${this.close}>${msg('Not now')}</button>
          <button class="primary" ?disabled=${this.busy}>${msg('Send the report')}</button>
        </div>
      </form>
    </dialog>`;
  }

  #send = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    const form = new FormData(event.target as HTMLFormElement);
    this.busy = true;
    this.failure = '';
    try {
      await account.beSomebody();
      const { reportProtocol } = await tell(ReportProtocolDocument, {
        input: {
          id: this.protocolId,
          reason: String(form.get('reason')) as ReportReason,
          text: String(form.get('text') ?? '').trim() || null,
        },
      });
      this.failure = reportProtocol.userErrors[0]?.message ?? '';
      if (!this.failure) {
        showToast({ message: msg('The report is sent. Thank you.') });
        this.close();
      }
    } catch {
      this.failure = msg('The server cannot be reached. Try again later.');
    }
    this.busy = false;
  };
}
