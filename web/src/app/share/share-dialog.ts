import { msg, str } from '@lit/localize';
import { css, html, nothing, type TemplateResult } from 'lit';
import { define } from '../../elements/define.ts';
import { date } from '../../elements/format.ts';
import { icon } from '../../elements/icons.ts';
import { DialogElement } from '../dialog-element.ts';
import { LONGEST_QR, qr } from '../qr.ts';
import { showError, showToast } from '../toast.ts';

/** What is given to a friend. */
export interface Shared {
  title: string;
  /** The whole address. */
  url: string;
  /** When it ends, ISO 8601; null where it does not. */
  expiresAt: string | null;
  /** One sentence on what the link holds; empty for nothing to say. */
  note: string;
}

/** A link to give away: copied, by the system's own sheet, or as a QR code to hold a phone to. */
export class ShareDialog extends DialogElement {
  static override styles = [
    DialogElement.styles,
    css`
      dialog {
        --dialog-width: 26rem;
      }
      .all {
        display: grid;
        gap: var(--space-4);
      }
      .qr {
        justify-self: center;
        width: min(15rem, 100%);
      }
      input {
        width: 100%;
        font-size: var(--size--1);
      }
      .actions {
        padding-top: var(--space-2);
      }
    `,
  ];

  static override properties = { shared: { attribute: false } };

  declare shared: Shared | null;

  constructor() {
    super();
    this.shared = null;
  }

  protected override render(): TemplateResult {
    const { shared } = this;
    if (!shared) return html``;
    const { title, url, expiresAt, note } = shared;
    return html`<dialog aria-labelledby="title" @close=${() => this.remove()}>
      <div class="all">
        <h2 id="title">${msg(str`Share ${title}`)}</h2>
        ${url.length <= LONGEST_QR ? qr(url) : nothing}
        <label class="field">
          ${msg('Link')}
          <input readonly .value=${url} @focus=${(event: FocusEvent) => (event.target as HTMLInputElement).select()} />
        </label>
        ${note ? html`<p class="quiet small">${note}</p>` : nothing}
        ${expiresAt ? html`<p class="quiet small">${msg(str`It works until ${date(expiresAt)}.`)}</p>` : nothing}
      </div>
      <form method="dialog" class="actions">
        ${
          'share' in navigator
            ? html`<button type="button" @click=${this.#send}>${icon('share')} ${msg('Send')}</button>`
            : nothing
        }
        <button type="button" class="primary" @click=${this.#copy}>${msg('Copy the link')}</button>
        <button>${msg('Done')}</button>
      </form>
    </dialog>`;
  }

  #copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(this.shared?.url ?? '');
      showToast({ message: msg('The link is in the clipboard.') });
    } catch {
      this.renderRoot.querySelector('input')?.select();
    }
  };

  #send = async (): Promise<void> => {
    const { shared } = this;
    if (!shared) return;
    try {
      await navigator.share({ title: shared.title, url: shared.url });
    } catch (error) {
      if ((error as Error).name !== 'AbortError') showError(error);
    }
  };
}

/** Opens the dialog over whatever is shown. */
export function openShare(shared: Shared): void {
  define('nes-share-dialog', ShareDialog);
  const element = document.createElement('nes-share-dialog') as ShareDialog;
  element.shared = shared;
  document.body.append(element);
}
